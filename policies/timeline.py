"""What was answered when: states at past revisions and the flips between them, all derived.

The answer of a model or route at revision R is its pointer at R (the newest move up to R), then that
policy's answer at R (the newest change up to R). Nothing here is stored twice, and nothing writes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Subquery

from policies.models import ANSWER_FIELDS, Move, Policy, PolicyChange, Route, TextModel
from policies.rules import Resolution

SUBJECT_TABLES: dict[str, Any] = {"model": TextModel, "route": Route}


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


def answers_at(revision: int, policies: Iterable[int] | None = None) -> dict[int, Resolution]:
    """Policy id → its answer after revision ``revision``; pairs that came later are left out."""
    changes = PolicyChange.objects.filter(revision__lte=revision)
    stored = Policy.objects.all()
    if policies is not None:
        changes = changes.filter(policy__in=policies)
        stored = stored.filter(pk__in=policies)
    newest = changes.filter(policy=OuterRef("policy")).order_by("-revision_id").values("pk")[:1]
    answers = {policy.pk: policy.answer for policy in stored.filter(license_key=0, terms_key=0)}
    for change in changes.filter(pk=Subquery(newest)).order_by():
        answers[change.policy_id] = _side(change, "after")
    return answers


def pointers_at(kind: str, revision: int, ids: Iterable[int] | None = None) -> dict[int, int]:
    """Id of each model or route (``kind``) that was there at ``revision`` → id of its policy."""
    moves = Move.objects.filter(revision__lte=revision, **{f"{kind}__isnull": False})
    if ids is not None:
        moves = moves.filter(**{f"{kind}__in": ids})
    pointers: dict[int, int] = {}
    for subject, after in moves.order_by("revision_id").values_list(f"{kind}_id", "after_id"):
        if after is None:
            pointers.pop(subject, None)
        else:
            pointers[subject] = after
    return pointers


def answer_at(subject: TextModel | Route, revision: int) -> Resolution | None:
    """One model's or route's answer after ``revision``, or None where it was not there."""
    kind = "model" if isinstance(subject, TextModel) else "route"
    policy = pointers_at(kind, revision, [subject.pk]).get(subject.pk)
    return None if policy is None else answers_at(revision, [policy])[policy]


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


def directions_by_revision(numbers: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """``directions`` of many revisions at once, in as many queries as for one."""
    numbers = list(numbers)
    found: dict[int, list[Flip]] = {number: [] for number in numbers}
    for change in PolicyChange.objects.filter(revision__in=numbers).flips().order_by("pk"):
        found[change.revision_id].append(_flip_of(change))
    groups = list(
        Move.objects.filter(revision__in=numbers)
        .order_by()
        .values_list("revision", "before", "after")
        .annotate(routes=Count("route"), models=Count("model"))
    )
    answers = _Answers({policy for row in groups for policy in row[1:3] if policy})
    for number, was_id, now_id, routes, models in groups:
        was, now = answers.at(was_id, number - 1), answers.at(now_id, number)
        if _differs(was, now):
            found[number].append(Flip(was, now, routes, models, "", ""))
    return {number: directions(flips) for number, flips in found.items()}


class _Answers:
    """Every answer that some policies ever gave, looked up by revision."""

    def __init__(self, policies: set[int]) -> None:
        self.current = {
            policy.pk: policy.answer for policy in Policy.objects.filter(pk__in=policies)
        }
        self.changes: dict[int, list[tuple[int, Resolution]]] = {}
        for change in PolicyChange.objects.filter(policy__in=policies).order_by("revision_id"):
            past = self.changes.setdefault(change.policy_id, [])
            past.append((change.revision_id, _side(change, "after")))

    def at(self, policy: int | None, revision: int) -> Resolution | None:
        """One policy's answer after a revision; None for no policy."""
        if policy is None:
            return None
        past = self.changes.get(policy, [])
        position = bisect_right(past, revision, key=lambda entry: entry[0])
        return past[position - 1][1] if position else self.current[policy]


def flipped(kind: str, revision: int) -> list[FlippedSubject]:
    """Each model or route (``kind``) whose status or basis ``revision`` changed, in id order."""
    return flipped_of_kinds([kind], revision)[kind]


def flipped_of_kinds(kinds: Iterable[str], revision: int) -> dict[str, list[FlippedSubject]]:
    """``flipped`` for several kinds, reading the changes and moves once."""
    changes = {
        change.policy_id: (_side(change, "before"), _side(change, "after"))
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
    answers = _Answers({policy for move in moves for policy in move[2:] if policy})
    found: dict[str, list[FlippedSubject]] = {kind: [] for kind in SUBJECT_TABLES}
    for model, route, was_id, now_id in moves:
        was, now = answers.at(was_id, revision - 1), answers.at(now_id, revision)
        if _differs(was, now):
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
        if _differs(was, now):
            found.append(Flip(was, now, routes, models, license_slug or "", terms_slug or ""))
    return found


def _flip_of(change: PolicyChange) -> Flip:
    return Flip(
        _side(change, "before"),
        _side(change, "after"),
        change.routes,
        change.models_count,
        change.license_slug,
        change.terms_slug,
    )


def _differs(was: Resolution | None, now: Resolution | None) -> bool:
    if was is None or now is None:
        return was is not now
    return (was.status, was.basis) != (now.status, now.basis)


def _side(change: PolicyChange, side: str) -> Resolution:
    return Resolution(*(getattr(change, f"{side}_{name}") for name in ANSWER_FIELDS))
