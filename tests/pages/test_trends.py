"""Trends above the changes: what the lines say, over which period, and how they are drawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from policies.timeline.past import history
from policies.timeline.trend import thinned, trend
from policies.views.trends import path, period
from tests.factories import (
    ALLOWS,
    CLOSED,
    RESTRICTS,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

pytestmark = pytest.mark.django_db
DAYS = [datetime(2026, 10, day, 12, tzinfo=UTC) for day in (1, 5, 9)]


def edit(record, at, **changes):
    for name, value in changes.items():
        setattr(record, name, value)
    with editing(at=at) as opened:
        opened.save(record)


@pytest.fixture
def states():
    """1 October: three routes of one open model, two of them restricted on the 5th; closed on the 9th."""
    with editing(at=DAYS[0]):
        license = make_license("open-1.0", ALLOWS, review_by=date(2026, 10, 6))
        model = make_model("lab/open", license)
        terms = make_terms("terms", "provider-terms-unknown")
        for provider in (make_provider(terms=terms), make_provider(terms=terms), make_provider()):
            make_route(model, provider)
    edit(terms, DAYS[1], basis=RESTRICTS)
    edit(license, DAYS[2], basis=CLOSED)
    return license, terms


def lines(page):
    [table] = [t for t in page.find("table") if "trend" in t.get("class")]
    return [[page.text(cell) for cell in row] for row in table.find("tbody")]


def drawn(page):
    return page.find("{http://www.w3.org/2000/svg}svg", "spark")


def test_it_tells_first_value_last_value_and_change(states, visit):
    page = visit("/revisions/?until=2026-10-31")

    assert "Since 1 October 2026" in page.texts("h2")
    assert lines(page) == [
        ["Allowed", "3", "", "0", "−3"],
        ["Disallowed", "0", "", "3", "+3"],
        ["Unknown", "0", "", "0", "–"],
        ["Stale", "0", "", "1", "+1"],
    ]
    assert [svg.get("aria-label") for svg in drawn(page)] == [
        "allowed: from 3 to 0",
        "disallowed: from 0 to 3",
        "unknown: from 0 to 0",
        "stale: from 0 to 1",
    ]


def test_it_respects_the_period(states, visit):
    page = visit("/revisions/?since=2026-10-06&until=2026-10-07")

    assert [row[1::2] for row in lines(page)] == [["1", "1"], ["2", "2"], ["0", "0"], ["0", "1"]]
    assert page.texts("th", "num")[:2] == ["2026-10-06", "2026-10-07"]


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("r2", "2026-10-05 12:00"),
        ("2026-10-09T11:00Z", "2026-10-09 11:00"),
        ("2026-10-08", "2026-10-08 23:59"),
    ],
)
def test_it_ends_at_the_moment_of_a_past_state(moment, end, states, visit):
    """What came later that day is no part of it."""
    page = visit(f"/revisions/?as_of={moment}")
    assert page.texts("th", "tn")[-1] == end
    assert [row[3] for row in lines(page)][:2] == ["1", "2"]


def test_it_shows_one_point_as_of_the_first_revision(states, visit):
    assert [row[3] for row in lines(visit("/revisions/?as_of=r1"))] == ["3", "0", "0", "0"]


def test_it_counts_models_where_they_are_asked_for(states, visit):
    page = visit("/revisions/?trend=models&until=2026-10-31")

    assert [row[1] for row in lines(page)] == ["1", "0", "0", "0"]
    assert page.links()["Routes instead"] == "?until=2026-10-31&trend=routes"
    assert visit("/revisions/?via=command").links()["Models instead"] == "?via=command&trend=models"


def test_it_has_every_step_in_numbers(states, visit):
    page = visit("/revisions/?until=2026-10-09")
    [table] = [t for t in page.find("table") if "after each step" in page.text(t)]
    steps = [[page.text(cell) for cell in row] for row in table.find("tbody")]

    assert steps == [
        ["2026-10-01 12:00", "3", "0", "0", "0"],
        ["2026-10-05 12:00", "1", "2", "0", "0"],
        ["2026-10-07 00:00", "1", "2", "0", "1"],
        ["2026-10-09 12:00", "0", "3", "0", "1"],
        ["2026-10-09 23:59", "0", "3", "0", "1"],
    ]


def test_it_counts_as_stale_only_until_the_reading_is_renewed(states, visit):
    edit(states[0], datetime(2026, 10, 20, tzinfo=UTC), review_by=date(2099, 1, 1))

    assert lines(visit("/revisions/?until=2026-10-31"))[3][1:4] == ["0", "", "0"]


@pytest.mark.parametrize("query", ["since=2099-01-01", "until=2020-01-01"])
def test_it_draws_nothing_where_nothing_was(query, states, visit):
    assert drawn(visit(f"/revisions/?{query}")) == []


def test_it_draws_nothing_before_the_first_revision(visit):
    assert drawn(visit("/revisions/")) == []
    assert period(history(), {}) is None


def test_it_draws_steps_on_their_own_scale():
    times = [DAYS[0], DAYS[1], DAYS[2]]

    assert path(times, [5, 5, 9]) == "M0 26.0H500.0V26.0H1000.0V2.0H1000"
    assert path(times, [7, 7, 7]) == "M0 14.0H500.0V14.0H1000.0V14.0H1000"
    assert path([DAYS[0], DAYS[0]], [1, 2]) == "M0 26.0H0.0V2.0H1000"


def test_it_thins_long_histories_to_the_last_of_each_stretch():
    moments = [DAYS[0] + timedelta(hours=n) for n in range(100)]
    few = thinned(moments, moments[0], moments[-1], 10)

    assert len(few) == 11
    assert few[-1] == moments[-1]
    assert few == sorted(set(few) & set(moments))
    assert thinned(moments, moments[0], moments[-1], 100) == moments


def test_it_keeps_thinned_points_exact(states):
    past = history()
    whole = trend(past, [], "routes", DAYS[0], DAYS[2])
    few = trend(past, [], "routes", DAYS[0], DAYS[2], points=1)

    assert [point.counts["allowed"] for point in whole] == [0, 3, 1, 0]
    assert len(few) < len(whole)
    assert all(point in whole for point in few)
