"""Documents and tallied pairs as the pure functions of the worklist take them: nothing is stored."""

from __future__ import annotations

from policies.models import License, ProviderTerms
from tests.factories import ALLOWS, PERMITS


def license(pk=1, basis=ALLOWS, **fields):
    return License(
        pk=pk, **({"slug": f"license-{pk}", "name": f"License {pk}"} | fields), basis=basis
    )


def terms(pk=1, basis=PERMITS, **fields):
    given = {"slug": f"terms-{pk}", "name": f"Terms {pk}"} | fields
    return ProviderTerms(pk=pk, **given, basis=basis)


def by_key(*documents):
    return {(document.layer, document.pk): document for document in documents}


def pair(license=None, terms=None, routes=1, status="unknown", models_count=0):
    return {
        "license": license,
        "terms": terms,
        "routes": routes,
        "status": status,
        "models_count": models_count,
    }
