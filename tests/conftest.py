"""What holds for the whole suite; the settings are in ``tests/settings.py``."""

from __future__ import annotations

import gc
import os
from contextlib import ExitStack

import coverage
import hypothesis
import pytest
from django.core.cache import cache
from django.db import transaction

from policies.api import decided
from policies.api.answering import understood
from policies.api.kept import answers
from policies.timeline.past import forget
from tests import selection

# A slow machine is not a bug, hence no deadline; CI tries the same examples each time, so that a red run
# can be repeated.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_addoption(parser):
    """``--fewer-cases`` for a run that is to say whether the same lines run on other versions."""
    parser.addoption("--fewer-cases", action="store_true", help=selection.fewer_cases.__doc__)


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL leave out what asks no database: it would only say the same as on SQLite."""
    everything = selection.in_order(items)
    selection.mark_further(everything)
    chosen = everything
    if os.environ.get("TEST_DATABASE_URL"):
        chosen = [item for item in chosen if selection.asks_database(item)]
    if config.option.fewer_cases:
        chosen = selection.fewer_cases(chosen)
    config.hook.pytest_deselected(items=list(set(everything) - set(chosen)))
    items[:] = chosen


def pytest_collection_finish():
    """What is imported by now stays: the collector of garbage need not look through it each time.

    Nor need it look for cycles all the while: a test leaves few, and the machine has memory.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Count no coverage where others run the same lines."""
    counting = coverage.Coverage.current()
    if counting is None or selection.counts(item):
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
    if selection.shares_nothing(item):
        _kept.close()


@pytest.fixture(autouse=True)
def nothing_cached():
    """Each test has a first revision of its own: what was counted for another's is not its."""
    cache.clear()
    answers.forget()
    understood.forget()
    decided.forget()
    forget()
