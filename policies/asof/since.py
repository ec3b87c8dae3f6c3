"""What has happened to each table since a past revision: the few rows by name, or that they are many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

FEW = 1000
"""Versions, or changes of pairs, up to which the rows that they touched are named in the statements."""


@dataclass
class Since:
    """What happened to the rows of one table; false where nothing did."""

    created: list[int] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    edited: dict[int, str] = field(default_factory=dict)
    """A row that was there then and is now → for each column ``1`` where it differs, else ``0``."""

    moved: bool = False
    """Whether any row points at another pair, or did meanwhile."""

    many: bool = False
    """Whether more was touched than is named here."""

    def __bool__(self) -> bool:
        return self.moved or self.many or bool(self.created or self.deleted or self.edited)

    def differing(self, column: int) -> list[int]:
        """The rows that differ in this column."""
        return [pk for pk, differs in self.edited.items() if differs[column] == "1"]


def read(rows: Iterable[tuple[str, int, int, int, str]]) -> dict[str, Since]:
    """Table name → what happened, from (table, row, is there now, was there then, differing columns).

    What is said of a whole table, ``moved`` or ``many``, stands in the place of the columns.
    """
    found: dict[str, Since] = {}
    for table, pk, now, then, differs in rows:
        since = found.setdefault(table, Since())
        if differs == "moved":
            since.moved = True
        elif differs == "many":
            since.many = True
        elif now and then:
            since.edited[pk] = differs
        elif now:
            since.created.append(pk)
        elif then:
            since.deleted.append(pk)
    return found
