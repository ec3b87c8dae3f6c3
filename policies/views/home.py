"""Coverage at a glance: everything that follows from the records alone is counted once per revision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote

from django.db.models import Sum, Value
from django.urls import reverse
from django.views.generic import TemplateView

from policies.asof import today
from policies.bases import Layer, Status
from policies.models import Family, License, Provider, ProviderTerms, Revision, TextModel
from policies.querysets import number_of
from policies.timeline.past import History, history
from policies.views import coverage
from policies.views.base import Page
from policies.views.cached import per_revision
from policies.views.served import Served, last_written, with_written
from policies.views.summaries import summaries
from policies.views.trends import answers_of
from policies.worklist import tallied

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

    @cached_property
    def revision(self) -> Revision | None:
        """The same as of any page, knowing when routes were last written."""
        if self.moment:
            return self.moment.revision
        return with_written(Revision.objects.all()).current()  # type: ignore[attr-defined]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The counts of this revision, and the ages that they have today."""
        counted = dict(per_revision("coverage", self.counted, shown=self.revision))
        readings, ages = counted.pop("readings"), counted.pop("ages")
        return super().get_context_data(
            attention=coverage.attention(readings, today()),
            by_age=coverage.by_age(ages, today(), f"{reverse('routes')}?verified="),
            **counted,
            **kwargs,
        )

    def counted(self) -> dict[str, Any]:
        """Every number of this revision."""
        return count_all(Served.read(last_written(self.revision)))


def count_all(served: Served) -> dict[str, Any]:
    """Every number that only a new revision changes."""
    rows, documents, names = tallied(), documents_recorded(), named()
    answers = {row["pair"]: row["status"] for row in rows}
    routes = reverse("routes")
    return {
        "routes": coverage.split(rows, "routes"),
        "models": coverage.split(rows, "models_count"),
        "totals": _totals(rows, documents, names),
        "by_layer": coverage.by_layer(rows, f"{routes}?decided="),
        "by_evidence": coverage.by_evidence(rows, f"{routes}?evidence="),
        "helpful": coverage.helpful(rows, documents, waiting_families(rows, names, served)),
        "providers": _largest("provider", _providers(names)),
        "owners": _largest("owner", served.splits("owner", answers)),
        **over_time(history()),
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


class Named(NamedTuple):
    """A provider with its routes of one ``status``, or a family without a license with its own models."""

    kind: str
    key: int
    slug: str
    name: str
    status: str | None
    number: int | None


def named() -> list[Named]:
    """Every provider, those without a route too, and every family without a license: one query."""
    providers = (
        Provider.objects.order_by()
        .values_list(Value("provider"), "pk", "slug", "name", "tallies__policy__status")
        .annotate(total=Sum("tallies__routes"))
    )
    unlicensed = TextModel.objects.filter(license=None)
    families = Family.objects.filter(license=None).order_by()
    families = families.annotate(total=number_of(unlicensed, "family"), none=Value(""))
    rows = providers.union(
        families.values_list(Value("family"), "pk", "slug", "name", "none", "total"), all=True
    )
    return [Named(*row) for row in rows.order_by()]


def waiting_families(
    rows: Iterable[dict[str, Any]], names: Iterable[Named], served: Served
) -> list[dict[str, Any]]:
    """Families without a license, with their routes that are unknown without one."""
    unknown = Status.UNKNOWN.value
    open_pairs = {
        row["pair"] for row in rows if row["license"] is None and row["status"] == unknown
    }
    waiting: Counter[int | None] = Counter()
    for (family, pair), count in served.family.items():
        if pair in open_pairs:
            waiting[family] += count
    return [
        {
            "document": Family(pk=item.key, slug=item.slug, name=item.name),
            "family": True,
            "kind": "Family",
            "routes": waiting[item.key],
            "models": item.number,
        }
        for item in names
        if item.kind == "family"
    ]


def _providers(names: Iterable[Named]) -> dict[Any, coverage.Split]:
    """(slug, name) of a provider → its split."""
    return coverage.grouped(
        ((item.slug, item.name), item.status or Status.UNKNOWN.value, item.number or 0)
        for item in names
        if item.kind == "provider"
    )


def _largest(kind: str, served: dict[Any, coverage.Split]) -> list[dict[str, Any]]:
    """The names with most routes; a provider, known by slug and name, has a page, an owner a list."""
    routes = reverse("routes")
    names = [(key, key[1] if kind == "provider" else key) for key in served if key]
    lines = coverage.lines(served, names)
    for line in lines:
        line["slug"] = line["key"][0] if kind == "provider" else line["key"]
    lines.sort(key=lambda line: (-line["total"], line["slug"]))
    for line in lines[:LARGEST]:
        slug = line["slug"]
        line["list"] = f"{routes}?{kind}={quote(slug, safe='')}"
        line["href"] = reverse("provider", args=[slug]) if kind == "provider" else line["list"]
    return [line for line in lines[:LARGEST] if line["total"]]


def over_time(past: History) -> dict[str, Any]:
    """The course of the answers, and the newest revisions in which one that already stood flipped."""
    numbers = sorted({row.revision for row in past.flips if row.before}, reverse=True)[:RECENT]
    found = Revision.objects.filter(number__in=numbers).order_by("-number")
    return {"trend": answers_of(past), "recent": summaries(found, past)}


def _totals(
    rows: list[dict[str, Any]], documents: list[Any], names: Iterable[Named]
) -> dict[str, int]:
    licenses = sum(isinstance(document, License) for document in documents)
    return {
        "routes": sum(row["routes"] for row in rows),
        "models": sum(row["models_count"] for row in rows),
        "pairs": sum(1 for row in rows if row["routes"]),
        "licenses": licenses,
        "terms": len(documents) - licenses,
        "providers": len({item.key for item in names if item.kind == "provider"}),
    }
