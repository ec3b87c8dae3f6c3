"""What every list shows around its rows: chips, facets, column heads, pages, errors. Pure data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote_plus

from policies.export.tables import TABLE_TYPES
from policies.filters import Contract, ListContract, Problem, link
from policies.filters.address import PLACES
from policies.filters.cells import Counted
from policies.filters.columns import Column
from policies.filters.facets import NOTHING, Facet
from policies.filters.fields import PAGE_SIZES
from policies.filters.orders import Slice

REST_SHOWN = 200
Labels = Mapping[str, Mapping[str, str]]


def paging(page: Slice, count: int, contract: ListContract) -> dict[str, Any]:
    """Where the page stands among ``count`` rows, and the addresses of those around it."""
    params, size, default = contract.given, contract.size, contract.default_size
    return {
        "page": page,
        "count": count,
        "first": link(params) if page.start or not page.keys else "",
        "previous": link(params, before=page.previous) if page.previous else "",
        "next": link(params, after=page.next) if page.next else "",
        "following": min(size, max(1, count - page.stop)),
        "sizes": [
            {"size": other, "href": link(params, size=None if other == default else other)}
            for other in PAGE_SIZES
            if other != size and (other < count or other < size)
        ],
    }


def files(contract: ListContract) -> dict[str, str]:
    """The addresses of the same list as a file."""
    return {format: link({**contract.given, "size": ""}, format=format) for format in TABLE_TYPES}


def heads(columns: Iterable[Column], contract: ListContract) -> list[dict[str, Any]]:
    """Column heads with ``aria-sort`` and the address that sorts, or reverses, by them."""
    return [_head(column, contract) for column in columns]


def _head(column: Column, contract: ListContract) -> dict[str, Any]:
    sort, current = column.sort_name, contract.sort
    following, aria, arrow = f"{column.first}{sort}", "", ""
    if current.removeprefix("-") == sort:
        down = current.startswith("-")
        aria, arrow = ("descending", "↓") if down else ("ascending", "↑")
        following = sort if down else f"-{sort}"
    href = link(contract.given, sort=following)
    return {"column": column, "aria": aria, "arrow": arrow, "href": href}


def choices(contract: ListContract) -> dict[str, Any]:
    """The form that chooses columns: every column, what the form keeps, and the way back."""
    first, *rest = contract.vocabulary
    return {
        "first": first,
        "columns": [{"column": column, "chosen": column in contract.shown} for column in rest],
        "hidden": kept(contract, "columns"),
        "default": link(contract.given, columns=None) if "columns" in contract.given else "",
    }


def kept(contract: Contract, *left: str) -> list[tuple[str, str]]:
    """The parameters that a form of this list sends along; never its place."""
    return [(k, v) for k, v in contract.given.items() if k not in (*left, *PLACES)]


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


def facet_groups(
    facets: Iterable[Facet], counted: Counted, contract: Contract, problems: Iterable[Problem] = ()
) -> list[dict[str, Any]]:
    """Each facet's links, with counts where they are known; none of those with nothing to choose.

    ``problems`` are what was wrong with the address: each stands at the facet that it is of.
    """
    wrong = {problem.name: problem.sentence for problem in problems}
    groups = (
        {**_group(facet, counted, contract), "problem": wrong.get(facet.name)} for facet in facets
    )
    return [
        group
        for group in groups
        if group["problem"]
        or group["facet"].drawn == "status"
        or any(item["chosen"] or item["count"] != 0 for item in group["items"])
    ]


def _group(facet: Facet, counted: Counted, contract: Contract) -> dict[str, Any]:
    chosen = contract.wanted.get(facet.name, "")
    labels = dict(facet.choices) or {
        **counted.labels.get(facet.name, {}),
        NOTHING: facet.unnamed,
    }
    found = counted.facets.get(facet.name)
    values = _values(facet, found or Counter(), chosen)
    clear = link(contract.given, **{facet.name: None})
    start = f"{clear}&" if len(clear) > 1 else clear
    items = [
        {
            "value": value,
            "label": labels.get(value, value),
            "count": None if found is None else found[value],
            "chosen": value == chosen,
            "href": clear if value == chosen else f"{start}{facet.name}={quote_plus(value)}",
        }
        for value in values
    ]
    first = len(items) if facet.choices else facet.first
    return {
        "facet": facet,
        "items": items[:first],
        "rest": items[first : first + REST_SHOWN],
        "clear": clear if chosen else "",
    }


def _values(facet: Facet, found: Counter[str], chosen: str) -> list[str]:
    """A closed list in its own order, else what occurs by count; the chosen one first."""
    if facet.choices:
        return [value for value, _ in facet.choices]
    values = [value for value, _ in sorted(found.items(), key=lambda x: (-x[1], x[0]))]
    return [chosen, *(value for value in values if value != chosen)] if chosen else values


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
