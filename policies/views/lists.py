"""The lists: models, routes, licenses, provider terms, providers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet

from policies.bases import Status
from policies.filters import (
    Contract,
    DocumentContract,
    ModelContract,
    ProviderContract,
    RouteContract,
    facets,
)
from policies.filters.cells import (
    GROUPED_UP_TO,
    Cells,
    document_cells,
    model_cells,
    provider_cells,
    route_cells,
)
from policies.models import License, Provider, ProviderTerms, Route, Tally, TextModel
from policies.views.listing import Column, Pager
from policies.views.listpage import ListPage
from policies.views.words import UNDER_SLUG, known_from

SPLIT_COLUMNS = [
    Column("Split", hidden=True),
    Column("Routes", "routes", "num", first="-"),
    Column("Allowed", css="num", status=Status.ALLOWED),
    Column("Disallowed", css="num", status=Status.DISALLOWED),
    Column("Unknown", css="num", status=Status.UNKNOWN),
]


class ModelList(ListPage):
    """Every text model with its own answer and the split of its routes."""

    section = "models"
    title = "Models"
    template_name = "policies/models.html"
    contract_class = ModelContract
    noun = ("model", "models")
    columns = [
        Column("Model", "id"),
        Column("Status", "status"),
        Column("License", "license"),
        *SPLIT_COLUMNS,
        Column("Released", "released", "num", first="-"),
    ]
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
        """Groups of models, and how many routes those listed have, where that is cheap."""
        return model_cells(contract)

    def everything(self) -> int:
        """From the tallies."""
        totals = Tally.objects.by_status()
        self.routes_total = sum(totals["routes"].values())
        return sum(totals["models"].values())

    def listed(self, contract: Contract, pager: Pager, cells: Cells) -> dict[str, Any]:
        """Adds by how many routes the listed models are served."""
        context = super().listed(contract, pager, cells)
        context["routes_total"] = None
        if pager.count and self.routes_total <= GROUPED_UP_TO:
            context["routes_total"] = Route.objects.filter(model__in=contract.qs.order_by()).count()
        return context

    def rows(self, page: QuerySet) -> Iterable[Any]:
        """Models with ``split``, ``routes_total``, ``known_from`` and their id as an address has it."""
        models = list(page.with_policy())  # type: ignore[attr-defined]
        splits = Route.objects.filter(model__in=[model.pk for model in models]).split_by("model_id")
        for model in models:
            model.split = splits.get(model.pk, {})
            model.routes_total = sum(model.split.values())
            model.escaped_id = quote(model.canonical_id, safe="")
            model.known_from = known_from(model.license_evidence, UNDER_SLUG)
        return models


class RouteList(ListPage):
    """Every route with its answer, and what decided it."""

    section = "routes"
    title = "Routes"
    template_name = "policies/routes.html"
    contract_class = RouteContract
    noun = ("route", "routes")
    columns = [
        Column("Model", "model"),
        Column("Provider", "provider"),
        Column("Status"),
        Column("Decided by"),
        Column("License"),
        Column("Available"),
    ]
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

    def everything(self) -> int:
        """From the tallies."""
        return sum(Tally.objects.totals().split().values())

    def cells(self, contract: RouteContract) -> Cells:
        """Groups of routes."""
        return route_cells(contract, routes=self.total)

    def rows(self, page: QuerySet) -> Iterable[Any]:
        """The page's ids first, from an index, and only these rows with their documents."""
        keys = list(page.values_list("pk", flat=True))
        found = Route.objects.with_policy().in_bulk(keys)
        routes = [found[key] for key in keys]
        for route in routes:
            route.speaker = facets.speaker_of(route.policy)
            route.binding = facets.binding_conditions(route.policy)
            route.known_from = known_from(route.model.license_evidence, UNDER_SLUG)
        return routes


class DocumentList(ListPage):
    """The recorded documents of one kind, and how much rests on each."""

    contract_class = DocumentContract
    searched = "Names and slugs were searched,"
    columns = [
        Column("Name", "name"),
        Column("Status", "basis"),
        Column("Evidence"),
        Column("Verified", "verified", "num", first="-"),
        Column("Models", css="num"),
        Column("Routes", "routes", "num", first="-"),
    ]
    facets = [facets.STATUS, facets.READING]

    def cells(self, contract: DocumentContract) -> Cells:
        """Groups of documents."""
        return document_cells(contract)

    def everything(self) -> int:
        """A count of a small table."""
        return self.get_queryset().count()


class LicenseList(DocumentList):
    """Licenses, and the owners' terms of closed families."""

    section = "licenses"
    title = "Licenses"
    template_name = "policies/licenses.html"
    extra_context = {"parameter": "license"}
    noun = ("license", "licenses")

    def get_queryset(self) -> QuerySet:
        """All licenses."""
        return License.objects.all()


class TermsList(DocumentList):
    """Providers' terms on outputs."""

    section = "terms"
    title = "Provider terms"
    template_name = "policies/terms_list.html"
    columns = [*DocumentList.columns[:4], Column("Providers", css="num"), DocumentList.columns[-1]]
    extra_context = {"parameter": "terms"}
    noun = ("document", "documents")

    def get_queryset(self) -> QuerySet:
        """All terms."""
        return ProviderTerms.objects.all()

    def rows(self, page: QuerySet) -> Iterable[Any]:
        """Terms with ``providers_count``: whose own terms they are."""
        return page.with_providers_count()  # type: ignore[attr-defined]


class ProviderList(ListPage):
    """Providers with the split of their routes."""

    section = "providers"
    title = "Providers"
    template_name = "policies/providers.html"
    contract_class = ProviderContract
    searched = "Names and slugs were searched,"
    noun = ("provider", "providers")
    columns = [Column("Provider", "name"), Column("Terms"), *SPLIT_COLUMNS]
    facets = [facets.TERMS]

    def get_queryset(self) -> QuerySet:
        """All providers."""
        return Provider.objects.all()

    def cells(self, contract: ProviderContract) -> Cells:
        """Groups of providers."""
        return provider_cells(contract)

    def everything(self) -> int:
        """A count of a small table."""
        return self.get_queryset().count()

    def rows(self, page: QuerySet) -> Iterable[Any]:
        """Providers with ``split``, as models have it."""
        providers = list(page.select_related("terms"))
        for provider in providers:
            provider.split = {
                status.value: getattr(provider, f"{status.value}_count") for status in Status
            }
        return providers
