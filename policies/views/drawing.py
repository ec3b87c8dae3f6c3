"""A grid as its template draws it: heads, cells and sums, each with its address and its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from policies.bases import Status
from policies.filters import link
from policies.views.grid import Grid, Item, Part, Split, summed

GROUPS = {"none": "No terms", "silent": "Silent", "restrict": "Restrict", "permit": "Permit"}
SUMS = {
    "none": "all without terms",
    "silent": "all that are silent",
    "restrict": "all that restrict",
    "permit": "all that permit",
}
"""What a group's sum stands over."""


class Addresses(NamedTuple):
    """Where cells and sums lead. ``row`` and ``column`` are filters of the list of routes.

    ``asked`` is what the page was asked for, ``more`` what of it the list of routes knows too. A sum
    leads nowhere unless ``sums``, and a group's nowhere unless ``groups``: no list has its routes.
    """

    asked: Mapping[str, str]
    row: str
    column: str
    more: Mapping[str, str]
    sums: bool
    groups: bool

    def cell(self, row: Item, column: Item) -> str:
        """The page with this cell chosen."""
        return f"{link(self.asked, cell=f'{row.slug},{column.slug}')}#cell"

    def list(self, **of_routes: str) -> str:
        """The list of the routes of a sum."""
        if not self.sums or (not self.groups and "terms_say" in of_routes):
            return ""
        return f"{reverse('routes')}?{urlencode({**of_routes, **self.more})}"


def drawn(grid: Grid, to: Addresses, bands: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """The table's heads and rows; ``bands`` gives the title and the tone of each band."""
    groups = [_group(group, to) for group in grid.groups]
    return {
        "groups": groups,
        "bands": [
            {
                "title": bands[band.name][0],
                "tone": bands[band.name][1],
                "count": len(band.items),
                "rows": [_row(grid, row, to) for row in band.items],
            }
            for band in grid.bands
        ],
        "width": sum(group["span"] for group in groups),
        "foot": _line(grid, to, grid.down, lambda column: _foot(grid, column, to), {}),
        "total": sum(summed(grid.cells.values()).values()),
    }


def _has_sum(group: Part) -> bool:
    """One column without a document is its own sum."""
    return len(group.items) > 1 or bool(group.items[0].key)


def _group(group: Part, to: Addresses) -> dict[str, Any]:
    has_sum = _has_sum(group)
    return {
        "name": group.name,
        "title": GROUPS[group.name],
        "sum": SUMS[group.name] if has_sum else "",
        "sort": link(to.asked, sort=group.name),
        "sorted": to.asked.get("sort") == group.name,
        "span": len(group.items) + has_sum,
        "count": len(group.items) if has_sum else 0,
        "columns": group.items,
    }


def _row(grid: Grid, row: Item, to: Addresses) -> dict[str, Any]:
    own = {to.row: row.slug}
    total = sum(grid.over(row, grid.columns).values())
    return {
        "item": row,
        "total": total,
        "href": to.list(**own) if total else "",
        "cells": _line(
            grid,
            to,
            lambda columns: grid.over(row, columns),
            lambda column: _cell(grid, row, column, to),
            own,
        ),
    }


def _line(
    grid: Grid,
    to: Addresses,
    over: Callable[[Iterable[Item]], Split],
    one: Callable[[Item], dict[str, Any]],
    own: Mapping[str, str],
) -> list[dict[str, Any]]:
    """The cells of one line, each group led by its sum."""
    cells = []
    for group in grid.groups:
        found = [one(column) for column in group.items]
        if _has_sum(group):
            href = to.list(**own, terms_say=group.name)
            cells.append({**_sum(over(group.items), href), "start": True})
        else:
            found = [{**cell, "keep": True} for cell in found]
        cells += found
    return cells


def _cell(grid: Grid, row: Item, column: Item, to: Addresses) -> dict[str, Any]:
    split = grid.at(row, column)
    if not split:
        return {}
    label = f"{row.name} × {column.name}: {in_words(split)}"
    return {**_marks(split), "href": to.cell(row, column), "label": label}


def _foot(grid: Grid, column: Item, to: Addresses) -> dict[str, Any]:
    return _sum(grid.down([column]), to.list(**{to.column: column.slug}))


def _sum(split: Split, href: str) -> dict[str, Any]:
    if not split:
        return {"sum": True}
    return {**_marks(split), "sum": True, "href": href, "label": in_words(split)}


def _marks(split: Split) -> dict[str, Any]:
    """Each status with its count; the largest gives the tint."""
    largest = max(split, key=lambda status: split[status])
    return {
        "tone": Status(largest).tone,
        "marks": list(split.items()),
        "total": sum(split.values()),
    }


def in_words(split: Split) -> str:
    """``allowed, 9 routes``; several statuses follow one another."""
    return "; ".join(
        f"{status}, {count:,} route{'' if count == 1 else 's'}" for status, count in split.items()
    )
