"""What every list shows around its rows: chips, facets, column heads, pages, errors. Pure data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

from policies.bases import Status
from policies.filters import Contract, Problem, link
from policies.filters.address import shorten
from policies.filters.cells import Cells
from policies.filters.facets import NOTHING, Facet, counts
from policies.filters.fields import PAGE_SIZES

REST_SHOWN = 200
Labels = Mapping[str, Mapping[str, str]]


class Column(NamedTuple):
    """A column head: ``sort`` names the sort that its link asks for; ``first`` its first direction."""

    label: str
    sort: str = ""
    css: str = ""
    first: str = ""
    status: Status | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Pager:
    """Where in the list this page stands; ``start`` and ``stop`` count from zero, half-open."""

    number: int
    size: int
    count: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, ceil(self.count / self.size))

    @property
    def start(self) -> int:
        """The position of the first row."""
        return (self.number - 1) * self.size

    @property
    def stop(self) -> int:
        """The position after the last row."""
        return min(self.number * self.size, self.count)

    @property
    def first(self) -> int:
        """The first row's number as people count."""
        return self.start + 1 if self.count else 0


def pager_links(pager: Pager, contract: Contract) -> dict[str, Any]:
    """The addresses of the pages around, and of other page sizes."""
    params, default = contract.given, contract.default_size
    near = [n for n in range(pager.number - 2, pager.number + 3) if 1 <= n <= pager.pages]
    numbers = sorted({1, *near, pager.pages})
    return {
        "pager": pager,
        "previous": link(params, page=pager.number - 1) if pager.number > 1 else "",
        "next": link(params, page=pager.number + 1) if pager.number < pager.pages else "",
        "numbers": [
            {"number": n, "href": link(params, page=n), "gap": before and n - before > 1}
            for before, n in zip([0, *numbers], numbers, strict=False)
        ],
        "sizes": [
            {"size": size, "href": link(params, size=None if size == default else size)}
            for size in PAGE_SIZES
            if size != pager.size and (size < pager.count or size < pager.size)
        ],
    }


def heads(columns: Iterable[Column], contract: Contract) -> list[dict[str, Any]]:
    """Column heads with ``aria-sort`` and the address that sorts, or reverses, by them."""
    current = contract.sort
    built = []
    for column in columns:
        head: dict[str, Any] = {**column._asdict(), "href": "", "aria": "", "arrow": ""}
        if column.sort:
            following = f"{column.first}{column.sort}"
            if current.removeprefix("-") == column.sort:
                down = current.startswith("-")
                head["aria"] = "descending" if down else "ascending"
                head["arrow"] = "↓" if down else "↑"
                following = column.sort if down else f"-{column.sort}"
            head["href"] = link(contract.given, sort=following)
        built.append(head)
    return built


def chips(contract: Contract, labels: Labels) -> list[dict[str, str]]:
    """The active filters, each with the address that removes it."""
    asked = {k: v for k, v in contract.given.items() if k not in contract.settings}
    return [
        {
            "name": "search" if name == "q" else name.replace("_", " "),
            "label": labels.get(name, {}).get(value) or ("none" if value == NOTHING else value),
            "href": link(contract.given, **{name: None}),
        }
        for name, value in asked.items()
    ]


def facet_groups(facets: Iterable[Facet], cells: Cells, contract: Contract) -> list[dict[str, Any]]:
    """Each facet's links, with counts where ``cells`` know them; none of those with nothing to choose."""
    groups = (_group(facet, cells, contract) for facet in facets)
    return [
        group
        for group in groups
        if group["facet"].drawn == "status"
        or any(item["chosen"] or item["count"] != 0 for item in group["items"])
    ]


def _group(facet: Facet, cells: Cells, contract: Contract) -> dict[str, Any]:
    chosen = contract.wanted.get(facet.name, "")
    labels = cells.labels.get(facet.name, {})
    known = facet.name in cells.known
    found = counts(facet.name, cells.rows, cells.wanted) if known else None
    if facet.choices:
        values = [value for value, _ in facet.choices]
        labels = dict(facet.choices)
    else:
        values = [value for value, _ in sorted((found or {}).items(), key=lambda x: (-x[1], x[0]))]
        if chosen:
            values = [chosen, *(value for value in values if value != chosen)]
    items = [
        {
            "value": value,
            "label": facet.unnamed
            if value == NOTHING and not facet.choices
            else labels.get(value, value),
            "count": None if found is None else found[value],
            "chosen": value == chosen,
            "href": link(contract.given, **{facet.name: None if value == chosen else value}),
        }
        for value in values
    ]
    first = len(items) if facet.choices else facet.first
    return {
        "facet": facet,
        "items": items[:first],
        "rest": items[first : first + REST_SHOWN],
        "clear": link(contract.given, **{facet.name: None}) if chosen else "",
    }


def explained(problem: Problem, contract: Contract) -> dict[str, Any]:
    """A problem as the page shows it: the sentence, and links to what would be accepted."""
    kept = {
        name: value
        for name, value in contract.given.items()
        if name in contract.filters and name not in {found.name for found in contract.problems}
    }
    if problem.unknown_name:
        return {"sentence": problem.sentence, "names": problem.accepted, "clear": link(kept)}
    links = [
        {"label": value, "href": link(kept, **{problem.name: value})} for value in problem.accepted
    ]
    return {
        "sentence": problem.sentence,
        "links": links,
        "nearest": problem.nearest,
        "clear": link(kept),
    }


def beyond(pager: Pager) -> list[Problem]:
    """The problem of a page after the last, if it is one."""
    if pager.number <= pager.pages:
        return []
    return [
        Problem(
            "page",
            str(pager.number),
            f"Page {shorten(str(pager.number), 12)} is after the last",
            (str(pager.pages),),
        )
    ]
