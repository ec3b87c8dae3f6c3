"""What a list can show, sort by and write into a file: each column is declared once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from policies.bases import Status
from policies.filters.orders import Key


@dataclass(frozen=True)
class Column:
    """One column: its ``name`` in addresses, its head, and what it stands for.

    ``fields`` are its names in files with the path from the row to the value. ``drawn`` says how a
    column without a cell of its own is shown: ``text``, ``long``, ``code``, ``number``, ``url``,
    ``status`` or ``evidence``; ``words`` is the vocabulary of its codes. Its sort is called ``sort``, or as
    the column is; the first click sorts by ``first`` + that. What is ``shown`` is shown unasked.
    """

    name: str
    label: str
    keys: tuple[Key, ...]
    fields: tuple[tuple[str, str], ...]
    sort: str = ""
    first: str = ""
    css: str = ""
    drawn: str = "text"
    words: Any = None
    shown: bool = False
    status: Status | None = None

    @property
    def sort_name(self) -> str:
        """What the address calls the sort by this column."""
        return self.sort or self.name

    def value(self, row: Any) -> Any:
        """What the cell of a row shows."""
        return value_at(row, self.fields[0][1])

    def record(self, row: Any) -> dict[str, Any]:
        """What a file says of the row."""
        return {name: value_at(row, path) for name, path in self.fields}


def plain(name: str, label: str, path: str, key: Key | str, **more: Any) -> Column:
    """A column whose file has one field, called as the column is."""
    keys = (Key(key) if isinstance(key, str) else key,)
    return Column(name, label, keys, ((name, path),), **more)


def value_at(row: Any, path: str) -> Any:
    """The value at the end of a path of attributes and keys; None where one on the way is None."""
    for name in path.split("."):
        if row is None:
            return None
        row = row[name] if isinstance(row, dict) else getattr(row, name)
    return row


def sorts_of(columns: Iterable[Column], **more: tuple[Key, ...]) -> dict[str, tuple[Key, ...]]:
    """Sort → its keys, of every column and of what has no column of its own."""
    return {column.sort_name: column.keys for column in columns} | more
