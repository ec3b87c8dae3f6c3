"""What the stored changes and moves say was answered at a past revision, read one by one.

The answer of a model or route at revision R is its pointer at R (the newest move up to R), then that
policy's answer at R (the newest change up to R).
"""

from __future__ import annotations

from typing import Any

from policies.models import ANSWER_FIELDS, Move, Policy, PolicyChange, Route, TextModel
from policies.rules import Resolution

SUBJECT_TABLES: dict[str, Any] = {"model": TextModel, "route": Route}


def answers_at(revision: int) -> dict[int, Resolution]:
    """Policy id → its answer after ``revision``; pairs that came later are left out."""
    unwritten = Policy.objects.filter(license_key=0, terms_key=0)
    answers = {policy.pk: policy.answer for policy in unwritten}
    for change in PolicyChange.objects.filter(revision__lte=revision).order_by("revision_id"):
        after = (getattr(change, f"after_{field}") for field in ANSWER_FIELDS)
        answers[change.policy_id] = Resolution(*after)
    return answers


def pointers_at(kind: str, revision: int) -> dict[int, int]:
    """Id of each model or route (``kind``) that was there at ``revision`` → id of its policy."""
    moves = Move.objects.filter(revision__lte=revision, **{f"{kind}__isnull": False})
    pointers: dict[int, int] = {}
    for subject, after in moves.order_by("revision_id").values_list(f"{kind}_id", "after_id"):
        if after is None:
            pointers.pop(subject, None)
        else:
            pointers[subject] = after
    return pointers
