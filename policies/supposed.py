"""Tables as they would be after edits that are kept aside: the real rows, but for those edited."""

# ruff: noqa: S608  (the texts are made of own table and column names; values travel as parameters)
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Model

from policies.shadows import Body, Shadowing, real_table

FIRST_SUPPOSED_ID = 1 << 40
"""Ids of supposed records: above every stored one, and so small that a million of them can be summed."""

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|WITH|TRUNCATE)\b", re.IGNORECASE)


class WroteInRehearsal(RuntimeError):
    """Something was written where only its consequences were asked for."""


@dataclass
class TableEdits:
    """The edits of one table: id → column → value, as the database takes it."""

    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    added: dict[int, dict[str, Any]] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)


class SupposedTables(Shadowing):
    """Collects edits, and lets SELECTs read the tables with them."""

    refusal = WroteInRehearsal

    def __init__(self, vendor: str) -> None:
        self.sqlite = vendor == "sqlite"
        self._edits: dict[type[Model], TableEdits] = {}
        self._last_id = FIRST_SUPPOSED_ID - 1

    @property
    def names(self) -> set[str]:
        """The tables that have edits."""
        return {table._meta.db_table for table in self._edits}

    def new_id(self) -> int:
        """An id that no stored record has."""
        self._last_id += 1
        return self._last_id

    def touched(self, table: type[Model]) -> list[int]:
        """Ids of the added and changed rows."""
        edits = self._edits.get(table, TableEdits())
        return [*edits.changed, *edits.added]

    def add(self, table: type[Model], records: Iterable[Any]) -> None:
        """Suppose that these rows were inserted."""
        edits = self._edits.setdefault(table, TableEdits())
        columns = [column.attname for column in table._meta.concrete_fields]
        for record in records:
            edits.added[record.pk] = _prepared(record, columns)

    def change(self, table: type[Model], records: Iterable[Any], columns: Sequence[str]) -> None:
        """Suppose that these columns of the rows were updated."""
        edits = self._edits.setdefault(table, TableEdits())
        for record in records:
            known = edits.added if record.pk in edits.added else edits.changed
            known.setdefault(record.pk, {}).update(_prepared(record, columns))

    def delete(self, table: type[Model], ids: Iterable[int]) -> None:
        """Suppose that these rows were deleted."""
        edits = self._edits.setdefault(table, TableEdits())
        for pk in ids:
            edits.changed.pop(pk, None)
            if edits.added.pop(pk, None) is None:
                edits.deleted.add(pk)

    def bodies(self, sql: str, wanted: set[str]) -> Iterable[Body]:
        """Each wanted table with its edits."""
        for table, edits in self._edits.items():
            if table._meta.db_table in wanted:
                yield table._meta.db_table, *self._body(table, edits)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Run one statement; raises ``WroteInRehearsal`` for one that writes, to whatever table."""
        if WRITES.match(sql):
            raise WroteInRehearsal(f"A rehearsal writes nothing: {sql[:60]}…")
        return super().__call__(execute, sql, params, many, context)

    def _body(self, table: type[Model], edits: TableEdits) -> tuple[str, list[Any]]:
        values: list[Any] = []
        columns = [
            self._column(str(column.column), column.attname, edits.changed, values)
            for column in table._meta.concrete_fields
        ]
        body = f"SELECT {', '.join(columns)} FROM {real_table(table, sqlite=self.sqlite)} t"
        if edits.deleted:
            body += f" WHERE t.id NOT IN ({_listed(edits.deleted)})"
        if edits.added:
            body += f" UNION ALL VALUES {self._added(table, edits.added, values)}"
        return body, values

    def _column(
        self, column: str, name: str, changed: dict[int, dict[str, Any]], values: list[Any]
    ) -> str:
        """One column: as it is stored, but for the rows in which it was edited."""
        ids: dict[str, list[int]] = {}
        typed: dict[str, Any] = {}
        for pk, row in changed.items():
            if name in row:
                key = repr(row[name])
                ids.setdefault(key, []).append(pk)
                typed[key] = row[name]
        if not ids:
            return f't."{column}"'
        values += [typed[key] for key in ids]
        cases = " ".join(f"WHEN t.id IN ({_listed(few)}) THEN %s" for few in ids.values())
        return f'CASE {cases} ELSE t."{column}" END AS "{column}"'

    def _added(
        self, table: type[Model], added: dict[int, dict[str, Any]], values: list[Any]
    ) -> str:
        """Rows of parameters; PostgreSQL is told the types, which it cannot see in NULL or in a text."""
        holders = ", ".join(
            "%s" if self.sqlite else f"CAST(%s AS {column.db_type(connection)})"
            for column in table._meta.concrete_fields
        )
        for row in added.values():
            values += [row[column.attname] for column in table._meta.concrete_fields]
        return ", ".join([f"({holders})"] * len(added))


def _prepared(record: Any, columns: Sequence[str]) -> dict[str, Any]:
    """Values as the database takes them."""
    by_name = {column.attname: column for column in record._meta.concrete_fields}
    return {
        name: by_name[name].get_db_prep_save(getattr(record, name), connection) for name in columns
    }


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(str(int(pk)) for pk in ids)
