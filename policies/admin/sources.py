"""Licenses and provider terms: what a curator has read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from policies.admin.base import CuratedAdmin
from policies.admin.clients import ShowsClients
from policies.admin.columns import NOTHING, column, count_link, gauge, iso, verdict
from policies.admin.filters import AttentionFilter
from policies.admin.forms import SourceForm
from policies.admin.importing import RecordsInOut
from policies.admin.teaching import LICENSE_HELP, TERMS_HELP
from policies.admin.verify import ReadAgain
from policies.models import Family, License, Provider, ProviderTerms, Route, TextModel

DOCUMENT = ("The document", {"fields": ["name", "slug", "source_url"]})
READING = (
    "What the text says",
    {"fields": ["quote", "quote_section", "evidence", "verified_on", "verified_by", "review_by"]},
)
VERDICT = ["basis", "label", "note", "clients_see", "conditions", "internal_note"]
USE = ("In use", {"fields": ["status_stored", "where_used"]})


class SourceAdmin(RecordsInOut, ReadAgain, ShowsClients, CuratedAdmin):
    """What both kinds of document share."""

    form = SourceForm
    list_display = [
        "name",
        "status_now",
        "evidence_read",
        "verified",
        "review",
        "models_",
        "routes_",
    ]
    list_filter = [AttentionFilter, "basis", "evidence"]
    search_fields = ["slug", "name", "note", "internal_note"]
    readonly_fields = ["status_stored", "clients_see", "where_used"]
    ordering = ["name"]

    def get_queryset(self, request: Any) -> Any:
        """With the counts of what each document governs."""
        return super().get_queryset(request).with_usage()

    @column("Status", order="basis")
    def status_now(self, obj: Any) -> str:
        """The status that the recorded basis implies."""
        return verdict(obj.status, obj.basis)

    @column("Status as stored")
    def status_stored(self, obj: Any) -> str:
        """The status before this form's input: a refused save must not look like an answer."""
        stored = self.model._default_manager.filter(pk=obj.pk).first()
        return self.status_now(stored) if stored else NOTHING

    @column("Evidence", order="evidence")
    def evidence_read(self, obj: Any) -> str:
        """How far the text was read."""
        return gauge(obj.evidence)

    @column("Verified on", order="verified_on")
    def verified(self, obj: Any) -> str:
        """The day on which it was last read."""
        return iso(obj.verified_on)

    @column("Review by", order="review_by")
    def review(self, obj: Any) -> str:
        """The day by which it should be read again."""
        return iso(obj.review_by)

    @column("Models", order="models_count")
    def models_(self, obj: Any) -> str:
        """Models that it governs."""
        return count_link(obj.models_count, TextModel, **self.governed(obj))

    @column("Routes", order="routes_count")
    def routes_(self, obj: Any) -> str:
        """Routes that it governs."""
        return count_link(obj.routes_count, Route, **self.governed(obj))

    def governed(self, obj: Any) -> dict[str, Any]:
        """The filter for what has this document in its pair."""
        return {f"policy__{obj.layer.value}__id__exact": obj.pk}

    def users(self, obj: Any) -> list[tuple]:
        """What uses the document: counts, tables and filters."""
        return [(obj.routes_count, Route, self.governed(obj))]


@admin.register(License)
class LicenseAdmin(SourceAdmin):
    """Licenses of models, and the owner's terms of closed families."""

    help_texts = LICENSE_HELP
    search_fields = [*SourceAdmin.search_fields, "spdx_id", "publisher"]
    fieldsets = [
        DOCUMENT,
        ("Publication", {"fields": ["publisher", "version_name", "spdx_id"]}),
        READING,
        ("Reading of it", {"fields": VERDICT}),
        USE,
    ]

    def users(self, obj: Any) -> list[tuple]:
        """Models and routes that it governs, and the families that name it."""
        models = (obj.models_count, TextModel, self.governed(obj))
        families = (obj.families.count(), Family, {"license__id__exact": obj.pk})
        return [models, *super().users(obj), families]


@admin.register(ProviderTerms)
class ProviderTermsAdmin(SourceAdmin):
    """Terms of providers on the outputs of their API."""

    help_texts = TERMS_HELP
    list_display = [
        "name",
        "status_now",
        "evidence_read",
        "verified",
        "review",
        "providers_",
        "routes_",
    ]
    list_filter = [*SourceAdmin.list_filter, "clause_kind", "scope", "subject_to_license"]
    fieldsets = [
        DOCUMENT,
        ("Which text", {"fields": ["scope", "effective"]}),
        READING,
        ("Reading of it", {"fields": ["clause_kind", "basis", "subject_to_license", *VERDICT[1:]]}),
        USE,
    ]

    @column("Providers")
    def providers_(self, obj: Any) -> str:
        """Providers under these terms."""
        return count_link(obj.providers_count, Provider, terms__id__exact=obj.pk)

    def get_queryset(self, request: Any) -> Any:
        """With the number of providers under each."""
        return super().get_queryset(request).with_providers_count()

    def users(self, obj: Any) -> list[tuple]:
        """Providers and routes under it, and routes that name it themselves."""
        providers = (obj.providers_count, Provider, {"terms__id__exact": obj.pk})
        return [providers, *super().users(obj)]
