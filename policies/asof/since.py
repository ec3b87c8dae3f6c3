"""What has happened to each table since a past revision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

FEW = 1000
"""Versions up to which the rows that are new since are named in the statements."""


@dataclass
class Since:
    """What happened to the rows of one table; false where nothing did."""

    created: list[int] = field(default_factory=list)
    edited: bool = False
    """Whether rows of then were edited or deleted, or more is new than is named here."""

    moved: bool = False
    """Whether any row points at another pair, or did meanwhile."""

    def __bool__(self) -> bool:
        return self.edited or self.moved or bool(self.created)


def read(rows: Iterable[tuple[str, int, str]]) -> dict[str, Since]:
    """Table name → what happened, from (table, row, what happened to it)."""
    found: dict[str, Since] = {}
    for table, pk, what in rows:
        since = found.setdefault(table, Since())
        if what == "created":
            since.created.append(pk)
        else:
            setattr(since, what, True)
    return found
