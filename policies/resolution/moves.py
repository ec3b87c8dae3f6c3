"""Writing what moved: first the history of it, then the pointers, each in one statement on both engines."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.db.models import F

from policies.models import Move, Policy
from policies.resolution.bulk import count_anew
from policies.resolution.pointers import SUBJECTS, Subject, rows_moving, rows_vanished, text_of
from policies.resolution.scope import Scope

_RECORD_MOVING = """
INSERT INTO {move} (revision_id, subject, before_id, after_id, {kind}_id, provider_id)
SELECT %s, moving.named, CAST(moving.was AS bigint), wanted.id, moving.id, {provider}
FROM ({rows}) AS moving CROSS JOIN {policy} AS wanted
WHERE wanted.license_key = moving.want_license AND wanted.terms_key = moving.want_terms
"""

_RECORD_VANISHED = """
INSERT INTO {move} (revision_id, subject, before_id, {kind}_id, provider_id)
SELECT %s, moving.named, moving.last, moving.id, {provider} FROM ({rows}) AS moving
"""

_FOLLOW_MOVES = """
UPDATE {table} SET policy_id = {move}.after_id FROM {move}
WHERE {move}.revision_id = %s AND {move}.{kind}_id = {table}.id
  AND {move}.after_id <> {table}.policy_id
"""


def write_moves(
    scope: Scope,
    number: int,
    *,
    moving: Collection[str],
    vanished: Collection[str],
    first: bool = False,
) -> None:
    """Record who moves, appears and vanishes, and move the pointers.

    ``moving`` and ``vanished`` are the kinds (model, route) of which the plan names any;
    ``first`` says that very many move, and nothing has before.
    """
    for subject in SUBJECTS:
        if subject.kind in moving:
            rows = rows_moving(subject, scope, first=first)
            rows = rows.values("id", "was", "want_license", "want_terms")
            _record(_RECORD_MOVING, subject, rows, number)
            if first:
                count_anew(Move)
            _follow_moves(subject, number)
        if subject.kind in vanished:
            _record(
                _RECORD_VANISHED,
                subject,
                rows_vanished(subject, number).values("id", "last"),
                number,
            )


def _record(statement: str, subject: Subject, rows, number: int) -> None:
    named = rows.order_by().annotate(named=F(subject.name))
    if subject.provider:
        named = named.annotate(seller=F(subject.provider))
    text, parameters = text_of(named)
    names = {**_names(subject), "rows": text, "policy": Policy._meta.db_table}
    names["provider"] = "moving.seller" if subject.provider else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**names), [number, *parameters])


def _follow_moves(subject: Subject, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW_MOVES.format(**_names(subject)), [number])


def _names(subject: Subject) -> dict[str, str]:
    return {
        "table": subject.table._meta.db_table,
        "move": Move._meta.db_table,
        "kind": subject.kind,
    }
