"""Where documents and providers are met: split by owner, family and provider; models; exceptions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from policies.bases import Status
from policies.filters.facets import NOTHING
from policies.models import License, Provider, ProviderTerms, Route, Tally, TextModel

LINES_SHOWN = 12
MODELS_SHOWN = 10
ROUTES_SHOWN = 8
Line = dict[str, Any]


@dataclass(frozen=True)
class Lines:
    """The lines of a split table with the most routes, and the rest."""

    first: list[Line]
    rest: list[Line]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.first) + len(self.rest)


@dataclass(frozen=True)
class OwnTerms:
    """Routes of one provider that have terms of their own, by these terms."""

    terms: ProviderTerms
    split: dict[str, int]
    count: int
    routes: list[Route]


def routes_href(**params: str) -> str:
    """The list of routes with these filters; nothing recorded has a value of its own."""
    query = {name: value or NOTHING for name, value in params.items()}
    return f"{reverse('routes')}?{urlencode(query)}"


def _cut(lines: Iterable[Line]) -> Lines:
    ordered = sorted(lines, key=lambda line: (-line["total"], line["name"], line["key"]))
    return Lines(ordered[:LINES_SHOWN], ordered[LINES_SHOWN:])


def _lines(rows: Iterable[tuple[str, str, str, int]], none: str, param: str, **also: str) -> Lines:
    """``(key, name, status, routes)`` rows as lines, each with the list of exactly its routes."""
    lines: dict[str, Line] = {}
    for key, name, status, routes in rows:
        line = lines.setdefault(
            key or "",
            {
                "key": key or "",
                "name": name or none,
                "href": routes_href(**also, **{param: key}),
                "split": dict.fromkeys(Status.values, 0),
                "total": 0,
            },
        )
        line["split"][status] += routes
        line["total"] += routes
    return _cut(lines.values())


def _counted(routes: QuerySet, *columns: str) -> QuerySet:
    grouped = routes.order_by().values_list(*columns, "policy__status")
    return grouped.annotate(n=Count("pk"))


def owners_of(provider: Provider) -> Lines:
    """A provider's routes by the owner of the model."""
    rows = [(o, o, s, n) for o, s, n in _counted(provider.routes.all(), "model__owner")]
    return _lines(rows, "(no owner recorded)", "owner", provider=provider.slug)


def families_under(terms: ProviderTerms) -> Lines:
    """The routes under the terms by the family of the model."""
    under = Route.objects.filter(policy__terms=terms)
    rows = _counted(under, "model__family__slug", "model__family__name")
    return _lines(rows, "(no family recorded)", "family", terms=terms.slug)


def providers_under(license: License) -> Lines:
    """The routes under the license by provider."""
    tallies = Tally.objects.of_providers().filter(policy__license=license).order_by()
    columns = ("provider__slug", "provider__name", "policy__status")
    rows = tallies.values_list(*columns).annotate(n=Sum("routes"))
    return _lines(rows, "", "provider", license=license.slug)


def providers_of(terms: ProviderTerms) -> Lines:
    """The providers whose routes the terms govern, by their own terms or by a route's."""
    under = Q(tallies__policy__terms=terms)
    governed = Tally.objects.of_providers().filter(policy__terms=terms, provider=OuterRef("pk"))
    counts = {
        status.value: Sum(
            "tallies__routes", filter=under & Q(tallies__policy__status=status.value), default=0
        )
        for status in Status
    }
    found = Provider.objects.filter(Q(terms=terms) | Exists(governed)).annotate(**counts)
    return _cut(
        {
            "key": provider.slug,
            "name": provider.name,
            "href": provider.get_absolute_url(),
            "split": (split := {status: getattr(provider, status) for status in Status.values}),
            "total": sum(split.values()),
            "note": "all routes without their own terms"
            if provider.terms_id == terms.pk
            else "some routes",
        }
        for provider in found
    )


def families_of(license: License) -> list[dict[str, Any]]:
    """The families whose models carry the license, most models first, with the list of these."""
    models = TextModel.objects.filter(policy__license=license).order_by()
    grouped = models.values("family__slug", "family__name").annotate(n=Count("pk"))
    return [
        {
            "name": row["family__name"] or "(no family recorded)",
            "count": row["n"],
            "href": f"{reverse('models')}?"
            + urlencode({"license": license.slug, "family": row["family__slug"] or NOTHING}),
        }
        for row in grouped.order_by("-n", "family__slug")
    ]


def models_under(terms: ProviderTerms) -> tuple[list[dict[str, Any]], int]:
    """The models most served under the terms, and how many there are.

    A model has one license, so all its routes under the same terms have one answer.
    """
    under = Route.objects.filter(policy__terms=terms).order_by()
    grouped = under.values("model__canonical_id", "model__name", "policy__status")
    rows = grouped.annotate(n=Count("pk")).order_by("-n", "model__canonical_id")[:MODELS_SHOWN]
    shown = [
        {
            "id": row["model__canonical_id"],
            "name": row["model__name"],
            "status": row["policy__status"],
            "count": row["n"],
            "href": routes_href(terms=terms.slug, model=row["model__canonical_id"]),
        }
        for row in rows
    ]
    full = len(shown) == MODELS_SHOWN
    return shown, under.aggregate(n=Count("model", distinct=True))["n"] if full else len(shown)


def exceptions_of(provider: Provider) -> list[OwnTerms]:
    """The provider's routes whose own terms differ from the provider's, by these terms."""
    own = provider.routes.exclude(terms=None).exclude(terms=provider.terms_id or 0)
    splits = own.split_by("terms_id")
    if not splits:
        return []
    place = Window(RowNumber(), partition_by=F("terms_id"), order_by=["model__canonical_id", "id"])
    first = own.annotate(place=place).filter(place__lte=ROUTES_SHOWN)
    found: dict[int, OwnTerms] = {}
    for route in first.with_policy().order_by("terms__name", "terms_id", "place"):
        split = splits[route.terms_id]
        group = OwnTerms(route.terms, split, sum(split.values()), [])
        found.setdefault(route.terms_id, group).routes.append(route)
    return list(found.values())
