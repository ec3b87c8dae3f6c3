"""Filters of lists over closed vocabularies, where the column itself carries no choices."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils import timezone

from policies.bases import Layer, Status
from policies.filters.freshness import Attention


class UseFilter(admin.SimpleListFilter):
    """Pairs that something points at today; the others are kept for history alone."""

    title = "use"
    parameter_name = "use"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """In use, or everything."""
        return [("now", "In use"), ("past", "History only")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Compose the vocabulary's ``in_use``."""
        if self.value() == "now":
            return queryset.in_use()
        if self.value() == "past":
            return queryset.exclude(pk__in=queryset.model.objects.in_use().order_by().values("pk"))
        return queryset


class AttentionFilter(admin.SimpleListFilter):
    """Documents that lack something, as the worklist and the public lists count them."""

    title = "attention"
    parameter_name = "attention"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        """What a document may lack."""
        return Attention.choices

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Ask each document in Python, so that nothing is said twice."""
        chosen = self.value()
        if not chosen:
            return queryset
        kind, today = Attention(chosen), timezone.localdate()
        documents = queryset.model.objects.defer("note", "internal_note")
        waiting = [document.pk for document in documents if kind.holds(document, today)]
        return queryset.filter(pk__in=waiting)


class NewStatusFilter(admin.SimpleListFilter):
    """The status after a change."""

    title = "new status"
    parameter_name = "after"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        """The three statuses."""
        return Status.choices

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Changes to that status."""
        return queryset.filter(after_status=self.value()) if self.value() else queryset


class DecidedByFilter(admin.SimpleListFilter):
    """Which layer's document decides a model's or route's answer."""

    title = "decided by"
    parameter_name = "layer"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        """The layers."""
        return Layer.choices

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Answers that this layer decided."""
        return queryset.filter(policy__layer=self.value()) if self.value() else queryset


class SubjectFilter(admin.SimpleListFilter):
    """Moves of models, or of routes."""

    title = "subject"
    parameter_name = "subject"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """The two kinds."""
        return [("model", "Models"), ("route", "Routes")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Moves of that kind."""
        return queryset.filter(**{f"{self.value()}__isnull": False}) if self.value() else queryset
