"""The lists of licenses, of provider terms and of providers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Sum

from policies.filters import (
    DocumentContract,
    ListContract,
    ProviderContract,
    TermsContract,
    facets,
)
from policies.filters.cells import Cells, document_cells, provider_cells
from policies.models import License, Provider, ProviderTerms, Tally
from policies.views.cached import per_revision
from policies.views.coverage import grouped
from policies.views.listpage import ListPage
from policies.views.lists import NO_ROUTES, SPLIT_CELLS


class RecordList(ListPage):
    """Records of a small table, searched by name and slug."""

    searched = "Names and slugs were searched,"

    def everything(self) -> int:
        """A count of a small table."""
        return self.get_queryset().count()


class DocumentList(RecordList):
    """The recorded documents of one kind, and how much rests on each."""

    facets = [facets.STATUS, facets.READING]

    def cells(self, contract: DocumentContract) -> Cells:
        """Groups of documents."""
        return document_cells(contract)

    def related(self, queryset: QuerySet) -> QuerySet:
        """With what they govern."""
        return queryset.with_usage().defer("internal_note")  # type: ignore[attr-defined]

    def dressed(self, contract: ListContract, rows: list[Any]) -> list[Any]:
        """With the kinds of their conditions."""
        for document in rows:
            kinds = dict.fromkeys(item["kind"] for item in document.conditions)
            document.condition_kinds = list(kinds)
        return rows


class LicenseList(DocumentList):
    """Licenses, and the owners' terms of closed families."""

    name = section = "licenses"
    title = "Licenses"
    template_name = "policies/licenses.html"
    contract_class = DocumentContract
    extra_context = {"parameter": "license"}
    noun = ("license", "licenses")
    own_cells = frozenset({"name", "status", "evidence", "verified", "models", "routes"})

    def get_queryset(self) -> QuerySet:
        """All licenses."""
        return License.objects.all()


class TermsList(DocumentList):
    """Providers' terms on outputs."""

    name = section = "terms"
    title = "Provider terms"
    template_name = "policies/terms_list.html"
    contract_class = TermsContract
    extra_context = {"parameter": "terms"}
    noun = ("document", "documents")
    own_cells = frozenset({"name", "status", "evidence", "verified", "providers", "routes"})

    def get_queryset(self) -> QuerySet:
        """All terms."""
        return ProviderTerms.objects.all()

    def related(self, queryset: QuerySet) -> QuerySet:
        """With ``providers_count``: whose own terms they are."""
        return super().related(queryset).with_providers_count()  # type: ignore[attr-defined]


class ProviderList(RecordList):
    """Providers with the split of their routes."""

    name = section = "providers"
    title = "Providers"
    template_name = "policies/providers.html"
    contract_class = ProviderContract
    noun = ("provider", "providers")
    own_cells = SPLIT_CELLS | {"provider", "terms"}
    facets = [facets.TERMS]

    def get_queryset(self) -> QuerySet:
        """All providers."""
        return Provider.objects.all()

    def cells(self, contract: ProviderContract) -> Cells:
        """Groups of providers."""
        return provider_cells(contract)

    def related(self, queryset: QuerySet) -> QuerySet:
        """With their terms."""
        return queryset.select_related("terms")

    def dressed(self, contract: ListContract, rows: list[Any]) -> list[Any]:
        """With ``split`` and ``routes_total``, as models have them."""
        splits = per_revision("routes by provider", splits_of_providers, shown=self.revision)
        for provider in rows:
            provider.split = splits.get(provider.pk, NO_ROUTES)
            provider.routes_total = sum(provider.split.values())
        return rows


def splits_of_providers() -> dict[int, dict[str, int]]:
    """Id of a provider with routes → its split: from the tallies, in one query."""
    rows = Tally.objects.of_providers().order_by().values_list("provider", "policy__status")
    return dict(grouped(rows.annotate(total=Sum("routes"))))
