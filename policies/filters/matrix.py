"""The contracts of the two matrices: which rows, columns and answers, in which order."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict

from policies.bases import Status
from policies.filters.contract import ALL, Contract
from policies.filters.facets import TERMS_SAY
from policies.filters.fields import SEARCH_LENGTH, Recorded, Word
from policies.filters.revisions import without_blanks
from policies.models import Family, Provider, Route, TextModel

ROW_SORTS = ("routes", "name", *TERMS_SAY)
"""Columns are grouped by what terms say, and each group has a sum by which rows can be sorted."""

COLUMN_SORTS = ("routes", "name")
CELL_LENGTH = 2 * SEARCH_LENGTH


def words() -> django_filters.CharFilter:
    """Every word stands in the name or in the slug of a row or column."""
    return django_filters.CharFilter(max_length=SEARCH_LENGTH)


class MatrixContract(Contract):
    """Licenses × provider terms. ``cell`` is the chosen one: two slugs with a comma between."""

    settings = ("sort", "columns", "all", "cell", "format")
    sorts: dict[str, Any] = dict.fromkeys(ROW_SORTS, ())

    license = words()
    terms = words()
    status = Word(Status, ALL)
    provider = Recorded(Provider, "slug", optional=False, field_name="provider__slug")
    family = Recorded(Family, "slug", field_name="model__family__slug")
    owner = Recorded(TextModel, "owner", field_name="model__owner")
    sort = Word(ROW_SORTS)
    columns = Word(COLUMN_SORTS)
    all = Word(["true"])
    cell = django_filters.CharFilter(max_length=CELL_LENGTH)
    format = Word(["csv"])

    class Meta:
        model = Route
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet | None = None) -> None:
        routes = Route.objects.all() if queryset is None else queryset
        super().__init__(without_blanks(data), routes)

    @property
    def asked(self) -> dict[str, str]:
        """What decides which grid is shown; not which of its cells is chosen, nor as what."""
        return {k: v for k, v in self.given.items() if k not in ("cell", "format")}

    @property
    def of_routes(self) -> dict[str, str]:
        """The filters that the list of routes has as well, by the same names."""
        shared = ("provider", "family", "owner")
        return {name: self.given[name] for name in shared if name in self.given}

    @property
    def shared(self) -> dict[str, str]:
        """The same, with the status: every filter that the list of routes has as well."""
        status = {"status": self.given["status"]} if "status" in self.given else {}
        return {**self.of_routes, **status}


class FamilyMatrixContract(MatrixContract):
    """Families × providers, by text in either and by answer."""

    license = None
    terms = None
    owner = None  # type: ignore[assignment]
    family = words()
    provider = words()
    sort = Word(ROW_SORTS)

    @property
    def of_routes(self) -> dict[str, str]:
        """Here family and provider are words to find, not values of the list of routes."""
        return {}
