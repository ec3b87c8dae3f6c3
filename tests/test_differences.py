"""Differences of two revisions: exactly those of their exports, found without reading all of them."""

from __future__ import annotations

import random
from itertools import pairwise
from types import SimpleNamespace
from unittest import mock

import orjson
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from policies.differences import Key, Span, changed_documents, page, touched
from policies.differences import rows as rows_module
from policies.models import Family, License, ModelAlias, Move, Provider, Revision, Route, TextModel
from tests.factories import (
    CLOSED,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)
from tests.mirror import differing, exported
from tests.random_edits import some
from tests.replay import MORE_EDITS
from tests.test_timeline import seed_catalog

pytestmark = pytest.mark.django_db


def plain(row):
    return row and orjson.loads(orjson.dumps(row.record))


def found(since: int, until: int, *, whole: bool, size: int = 3) -> list[tuple]:
    """All pages, one after the other."""
    rows, after = [], None
    while True:
        one = page(Span(since, until, whole), size, after)
        assert len(one.rows) <= size
        rows += [(tuple(row.key), plain(row.before), plain(row.after)) for row in one.rows]
        if one.last is None:
            return rows
        after = one.last


def rename_provider(opened, rng):
    provider = some(Provider, rng)
    provider.slug = rng.choice(["host-a", "host-b", f"host-{rng.random()}"])
    if not Provider.objects.filter(slug=provider.slug).exists():
        opened.save(provider)


def reslug_license(opened, rng):
    license = some(License, rng)
    license.slug = f"license-{rng.random()}"
    opened.save(license)


def take_over_a_name(opened, rng):
    """One model is renamed to a few fixed names, so that names pass from one to the other."""
    model = some(TextModel, rng)
    name = rng.choice(["kept/name", "other/name"])
    if not ModelAlias.objects.filter(key=name).exists():
        model.canonical_id = name
        opened.save(model)


EDITS = [*MORE_EDITS, rename_provider, reslug_license, take_over_a_name]


def states_of(edits: list[list], rng) -> dict[int, dict]:
    """The export after each revision, of a catalog that the edits change."""
    seed_catalog()
    states = {0: {}, 1: exported()}
    for some_edits in edits:
        with editing() as opened:
            for edit in some_edits:
                edit(opened, rng)
        states[Revision.objects.current_number()] = exported()
    return states


def spans_of(states, rng) -> list[tuple[int, int]]:
    """From each state to the next and to the last, and a few others."""
    numbers = list(states)
    chosen = [*pairwise(numbers), *((number, numbers[-1]) for number in numbers)]
    return [*chosen, *(sorted(rng.choices(numbers, k=2)) for _ in range(3))]


@pytest.mark.slow
@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking replays minutes of edits
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 2**32),
    edits=st.lists(st.lists(st.sampled_from(EDITS), min_size=1, max_size=4), max_size=4),
)
def test_it_finds_exactly_what_differs_between_two_exports(db, seed, edits):
    rng = random.Random(seed)
    with transaction.atomic():
        states = states_of(edits, rng)
        for since, until in spans_of(states, rng):
            whole, few = rng.random() < 0.5, rng.choice([0, touched.FEW])
            expected = differing(states[since], states[until], whole=whole)
            with mock.patch.object(touched, "FEW", few):
                assert found(since, until, whole=whole) == expected, (since, until, whole, few)
        transaction.set_rollback(True)


@pytest.fixture
def few_models():
    """Models with a route each, and one of a family, under one license, at one provider."""
    with editing():
        license, provider = make_license("open"), make_provider("host")
        for name in "abc":
            make_route(make_model(name, license), provider, provider_model_id=name)
        make_model("d", family=make_family(license=license))
    return license


def no_versions(table, _span, *_columns):
    return table.history.none().values("id")


FAULTS = {
    "no rewritten rows": ("_rewritten", no_versions, lambda: save(one(TextModel), name="New")),
    "no renamed records": ("_written", no_versions, lambda: save(one(Provider), slug="new")),
    "no renamed documents": ("_written", no_versions, lambda: save(one(License), slug="new")),
    "no changed pairs": ("_changed_pairs", lambda _span: [], lambda: save(one(License), note="N")),
    "no moves": (
        "Move",
        SimpleNamespace(objects=Move.objects.none()),
        lambda: save(Family.objects.get(), license=None),
    ),
}


def one(table):
    return table.objects.order_by("pk").first()


@pytest.mark.parametrize(("name", "faulty", "edit"), FAULTS.values(), ids=FAULTS)
def test_it_would_notice_what_is_left_out(few_models, name, faulty, edit, monkeypatch):
    """The comparison above is worth what it catches."""
    before = exported()
    edit()
    expected = differing(before, exported(), whole=True)
    assert found(1, 2, whole=True) == expected != []

    monkeypatch.setattr(touched, name, faulty)
    assert found(1, 2, whole=True) != expected


def keys(since: int, until: int, *, whole: bool = False) -> list[tuple]:
    return [key for key, *_ in found(since, until, whole=whole)]


def test_it_finds_nothing_where_a_change_was_taken_back(few_models):
    save(few_models, basis=CLOSED)
    save(few_models, basis="permissive-open-weights")

    assert found(1, 3, whole=True) == []
    assert len(found(1, 2, whole=True)) == len(found(2, 3, whole=True)) == 7


def test_it_tells_a_name_that_passed_to_another_model_once(few_models):
    a, b = TextModel.objects.filter(canonical_id__in="ab").order_by("pk")
    save(a, canonical_id="z", license=None)
    with editing() as opened:
        opened.delete(ModelAlias.objects.get(name="a"))
    save(b, canonical_id="a")

    changes = found(1, 4, whole=False)
    assert [(key[0], bool(was), bool(now)) for key, was, now in changes] == [
        ("a", True, False),  # its provider row; b answers as a did
        ("a", False, True),
        ("b", True, False),
        ("b", True, False),
        ("z", False, True),
        ("z", False, True),
    ]


def test_it_tells_other_columns_where_whole_records_count(few_models):
    save(TextModel.objects.get(canonical_id="b"), name="Another name")
    save(Route.objects.get(provider_model_id="c"), available=False)

    assert found(1, 3, whole=False) == []
    assert keys(1, 3, whole=True) == [("b", "", ""), ("c", "host", "c")]


def test_it_reads_only_what_was_touched(few_models, django_assert_num_queries, monkeypatch):
    """With other models between: neither they nor their rows are read."""
    save(TextModel.objects.get(canonical_id="b"), license=None)
    asked = []
    names = touched.touched_names
    monkeypatch.setattr(
        rows_module, "touched_names", lambda *a, **k: asked.append(names(*a, **k)) or asked[-1]
    )
    with django_assert_num_queries(14):
        assert keys(1, 2) == [("b", "", ""), ("b", "host", "b")]
    assert asked == [["b"]]


def test_it_finds_the_same_when_very_many_were_touched(few_models, monkeypatch):
    monkeypatch.setattr(touched, "FEW", 1)
    save(few_models, basis=CLOSED)

    assert [key[0] for key in keys(1, 2)] == [*"aabbccd"]


def test_it_ends_a_page_early_where_little_differs(monkeypatch):
    """So that no request looks through a whole catalog of names that came and went."""
    monkeypatch.setattr(rows_module, "CHUNKS", 2)
    with editing():
        for number in range(30):
            make_model(f"m{number:02}")
    save(TextModel.objects.get(canonical_id="m29"), license=make_license())
    with editing() as opened:
        for model in TextModel.objects.exclude(canonical_id="m29"):
            model.license, model.version = License.objects.get(), model.version
            opened.save(model)
    with editing() as opened:
        for model in TextModel.objects.exclude(canonical_id="m29"):
            model.license = None
            opened.save(model)

    first = page(Span(1, 5), 10)
    assert (first.rows, first.last) == ([], Key("m19", "~"))
    second = page(Span(1, 5), 10, first.last)
    assert ([row.key for row in second.rows], second.last) == ([Key("m29")], None)


def test_it_stays_within_its_span_while_edits_go_on(few_models):
    save(few_models, basis=CLOSED)
    expected = found(1, 2, whole=True)
    make_route(make_model("later"), Provider.objects.get())
    save(few_models, basis="permissive-open-weights")
    with editing() as opened:
        opened.delete(Route.objects.get(provider_model_id="a"))

    assert found(1, 2, whole=True) == expected
    assert len(expected) == 7


def changed(since: int, until: int) -> list[tuple]:
    return [
        (one.layer, one.slug, one.change, one.flipped)
        for one in changed_documents(Span(since, until))
    ]


def test_it_tells_which_documents_changed_without_a_flip(few_models):
    terms = make_terms("quiet")
    save(few_models, quote="As it says.")
    save(terms, internal_note="Nobody else reads this.")

    assert changed(1, 4) == [
        ("license", "open", "changed", False),
        ("terms", "quiet", "appeared", False),
    ]
    assert changed_documents(Span(1, 3))[0].fields == ["quote"]
    assert changed(3, 4) == changed(4, 4) == []


def test_it_tells_which_documents_flipped_something(few_models):
    save(few_models, basis=CLOSED, slug="closed")
    family = make_family(license=make_license("other"))
    make_model(family=family)

    assert changed(1, 4) == [
        ("license", "closed", "changed", True),
        ("license", "other", "appeared", False),
    ]


def test_it_tells_of_documents_that_vanished(few_models):
    terms = make_terms("quiet")
    with editing() as opened:
        opened.delete(terms)

    assert changed(2, 3) == [("terms", "quiet", "vanished", False)]
    assert changed(1, 3) == []
