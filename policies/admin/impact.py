"""How many answers a plan changes, in numbers and in words."""

from __future__ import annotations

from typing import NamedTuple

from policies.resolution import Plan


class Impact(NamedTuple):
    """How many routes and models get another answer, a note or source included."""

    routes: int
    models: int


def affected(plan: Plan) -> Impact:
    """Count what stays with a changed pair, what moves to another, what appears and vanishes."""
    routes = sum(change.routes for change in plan.pairs) + plan.vanished.get("route", 0)
    models = sum(change.models for change in plan.pairs) + plan.vanished.get("model", 0)
    for move in plan.moves:
        if move.kind == "route":
            routes += move.count
        else:
            models += move.count
    return Impact(routes, models)


def counted(impact: Impact, verb: str) -> str:
    """``"62 routes and 17 models <verb>"``; what is zero is left out, and all zero is empty."""
    parts = [
        f"{count:,} {noun if count == 1 else noun + 's'}"
        for count, noun in ((impact.routes, "route"), (impact.models, "model"))
        if count
    ]
    return f"{' and '.join(parts)} {verb}" if parts else ""
