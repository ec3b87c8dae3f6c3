"""The small catalog file of the tests, and short ways to alter it and to run commands on it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command

from policies.models import CURATED, Move, Policy, PolicyChange, Revision, Tally

SMALL = Path(__file__).resolve().parent.parent / "data" / "models-dev-small.json"


def small() -> dict[str, Any]:
    """The small file's value, to be altered at will."""
    return json.loads(SMALL.read_text(encoding="utf-8"))


def write(folder: Path, value: Any, name: str = "api.json") -> Path:
    """A file that holds ``value`` as JSON, or as it is if it is text or bytes."""
    path = folder / name
    if isinstance(value, bytes):
        path.write_bytes(value)
    else:
        text = value if isinstance(value, str) else json.dumps(value)
        path.write_text(text, encoding="utf-8")
    return path


def run(command: str, *args: Any, **options: Any) -> str:
    """What a command prints."""
    out = io.StringIO()
    call_command(command, *map(str, args), stdout=out, **options)
    return out.getvalue()


def import_file(path: Path = SMALL, *args: Any) -> str:
    """Import a models.dev file; what the command prints."""
    return run("import_catalog", "models-dev", path, *args)


def import_altered(folder: Path, alter: Callable[[dict[str, Any]], object], *args: Any) -> str:
    """Import the small file after an alteration of its value."""
    value = small()
    alter(value)
    return import_file(write(folder, value), *args)


def stored_rows() -> dict[str, list[tuple]]:
    """Every row of every table that an import could touch: to show that nothing was written."""
    tables = (*CURATED, Policy, Revision, PolicyChange, Move, Tally)
    rows = {table._meta.label: list(table.objects.order_by("pk").values_list()) for table in tables}
    histories = {table._meta.label: table.history.count() for table in CURATED}
    return {**rows, "histories": sorted(histories.items())}
