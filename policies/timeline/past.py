"""All that ever changed an answer, in one row for each pair and revision that it concerned.

The past is only ever appended to, so it is read once per process and then continued: after an edit
the new revisions alone are read. What it holds grows with pairs and revisions, never with routes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from django.db.models import Count, F, Max, Min, Q

from policies.bases import Basis
from policies.models import Move, PolicyChange, Revision
from policies.timeline.ways import status_of

Pair = tuple[int, int]
"""The ids of a pair's license and terms, 0 for none."""


class Shift(NamedTuple):
    """How many routes and models one revision moved from one policy to another; 0 for none."""

    revision: int
    at: datetime
    before: int
    after: int
    routes: int
    models: int


class Change(NamedTuple):
    """One policy's basis and layer after one revision, and what was under it both before and after."""

    revision: int
    at: datetime
    policy: int
    license: int
    terms: int
    before: str
    basis: str
    layer: str
    routes: int
    models: int


class Flips(NamedTuple):
    """Routes and models that one revision flipped alike; an empty basis is no answer on that side.

    ``documents`` are the pairs on both sides: one, where the answer changed under what stayed.
    """

    revision: int
    at: datetime
    before: str
    after: str
    routes: int
    models: int
    documents: tuple[Pair, ...]


class History(NamedTuple):
    """Moves, changes and flips in the order of their revisions, and the times they span."""

    first: datetime | None
    last: datetime | None
    number: int
    shifts: Sequence[Shift]
    changes: Sequence[Change]
    flips: Sequence[Flips]

    def until(self, number: int) -> History:
        """The same as it stood after revision ``number``."""
        return self._replace(
            number=number,
            shifts=_until(self.shifts, number),
            changes=_until(self.changes, number),
            flips=_until(self.flips, number),
        )


EMPTY = History(None, None, 0, (), (), ())
_kept = EMPTY


def history() -> History:
    """Everything up to the current revision: three queries, or one where nothing was added."""
    global _kept  # replaced whole: another thread sees the old or the new one
    kept = _kept
    found = Revision.objects.aggregate(
        newest=Max("number"),
        first=Min("at"),
        last=Max("at"),
        known=Count("number", filter=Q(number=kept.number, at=kept.last or _NEVER)),
    )
    number, first, last = found["newest"] or 0, found["first"], found["last"]
    earlier = number < kept.number and last is not None and last <= (kept.last or _NEVER)
    if kept.first != first or not (found["known"] or earlier):
        kept = EMPTY
    if kept.number < number:
        _kept = kept = _continued(kept, number, first, last)
    return kept if kept.number == number else kept.until(number)


def forget() -> None:
    """Read everything anew next time: for whoever puts another history in the same database."""
    global _kept
    _kept = EMPTY


_NEVER = datetime.min.replace(tzinfo=UTC)


def _continued(kept: History, number: int, first: Any, last: Any) -> History:
    shifts = [*kept.shifts, *_read_shifts(kept.number, number)]
    changes = [*kept.changes, *_read_changes(kept.number, number)]
    return History(first, last, number, shifts, changes, list(_flips(shifts, changes)))


def _read_shifts(after: int, until: int) -> list[Shift]:
    rows = (
        Move.objects.filter(revision__gt=after, revision__lte=until)
        .values_list("revision_id", "revision__at", "before_id", "after_id")
        .annotate(routes=Count("route"), models=Count("model"))
        .order_by("revision_id", "before_id", "after_id")
    )
    return [
        Shift(number, at, was or 0, now or 0, routes, models)
        for number, at, was, now, routes, models in rows
    ]


def _read_changes(after: int, until: int) -> list[Change]:
    """Changes of status, basis or speaker, new pairs included; those of words alone are left out."""
    matters = ~Q(before_basis=F("after_basis")) | ~Q(before_layer=F("after_layer"))
    rows = (
        PolicyChange.objects.filter(matters, revision__gt=after, revision__lte=until)
        .order_by("revision_id", "policy_id")
        .values_list(
            "revision_id",
            "revision__at",
            "policy_id",
            "policy__license_key",
            "policy__terms_key",
            "before_basis",
            "after_basis",
            "after_layer",
            "routes",
            "models_count",
        )
    )
    return [Change(*row) for row in rows]


def _flips(shifts: Iterable[Shift], changes: Sequence[Change]) -> Iterable[Flips]:
    """The flips among the moves and changes, which are sorted by revision."""
    basis: dict[int, str] = {}
    pairs: dict[int, Pair] = {}
    moved = _by_revision(shifts)
    changed = _by_revision(changes)
    for number in sorted(moved.keys() | changed.keys()):
        before = [_basis(basis, shift.before) for shift in moved.get(number, [])]
        for change in changed.get(number, []):
            basis[change.policy] = change.basis
            pairs[change.policy] = pair = (change.license, change.terms)
            flipped = change.before not in ("", change.basis)
            if flipped and (change.routes or change.models):
                yield Flips(
                    *change[:2], change.before, change.basis, change.routes, change.models, (pair,)
                )
        for shift, was in zip(moved.get(number, []), before, strict=True):
            now = _basis(basis, shift.after)
            if was != now:
                both = tuple(pairs.get(p, (0, 0)) for p in (shift.before, shift.after) if p)
                yield Flips(*shift[:2], was, now, shift.routes, shift.models, both)


def _basis(known: dict[int, str], policy: int) -> str:
    """The pair of no documents has no change that could tell: nothing ever altered its answer."""
    return known.get(policy, Basis.PROVIDER_TERMS_UNKNOWN.value) if policy else ""


Row = TypeVar("Row", Shift, Change, Flips)


def _by_revision(rows: Iterable[Row]) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.revision, []).append(row)
    return groups


def _until(rows: Sequence[Row], number: int) -> Sequence[Row]:
    return rows[: bisect_right(rows, number, key=attrgetter("revision"))]


def summed(rows: Iterable[Flips]) -> list[dict[str, Any]]:
    """Flips by direction: ``before`` and ``after`` are statuses, empty for no answer."""
    sums: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        way = sums.setdefault((status_of(row.before), status_of(row.after)), [0, 0])
        way[0] += row.routes
        way[1] += row.models
    return [
        {"before": before, "after": after, "routes": routes, "models": models}
        for (before, after), (routes, models) in sorted(sums.items())
    ]


def directions_by_revision(
    numbers: Iterable[int], past: History | None = None
) -> dict[int, list[dict[str, Any]]]:
    """``summed`` for each of many revisions."""
    rows: dict[int, list[Flips]] = {number: [] for number in numbers}
    for row in (past or history()).flips:
        if row.revision in rows:
            rows[row.revision].append(row)
    return {number: summed(found) for number, found in rows.items()}
