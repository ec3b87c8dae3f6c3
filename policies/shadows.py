"""Tables hidden behind others of the same name: how a past or a hypothetical state is read.

A common table expression in front of a SELECT hides the table whose name it bears. So pages, lists and the
resolver's plan answer for another state with the same code, and nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

ASKS = re.compile(r"\s*\(?SELECT\b", re.IGNORECASE)
TABLE = re.compile(r"\bpolicies_[a-z]+\b")

Body = tuple[str, str, list[Any]]
"""(table, the SELECT that stands for it, that SELECT's parameters)."""


class ShadowedWrite(RuntimeError):
    """Something other than a SELECT was tried on a table that is hidden."""


class Shadowing:
    """An execute wrapper; the subclass says which tables it hides behind what."""

    refusal: ClassVar[type[Exception]] = ShadowedWrite

    @property
    def names(self) -> set[str]:
        """The tables that are hidden."""
        raise NotImplementedError

    def bodies(self, sql: str, wanted: set[str]) -> Iterable[Body]:
        """What stands for each wanted table, but for one that is as it should be; ``sql`` mentions them.

        In a body the table's own name, and those of later ones, mean the real tables; SQLite has to
        be told so by the schema (``real_table``).
        """
        raise NotImplementedError

    def refuses(self, sql: str) -> bool:
        """Whether a statement that mentions a hidden table must not run."""
        return not ASKS.match(sql)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Run one statement; raises ``refusal`` for what would write to a hidden table."""
        mentioned = set(TABLE.findall(sql)) & self.names
        if mentioned:
            if self.refuses(sql):
                raise self.refusal(f"This state can only be asked by SELECT: {sql[:60]}…")
            sql, params = self._behind(sql, params, mentioned)
        return execute(sql, params, many, context)

    def _behind(self, sql: str, params: Any, mentioned: set[str]) -> tuple[str, Any]:
        found = list(self.bodies(sql, mentioned))
        if not found:
            return sql, params
        front = ", ".join(f'"{name}" AS NOT MATERIALIZED ({body})' for name, body, _ in found)
        own = [value for _, _, values in found for value in values]
        if own and params is None:
            sql = sql.replace("%", "%%")
        return f"WITH {front} {sql}", [*own, *(params or ())] if own else params


def real_table(table: Any, *, sqlite: bool) -> str:
    """A table as it is named inside a body."""
    return f'{"main." if sqlite else ""}"{table._meta.db_table}"'
