"""What was answered when: the answer of a pair, a model or a route at any past revision.

The answer of a model or route at revision R is its pointer at R (the newest move up to R), then that
policy's answer at R (the newest change up to R). Nothing here is stored twice, and nothing writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery

from policies.models import ANSWER_FIELDS, Move, Policy, PolicyChange, Route, TextModel
from policies.rules import Resolution

SUBJECT_TABLES: dict[str, Any] = {"model": TextModel, "route": Route}


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
        answers[change.policy_id] = side(change, "after")
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


def differs(was: Resolution | None, now: Resolution | None) -> bool:
    """Whether two answers make a flip: another status or basis, or none on one side."""
    if was is None or now is None:
        return was is not now
    return (was.status, was.basis) != (now.status, now.basis)


def side(change: PolicyChange, name: str) -> Resolution:
    """A change's answer ``before`` or ``after``."""
    return Resolution(*(getattr(change, f"{name}_{field}") for field in ANSWER_FIELDS))
