"""The lists of models and of routes."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import quote

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from policies.bases import Status
from policies.filters import ListContract, ModelContract, RouteContract, facets
from policies.filters.cells import GROUPED_UP_TO, Cells, Counted, model_cells, route_cells
from policies.models import Policy, Route, Tally, TextModel
from policies.trace import binding_conditions, speaker_of
from policies.views.listpage import ListPage
from policies.views.words import UNDER_SLUG, known_from

NO_ROUTES = dict.fromkeys(Status.values, 0)
SPLIT_CELLS = frozenset({"routes", "allowed", "disallowed", "unknown"})


def answered(row: Any, policy: Policy) -> None:
    """Give a model or a route its answer, who speaks in it, and what binds: no query."""
    row.policy = policy
    row.speaker = speaker_of(policy)
    row.binding = binding_conditions(policy)
    row.condition_kinds = list(dict.fromkeys(condition.kind for condition in row.binding))


class CatalogList(ListPage):
    """Models or routes, whose totals the tallies hold; ``column`` is theirs."""

    column: ClassVar[str]

    @cached_property
    def totals(self) -> dict[str, int]:
        """How many ``routes`` and models (``models_count``) there are: one query."""
        sums = {name: Coalesce(Sum(name), 0) for name in ("routes", "models_count")}
        return Tally.objects.totals().aggregate(**sums)

    def everything(self) -> int:
        """From the tallies."""
        return self.totals[self.column]

    def counted(self, contract: ListContract) -> Counted:
        """Tells the contract which pairs match, so that it need not ask each pair again."""
        found = super().counted(contract)
        if found.pairs is not None:
            contract.matching = found.pairs
        return found

    def count(self, contract: Any) -> Counted:
        """With the pairs that match, where anything is asked of pairs."""
        of_pairs = contract.wanted.keys() & facets.OF_PAIR.keys()
        return super().count(contract)._replace(pairs=contract.matching if of_pairs else None)


class ModelList(CatalogList):
    """Every text model with its own answer and the split of its routes."""

    name = section = "models"
    title = "Models"
    template_name = "policies/models.html"
    contract_class = ModelContract
    column = "models_count"
    noun = ("model", "models")
    own_cells = SPLIT_CELLS | {"model", "status", "license", "released"}
    facets = [
        facets.MODEL_STATUS,
        facets.OWNER,
        facets.LICENSE,
        facets.LICENSE_EVIDENCE,
        facets.EVIDENCE,
        facets.CONDITION,
        facets.FAMILY,
    ]

    def get_queryset(self) -> QuerySet:
        """All models."""
        return TextModel.objects.all()

    def cells(self, contract: ModelContract) -> Cells:
        """Groups of models."""
        return model_cells(contract)

    def count(self, contract: ModelContract) -> Counted:
        """Also by how many routes the models that are meant are served, where that is cheap."""
        found = super().count(contract)
        if not found.meant or self.totals["routes"] > GROUPED_UP_TO:
            return found
        served = Route.objects.filter(model__in=contract.qs.order_by())
        return found._replace(routes=served.count())

    def listed(self, contract: ListContract, counted: Counted) -> dict[str, Any]:
        """Adds by how many routes the listed models are served."""
        return {**super().listed(contract, counted), "routes_total": counted.routes}

    def related(self, queryset: QuerySet) -> QuerySet:
        """With their families."""
        return queryset.select_related("family").defer("search_text")

    def dressed(self, contract: ListContract, rows: list[Any]) -> list[Any]:
        """With ``split``, ``routes_total``, ``known_from`` and their id as an address has it."""
        splits = Route.objects.filter(model__in=[model.pk for model in rows]).split_by("model_id")
        pairs = contract.pairs_of(rows)
        for model in rows:
            answered(model, pairs[model.policy_id])
            model.split = splits.get(model.pk, NO_ROUTES)
            model.routes_total = sum(model.split.values())
            model.escaped_id = quote(model.canonical_id, safe="")
            model.known_from = known_from(model.license_evidence, UNDER_SLUG)
        return rows


class RouteList(CatalogList):
    """Every route with its answer, and what decided it."""

    name = section = "routes"
    title = "Routes"
    template_name = "policies/routes.html"
    contract_class = RouteContract
    column = "routes"
    noun = ("route", "routes")
    own_cells = frozenset({"model", "provider", "status", "decided_by", "license", "available"})
    facets = [
        facets.STATUS,
        facets.PROVIDER,
        facets.LICENSE,
        facets.TERMS,
        facets.EVIDENCE,
        facets.BASIS,
        facets.LICENSE_EVIDENCE,
        facets.CONDITION,
        facets.AVAILABLE,
        facets.LIFECYCLE,
    ]

    def get_queryset(self) -> QuerySet:
        """All routes."""
        return Route.objects.all()

    def cells(self, contract: RouteContract) -> Cells:
        """Groups of routes."""
        return route_cells(contract, routes=self.totals["routes"])

    def related(self, queryset: QuerySet) -> QuerySet:
        """With model and provider; the documents come with the pairs."""
        found = queryset.select_related("model__family", "provider")
        return found.defer("model__search_text", "model__license_note")

    def dressed(self, contract: ListContract, rows: list[Any]) -> list[Any]:
        """With what decided, what binds, and when the route was added."""
        pairs = contract.pairs_of(rows)
        for route in rows:
            answered(route, pairs[route.policy_id])
            route.known_from = known_from(route.model.license_evidence, UNDER_SLUG)
            route.added_on = route.created_at.date()
        return rows
