"""How many models and routes point at each pair: counted from the steps of a revision, or all afresh."""

from __future__ import annotations

from django.db import connection

from policies.models import Provider, Route, Tally, TallyStep, TextModel
from policies.resolution.pointers import nothing_has_moved


def write_tallies(number: int) -> None:
    """Add to the counts what the moves of revision ``number`` changed, as its steps say."""
    steps = _STEPS_OF.format(step=TallyStep._meta.db_table, provider=Provider._meta.db_table)
    names = {"tally": Tally._meta.db_table, "steps": steps}
    with connection.cursor() as cursor:
        cursor.execute(_ADD_TALLIES.format(**names), [number])
        cursor.execute(_CHANGE_TALLIES.format(**names), [number])


def rewrite_tallies() -> None:
    """Count everything afresh, where counts were damaged or never kept."""
    Tally.objects.all().delete()
    if nothing_has_moved():  # and so nothing has an answer: all point where new records do
        return
    names = {"tally": Tally._meta.db_table, "counted": _counted()}
    with connection.cursor() as cursor:
        cursor.execute(_FILL_TALLIES.format(**names))


def recounted_tallies() -> dict[tuple[int, int], tuple[int, int]]:
    """(provider or 0, policy) → (routes, models), counted from the pointers themselves."""
    with connection.cursor() as cursor:
        cursor.execute(_counted())
        return {
            (provider or 0, policy): (int(routes), int(models))
            for provider, policy, routes, models in cursor.fetchall()
        }


def _counted() -> str:
    return _COUNTED.format(route=Route._meta.db_table, model=TextModel._meta.db_table)


_COUNTED = """
WITH counted AS MATERIALIZED (
  SELECT provider_id, policy_id, COUNT(*) AS n FROM {route} GROUP BY provider_id, policy_id)
SELECT provider_id, policy_id, n AS routes, 0 AS models_count FROM counted
UNION ALL SELECT NULL, policy_id, SUM(routes), SUM(models_count) FROM (
  SELECT policy_id, n AS routes, 0 AS models_count FROM counted
  UNION ALL SELECT policy_id, 0, COUNT(*) FROM {model} GROUP BY policy_id
) AS one GROUP BY policy_id
"""

_FILL_TALLIES = """
INSERT INTO {tally} (provider_id, policy_id, routes, models_count) {counted}
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
