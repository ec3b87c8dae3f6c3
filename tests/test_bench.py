"""The benchmark's own arithmetic and cases, on a catalog small enough for the suite."""

from __future__ import annotations

import json

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection

from policies.models import License, Policy, ProviderTerms, Route, TextModel
from tests.bench import answers, exports, nothing, served, serving, sizes
from tests.bench.__main__ import main
from tests.bench.asking import asking
from tests.bench.generate import generate
from tests.bench.timing import compare, summary
from tests.factories import save
from tests.invariants import assert_invariants


@pytest.fixture
def one_connection():
    """A request of the benchmark ends as one of production does; here all are in a test's transaction."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def test_it_sums_up_pairs():
    ratio = summary("x", [(1.0, 2.0), (3.0, 2.0), (2.0, 2.0)])

    assert (ratio.ours, ratio.other, ratio.ratio) == (2000, 2000, 1.0)
    assert (ratio.least, ratio.most) == (0.5, 1.5)


def test_it_takes_turns_after_a_warm_up():
    calls = []
    compare("x", lambda: calls.append("a"), lambda: calls.append("b"), runs=2)

    assert calls == ["a", "b"] * 3


def test_it_refuses_sizes_that_it_does_not_know(capsys):
    assert main(["5k", "7k"]) == 1
    assert "7k is not known; accepted: 5k, 100k, 1m." in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.django_db
def test_it_measures_what_it_says():
    generate(100)
    names = [ratio.name for ratio in serving.measure()]

    assert len(names) == 7
    assert_invariants()


@pytest.mark.django_db
def test_it_resolves_from_nothing_and_leaves_all_resolved(monkeypatch):
    generate(60)
    answers = list(Route.objects.order_by("pk").values_list("policy__status", "policy__note"))
    monkeypatch.setitem(nothing.AT_REST, connection.vendor, "SELECT 1")  # a test is a transaction
    (ratio,) = nothing.measure()

    assert (ratio.target, "from nothing" in ratio.name) == (None, True)
    assert (
        list(Route.objects.order_by("pk").values_list("policy__status", "policy__note")) == answers
    )
    assert_invariants()


@pytest.mark.django_db
def test_it_compares_exports_of_the_same_models():
    generate(60)

    assert serving.exported() > 0
    assert serving.plain_export() > 0
    assert json.loads(serving.serialized_page())


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("one_connection")
def test_it_measures_the_api_against_what_says_the_same(monkeypatch):
    monkeypatch.setattr(answers, "RUNS", 1)
    generate(120)
    save(License.objects.first(), note="Read again.")
    found = list(answers.measure())

    names = [ratio.name for ratio in found]
    assert names[0] == "100 models / django-ninja"
    assert "304 / the 200 made anew" in names
    assert "100 models of a past revision / of today" in names
    assert all(ratio.ours > 0 and ratio.other > 0 for ratio in found)


def test_it_refuses_to_compare_what_differs():
    ours = b'{"data": [{"id": "a", "policy": {"sourceUrl": "x"}}], "meta": {"total": 1}}'
    answers.assert_same(
        ours, b'{"results": [{"id": "a", "policy": {"sourceUrl": "x"}}], "count": 1}'
    )

    with pytest.raises(AssertionError):
        answers.assert_same(ours, b'{"results": [{"id": "a", "policy": {}}], "count": 1}')


@pytest.mark.django_db
@pytest.mark.usefixtures("one_connection")
def test_it_finds_the_last_page():
    generate(450)
    with asking() as asker:
        page = json.loads(asker.job(f"{answers.LISTED}&after={answers.deepest()}")())

    assert page["meta"]["next"] is None
    assert len(page["data"]) == 100


@pytest.mark.django_db
def test_it_gives_an_edited_license_a_pair_with_each_of_the_terms():
    generate(60)
    license = License.objects.with_usage().order_by("-routes_count", "pk")[0]
    terms = Policy.objects.filter(license=license, routes__isnull=False).values("terms").distinct()
    before = terms.count()

    assert sizes.pair_up(license) == terms.count() > before
    assert terms.exclude(terms=None).count() == ProviderTerms.objects.count()
    assert_invariants()


@pytest.mark.django_db
def test_it_makes_a_model_that_many_serve():
    generate(60)
    model = answers.make_popular(TextModel.objects.first())

    assert model.routes.count() == answers.POPULAR
    assert_invariants()


def test_it_says_whether_an_aim_is_met():
    ratio = summary("x", [(1.0, 4.0)])._replace(target=0.25)

    assert ratio.line().endswith("aim 0.250: met")
    assert ratio._replace(target=0.2).line().endswith("aim 0.200: MISSED")
    assert "aim" not in ratio._replace(target=None).line()


def test_it_reads_what_a_process_took_at_most():
    assert exports.highest("VmPeak:\t  99 kB\nVmHWM:\t  204800 kB\nVmRSS:\t  9 kB\n") == 200


def test_it_says_that_there_is_nothing_to_load_with(monkeypatch):
    monkeypatch.setattr(served.shutil, "which", lambda name: None)

    assert list(served.load("sqlite:///x")) == [
        "No load: wrk is not installed (Debian: apt-get install wrk)."
    ]
