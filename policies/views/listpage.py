"""What the lists share: the address is read strictly, rows and problems never stand together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic import TemplateView

from policies import asof
from policies.export.tables import TABLE_TYPES
from policies.filters import ListContract
from policies.filters.cells import Cells, Counted
from policies.filters.columns import Column
from policies.filters.facets import Facet
from policies.views.base import Page
from policies.views.cached import per_revision
from policies.views.download import as_file, refusal
from policies.views.listing import (
    chips,
    choices,
    explained,
    facet_groups,
    files,
    heads,
    kept,
    paging,
)
from policies.views.saved import views_of

WRITTEN_AT_ONCE = 500
"""Rows of a file that are held in memory."""


class ListPage(Page, TemplateView):
    """A list in the state its address asks for; a wrong address gets a 400 and no rows."""

    contract_class: ClassVar[type[ListContract]]
    facets: ClassVar[list[Facet]] = []
    name: ClassVar[str]
    noun: ClassVar[tuple[str, str]]
    searched: ClassVar[str] = "Ids, names and aliases were searched,"
    own_cells: ClassVar[frozenset[str]] = frozenset()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The page, or with ``format`` the same list as a file."""
        asked = self.asked()
        if (format := asked.given.get("format", "")) in TABLE_TYPES:
            return self.file(asked, format)
        return self.render_to_response(self.get_context_data(asked=asked, **kwargs))

    def asked(self) -> ListContract:
        """The contract's reading of the address."""
        return self.contract_class(self.request.GET, self.get_queryset())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows or the problems of the address ``asked``, and what stands beside either."""
        asked: ListContract = kwargs.pop("asked")
        contract = asked.sound() if asked.problems else asked
        counted = self.counted(contract)
        context = super().get_context_data(
            contract=contract,
            noun=self.noun,
            searched=self.searched,
            everything=counted.everything,
            problems=[explained(problem, asked) for problem in asked.problems],
            chips=chips(contract, counted.labels),
            facets=facet_groups(self.facets, counted, contract, asked.problems),
            wrong_text=any(problem.name == "q" for problem in asked.problems),
            hidden=kept(contract, "q"),
            **kwargs,
        )
        return context if asked.problems else context | self.listed(contract, counted)

    def counted(self, contract: ListContract) -> Counted:
        """The counts of a sound question, remembered for each state and day: some filters ask for ages."""
        asked = {k: v for k, v in contract.given.items() if k not in contract.settings}
        name = f"{self.name}:{asof.today()}:{urlencode(asked)}"
        return per_revision(name, lambda: self.count(contract), shown=self.revision)

    def count(self, contract: ListContract) -> Counted:
        """The counts of a question: of the list without it, of its rows, and of each facet's values."""
        names = [facet.name for facet in self.facets]
        return self.cells(contract).counted(names, self.everything())

    def listed(self, contract: ListContract, counted: Counted) -> dict[str, Any]:
        """The rows of one page, under their heads, and what can be done with the list."""
        page = contract.slice(counted.meant)
        others = [column for column in contract.shown if column.name not in self.own_cells]
        return {
            "rows": self.rows(contract, page.keys),
            "shown": {column.name: True for column in contract.shown},
            "others": others,
            "heads": heads(contract.shown, contract),
            "bars": "allowed" in self.own_cells,
            "choices": choices(contract),
            "saved": views_of(self.request, self.name),
            **files(contract),
            **paging(page, counted.meant, contract),
        }

    def file(self, contract: ListContract, format: str) -> HttpResponseBase:
        """Every row of the list in its order, with the chosen columns or all; never some of them."""
        if contract.problems:
            return refusal(format, contract.problems)
        columns = contract.shown if "columns" in contract.given else contract.vocabulary
        fields = [name for column in columns for name, _ in column.fields]
        filters = {k: v for k, v in contract.given.items() if k not in contract.settings}
        return as_file(
            format,
            self.name,
            fields,
            (_record(columns, row) for row in self.every(contract)),
            filters=filters,
            sort=contract.sort,
            total=self.counted(contract).meant,
        )

    def rows(self, contract: ListContract, keys: Sequence[Any]) -> list[Any]:
        """The rows of these keys, in their order."""
        found = self.related(self.get_queryset().filter(pk__in=keys))
        rows = {row.pk: row for row in self.dressed(contract, list(found))}
        return [rows[key] for key in keys]

    def every(self, contract: ListContract) -> Iterator[Any]:
        """All rows of the list, some of them in memory at a time."""
        rows = self.related(contract.ordered()).iterator(WRITTEN_AT_ONCE)
        while some := list(islice(rows, WRITTEN_AT_ONCE)):
            yield from self.dressed(contract, some)

    def get_queryset(self) -> QuerySet:
        """What the list is drawn from."""
        raise NotImplementedError

    def cells(self, contract: Any) -> Cells:
        """The groups behind the counts."""
        raise NotImplementedError

    def related(self, queryset: QuerySet) -> QuerySet:
        """The rows with what their columns read of other tables."""
        return queryset

    def dressed(self, contract: ListContract, rows: list[Any]) -> list[Any]:
        """The rows with what the columns read beside fields: few queries for many rows."""
        return rows

    def everything(self) -> int:
        """How many there are without any filter."""
        raise NotImplementedError


def _record(columns: Iterable[Column], row: Any) -> dict[str, Any]:
    return {name: value for column in columns for name, value in column.record(row).items()}
