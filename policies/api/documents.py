"""The lists of licenses, of provider terms and of providers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router

from policies.api.filtering import query_of
from policies.api.lists import Listing, Record, listed
from policies.api.params import accepts
from policies.api.schemas_lists import (
    LicensePage,
    LicenseRecord,
    ProviderPage,
    ProviderRecord,
    TermsPage,
    TermsRecord,
)
from policies.bases import Status
from policies.filters import DocumentContract, ProviderContract, TermsContract
from policies.models import License, Provider, ProviderTerms

router = Router(tags=["Lists"])
LicensesQuery = query_of(DocumentContract, LicenseRecord)
TermsQuery = query_of(TermsContract, TermsRecord)
ProvidersQuery = query_of(ProviderContract, ProviderRecord)


def _read(
    queryset: Callable[[], QuerySet], record: Callable[[Any], Record]
) -> Callable[[Sequence[int]], dict[int, Record]]:
    """How the records of some keys are read: one query."""

    def records(keys: Sequence[int]) -> dict[int, Record]:
        return {row.pk: record(row) for row in queryset().filter(pk__in=keys).order_by()}

    return records


def _document(row: Any) -> Record:
    return {
        "slug": row.slug,
        "name": row.name,
        "status": row.status.value,
        "basis": row.basis,
        "label": row.shown_label,
        "sourceUrl": row.source_url or None,
        "note": row.note or None,
        "quote": row.quote or None,
        "quoteSection": row.quote_section or None,
        "conditions": row.conditions,
        "evidence": row.evidence,
        "verifiedOn": row.verified_on,
        "verifiedBy": row.verified_by or None,
        "reviewBy": row.review_by,
        "routes": row.routes_count,
    }


def _license(row: Any) -> Record:
    return _document(row) | {
        "spdxId": row.spdx_id or None,
        "versionName": row.version_name or None,
        "publisher": row.publisher or None,
        "models": row.models_count,
    }


def _terms(row: Any) -> Record:
    return _document(row) | {
        "clauseKind": row.clause_kind,
        "subjectToLicense": row.subject_to_license,
        "scope": row.scope,
        "effective": row.effective or None,
        "providers": row.providers_count,
    }


def _provider(row: Any) -> Record:
    split = {status.value: getattr(row, f"{status.value}_count") for status in Status}
    return {
        "slug": row.slug,
        "name": row.name,
        "terms": row.terms.slug if row.terms else None,
        "docsUrl": row.docs_url or None,
        "apiUrl": row.api_url or None,
        "routes": {"total": row.routes_count, **split},
    }


LICENSES = Listing(
    "licenses",
    DocumentContract,
    LicenseRecord,
    License.objects.all,
    _read(lambda: License.objects.with_usage().defer("internal_note"), _license),
)
TERMS = Listing(
    "terms",
    TermsContract,
    TermsRecord,
    ProviderTerms.objects.all,
    _read(
        lambda: ProviderTerms.objects.with_usage().with_providers_count().defer("internal_note"),
        _terms,
    ),
)
PROVIDERS = Listing(
    "providers",
    ProviderContract,
    ProviderRecord,
    Provider.objects.all,
    _read(lambda: Provider.objects.select_related("terms").with_usage(), _provider),
)


@router.get(
    "/v1/licenses", response={200: LicensePage}, operation_id="listLicenses", summary="Licenses"
)
@accepts(LicensesQuery)
def licenses(request: HttpRequest, query: Query[LicensesQuery]) -> HttpResponseBase:  # type: ignore[valid-type]
    """Licenses, and the owners' terms of closed families, as curators read them."""
    return listed(request, query, LICENSES)


@router.get(
    "/v1/terms", response={200: TermsPage}, operation_id="listTerms", summary="Provider terms"
)
@accepts(TermsQuery)
def terms(request: HttpRequest, query: Query[TermsQuery]) -> HttpResponseBase:  # type: ignore[valid-type]
    """Providers' terms on outputs, as curators read them."""
    return listed(request, query, TERMS)


@router.get(
    "/v1/providers", response={200: ProviderPage}, operation_id="listProviders", summary="Providers"
)
@accepts(ProvidersQuery)
def providers(request: HttpRequest, query: Query[ProvidersQuery]) -> HttpResponseBase:  # type: ignore[valid-type]
    """Providers with their terms and their routes by status."""
    return listed(request, query, PROVIDERS)
