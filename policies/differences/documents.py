"""The licenses and provider terms that differ between two revisions, and whether that flipped anything."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Q

from policies.bases import Layer
from policies.differences.span import Span, state
from policies.models import License, PolicyChange, ProviderTerms
from policies.timeline.asked import Asked
from policies.timeline.rows import moved
from policies.timeline.ways import ANY

TABLES: dict[Layer, Any] = {Layer.LICENSE: License, Layer.TERMS: ProviderTerms}
NOT_TOLD = {"id", "version", "created_at", "internal_note"}


class ChangedDocument(NamedTuple):
    """A document that differs; ``change`` is appeared, changed or vanished.

    ``slug`` is its newest. ``fields`` are the columns that differ. ``flipped``: whether one of the
    revisions in between changed the status or basis of any model or route under it.
    """

    layer: str
    slug: str
    change: str
    fields: list[str]
    flipped: bool


def changed_documents(span: Span) -> list[ChangedDocument]:
    """Every document of which something public differs, licenses first, by slug."""
    flipped = _flipped(span)
    found = []
    for place, (layer, table) in enumerate(TABLES.items()):
        written = table.history.filter(**span.begun).order_by().values_list("id", flat=True)
        ids = list(written.distinct())
        before, after = (_stored(table, ids, number) for number in (span.since, span.until))
        for key in before.keys() | after.keys():
            fields = _differing(before.get(key), after.get(key))
            if fields:
                slug = (after.get(key) or before[key])["slug"]
                change = _change(key in before, key in after)
                flip = key in flipped[place]
                found.append(ChangedDocument(layer.value, slug, change, fields, flip))
    return sorted(found)


def _stored(table: Any, ids: list[int], number: int) -> dict[int, dict[str, Any]]:
    with state(number):
        return {row["id"]: row for row in table.objects.filter(pk__in=ids).values()}


def _differing(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    """The public columns of which the values differ; all of them where one side is missing."""
    names = [name for name in (after or before or {}) if name not in NOT_TOLD]
    if before is None or after is None:
        return sorted(names)
    return sorted(name for name in names if before[name] != after[name])


def _change(was: bool, is_there: bool) -> str:
    if was and is_there:
        return "changed"
    return "appeared" if is_there else "vanished"


def _flipped(span: Span) -> tuple[set[int], set[int]]:
    """The licenses and terms under which an answer flipped; what only came or went did not."""
    changes = PolicyChange.objects.filter(**span.begun, revision__lte=span.until).flips()
    used = changes.filter(Q(routes__gt=0) | Q(models_count__gt=0)).order_by()
    pairs = set(used.values_list(*_keys("policy")).distinct())
    moves = moved(Asked(direction=ANY)).filter(number__gt=span.since, number__lte=span.until)
    stayed = moves.exclude(now="").order_by()
    for row in stayed.values_list(*_keys("before"), *_keys("after")).distinct():
        pairs |= {row[:2], row[2:]}
    return {license for license, _ in pairs}, {terms for _, terms in pairs}


def _keys(pair: str) -> list[str]:
    """The columns with the ids of a pair's documents, 0 for none."""
    return [f"{pair}__license_key", f"{pair}__terms_key"]
