"""The net under the writers: recompute everything, and say what differs."""

from __future__ import annotations

from django.db.models import F, OuterRef, Q, Subquery

from policies.models import ANSWER_FIELDS, Move, Policy, PolicyChange, Tally
from policies.resolution import Scope, plan
from policies.resolution.pointers import SUBJECTS
from policies.resolution.steps import strayed_steps
from policies.resolution.tallies import recounted_tallies
from policies.rules import Resolution


def differences() -> list[str]:
    """Every way in which stored data differs from a full recomputation; empty when all is well."""
    planned = plan(Scope.everything())
    found = [
        f"pair {change.pair}: stored {_brief(change.before)}, recomputed {_brief(change.after)}"
        for change in planned.pairs
    ]
    found += [
        f"{move.count} {move.kind}(s) point at policy {move.before_id}, but their documents are "
        f"the pair {move.pair}"
        for move in planned.moves
    ]
    return found + _history_differences() + _tally_differences() + _step_differences()


def _brief(answer: Resolution | None) -> str:
    return "nothing" if answer is None else f"{answer.status} ({answer.basis})"


def _history_differences() -> list[str]:
    """Pairs and pointers that are not where the newest entry of their history left them."""
    found = []
    newest_change = PolicyChange.objects.filter(policy=OuterRef("pk")).order_by("-revision_id")
    latest = Policy.objects.annotate(
        **{
            f"last_{name}": Subquery(newest_change.values(f"after_{name}")[:1])
            for name in ANSWER_FIELDS
        }
    )
    for policy in latest:
        last = tuple(getattr(policy, f"last_{name}") for name in ANSWER_FIELDS)
        ground = not (policy.license_key or policy.terms_key)  # exists before any revision
        if last != policy.answer and not (ground and last[0] is None):
            found.append(f"policy {policy.pk}: its history ends in another answer")
    for subject in SUBJECTS:
        moves = Move.objects.filter(**{subject.kind: OuterRef("pk")}).order_by("-revision_id")
        rows = subject.table.objects.annotate(last=Subquery(moves.values("after")[:1]))
        strayed = rows.filter(~Q(last=F("policy_id")) | Q(last__isnull=True)).order_by("pk")
        for name, last, now in strayed.values_list(subject.name, "last", "policy_id"):
            found.append(
                f"{subject.kind} {name}: its moves end at policy {last}, it points at {now}"
            )
    return found


def _tally_differences() -> list[str]:
    columns = ("provider_key", "policy_id", "routes", "models_count")
    stored = {(row[0], row[1]): (row[2], row[3]) for row in Tally.objects.values_list(*columns)}
    counted = recounted_tallies()
    return [
        f"tally (provider {key[0]}, policy {key[1]}): stored {stored.get(key, (0, 0))}, "
        f"counted {counted.get(key, (0, 0))}"
        for key in sorted(stored.keys() | counted.keys())
        if stored.get(key, (0, 0)) != counted.get(key, (0, 0))
    ]


def _step_differences() -> list[str]:
    return [
        f"revision {number}: its steps of the counts are not what its moves add up to"
        for number in strayed_steps()
    ]
