"""Loading and importing, against Django's own ``loaddata`` of the very same rows."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from django.apps import apps
from django.core.management import call_command

from policies.catalog.starter import read_starter
from tests.bench.timing import Ratio, seconds, summary

RUNS = 3


def measure(folder: Path) -> Iterator[Ratio]:
    """The starter, and a models.dev file of its 5,117 routes; leaves the imported catalog behind."""
    file = folder / "api.json"
    file.write_text(json.dumps(as_models_dev()))
    for name, load in (
        ("load_starter / loaddata", lambda: quietly("load_starter")),
        ("import_catalog / loaddata", lambda: quietly("import_catalog", "models-dev", str(file))),
    ):
        yield _against_loaddata(name, load, folder / "rows.json")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the process so far: {peak:.0f} MiB")


def quietly(*command: str) -> None:
    """Run a management command without its output."""
    call_command(*command, stdout=StringIO(), stderr=StringIO())


def empty() -> None:
    """Take every row of this project's tables away."""
    call_command("flush", interactive=False, verbosity=0)


def as_models_dev() -> dict:
    """The starter's providers and routes in the format of models.dev's ``api.json``."""
    tables = read_starter()
    names = {row["id"]: row for row in tables.models}
    providers = {
        row["slug"]: {"id": row["slug"], "name": row["name"], "doc": row["docs_url"], "models": {}}
        for row in tables.providers
    }
    for route in tables.routes:
        model = names[route["model"]]
        providers[route["provider"]]["models"][route["provider_model_id"]] = {
            "id": route["provider_model_id"],
            "name": model["name"],
            "release_date": model["release_date"],
            "modalities": {"input": ["text"], "output": ["text"]},
            "open_weights": False,
            "limit": {"context": model["context_length"] or 0, "output": 0},
        }
    return providers


def _against_loaddata(name: str, load, rows: Path) -> Ratio:
    pairs = []
    for _ in range(RUNS):
        empty()
        ours = seconds(load)
        tables = [m._meta.label for m in apps.get_app_config("policies").get_models()]
        call_command("dumpdata", *tables, output=str(rows), verbosity=0)
        empty()
        pairs.append((ours, seconds(lambda: call_command("loaddata", str(rows), verbosity=0))))
    return summary(name, pairs)
