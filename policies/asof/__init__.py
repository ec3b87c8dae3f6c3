"""Past states: inside ``as_of(revision)`` every table reads as it stood after that revision.

Whatever asks there, a page, a list, a count or an export, is the same code that answers for the present.
Nothing is written, so a read-only copy of the database can answer too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from policies.asof.rewriting import PastIsReadOnly, Rewriter
from policies.models import Revision

__all__ = ["PastIsReadOnly", "as_of", "revision_at", "today"]

_day: ContextVar[date | None] = ContextVar("day_of_the_past_state", default=None)


@contextmanager
def as_of(revision: int, day: date | None = None) -> Iterator[None]:
    """Let every query of this connection read the state after ``revision``; 0 is before the first.

    ``day`` is what ``today()`` says meanwhile. The caller holds a ``snapshot()``. A write to what has
    a past, and a past state inside this one, raise ``PastIsReadOnly``; accounts, sessions and other
    tables are read and written as ever.
    """
    if any(isinstance(wrapper, Rewriter) for wrapper in connection.execute_wrappers):
        raise PastIsReadOnly("A past state is open already.")
    token = _day.set(day)
    try:
        with connection.execute_wrapper(Rewriter(revision)), _grouping_by_every_column():
            yield
    finally:
        _day.reset(token)


@contextmanager
def _grouping_by_every_column() -> Iterator[None]:
    """A table's other columns follow from its key, and PostgreSQL knows it; of an expression's it cannot."""
    features: Any = connection.features
    usual = features.allows_group_by_selected_pks
    features.allows_group_by_selected_pks = False
    try:
        yield
    finally:
        features.allows_group_by_selected_pks = usual


def revision_at(moment: datetime) -> Revision | None:
    """The newest revision up to and including ``moment``, or None before the first."""
    found: Revision | None = Revision.objects.filter(at__lte=moment).current()
    return found


def today() -> date:
    """The day that answers reckon with, in UTC: of the past state that is open, else the present."""
    return _day.get() or timezone.localdate()
