"""Pointers of models and routes at their pairs: what would move, in sets.

One query says which rows of a scope do not point at the pair of the documents that apply to them;
it is grouped for a plan, and inserted as ``Move`` rows for an apply.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from policies.models import Move, Route, TextModel
from policies.resolution.pairs import MoveGroup
from policies.resolution.scope import Scope, is_empty, within

NO_ID = Value(None, output_field=BigIntegerField())


@dataclass(frozen=True)
class Subject:
    """What differs between models and routes when their pointers are written."""

    kind: str
    table: Any
    name: str
    provider: Any
    parts: tuple[str, ...]
    in_scope: Callable[[Scope], QuerySet]

    def untouched(self, scope: Scope) -> bool:
        """Whether the scope names nothing that could move one of these."""
        return all(is_empty(getattr(scope, part)) for part in self.parts)


def _models_in(scope: Scope) -> QuerySet:
    rows = TextModel.objects.filter(within(pk=scope.models, family=scope.families))
    return rows.with_effective_license().annotate(want_terms=Value(0))


def _routes_in(scope: Scope) -> QuerySet:
    models: Any = scope.models
    if not is_empty(scope.families) and scope.families is not None:
        models = _models_in(scope).order_by().values("pk")
    rows = Route.objects.filter(within(pk=scope.routes, model=models, provider=scope.providers))
    return rows.with_effective_pair()


SUBJECTS = (
    Subject("model", TextModel, "canonical_id", None, ("models", "families"), _models_in),
    Subject(
        "route",
        Route,
        "provider_model_id",
        "provider_id",
        ("routes", "models", "families", "providers"),
        _routes_in,
    ),
)


def move_groups(scope: Scope) -> list[MoveGroup]:
    """Who would move from which policy to which pair, counted."""
    groups = []
    first = scope == Scope.everything() and nothing_has_moved()
    for subject in SUBJECTS:
        if subject.untouched(scope):
            continue
        rows = rows_moving(subject, scope, first=first).order_by()
        grouped = rows.values_list("was", "want_license", "want_terms").annotate(
            n=Count("pk"), ids=Sum("pk")
        )
        with connection.cursor() as cursor:
            cursor.execute(*text_of(grouped))
            found = cursor.fetchall()
        groups += [
            MoveGroup(subject.kind, was, (license_id, terms_id), count, int(ids) if was else 0)
            for was, license_id, terms_id, count, ids in sorted(found, key=_group_order)
        ]
    return groups


def moving(kind: str, scope: Scope) -> QuerySet:
    """The models or routes that would move, with ``was`` (a policy's id or NULL) and the wanted pair."""
    (subject,) = (subject for subject in SUBJECTS if subject.kind == kind)
    return rows_moving(subject, scope).order_by("pk")


def vanished_groups(number: int, written: Collection[tuple[type, str]]) -> list[MoveGroup]:
    """Who had an answer and was deleted by the open revision, counted by that answer's policy.

    ``written`` are the tables and kinds of the versions that the revision wrote.
    """
    groups = []
    for subject in SUBJECTS:
        if (subject.table, "-") not in written:
            continue
        rows = (
            rows_vanished(subject, number)
            .values_list("last")
            .annotate(n=Count("pk"), ids=Sum("id"))
        )
        groups += [
            MoveGroup(subject.kind, last, None, count, int(ids))
            for last, count, ids in sorted(rows)
        ]
    return groups


def nothing_has_moved() -> bool:
    """Whether nothing was ever given an answer: there is no history to look into."""
    return not Move.objects.exists()


def text_of(rows: QuerySet) -> tuple[str, tuple]:
    """The statement of a query, and its parameters, for the rows of a scope in the order of their table.

    SQLite would begin with the few providers, and then look for their routes all over the table; where it
    reads CROSS JOIN it keeps the order.
    """
    text, parameters = rows.query.get_compiler(connection=connection).as_sql()
    if connection.vendor == "sqlite":
        text = text.replace(" INNER JOIN ", " CROSS JOIN ")
    return text, parameters


def _group_order(row: tuple) -> tuple:
    return (row[0] or 0, *row[1:])


def rows_moving(subject: Subject, scope: Scope, *, first: bool = False) -> QuerySet:
    """Rows that point at another pair than their documents', or that have no answer yet.

    What was deleted and is recorded again has moves, the newest of which led nowhere. ``first`` says that
    nothing has any.
    """
    moves = Move.objects.filter(**{subject.kind: OuterRef("pk")}).order_by("-revision_id")
    stands = NO_ID if first else Subquery(moves.values("after")[:1])
    rows = subject.in_scope(scope).annotate(stands=stands)
    elsewhere = ~Q(policy__license_key=F("want_license"), policy__terms_key=F("want_terms"))
    # Whoever has no answer yet points there; to look at everybody's moves would take longer than all else.
    unanswered = Q(policy__license_key=0, policy__terms_key=0, stands=None)
    return rows.filter(elsewhere | unanswered).annotate(
        was=Case(
            When(stands=None, then=NO_ID),
            default=F("policy_id"),
            output_field=BigIntegerField(),
        )
    )


def rows_vanished(subject: Subject, number: int) -> QuerySet:
    """Versions of records that the revision deleted and that had an answer."""
    past = subject.table.history.model
    moves = Move.objects.filter(**{subject.kind: OuterRef("id")}).order_by("-revision_id")
    return (
        past.objects.filter(revision_id=number, history_type="-")
        .annotate(last=Subquery(moves.values("after")[:1]))
        .filter(last__isnull=False)
        .order_by()
    )
