"""What a plan does to answers, in numbers and in words."""

from __future__ import annotations

from typing import NamedTuple

from policies.resolution import Plan


class Count(NamedTuple):
    """So many routes and models."""

    routes: int = 0
    models: int = 0

    def with_verb(self, verb: str) -> str:
        """``"62 routes and 17 models <verb>"``; what is zero is left out, and all zero is empty."""
        parts = [
            f"{count:,} {noun if count == 1 else noun + 's'}"
            for count, noun in ((self.routes, "route"), (self.models, "model"))
            if count
        ]
        return f"{' and '.join(parts)} {verb}" if parts else ""


class Impact(NamedTuple):
    """What gets another answer (a note or source included), what appears, and what vanishes."""

    changed: Count
    appeared: Count
    vanished: Count

    def in_words(self, *verbs: str) -> str:
        """The three counts, each with its verb; empty where no answer is concerned."""
        sentences = (count.with_verb(verb) for count, verb in zip(self, verbs, strict=True))
        return ", ".join(filter(None, sentences))

    @property
    def ahead(self) -> str:
        """What would happen, for a question."""
        return self.in_words("would get another answer", "would appear", "would vanish")

    @property
    def behind(self) -> str:
        """What happened, for a message."""
        return self.in_words("got another answer", "appeared", "vanished")


def impact_of(plan: Plan) -> Impact:
    """Count what stays with a changed pair or moves to another, what is new, and what goes."""
    stayed = Count(sum(p.routes for p in plan.pairs), sum(p.models for p in plan.pairs))
    moved = _moves(plan, new=False)
    return Impact(
        Count(stayed.routes + moved.routes, stayed.models + moved.models),
        _moves(plan, new=True),
        Count(plan.vanished.get("route", 0), plan.vanished.get("model", 0)),
    )


def _moves(plan: Plan, *, new: bool) -> Count:
    counts = {"route": 0, "model": 0}
    for move in plan.moves:
        if (move.before_id is None) is new:
            counts[move.kind] += move.count
    return Count(counts["route"], counts["model"])
