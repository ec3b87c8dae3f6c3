"""Counts over time as step lines: pure geometry over ``policies.timeline.trend``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from policies.bases import Status
from policies.filters.revisions import moment
from policies.timeline.past import History
from policies.timeline.trend import LINES, STALE, Point, reviews, trend

WIDTH, HEIGHT, EDGE = 1000, 28, 2
"""The drawing's own units: the page stretches it, and strokes keep their width."""

INSTANT = timedelta(microseconds=1)


def trend_of(
    past: History, given: dict[str, str], shown: datetime | None = None
) -> dict[str, Any] | None:
    """The lines of the period that ``since`` and ``until`` name; None where nothing was recorded.

    ``shown`` is the moment of a past state, whose lines end there.
    """
    span = period(past, given, shown)
    if span is None:
        return None
    kind = given.get("trend", "routes")
    return drawn(kind, trend(past, reviews(), kind, *span), LINES)


def answers_of(past: History) -> dict[str, Any] | None:
    """Routes by status from the first revision to the last, without the clock; None of only one."""
    if past.first is None or past.last is None or past.first == past.last:
        return None
    points = trend(past, (), "routes", past.first + INSTANT, past.last + INSTANT)
    return drawn("routes", points, Status.values)


def drawn(kind: str, points: Sequence[Point], names: Sequence[str]) -> dict[str, Any]:
    """The lines of these names, and each step in numbers."""
    return {
        "kind": kind,
        "start": points[0].at,
        "stop": points[-1].at,
        "lines": [line(points, name) for name in names],
        "steps": [
            {"at": point.at, "numbers": [point.counts[name] for name in names]} for point in points
        ],
    }


def period(
    past: History, given: dict[str, str], shown: datetime | None = None
) -> tuple[datetime, datetime] | None:
    """From the first day's start to the last day's end, within what is recorded.

    Without a first day it starts after the first revision: that one brings in what there is, and
    would flatten everything that came later.
    """
    if past.first is None:
        return None
    now = timezone.now()
    start = past.first + INSTANT
    stop = max(start, min(now, shown or now))
    if "since" in given:
        start = max(start, moment(given["since"], time.min))
    if "until" in given:
        stop = min(stop, moment(given["until"], time.max))
    return (start, stop) if start <= stop else None


def line(points: Sequence[Point], name: str) -> dict[str, Any]:
    """One line: its first and last value, what lies between them, and its path."""
    values = [point.counts[name] for point in points]
    return {
        "name": name,
        "status": None if name == STALE else Status(name),
        "first": values[0],
        "last": values[-1],
        "change": values[-1] - values[0],
        "less": values[0] - values[-1],
        "path": path([point.at for point in points], values),
    }


def path(times: Sequence[datetime], values: Sequence[int]) -> str:
    """A step line in SVG's path language, on its own scale; level where nothing changed."""
    low, high = min(values), max(values)
    span = (times[-1] - times[0]) / timedelta(seconds=1) or 1
    steps = [f"M0 {_y(values[0], low, high)}"]
    for at, value in zip(times[1:], values[1:], strict=True):
        x = WIDTH * ((at - times[0]) / timedelta(seconds=1)) / span
        steps.append(f"H{x:.1f}V{_y(value, low, high)}")
    return "".join(steps) + f"H{WIDTH}"


def _y(value: int, low: int, high: int) -> str:
    share = (value - low) / (high - low) if high > low else 0.5
    return f"{HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE):.1f}"
