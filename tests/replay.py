"""Random edits of a small catalog, and everything that can be read of a state, to compare by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policies import export
from policies.models import (
    CURATED,
    License,
    ModelAlias,
    Move,
    Policy,
    PolicyChange,
    Revision,
    Tally,
    TextModel,
)
from policies.resolution.tallies import recounted_tallies
from tests.factories import make_license, make_model, make_provider, make_route
from tests.random_edits import EDITS, some

NAMES = ["Kraft", "GROSS", "Größe ß", "ΣΊΣΥΦΟΣ", "İstanbul 100%", "it's", "通义"]
WORDS = ["kraft", "gross", "größe", "σίσυφοσ", "İstanbul", "100%", "it's", "通", "other", "owner"]
LOGS = [Revision, PolicyChange, Move, *(table.history.model for table in CURATED)]


def rename_model(opened, rng):
    model = some(TextModel, rng)
    model.name = rng.choice(NAMES)
    opened.save(model)


def respell_model(opened, rng):
    model = some(TextModel, rng)
    model.canonical_id = f"{rng.choice(NAMES)}/{rng.random()}"
    opened.save(model)


def add_alias(opened, rng):
    name = f"other-{rng.choice(NAMES)}-{rng.random()}"
    opened.bulk_create([ModelAlias(name=name, model=some(TextModel, rng))])


def change_alias(opened, rng):
    if others := list(ModelAlias.objects.other_spellings().order_by("pk")):
        alias = rng.choice(others)
        alias.model = some(TextModel, rng)
        opened.save(alias)


def drop_alias(opened, rng):
    if alias := some(ModelAlias, rng):
        opened.delete(alias)


def rename_documents(opened, rng):
    license = some(License, rng)
    license.name, license.conditions = rng.choice(NAMES), rng.choice([[], [{"kind": "naming"}]])
    opened.save(license)


def add_rows(opened, rng):
    make_route(make_model(license=make_license(), name=rng.choice(NAMES)), make_provider())


MORE_EDITS: list[Callable] = [
    *EDITS,
    rename_model,
    respell_model,
    add_alias,
    change_alias,
    drop_alias,
    rename_documents,
    add_rows,
]


def everything() -> dict[str, Any]:
    """All that the tables hold, what was found by searching, and the export, as of now."""
    found = {word: set(_ids(TextModel.objects.search(word))) for word in WORDS}
    return {
        **{table._meta.label: _rows(table) for table in (*CURATED, Policy, *LOGS)},
        "tallies": _tallies(),
        "recounted": {key: counts for key, counts in recounted_tallies().items() if any(counts)},
        "found": found,
        "export": b"".join(export.stream("ndjson", export.describe(Revision.objects.current()))),
    }


def _rows(table: Any) -> list[dict[str, Any]]:
    rows = list(table.objects.order_by("pk").values())
    for row in rows:
        if "search_text" in row:  # its lines have no order that a search could see
            row["search_text"] = set(row["search_text"].split("\n"))
    return rows


def _tallies() -> dict[tuple[int, int], tuple[int, int]]:
    rows = Tally.objects.values_list("provider_key", "policy", "routes", "models_count")
    return {(p, pair): (routes, models) for p, pair, routes, models in rows if routes or models}


def _ids(queryset: Any) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True))
