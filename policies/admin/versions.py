"""All that a record was: its state after each revision that wrote it, a model's with its spellings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from policies.models import ModelAlias, Revision, TextModel
from policies.undoing.states import state_of
from policies.views.past import Difference, differences_between, names_of

KINDS = {"+": "Added", "~": "Changed", "-": "Deleted"}
AGAIN, SPELLED = "Recorded again", "Spellings changed"
SPELLINGS = "other spellings"


class Version(NamedTuple):
    """A record after one revision, and what that revision did to it; ``spellings`` of a model only."""

    revision: Revision
    kind: str
    row: Any
    spellings: tuple[str, ...] = ()
    differences: Sequence[Difference] = ()

    @property
    def there(self) -> bool:
        """Whether there was such a record then."""
        return self.row.history_type != "-"

    @property
    def name(self) -> str:
        """What a reason calls it: ``version 3 of 2026-11-24 (revision 12)``."""
        return f"version {self.row.version} of {self.revision.at:%Y-%m-%d} (revision {self.revision.number})"

    def record(self) -> Any:
        """The record as it was."""
        table = self.row.instance_type
        return table(id=self.row.id, **state_of(table, self.row))


def versions_of(table: Any, pk: int) -> list[Version]:
    """Every version of one record, newest first, each with what it changed."""
    found = _undescribed(table, pk)
    names = names_of(table, [version.row for version in found])
    told = [
        newer._replace(differences=differences(older, newer, names))
        for older, newer in pairwise(found)
    ]
    return [*reversed(told), *found[:1]]


def compared(older: Version, newer: Version) -> list[Difference]:
    """What differs between any two versions of one record, in time's order."""
    names = names_of(older.row.instance_type, [older.row, newer.row])
    return differences(older, newer, names)


def differences(older: Version, newer: Version, names: dict[Any, str]) -> list[Difference]:
    """Field by field; ``names`` are those of the records that the two name."""
    table = newer.row.instance_type
    found = differences_between(table, older.row, newer.row, names, staff=True)
    was, now = set(older.spellings), set(newer.spellings)
    if newer.there and was != now:  # of many, only those that went and those that came
        sides = [", ".join(sorted(side)) for side in (was - now, now - was)]
        told = Difference(newer.row.version, newer.revision, SPELLINGS, sides[0], sides[1], True)
        found.append(told)
    return found


def _undescribed(table: Any, pk: int) -> list[Version]:
    """The versions in time's order; of several that one revision wrote, the last."""
    history = table.history.filter(id=pk).select_related("revision").order_by("history_id")
    rows = {row.revision_id: row for row in history}
    spelled = _spelled(pk) if table is TextModel else {}
    found: list[Version] = []
    row, names = None, frozenset[str]()
    for number in sorted(rows.keys() | spelled.keys()):
        row = rows.get(number, row)
        revision, names = spelled.get(number, (None, names))
        if row is None:
            continue
        kind = KINDS[row.history_type] if number in rows else SPELLED
        if kind == KINDS["+"] and found:
            kind = AGAIN
        own = () if table is not TextModel else tuple(sorted(names - {row.canonical_id}))
        found.append(Version(revision or row.revision, kind, row, own))
    return found


def _spelled(pk: int) -> dict[int, tuple[Revision, frozenset[str]]]:
    """Number → the revision, and the spellings that a model had after it."""
    ever = ModelAlias.history.filter(model_id=pk).order_by().values("id")
    rows = ModelAlias.history.filter(id__in=ever).select_related("revision").order_by("history_id")
    names: dict[int, str] = {}
    found = {}
    for row in rows:
        names.pop(row.id, None)
        if row.history_type != "-" and row.model_id == pk:
            names[row.id] = row.name
        found[row.revision_id] = row.revision, frozenset(names.values())
    return found
