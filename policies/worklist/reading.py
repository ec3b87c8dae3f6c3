"""What the worklist asks of the tables: few queries, whose number does not depend on the data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q

from policies.bases import Status
from policies.models import (
    Family,
    License,
    Provider,
    ProviderTerms,
    Route,
    Tally,
    TextModel,
)
from policies.querysets import number_of

Row = dict[str, Any]


def recorded() -> dict[tuple[str, int | None], Any]:
    """Every license and every terms, by layer and id."""
    documents = [*License.objects.all(), *ProviderTerms.objects.all()]
    return {(document.layer, document.pk): document for document in documents}


def tallied() -> list[Row]:
    """Every pair in use: its answer, its documents with their evidence, and how much it governs."""
    return list(
        Tally.objects.totals()
        .filter(Q(routes__gt=0) | Q(models_count__gt=0))
        .values(
            "routes",
            "models_count",
            pair=F("policy"),
            status=F("policy__status"),
            layer=F("policy__layer"),
            license=F("policy__license"),
            terms=F("policy__terms"),
            license_evidence=F("policy__license__evidence"),
            terms_evidence=F("policy__terms__evidence"),
        )
    )


def unlicensed_families() -> list[Row]:
    """Families without a license whose members have unknown routes, those with most first."""
    waiting: Any = Route.objects.filter(
        policy__license=None, policy__status=Status.UNKNOWN, model__family__isnull=False
    ).order_by()
    routes = dict(waiting.values_list("model__family").annotate(total=Count("pk")))
    members = TextModel.objects.filter(license=None)
    families = Family.objects.filter(license=None, pk__in=routes).annotate(
        open_models=number_of(members, "family")
    )
    ranked = sorted(families, key=lambda family: (-routes[family.pk], family.slug))
    return [
        {
            "document": family,
            "family": True,
            "kind": "Family",
            "routes": routes[family.pk],
            "models": family.open_models,
        }
        for family in ranked
    ]


def owned() -> list[Row]:
    """How many models each owner has under each effective license, or none: ``carried``."""
    models: Any = TextModel.objects.exclude(owner="").order_by()
    return list(models.values("owner", carried=F("policy__license")).annotate(models=Count("pk")))


def routes_of_owners(owners: Iterable[str]) -> dict[str, int]:
    """Owner → routes to their models, for the owners asked for."""
    routes = Route.objects.filter(model__owner__in=list(owners)).order_by()
    return dict(routes.values_list("model__owner").annotate(total=Count("pk")))


def apart_from_family() -> list[Row]:
    """Members whose own license is another than their family's, by family and license."""
    members: Any = (
        TextModel.objects.filter(license__isnull=False, family__license__isnull=False)
        .exclude(license=F("family__license"))
        .order_by()
    )
    return list(
        members.values(
            "family",
            "license",
            family_slug=F("family__slug"),
            family_name=F("family__name"),
            family_license=F("family__license"),
        ).annotate(models=Count("pk", distinct=True), routes=Count("routes"))
    )


def named_providers() -> list[Any]:
    """Every provider, by its names alone."""
    return list(Provider.objects.only("slug", "name").order_by("slug"))


def passed_on(terms: Iterable[int], upstream: Iterable[int]) -> list[Row]:
    """Routes under these terms that are not disallowed while a provider upstream disallows the model.

    One row for each router, owner, status and provider ``upstream``.
    """
    routes = Route.objects.filter(policy__terms__in=list(terms)).exclude(
        policy__status=Status.DISALLOWED
    )
    stricter: Any = routes.filter(
        model__routes__provider__in=list(upstream),
        model__routes__policy__status=Status.DISALLOWED,
    )
    grouped = stricter.order_by().values(
        passing=F("policy__terms"),
        status=F("policy__status"),
        owner=F("model__owner"),
        router_slug=F("provider__slug"),
        router_name=F("provider__name"),
        upstream=F("model__routes__provider"),
        upstream_name=F("model__routes__provider__name"),
        upstream_terms=F("model__routes__policy__terms"),
    )
    return list(
        grouped.annotate(models=Count("model", distinct=True), routes=Count("pk", distinct=True))
    )
