"""Revisions in short: who, when, why, which documents were written and what flipped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.urls import reverse

from policies.bases import Via
from policies.models import License, ProviderTerms, Revision
from policies.timeline.past import History, directions_by_revision

SHOWN = 3
PAGES: dict[str, tuple[Any, str]] = {
    "license": (License, "license"),
    "terms": (ProviderTerms, "terms"),
}
"""Kind of document → its table and the name of its pages."""


def summaries(revisions: Iterable[Revision], past: History | None = None) -> list[dict[str, Any]]:
    """Revisions with their directions and the documents that they wrote, in few queries.

    ``past`` is the history where the caller has read it already.
    """
    revisions = list(revisions)
    numbers = [revision.number for revision in revisions]
    directions = directions_by_revision(numbers, past)
    documents = _documents(numbers)
    return [
        {
            "revision": revision,
            "via": Via(revision.via).label,
            "directions": directions[revision.number],
            "documents": documents[revision.number][:SHOWN],
            "more": max(0, len(documents[revision.number]) - SHOWN),
        }
        for revision in revisions
    ]


def flip_count(directions: Iterable[dict[str, Any]]) -> int:
    """How many models and routes flipped."""
    return sum(way["routes"] + way["models"] for way in directions)


def by_day(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Summaries by day in UTC, with the flips and revisions of each."""
    days = groupby(found, key=lambda summary: summary["revision"].at.date())
    return [
        {
            "day": day,
            "summaries": (summaries := list(group)),
            "flips": sum(flip_count(summary["directions"]) for summary in summaries),
        }
        for day, group in days
    ]


def _documents(numbers: list[int]) -> dict[int, list[dict[str, str]]]:
    """Revision → the documents it wrote, with their basis before and after where it changed."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    licenses, terms = (_versions(kind, numbers) for kind in PAGES)
    for row in sorted(licenses.union(terms, all=True).order_by(), key=lambda row: row[:3]):
        number, kind, slug, name, basis, former, live = row
        changed = former not in (None, basis)
        found[number].append(
            {
                "slug": slug,
                "name": name,
                "href": reverse(PAGES[kind][1], args=[live]) if live else "",
                "before": former if changed else "",
                "after": basis,
            }
        )
    return found


def _versions(kind: str, numbers: list[int]) -> QuerySet:
    """What revisions wrote of one kind of document: its names, its bases and its slug of today."""
    table = PAGES[kind][0]
    written = table.history.filter(revision_id__in=numbers).order_by()
    former = table.history.model.objects.filter(
        id=OuterRef("id"), version=OuterRef("former_version")
    ).order_by("-history_id")
    live = table.objects.filter(pk=OuterRef("id")).order_by()
    return written.annotate(
        kind=Value(kind, output_field=CharField()),
        former_version=F("version") - 1,
        former_basis=Subquery(former.values("basis")[:1]),
        live_slug=Subquery(live.values("slug")[:1]),
    ).values_list("revision_id", "kind", "slug", "name", "basis", "former_basis", "live_slug")
