"""How answers came to be: a subject's flips, a record's versions, the flips that versions caused."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import Model, Q

from policies.bases import Basis, Status
from policies.models import Move, PolicyChange, Revision, Route, TextModel
from policies.undoing.states import as_last_known

FIRST = (Status.UNKNOWN.value, Basis.PROVIDER_TERMS_UNKNOWN.value)
"""The answer of the pair of no documents, which no revision ever wrote."""

STAFF_ONLY = {"internal_note"}
NOT_A_FACT = {"id", "version", "created_at", "policy", "search_text", "key"}
EVENTS_SHOWN = 20
VERSIONS_SHOWN = 30

Answer = tuple[str, str]


@dataclass(frozen=True)
class Event:
    """``count`` subjects of one ``kind`` whose answer one revision changed the same way."""

    revision: Revision
    kind: str
    before: str
    after: str
    count: int


class Step(NamedTuple):
    """One subject's answer, status and basis, around one revision; None is "not there"."""

    revision: int
    before: Answer | None
    after: Answer | None


def events(model: TextModel | None, routes: Iterable[Route]) -> list[Event]:
    """Every flip of a model and of routes, newest first: four queries whatever their number.

    A model's routes that were deleted since count as well.
    """
    keys = [route.pk for route in routes]
    if model:
        gone = Route.history.filter(history_type="-", model_id=model.pk)
        keys += gone.values_list("id", flat=True)
    own = Q(model=model.pk) if model else Q(pk__in=[])
    moves = list(Move.objects.filter(own | Q(route__in=keys)).order_by("revision_id"))
    pairs = {key for move in moves for key in (move.before_id, move.after_id) if key}
    answers = _Answers(pairs)
    by_subject: dict[tuple[str, int], list[Move]] = defaultdict(list)
    for move in moves:
        kind = "model" if move.model_id else "route"
        by_subject[kind, move.model_id or move.route_id or 0].append(move)
    groups: Counter[tuple[int, str, str, str]] = Counter()
    for (kind, _), own_moves in by_subject.items():
        for step in _steps(own_moves, answers):
            before, after = (side[0] if side else "" for side in step[1:])
            groups[step.revision, kind, before, after] += 1
    return _newest(groups)


def _newest(groups: Counter[tuple[int, str, str, str]]) -> list[Event]:
    numbers = sorted({number for number, *_ in groups}, reverse=True)[:EVENTS_SHOWN]
    revisions = Revision.objects.in_bulk(numbers)
    return [
        Event(revisions[number], kind, before, after, count)
        for (number, kind, before, after), count in sorted(
            groups.items(), key=lambda item: (-item[0][0], item[0][1:])
        )
        if number in revisions
    ]


class _Answers:
    """Status and basis of pairs at any revision, from their stored changes."""

    def __init__(self, pairs: Iterable[int]) -> None:
        self.changes: dict[int, list[tuple[int, Answer]]] = defaultdict(list)
        rows = PolicyChange.objects.filter(policy__in=pairs).order_by("revision_id")
        for pair, number, *answer in rows.values_list(
            "policy_id", "revision_id", "after_status", "after_basis"
        ):
            self.changes[pair].append((number, (answer[0], answer[1])))

    def at(self, pair: int, number: int) -> Answer:
        """The answer after revision ``number``."""
        rows = self.changes[pair]
        place = bisect_right([row[0] for row in rows], number)
        return rows[place - 1][1] if place else FIRST

    def between(self, pair: int, start: int, stop: float) -> list[Step]:
        """What the pair's own changes did after ``start`` and before ``stop``."""
        return [
            Step(number, self.at(pair, number - 1), answer)
            for number, answer in self.changes[pair]
            if start < number < stop
        ]


def _steps(moves: Sequence[Move], answers: _Answers) -> list[Step]:
    """One subject's flips in order: where it moved, and where its pair changed under it."""
    found = []
    ends = [*(move.revision_id for move in moves[1:]), float("inf")]
    for move, end in zip(moves, ends, strict=True):
        number = move.revision_id
        before = answers.at(move.before_id, number - 1) if move.before_id else None
        after = answers.at(move.after_id, number) if move.after_id else None
        found.append(Step(number, before, after))
        if move.after_id:
            found += answers.between(move.after_id, number, end)
    return [step for step in found if step.before != step.after]


class Difference(NamedTuple):
    """One field that one version of a record changed."""

    number: int
    revision: Revision
    field: str
    before: str
    after: str
    code: bool


def versions(record: Model, *, staff: bool) -> dict[str, Any]:
    """A record's versions and their differences, newest first; internal fields for staff alone."""
    history = record.history  # type: ignore[attr-defined]
    newest = list(history.select_related("revision").order_by("-history_id")[: VERSIONS_SHOWN + 1])
    names = names_of(record, newest)
    found = []
    for new, old in pairwise(newest):
        found += differences_between(record, old, new, names, staff=staff)
    return {
        "differences": found,
        "first": newest[-1] if len(newest) <= VERSIONS_SHOWN else None,
        "revisions": [version.revision_id for version in newest],
        "count": record.version,  # type: ignore[attr-defined]
    }


def _fields(record: Model, staff: bool) -> list[Any]:
    hidden = NOT_A_FACT if staff else NOT_A_FACT | STAFF_ONLY
    return [field for field in record._meta.concrete_fields if field.name not in hidden]


def differences_between(
    record: Model, old: Any, new: Any, names: dict[Any, str], *, staff: bool
) -> list[Difference]:
    return [
        Difference(
            new.version,
            new.revision,
            field.verbose_name,
            _shown(field, getattr(old, field.attname), names),
            _shown(field, getattr(new, field.attname), names),
            field.name in ("basis", "slug", "canonical_id", "provider_model_id"),
        )
        for field in _fields(record, staff)
        if getattr(old, field.attname) != getattr(new, field.attname)
    ]


def names_of(record: Model, rows: Iterable[Any]) -> dict[Any, str]:
    """``(table, id)`` → name of every record that some version pointed at: a query per relation.

    Of what is gone, the last name that it had: one query more.
    """
    names: dict[Any, str] = {}
    for field in record._meta.concrete_fields:
        if field.is_relation and field.name not in NOT_A_FACT:
            table: Any = field.related_model
            keys = {getattr(row, field.attname) for row in rows} - {None}
            found = table._default_manager.in_bulk(keys) if keys else {}
            found |= as_last_known(table, keys - found.keys())
            names |= {(table, key): str(item) for key, item in found.items()}
    return names


def _shown(field: Any, value: Any, names: dict[Any, str]) -> str:
    """A value as people read it."""
    if field.name == "conditions":
        return "; ".join(f"{item['kind']}: {item['detail']}".rstrip(": ") for item in value or [])
    if field.is_relation:
        return names.get((field.related_model, value), f"no. {value}") if value else ""
    if field.choices and field.name != "basis":
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def caused(column: str, document: Model, revisions: Iterable[int]) -> list[dict[str, Any]]:
    """Flips of the document's pairs by these revisions of its own, summed by direction."""
    sums: Counter[tuple[int, str, str, str]] = Counter()
    changes = PolicyChange.objects.filter(
        revision__in=list(revisions), **{f"policy__{column}": document.pk}
    ).flips()
    for change in changes.order_by():
        way = (change.revision_id, change.before_status, change.after_status)
        sums[(*way, "routes")] += change.routes
        sums[(*way, "models")] += change.models_count
    ways = dict.fromkeys(key[:3] for key in sorted(sums, reverse=True))
    return [
        {
            "revision": way[0],
            "before": Status(way[1]),
            "after": Status(way[2]),
            "routes": sums[(*way, "routes")],
            "models": sums[(*way, "models")],
        }
        for way in ways
        if sums[(*way, "routes")] or sums[(*way, "models")]
    ]
