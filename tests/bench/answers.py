"""The API's answers against the same by Django REST framework and by django-ninja.

An aim of 1/6 means: six times as fast.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.http import QueryDict

from policies.bases import Via
from policies.filters import RouteContract
from policies.filters.orders import Place
from policies.models import Provider, Revision, Route, TextModel
from policies.revisions import revision
from tests.bench.asking import Asker, asking
from tests.bench.rivals.packages import has_drf
from tests.bench.timing import Ratio, compare

RUNS = 40
PAGE = "/api/explore/text-models"
FILTERED = "status=allowed"
LISTED = f"/api/v1/routes?{FILTERED}"
PAGE_SIZE = 100
POPULAR = 56
"""Routes of the model that most providers serve."""


def measure() -> Iterator[Ratio]:
    """Every case that what is installed allows."""
    with asking() as asker:
        yield from _pages(asker)
        yield from _unchanged(asker)
        yield from _past(asker)
        yield from _deep(asker)


def _pages(asker: Asker) -> Iterator[Ratio]:
    anew, again = asker.job(PAGE, anew=True), asker.job(PAGE)
    ninja = asker.job("/rival/ninja/models")
    assert_same(anew(), ninja())
    yield compare("100 models / django-ninja", anew, ninja, runs=RUNS, target=1 / 6)
    if has_drf():
        drf = asker.job("/rival/drf/models")
        assert_same(anew(), drf())
        yield compare("100 models / DRF", anew, drf, runs=RUNS, target=1 / 6)
        first = asker.job(PAGE, first=True)
        yield compare("100 models, first after an edit / DRF", first, drf, runs=RUNS)
        yield compare("100 models, kept / DRF", again, drf, runs=RUNS, target=1 / 9)
        yield from _providers(asker)


def _providers(asker: Asker) -> Iterator[Ratio]:
    """Of a model that many serve, which is what is asked for most, and of one like most models."""
    popular = make_popular(TextModel.objects.order_by("canonical_id")[0])
    counted = TextModel.objects.annotate(n=Count("routes")).order_by("n", "canonical_id")
    usual = counted[counted.count() // 2]
    for model, rows, target in ((popular, POPULAR, 1 / 4), (usual, usual.n, None)):
        ours = asker.job(f"/api/models/{model.canonical_id}/providers", anew=True)
        drf = asker.job(f"/rival/drf/models/{model.canonical_id}/providers")
        assert without_urls(json.loads(ours())) == without_urls(json.loads(drf()))
        name = f"{rows} provider rows of one model / DRF"
        yield compare(name, ours, drf, runs=RUNS, target=target)


def make_popular(model: TextModel) -> TextModel:
    """Give a model as many routes as the most served one of the starter has."""
    missing = POPULAR - model.routes.count()
    others = Provider.objects.exclude(routes__model=model).order_by("slug")[: max(0, missing)]
    with revision(actor="bench", reason="Serve it everywhere.", via=Via.COMMAND) as opened:
        opened.bulk_create(
            [
                Route(model=model, provider=provider, provider_model_id=model.canonical_id)
                for provider in others
            ]
        )
    return model


def _unchanged(asker: Asker) -> Iterator[Ratio]:
    same = asker.job(PAGE, status=304, **{"If-None-Match": asker.tag(PAGE)})
    whole, empty = asker.job(PAGE, anew=True), asker.job("/rival/empty")
    yield compare("304 / the 200 made anew", same, whole, runs=RUNS, target=1 / 2.5)
    yield compare("304 / an empty Django view", same, empty, runs=RUNS, target=1 / 0.7)


def _past(asker: Asker) -> Iterator[Ratio]:
    """After the first revision, since when everything was rewritten at least once."""
    first = Revision.objects.order_by("number").first()
    if first is None or first.number == Revision.objects.current_number():
        return
    for name, address in (("100 models", f"{PAGE}?page=1"), ("100 allowed routes", LISTED)):
        past = asker.job(f"{address}&as_of=r{first.number}", anew=True)
        now = asker.job(address, anew=True)
        yield compare(f"{name} of a past revision / of today", past, now, runs=10, target=5)


def _deep(asker: Asker) -> Iterator[Ratio]:
    after = deepest()
    if after:
        deep = asker.job(f"{LISTED}&after={after}", anew=True)
        first = asker.job(LISTED, anew=True)
        yield compare("deepest page of allowed routes / page 1", deep, first, runs=RUNS, target=3)


def deepest() -> str:
    """Where the last page of the filtered list begins, as its address has it; empty: it has one page."""
    contract = RouteContract(QueryDict(FILTERED), Route.objects.all())
    order, count = contract.order, contract.qs.count()
    rows = order.applied(contract.qs, backwards=True).values_list(*order.columns)
    before = list(rows[PAGE_SIZE : PAGE_SIZE + 1])
    return order.cursor(Place(before[0], count - PAGE_SIZE)) if before else ""


def assert_same(ours: bytes, theirs: bytes) -> None:
    """Both pages say the same; the others send a source's address also where there is none."""
    mine, others = json.loads(ours), json.loads(theirs)
    assert without_urls(mine["data"]) == without_urls(others["results"])
    assert mine["meta"]["total"] == others["count"]


def without_urls(found: Any) -> Any:
    """A document without its empty ``sourceUrl``."""
    if isinstance(found, list):
        return [without_urls(one) for one in found]
    if isinstance(found, dict):
        return {k: without_urls(v) for k, v in found.items() if k != "sourceUrl" or v}
    return found
