"""The page of one license or of one provider's terms, as it is recorded now or as it was."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from policies.bases import Status
from policies.filters.within import VersionWithin
from policies.models import License, ProviderTerms, TextModel
from policies.trace import Condition
from policies.views import pairs, past
from policies.views.details import DetailPage
from policies.views.serving import (
    MODELS_SHOWN,
    families_of,
    families_under,
    models_under,
    providers_of,
    providers_under,
    routes_href,
)
from policies.views.versions import version_of
from policies.views.words import IN_CELL, known_from


class DocumentPage(DetailPage):
    """What licenses and provider terms show alike: reading, text, conditions, use, versions."""

    column = ""
    contract: VersionWithin

    def asked_of(self, record: Any) -> VersionWithin:
        """Which version is asked for, of those that there are."""
        contract = VersionWithin(self.request.GET, License.objects.none())
        contract.last = record.version
        return contract

    def found(self, record: Any) -> dict[str, Any]:
        """The record with its use, or one of its versions; and what its versions flipped."""
        versions = self.versions(record)
        common = {
            "current": record,
            "compare_kind": self.section,
            "version_href": f"{record.get_absolute_url()}?version=",
            "numbers": range(1, record.version + 1),
            "caused": past.caused(self.column, record, versions["revisions"]),
            **versions,
        }
        number, against = self.contract.numbers
        if number == record.version:
            return {**common, **reading_of(record), **self.used(record)}
        staff = bool(self.request.user.is_staff)
        version = version_of(record, number, against, staff=staff)
        return {**common, **reading_of(version.record), "past_version": version}

    def used(self, record: Any) -> dict[str, Any]:
        """The pairs that the document governs."""
        used = pairs.uses(**{f"policy__{self.column}": record})
        return {
            "uses": [use for use in used if use.routes],
            "split": pairs.split_of(used),
            "routes_count": sum(use.routes for use in used),
            "models_count": sum(use.models for use in used),
        }


def reading_of(document: Any) -> dict[str, Any]:
    """A document as it is read, and what binds where it allows."""
    conditions = [Condition(item["kind"], item["detail"], document) for item in document.conditions]
    return {
        "document": document,
        "conditions": conditions,
        "binding": conditions if document.status is Status.ALLOWED else [],
    }


class LicensePage(DocumentPage):
    """A license and what it governs."""

    section = "licenses"
    template_name = "policies/license.html"
    admin_name = "license"
    column = "license"

    def get_object(self) -> License:
        """The license by its slug."""
        return get_object_or_404(License, slug=self.kwargs["slug"])

    def used(self, record: License) -> dict[str, Any]:
        """Adds the models that carry it, the most served first, their families and providers."""
        models = TextModel.objects.filter(policy__license=record).with_routes_count()
        shown = list(models.order_by("-routes_count", "canonical_id")[:MODELS_SHOWN])
        for model in shown:
            model.known_from = known_from(model.license_evidence, IN_CELL)
            model.routes_href = routes_href(model=model.canonical_id)
        return {
            **super().used(record),
            "models": shown,
            "covers": record.families.all(),
            "families": families_of(record),
            "providers": providers_under(record),
        }


class TermsPage(DocumentPage):
    """Provider terms and what they govern."""

    section = "terms"
    template_name = "policies/terms.html"
    admin_name = "providerterms"
    column = "terms"

    def get_object(self) -> ProviderTerms:
        """The terms by their slug."""
        return get_object_or_404(ProviderTerms, slug=self.kwargs["slug"])

    def used(self, record: ProviderTerms) -> dict[str, Any]:
        """Adds the providers, the families and the models most served under the terms."""
        models, models_count = models_under(record)
        return {
            **super().used(record),
            "models": models,
            "models_count": models_count,
            "families": families_under(record),
            "providers": providers_of(record),
        }
