"""Which undecided documents a reading would help most: pure arithmetic over tallied pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from policies.bases import Basis, Evidence, Layer, Status

Row = dict[str, Any]
Waiting = dict[tuple[str, int | None], dict[str, int]]


def could_settle(document: Any) -> bool:
    """Undecided, and not known to be silent: terms that were read in full have nothing to add."""
    read = document.layer is Layer.TERMS and document.evidence == Evidence.TEXT_READ
    return document.basis == Basis.PROVIDER_TERMS_UNKNOWN and not read


def ranked(rows: Iterable[Row], documents: Iterable[Any], families: Iterable[Row]) -> list[Row]:
    """Undecided documents and families, first those whose reading would settle most unknown routes.

    ``rows`` as ``reading.tallied`` gives them, ``families`` as ``reading.unlicensed_families``; each
    result has ``document``, ``kind``, ``routes`` and ``models``.
    """
    waiting = unknown_per_document(rows)
    found = [
        {"document": document, "kind": document.layer.label, **waiting[document.layer, document.pk]}
        for document in documents
        if could_settle(document)
    ]
    found = [row for row in [*found, *families] if row["routes"]]
    return sorted(found, key=lambda row: (-row["routes"], str(row["document"])))


def unknown_per_document(rows: Iterable[Row]) -> Waiting:
    """(layer, id of a document) → its unknown ``routes``, and ``models`` that are unknown themselves."""
    waiting: Waiting = defaultdict(lambda: {"routes": 0, "models": 0})
    for row in rows:
        if row["status"] == Status.UNKNOWN:
            for layer in (Layer.LICENSE, Layer.TERMS):
                waiting[layer, row[layer]]["routes"] += row["routes"]
                waiting[layer, row[layer]]["models"] += row["models_count"]
    return waiting
