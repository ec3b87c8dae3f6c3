"""Pointers of models and routes at their pairs: what moves, in sets, and the counts that follow.

One query says which rows of a scope do not point at the pair of the documents that apply to them;
it is grouped for a plan, and inserted as ``Move`` rows for an apply. The pointers and the tallies
are then updated from those moves, each in one statement that both engines run.
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

from policies.models import Move, Policy, Provider, Route, Tally, TallyStep, TextModel
from policies.resolution.pairs import MoveGroup
from policies.resolution.scope import Scope, is_empty, within

_NO_ID = Value(None, output_field=BigIntegerField())


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
    for subject in SUBJECTS:
        if subject.untouched(scope):
            continue
        rows = _moving(subject, scope).order_by()
        grouped = rows.values_list("was", "want_license", "want_terms").annotate(
            n=Count("pk"), ids=Sum("pk")
        )
        groups += [
            MoveGroup(subject.kind, was, (license_id, terms_id), count, int(ids) if was else 0)
            for was, license_id, terms_id, count, ids in sorted(grouped, key=_group_order)
        ]
    return groups


def moving(kind: str, scope: Scope) -> QuerySet:
    """The models or routes that would move, with ``was`` (a policy's id or NULL) and the wanted pair."""
    (subject,) = (subject for subject in SUBJECTS if subject.kind == kind)
    return _moving(subject, scope).order_by("pk")


def vanished_groups(number: int, written: Collection[tuple[type, str]]) -> list[MoveGroup]:
    """Who had an answer and was deleted by the open revision, counted by that answer's policy.

    ``written`` are the tables and kinds of the versions that the revision wrote.
    """
    groups = []
    for subject in SUBJECTS:
        if (subject.table, "-") not in written:
            continue
        rows = _vanished(subject, number).values_list("last").annotate(n=Count("pk"), ids=Sum("id"))
        groups += [
            MoveGroup(subject.kind, last, None, count, int(ids))
            for last, count, ids in sorted(rows)
        ]
    return groups


def write_moves(
    scope: Scope, number: int, *, moving: Collection[str], vanished: Collection[str]
) -> None:
    """Record who moves, appears and vanishes, and move the pointers.

    ``moving`` and ``vanished`` are the kinds (model, route) of which the plan names any.
    """
    for subject in SUBJECTS:
        if subject.kind in moving:
            rows = _moving(subject, scope).annotate(after=_wanted_policy())
            _insert_moves(subject, rows, number, before=F("was"), after=F("after"))
            _follow_moves(subject, number)
        if subject.kind in vanished:
            rows = _vanished(subject, number)
            _insert_moves(subject, rows, number, before=F("last"), after=None)


def write_tallies(number: int) -> None:
    """Add to the counts what the moves of revision ``number`` changed, as its steps say."""
    steps = _STEPS_OF.format(step=_table(TallyStep), provider=_table(Provider))
    names = {"tally": _table(Tally), "steps": steps}
    with connection.cursor() as cursor:
        cursor.execute(_ADD_TALLIES.format(**names), [number])
        cursor.execute(_CHANGE_TALLIES.format(**names), [number])


def rewrite_tallies() -> None:
    """Count everything afresh, where counts were damaged or never kept."""
    counted = recounted_tallies()
    Tally.objects.all().delete()
    Tally.objects.bulk_create(
        Tally(provider_id=provider or None, policy_id=policy, routes=routes, models_count=models)
        for (provider, policy), (routes, models) in counted.items()
    )


def recounted_tallies() -> dict[tuple[int, int], tuple[int, int]]:
    """(provider or 0, policy) → (routes, models), counted from the pointers themselves."""
    counts: dict[tuple[int, int], tuple[int, int]] = {}
    routes = Route.objects.order_by().values_list("provider", "policy").annotate(n=Count("pk"))
    for provider, policy, count in routes:
        counts[provider, policy] = (count, 0)
        total = counts.get((0, policy), (0, 0))[0]
        counts[0, policy] = (total + count, 0)
    models = TextModel.objects.order_by().values_list("policy").annotate(n=Count("pk"))
    for policy, count in models:
        counts[0, policy] = (counts.get((0, policy), (0, 0))[0], count)
    return counts


def _group_order(row: tuple) -> tuple:
    return (row[0] or 0, *row[1:])


def _wanted_policy() -> Subquery:
    pairs = Policy.objects.of_pair(OuterRef("want_license"), OuterRef("want_terms"))
    return Subquery(pairs.order_by().values("pk")[:1])


def _moving(subject: Subject, scope: Scope) -> QuerySet:
    """Rows that point at another pair than their documents', or that have no answer yet.

    What was deleted and is recorded again has moves, the newest of which led nowhere.
    """
    moves = Move.objects.filter(**{subject.kind: OuterRef("pk")}).order_by("-revision_id")
    rows = subject.in_scope(scope).annotate(stands=Subquery(moves.values("after")[:1]))
    elsewhere = ~Q(policy__license_key=F("want_license"), policy__terms_key=F("want_terms"))
    # Whoever has no answer yet points there; to look at everybody's moves would take longer than all else.
    unanswered = Q(policy__license_key=0, policy__terms_key=0, stands=None)
    return rows.filter(elsewhere | unanswered).annotate(
        was=Case(
            When(stands=None, then=_NO_ID),
            default=F("policy_id"),
            output_field=BigIntegerField(),
        )
    )


def _vanished(subject: Subject, number: int) -> QuerySet:
    """Versions of records that the revision deleted and that had an answer."""
    past = subject.table.history.model
    moves = Move.objects.filter(**{subject.kind: OuterRef("id")}).order_by("-revision_id")
    return (
        past.objects.filter(revision_id=number, history_type="-")
        .annotate(last=Subquery(moves.values("after")[:1]))
        .filter(last__isnull=False)
        .order_by()
    )


def _insert_moves(
    subject: Subject, rows: QuerySet, number: int, *, before: Any, after: Any
) -> None:
    nothing = _NO_ID
    columns = {
        "revision_id": Value(number),
        "subject": F(subject.name),
        "before_id": before,
        "after_id": nothing if after is None else after,
        "model_id": F("id") if subject.kind == "model" else nothing,
        "route_id": F("id") if subject.kind == "route" else nothing,
        "provider_id": F(subject.provider) if subject.provider else nothing,
    }
    selected = rows.order_by().values_list(*columns.values())
    query, params = selected.query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {_table(Move)} ({', '.join(columns)}) {query}", params)


def _follow_moves(subject: Subject, number: int) -> None:
    names = {"table": _table(subject.table), "move": _table(Move), "kind": subject.kind}
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW_MOVES.format(**names), [number])


def _table(model: Any) -> str:
    return model._meta.db_table


_FOLLOW_MOVES = """
UPDATE {table} SET policy_id = {move}.after_id FROM {move}
WHERE {move}.revision_id = %s AND {move}.{kind}_id = {table}.id
  AND {move}.after_id <> {table}.policy_id
"""

_STEPS_OF = """
SELECT provider_id, policy_id, routes, models_count FROM {step}
WHERE revision_id = %s AND (provider_id IS NULL OR provider_id IN (SELECT id FROM {provider}))
"""

_ADD_TALLIES = """
INSERT INTO {tally} (provider_id, policy_id, routes, models_count)
SELECT provider_id, policy_id, 0, 0 FROM ({steps}) AS step WHERE policy_id IS NOT NULL
ON CONFLICT DO NOTHING
"""

_CHANGE_TALLIES = """
UPDATE {tally} SET routes = {tally}.routes + step.routes,
  models_count = {tally}.models_count + step.models_count
FROM ({steps}) AS step
WHERE {tally}.policy_id = step.policy_id
  AND {tally}.provider_key = COALESCE(step.provider_id, 0)
"""
