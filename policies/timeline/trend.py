"""Counts over time: routes or models by status, and those that rest on a reading past its review date.

Replayed from the stored moves and changes, so that each point is the state after a real revision,
or at the midnight on which a review date had passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Value

from policies.bases import Basis, Layer, Status
from policies.models import License, ProviderTerms
from policies.timeline.past import Change, History, Shift
from policies.timeline.ways import status_of

STALE = "stale"
LINES = (*Status.values, STALE)
POINTS = 60
"""More steps than this are thinned: the last of each stretch of time stands for it."""

Document = tuple[str, int]
NOBODY: Document = (Layer.NONE.value, 0)


class Point(NamedTuple):
    """How many there were of each line at one time."""

    at: datetime
    counts: dict[str, int]


class Review(NamedTuple):
    """From one revision on, a document was to be reviewed by this day, or by none."""

    revision: int
    at: datetime
    document: Document
    by: date | None


def reviews() -> list[Review]:
    """When which document's review was due, in the order of revisions: one query."""
    tables = ((Layer.LICENSE, License), (Layer.TERMS, ProviderTerms))
    first, second = (
        table.history.order_by().values_list(
            "revision_id", "revision__at", Value(layer.value), "id", "review_by", "history_id"
        )
        for layer, table in tables
    )
    rows = sorted(first.union(second, all=True).order_by(), key=lambda row: (row[0], row[5]))
    return [Review(number, at, (layer, key), by) for number, at, layer, key, by, _ in rows]


def trend(
    past: History,
    due: Sequence[Review],
    kind: str,
    start: datetime,
    stop: datetime,
    points: int = POINTS,
) -> list[Point]:
    """The counts of ``kind`` (routes or models) at ``start``, at each step, and at ``stop``.

    ``start`` is the state before anything that happened at or after it. A step is a revision, or a
    midnight in UTC after which a reading is stale.
    """
    replay = _Replay(past, due, kind)
    moments = thinned(_moments(past, due, start, stop), start, stop, points)
    found = [replay.point(start, inclusive=False)]
    found += [replay.point(moment) for moment in moments if start <= moment < stop]
    return [*found, replay.point(stop)]


def thinned(
    moments: Iterable[datetime], start: datetime, stop: datetime, points: int
) -> list[datetime]:
    """The moments, or the last of each of so many stretches of time where there are more."""
    kept = sorted(set(moments))
    if len(kept) <= points:
        return kept
    span = (stop - start) / points
    return list({int((moment - start) / span): moment for moment in kept}.values())


def _moments(
    past: History, due: Iterable[Review], start: datetime, stop: datetime
) -> Iterable[datetime]:
    streams: tuple[Iterable[Any], ...] = (past.shifts, past.changes, due)
    at = [row.at for rows in streams for row in rows]
    at += [_overdue_from(review.by) for review in due if review.by and review.by < date.max]
    return (moment for moment in at if start <= moment <= stop)


def _overdue_from(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC)


class _Replay:
    """The state at a time; times must be asked for in ascending order."""

    def __init__(self, past: History, due: Sequence[Review], kind: str) -> None:
        self.kind = kind
        self.streams: list[tuple[Sequence[Any], Callable[[Any], None]]] = [
            (past.shifts, self._shift),
            (past.changes, self._change),
            (due, self._review),
        ]
        self.read = [0, 0, 0]
        self.pointers: Counter[int] = Counter()
        self.status: dict[int, str] = {}
        self.speaker: dict[int, Document] = {}
        self.review: dict[Document, date] = {}

    def point(self, moment: datetime, *, inclusive: bool = True) -> Point:
        """The counts after everything up to ``moment``, or before it."""
        for number, (rows, apply) in enumerate(self.streams):
            while self.read[number] < len(rows) and _is_before(
                rows[self.read[number]].at, moment, inclusive
            ):
                apply(rows[self.read[number]])
                self.read[number] += 1
        return Point(moment, self._counts(moment.astimezone(UTC).date()))

    def _shift(self, row: Shift) -> None:
        count = getattr(row, self.kind)
        self.pointers[row.before] -= count
        self.pointers[row.after] += count

    def _change(self, row: Change) -> None:
        self.status[row.policy] = status_of(row.basis)
        of_layer = {Layer.LICENSE.value: row.license, Layer.TERMS.value: row.terms}
        self.speaker[row.policy] = (row.layer, of_layer.get(row.layer, 0))

    def _review(self, row: Review) -> None:
        if row.by is None:
            self.review.pop(row.document, None)
        else:
            self.review[row.document] = row.by

    def _counts(self, today: date) -> dict[str, int]:
        counts = dict.fromkeys(LINES, 0)
        overdue = {document for document, by in self.review.items() if by < today}
        for policy, number in self.pointers.items():
            if policy:
                counts[self.status.get(policy, _UNRECORDED)] += number
                counts[STALE] += number if self.speaker.get(policy, NOBODY) in overdue else 0
        return counts


_UNRECORDED = status_of(Basis.PROVIDER_TERMS_UNKNOWN.value)


def _is_before(at: datetime, moment: datetime, inclusive: bool) -> bool:
    return at <= moment if inclusive else at < moment
