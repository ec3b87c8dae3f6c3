"""Total orders of a list, places in them, and the pages between places.

A place is what a row is sorted by, so rows that appear or vanish elsewhere move no other row from
one page to the next. Every order ends in a unique column and none holds a NULL.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from json import dumps, loads
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

CURSOR_LENGTH = 4000
LARGEST = 2**63 - 1
"""The largest whole number that both engines compare."""

Value = str | int | date


@dataclass(frozen=True)
class Key:
    """One thing that rows are ordered by: a column, or an expression that is annotated by ``name``.

    ``using`` names a method of the queryset that annotates it instead; ``kind`` is str, int or date.
    """

    name: str
    kind: type = str
    expression: Callable[[], Any] | None = None
    using: str = ""

    def annotated(self, queryset: QuerySet) -> QuerySet:
        """The queryset with what the key reads."""
        if self.using:
            return getattr(queryset, self.using)()
        return queryset.annotate(**{self.name: self.expression()}) if self.expression else queryset


class Place(NamedTuple):
    """Beside a row: what it is sorted by, and how many rows stand before the place."""

    values: tuple[Value, ...]
    position: int
    backwards: bool = False


@dataclass(frozen=True)
class Order:
    """The keys of one sort, in one direction; ``name`` is how the address calls it."""

    name: str
    keys: tuple[Key, ...]
    descending: bool = False

    @property
    def columns(self) -> list[str]:
        """What ``values_list`` must read to name the place of a row."""
        return [key.name for key in self.keys]

    def applied(self, queryset: QuerySet, *, backwards: bool = False) -> QuerySet:
        """The queryset in this order, or in its reverse."""
        minus = "-" if self.descending != backwards else ""
        return self.annotated(queryset).order_by(*(f"{minus}{name}" for name in self.columns))

    def annotated(self, queryset: QuerySet) -> QuerySet:
        """The queryset with everything that the keys read."""
        for key in self.keys:
            queryset = key.annotated(queryset)
        return queryset

    def beyond(self, values: Sequence[Value], *, backwards: bool) -> Q:
        """What stands strictly after the place, or before it.

        The first key is also compared alone: that is what an index can be asked.
        """
        sign = "lt" if self.descending != backwards else "gt"
        *leading, last = zip(self.columns, values, strict=True)
        condition = Q(**{f"{last[0]}__{sign}": last[1]})
        for name, value in reversed(leading):
            condition = Q(**{f"{name}__{sign}": value}) | Q(**{name: value}) & condition
        return Q(**{f"{self.columns[0]}__{sign}e": values[0]}) & condition

    def cursor(self, place: Place) -> str:
        """The place as an address carries it: opaque, and of this order alone."""
        values = [value.isoformat() if isinstance(value, date) else value for value in place.values]
        text = dumps([self.name, place.position, *values], separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def place(self, cursor: str, *, backwards: bool) -> Place | None:
        """The place that a cursor names; None for anything that ``cursor`` would not have written."""
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            name, position, *values = loads(urlsafe_b64decode(padded))
            found = Place(self._typed(values), position, backwards)
            sound = (
                len(cursor) <= CURSOR_LENGTH
                and name == self.name
                and type(position) is int
                and 0 <= position <= LARGEST
                and self.cursor(found) == cursor
            )
        except (ValueError, TypeError, RecursionError):
            return None
        return found if sound else None

    def _typed(self, values: Sequence[Any]) -> tuple[Value, ...]:
        return tuple(_typed(key.kind, value) for key, value in zip(self.keys, values, strict=True))


def _typed(kind: type, value: Any) -> Value:
    """The value as the database may be asked for it; ValueError where neither engine could."""
    if kind is date and isinstance(value, str):
        return date.fromisoformat(value)
    if kind is int and type(value) is int and abs(value) <= LARGEST:
        return value
    if kind is str and isinstance(value, str) and "\0" not in value:
        value.encode()  # a lone surrogate is no text
        return value
    raise ValueError(value)


@dataclass(frozen=True)
class Slice:
    """One page: the keys of its rows in order, where it stands, and the cursors around it."""

    keys: list[Any] = field(default_factory=list)
    start: int = 0
    previous: str = ""
    next: str = ""

    @property
    def stop(self) -> int:
        """How many rows stand before the end of the page."""
        return self.start + len(self.keys)


Ask = Callable[[Place | None, bool, int], Iterable[tuple[Any, tuple[Value, ...]]]]
"""``(place, backwards, limit)`` → up to so many (key, values) beyond the place, nearest first."""


def sliced(order: Order, place: Place | None, size: int, count: int, ask: Ask) -> Slice:
    """The page of ``size`` rows beyond the place, or the first; ``count`` rows are in the list.

    One more row than is shown is asked for, and whether a row stands on the other side: what a
    position says may have changed since. Nothing beyond the place is an empty page.
    """
    backwards = place is not None and place.backwards
    found = list(ask(place, backwards, size + 1))
    more, found = len(found) > size, found[:size]
    if not found:
        return Slice()
    behind = place is not None and bool(list(ask(Place(found[0][1], 0), not backwards, 1)))
    if backwards:
        found.reverse()
    before, after = (more, behind) if backwards else (behind, more)
    start = _start(place, len(found), before=before, after=after, count=count)
    first, last = Place(found[0][1], start), Place(found[-1][1], start + len(found))
    return Slice(
        keys=[key for key, _ in found],
        start=start,
        previous=order.cursor(first) if before else "",
        next=order.cursor(last) if after else "",
    )


def _start(place: Place | None, length: int, *, before: bool, after: bool, count: int) -> int:
    """How many rows stand before the page: exact at both ends, elsewhere as far as was counted."""
    if place is None or not before:
        return 0
    if not after:
        return max(1, count - length)
    counted = place.position - length if place.backwards else place.position
    return min(max(1, counted), max(1, count - length - 1))


def page_of(queryset: QuerySet, order: Order, place: Place | None, size: int, count: int) -> Slice:
    """One page of a queryset, from an index where the order has one."""

    def ask(place: Place | None, backwards: bool, limit: int) -> list[tuple[Any, tuple]]:
        rows = order.applied(queryset, backwards=backwards)
        if place is not None:
            rows = rows.filter(order.beyond(place.values, backwards=backwards))
        return [
            (key, tuple(values)) for key, *values in rows.values_list("pk", *order.columns)[:limit]
        ]

    return sliced(order, place, size, count, ask)
