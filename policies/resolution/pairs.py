"""Answers of document pairs: which change, and writing them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from policies.models import (
    ANSWER_FIELDS,
    License,
    Policy,
    PolicyChange,
    ProviderTerms,
    Tally,
)
from policies.resolution.scope import Scope, is_empty, within
from policies.rules import NOT_RECORDED, Facts, Resolution, resolve

Pair = tuple[int, int]
"""(license id or 0, terms id or 0)."""


class PairChange(NamedTuple):
    """One pair's answer, before (None where the pair is new) and after.

    ``routes`` and ``models`` count those that stay with the pair and so get the new answer.
    """

    pair: Pair
    policy_id: int | None
    before: Resolution | None
    after: Resolution
    routes: int
    models: int


class MoveGroup(NamedTuple):
    """``count`` models or routes (``kind``) that go from one policy (None: new) to a pair (None: gone).

    ``ids`` is the sum of their ids, which tells one such set from another; 0 where they are new.
    """

    kind: str
    before_id: int | None
    pair: Pair | None
    count: int  # type: ignore[assignment]  # a tuple has a method of that name
    ids: int = 0


def changed_pairs(scope: Scope, moves: list[MoveGroup]) -> list[PairChange]:
    """The pairs of the scope's documents whose stored answer is not what the rules say now."""
    if is_empty(scope.licenses) and is_empty(scope.terms):
        return []
    policies = list(
        Policy.objects.filter(within(license=scope.licenses, terms=scope.terms)).order_by("id")
    )
    decide = Decisions((policy.license_key, policy.terms_key) for policy in policies)
    counts = _staying(policies, moves)
    changes = []
    for policy in policies:
        pair = (policy.license_key, policy.terms_key)
        after = decide(pair)
        if after != policy.answer:
            changes.append(PairChange(pair, policy.pk, policy.answer, after, *counts[policy.pk]))
    return changes


def new_pairs(moves: list[MoveGroup]) -> list[PairChange]:
    """The pairs that moves lead to and that no row stands for yet."""
    wanted = dict.fromkeys(move.pair for move in moves if move.pair is not None)
    if not wanted:
        return []
    known = set(Policy.objects.values_list("license_key", "terms_key"))
    missing = [pair for pair in wanted if pair not in known]
    decide = Decisions(missing)
    return [PairChange(pair, None, None, decide(pair), 0, 0) for pair in missing]


def _staying(policies: list[Policy], moves: list[MoveGroup]) -> dict[int, tuple[int, int]]:
    """Per policy, the routes and models that point at it and are not about to move away."""
    leaving: Counter[tuple[str, int | None]] = Counter()
    for move in moves:
        leaving[move.kind, move.before_id] += move.count
    rows = Tally.objects.totals().filter(policy__in=[policy.pk for policy in policies])
    counts = {row.policy_id: (row.routes, row.models_count) for row in rows}
    return {
        policy.pk: (
            counts.get(policy.pk, (0, 0))[0] - leaving["route", policy.pk],
            counts.get(policy.pk, (0, 0))[1] - leaving["model", policy.pk],
        )
        for policy in policies
    }


class Decisions:
    """The rules, asked of pairs of ids; documents are fetched once."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        pairs = list(pairs)
        self.licenses = self._facts(License, {pair[0] for pair in pairs})
        self.terms = self._facts(ProviderTerms, {pair[1] for pair in pairs})

    @staticmethod
    def _facts(table: Any, ids: set[int]) -> dict[int, Facts]:
        found = {row.pk: row.facts() for row in table.objects.filter(pk__in=ids)}
        return {0: NOT_RECORDED, **found}

    def __call__(self, pair: Pair) -> Resolution:
        return resolve(self.licenses[pair[0]], self.terms[pair[1]])


def write_pairs(changes: list[PairChange], number: int) -> None:
    """Write changed and new pairs, and what they were, as part of revision ``number``."""
    if not changes:
        return
    rows = [_policy_row(change) for change in changes]
    Policy.objects.bulk_create(
        [row for row in rows if row.pk],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=list(ANSWER_FIELDS),
    )
    Policy.objects.bulk_create([row for row in rows if not row.pk])
    licenses = _slugs(License, {change.pair[0] for change in changes})
    terms = _slugs(ProviderTerms, {change.pair[1] for change in changes})
    PolicyChange.objects.bulk_create(
        PolicyChange(
            revision_id=number,
            policy=row,
            license_slug=licenses.get(change.pair[0], ""),
            terms_slug=terms.get(change.pair[1], ""),
            routes=change.routes,
            models_count=change.models,
            **_prefixed("before", change.before),
            **_prefixed("after", change.after),
        )
        for row, change in zip(rows, changes, strict=True)
    )


def _policy_row(change: PairChange) -> Policy:
    return Policy(
        pk=change.policy_id,
        license_id=change.pair[0] or None,
        terms_id=change.pair[1] or None,
        **change.after._asdict(),
    )


def _slugs(table: Any, ids: set[int]) -> dict[int, str]:
    return dict(table.objects.filter(pk__in=ids).values_list("pk", "slug"))


def _prefixed(prefix: str, answer: Resolution | None) -> dict[str, Any]:
    if answer is None:
        return {}
    return {f"{prefix}_{key}": value for key, value in answer._asdict().items()}
