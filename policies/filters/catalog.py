"""The contracts of the lists of models and of routes."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from policies.bases import Basis, ConditionKind, Evidence, Layer, LicenseEvidence, Lifecycle, Status
from policies.filters.catalog_columns import MODEL_COLUMNS, ROUTE_COLUMNS
from policies.filters.columns import sorts_of
from policies.filters.contract import ALL
from policies.filters.expressions import unindexed
from policies.filters.facets import NOTHING, TERMS_SAY
from policies.filters.fields import Recorded, Word, search_box, sorting
from policies.filters.freshness import Verified
from policies.filters.listed import ListContract
from policies.filters.orders import Key, Slice
from policies.models import Family, License, Provider, ProviderTerms, Route, TextModel
from policies.querysets import words_match
from policies.rules import RULES

READ_IN_ORDER_FROM = 10_000
"""Matching routes. Of a million, ten thousand are then read for a page of a hundred."""


class ModelContract(ListContract):
    """The list of models; status, basis, license and evidence are of the model level."""

    vocabulary = MODEL_COLUMNS
    ties = (Key("canonical_id"),)
    more_sorts = {"name": (Key("name"),)}

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
    sort = sorting(sorts_of(MODEL_COLUMNS, **more_sorts))

    class Meta:
        model = TextModel
        fields: list[str] = []

    def served_by(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Models that this provider serves."""
        return queryset.filter(
            Exists(Route.objects.filter(model=OuterRef("pk"), provider__slug=value))
        )

    def is_available(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Models with, or without, a route that is available."""
        served = Exists(Route.objects.filter(model=OuterRef("pk"), available=True))
        return queryset.filter(served if value == "true" else ~served)


class RouteContract(ListContract):
    """The list of routes.

    Where many routes match, the list by models is read in its order until the page is full: picking
    all that match by an index and sorting them would read the more, the more there are.
    """

    vocabulary = ROUTE_COLUMNS
    ties = (Key("id", int),)
    in_order = False

    q = search_box()
    status = Word(Status, ALL)
    basis = Word(Basis)
    rule = Word([rule.number for rule in RULES])
    layer = Word(Layer)
    decided = Word([Layer.LICENSE, Layer.TERMS, "nothing"])
    evidence = Word(Evidence, NOTHING)
    verified = Word(Verified, NOTHING)
    provider = Recorded(Provider, "slug", optional=False, method="at_provider")
    license = Recorded(License, "slug")
    terms = Recorded(ProviderTerms, "slug")
    terms_say = Word(TERMS_SAY)
    condition = Word(ConditionKind)
    license_evidence = Word(LicenseEvidence, field_name="model__license_evidence")
    model = Recorded(TextModel, "canonical_id", optional=False, field_name="model__canonical_id")
    owner = Recorded(TextModel, "owner", field_name="model__owner")
    family = Recorded(Family, "slug", field_name="model__family__slug")
    available = Word(["true", "false"], method="is_available")
    lifecycle = Word(Lifecycle)
    sort = sorting(sorts_of(ROUTE_COLUMNS))

    class Meta:
        model = Route
        fields: list[str] = []

    def is_available(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Routes that are, or are no longer, served."""
        return queryset.filter(available=value == "true")

    def at_provider(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Routes of this provider."""
        found = Provider.objects.filter(slug=value).values("pk")
        if not self.in_order:
            return queryset.filter(provider__in=found)
        return queryset.alias(of_provider=unindexed("provider_id")).filter(of_provider__in=found)

    def of_pairs(self, queryset: QuerySet) -> QuerySet:
        """Routes at the pairs that match."""
        if not self.in_order:
            return super().of_pairs(queryset)
        return queryset.alias(at_pair=unindexed("policy_id")).filter(at_pair__in=self.matching)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Routes of the models that match."""
        if not self.in_order:
            return super().search(queryset, name, value)
        return queryset.filter(words_match("model__search_text", value))

    def slice(self, count: int) -> Slice:
        """One page, in the way that reads less."""
        by_model = self.order.columns[0] == "model__canonical_id"
        self.in_order = by_model and count >= READ_IN_ORDER_FROM
        return super().slice(count)
