"""The contracts of the lists of licenses, of provider terms and of providers."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from policies import asof
from policies.bases import Basis, Evidence, Status
from policies.filters.columns import sorts_of
from policies.filters.contract import ALL
from policies.filters.document_columns import LICENSE_COLUMNS, PROVIDER_COLUMNS, TERMS_COLUMNS
from policies.filters.fields import Recorded, Word, search_box, sorting
from policies.filters.freshness import Attention
from policies.filters.listed import ListContract
from policies.filters.orders import Key
from policies.models import License, Provider, ProviderTerms


class DocumentContract(ListContract):
    """The lists of licenses and of provider terms."""

    default_size = 200
    vocabulary = LICENSE_COLUMNS
    ties = (Key("slug"),)
    more_sorts = {"slug": (Key("slug"),)}

    q = search_box("search_columns")
    status = Word(Status, ALL, method="by_status")
    evidence = Word(Evidence)
    attention = Word(Attention, method="by_attention")
    sort = sorting(sorts_of(LICENSE_COLUMNS, **more_sorts))

    class Meta:
        model = License
        fields: list[str] = []

    def narrowed(self, names: Iterable[str]) -> QuerySet:
        """The documents by their own columns: they are not resolved pairs."""
        queryset = self.queryset
        for name in names:
            if name in self.given and name not in self.settings:
                queryset = self.filters[name].filter(queryset, self.given[name])
        return queryset

    def by_status(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Documents whose basis has this status."""
        return queryset.filter(basis__in=[basis.value for basis in Basis if basis.status == value])

    def by_attention(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Documents that lack something: asked of each in Python, as the coverage page counts them."""
        today, kind = asof.today(), Attention(value)
        waiting = [document.pk for document in self.queryset if kind.holds(document, today)]
        return queryset.filter(pk__in=waiting)

    def search_columns(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Every word stands in the name or in the slug."""
        for word in value.split():
            queryset = queryset.filter(Q(name__icontains=word) | Q(slug__icontains=word))
        return queryset


class TermsContract(DocumentContract):
    """The list of provider terms."""

    vocabulary = TERMS_COLUMNS
    sort = sorting(sorts_of(TERMS_COLUMNS, **DocumentContract.more_sorts))

    class Meta:
        model = ProviderTerms
        fields: list[str] = []


class ProviderContract(DocumentContract):
    """The list of providers; ``terms`` are those of the provider itself."""

    vocabulary = PROVIDER_COLUMNS

    status = None  # type: ignore[assignment]
    evidence = None  # type: ignore[assignment]
    attention = None  # type: ignore[assignment]
    terms = Recorded(ProviderTerms, "slug", field_name="terms__slug")
    sort = sorting(sorts_of(PROVIDER_COLUMNS, **DocumentContract.more_sorts))

    class Meta:
        model = Provider
        fields: list[str] = []
