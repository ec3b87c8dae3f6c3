"""What waits to be read, or to be read again. Pure functions; the day is an argument."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from policies.bases import Layer
from policies.filters.freshness import Attention
from policies.worklist.items import Item, Kind, Ref, by_weight
from policies.worklist.undecided import ranked

Row = dict[str, Any]


def undecided(
    pairs: Iterable[Row], documents: Iterable[Any], families: Iterable[Row]
) -> list[Item]:
    """Undecided documents, and families without a license, by the unknown routes they would settle."""
    return [_undecided(row) for row in ranked(pairs, documents, families)]


def _undecided(row: Row) -> Item:
    document, family = row["document"], row.get("family", False)
    if family:
        why = (
            "No license is recorded for the family, so members without one of their own have none."
        )
        wanted: tuple[tuple[str, str], ...] = (("family", document.slug), ("license", "-"))
    else:
        wanted = ((str(document.layer.value), document.slug),)
        why = document.note or f"No clear policy is recorded in {document}."
    return Item(
        Kind.UNDECIDED,
        Ref.to(document),
        why,
        routes=row["routes"],
        models=row["models"],
        wanted=(*wanted, ("status", "unknown")),
    )


def neglected(pairs: Iterable[Row], documents: Iterable[Any], today: date) -> list[Item]:
    """Documents past their review date (longest overdue first), never verified, or secondary."""
    governed = _governed(pairs)
    found: dict[Kind, list[tuple[Any, Item]]] = {kind: [] for kind in _WHY}
    for document in documents:
        routes, models = governed[document.layer, document.pk]
        for kind, (attention, why) in _WHY.items():
            if attention.holds(document, today):
                item = Item(
                    kind,
                    Ref.to(document),
                    why(document, today),
                    routes=routes,
                    models=models,
                    wanted=((str(document.layer.value), document.slug),),
                )
                found[kind].append((document, item))
    overdue = sorted(found.pop(Kind.PAST_REVIEW), key=lambda pair: (pair[0].review_by, pair[1].why))
    rest = [by_weight(item for _, item in rows) for rows in found.values()]
    return [item for items in ([item for _, item in overdue], *rest) for item in items]


def _governed(pairs: Iterable[Row]) -> dict[tuple[str, int | None], tuple[int, int]]:
    """(layer, id) → the routes and models that the document governs."""
    governed: dict[tuple[str, int | None], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for pair in pairs:
        for layer in (Layer.LICENSE, Layer.TERMS):
            routes, models = governed[layer, pair[layer]]
            governed[layer, pair[layer]] = (routes + pair["routes"], models + pair["models_count"])
    return governed


def _overdue(document: Any, today: date) -> str:
    days = (today - document.review_by).days
    return (
        f"Its review was due on {document.review_by}, {days:,} day{'' if days == 1 else 's'} ago."
    )


def _unverified(document: Any, _today: date) -> str:
    return f"No reading is recorded, and its basis is {document.basis}."


def _reported(document: Any, _today: date) -> str:
    when = f"; recorded on {document.verified_on}" if document.verified_on else ""
    return f"Its basis {document.basis} rests on what others report of the text{when}."


_WHY = {
    Kind.PAST_REVIEW: (Attention.PAST_REVIEW, _overdue),
    Kind.NEVER_VERIFIED: (Attention.NEVER_VERIFIED, _unverified),
    Kind.SECONDARY: (Attention.SECONDARY, _reported),
}
"""Kind → what makes a document belong to it, and the sentence that says so."""
