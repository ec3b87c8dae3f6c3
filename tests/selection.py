"""Which tests a run leaves out, and which of them count coverage."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest

SHARE = 3
further = pytest.StashKey[bool]()
"""On a test: whether it is a further case of the one before it."""


def in_order(items: list[Any]) -> list[Any]:
    """In each module the tests that share what is ``kept`` come first."""
    modules = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    return [item for tests in modules for item in sorted(tests, key=shares_nothing)]


def shares_nothing(item: Any) -> bool:
    """Whether a test begins with an empty database."""
    return "kept" not in item.fixturenames


def asks_database(item: Any) -> bool:
    """Whether a test reads or writes tables."""
    return bool(item.get_closest_marker("django_db")) or "db" in item.fixturenames


def of_one_test(item: Any) -> str:
    """What the cases of a test have in common."""
    return item.nodeid.partition("[")[0]


def mark_further(items: list[Any]) -> None:
    """Tell each test whether it is the first case of its function."""
    seen = set()
    for item in items:
        item.stash[further] = of_one_test(item) in seen
        seen.add(of_one_test(item))


def fewer_cases(items: list[Any]) -> list[Any]:
    """A third of a test's cases where there are more than two; each test takes another third.

    In files that are ``uncounted``, whose lines others run, a third of all that is there.
    """
    tests: dict[str, list[Any]] = {}
    for item in items:
        tests.setdefault(of_one_test(item), []).append(item)
    kept = {
        case
        for number, cases in enumerate(tests.values())
        for place, case in enumerate(cases)
        if (place + number) % SHARE == 0
        or (len(cases) < SHARE and "uncounted" not in names_of_marks(case))
    }
    return [item for item in items if item in kept]


def names_of_marks(item: Any) -> set[str]:
    """What a test says of itself."""
    return {mark.name for mark in item.iter_markers()}


def counts(item: Any) -> bool:
    """Whether a test counts coverage, which would double its time.

    The first case of a test runs the lines of the others.
    """
    return not ({"slow", "uncounted"} & names_of_marks(item) or item.stash[further])
