"""Which models can differ: those that the log of a span names, themselves or by what hangs on them.

It may name more than differ, never fewer: what happened after the span is looked at too, since the rows
are sought where they are now. They keep their ids in the log whatever they are called, so a model that
was renamed or deleted is found under each of its names.
"""

from __future__ import annotations

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
"""Up to so many touched models are asked for one by one: a planner knows its way then."""


def touched_names(span: Span, start: str, *, inclusive: bool, size: int) -> list[str]:
    """Names that touched models bear or bore, by code point from ``start`` on."""
    ids = _touched(span)
    few = list(ids[: FEW + 1])
    known = TextModel.history.filter(
        id__in=few if len(few) <= FEW else ids,
        **{f"canonical_id__{'gte' if inclusive else 'gt'}": start},
    )
    names = known.order_by("canonical_id").values_list("canonical_id", flat=True).distinct()
    return list(names[:size])


def _touched(span: Span) -> QuerySet:
    """Ids of the models; a row that was pointed elsewhere, came or went has a move."""
    moves = Move.objects.filter(**span.begun)
    pairs = _changed_pairs(span)
    models = TextModel.objects.filter(policy__in=pairs)
    routes = Route.objects.filter(
        Q(policy__in=pairs) | Q(provider__in=_written(Provider, span, "slug"))
    )
    logged = Route.history.filter(
        Q(id__in=moves.filter(route__isnull=False).values("route_id"))
        | Q(id__in=_rewritten(Route, span))
    )
    parts = [
        moves.filter(model__isnull=False).values_list("model_id", flat=True),
        _rewritten(TextModel, span),
        models.values_list("pk", flat=True),
        routes.values_list("model_id", flat=True),
        logged.values_list("model_id", flat=True),
    ]
    if span.whole:
        members = TextModel.objects.filter(family__in=_written(Family, span, "slug"))
        spelled = ModelAlias.history.filter(id__in=_written(ModelAlias, span))
        parts += [
            members.values_list("pk", flat=True),
            spelled.values_list("model_id", flat=True),
        ]
    first, *others = (part.order_by() for part in parts)
    return first.union(*others).order_by()


def _rewritten(table: Any, span: Span) -> QuerySet:
    """Rows whose names were written, or any of their columns where whole records count."""
    return _written(table, span, *(() if span.whole else NAMED_BY[table]))


def _written(table: Any, span: Span, *columns: str) -> QuerySet:
    """Ids of the rows that the span wrote; with ``columns``, those that ever had others there."""
    versions = table.history.filter(**span.begun)
    if columns:
        same = Q(**{column: OuterRef(column) for column in columns})
        versions = versions.filter(Exists(table.history.filter(~same, id=OuterRef("id"))))
    found: QuerySet = versions.order_by().values_list("id", flat=True)
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
    renamed = Q(license__in=_written(License, span, "slug")) | Q(
        terms__in=_written(ProviderTerms, span, "slug")
    )
    return Policy.objects.filter(renamed).order_by().values_list("pk", flat=True)
