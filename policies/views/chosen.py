"""The chosen cell of a matrix: the pairs that decide there, and the list of its routes."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from policies.filters.facets import NOTHING
from policies.filters.matrix import MatrixContract
from policies.models import Family, License, Policy, Provider, ProviderTerms, Route
from policies.rules import NOT_RECORDED, resolve
from policies.trace import Trace, trace_of
from policies.views.sheets import of_pairs

PAIRS = 10
"""So many pairs of one cell are traced; the others are counted."""


class Chosen(NamedTuple):
    """What stands under the grid: the largest pairs, and how many ``more`` decide there.

    ``supposed`` where no route has the pair, and the rules answer.
    """

    row: str
    column: str
    routes: int
    href: str
    pairs: list[Pair]
    more: int = 0
    supposed: bool = False


class Pair(NamedTuple):
    """One pair that decides here, and how many of the cell's routes it has."""

    policy: Policy
    trace: Trace
    routes: int


def slugs_of(cell: str) -> tuple[str, str]:
    """Row and column of a cell's name; a LookupError where it is no such name."""
    row, comma, column = cell.partition(",")
    if not comma:
        raise LookupError(cell)
    return row, column


def find(table: Any, slug: str) -> Any:
    """The record with this slug, or None for ``-``; a LookupError where there is none."""
    if slug == NOTHING:
        return None
    record = table.objects.filter(slug=slug).first()
    if record is None:
        raise LookupError(slug)
    return record


def pair_at(row: str, column: str, contract: MatrixContract) -> Chosen:
    """A license under terms; what no route has is answered by the rules alone."""
    license, terms = find(License, row), find(ProviderTerms, column)
    stored = Policy.objects.select_related("license", "terms")
    ids = (license and license.pk, terms and terms.pk)
    policy = stored.of_pair(*ids).first() or supposed(license, terms)
    routes = _routes_of(policy, contract)
    return Chosen(
        license.name if license else "No license recorded",
        terms.name if terms else "No terms recorded",
        routes,
        _list({"license": row, "terms": column, **contract.shared}),
        [Pair(policy, trace_of(policy), routes)],
        supposed=not routes,
    )


def _routes_of(policy: Policy, contract: MatrixContract) -> int:
    if contract.given.get("status", policy.status) != policy.status:
        return 0
    found = of_pairs(contract).filter(policy=policy.pk)
    return sum(count for *_, count in found)


def supposed(license: License | None, terms: ProviderTerms | None) -> Policy:
    """What the rules would answer for two documents that have not met; it is not stored."""
    answer = resolve(*(record.facts() if record else NOT_RECORDED for record in (license, terms)))
    return Policy(license=license, terms=terms, **answer._asdict())


def family_at(row: str, column: str, contract: MatrixContract) -> Chosen:
    """A family at a provider: its pairs, those of most routes first."""
    family, provider = find(Family, row), find(Provider, column)
    if provider is None:
        raise LookupError(column)
    own = Route.objects.filter(model__family=family, provider=provider)
    if "status" in contract.given:
        own = own.with_status(contract.given["status"])
    counted = own.order_by().values_list("policy").annotate(n=Count("pk"))
    counts = dict(counted.order_by("-n", "policy"))
    shown = list(counts)[:PAIRS]
    policies = Policy.objects.select_related("license", "terms").in_bulk(shown)
    return Chosen(
        family.name if family else "No family recorded",
        provider.name,
        sum(counts.values()),
        _list({"family": row, "provider": column, **contract.shared}),
        [Pair(policies[key], trace_of(policies[key]), counts[key]) for key in shown],
        len(counts) - len(shown),
    )


def _list(filters: dict[str, str]) -> str:
    return f"{reverse('routes')}?{urlencode(filters)}"
