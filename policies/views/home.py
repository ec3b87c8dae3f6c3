"""Coverage at a glance: everything that follows from the records alone is counted once per revision."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.db.models import Count, F, Sum, Value
from django.urls import reverse
from django.views.generic import TemplateView

from policies.asof import today
from policies.bases import Layer, Status
from policies.models import License, Provider, ProviderTerms, Revision, Route
from policies.timeline.past import history
from policies.views import coverage
from policies.views.base import Page
from policies.views.cached import per_revision
from policies.views.summaries import summaries
from policies.worklist import tallied, unlicensed_families

LARGEST = 8
RECENT = 3
DOCUMENT = (
    *("id", "slug", "name", "basis", "note", "evidence"),
    *("verified_on", "review_by", "source_url", "quote"),
)
"""What the page asks of a document."""


class Home(Page, TemplateView):
    """Totals by status, what decided them, what needs attention, and the latest flips."""

    template_name = "policies/home.html"
    section = "home"
    title = "May outputs be used for distillation?"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The counts of this revision, and the ages that they have today."""
        counted = dict(per_revision("coverage", count_all, shown=self.revision))
        readings, ages = counted.pop("readings"), counted.pop("ages")
        return super().get_context_data(
            attention=coverage.attention(readings, today()),
            by_age=coverage.by_age(ages, today(), f"{reverse('routes')}?verified="),
            **counted,
            **kwargs,
        )


def count_all() -> dict[str, Any]:
    """Every number that only a new revision changes."""
    rows, documents = tallied(), documents_recorded()
    routes = reverse("routes")
    served = coverage.grouped(served_by_name())
    return {
        "routes": coverage.split(rows, "routes"),
        "models": coverage.split(rows, "models_count"),
        "totals": {**_totals(rows, documents), "providers": _number_of(served, "provider")},
        "by_layer": coverage.by_layer(rows, f"{routes}?decided="),
        "by_evidence": coverage.by_evidence(rows, f"{routes}?evidence="),
        "helpful": coverage.helpful(rows, documents, unlicensed_families()),
        "providers": _largest(served, "provider"),
        "owners": _largest(served, "owner"),
        "recent": recent(),
        "readings": [coverage.Reading.of(document) for document in documents],
        "ages": coverage.ages(rows, documents),
    }


def documents_recorded() -> list[License | ProviderTerms]:
    """Every license and every terms, with what the page asks of them: one query."""
    tables: dict[str, Any] = {Layer.LICENSE.value: License, Layer.TERMS.value: ProviderTerms}
    licenses, terms = (
        table.objects.order_by().values_list(Value(layer), *DOCUMENT)
        for layer, table in tables.items()
    )
    rows = licenses.union(terms, all=True).order_by()
    return [tables[layer](**dict(zip(DOCUMENT, row, strict=True))) for layer, *row in rows]


def served_by_name() -> list[tuple[tuple[str, str, str], str, int]]:
    """Routes by provider, by owner and by status: one query, over tallies and over all routes.

    A name is ``provider`` or ``owner``, the key, and how it is called. Providers without a route
    are there as well, with none.
    """
    providers = (
        Provider.objects.order_by()
        .values_list(Value("provider"), "slug", "name", "tallies__policy__status")
        .annotate(total=Sum("tallies__routes"))
    )
    routes = Route.objects.exclude(model__owner="").order_by()
    owners = routes.values_list(
        Value("owner"), "model__owner", F("model__owner"), "policy__status"
    ).annotate(total=Count("pk"))
    rows = providers.union(owners, all=True).order_by()
    return [
        ((kind, key, name), status or Status.UNKNOWN.value, total or 0)
        for kind, key, name, status, total in rows
    ]


def _number_of(served: dict[Any, coverage.Split], kind: str) -> int:
    return sum(1 for of, _, _ in served if of == kind)


def _largest(served: dict[Any, coverage.Split], kind: str) -> list[dict[str, Any]]:
    """The names of one kind with most routes; a provider has a page, an owner a list."""
    routes = reverse("routes")
    names = [((of, key, name), name) for of, key, name in served if of == kind]
    lines = coverage.lines(served, names)
    lines.sort(key=lambda line: (-line["total"], line["key"][1]))
    for line in lines[:LARGEST]:
        key = line["key"][1]
        line["list"] = f"{routes}?{kind}={quote(key, safe='')}"
        line["href"] = reverse("provider", args=[key]) if kind == "provider" else line["list"]
    return [line for line in lines[:LARGEST] if line["total"]]


def recent() -> list[dict[str, Any]]:
    """The newest revisions in which an answer that already stood flipped."""
    past = history()
    numbers = sorted({row.revision for row in past.flips if row.before}, reverse=True)[:RECENT]
    return summaries(Revision.objects.filter(number__in=numbers).order_by("-number"), past)


def _totals(rows: list[dict[str, Any]], documents: list[Any]) -> dict[str, int]:
    licenses = sum(isinstance(document, License) for document in documents)
    return {
        "routes": sum(row["routes"] for row in rows),
        "models": sum(row["models_count"] for row in rows),
        "pairs": sum(1 for row in rows if row["routes"]),
        "licenses": licenses,
        "terms": len(documents) - licenses,
    }
