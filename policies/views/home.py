"""Coverage at a glance, from the tallies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.views.generic import TemplateView

from policies.bases import Status
from policies.models import (
    License,
    Provider,
    ProviderTerms,
    Revision,
    TextModel,
)
from policies.views import coverage
from policies.views.base import Page
from policies.views.revisions import summaries
from policies.worklist import tallied, unlicensed_families

LARGEST = 8
RECENT = 3
CANDIDATES = 12
"""A move between pairs that answer alike flips nothing, so more are read than shown."""


class Home(Page, TemplateView):
    """Totals by status, what decided them, what needs attention, and the latest flips."""

    template_name = "policies/home.html"
    section = "home"
    title = "May outputs be used for distillation?"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every number of the page; the number of queries does not depend on the data."""
        rows = tallied()
        providers = list(Provider.objects.with_usage())
        documents = [*License.objects.all(), *ProviderTerms.objects.all()]
        return super().get_context_data(
            routes=coverage.split(rows, "routes"),
            models=coverage.split(rows, "models_count"),
            totals={**_totals(rows, documents), "providers": len(providers)},
            by_layer=coverage.by_layer(rows),
            by_evidence=coverage.by_evidence(rows, _routes_with("evidence")),
            attention=coverage.attention(documents),
            helpful=coverage.helpful(rows, documents, unlicensed_families()),
            providers=_largest(providers),
            owners=_largest_owners(),
            recent=_recent(),
            **kwargs,
        )


def _routes_with(name: str) -> str:
    return f"{reverse('routes')}?{name}="


def _totals(rows: list[dict[str, Any]], documents: list[Any]) -> dict[str, int]:
    licenses = sum(isinstance(document, License) for document in documents)
    return {
        "routes": sum(row["routes"] for row in rows),
        "models": sum(row["models_count"] for row in rows),
        "pairs": sum(1 for row in rows if row["routes"]),
        "licenses": licenses,
        "terms": len(documents) - licenses,
        "documents": len(documents),
    }


def _largest(providers: Iterable[Any]) -> list[dict[str, Any]]:
    ranked = sorted(providers, key=lambda provider: (-provider.routes_count, provider.slug))
    return [
        {
            "name": provider.name,
            "key": provider.slug,
            "href": provider.get_absolute_url(),
            "total": provider.routes_count,
            "split": {s.value: getattr(provider, f"{s.value}_count") for s in Status},
        }
        for provider in ranked[:LARGEST]
    ]


def _largest_owners() -> list[dict[str, Any]]:
    rows = (
        TextModel.objects.exclude(owner="")
        .order_by()
        .values("owner", "routes__policy__status")
        .annotate(n=Count("routes"))
        .filter(n__gt=0)
        .values_list("owner", "routes__policy__status", "n")
    )
    groups = coverage.grouped(rows)
    named = coverage.lines(groups, zip(groups, groups, strict=True), _routes_with("owner"))
    return sorted(named, key=lambda line: (-line["total"], line["key"]))[:LARGEST]


def _recent() -> list[dict[str, Any]]:
    """The newest revisions in which an answer that already stood flipped."""
    candidates = summaries(Revision.objects.changing_answers().order_by("-number")[:CANDIDATES])
    return [summary for summary in candidates if summary["directions"]][:RECENT]
