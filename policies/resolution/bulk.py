"""What makes work on every row of the largest tables fast, and is no use for less."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import UniqueConstraint

from policies.models import Move, Policy, Route

MANY = 50_000
"""Moves of a first revision from which on building indexes at the end is faster."""

_SETTINGS = (
    "SET LOCAL jit = off",  # compiling takes a second, running what was compiled as long as before
    "SET LOCAL work_mem = '64MB'",
    "SET LOCAL maintenance_work_mem = '256MB'",
)


def prepare_for_everything() -> None:
    """Until the end of the transaction, ask PostgreSQL to work on all rows and not on a few."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for setting in _SETTINGS:
                cursor.execute(setting)


@contextmanager
def indexes_last() -> Iterator[None]:
    """Without the indexes that moves write in the block; they are built at its end, in the same transaction.

    To build one takes a fraction of the time of a million entries. On PostgreSQL whoever reads routes or
    moves waits for the end of the transaction.
    """
    parts = [(table, part) for table in (Move, Route) for part in _written(table)]
    editor = connection.schema_editor()
    _check_what_is_pending()
    count_anew(Policy)
    with connection.cursor() as cursor:
        for _table, part in parts:
            cursor.execute(f"DROP INDEX {part.name}")
        yield
        _check_what_is_pending()
        for table, part in parts:
            cursor.execute(str(part.create_sql(table, editor)))


def count_anew(table: Any) -> None:
    """Tell PostgreSQL that a table is no longer empty: it would join each of a million rows by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {table._meta.db_table}")


def _written(table: Any) -> list[Any]:
    """The indexes in which moves write, but for those of constraints on all rows: they are part of the table.

    PostgreSQL writes every index of a row that changes, SQLite those of the columns that change.
    """
    unique = (one for one in table._meta.constraints if isinstance(one, UniqueConstraint))
    parts = [*table._meta.indexes, *(one for one in unique if one.condition is not None)]
    if connection.vendor == "sqlite" and table is Route:
        return [part for part in parts if "policy" in part.fields]
    return parts


def _check_what_is_pending() -> None:
    """Check keys now that a commit would have checked: until then PostgreSQL lets no index go or come."""
    if connection.vendor == "postgresql":
        connection.check_constraints()
