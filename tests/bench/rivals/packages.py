"""What the others need is installed for the benchmark alone, into a folder of its own under ``var/``."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "var" / "bench"
STAMP = ".installed"
DRF, DATASETTE = "djangorestframework==3.18.3", "datasette==0.65.5"
INSTALLS = (
    ("--no-deps", DRF),  # it runs on the product's own Django
    (DATASETTE, "setuptools<81"),  # which still has the pkg_resources that it imports
)


def make_importable() -> bool:
    """Install once, and let this process import the packages behind its own; False if that failed."""
    stamp, python = FOLDER / STAMP, FOLDER / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != repr(INSTALLS):
        print(f"Installing what is compared with into {FOLDER} ...", flush=True)
        commands = [
            [sys.executable, "-m", "venv", "--clear", str(FOLDER)],
            *([str(python), "-m", "pip", "install", "--quiet", *what] for what in INSTALLS),
        ]
        for command in commands:
            if subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode:
                print("It could not be installed; the rows that need it are left out.")
                return False
        stamp.write_text(repr(INSTALLS))
    sys.path += [str(path) for path in FOLDER.glob("lib/python3*/site-packages")]
    return True


def has_drf() -> bool:
    """Whether this process can import it."""
    return find_spec("rest_framework") is not None
