"""The contracts of the lists of models and of routes."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from policies.bases import Basis, ConditionKind, Evidence, Layer, LicenseEvidence, Lifecycle, Status
from policies.filters.contract import ALL, Contract
from policies.filters.facets import NOTHING
from policies.filters.fields import Recorded, Word, page_number, page_size, search_box, sorting
from policies.filters.freshness import Verified
from policies.models import Family, License, Provider, ProviderTerms, Route, TextModel
from policies.rules import RULES

MODEL_SORTS = {
    "id": ("canonical_id",),
    "name": ("name", "canonical_id"),
    "status": ("policy__status", "canonical_id"),
    "license": ("policy__license__slug", "canonical_id"),
    "routes": ("routes_count", "canonical_id"),
    "released": ("release_date", "canonical_id"),
}
ROUTE_SORTS = {
    "model": ("model__canonical_id", "id"),
    "provider": ("provider__slug", "id"),
    "added": ("id",),
}


class ModelContract(Contract):
    """The list of models; status, basis, license and evidence are of the model level."""

    sorts = MODEL_SORTS

    q = search_box()
    status = Word(Status, ALL)
    basis = Word(Basis)
    evidence = Word(Evidence, NOTHING)
    license = Recorded(License, "slug")
    license_evidence = Word(LicenseEvidence)
    condition = Word(ConditionKind)
    owner = Recorded(TextModel, "owner", field_name="owner")
    family = Recorded(Family, "slug", field_name="family__slug")
    provider = Recorded(Provider, "slug", optional=False, method="served_by")
    available = Word(["true", "false"], method="is_available")
    sort = sorting(MODEL_SORTS)
    page = page_number()
    size = page_size()

    class Meta:
        model = TextModel
        fields: list[str] = []

    @property
    def qs(self) -> QuerySet:
        """The models that are meant; counted by routes only where they are sorted by them."""
        found = super().qs
        by_routes = self.sort.removeprefix("-") == "routes"
        return found.with_routes_count() if by_routes else found  # type: ignore[attr-defined]

    def served_by(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Models that this provider serves."""
        return queryset.filter(
            Exists(Route.objects.filter(model=OuterRef("pk"), provider__slug=value))
        )

    def is_available(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Models with, or without, a route that is available."""
        served = Exists(Route.objects.filter(model=OuterRef("pk"), available=True))
        return queryset.filter(served if value == "true" else ~served)


class RouteContract(Contract):
    """The list of routes."""

    sorts = ROUTE_SORTS

    q = search_box()
    status = Word(Status, ALL)
    basis = Word(Basis)
    rule = Word([rule.number for rule in RULES])
    layer = Word(Layer)
    decided = Word([Layer.LICENSE, Layer.TERMS, "nothing"])
    evidence = Word(Evidence, NOTHING)
    verified = Word(Verified, NOTHING)
    provider = Recorded(Provider, "slug", optional=False, field_name="provider__slug")
    license = Recorded(License, "slug")
    terms = Recorded(ProviderTerms, "slug")
    condition = Word(ConditionKind)
    license_evidence = Word(LicenseEvidence, field_name="model__license_evidence")
    model = Recorded(TextModel, "canonical_id", optional=False, field_name="model__canonical_id")
    owner = Recorded(TextModel, "owner", field_name="model__owner")
    family = Recorded(Family, "slug", field_name="model__family__slug")
    available = Word(["true", "false"], method="is_available")
    lifecycle = Word(Lifecycle)
    sort = sorting(ROUTE_SORTS)
    page = page_number()
    size = page_size()

    class Meta:
        model = Route
        fields: list[str] = []

    def is_available(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Routes that are, or are no longer, served."""
        return queryset.filter(available=value == "true")
