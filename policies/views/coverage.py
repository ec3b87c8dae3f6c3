"""The numbers of the coverage page, from tallied rows and documents: pure Python, no queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.utils import timezone

from policies.bases import Evidence, Layer, Status
from policies.filters.facets import NOTHING
from policies.worklist import ranked

Row = dict[str, Any]
Split = dict[str, int]

HELPFUL = 6
"""How many undecided documents are shown."""


def split(rows: Iterable[Row], column: str) -> Split:
    """``{status: sum of one column}``, every status present."""
    counts = dict.fromkeys(Status.values, 0)
    for row in rows:
        counts[row["status"]] += row[column]
    return counts


def grouped(triples: Iterable[tuple[str, str, int]]) -> dict[str, Split]:
    """``(key, status, count)`` triples as ``{key: {status: count}}``."""
    groups: dict[str, Split] = defaultdict(lambda: dict.fromkeys(Status.values, 0))
    for key, status, count in triples:
        groups[key][status] += count
    return groups


def lines(groups: dict[str, Split], names: Iterable[tuple[str, Any]], href: str = "") -> list[Row]:
    """Groups as table lines in the order of ``names``; ``href`` ends where the key belongs."""
    return [
        {
            "key": key,
            "name": name,
            "href": f"{href}{quote(key)}" if href else "",
            "split": groups[key],
            "total": sum(groups[key].values()),
        }
        for key, name in names
        if key in groups
    ]


def by_layer(rows: Iterable[Row]) -> list[Row]:
    """Routes by the layer that decided them. Rule 5 decides nothing, whichever document speaks in it."""
    names = [("license", "License"), ("terms", "Terms"), ("none", "Nothing clear")]
    groups = grouped(
        ("none" if row["status"] == Status.UNKNOWN else row["layer"], row["status"], row["routes"])
        for row in rows
    )
    return lines(groups, names)


def by_evidence(rows: Iterable[Row], href: str = "") -> list[Row]:
    """Routes by how far the text of the speaking document was read; ``-`` where none speaks."""
    groups = grouped((_evidence(row), row["status"], row["routes"]) for row in rows)
    names = [*((level.value, level) for level in Evidence), (NOTHING, "No document")]
    return lines(groups, names, href)


def _evidence(row: Row) -> str:
    if row["layer"] == Layer.NONE:
        return NOTHING
    return row["terms_evidence" if row["layer"] == Layer.TERMS else "license_evidence"]


def attention(documents: list[Any]) -> list[Row]:
    """How many documents lack what, by the kind of work that waits."""
    today = timezone.localdate()
    counted = [
        ("Never verified", lambda d: d.verified_on is None),
        ("Known only from others", lambda d: d.evidence == Evidence.SECONDARY),
        ("Read, but no quote kept", _read_without_quote),
        ("No source URL", lambda d: not d.source_url),
        ("Past review date", lambda d: bool(d.review_by and d.review_by < today)),
    ]
    return [
        {"label": label, "count": sum(1 for document in documents if holds(document))}
        for label, holds in counted
    ]


def _read_without_quote(document: Any) -> bool:
    read = document.evidence in (Evidence.TEXT_READ, Evidence.EXCERPT_READ)
    return read and not document.quote


def helpful(rows: Iterable[Row], documents: Iterable[Any], families: Iterable[Row]) -> list[Row]:
    """Undecided documents and families by the unknown routes that a reading would settle."""
    found = ranked(rows, documents, families)
    most = found[0]["routes"] if found else 0
    return [{**row, "share": f"{100 * row['routes'] / most:.2f}"} for row in found[:HELPFUL]]
