"""What an import would do to one table: records to add, to change, and to leave as people left them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from policies.catalog.people import People

Key = Any
"""A record's natural key: a slug, an id, or a pair of them."""


@dataclass
class TablePlan:
    """Changes of one table, by natural key.

    ``records`` holds every record that there will be, stored or new. ``kept`` are the columns in
    which a person's value stands against the file's; ``deleted`` what a person deleted and the
    import therefore does not bring back.
    """

    table: type[Model]
    records: dict[Key, Any] = field(default_factory=dict)
    added: list[Key] = field(default_factory=list)
    changed: dict[Key, list[str]] = field(default_factory=dict)
    kept: dict[Key, list[str]] = field(default_factory=dict)
    deleted: list[Key] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed)

    @property
    def new_records(self) -> list[Any]:
        """The records to insert."""
        return [self.records[key] for key in self.added]

    @property
    def changed_records(self) -> list[Any]:
        """The records to update; they carry their new values already."""
        return [self.records[key] for key in self.changed]

    @property
    def changed_columns(self) -> list[str]:
        """All columns that any record changes in."""
        return sorted({name for names in self.changed.values() for name in names})


def plan_table(
    table: type[Model],
    wanted: Mapping[Key, Mapping[str, Any]],
    stored: Mapping[Key, Any],
    *,
    deleted: set[Any],
    overwrite: bool = False,
) -> TablePlan:
    """Compare the values that a file wants with the stored records; reads people's history once.

    Values may be records that are not saved yet. Without ``overwrite``, what people decided stays.
    """
    planned = TablePlan(table, records=dict(stored))
    people = None if overwrite or not stored else People(table)
    for key, values in wanted.items():
        record = stored.get(key)
        if record is not None:
            _plan_change(planned, key, record, values, people)
        elif key in deleted and not overwrite:
            planned.deleted.append(key)
        else:
            planned.records[key] = table(**values)
            planned.added.append(key)
    return planned


def _plan_change(
    planned: TablePlan, key: Hashable, record: Any, values: Mapping[str, Any], people: People | None
) -> None:
    for name, value in values.items():
        column = record._meta.get_field(name).attname
        if _same(getattr(record, column), value):
            continue
        if people is not None and people.hold(record.pk, column):
            planned.kept.setdefault(key, []).append(name)
        else:
            setattr(record, name, value)
            planned.changed.setdefault(key, []).append(name)


def _same(stored: Any, value: Any) -> bool:
    """Whether a stored column holds the value; a record not saved yet is in no column."""
    if isinstance(value, Model):
        return value.pk is not None and value.pk == stored
    return bool(value == stored)
