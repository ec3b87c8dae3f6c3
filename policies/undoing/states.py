"""What history kept of records: their states after some revision.

A state is column → value, or None where the record was not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Max

from policies.models import Provider

State = dict[str, Any] | None

NO_CONTENT = {"id", "version"}
NO_EDIT = NO_CONTENT | {"created_at"}


@cache  # asked for each of many rows, and the history of a table is looked up slowly
def kept_columns(table: Any) -> list[str]:
    """The columns that make up a record's state: what history keeps, but for id and version."""
    kept = {column.attname for column in table.history.model._meta.concrete_fields} - NO_CONTENT
    return [column.attname for column in table._meta.concrete_fields if column.attname in kept]


def state_of(table: Any, row: Any) -> dict[str, Any]:
    """The state of a record, or of one of its versions."""
    return {column: getattr(row, column) for column in kept_columns(table)}


def states(table: Any, ids: Any, **when: Any) -> dict[int, State]:
    """Id → state after the newest of the versions that ``when`` selects; ids without one are left out."""
    history = table.history.model.objects
    last = (
        history.filter(id__in=ids, **when).order_by().values("id").annotate(last=Max("history_id"))
    )
    return {
        row.id: None if row.history_type == "-" else state_of(table, row)
        for row in history.filter(history_id__in=last.values("last")).order_by("id")
    }


def different(table: Any, one: State, other: State) -> list[str]:
    """The columns that differ between two states; all of them where only one is of a record."""
    columns = [column for column in kept_columns(table) if column not in NO_EDIT]
    if one is None or other is None:
        return [] if one is other else columns
    return [column for column in columns if one[column] != other[column]]


def newest(table: Any, ids: Iterable[int], column: str) -> dict[int, int]:
    """Id → the highest ``version`` or ``revision_id`` among the record's versions."""
    ids = list(ids)
    rows = table.history.filter(id__in=ids).order_by().values_list("id")
    return dict(rows.annotate(last=Max(column))) if ids else {}


def as_last_known(table: Any, ids: Iterable[int]) -> dict[int, Any]:
    """Id → the record as its newest version has it, whether or not it is still there."""
    ids = list(ids)
    if not ids:
        return {}
    history = table.history.model.objects
    last = history.filter(id__in=ids).order_by().values("id").annotate(last=Max("history_id"))
    rows = history.filter(history_id__in=last.values("last")).order_by("id")
    return {row.id: table(id=row.id, **state_of(table, row)) for row in rows}


def called(record: Any) -> str:
    """A record's name, also that of a route whose provider is gone."""
    try:
        return str(record)
    except ObjectDoesNotExist:
        record.provider = as_last_known(Provider, [record.provider_id])[record.provider_id]
        return str(record)
