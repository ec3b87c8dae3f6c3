"""Statements of a past state: each carries, in front, the past of the tables that it mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import connection

from policies.asof import since
from policies.asof.tables import PastTables
from policies.querysets import fold
from policies.shadows import Body, Shadowing

SEARCHES = re.compile(r'"search_text"(::text)? LIKE')


class PastIsReadOnly(RuntimeError):
    """Inside a past state something other than a SELECT was tried on what has a past."""


class Rewriter(Shadowing):
    """An execute wrapper that lets SELECTs read the state after one revision."""

    refusal = PastIsReadOnly

    def __init__(self, revision: int) -> None:
        self.tables = PastTables(revision, connection.vendor)
        self.learning = False

    @property
    def names(self) -> set[str]:
        """The tables that have a past; none while names are looked up in the real ones."""
        return set() if self.learning else self.tables.names

    def bodies(self, sql: str, wanted: set[str]) -> Iterable[Body]:
        """The past of the wanted tables; a search needs names folded as Python folds them."""
        if self.tables.asks_what_was_touched(wanted):
            self.tables.since = since.read(self._learn(self.tables.what_was_touched()))
        if SEARCHES.search(sql) and self.tables.folded is None:
            self.tables.folded = self._fold_names()
        return self.tables.bodies(wanted)

    def _fold_names(self) -> dict[str, str]:
        """Only Python folds names beyond ASCII as searches do; few have any, and most pages never search."""
        names = [name for (name,) in self._learn(self.tables.names_beyond_ascii())]
        return {name: fold(name) for name in names if fold(name) != _ascii_lower(name)}

    def _learn(self, sql: str) -> list[tuple]:
        """What the real tables answer."""
        self.learning = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        finally:
            self.learning = False


def _ascii_lower(text: str) -> str:
    """What SQL's ``lower`` gives on both engines, for texts in code-point order."""
    return "".join(char.lower() if char.isascii() else char for char in text)
