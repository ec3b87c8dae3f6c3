"""The only writer of resolved data: policies, pointers, and the history of both.

``plan`` computes what would change and writes nothing; ``apply`` writes a plan, in sets. Both look
only at a ``Scope``: the records that a revision touched, or everything. Every document pair is
decided once, in Python; routes are never looked at one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from policies.models import Policy, Route, TallyStep
from policies.resolution.bulk import MANY, count_anew, indexes_last, prepare_for_everything
from policies.resolution.moves import write_moves
from policies.resolution.pairs import MoveGroup, PairChange, changed_pairs, new_pairs, write_pairs
from policies.resolution.pointers import (
    move_groups,
    moving,
    nothing_has_moved,
    vanished_groups,
)
from policies.resolution.scope import Scope
from policies.resolution.steps import rewrite_steps, write_steps
from policies.resolution.tallies import rewrite_tallies, write_tallies
from policies.rules import NOT_RECORDED, resolve

__all__ = [
    "MoveGroup",
    "PairChange",
    "Plan",
    "Scope",
    "apply",
    "moving",
    "nothing_recorded",
    "plan",
    "rewrite_steps",
    "rewrite_tallies",
    "turn_back_the_lost",
    "vanished_groups",
]


@dataclass
class Plan:
    """What a scope's resolution would change."""

    pairs: list[PairChange] = field(default_factory=list)
    moves: list[MoveGroup] = field(default_factory=list)
    gone: list[MoveGroup] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope, compare=False)

    @property
    def vanished(self) -> dict[str, int]:
        """How many models and routes lose their answer because they are deleted."""
        return {
            kind: sum(group.count for group in self.gone if group.kind == kind)
            for kind in ("model", "route")
        }

    @property
    def changes_answers(self) -> bool:
        """Whether any model or route would get another answer, a note or source included."""
        return bool(
            self.moves or self.gone or any(change.routes or change.models for change in self.pairs)
        )

    def __bool__(self) -> bool:
        return bool(self.pairs or self.moves or self.gone)


def plan(scope: Scope, *, gone: Sequence[MoveGroup] = ()) -> Plan:
    """What resolving ``scope`` would change. Reads only; the records are read as they stand now.

    ``gone`` are the models and routes that the change deletes (``vanished_groups``).
    """
    if scope == Scope.everything():
        prepare_for_everything()
    moves, gone = move_groups(scope), list(gone)
    pairs = changed_pairs(scope, moves + gone) + new_pairs(moves)
    return Plan(pairs, moves, gone, scope)


def apply(planned: Plan, scope: Scope, number: int) -> None:
    """Write a plan as part of revision ``number``: pairs, then pointers, then the counts."""
    write_pairs(planned.pairs, number)
    if planned.moves or planned.gone:
        first = _are_many(planned.moves) and nothing_has_moved()
        with indexes_last() if first else nullcontext():
            write_moves(
                scope,
                number,
                moving={group.kind for group in planned.moves},
                vanished={group.kind for group in planned.gone},
                first=first,
            )
        write_steps(number)
        if first:
            count_anew(TallyStep)
        if scope == Scope.everything() and not first:
            rewrite_tallies()
        else:
            write_tallies(number)


def _are_many(moves: list[MoveGroup]) -> bool:
    return sum(group.count for group in moves) >= MANY


def turn_back_the_lost() -> None:
    """Let routes whose pair does not exist point where new ones do, from where they are resolved.

    No constraint of the database keeps damage from making one (``docs/adr/0012``), and no join meets it.
    """
    pairs = Policy.objects.filter(pk=OuterRef("policy_id"))
    Route.objects.filter(~Exists(pairs)).update(policy=nothing_recorded())


def nothing_recorded() -> Policy:
    """The policy of the (none, none) pair, at which every new model and route points at first."""
    policy = Policy.objects.of_pair(0, 0).first()
    return policy or Policy.objects.create(**resolve(NOT_RECORDED, NOT_RECORDED)._asdict())
