"""The numbers of the coverage page, from tallied rows and documents: pure Python, no queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote

from django.urls import reverse

from policies.bases import Evidence, Layer, Status
from policies.filters.facets import NOTHING, decided_by
from policies.filters.freshness import Attention, Verified, verified
from policies.worklist import ranked

Row = dict[str, Any]
Split = dict[str, int]

HELPFUL = 6
"""How many undecided documents are shown."""

LISTS = {Layer.LICENSE: ("licenses", "license"), Layer.TERMS: ("terms-list", "terms document")}
"""The list of each kind of document, and its noun."""


def split(rows: Iterable[Row], column: str) -> Split:
    """``{status: sum of one column}``, every status present."""
    counts = dict.fromkeys(Status.values, 0)
    for row in rows:
        counts[row["status"]] += row[column]
    return counts


def grouped(triples: Iterable[tuple[Any, str, int]]) -> dict[Any, Split]:
    """``(key, status, count)`` triples as ``{key: {status: count}}``; other keys have none of each."""
    groups: dict[Any, Split] = defaultdict(lambda: dict.fromkeys(Status.values, 0))
    for key, status, count in triples:
        groups[key][status] += count
    return groups


def lines(groups: dict[Any, Split], names: Iterable[tuple[Any, Any]], href: str = "") -> list[Row]:
    """Groups as table lines in the order of ``names``.

    ``href`` ends where the key belongs; it is the list of the line's routes.
    """
    return [
        {
            "key": key,
            "name": name,
            "list": f"{href}{quote(key)}" if href else "",
            "href": f"{href}{quote(key)}" if href else "",
            "split": groups[key],
            "total": sum(groups[key].values()),
        }
        for key, name in names
        if key in groups
    ]


def by_layer(rows: Iterable[Row], href: str = "") -> list[Row]:
    """Routes by what decided them, each with its share. Rule 5 decides nothing, whoever speaks."""
    names = [("license", "License"), ("terms", "Terms"), ("nothing", "Nothing clear")]
    groups = grouped(
        (decided_by(row["status"], row["layer"]), row["status"], row["routes"]) for row in rows
    )
    found = lines(groups, names, href)
    total = sum(line["total"] for line in found)
    return [
        {**line, "note": f"{100 * line['total'] / total:.1f}%" if total else ""} for line in found
    ]


def by_evidence(rows: Iterable[Row], href: str = "") -> list[Row]:
    """Routes by how far the text of the speaking document was read; ``-`` where none speaks."""
    groups = grouped((_evidence(row), row["status"], row["routes"]) for row in rows)
    names = [*((level.value, level) for level in Evidence), (NOTHING, "No document")]
    return lines(groups, names, href)


def _evidence(row: Row) -> str:
    if row["layer"] == Layer.NONE:
        return NOTHING
    return str(row["terms_evidence" if row["layer"] == Layer.TERMS else "license_evidence"])


Age = tuple[bool, date | None, str]
"""Whether a document speaks, when it was verified, and the status of its routes."""


def ages(rows: Iterable[Row], documents: Iterable[Any]) -> list[tuple[Age, int]]:
    """Routes by the day on which the document that speaks was verified."""
    days = {(document.layer, document.pk): document.verified_on for document in documents}
    found: Counter[Age] = Counter()
    for row in rows:
        speaks = row["layer"] != Layer.NONE
        day = days[row["layer"], row[row["layer"]]] if speaks else None
        found[speaks, day, row["status"]] += row["routes"]
    return [(age, count) for age, count in found.items() if count]


def by_age(counted: Iterable[tuple[Age, int]], today: date, href: str = "") -> list[Row]:
    """Routes by how long ago the speaking document was verified, as of a day."""
    groups = grouped(
        (verified(day, today).value if speaks else NOTHING, status, count)
        for (speaks, day, status), count in counted
    )
    names = [*((age.value, str(age.label)) for age in Verified), (NOTHING, "No document")]
    return lines(groups, names, href)


class Reading(NamedTuple):
    """What the work that waits for a document depends on."""

    layer: Layer
    evidence: str
    verified_on: date | None
    review_by: date | None
    source_url: str
    quote: bool

    @classmethod
    def of(cls, document: Any) -> Reading:
        """The same of a record, without its texts."""
        return cls(
            document.layer,
            document.evidence,
            document.verified_on,
            document.review_by,
            document.source_url,
            bool(document.quote),
        )


def attention(readings: Iterable[Any], today: date) -> list[Row]:
    """How many documents of each kind lack what, with the lists of exactly these."""
    readings = list(readings)
    return [
        {
            "label": str(kind.label),
            "lists": [_lacking(kind, layer, readings, today) for layer in LISTS],
        }
        for kind in Attention
    ]


def _lacking(kind: Attention, layer: Layer, readings: list[Any], today: date) -> Row:
    name, noun = LISTS[layer]
    count = sum(1 for reading in readings if reading.layer is layer and kind.holds(reading, today))
    return {
        "count": count,
        "noun": noun if count == 1 else {"terms document": "terms"}.get(noun, f"{noun}s"),
        "href": f"{reverse(name)}?attention={kind.value}",
    }


def helpful(rows: Iterable[Row], documents: Iterable[Any], families: Iterable[Row]) -> list[Row]:
    """Undecided documents and families by the unknown routes that a reading would settle."""
    found = ranked(rows, documents, families)
    most = found[0]["routes"] if found else 0
    return [_helped(row, most) for row in found[:HELPFUL]]


def _helped(row: Row, most: int) -> Row:
    """A line in plain values, so that it can be remembered."""
    document, family = row["document"], "family" in row
    own = f"license={NOTHING}&family=" if family else f"{document.layer.value}="
    asked = f"?status=unknown&{own}{document.slug}"
    return {
        "name": document.name,
        "href": document.get_absolute_url(),
        "family": family,
        "note": "" if family else document.note,
        "evidence": "" if family else document.evidence,
        "kind": row["kind"],
        "routes": row["routes"],
        "models": row["models"],
        "list": f"{reverse('routes')}{asked}",
        "models_list": f"{reverse('models')}{asked}",
        "share": f"{100 * row['routes'] / most:.2f}",
    }
