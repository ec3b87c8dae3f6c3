"""Where the counts of a list come from: one grouped read, from the tallies wherever they suffice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, F, QuerySet

from policies.bases import Basis
from policies.filters.catalog import ModelContract, RouteContract
from policies.filters.contract import Contract
from policies.filters.documents import DocumentContract, ProviderContract
from policies.filters.facets import OF_PAIR, Cell, counts
from policies.filters.freshness import Attention
from policies.filters.groups import GroupContract
from policies.models import Tally

GROUPED_UP_TO = 50_000
"""Up to so many routes, columns that no tally knows are counted as well; grouping them is a scan."""

MODEL_COLUMNS = {"owner": "owner", "family": "family__slug", "license_evidence": "license_evidence"}
TALLY_COLUMNS = {"provider": "provider__slug"}
ROUTE_COLUMNS = {
    **TALLY_COLUMNS,
    "available": "available",
    "lifecycle": "lifecycle",
    "license_evidence": "model__license_evidence",
}


class Counted(NamedTuple):
    """What a list says of a question beside its rows: plain values, so that they can be remembered.

    ``everything`` counts without any filter, ``meant`` the rows that the list has. ``facets`` gives each
    value's count where it is known, ``labels`` how values are called, ``pairs`` are the ids of the
    pairs that match, where anything is asked of pairs.
    """

    everything: int
    meant: int
    facets: dict[str, Counter[str]]
    labels: dict[str, dict[str, str]]
    routes: int | None = None
    pairs: list[int] | None = None


@dataclass(frozen=True)
class Cells:
    """The groups, what is still to be asked of them, and how their values are called."""

    rows: list[Cell]
    wanted: dict[str, str]
    known: frozenset[str]
    labels: dict[str, dict[str, str]]

    def counted(self, names: Iterable[str], everything: int) -> Counted:
        """The counts of the facets of these names, as far as the groups know them."""
        known = [name for name in names if name in self.known]
        return Counted(everything, *counts(known, self.rows, self.wanted), self.labels)


def model_cells(contract: ModelContract) -> Cells:
    """Groups of models. What the groups do not know (search, provider) is filtered before."""
    queryset = contract.narrowed(_outside(contract, MODEL_COLUMNS))
    return _grouped(contract, queryset, MODEL_COLUMNS)


def route_cells(contract: RouteContract, *, routes: int) -> Cells:
    """Groups of routes, given how many ``routes`` there are in all."""
    columns = ROUTE_COLUMNS if routes <= GROUPED_UP_TO else TALLY_COLUMNS
    outside = _outside(contract, columns)
    if columns is TALLY_COLUMNS and not outside:
        rows = Tally.objects.of_providers().order_by().annotate(count=F("routes"))
        return _cells(contract, rows.values(*_fields(columns), "count"), columns)
    return _grouped(contract, contract.narrowed(outside), columns)


def document_cells(contract: DocumentContract) -> Cells:
    """Groups of licenses or of terms."""
    grouped = contract.narrowed(["q", "attention"]).order_by().values("basis", "evidence")
    rows = [
        Cell(
            None,
            row["count"],
            {"status": Basis(row["basis"]).status.value, "evidence": row["evidence"]},
        )
        for row in grouped.annotate(count=Count("pk"))
    ]
    known = frozenset({"status", "evidence"})
    wanted = {name: value for name, value in contract.wanted.items() if name in known}
    labels = {"attention": {item.value: str(item.label) for item in Attention}}
    return Cells(rows, wanted, known, labels)


def provider_cells(contract: ProviderContract) -> Cells:
    """Groups of providers by their terms."""
    grouped = contract.narrowed(["q"]).order_by().values("terms__slug")
    rows = [
        Cell(None, row["count"], {"terms": row["terms__slug"] or ""})
        for row in grouped.annotate(count=Count("pk"))
    ]
    return Cells(rows, contract.wanted, frozenset({"terms"}), {})


def group_cells(contract: GroupContract) -> Cells:
    """Owners or families, each a group of itself."""
    rows = [
        Cell(None, 1, {"status": group.statuses, "license": group.license_slug})
        for group in contract.found
    ]
    return Cells(rows, contract.wanted, frozenset({"status", "license"}), {})


def _outside(contract: Contract, columns: Mapping[str, str]) -> list[str]:
    """The given filters that neither pairs nor columns can answer."""
    known = {*OF_PAIR, *columns, *contract.settings}
    return [name for name in contract.given if name not in known]


def _fields(columns: Mapping[str, str]) -> list[str]:
    names = ["provider__name"] if "provider" in columns else []
    return ["policy_id", *columns.values(), *names]


def _grouped(contract: Contract, queryset: QuerySet, columns: Mapping[str, str]) -> Cells:
    rows = queryset.order_by().values(*_fields(columns)).annotate(count=Count("pk"))
    return _cells(contract, rows, columns)


def _cells(
    contract: Contract, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]
) -> Cells:
    names: dict[str, str] = {}
    cells = []
    for row in rows:
        if "provider" in columns:
            names[row["provider__slug"]] = row["provider__name"]
        values = {name: _text(row[column]) for name, column in columns.items()}
        cells.append(Cell(contract.pairs[row["policy_id"]], row["count"], values))
    known = frozenset({*OF_PAIR, *columns})
    wanted = {name: value for name, value in contract.wanted.items() if name in known}
    return Cells(cells, wanted, known, {"provider": names})


def _text(value: object) -> str:
    """A column's value as an address spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value or "")
