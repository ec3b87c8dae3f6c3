"""What the worklist asks of the tables: few queries, whose number does not depend on the data."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q

from policies.bases import Status
from policies.models import Family, Tally

Row = dict[str, Any]


def tallied() -> list[Row]:
    """Every pair in use: its answer, its documents with their evidence, and how much it governs."""
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


def unlicensed_families() -> list[Row]:
    """Families without a license whose members have unknown routes, those with most first."""
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
        .order_by("-open_routes", "slug")
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
