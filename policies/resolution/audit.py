"""The net under the writers: recompute everything, and say what differs."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, Subquery

from policies.models import ANSWER_FIELDS, Move, Policy, PolicyChange, Tally
from policies.resolution import Scope, plan
from policies.resolution.pointers import SUBJECTS, Subject
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
    last = dict(_last_answers())
    for policy in Policy.objects.all():
        ground = not (policy.license_key or policy.terms_key)  # exists before any revision
        if last.get(policy.pk, None if not ground else policy.answer) != policy.answer:
            found.append(f"policy {policy.pk}: its history ends in another answer")
    for subject in SUBJECTS:
        for _pk, name, after, now in sorted(_strayed(subject), key=lambda row: row[0]):
            found.append(
                f"{subject.kind} {name}: its moves end at policy {after}, it points at {now}"
            )
    return found


def _last_answers() -> Iterator[tuple[int, Resolution]]:
    newest = PolicyChange.objects.filter(policy=OuterRef("policy")).order_by("-revision_id")
    ends = PolicyChange.objects.filter(revision=Subquery(newest.values("revision")[:1]))
    columns = [f"after_{name}" for name in ANSWER_FIELDS]
    for policy, *answer in ends.order_by().values_list("policy", *columns):
        yield policy, Resolution(*answer)


def _strayed(subject: Subject) -> Iterator[tuple]:
    """Id, name, where the newest move led (None: nowhere, or there is none), and the pointer.

    All moves are compared with the pointer, and few of them differ: only of those is it asked whether they
    are the newest.
    """
    kind, key = subject.kind, f"{subject.kind}_id"
    later = Move.objects.filter(**{key: OuterRef(key)}, revision__gt=OuterRef("revision"))
    elsewhere = Q(after=None) | ~Q(after=F(f"{kind}__policy_id"))
    ends = Move.objects.filter(elsewhere, ~Exists(later), **{f"{kind}__policy_id__isnull": False})
    yield from ends.order_by().values_list(
        key, f"{kind}__{subject.name}", "after_id", f"{kind}__policy_id"
    )
    moves = Move.objects.filter(**{key: OuterRef("pk")})
    unmoved = subject.table.objects.filter(~Exists(moves)).order_by()
    for pk, name, policy in unmoved.values_list("pk", subject.name, "policy_id"):
        yield pk, name, None, policy


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
