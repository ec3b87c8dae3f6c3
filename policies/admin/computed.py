"""What follows from the records, to be looked at: policies, revisions, changes, moves, tallies."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from policies.admin.base import ReadOnlyAdmin
from policies.admin.columns import NOTHING, badge, column, count_link, iso, verdict
from policies.admin.filters import NewStatusFilter, SubjectFilter, UseFilter
from policies.admin.undo import UndoRevision
from policies.models import Move, Policy, PolicyChange, Revision, Route, Tally, TextModel


@admin.register(Policy)
class PolicyAdmin(ReadOnlyAdmin):
    """One resolved answer for each pair of documents."""

    list_display = ["pair", "status_now", "label", "rule", "layer", "models_", "routes_"]
    list_filter = [UseFilter, "status", "basis", "layer"]
    list_select_related = ["license", "terms"]
    search_fields = ["label", "license__slug", "license__name", "terms__slug", "terms__name"]
    fields = ["license", "terms", "status_now", "label", "source_url", "note", "rule", "layer"]

    def get_queryset(self, request: Any) -> Any:
        """With the numbers of models and routes."""
        return super().get_queryset(request).with_usage()

    @column("License × terms", order="license__name")
    def pair(self, obj: Any) -> str:
        """The documents; none is said in words."""
        return f"{obj.license or 'no license'} × {obj.terms or 'no terms'}"

    @column("Status", order="status")
    def status_now(self, obj: Any) -> str:
        """The answer."""
        return verdict(obj.status, obj.basis)

    @column("Models", order="models_count")
    def models_(self, obj: Any) -> str:
        """Models that point at it."""
        return count_link(obj.models_count, TextModel, policy__id__exact=obj.pk)

    @column("Routes", order="routes_count")
    def routes_(self, obj: Any) -> str:
        """Routes that point at it."""
        return count_link(obj.routes_count, Route, policy__id__exact=obj.pk)


@admin.register(Revision)
class RevisionAdmin(UndoRevision, ReadOnlyAdmin):
    """Who changed what, when and why."""

    list_display = ["number", "when", "actor", "via", "reason", "changes_", "moves_"]
    list_filter = ["via"]
    search_fields = ["actor", "reason"]
    fields = ["number", "when", "actor", "via", "reason", "rules_version"]

    def get_queryset(self, request: Any) -> Any:
        """With the numbers of changed pairs and of moves."""
        return super().get_queryset(request).with_extent()

    def view_on_site(self, obj: Any) -> str:
        """The revision's page, with its flips."""
        return obj.get_absolute_url()

    @column("When (UTC)", order="at")
    def when(self, obj: Any) -> str:
        """The time of the commit."""
        return iso(obj.at)

    @column("Pairs changed", order="changes_count")
    def changes_(self, obj: Any) -> str:
        """Pairs whose answer changed."""
        return count_link(obj.changes_count, PolicyChange, revision__number__exact=obj.pk)

    @column("Moves", order="moves_count")
    def moves_(self, obj: Any) -> str:
        """Models and routes that went to another pair."""
        return count_link(obj.moves_count, Move, revision__number__exact=obj.pk)


@admin.register(PolicyChange)
class PolicyChangeAdmin(ReadOnlyAdmin):
    """The answer of one pair before and after one revision."""

    list_display = ["revision", "pair", "before", "after", "models_count", "routes"]
    list_filter = [NewStatusFilter]
    list_select_related = ["revision"]
    search_fields = ["license_slug", "terms_slug", "after_label"]
    fields = [
        "revision",
        "pair",
        "before",
        "before_label",
        "before_source_url",
        "before_note",
        "after",
        "after_label",
        "after_source_url",
        "after_note",
        "models_count",
        "routes",
    ]

    @column("License × terms", order="license_slug")
    def pair(self, obj: Any) -> str:
        """The documents, as they were called then."""
        return f"{obj.license_slug or 'no license'} × {obj.terms_slug or 'no terms'}"

    @column("Before", order="before_status")
    def before(self, obj: Any) -> str:
        """The earlier answer; a new pair has none."""
        return verdict(obj.before_status, obj.before_basis) if obj.before_status else NOTHING

    @column("After", order="after_status")
    def after(self, obj: Any) -> str:
        """The answer that this revision gave."""
        return verdict(obj.after_status, obj.after_basis)


@admin.register(Move)
class MoveAdmin(ReadOnlyAdmin):
    """A model or route that went to another pair, appeared or vanished."""

    list_display = ["subject", "kind", "revision", "was", "now"]
    list_filter = [SubjectFilter]
    list_select_related = [
        "revision",
        "before__license",
        "before__terms",
        "after__license",
        "after__terms",
    ]
    search_fields = ["subject"]
    fields = ["subject", "kind", "revision", "was", "now"]
    ordering = ["-id"]

    @column("Kind")
    def kind(self, obj: Any) -> str:
        """Model or route."""
        return "model" if obj.model_id else "route"

    @column("From")
    def was(self, obj: Any) -> Any:
        """The pair that it left."""
        return obj.before or "appeared"

    @column("To")
    def now(self, obj: Any) -> Any:
        """The pair that it went to."""
        return obj.after or "vanished"


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    """How many routes and models point at each pair."""

    list_display = ["whose", "policy", "status_now", "models_count", "routes"]
    list_filter = ["policy__status"]
    list_select_related = ["provider", "policy__license", "policy__terms"]
    search_fields = ["provider__slug", "provider__name", "policy__label"]
    fields = ["whose", "policy", "status_now", "models_count", "routes"]
    ordering = ["id"]

    @column("Provider", order="provider__name")
    def whose(self, obj: Any) -> Any:
        """The provider whose routes are counted."""
        return obj.provider or "all providers"

    @column("Status", order="policy__status")
    def status_now(self, obj: Any) -> str:
        """The status of the pair."""
        return badge(obj.policy.status)
