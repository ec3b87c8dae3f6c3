"""What an export tells, row by row, to compare and to mirror by."""

from __future__ import annotations

from typing import Any

import orjson

from policies import export
from policies.asof import as_of
from policies.models import Revision

Key = tuple[str, str, str]


def exported(number: int | None = None) -> dict[Key, dict[str, Any]]:
    """Every row of the export after a revision (now), by what names it, models without providers."""
    if number is not None:
        with as_of(number):
            return exported()
    stream = export.stream("ndjson", export.describe(Revision.objects.current()))
    return by_key(orjson.loads(line) for line in b"".join(stream).splitlines())


def by_key(records) -> dict[Key, dict[str, Any]]:
    """The rows of exported models, by model, provider and the provider's model id."""
    rows: dict[Key, dict[str, Any]] = {}
    for record in records:
        providers = record.pop("providers")
        rows[record["id"], "", ""] = record
        for row in providers:
            rows[record["id"], row["provider"], row["providerModelId"]] = row
    return rows


def differing(before, after, *, whole: bool) -> list[tuple]:
    """By brute force: the rows that differ, in order, with both sides."""
    found = []
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if (was != now) if whole or not (was and now) else policy(was) != policy(now):
            found.append((key, was, now))
    return found


def policy(row) -> Any:
    return row and row["distillationPolicy"]
