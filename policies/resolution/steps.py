"""By how much each revision changed the counts: a few rows where it moved very many.

They are summed once from the moves, when a revision is written. Present counts follow from them, and so do
those of past revisions.
"""

# ruff: noqa: S608  (the texts are made of own table names and conditions)
from __future__ import annotations

from django.db import connection

from policies.models import Move, TallyStep

_MOVES, _STEPS = Move._meta.db_table, TallyStep._meta.db_table

_SIDES = [("after_id", 1), ("before_id", -1)]

_NONZERO = "HAVING SUM(routes) <> 0 OR SUM(models_count) <> 0"


def write_steps(number: int) -> None:
    """Sum up the moves of revision ``number``."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_STEPS} (revision_id, provider_id, policy_id, routes, models_count)"
            f" {_counted('WHERE revision_id = %s')}"
            " SELECT revision_id, provider_id, policy_id, SUM(routes), SUM(models_count)"
            f" FROM ({_each_side()}) AS step GROUP BY revision_id, provider_id, policy_id {_NONZERO}",
            [number],
        )


def strayed_steps() -> list[int]:
    """The revisions whose steps are not what their moves add up to."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_counted()} SELECT DISTINCT revision_id FROM (SELECT revision_id FROM ({_each_side()}"
            f" UNION ALL SELECT revision_id, provider_id, policy_id, -routes, -models_count FROM {_STEPS}"
            f") AS step GROUP BY revision_id, provider_id, policy_id {_NONZERO}) AS strayed"
            " ORDER BY revision_id"
        )
        return [number for (number,) in cursor.fetchall()]


def rewrite_steps() -> None:
    """Sum up the moves again of the revisions whose steps were damaged."""
    for number in strayed_steps():
        TallyStep.objects.filter(revision=number).delete()
        write_steps(number)


def _counted(which: str = "") -> str:
    """Moves that are alike, counted: the moves are read once, and all else is about few rows."""
    alike = "revision_id, provider_id, before_id, after_id, model_id IS NULL"
    return (
        f"WITH counted AS MATERIALIZED (SELECT revision_id, provider_id, before_id, after_id,"
        f" model_id IS NULL AS is_route, COUNT(*) AS n FROM {_MOVES} {which} GROUP BY {alike})"
    )


def _each_side() -> str:
    """Each as what it adds and takes: of its provider's routes, of all routes, or of all models."""
    return " UNION ALL ".join(
        f"SELECT revision_id, {provider} AS provider_id, {side} AS policy_id, {routes} AS routes,"
        f" {models} AS models_count FROM counted WHERE {kind} AND {side} IS NOT NULL"
        for side, sign in _SIDES
        for provider, kind, routes, models in (
            ("provider_id", "is_route", f"{sign} * n", "0"),
            ("CAST(NULL AS bigint)", "is_route", f"{sign} * n", "0"),
            ("CAST(NULL AS bigint)", "NOT is_route", "0", f"{sign} * n"),
        )
    )
