"""Start parts of the project as a stranger's shell would: a bare environment, a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "SECRET_KEY": "".join(map(chr, range(48, 110))),
    "ALLOWED_HOSTS": "policies.example.org",
    "HTTPS": "true",
}


def launch(*command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``command`` with nothing but ``variables``, keeping its data in ``folder``."""
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DATA_DIR": str(folder),
        **variables,
    }
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=120
    )


def manage(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py`` with nothing but ``variables``."""
    return launch(sys.executable, "manage.py", *arguments, folder=folder, **variables)
