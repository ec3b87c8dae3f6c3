"""The flips of one revision, or of a few: whose status or basis changed, derived from moves and changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef

from policies.models import Move, PolicyChange, Route, TextModel
from policies.rules import Resolution
from policies.timeline.answers import SUBJECT_TABLES, Answers, answers_at, differs, side


class Flip(NamedTuple):
    """``routes`` and ``models`` whose status or basis went from ``before`` to ``after``.

    ``license_slug`` and ``terms_slug`` name the documents of the pair that answers now. ``before``
    is None for what appeared, ``after`` for what vanished.
    """

    before: Resolution | None
    after: Resolution | None
    routes: int
    models: int
    license_slug: str
    terms_slug: str


class FlippedSubject(NamedTuple):
    """One flipped model or route, by id, with its answers around the revision."""

    id: int
    before: Resolution | None
    after: Resolution | None


def flips(revision: int) -> list[Flip]:
    """Which answers one revision flipped, grouped by pair and direction.

    What kept its pair flips where the pair's status or basis changed; what moved flips where the
    two pairs answered differently. Appearing and vanishing count too.
    """
    found = [
        _flip_of(change)
        for change in PolicyChange.objects.filter(revision=revision).flips().order_by("policy_id")
        if change.routes or change.models_count
    ]
    return found + _moved(revision)


def directions(found: Iterable[Flip]) -> list[dict[str, Any]]:
    """Flips summed by direction: before and after status, routes and models, basis only or not."""
    sums: Counter = Counter()
    for flip in found:
        before = flip.before.status if flip.before else ""
        after = flip.after.status if flip.after else ""
        sums[before, after, "routes"] += flip.routes
        sums[before, after, "models"] += flip.models
    ways = dict.fromkeys((before, after) for before, after, _ in sums)
    return [
        {
            "before": before,
            "after": after,
            "routes": sums[before, after, "routes"],
            "models": sums[before, after, "models"],
        }
        for before, after in sorted(ways)
        if sums[before, after, "routes"] or sums[before, after, "models"]
    ]


def flipped(kind: str, revision: int) -> list[FlippedSubject]:
    """Each model or route (``kind``) whose status or basis ``revision`` changed, in id order."""
    return flipped_of_kinds([kind], revision)[kind]


def flipped_of_kinds(kinds: Iterable[str], revision: int) -> dict[str, list[FlippedSubject]]:
    """``flipped`` for several kinds, reading the changes and moves once."""
    changes = {
        change.policy_id: (side(change, "before"), side(change, "after"))
        for change in PolicyChange.objects.filter(revision=revision).flips().order_by()
    }
    moved = _moved_subjects(revision)
    return {
        kind: sorted(
            [
                FlippedSubject(subject, *changes[policy])
                for subject, policy in _stayed_at(kind, revision, list(changes))
            ]
            + moved[kind]
        )
        for kind in kinds
    }


def moves_of(subject: TextModel | Route) -> Any:
    """The moves of one model or route, newest first."""
    kind = "model" if isinstance(subject, TextModel) else "route"
    return Move.objects.filter(**{kind: subject.pk}).order_by("-revision_id")


def _stayed_at(kind: str, revision: int, policies: list[int]) -> list[tuple[int, int]]:
    """(id, policy) of what pointed at one of ``policies`` both before and after ``revision``."""
    moves = Move.objects.filter(revision__gte=revision)
    moved_since = moves.filter(**{kind: OuterRef("pk")})
    still = SUBJECT_TABLES[kind].objects.filter(policy__in=policies)
    found = list(still.exclude(Exists(moved_since)).order_by().values_list("pk", "policy_id"))
    earlier = moves.filter(**{kind: OuterRef(f"{kind}_id")}, revision__lt=OuterRef("revision"))
    left_later = (
        moves.filter(revision__gt=revision, before__in=policies, **{f"{kind}__isnull": False})
        .exclude(Exists(earlier))
        .order_by()
    )
    return found + list(left_later.values_list(f"{kind}_id", "before_id"))


def _moved_subjects(revision: int) -> dict[str, list[FlippedSubject]]:
    moves = list(
        Move.objects.filter(revision=revision)
        .order_by()
        .values_list("model_id", "route_id", "before_id", "after_id")
    )
    answers = Answers({policy for move in moves for policy in move[2:] if policy})
    found: dict[str, list[FlippedSubject]] = {kind: [] for kind in SUBJECT_TABLES}
    for model, route, was_id, now_id in moves:
        was, now = answers.at(was_id, revision - 1), answers.at(now_id, revision)
        if differs(was, now):
            kind = "model" if model else "route"
            found[kind].append(FlippedSubject(model or route, was, now))
    return found


def _moved(revision: int) -> list[Flip]:
    groups = list(
        Move.objects.filter(revision=revision)
        .order_by()
        .values_list("before", "after", "after__license__slug", "after__terms__slug")
        .annotate(routes=Count("route"), models=Count("model"))
    )
    before = answers_at(revision - 1, {row[0] for row in groups if row[0]})
    after = answers_at(revision, {row[1] for row in groups if row[1]})
    found = []
    for was_id, now_id, license_slug, terms_slug, routes, models in sorted(groups, key=str):
        was, now = before.get(was_id), after.get(now_id)
        if differs(was, now):
            found.append(Flip(was, now, routes, models, license_slug or "", terms_slug or ""))
    return found


def _flip_of(change: PolicyChange) -> Flip:
    return Flip(
        side(change, "before"),
        side(change, "after"),
        change.routes,
        change.models_count,
        change.license_slug,
        change.terms_slug,
    )
