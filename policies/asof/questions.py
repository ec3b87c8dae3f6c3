"""What is asked about the time since a past revision: which rows were touched, and by what."""

# ruff: noqa: S608  (the texts are made of own table names and one integer)
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies.asof import since as happened
from policies.models import (
    CURATED,
    ModelAlias,
    Move,
    Policy,
    PolicyChange,
    Route,
    TextModel,
)
from policies.shadows import real_table

MOVED_BY = {TextModel: "model_id", Route: "route_id"}
"""The curated tables whose rows point at a pair, and the column of a move that names such a row."""


class Questions:
    """SELECTs, and parts of them, about what happened after ``revision``, on one engine (``vendor``)."""

    def __init__(self, revision: int, vendor: str) -> None:
        self.revision = int(revision)  # it becomes part of the text
        self.sqlite = vendor == "sqlite"

    def what_was_touched(self) -> str:
        """A SELECT of what ``since.read`` reads; of each table at most a few rows."""
        parts = [self._edits_of(table) for table in CURATED]
        for table in CURATED:
            parts += [
                self._mark(
                    table,
                    "edited",
                    f"(SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT {happened.FEW + 1}) f)"
                    f" > {happened.FEW}",
                )
                for _key, rows in self._edited(table)
            ]
        changes = f"SELECT 1 FROM {self._real(PolicyChange)} x WHERE x.{self._later}"
        parts.append(self._mark(Policy, "edited", f"EXISTS ({changes})"))
        moves = f"SELECT 1 FROM {self._real(Move)} x WHERE x.{self._later}"
        parts += [
            self._mark(table, "moved", f"EXISTS ({moves} AND x.{key} IS NOT NULL)")
            for table, key in MOVED_BY.items()
        ]
        return " UNION ALL ".join(parts)

    def _mark(self, table: Any, word: str, condition: str) -> str:
        """What is said of a whole table."""
        return f"SELECT '{table._meta.db_table}', 0, '{word}' WHERE {condition}"

    @property
    def _later(self) -> str:
        return f"revision_id > {self.revision}"

    def _edits_of(self, table: Any) -> str:
        """The rows that were touched, of a few versions, and whether they are new."""
        past = self._real(table.history.model)
        few = " UNION ".join(
            f"SELECT id FROM (SELECT {key} AS id FROM {rows} LIMIT {happened.FEW}) f{place}"
            for place, (key, rows) in enumerate(self._edited(table))
        )
        return (
            f"SELECT '{table._meta.db_table}' AS touched, d.id AS id,"
            " CASE WHEN h.id IS NULL THEN 'created' ELSE 'edited' END AS what"
            f" FROM ({few}) d LEFT JOIN {past} h ON h.id = d.id AND {self._newest(past)}"
        )

    def names_beyond_ascii(self) -> str:
        """A SELECT of the models' names that SQL cannot fold, of those that were touched since."""
        touched = " OR ".join(
            f"h.id IN (SELECT {key} FROM {rows})" for key, rows in self._edited(TextModel)
        )
        size = "length(CAST(h.name AS BLOB))" if self.sqlite else "octet_length(h.name)"
        return (
            f"SELECT DISTINCT h.name FROM {self._real(TextModel.history.model)} h"
            f" WHERE length(h.name) <> {size} AND h.revision_id <= {self.revision}"
            f" AND ({touched})"
        )

    def _real(self, table: Any) -> str:
        return real_table(table, sqlite=self.sqlite)

    def _first_change(self) -> str:
        return (
            f"SELECT min(n.revision_id) FROM {self._real(PolicyChange)} n"
            f" WHERE n.policy_id = t.id AND n.{self._later}"
        )

    def _newest(self, past: str, row: str = "h") -> str:
        """Whether ``row`` is its record's version at the revision, and not its deletion."""
        number = f"{'+' if self.sqlite else ''}{row}.revision_id"  # SQLite would go by the index of revisions
        return (
            f"{number} <= {self.revision} AND {row}.history_type <> '-'"
            f" AND NOT EXISTS (SELECT 1 FROM {past} n WHERE n.id = {row}.id"
            f" AND n.revision_id <= {self.revision} AND n.history_id > {row}.history_id)"
        )

    def _edited(self, table: Any) -> Iterator[tuple[str, str]]:
        """What names an edited row by which column: versions, and a model's aliases."""
        yield "x.id", f"{self._real(table.history.model)} x WHERE x.{self._later}"
        if table is TextModel:  # its search text has its aliases, of before and after
            aliases = self._real(ModelAlias.history.model)
            yield "x.model_id", f"{aliases} x JOIN {aliases} y ON y.id = x.id WHERE y.{self._later}"


def columns_of(table: Any) -> list[str]:
    """The columns of a table, in their order."""
    return [field.column for field in table._meta.concrete_fields]
