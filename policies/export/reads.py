"""What the API asks most, in SQL that is written once: Django takes longer to write it than it takes to run.

Table names stand in it plainly, so that a past state can be put before them (``policies.shadows``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection

from policies.spellings import fold

MODELS = """
SELECT m.policy_id, m.canonical_id, m.name, m.owner, f.slug, m.license_evidence
FROM policies_textmodel m LEFT JOIN policies_family f ON f.id = m.family_id {narrowed}
ORDER BY m.canonical_id LIMIT %s OFFSET %s
"""
ALL = MODELS.format(narrowed="")
OF_STATUS = MODELS.format(
    narrowed="JOIN policies_policy p ON p.id = m.policy_id WHERE p.status = %s"
)
SPELLED = """
SELECT m.id, m.canonical_id, m.name
FROM policies_textmodel m JOIN policies_modelalias a ON a.model_id = m.id WHERE a.key = %s
"""
ROUTES = """
SELECT r.model_id, r.policy_id, p.slug, r.provider_model_id, r.available
FROM policies_route r JOIN policies_provider p ON p.id = r.provider_id WHERE r.model_id IN ({ids})
"""
SPELLINGS = "SELECT a.model_id, a.name FROM policies_modelalias a WHERE a.model_id IN ({ids})"


ListedModel = tuple[int, str, str, str, str | None, str]
"""A row of the list of models: its pair's id, id, name, owner, family, and evidence for the license."""


class NamedModel(NamedTuple):
    """A model that was asked for by a spelling."""

    pk: int
    id: str
    name: str


class RouteRow(NamedTuple):
    """What an answer needs of one route."""

    policy: int
    provider: str
    provider_model_id: str
    available: bool


def page_of_models(status: str, *, size: int, start: int) -> list[ListedModel]:
    """``size`` models by id in code-point order from ``start`` on, of one status or (empty) of all."""
    return _rows(OF_STATUS if status else ALL, [*([status] if status else []), size, start])


def model_spelled(name: str) -> NamedModel | None:
    """The model that carries this spelling as id or alias, without regard to case."""
    found = _rows(SPELLED, [fold(name)])
    return NamedModel(*found[0]) if found else None


def routes_of(models: Sequence[int]) -> dict[int, list[RouteRow]]:
    """The routes of these models, each list by provider and the provider's model id."""
    found: dict[int, list[RouteRow]] = defaultdict(list)
    for model, *row in _rows_of(ROUTES, models):
        found[model].append(RouteRow(*row))
    for routes in found.values():  # faster than a sort of all of them by the database
        routes.sort(key=attrgetter("provider", "provider_model_id"))
    return found


def spellings_of(models: Sequence[int]) -> dict[int, list[str]]:
    """Ids and aliases of these models, each list by name."""
    found: dict[int, list[str]] = defaultdict(list)
    for model, name in _rows_of(SPELLINGS, models):
        found[model].append(name)
    for names in found.values():
        names.sort()
    return found


def _rows_of(sql: str, models: Sequence[int]) -> list[tuple[Any, ...]]:
    """Ids stand in the statement as they are: drivers take long over hundreds of parameters."""
    return _rows(sql.format(ids=", ".join(map(str, map(int, models)))), []) if models else []


def _rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
