"""Coverage at a glance, from the tallies alone."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.views.generic import TemplateView

from policies.bases import Basis, Evidence, Layer, Status
from policies.models import (
    Family,
    License,
    PolicyChange,
    Provider,
    ProviderTerms,
    Revision,
    Tally,
    TextModel,
)
from policies.views.base import Page
from policies.views.revisions import summaries

LARGEST = 8
HELPFUL = 6
RECENT = 3


class Home(Page, TemplateView):
    """Totals by status, what decided them, what needs attention, and the latest flips."""

    template_name = "policies/home.html"
    section = "home"
    title = "May outputs be used for distillation?"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every number of the page; the number of queries does not depend on the data."""
        rows = _tallied()
        documents = [*License.objects.all(), *ProviderTerms.objects.all()]
        return super().get_context_data(
            routes=_split(rows, "routes"),
            models=_split(rows, "models_count"),
            totals=_totals(rows, documents),
            by_layer=_by_layer(rows),
            by_evidence=_by_evidence(rows),
            attention=_attention(documents),
            helpful=_helpful(rows, documents),
            providers=_largest_providers(),
            owners=_largest_owners(),
            recent=_recent(),
            **kwargs,
        )


def _tallied() -> list[dict[str, Any]]:
    return list(
        Tally.objects.totals()
        .filter(Q(routes__gt=0) | Q(models_count__gt=0))
        .values(
            "routes",
            "models_count",
            status=F("policy__status"),
            layer=F("policy__layer"),
            license=F("policy__license"),
            terms=F("policy__terms"),
            license_evidence=F("policy__license__evidence"),
            terms_evidence=F("policy__terms__evidence"),
        )
    )


def _split(rows: list[dict[str, Any]], column: str) -> dict[str, int]:
    counts = dict.fromkeys(Status.values, 0)
    for row in rows:
        counts[row["status"]] += row[column]
    return counts


def _grouped(pairs: Any) -> dict[str, dict[str, int]]:
    groups: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(Status.values, 0))
    for key, status, count in pairs:
        groups[key][status] += count
    return groups


def _lines(groups: dict[str, dict[str, int]], names: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"key": key, "name": name, "split": groups[key], "total": sum(groups[key].values())}
        for key, name in names
        if key in groups
    ]


def _totals(rows: list[dict[str, Any]], documents: list[Any]) -> dict[str, int]:
    licenses = sum(isinstance(document, License) for document in documents)
    return {
        "routes": sum(row["routes"] for row in rows),
        "models": sum(row["models_count"] for row in rows),
        "pairs": sum(1 for row in rows if row["routes"]),
        "licenses": licenses,
        "terms": len(documents) - licenses,
        "documents": len(documents),
        "providers": Provider.objects.count(),
    }


def _by_layer(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rule 5 decides nothing, whichever document speaks in it."""
    names = [("license", "License"), ("terms", "Terms"), ("none", "Nothing clear")]
    groups = _grouped(
        ("none" if row["status"] == Status.UNKNOWN else row["layer"], row["status"], row["routes"])
        for row in rows
    )
    return _lines(groups, names)


def _by_evidence(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def level(row: dict[str, Any]) -> str:
        if row["layer"] == Layer.NONE:
            return ""
        return row["terms_evidence" if row["layer"] == Layer.TERMS else "license_evidence"]

    groups = _grouped((level(row), row["status"], row["routes"]) for row in rows)
    names = [*((evidence.value, evidence) for evidence in Evidence), ("", "No document")]
    return _lines(groups, names)


def _attention(documents: list[Any]) -> list[dict[str, Any]]:
    today = timezone.localdate()
    counted = [
        ("Never verified", lambda d: d.verified_on is None),
        ("Known only from others", lambda d: d.evidence == Evidence.SECONDARY),
        ("Read, but no quote kept", _read_without_quote),
        ("No source URL", lambda d: not d.source_url),
        ("Past review date", lambda d: bool(d.review_by and d.review_by < today)),
    ]
    return [
        {"label": label, "count": sum(1 for document in documents if holds(document))}
        for label, holds in counted
    ]


def _read_without_quote(document: Any) -> bool:
    read = document.evidence in (Evidence.TEXT_READ, Evidence.EXCERPT_READ)
    return read and not document.quote


def _helpful(rows: list[dict[str, Any]], documents: list[Any]) -> list[dict[str, Any]]:
    """Undecided documents by the unknown routes that a reading of them would settle."""
    undecided = [d for d in documents if d.basis == Basis.PROVIDER_TERMS_UNKNOWN]
    routes: dict[tuple[str, int], int] = defaultdict(int)
    models: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        if row["status"] != Status.UNKNOWN:
            continue
        for layer in ("license", "terms"):
            routes[layer, row[layer]] += row["routes"]
            models[layer, row[layer]] += row["models_count"]
    found = [
        {
            "document": document,
            "kind": document.layer.label,
            "routes": routes[document.layer.value, document.pk],
            "models": models[document.layer.value, document.pk],
        }
        for document in undecided
    ]
    found += _unlicensed_families()
    found.sort(key=lambda row: (-row["routes"], str(row["document"])))
    top = [row for row in found[:HELPFUL] if row["routes"]]
    for row in top:
        row["share"] = f"{100 * row['routes'] / top[0]['routes']:.2f}"
    return top


def _unlicensed_families() -> list[dict[str, Any]]:
    members = Q(models__license=None)
    families = (
        Family.objects.filter(license=None)
        .annotate(
            open_models=Count("models", filter=members, distinct=True),
            open_routes=Count(
                "models__routes", filter=members & Q(models__routes__policy__status=Status.UNKNOWN)
            ),
        )
        .filter(open_routes__gt=0)
        .order_by("-open_routes", "slug")[:HELPFUL]
    )
    return [
        {
            "document": family,
            "family": True,
            "kind": "Family",
            "routes": family.open_routes,
            "models": family.open_models,
        }
        for family in families
    ]


def _largest_providers() -> list[dict[str, Any]]:
    top = list(
        Tally.objects.exclude(provider=None)
        .order_by()
        .values("provider")
        .annotate(total=Sum("routes"))
        .order_by("-total", "provider")
        .values_list("provider", flat=True)[:LARGEST]
    )
    found = Provider.objects.with_usage().filter(pk__in=top).order_by("-routes_count", "slug")
    return [
        {
            "name": provider.name,
            "key": provider.slug,
            "href": provider.get_absolute_url(),
            "total": provider.routes_count,
            "split": {s.value: getattr(provider, f"{s.value}_count") for s in Status},
        }
        for provider in found
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
    groups = _grouped(rows)
    lines = _lines(groups, [(owner, owner) for owner in groups])
    return sorted(lines, key=lambda line: (-line["total"], line["key"]))[:LARGEST]


def _recent() -> list[dict[str, Any]]:
    """The newest revisions that changed an answer of an existing pair or moved something."""
    moved = Q(moves__before__isnull=False) | Q(moves__after__isnull=True, moves__isnull=False)
    flipping = Revision.objects.filter(Q(policy_changes__in=_flipping_changes()) | moved).distinct()
    return summaries(flipping.order_by("-number")[:RECENT])


def _flipping_changes() -> Any:
    return PolicyChange.objects.flips().order_by().values("pk")
