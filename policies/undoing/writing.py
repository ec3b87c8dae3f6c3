"""What has to be written so that records are as they were, and the order in which it can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from policies.models import CURATED, ModelAlias, Route
from policies.revisions import OpenRevision
from policies.undoing.states import State, different, newest, state_of

LEAVES: tuple[Any, ...] = (ModelAlias, Route)
"""Tables that no other record names: their rows can go before anything else is written."""


@dataclass
class SettingBack:
    """What leads from the stored records to wanted states, table by table.

    What is brought back has its old id, so that its history goes on and what named it names it again.
    Read inside the revision or the rehearsal that is to write it.
    """

    restored: dict[Any, list[Any]] = field(default_factory=dict)
    changed: dict[Any, list[Any]] = field(default_factory=dict)
    deleted: dict[Any, list[Any]] = field(default_factory=dict)
    columns: dict[Any, set[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((*self.restored.values(), *self.changed.values(), *self.deleted.values()))

    @property
    def needs(self) -> set[tuple[str, Any]]:
        """What somebody must be allowed to do: (add, change or delete; table)."""
        kinds = (("add", self.restored), ("change", self.changed), ("delete", self.deleted))
        return {(action, table) for action, some in kinds for table, rows in some.items() if rows}

    @property
    def ahead(self) -> str:
        """What would be done, in words: ``"change 3 records and delete 1 record"``."""
        kinds = (
            ("change", self.changed),
            ("record again", self.restored),
            ("delete", self.deleted),
        )
        counts = [(verb, sum(map(len, some.values()))) for verb, some in kinds]
        parts = [f"{verb} {n:,} record{'' if n == 1 else 's'}" for verb, n in counts if n]
        return " and ".join([", ".join(parts[:-1])] * bool(parts[:-1]) + parts[-1:])

    def kept(self, table: Any) -> list[Any]:
        """The rows of a table that are written, as they will be; not those that go."""
        return [*self.restored.get(table, ()), *self.changed.get(table, ())]

    def compare(self, table: Any, wanted: dict[int, State], stored: dict[int, Any]) -> None:
        """Add what leads from the ``stored`` records of a table to the wanted states, both by id."""
        gone = [pk for pk, state in wanted.items() if state is not None and pk not in stored]
        versions = newest(table, gone, "version")
        for pk, state in wanted.items():
            record = stored.get(pk)
            if state is None:
                self.deleted.setdefault(table, []).extend([record] if record else [])
            elif record is None:
                again = table(id=pk, version=versions[pk] + 1, **state)
                self.restored.setdefault(table, []).append(again)
            else:
                self._set(table, record, state)

    def write(self, opened: OpenRevision) -> None:
        """Do it: what nothing names goes first, then documents before what names them, the rest goes last."""
        for table in LEAVES:
            opened.bulk_delete(self.deleted.get(table, []))
        for table in CURATED:
            opened.bulk_create(self.restored.get(table, []))
            opened.bulk_update(self.changed.get(table, []), sorted(self.columns.get(table, ())))
        for table in reversed(CURATED):
            if table not in LEAVES:
                opened.bulk_delete(self.deleted.get(table, []))

    def _set(self, table: Any, record: Any, state: dict[str, Any]) -> None:
        columns = different(table, state_of(table, record), state)
        for column in columns:
            setattr(record, column, state[column])
        if columns:
            self.changed.setdefault(table, []).append(record)
            self.columns.setdefault(table, set()).update(columns)
