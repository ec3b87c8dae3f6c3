"""A grid of answers: rows in bands, columns in groups, a split of routes where they meet.

Pure Python; the numbers come from tallies or from one grouped query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from policies.bases import Status

Split = Mapping[str, int]
Cells = Mapping[tuple[int, int], Split]


class Item(NamedTuple):
    """A row or a column: its id (0 for none recorded), slug, name, page, and its band or group."""

    key: int
    slug: str
    name: str
    href: str
    group: str

    @property
    def head(self) -> str:
        """How a row is headed: by its slug."""
        return self.slug if self.key else self.name

    @property
    def short(self) -> str:
        """How a column is headed: it is narrow, and every document there is of terms."""
        return self.head.removesuffix("-terms")

    def matches(self, words: str) -> bool:
        """Whether every word stands in the name or in the slug."""
        text = f"{self.slug} {self.name}".casefold()
        return all(word in text for word in words.casefold().split())


class Part(NamedTuple):
    """Items of one band or group, in order."""

    name: str
    items: list[Item]


def summed(splits: Iterable[Split]) -> dict[str, int]:
    """The sum of splits in the order of the statuses, without zeros."""
    found = dict.fromkeys(Status.values, 0)
    for split in splits:
        for status, count in split.items():
            found[status] += count
    return {status: count for status, count in found.items() if count}


@dataclass(frozen=True)
class Grid:
    """What is shown: ``bands`` of rows, ``groups`` of columns, and the splits of both.

    ``rows_out`` and ``columns_out`` count what matched, has routes, and is beyond the largest.
    """

    bands: list[Part]
    groups: list[Part]
    cells: Cells
    rows_out: int = 0
    columns_out: int = 0

    @property
    def rows(self) -> list[Item]:
        """All rows."""
        return [item for band in self.bands for item in band.items]

    @property
    def columns(self) -> list[Item]:
        """All columns."""
        return [item for group in self.groups for item in group.items]

    def at(self, row: Item, column: Item) -> Split:
        """The split of one cell; empty where no route is."""
        return self.cells.get((row.key, column.key), {})

    def over(self, row: Item, columns: Iterable[Item]) -> dict[str, int]:
        """The sum of one row over some columns."""
        return summed(self.at(row, column) for column in columns)

    def down(self, columns: Iterable[Item]) -> dict[str, int]:
        """The sum of some columns over all rows."""
        chosen = list(columns)
        return summed(self.at(row, column) for row in self.rows for column in chosen)


class Wish(NamedTuple):
    """How a grid is asked for: the orders, whether unused items are shown, and how many at most."""

    rows_by: str = "routes"
    columns_by: str = "routes"
    unused: bool = False
    most: tuple[int, int] = (100, 160)


def lay_out(
    rows: list[Item],
    columns: list[Item],
    cells: Cells,
    wish: Wish,
    *,
    bands: Iterable[str],
    groups: Iterable[str],
) -> Grid:
    """Keep what is used and largest, and sort it within its bands and groups."""
    kept: Cells = {at: split for at, split in _within(cells, rows, columns).items() if split}
    rows, rows_out = _largest(rows, _routes(kept, 0), wish, wish.most[0])
    columns, columns_out = _largest(columns, _routes(kept, 1), wish, wish.most[1])
    kept = _within(kept, rows, columns)
    over = {column.key for column in columns if column.group == wish.rows_by}
    weigh = _routes({at: s for at, s in kept.items() if not over or at[1] in over}, 0)
    return Grid(
        _parts(_sorted(rows, wish.rows_by, weigh.__getitem__), bands),
        _parts(_sorted(columns, wish.columns_by, _routes(kept, 1).__getitem__), groups),
        kept,
        rows_out,
        columns_out,
    )


def _within(cells: Cells, rows: Iterable[Item], columns: Iterable[Item]) -> Cells:
    at_rows, at_columns = {row.key for row in rows}, {column.key for column in columns}
    return {at: s for at, s in cells.items() if at[0] in at_rows and at[1] in at_columns}


def _routes(cells: Cells, axis: int) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for at, split in cells.items():
        found[at[axis]] += sum(split.values())
    return found


def _largest(
    items: list[Item], routes: dict[int, int], wish: Wish, most: int
) -> tuple[list[Item], int]:
    """The largest of those that are shown, and how many more there would be."""
    shown = [item for item in items if wish.unused or routes[item.key]]
    shown.sort(key=lambda item: (-routes[item.key], item.slug))
    return shown[:most], max(0, len(shown) - most)


def _sorted(items: list[Item], by: str, routes: Callable[[int], int]) -> list[Item]:
    if by == "name":
        return sorted(items, key=lambda item: (item.name.casefold(), item.slug))
    return sorted(items, key=lambda item: (-routes(item.key), item.slug))


def _parts(items: Iterable[Item], order: Iterable[str]) -> list[Part]:
    by_group: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_group[item.group].append(item)
    return [Part(name, by_group[name]) for name in order if name in by_group]
