"""What the lists share: the address is read strictly, rows and problems never stand together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.views.generic import TemplateView

from policies.filters import Contract
from policies.filters.cells import Cells
from policies.filters.facets import Facet
from policies.views.base import Page
from policies.views.listing import (
    Column,
    Pager,
    beyond,
    chips,
    explained,
    facet_groups,
    heads,
    pager_links,
)


class ListPage(Page, TemplateView):
    """A list in the state its address asks for; a wrong address gets a 400 and no rows."""

    contract_class: ClassVar[type[Contract]]
    columns: ClassVar[list[Column]]
    facets: ClassVar[list[Facet]] = []
    noun: ClassVar[tuple[str, str]]
    searched: ClassVar[str] = "Ids, names and aliases were searched,"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The contract's reading of the address, and the rows or the problems."""
        asked = self.contract_class(self.request.GET, self.get_queryset())
        contract = asked.sound() if asked.problems else asked
        self.total = self.everything()
        cells = self.cells(contract)
        pager = Pager(contract.page, contract.size, cells.count)
        problems = [*asked.problems, *beyond(pager)]
        context = super().get_context_data(
            contract=contract,
            noun=self.noun,
            searched=self.searched,
            everything=self.total,
            problems=[explained(problem, asked) for problem in problems],
            **kwargs,
        )
        if not problems:
            context |= self.listed(contract, pager, cells)
        return context | self.around(contract, cells)

    def around(self, contract: Contract, cells: Cells) -> dict[str, Any]:
        """What stands beside the rows, or beside the problems of a wrong address."""
        return {
            "chips": chips(contract, cells.labels),
            "facets": facet_groups(self.facets, cells, contract),
            "hidden": [(k, v) for k, v in contract.given.items() if k not in ("q", "page")],
        }

    def listed(self, contract: Contract, pager: Pager, cells: Cells) -> dict[str, Any]:
        """The rows of one page, under their heads."""
        rows = self.rows(contract.ordered()[pager.start : pager.stop]) if pager.count else []
        return {
            "rows": rows,
            "heads": heads(self.columns, contract),
            **pager_links(pager, contract),
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        """A wrong address is an error to machines as well."""
        if context["problems"]:
            kwargs["status"] = 400
        return super().render_to_response(context, **kwargs)

    def get_queryset(self) -> QuerySet:
        """What the list is drawn from."""
        raise NotImplementedError

    def cells(self, contract: Contract) -> Cells:
        """The groups behind the counts."""
        raise NotImplementedError

    def rows(self, page: QuerySet) -> Iterable[Any]:
        """The rows as the template reads them."""
        return page

    def everything(self) -> int:
        """How many there are without any filter."""
        raise NotImplementedError
