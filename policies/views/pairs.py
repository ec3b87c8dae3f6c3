"""Pairs of documents as sentences and groups: what decided, and for which routes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from policies.bases import Layer, Status
from policies.filters.facets import NOTHING
from policies.models import License, Policy, ProviderTerms, Route, Tally
from policies.trace import Trace, speaker_of, trace_of

_VERB = {
    Status.ALLOWED: ("permits", "permit output use"),
    Status.DISALLOWED: ("restricts", "restrict output use"),
    Status.UNKNOWN: ("gives no clear signal", "say nothing clear of outputs"),
}
"""What a license does, and what terms do, by the status of their basis."""


class Ground(NamedTuple):
    """Why a pair answers as it does: the document that speaks, and the rest of the sentence."""

    speaker: License | ProviderTerms | None
    rest: str


def ground_of(pair: Policy, providers: int = 1) -> Ground:
    """One sentence on a pair, for ``providers`` of them."""
    speaker = speaker_of(pair)
    if speaker is None:
        return Ground(None, "No license and no provider terms are recorded.")
    if speaker is pair.terms:
        return Ground(speaker, f"{_VERB[speaker.status][1]}{_of_license(pair)}")
    return Ground(speaker, f"{_VERB[speaker.status][0]}; {_of_terms(pair.terms, providers)}")


def _of_license(pair: Policy) -> str:
    status = pair.license.status if pair.license else Status.UNKNOWN
    if pair.terms and pair.terms.status is Status.DISALLOWED:
        return ". The license alone would allow." if status is Status.ALLOWED else "."
    if pair.license is None:
        return "; no license is recorded."
    if pair.terms and pair.terms.status is Status.ALLOWED and pair.terms.subject_to_license:
        return ", subject to the license, which allows."
    return "."


def _of_terms(terms: ProviderTerms | None, providers: int) -> str:
    if terms is None:
        whom = "this provider" if providers == 1 else f"these {providers} providers"
        return f"no terms are recorded for {whom}."
    if terms.status is Status.ALLOWED:
        return f"{_of(terms)} permit, but only subject to the license."
    return f"{_of(terms)} are silent."


def _of(terms: ProviderTerms) -> str:
    return terms.name if terms.name.lower().endswith("terms") else f"the terms “{terms.name}”"


class PairGroup(NamedTuple):
    """Routes that one pair decides."""

    pair: Policy
    ground: Ground
    trace: Trace
    routes: list[Route]


@dataclass(frozen=True)
class StatusGroup:
    """Pairs with one answer, the largest first."""

    status: Status
    count: int
    pairs: list[PairGroup]
    overridden: int


def by_status(routes: Iterable[Route]) -> list[StatusGroup]:
    """Routes by answer and then by pair; every status is there, empty or not."""
    by_pair: dict[int, list[Route]] = defaultdict(list)
    for route in routes:
        by_pair[route.policy_id].append(route)
    groups = [_pair_group(rows) for rows in by_pair.values()]
    groups.sort(key=lambda group: (-len(group.routes), group.pair.terms_key))
    return [_status_group(status, groups) for status in Status]


def _pair_group(routes: list[Route]) -> PairGroup:
    pair = routes[0].policy
    providers = len({route.provider_id for route in routes})
    return PairGroup(pair, ground_of(pair, providers), trace_of(pair), routes)


def _status_group(status: Status, groups: Iterable[PairGroup]) -> StatusGroup:
    own = [group for group in groups if group.pair.status == status]
    count = sum(len(group.routes) for group in own)
    decided_by_terms = sum(1 for group in own if group.pair.layer == Layer.TERMS)
    return StatusGroup(status, count, own, decided_by_terms)


class Use(NamedTuple):
    """One pair in use: its routes and how many providers have them."""

    pair: Policy
    routes: int
    models: int
    providers: int

    @property
    def query(self) -> str:
        """The filters that list exactly the pair's routes."""
        documents = (("license", self.pair.license), ("terms", self.pair.terms))
        return urlencode({name: item.slug if item else NOTHING for name, item in documents})


def uses(**of_document: Any) -> list[Use]:
    """The pairs that something points at, most routes first: one query over the tallies.

    ``of_document`` narrows them, as in ``policy__license=…`` or ``provider=…``.
    """
    rows = Tally.objects.filter(**of_document).select_related("policy__license", "policy__terms")
    pairs: dict[int, Policy] = {}
    totals: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in rows.order_by():
        pairs[row.policy_id] = row.policy
        sums = totals[row.policy_id]
        if row.provider_id is None:
            sums[0] += row.routes
            sums[1] += row.models_count
        elif row.routes:
            sums[2] += 1
            sums[3] += row.routes
    found = [
        Use(pairs[key], routes or served, models, providers)
        for key, (routes, models, providers, served) in totals.items()
        if routes or models or served
    ]
    return sorted(found, key=lambda use: (-use.routes, use.pair.license_key, use.pair.terms_key))


def split_of(found: Iterable[Use]) -> dict[str, int]:
    """Routes by status over pairs in use, every status present."""
    split = dict.fromkeys(Status.values, 0)
    for use in found:
        split[use.pair.status] += use.routes
    return split
