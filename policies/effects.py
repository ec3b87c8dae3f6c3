"""What a plan does to answers: who goes from which answer to which, and in which direction.

Read from the plan, the pairs and the counts, so it costs as much for a document that governs a hundred
thousand routes as for one that governs ten. Ask inside the revision or the rehearsal of the plan.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from policies.models import Move, Policy, Route, Tally, TextModel
from policies.resolution import MoveGroup, Plan, moving
from policies.rules import Resolution

TABLES: dict[str, Any] = {"model": TextModel, "route": Route}


class Transition(NamedTuple):
    """``count`` models or routes (``kind``) that go from one answer to another.

    None before is new, None after is gone. ``policy_id`` is the pair that they are at now; ``move`` is
    None where they stay with it and its answer changes.
    """

    kind: str
    before: Resolution | None
    after: Resolution | None
    count: int  # type: ignore[assignment]  # a tuple has a method of that name
    policy_id: int | None
    move: MoveGroup | None

    @property
    def flips(self) -> bool:
        """Whether status or basis differs; appearing and vanishing count too."""
        return differs(self.before, self.after)

    @property
    def way(self) -> tuple[str, str, bool]:
        """From which status to which (empty: none), and whether it flips; what does not is one way."""
        before, after = (
            side.status if side and self.flips else "" for side in (self.before, self.after)
        )
        return before, after, self.flips


class Direction(NamedTuple):
    """One way that answers go. A flip between equal statuses is another basis.

    What does not flip gets another label, note or source, and is one way of empty statuses.
    """

    before: str
    after: str
    flips: bool
    routes: int
    models: int
    providers: int


class Example(NamedTuple):
    """One model or route, and its answers before and after."""

    kind: str
    subject: Any
    before: Resolution | None
    after: Resolution | None


class Effects:
    """The effects of one plan; ``deleted`` are the records that the change deletes."""

    def __init__(self, plan: Plan, deleted: Iterable[Any] = ()) -> None:
        self.plan = plan
        self.deleted = list(deleted)

    @cached_property
    def transitions(self) -> list[Transition]:
        """Every change of answers, pair by pair."""
        stayed = [
            Transition(kind, change.before, change.after, count, change.policy_id, None)
            for change in self.plan.pairs
            for kind, count in (("route", change.routes), ("model", change.models))
            if count
        ]
        answers = _Answers(self.plan)
        moved = [
            Transition(
                move.kind,
                answers.stored(move),
                answers.next(move),
                move.count,
                move.before_id,
                move,
            )
            for move in [*self.plan.moves, *self.plan.gone]
        ]
        return stayed + moved

    @property
    def fingerprint(self) -> str:
        """Differs where two plans would do different things; ids of new records do not count."""
        lines = sorted(
            repr((*t[:4], t.move.ids if t.move else None, t.policy_id)) for t in self.transitions
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]

    def directions(self) -> list[Direction]:
        """The transitions summed by direction: flips of status, then of basis, then the others."""
        ways: dict[tuple[str, str, bool], list[Transition]] = {}
        for transition in self.transitions:
            ways.setdefault(transition.way, []).append(transition)
        summed = [
            Direction(*way, *_counts(some), len(self._providers(some)))
            for way, some in ways.items()
        ]
        return sorted(summed, key=lambda way: (way.before == way.after, not way.flips, way[:2]))

    def examples(self, limit: int | None) -> list[Example]:
        """Up to ``limit`` of what flips, each model followed by its routes; None is all.

        Of many, two in five are models.
        """
        flipping = {
            kind: [t for t in self.transitions if t.kind == kind and t.flips] for kind in TABLES
        }
        sizes = {kind: sum(t.count for t in some) for kind, some in flipping.items()}
        if limit is not None:
            sizes["model"] = min(sizes["model"], max(limit * 2 // 5, limit - sizes["route"]))
            sizes["route"] = min(sizes["route"], limit - sizes["model"])
        found = [
            example
            for kind, some in flipping.items()
            for example in self._examples(kind, _largest(some, sizes[kind]), sizes[kind])
        ]
        return sorted(found, key=_place)

    def _examples(self, kind: str, some: list[Transition], limit: int) -> list[Example]:
        stayed = {t.policy_id: t for t in some if t.move is None}
        rows = _told(kind, self._staying(kind, list(stayed)))[:limit]
        found = [Example(kind, row, *stayed[row.policy_id][1:3]) for row in rows]
        going = {(t.move.before_id, t.move.pair): t for t in some if t.move and t.move.pair}
        if going:
            moved = moving(kind, self.plan.scope).filter(_one_of(going))
            for row in _told(kind, moved)[: limit - len(found)]:
                way = going[row.was, (row.want_license, row.want_terms)]
                found.append(Example(kind, row, way.before, way.after))
        gone = {t.policy_id: t for t in some if t.after is None}
        found += [
            Example(kind, row, gone[row.policy_id].before, None)
            for row in self.deleted
            if isinstance(row, TABLES[kind]) and row.policy_id in gone
        ]
        return found[:limit]

    def _staying(self, kind: str, policies: list[int | None]) -> QuerySet:
        rows = TABLES[kind].objects.filter(policy__in=policies).order_by("policy_id", "pk")
        if self.plan.moves and policies:
            rows = rows.exclude(pk__in=moving(kind, self.plan.scope).order_by().values("pk"))
        return rows

    def _providers(self, some: Sequence[Transition]) -> set[int]:
        routes = [t for t in some if t.kind == "route"]
        stayed = [t.policy_id for t in routes if t.move is None]
        tallies = Tally.objects.filter(policy__in=stayed, provider__isnull=False, routes__gt=0)
        found = set(tallies.values_list("provider", flat=True)) if stayed else set()
        going = {(t.move.before_id, t.move.pair) for t in routes if t.move and t.move.pair}
        for way in going:
            found |= self._moving_providers[way]
        gone = {t.policy_id for t in routes if t.after is None}
        return found | {
            row.provider_id
            for row in self.deleted
            if isinstance(row, Route) and row.policy_id in gone
        }

    @cached_property
    def _moving_providers(self) -> dict[tuple[int | None, tuple[int, int]], set[int]]:
        """(policy, pair) → the providers of routes that move so; asked once for all directions."""
        found: dict[tuple[int | None, tuple[int, int]], set[int]] = defaultdict(set)
        rows = moving("route", self.plan.scope).order_by()
        ways = rows.values_list("was", "want_license", "want_terms", "provider").distinct()
        for was, license_id, terms_id, provider in ways:
            found[was, (license_id, terms_id)].add(provider)
        return found


def touched_since(plan: Plan, since: int, until: int) -> bool:
    """Whether a revision in between (``since < number < until``) moved anything to or from these pairs."""
    policies = [change.policy_id for change in plan.pairs if change.policy_id is not None]
    concerned = Q(before__in=policies) | Q(after__in=policies)
    moves = Move.objects.filter(concerned, revision__gt=since, revision__lt=until)
    return bool(policies) and moves.order_by().exists()


class _Answers:
    """The answers at both ends of a plan's moves, in at most two queries."""

    def __init__(self, plan: Plan) -> None:
        self.changed = {change.pair: change.after for change in plan.pairs}
        ids = {move.before_id for move in [*plan.moves, *plan.gone]} - {None}
        pairs = {move.pair for move in plan.moves if move.pair} - self.changed.keys()
        self.by_id = Policy.objects.in_bulk(ids) if ids else {}
        rows = Policy.objects.filter(
            license_key__in={pair[0] for pair in pairs}, terms_key__in={pair[1] for pair in pairs}
        )
        self.by_pair = {(row.license_key, row.terms_key): row for row in rows} if pairs else {}

    def stored(self, move: MoveGroup) -> Resolution | None:
        """What they answer now; None where they are new."""
        return None if move.before_id is None else self.by_id[move.before_id].answer

    def next(self, move: MoveGroup) -> Resolution | None:
        """What their pair will answer; None where they go."""
        if move.pair is None:
            return None
        return self.changed.get(move.pair) or self.by_pair[move.pair].answer


def _counts(some: Iterable[Transition]) -> tuple[int, int]:
    """(routes, models)."""
    sums = {"route": 0, "model": 0}
    for transition in some:
        sums[transition.kind] += transition.count
    return sums["route"], sums["model"]


def _largest(some: list[Transition], limit: int) -> list[Transition]:
    """The fewest transitions that have ``limit`` rows: an index then gives the first rows at once."""
    chosen, rows = [], 0
    for transition in sorted(some, key=lambda t: -t.count):
        if rows >= limit:
            break
        chosen.append(transition)
        rows += transition.count
    return chosen


def _one_of(groups: Iterable[tuple[int | None, Any]]) -> Q:
    condition = Q()
    for was, (license_id, terms_id) in groups:
        before = Q(was__isnull=True) if was is None else Q(was=was)
        condition |= before & Q(want_license=license_id, want_terms=terms_id)
    return condition


def _told(kind: str, rows: QuerySet) -> QuerySet:
    """With what a table of them shows."""
    return rows.select_related("model", "provider") if kind == "route" else rows


def _place(example: Example) -> tuple:
    """Models by id, each followed by its routes."""
    row = example.subject
    if example.kind == "model":
        return row.canonical_id, 0, "", ""
    return row.model.canonical_id, 1, row.provider.slug, row.provider_model_id


def differs(was: Resolution | None, now: Resolution | None) -> bool:
    """Whether two answers make a flip: another status or basis, or none on one side."""
    if was is None or now is None:
        return was is not now
    return (was.status, was.basis) != (now.status, now.basis)
