"""History: every past answer follows from what is stored, whatever the edits were."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from itertools import groupby, pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from policies.models import (
    Revision,
    Route,
    TextModel,
)
from policies.rules import NOT_RECORDED, resolve
from policies.timeline.asked import KINDS, Asked
from policies.timeline.past import directions_by_revision, history
from policies.timeline.rows import Place, every_flip, flip_count, flip_page, place_of
from policies.timeline.trend import LINES, reviews, trend
from policies.timeline.ways import DIRECTIONS, EVERY, goes, status_of
from tests.factories import (
    ALLOWS,
    CLOSED,
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)
from tests.random_edits import EDITS, TODAY
from tests.remembered import answers_at, pointers_at

pytestmark = pytest.mark.django_db


def facts(document):
    return document.facts() if document else NOT_RECORDED


def recomputed() -> dict[tuple[str, int], tuple]:
    """Every answer, decided afresh from the records, row by row."""
    answers: dict[tuple[str, int], tuple] = {}
    for model in TextModel.objects.select_related("license", "family__license"):
        answers["model", model.pk] = resolve(facts(model.effective_license), NOT_RECORDED)
    for route in Route.objects.select_related(
        "model__license", "model__family__license", "terms", "provider__terms"
    ):
        answers["route", route.pk] = resolve(
            facts(route.model.effective_license), facts(route.effective_terms)
        )
    return answers


def remembered(revision: int) -> dict[tuple[str, int], tuple]:
    """The same for a past revision, from the stored changes and moves."""
    policies = answers_at(revision)
    return {
        (kind, subject): policies[policy]
        for kind in ("model", "route")
        for subject, policy in pointers_at(kind, revision).items()
    }


def seed_catalog() -> None:
    with editing():
        make_license("one")
        make_license("two", basis=CLOSED)
        make_terms("strict")
        make_terms("open", basis="provider-output-use-terms")
        make_family("family")
        for _ in range(3):
            make_route(make_model(), make_provider())


@pytest.mark.slow
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking replays minutes of edits
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 2**32),
    revisions=st.lists(
        st.lists(st.sampled_from(EDITS), min_size=1, max_size=4), min_size=1, max_size=8
    ),
)
def test_it_remembers_every_state_that_random_edits_went_through(db, seed, revisions):
    rng = random.Random(seed)
    with transaction.atomic():
        seed_catalog()
        kept = {Revision.objects.current_number(): recomputed()}
        counted = [counts_now()]
        for edits in revisions:
            with editing() as opened:
                for edit in edits:
                    edit(opened, rng)
            kept[Revision.objects.current_number()] = recomputed()
            counted.append(counts_now())

        for number, answers in kept.items():
            assert remembered(number) == answers
        check_rows(kept)
        check_trends(counted)
        assert_sound()
        transaction.set_rollback(True)


def counts_now() -> dict[str, dict[str, int]]:
    """Routes and models by status, and those whose speaking document is past its review date."""
    found = {}
    for kind in ("routes", "models"):
        counts = dict.fromkeys(LINES, 0)
        for row in rows_of(kind):
            counts[row.policy.status] += 1
            speaker = getattr(row.policy, row.policy.layer, None)
            counts["stale"] += bool(speaker and speaker.review_by and speaker.review_by < TODAY)
        found[kind] = counts
    return found


def check_trends(counted) -> None:
    """Each state that was, in order, is a point of the trend; nothing else is but its ends."""
    first, last = (Revision.objects.get(number=n).at for n in (1, Revision.objects.count()))
    for kind in ("routes", "models"):
        points = trend(history(), reviews(), kind, first, last)
        seen = [key for key, _ in groupby(point.counts for point in points[1:])]
        assert seen == [key for key, _ in groupby(state[kind] for state in counted)]
        assert set(points[0].counts.values()) == {0}
        late = trend(history(), reviews(), kind, last + timedelta(days=2), last + timedelta(days=3))
        due = sum(review_is_due(row.policy) for row in rows_of(kind))
        assert [point.counts["stale"] for point in late] == [due, due]


def rows_of(kind):
    table = {"routes": Route, "models": TextModel}[kind]
    return table.objects.select_related("policy__license", "policy__terms")


def review_is_due(policy) -> bool:
    speaker = getattr(policy, policy.layer, None)
    return bool(speaker and speaker.review_by)


def check_rows(kept) -> None:
    """The flips are exactly the differences of the states, in order, in groups and in pages."""
    numbers = sorted(kept)
    expected = []
    for before, after in pairwise(numbers):
        were, are = kept[before], kept[after]
        for kind, key in were.keys() | are.keys():
            was, now = (state.get((kind, key)) for state in (were, are))
            if (was and was[:2]) != (now and now[:2]):
                sides = tuple(side.basis if side else "" for side in (was, now))
                expected.append((-after, KINDS.index(kind), key, *sides))
    past = history()
    for direction in (EVERY, *DIRECTIONS):
        meant = sorted(row for row in expected if goes(row[3], row[4], direction))
        asked = Asked(direction=direction)
        groups = [row for row in asked.among(past) if row.revision > numbers[0]]
        assert flip_count(asked, groups) == len(meant)
        assert [as_tuple(row) for row in every_flip(asked, groups, at_once=3)] == meant
        if meant:
            last = flip_page(asked, groups, 3, after=Place(-meant[-1][0], 9, 0), back=True)
            assert [as_tuple(row) for row in last.rows] == meant[-3:]
    summed = directions_by_revision(numbers)
    for number in numbers[1:]:
        counts = Counter(
            (status_of(r[3]), status_of(r[4]), r[1]) for r in expected if r[0] == -number
        )
        told = {
            (way["before"], way["after"], place): way[f"{kind}s"]
            for way in summed[number]
            for place, kind in enumerate(KINDS)
            if way[f"{kind}s"]
        }
        assert told == counts


def as_tuple(row) -> tuple:
    return (*place_of(row).order, row["was"], row["now"])


def test_it_sums_flips_by_direction():
    license = make_license()
    for _ in range(2):
        make_route(make_model(license=license))
    number = save(license, basis=CLOSED).number

    assert directions_by_revision([number, 1]) == {
        number: [{"before": "allowed", "after": "disallowed", "routes": 2, "models": 2}],
        1: [],
    }


def test_it_names_what_was_flipped_even_after_it_moved_on():
    license, other = make_license(), make_license()
    model = make_model(license=license)
    flipping = save(license, basis=CLOSED).number
    save(model, license=other)
    asked = Asked(revision=flipping)

    [row] = every_flip(asked, asked.among(history()))
    assert (row["subject_id"], row["was"], row["now"]) == (model.pk, ALLOWS, CLOSED)


def test_it_reads_only_what_was_added(django_assert_num_queries):
    license = make_license()
    make_route(make_model(license=license))
    history()
    with django_assert_num_queries(1):
        known = history()
    number = save(license, basis=CLOSED).number
    with django_assert_num_queries(3):
        grown = history()

    assert list(grown.flips[: len(known.flips)]) == list(known.flips)
    assert {row.revision for row in grown.flips[len(known.flips) :]} == {number}


def test_it_does_not_mistake_another_history_for_its_own():
    """As where a database was restored and went on: the same numbers at other times."""
    license = make_license()
    make_model(license=license)
    with transaction.atomic():
        save(license, basis=CLOSED)
        assert history().flips[-1].after == CLOSED
        transaction.set_rollback(True)
    license.refresh_from_db()
    save(license, basis="provider-terms-unknown")

    assert history().flips[-1].after == "provider-terms-unknown"
    assert [row.after for row in history().flips].count(CLOSED) == 0
