"""What the lists add to a contract: columns to choose, orders by any of them, places, files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict

from policies.export.tables import TABLE_TYPES
from policies.filters.address import PLACES, Problem, shorten
from policies.filters.columns import Column, sorts_of
from policies.filters.contract import Contract
from policies.filters.facets import Pairs
from policies.filters.fields import Word, page_size
from policies.filters.orders import Key, Order, Place, Slice, page_of


def text() -> django_filters.CharFilter:
    """A text whose meaning the contract itself reads; it filters nothing."""
    return django_filters.CharFilter(max_length=5000)


class ColumnContract(Contract):
    """A contract with columns to choose from a ``vocabulary``, of which the first always is shown.

    Unasked it sorts by ``default_sort``, or by that first column.
    """

    vocabulary: ClassVar[tuple[Column, ...]] = ()
    default_sort: ClassVar[str] = ""

    columns = text()

    def __init__(self, data: QueryDict, queryset: Any, **kwargs: Any) -> None:
        super().__init__(joined(data, "columns"), queryset, **kwargs)

    @cached_property
    def problems(self) -> list[Problem]:
        """Also: columns that are none."""
        found = super().problems
        if "columns" in self.given and "columns" not in {problem.name for problem in found}:
            found = [*found, *self._unknown_columns()]
        return found

    @cached_property
    def shown(self) -> list[Column]:
        """The columns that are shown, in the list's own order; the first one always is."""
        first, *rest = self.vocabulary
        if "columns" in self.given:
            chosen = set(self.given["columns"].split(","))
            return [first, *(column for column in rest if column.name in chosen)]
        return [first, *(column for column in rest if column.shown)]

    @property
    def sort(self) -> str:
        """The sort in force."""
        return self.given.get("sort") or self.default_sort or self.vocabulary[0].sort_name

    def _unknown_columns(self) -> list[Problem]:
        text, known = self.given["columns"], [column.name for column in self.vocabulary]
        asked = text.split(",")
        wrong = next((name for name in asked if name not in known), None)
        if wrong is not None:
            named = f"“{shorten(wrong)}” in “columns” is not a column of this list"
            return [Problem("columns", text, named, tuple(known))]
        return []


class ListContract(ColumnContract):
    """The contract of a list of records.

    ``ties`` end every order; ``more_sorts`` have no column of their own.
    """

    ties: ClassVar[tuple[Key, ...]] = ()
    more_sorts: ClassVar[dict[str, tuple[Key, ...]]] = {}
    settings = ("sort", "columns", "size", *PLACES, "format")

    size = page_size()
    after = text()
    before = text()
    format = Word(TABLE_TYPES)

    @classmethod
    def order_keys(cls) -> dict[str, tuple[Key, ...]]:
        """Sort → its keys; the first column's is the default."""
        return sorts_of(cls.vocabulary, **cls.more_sorts)

    @cached_property
    def problems(self) -> list[Problem]:
        """Also: places that are none, each named."""
        found = super().problems
        told = {problem.name for problem in found}
        if "sort" not in told and not told.intersection(PLACES):
            found = [*found, *self._wrong_places()]
        return found

    def sound(self) -> Any:
        """Without its place, too: what else is right may be another list."""
        wrong = {problem.name for problem in self.problems}.union(PLACES)
        return self.asking({k: v for k, v in self.given.items() if k not in wrong})

    def asking(self, params: dict[str, str]) -> Any:
        """The contract of the same list with other parameters."""
        data = QueryDict(mutable=True)
        data.update(params)
        return type(self)(data, self.queryset)

    @cached_property
    def order(self) -> Order:
        """The sort in force; ties always fall in the same order."""
        name = self.sort
        keys = self.order_keys()[name.removeprefix("-")]
        ties = [key for key in self.ties if key not in keys]
        return Order(name, (*keys, *ties), descending=name.startswith("-"))

    @property
    def place(self) -> Place | None:
        """The place beyond which the page starts, or None for the first page."""
        for name in PLACES:
            if name in self.given:
                return self.order.place(self.given[name], backwards=name == "before")
        return None

    @cached_property
    def pairs(self) -> Pairs:
        """Every pair of documents, with their notes where those are shown or written."""
        return Pairs.load(notes=self._notes)

    def pairs_of(self, rows: Iterable[Any]) -> Pairs:
        """The pairs at which these rows point, or all where they are read already or a file asks on."""
        if "format" in self.given or "pairs" in self.__dict__:
            return self.pairs
        return Pairs.load(notes=self._notes, only={row.policy_id for row in rows})

    @property
    def _notes(self) -> bool:
        return "format" in self.given or any(column.name == "note" for column in self.shown)

    def ordered(self) -> QuerySet:
        """Every row that is meant, in the sort in force."""
        return self.order.applied(self.qs)

    def slice(self, count: int) -> Slice:
        """The keys of the rows of the page, of ``count`` that are meant."""
        return page_of(self.qs, self.order, self.place, self.size, count)

    def _wrong_places(self) -> list[Problem]:
        given = [name for name in PLACES if name in self.given]
        if len(given) > 1:
            sentence = "“after” and “before” are both given: a page starts at one place"
            return [Problem("before", self.given["before"], sentence)]
        if given and self.place is None:
            [name] = given
            sentence = (
                f"“{shorten(self.given[name], 24)}” in “{name}” is not a place in this list as it is "
                "sorted; the links to the previous and the next page give such places"
            )
            return [Problem(name, self.given[name], sentence)]
        return []


def joined(data: QueryDict, name: str) -> QueryDict:
    """The address with a parameter that a form's boxes repeat written once, with commas."""
    values = data.getlist(name)
    if len(values) < 2:
        return data
    once = data.copy()
    once[name] = ",".join(dict.fromkeys(values))
    return once
