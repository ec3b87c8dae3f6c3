"""Where the two matrices come from: licenses × provider terms, and families × providers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse

from policies.bases import Status
from policies.filters.facets import NOTHING, TERMS_SAY, terms_say
from policies.filters.matrix import FamilyMatrixContract, MatrixContract
from policies.models import Family, License, Provider, ProviderTerms, Route, Tally
from policies.views.cached import per_revision
from policies.views.drawing import Addresses, drawn
from policies.views.grid import Cells, Grid, Item, Wish, lay_out

LARGEST = (40, 40)
MOST = (100, 160)
"""At most so many rows and columns: of families and providers unasked, and in any one page."""

Rows = Iterable[tuple[int | None, int | None, str, int]]
"""Row id, column id, status, routes."""

LICENSE_BANDS = {
    Status.ALLOWED.value: ("License allows", Status.ALLOWED.tone),
    Status.UNKNOWN.value: ("No clear license", Status.UNKNOWN.tone),
    Status.DISALLOWED.value: ("License restricts", Status.DISALLOWED.tone),
}
FAMILY_BANDS = {"": ("", "")}


class Sheet(NamedTuple):
    """A grid, how it is drawn, and of how many rows and columns it is a part."""

    grid: Grid
    to: Addresses
    bands: dict[str, tuple[str, str]]
    all_rows: int
    all_columns: int
    all_routes: int

    def drawn(self) -> dict[str, Any]:
        """For the template: the table, and what is left out."""
        recorded = [
            sum(1 for item in items if item.key) for items in (self.grid.rows, self.grid.columns)
        ]
        return {
            **drawn(self.grid, self.to, self.bands),
            "cells_count": len(self.grid.cells),
            "rows_count": recorded[0],
            "columns_count": recorded[1],
            "all_rows": self.all_rows,
            "all_columns": self.all_columns,
            "all_routes": self.all_routes,
            "rows_out": self.all_rows - recorded[0],
            "columns_out": self.all_columns - recorded[1],
            "capped": self.grid.rows_out + self.grid.columns_out,
        }

    def names(self) -> list[str]:
        """How an address names each cell that has routes."""
        slugs = [{i.key: i.slug for i in items} for items in (self.grid.rows, self.grid.columns)]
        return [f"{slugs[0][row]},{slugs[1][column]}" for row, column in self.grid.cells]


def license_sheet(contract: MatrixContract) -> Sheet:
    """Licenses in bands by their status × terms in groups by what they say."""
    asked = contract.asked
    licenses = list(License.objects.only("slug", "name", "basis"))
    terms = list(ProviderTerms.objects.only("slug", "name", "basis"))
    rows = [_item(record, record.status.value) for record in licenses]
    columns = [_item(record, terms_say(record)) for record in terms]
    rows.append(_nothing("license", "No license recorded", Status.UNKNOWN.value))
    columns.append(_nothing("terms", "No terms recorded", "none"))
    cells = _cells(of_pairs(contract), asked.get("status"))
    grid = lay_out(
        _wanted(rows, asked.get("license", "")),
        _wanted(columns, asked.get("terms", "")),
        cells,
        _wish(contract, MOST),
        bands=LICENSE_BANDS,
        groups=TERMS_SAY,
    )
    whole = not ({"license", "terms"} & asked.keys() or grid.rows_out or grid.columns_out)
    to = Addresses(asked, "license", "terms", contract.shared, whole, True)
    return Sheet(grid, to, LICENSE_BANDS, len(licenses), len(terms), _total(cells))


def family_sheet(contract: FamilyMatrixContract) -> Sheet:
    """Families × providers in groups by what the provider's own terms say."""
    asked = contract.asked
    families = list(Family.objects.only("slug", "name"))
    providers = list(Provider.objects.select_related("terms").only("slug", "name", "terms__basis"))
    rows = [_item(record, "") for record in families]
    columns = [_item(record, terms_say(record.terms)) for record in providers]
    rows.append(_nothing("family", "No family recorded", ""))
    cells = _cells(family_routes(), asked.get("status"))
    grid = lay_out(
        _wanted(rows, asked.get("family", "")),
        _wanted(columns, asked.get("provider", "")),
        cells,
        _wish(contract, MOST if "all" in asked else LARGEST),
        bands=FAMILY_BANDS,
        groups=TERMS_SAY,
    )
    whole = not ({"family", "provider"} & asked.keys() or grid.rows_out or grid.columns_out)
    to = Addresses(asked, "family", "provider", contract.shared, whole, False)
    return Sheet(grid, to, FAMILY_BANDS, len(families), len(providers), _total(cells))


def family_routes() -> list[tuple[int | None, int, str, int]]:
    """Routes by family, provider and status: a scan, remembered for each revision."""
    grouped = Route.objects.order_by().values_list(
        "model__family_id", "provider_id", "policy__status"
    )
    return per_revision("family-routes", lambda: list(grouped.annotate(n=Count("pk"))))


def of_pairs(contract: MatrixContract) -> QuerySet:
    """Routes by pair: from the tallies, unless family or owner narrow them."""
    columns = ("policy__license_id", "policy__terms_id", "policy__status")
    given = contract.of_routes
    if given.keys() & {"family", "owner"}:
        routes = contract.narrowed(given).order_by()
        return routes.values_list(*columns).annotate(n=Count("pk"))
    whose = Q(provider__slug=given["provider"]) if given else Q(provider=None)
    tallies = Tally.objects.filter(whose, routes__gt=0).order_by()
    return tallies.values_list(*columns).annotate(n=Sum("routes"))


def _cells(rows: Rows, status: str | None) -> Cells:
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for row, column, answer, count in rows:
        if status in (None, answer):
            found[row or 0, column or 0][answer] = count
    return {at: {s: split[s] for s in Status.values if s in split} for at, split in found.items()}


def _total(cells: Cells) -> int:
    return sum(sum(split.values()) for split in cells.values())


def _wish(contract: MatrixContract, most: tuple[int, int]) -> Wish:
    asked = contract.asked
    return Wish(asked.get("sort", "routes"), asked.get("columns", "routes"), "all" in asked, most)


def _wanted(items: list[Item], words: str) -> list[Item]:
    return [item for item in items if item.matches(words)]


def _item(record: Any, group: str) -> Item:
    return Item(record.pk, record.slug, record.name, record.get_absolute_url(), group)


def _nothing(parameter: str, name: str, group: str) -> Item:
    return Item(0, NOTHING, name, f"{reverse('routes')}?{parameter}={NOTHING}", group)
