"""What a plan does to answers, in numbers and in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from policies.bases import Status
from policies.effects import Direction
from policies.resolution import Plan

ANOTHER_NOTE = "another note or source"
VERBS = {"": "Delete", "allowed": "Allow", "disallowed": "Disallow", "unknown": "Make unknown:"}
"""What a button does to answers, by the status after it."""


class Count(NamedTuple):
    """So many routes and models."""

    routes: int = 0
    models: int = 0

    def __str__(self) -> str:
        parts = [
            f"{count:,} {noun if count == 1 else noun + 's'}"
            for count, noun in ((self.routes, "route"), (self.models, "model"))
            if count
        ]
        return " and ".join(parts)

    def with_verb(self, verb: str) -> str:
        """``"62 routes and 17 models <verb>"``; what is zero is left out, and all zero is empty."""
        return f"{self} {verb}" if any(self) else ""


class Impact(NamedTuple):
    """What gets another answer (a note or source included), what appears, and what vanishes."""

    changed: Count
    appeared: Count
    vanished: Count

    @property
    def behind(self) -> str:
        """What happened, for a message; empty where no answer is concerned."""
        verbs = ("got another answer", "appeared", "vanished")
        return ", ".join(filter(None, map(Count.with_verb, self, verbs)))


def impact_of(plan: Plan) -> Impact:
    """Count what stays with a changed pair or moves to another, what is new, and what goes."""
    stayed = Count(sum(p.routes for p in plan.pairs), sum(p.models for p in plan.pairs))
    moved = _moves(plan, new=False)
    return Impact(
        Count(stayed.routes + moved.routes, stayed.models + moved.models),
        _moves(plan, new=True),
        Count(plan.vanished.get("route", 0), plan.vanished.get("model", 0)),
    )


def in_words(way: Direction) -> str:
    """Where one direction leads: ``"from allowed to disallowed"``."""
    before, after = (str(Status(side).label).lower() if side else "" for side in way[:2])
    if not way.flips:
        return f"to {ANOTHER_NOTE}"
    if not before:
        return f"new, {after}"
    if not after:
        return f"gone, {before} until now"
    return (
        f"to another basis, {after} as before" if before == after else f"from {before} to {after}"
    )


def outcome(ways: Sequence[Direction]) -> str:
    """What a button does: ``"Disallow 62 routes and 17 models"``; of several things, their number."""
    flips = [way for way in ways if way.flips] or list(ways)
    verbs = {_verb(way) for way in flips}
    count = Count(sum(way.routes for way in flips), sum(way.models for way in flips))
    if len(verbs) == 1:
        return f"{verbs.pop()} {count}"
    total = sum(count)
    return f"Change {total:,} answer{'' if total == 1 else 's'}"


def _verb(way: Direction) -> str:
    if not way.flips:
        return "Change the note or source of"
    if way.before == way.after:
        return "Change the basis of"
    return VERBS[way.after] if way.before else "Add"


def _moves(plan: Plan, *, new: bool) -> Count:
    counts = {"route": 0, "model": 0}
    for move in plan.moves:
        if (move.before_id is None) is new:
            counts[move.kind] += move.count
    return Count(counts["route"], counts["model"])
