"""How many models and routes point at each pair: counted from the steps of a revision, or all afresh."""

from __future__ import annotations

from django.db import connection
from django.db.models import Count

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
    Tally.objects.bulk_create(
        Tally(provider_id=provider or None, policy_id=policy, routes=routes, models_count=models)
        for (provider, policy), (routes, models) in recounted_tallies().items()
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


_STEPS_OF = """
SELECT provider_id, provider_key, policy_id, routes, models_count FROM {step}
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
  AND {tally}.provider_key = step.provider_key
"""
