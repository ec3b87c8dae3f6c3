"""Which models can differ: those that the log of a span names, themselves or by what hangs on them.

It may name more than differ, never fewer: what happened after the span is looked at too, since the rows
are sought where they are now. They keep their ids in the log whatever they are called, so a model that
was renamed or deleted is found under each of its names.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from policies.differences.span import Span
from policies.models import (
    Family,
    License,
    ModelAlias,
    Move,
    Policy,
    PolicyChange,
    Provider,
    ProviderTerms,
    Route,
    TextModel,
)

NAMED_BY = {
    TextModel: ["canonical_id"],
    Route: ["model_id", "provider_id", "provider_model_id"],
}
"""What names a row in an answer, beside the slug of everything else."""

TOLD = ("status", "basis", "label", "source_url", "note")
"""The part of a resolved answer that clients read."""

FEW = 2000
"""Up to so many touched models are asked for one by one; of more, each name is asked whether it is."""

Part = tuple[QuerySet, str]
"""Rows that the span touched, and their column that names a model."""


def touched_names(span: Span, start: str, *, inclusive: bool, size: int) -> list[str]:
    """Names that touched models bear or bore, by code point from ``start`` on."""
    known = TextModel.history.filter(
        **{f"canonical_id__{'gte' if inclusive else 'gt'}": start},
    )
    if span.since:  # everything differs from nothing
        known = known.filter(_among(_touched(span)))
    names = known.order_by("canonical_id").values_list("canonical_id", flat=True).distinct()
    return list(names[:size])


def _among(parts: list[Part]) -> Q:
    """Versions of the models that the parts name: by their ids, or row by row where there are many."""
    first, *others = (rows.order_by().values_list(column, flat=True) for rows, column in parts)
    few = list(first.union(*others, all=True).order_by()[: FEW + 1])
    if len(few) <= FEW:
        return Q(id__in=set(few))
    each = (Q(Exists(rows.filter(**{column: OuterRef("id")}))) for rows, column in parts)
    return reduce(or_, each)


def _touched(span: Span) -> list[Part]:
    """What the span touched; a row that was pointed elsewhere, came or went has a move."""
    moves = Move.objects.filter(**span.begun)
    pairs = _changed_pairs(span)
    models = TextModel.objects.filter(policy__in=pairs)
    routes = Route.objects.filter(
        Q(policy__in=pairs) | Q(provider__in=_written(Provider, span, "slug").values("id"))
    )
    logged = Route.history.filter(
        Q(id__in=moves.filter(route__isnull=False).values("route_id"))
        | Q(id__in=_rewritten(Route, span).values("id"))
    )
    parts: list[Part] = [
        (moves.filter(model__isnull=False), "model_id"),
        (_rewritten(TextModel, span), "id"),
        (models, "id"),
        (routes, "model_id"),
        (logged, "model_id"),
    ]
    if span.whole:
        members = TextModel.objects.filter(family__in=_written(Family, span, "slug").values("id"))
        spelled = ModelAlias.history.filter(id__in=_written(ModelAlias, span).values("id"))
        parts += [(members, "id"), (spelled, "model_id")]
    return parts


def _rewritten(table: Any, span: Span) -> QuerySet:
    """Versions of rows whose names were written, or any of their columns where whole records count."""
    return _written(table, span, *(() if span.whole else NAMED_BY[table]))


def _written(table: Any, span: Span, *columns: str) -> QuerySet:
    """Versions that the span wrote; with ``columns``, of rows that ever had others there."""
    versions = table.history.filter(**span.begun)
    if columns:
        same = Q(**{column: OuterRef(column) for column in columns})
        versions = versions.filter(Exists(table.history.filter(~same, id=OuterRef("id"))))
    found: QuerySet = versions.order_by()
    return found


def _changed_pairs(span: Span) -> list[int]:
    """The pairs whose own answer is another one at the end than it was before the span."""
    changes = PolicyChange.objects.filter(**span.begun, revision__lte=span.until)
    same = changes.filter(policy=OuterRef("policy"))
    newest = same.order_by("-revision_id").values("pk")[:1]
    firsts = (
        changes.filter(~Exists(same.filter(revision__lt=OuterRef("revision"))))
        .exclude(before_status="")  # a new pair: whatever points at it has moved
        .annotate(last=Subquery(newest))
        .order_by()
        .values_list("policy_id", "last", *(f"before_{name}" for name in TOLD))
    )
    found = list(firsts)
    lasts = PolicyChange.objects.in_bulk([last for _, last, *_ in found])
    pairs = [
        pair
        for pair, last, *before in found
        if before != [getattr(lasts[last], f"after_{name}") for name in TOLD]
    ]
    return [*pairs, *_renamed_pairs(span)] if span.whole else pairs


def _renamed_pairs(span: Span) -> QuerySet:
    """The pairs of which a document has another slug."""
    renamed = Q(license__in=_written(License, span, "slug").values("id")) | Q(
        terms__in=_written(ProviderTerms, span, "slug").values("id")
    )
    return Policy.objects.filter(renamed).order_by().values_list("pk", flat=True)
