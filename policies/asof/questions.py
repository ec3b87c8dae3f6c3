"""What is asked about the time since a past revision: which rows were touched, and by what."""

# ruff: noqa: S608  (the texts are made of own table names and one integer)
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies.asof import since as happened
from policies.models import (
    ANSWER_FIELDS,
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

COMPUTED = {"search_text": "'1'", "policy_id": "'0'"}
"""What no version has → whether it is taken to differ where a row was edited."""


class Questions:
    """SELECTs, and parts of them, about what happened after ``revision``, on one engine (``vendor``)."""

    def __init__(self, revision: int, vendor: str) -> None:
        self.revision = int(revision)  # it becomes part of the text
        self.sqlite = vendor == "sqlite"

    def what_was_touched(self) -> str:
        """A SELECT of what ``since.read`` reads; of each table at most a few rows."""
        return " UNION ALL ".join(
            [
                *(self._edits_of(table) for table in CURATED),
                self._changes_of_policies(),
                *(
                    self._mark(
                        table,
                        "many",
                        f"(SELECT count(*) FROM (SELECT 1 FROM {rows}"
                        f" LIMIT {happened.FEW + 1}) f) > {happened.FEW}",
                    )
                    for table in (*CURATED, Policy)
                    for _key, rows in self._edited(table)
                ),
                *(
                    self._mark(
                        table,
                        "moved",
                        f"EXISTS (SELECT 1 FROM {self._real(Move)} x"
                        f" WHERE x.{self._later} AND x.{key} IS NOT NULL)",
                    )
                    for table, key in MOVED_BY.items()
                ),
            ]
        )

    def _mark(self, table: Any, word: str, condition: str) -> str:
        """What is said of a whole table."""
        return f"SELECT '{table._meta.db_table}', 0, 1, 1, '{word}' WHERE {condition}"

    @property
    def _later(self) -> str:
        return f"revision_id > {self.revision}"

    def _edits_of(self, table: Any) -> str:
        past = self._real(table.history.model)
        differs = [
            COMPUTED.get(name) or self._differs(f't."{name}"', f'h."{name}"')
            for name in columns_of(table)
        ]
        return (
            f"SELECT '{table._meta.db_table}' AS what, d.id AS id, {_is_there('t')} AS now,"
            f" {_is_there('h')} AS then_, {' || '.join(differs)} AS differs"
            f" FROM ({self._few_ids(table)}) d LEFT JOIN {self._real(table)} t ON t.id = d.id"
            f" LEFT JOIN {past} h ON h.id = d.id AND {self._newest(past)}"
        )

    def _few_ids(self, table: Any) -> str:
        """The edited rows, of a few edits."""
        return " UNION ".join(
            f"SELECT id FROM (SELECT {key} AS id FROM {rows} LIMIT {happened.FEW}) f{place}"
            for place, (key, rows) in enumerate(self._edited(table))
        )

    def _changes_of_policies(self) -> str:
        changes = self._real(PolicyChange)
        differs = [
            self._differs(f't."{name}"', f"c.before_{name}") if name in ANSWER_FIELDS else "'0'"
            for name in columns_of(Policy)
        ]
        return (
            f"SELECT '{Policy._meta.db_table}', t.id, 1,"
            f" CASE c.before_status WHEN '' THEN 0 ELSE 1 END, {' || '.join(differs)}"
            f" FROM ({self._few_ids(Policy)}) d JOIN {self._real(Policy)} t ON t.id = d.id JOIN {changes} c"
            f" ON c.policy_id = t.id AND c.revision_id = ({self._first_change()})"
        )

    def _differs(self, now: str, then: str) -> str:
        other = "IS NOT" if self.sqlite else "IS DISTINCT FROM"
        return f"CASE WHEN {now} {other} {then} THEN '1' ELSE '0' END"

    def names_beyond_ascii(self) -> str:
        """A SELECT of the models' names that SQL cannot fold, of those that were touched since."""
        touched = " OR ".join(
            f"h.id IN (SELECT {key} FROM {rows})" for key, rows in self._touching(TextModel)
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
        return (
            f"{row}.revision_id <= {self.revision} AND {row}.history_type <> '-'"
            f" AND NOT EXISTS (SELECT 1 FROM {past} n WHERE n.id = {row}.id"
            f" AND n.revision_id <= {self.revision} AND n.history_id > {row}.history_id)"
        )

    def _touching(self, table: Any) -> Iterator[tuple[str, str]]:
        """What names a touched row by which column: edits and moves."""
        yield from self._edited(table)
        if key := MOVED_BY.get(table):
            yield f"x.{key}", f"{self._real(Move)} x WHERE x.{self._later} AND x.{key} IS NOT NULL"

    def _edited(self, table: Any) -> Iterator[tuple[str, str]]:
        """What names an edited row by which column: versions, and a model's aliases; a pair's changes."""
        if table is Policy:
            yield "x.policy_id", f"{self._real(PolicyChange)} x WHERE x.{self._later}"
            return
        yield "x.id", f"{self._real(table.history.model)} x WHERE x.{self._later}"
        if table is TextModel:  # its search text has its aliases, of before and after
            aliases = self._real(ModelAlias.history.model)
            yield "x.model_id", f"{aliases} x JOIN {aliases} y ON y.id = x.id WHERE y.{self._later}"


def columns_of(table: Any) -> list[str]:
    """The columns of a table, in their order."""
    return [field.column for field in table._meta.concrete_fields]


def _is_there(row: str) -> str:
    return f"CASE WHEN {row}.id IS NULL THEN 0 ELSE 1 END"
