"""The differing rows, a page at a time: each model, then its provider rows, in the export's order."""

from __future__ import annotations

from typing import Any, NamedTuple

from policies.differences.span import Span, state
from policies.differences.touched import touched_names
from policies.export.answers import Answer, answers
from policies.export.records import entries_of, model_alone, provider_row
from policies.models import Policy, TextModel

CHUNKS = 20
"""After so many chunks without a full page the page ends early: what was looked at differed hardly."""

BEYOND = "~"
"""Stands after every slug."""


class Key(NamedTuple):
    """What names a row, and its place; a model's own row names no provider."""

    model: str
    provider: str = ""
    provider_model_id: str = ""


class Row(NamedTuple):
    """One row of one state: its answer, and all that an export tells of it."""

    answer: Answer
    record: dict[str, Any]

    @property
    def told(self) -> tuple[Any, ...]:
        """What a client is answered: the policy object's values."""
        return self.answer[2:-1]

    @property
    def everything(self) -> tuple[Any, ...]:
        """The record's values, to compare by; of its policy object the values too."""
        others = {name: value for name, value in self.record.items() if name != POLICY}
        return (*self.told, others)


POLICY = "distillationPolicy"
State = dict[Key, Row]


class Difference(NamedTuple):
    """One row in both states; None where it was not there."""

    key: Key
    before: Row | None
    after: Row | None


class Page(NamedTuple):
    """Some differences in order; ``last`` is the place to go on behind, or None at the end."""

    rows: list[Difference]
    last: Key | None


def page(span: Span, size: int, after: Key | None = None) -> Page:
    """Up to ``size`` differences behind ``after``; the caller holds a snapshot.

    A page that is not the last can have fewer rows, or none.
    """
    at_once = max(10, size // 4)
    found: list[Difference] = []
    place, inclusive = (after.model, True) if after else ("", False)
    for _ in range(CHUNKS):
        names = touched_names(span, place, inclusive=inclusive, size=at_once)
        found += [row for row in _among(names, span) if after is None or row.key > after]
        if len(found) > size:
            return Page(found[:size], found[size - 1].key)
        if len(names) < at_once:
            return Page(found, None)
        place, inclusive = names[-1], False
    return Page(found, Key(place, BEYOND))


def _among(names: list[str], span: Span) -> list[Difference]:
    """The differing rows of the models of these names."""
    if not names:
        return []
    before, after = (_rows(names, number) for number in (span.since, span.until))
    keys = sorted(before.keys() | after.keys())
    rows = (Difference(key, before.get(key), after.get(key)) for key in keys)
    return [row for row in rows if _differs(row, whole=span.whole)]


def _rows(names: list[str], number: int) -> State:
    if not number:  # before the first revision there is nothing
        return {}
    with state(number):
        entries = entries_of(TextModel.objects.filter(canonical_id__in=names).order_by())
        pairs = {entry.model.policy for entry in entries}
        pairs |= {route.policy for entry in entries for route in entry.routes}
        known = answers(Policy.objects.filter(pk__in=pairs))
    found = {}
    for entry in entries:
        model, answer = entry.model.id, known[entry.model.policy]
        found[Key(model)] = Row(answer, model_alone(entry, answer))
        for route in entry.routes:
            key = Key(model, route.provider, route.provider_model_id)
            answer = known[route.policy]
            found[key] = Row(answer, provider_row(route, answer))
    return found


def _differs(row: Difference, *, whole: bool) -> bool:
    before, after = row.before, row.after
    if before is None or after is None:
        return True
    return before.everything != after.everything if whole else before.told != after.told
