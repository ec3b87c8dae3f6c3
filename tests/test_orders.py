"""Places in a list: opaque, of one order alone, and nothing else is taken for one."""

from base64 import urlsafe_b64encode
from datetime import date
from json import dumps

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.filters.orders import LARGEST, Key, Order, Place, sliced

KEYS = (Key("name"), Key("count", int), Key("day", date))
ORDER = Order("name", KEYS)


def packed(*content):
    return urlsafe_b64encode(dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")


@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=100),
    st.integers(-LARGEST, LARGEST),
    st.dates(),
    st.integers(0, LARGEST),
    st.booleans(),
)
def test_it_reads_every_place_that_it_writes(name, count, day, position, backwards):
    place = Place((name, count, day), position, backwards)
    assert ORDER.place(ORDER.cursor(place), backwards=backwards) == place


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "====",
        packed("name"),
        packed("name", 0),
        packed("name", 0, "a", 1),
        packed("-name", 0, "a", 1, "2026-11-01"),
        packed("name", -1, "a", 1, "2026-11-01"),
        packed("name", True, "a", 1, "2026-11-01"),
        packed("name", 0, 5, 1, "2026-11-01"),
        packed("name", 0, "a", "1", "2026-11-01"),
        packed("name", 0, "a", 1.0, "2026-11-01"),
        packed("name", 0, "a", True, "2026-11-01"),
        packed("name", 0, "a", 10**30, "2026-11-01"),
        packed("name", 0, "a", 1, "2026-13-01"),
        packed("name", 0, "a", 1, "20261101"),
        packed("name", 0, "a\0b", 1, "2026-11-01"),
        packed("name", 0, "\ud800", 1, "2026-11-01"),
        packed("name", 0, None, 1, "2026-11-01"),
        packed("name", 0, "a", 1, "2026-11-01") + "=",
        packed("name", 0, "a", 1, "2026-11-01") + "AA",
        packed("name", 0, "a" * 5000, 1, "2026-11-01"),
        urlsafe_b64encode(b"[" * 3000).decode(),
        urlsafe_b64encode(b'["name", 0, "a", 1, "2026-11-01"]').decode().rstrip("="),
    ],
)
def test_it_takes_nothing_else_for_a_place(cursor):
    assert ORDER.place(cursor, backwards=False) is None


def numbers(order, present):
    """An ``ask`` over whole numbers, as a database would answer it."""

    def ask(place, backwards, limit):
        found = sorted(present, reverse=backwards)
        if place is not None:
            edge = place.values[0]
            found = [n for n in found if (n < edge if backwards else n > edge)]
        return [(n, (n,)) for n in found[:limit]]

    return ask


def test_it_counts_exactly_at_both_ends_whatever_a_place_remembers():
    order = Order("n", (Key("n", int),))
    wrong = Place((7,), 999)
    last = sliced(order, wrong, 5, 10, numbers(order, range(10)))
    assert (last.keys, last.start, last.stop, last.next) == ([8, 9], 8, 10, "")
    first = sliced(
        order, wrong._replace(values=(3,), backwards=True), 5, 10, numbers(order, range(10))
    )
    assert (first.keys, first.start, first.previous) == ([0, 1, 2], 0, "")


def test_it_stays_inside_the_list_between_its_ends():
    order = Order("n", (Key("n", int),))
    for remembered in (0, 3, 999):
        page = sliced(order, Place((2,), remembered), 3, 10, numbers(order, range(10)))
        assert page.keys == [3, 4, 5]
        assert 0 < page.start < page.stop < 10


def test_it_gives_an_empty_page_where_nothing_is_left():
    order = Order("n", (Key("n", int),))
    page = sliced(order, Place((9,), 10), 3, 9, numbers(order, range(9)))
    assert (page.keys, page.previous, page.next) == ([], "", "")
