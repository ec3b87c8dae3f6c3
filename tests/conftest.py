"""What holds for the whole suite; the settings are in ``tests/settings.py``."""

from __future__ import annotations

import gc
import os
from contextlib import ExitStack
from itertools import groupby

import coverage
import hypothesis
import pytest
from django.core.cache import cache
from django.db import transaction

from policies.api import decided
from policies.api.answering import understood
from policies.api.kept import answers
from policies.timeline.past import forget

# A slow machine is not a bug, hence no deadline; CI tries the same examples each time, so that a red run
# can be repeated.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL leave out what asks no database: it would only say the same as on SQLite.

    In each module the tests that share what is ``kept`` come first.
    """
    modules = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    items[:] = [item for tests in modules for item in sorted(tests, key=shares_nothing)]
    if os.environ.get("TEST_DATABASE_URL"):
        config.hook.pytest_deselected(items=[item for item in items if not asks_database(item)])
        items[:] = [item for item in items if asks_database(item)]


def pytest_collection_finish():
    """What is imported by now stays: the collector of garbage need not look through it each time."""
    gc.collect()
    gc.freeze()


def asks_database(item) -> bool:
    """Whether a test reads or writes tables."""
    return bool(item.get_closest_marker("django_db")) or "db" in item.fixturenames


def shares_nothing(item) -> bool:
    """Whether a test begins with an empty database."""
    return "kept" not in item.fixturenames


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Count no coverage in tests that say so: it would double their time, and others run the same lines."""
    counting = coverage.Coverage.current()
    if counting is None or not {"slow", "uncounted"} & {mark.name for mark in item.iter_markers()}:
        return (yield)
    counting.stop()
    try:
        return (yield)
    finally:
        counting.start()


_kept = ExitStack()


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    """What a module's own fixtures record once for those of its tests that ask for it.

    What a test writes is taken back after it as ever; objects in Python are not, hence read them anew.
    """
    with _kept:
        _kept.enter_context(django_db_blocker.unblock())
        _kept.enter_context(transaction.atomic())
        _kept.callback(transaction.set_rollback, True)
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """The other tests of a module come after those, and begin with nothing."""
    if shares_nothing(item):
        _kept.close()


@pytest.fixture(autouse=True)
def nothing_cached():
    """Each test has a first revision of its own: what was counted for another's is not its."""
    cache.clear()
    answers.forget()
    understood.forget()
    decided.forget()
    forget()
