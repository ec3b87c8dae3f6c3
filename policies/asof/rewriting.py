"""Statements of a past state: each carries, in front, the past of the tables that it mentions."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection

from policies.asof.tables import PastTables
from policies.querysets import fold

ASKS = re.compile(r"\s*\(?SELECT\b", re.IGNORECASE)
SEARCHES = re.compile(r'"search_text"(::text)? LIKE')
TABLE = re.compile(r"\bpolicies_[a-z]+\b")


class PastIsReadOnly(RuntimeError):
    """Inside a past state something other than a SELECT was tried on what has a past."""


class Rewriter:
    """An execute wrapper that lets SELECTs read the state after one revision.

    A common table expression hides the table of its own name, so the statement itself stays as it is.
    """

    def __init__(self, revision: int) -> None:
        self.tables = PastTables(revision, connection.vendor)
        self.learning = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Run one statement; raises ``PastIsReadOnly`` for what is not a SELECT."""
        mentioned = set() if self.learning else set(TABLE.findall(sql)) & self.tables.names
        if mentioned:
            if not ASKS.match(sql):
                raise PastIsReadOnly(f"A past state can only be asked by SELECT: {sql[:60]}…")
            if SEARCHES.search(sql) and self.tables.folded is None:
                self.tables.folded = self._fold_names()
            sql = f"{self.tables.before(mentioned)} {sql}"
        return execute(sql, params, many, context)

    def _fold_names(self) -> dict[str, str]:
        """Only Python folds names beyond ASCII as searches do; few have any, and most pages never search."""
        self.learning = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(self.tables.names_beyond_ascii())
                names = [name for (name,) in cursor.fetchall()]
        finally:
            self.learning = False
        return {name: fold(name) for name in names if fold(name) != _ascii_lower(name)}


def _ascii_lower(text: str) -> str:
    """What SQL's ``lower`` gives on both engines, for texts in code-point order."""
    return "".join(char.lower() if char.isascii() else char for char in text)
