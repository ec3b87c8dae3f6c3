"""The whole space of policies on one page: a grid of answers, and the trace of the chosen cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.generic import TemplateView

from policies.bases import Status
from policies.filters import link
from policies.filters.address import not_a_value
from policies.filters.matrix import COLUMN_SORTS, FamilyMatrixContract, MatrixContract
from policies.views.asking import Input, asked, choice, keeping
from policies.views.base import Page
from policies.views.cached import per_revision
from policies.views.chosen import Chosen, family_at, pair_at, slugs_of
from policies.views.download import as_file, refusal
from policies.views.listing import chips, explained
from policies.views.sheets import Sheet, family_sheet, license_sheet

CSV = "csv"
SORTS = {
    "routes": "routes",
    "name": "name",
    "none": "routes without terms",
    "silent": "routes under silent terms",
    "restrict": "routes under restricting terms",
    "permit": "routes under permitting terms",
}
"""The orders, as the form offers them."""


class MatrixPage(Page, TemplateView):
    """A matrix in the state its address asks for; a wrong address gets a 400 and no grid.

    ``axes`` name rows and columns, one and many; ``texts`` and ``keys`` are the form's inputs.
    """

    section = "matrix"
    template_name = "policies/matrix.html"
    contract_class: ClassVar[type[MatrixContract]]
    name: ClassVar[str]
    axes: ClassVar[tuple[str, str, str, str]]
    texts: ClassVar[dict[str, str]]
    keys: ClassVar[dict[str, str]] = {}
    families: ClassVar[bool] = False
    panel: Chosen | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The page, or the grid as a file."""
        self.contract = self.contract_class(request.GET)
        self.problems = self.contract.problems
        if not self.problems:
            self.shown = self.remembered()
            self.choose()
        if request.GET.get("format") == CSV:
            return refusal(CSV, self.problems) if self.problems else self.file()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The grid and what is left out of it, or the problems; the form around either."""
        given = self.contract.given
        context = super().get_context_data(
            contract=self.contract,
            axes=self.axes,
            families=self.families,
            asking=asked(inputs(self.texts), self.contract),
            routes_of=asked(_texts(self.keys), self.contract),
            keeping=keeping(self.contract, "all"),
            problems=[explained(problem, self.contract) for problem in self.problems],
            chips=chips(self.contract.sound() if self.problems else self.contract, {}),
            **kwargs,
        )
        if not self.problems:
            context |= self.shown
            context["table"] = outlined(self.shown["table"], given.get("cell", ""))
            context["panel"] = self.panel
            context["as_csv"] = link(self.contract.asked, format=CSV)
            context["with_all"] = link(self.contract.asked, all="true")
            context["with_used"] = link(self.contract.asked, all=None)
        return context

    def remembered(self) -> dict[str, Any]:
        """The drawn grid, once for each revision and question."""
        name = f"{self.name}:{urlencode(self.contract.asked)}"
        return per_revision(name, self.compute, shown=self.revision)

    def compute(self) -> dict[str, Any]:
        """The table as HTML, and the numbers beside it."""
        shown = self.sheet().drawn()
        told = {**shown, "caption": self.title, "axes": self.axes}
        table = render_to_string("policies/_partials/matrix_table.html", told)
        numbers = {name: value for name, value in shown.items() if isinstance(value, int)}
        return {**numbers, "table": table}

    def choose(self) -> None:
        """Look the chosen cell up; one without a recorded row and column is a problem as well."""
        cell = self.contract.given.get("cell", "")
        try:
            self.panel = self.chosen(*slugs_of(cell)) if cell else None
        except LookupError:
            self.problems.append(not_a_value("cell", "Cell", cell, self.sheet().names()))

    def file(self) -> HttpResponseBase:
        """A line for each cell and status, in the order of the page."""
        row, column = self.axes[0], self.axes[2]
        return as_file(CSV, self.name, (row, column, "status", "routes"), self.lines(row, column))

    def lines(self, row_name: str, column_name: str) -> Iterator[dict[str, Any]]:
        """Every cell that has a route."""
        grid = self.sheet().grid
        for row in grid.rows:
            for column in grid.columns:
                for status, routes in grid.at(row, column).items():
                    at = {row_name: row.slug, column_name: column.slug}
                    yield {**at, "status": status, "routes": routes}

    def sheet(self) -> Sheet:
        """The grid that is asked for."""
        raise NotImplementedError

    def chosen(self, row: str, column: str) -> Chosen:
        """The chosen cell; a LookupError where a slug names nothing."""
        raise NotImplementedError


class LicenseMatrix(MatrixPage):
    """Licenses × provider terms: one verdict in a cell."""

    title = "License × provider terms"
    contract_class = MatrixContract
    name = "matrix"
    axes = ("license", "licenses", "terms", "terms")
    texts: ClassVar[dict[str, str]] = {"license": "License", "terms": "Terms"}
    keys: ClassVar[dict[str, str]] = {"provider": "Provider", "family": "Family", "owner": "Owner"}

    def sheet(self) -> Sheet:
        """From the tallies."""
        return license_sheet(self.contract)

    def chosen(self, row: str, column: str) -> Chosen:
        """The pair and its trace."""
        return pair_at(row, column, self.contract)


class FamilyMatrix(MatrixPage):
    """Families × providers: the split of their routes in a cell."""

    title = "Family × provider"
    contract_class = FamilyMatrixContract
    name = "matrix-families"
    axes = ("family", "families", "provider", "providers")
    texts: ClassVar[dict[str, str]] = {"family": "Family", "provider": "Provider"}
    families = True

    def sheet(self) -> Sheet:
        """From a count that is remembered for each revision."""
        return family_sheet(self.contract)

    def chosen(self, row: str, column: str) -> Chosen:
        """The pairs that decide there, each with its trace."""
        return family_at(row, column, self.contract)


def outlined(table: str, cell: str) -> SafeString:
    """The table with one cell marked as chosen; its name stands in the cell's own address."""
    address = escape(f"{urlencode({'cell': cell})}#cell")
    return mark_safe(table.replace(f'{address}"', f'{address}" aria-current="true"', 1))  # noqa: S308


def inputs(labels: dict[str, str]) -> tuple[Input, ...]:
    """What the form asks for: ``labels`` name the texts for rows and columns."""
    return (
        *_texts(labels),
        Input("status", "Answer", choice(Status.choices, "any")),
        Input("sort", "Rows by", SORTS),
        Input("columns", "Columns by", {name: SORTS[name] for name in COLUMN_SORTS}),
    )


def _texts(labels: dict[str, str]) -> list[Input]:
    return [Input(name, label) for name, label in labels.items()]
