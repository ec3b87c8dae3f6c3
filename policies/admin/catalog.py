"""Families, models with their aliases, providers and routes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from policies.admin.assign import assigning, taking_away
from policies.admin.base import CuratedAdmin
from policies.admin.columns import NOTHING, column, count_link, verdict
from policies.admin.filters import DecidedByFilter
from policies.admin.forms import AliasForm, AliasRowForm, ModelForm, SpellingFormSet
from policies.admin.merging import MergesAndSplits
from policies.admin.teaching import FAMILY_HELP, MODEL_HELP, PROVIDER_HELP, ROUTE_HELP
from policies.models import Family, ModelAlias, Provider, Route, TextModel


@admin.register(Family)
class FamilyAdmin(CuratedAdmin):
    """Families: one license for all members that have none of their own."""

    help_texts = FAMILY_HELP
    list_display = ["name", "slug", "license", "models_"]
    ordering = ["slug"]
    list_select_related = ["license"]
    actions = [assigning("license", "Assign a license…")]
    search_fields = ["slug", "name", "internal_note"]
    autocomplete_fields = ["license"]
    readonly_fields = ["where_used"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "license", "internal_note"]}),
        ("In use", {"fields": ["where_used"]}),
    ]

    def get_queryset(self, request: Any) -> Any:
        """With the number of members."""
        return super().get_queryset(request).with_usage()

    @column("Models", order="models_count")
    def models_(self, obj: Any) -> str:
        """Members."""
        return count_link(obj.models_count, TextModel, family__id__exact=obj.pk)

    def users(self, obj: Any) -> list[tuple]:
        """Members."""
        return [(obj.models_count, TextModel, {"family__id__exact": obj.pk})]


class AliasInline(admin.TabularInline):
    """The other spellings of a model's id."""

    model = ModelAlias
    form = AliasRowForm
    formset = SpellingFormSet
    fields = ["name", "seen_version"]
    extra = 1
    verbose_name = "spelling"
    verbose_name_plural = "other spellings of the id"

    def get_queryset(self, request: Any) -> Any:
        """The canonical id's own row is kept by the revision, not by hand."""
        return super().get_queryset(request).other_spellings()


@admin.register(TextModel)
class TextModelAdmin(MergesAndSplits, CuratedAdmin):
    """Text models, and how we know which license each carries."""

    form = ModelForm
    help_texts = MODEL_HELP
    list_display = [
        "canonical_id",
        "name",
        "owner",
        "status_now",
        "carries",
        "license_evidence",
        "routes_",
    ]
    list_filter = ["policy__status", "policy__basis", DecidedByFilter, "license_evidence"]
    list_select_related = ["policy", "license", "family__license"]
    also_filtered_by = ("policy__license__id__exact",)
    actions = [
        assigning("license", "Assign a license…"),
        taking_away("license", "Take away: the family's license applies"),
        assigning("family", "Assign a family…"),
        "merge_two",
    ]
    search_fields = ["canonical_id"]
    search_help_text = "Every word must occur in the id, the name or an alias."
    autocomplete_fields = ["family", "license"]
    readonly_fields = ["status_now", "where_used"]
    inlines = [AliasInline]
    fieldsets = [
        (None, {"fields": ["canonical_id", "name", "owner", "release_date", "context_length"]}),
        (
            "License",
            {
                "fields": [
                    "family",
                    "license",
                    "license_evidence",
                    "license_source_url",
                    "license_note",
                ]
            },
        ),
        ("In use", {"fields": ["status_now", "where_used"]}),
    ]

    def get_queryset(self, request: Any) -> Any:
        """With the number of routes."""
        return super().get_queryset(request).with_routes_count()

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> tuple:
        """The same search as the pages' and the API's."""
        return queryset.search(search_term), False

    def goes_along(self, record: Any) -> Any:
        """Its spellings."""
        return record.aliases.all()

    @column("Status", order="policy__status")
    def status_now(self, obj: Any) -> str:
        """The model's own answer."""
        return verdict(obj.policy.status, obj.policy.basis) if obj.pk else NOTHING

    @column("License", order="license__name")
    def carries(self, obj: Any) -> str:
        """The effective license, and whether it is the family's."""
        if obj.license or not obj.effective_license:
            return str(obj.license or NOTHING)
        return f"{obj.effective_license} (family)"

    @column("Routes", order="routes_count")
    def routes_(self, obj: Any) -> str:
        """Routes that serve it."""
        return count_link(obj.routes_count, Route, model__id__exact=obj.pk)

    def users(self, obj: Any) -> list[tuple]:
        """Routes that serve it."""
        return [(obj.routes_count, Route, {"model__id__exact": obj.pk})]


@admin.register(ModelAlias)
class ModelAliasAdmin(CuratedAdmin):
    """All spellings in one list; each model's form has its own as well."""

    form = AliasForm
    list_display = ["name", "model"]
    list_select_related = ["model"]
    search_fields = ["name", "model__canonical_id"]
    autocomplete_fields = ["model"]
    fields = ["name", "model"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        """A spelling is deleted and recorded anew rather than handed to another model."""
        return ["model"] if obj else []

    def view_on_site(self, obj: Any) -> str:
        """The page of its model."""
        return obj.model.get_absolute_url()


@admin.register(Provider)
class ProviderAdmin(CuratedAdmin):
    """Gateways and hosts, each under terms of its own."""

    help_texts = PROVIDER_HELP
    list_display = ["name", "slug", "under", "allowed_", "disallowed_", "unknown_", "routes_"]
    list_filter = ["terms__basis", "terms__evidence"]
    ordering = ["slug"]
    list_select_related = ["terms"]
    actions = [assigning("terms", "Assign terms…")]
    search_fields = ["slug", "name", "terms__name", "internal_note"]
    autocomplete_fields = ["terms"]
    readonly_fields = ["where_used"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "terms", "api_url", "docs_url", "internal_note"]}),
        ("In use", {"fields": ["where_used"]}),
    ]

    def get_queryset(self, request: Any) -> Any:
        """With routes by status."""
        return super().get_queryset(request).with_usage()

    @column("Terms", order="terms__name")
    def under(self, obj: Any) -> Any:
        """The terms that cover it; none recorded is not the same as silent."""
        return obj.terms or "none recorded"

    @column("Allowed", order="allowed_count")
    def allowed_(self, obj: Any) -> str:
        """Allowed routes."""
        return self._by_status(obj, "allowed")

    @column("Disallowed", order="disallowed_count")
    def disallowed_(self, obj: Any) -> str:
        """Disallowed routes."""
        return self._by_status(obj, "disallowed")

    @column("Unknown", order="unknown_count")
    def unknown_(self, obj: Any) -> str:
        """Routes without an answer."""
        return self._by_status(obj, "unknown")

    @column("Routes", order="routes_count")
    def routes_(self, obj: Any) -> str:
        """All its routes."""
        return count_link(obj.routes_count, Route, provider__id__exact=obj.pk)

    def users(self, obj: Any) -> list[tuple]:
        """Its routes."""
        return [(obj.routes_count, Route, {"provider__id__exact": obj.pk})]

    def _by_status(self, obj: Any, status: str) -> str:
        filters = {"provider__id__exact": obj.pk, "policy__status__exact": status}
        return count_link(getattr(obj, f"{status}_count"), Route, **filters)


@admin.register(Route)
class RouteAdmin(CuratedAdmin):
    """Routes: one model at one provider; what is served can be ticked in the list."""

    help_texts = ROUTE_HELP
    list_display = [
        "provider_model_id",
        "provider",
        "model",
        "status_now",
        "available",
        "lifecycle",
    ]
    list_editable = ["available", "lifecycle"]
    list_filter = ["policy__status", "policy__basis", DecidedByFilter, "available", "lifecycle"]
    list_select_related = ["model", "provider", "policy"]
    also_filtered_by = ("policy__license__id__exact", "policy__terms__id__exact")
    actions = [
        assigning("terms", "Assign terms of their own…"),
        taking_away("terms", "Take away: the provider's terms apply"),
    ]
    search_fields = ["provider_model_id"]
    search_help_text = (
        "Every word must occur in the model's spellings, the route's id or the provider."
    )
    autocomplete_fields = ["model", "provider", "terms"]
    readonly_fields = ["status_now", "catalog"]
    fieldsets = [
        (None, {"fields": ["provider", "provider_model_id", "model", "available", "lifecycle"]}),
        ("Terms", {"fields": ["terms"]}),
        ("In use", {"fields": ["status_now", "catalog"]}),
    ]

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> tuple:
        """Words of the model, the provider or the route's own id."""
        return queryset.mentioning(search_term), False

    @column("Status", order="policy__status")
    def status_now(self, obj: Any) -> str:
        """The route's answer."""
        return verdict(obj.policy.status, obj.policy.basis) if obj.pk else NOTHING
