"""What a change would do, without doing it: the records as they would be, and the resolver's own plan.

Inside ``rehearsal()`` a change is made through the same methods as in a revision, but nothing is written and
no lock is held: edits are kept aside, and every SELECT reads the records as if they were saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from policies import resolution
from policies.bases import Via
from policies.effects import Effects
from policies.models import (
    Family,
    License,
    Policy,
    Provider,
    ProviderTerms,
    Revision,
    Route,
    TextModel,
)
from policies.models.history import Curated, open_revision
from policies.resolution.scope import Scope
from policies.revisions import (
    OpenRevision,
    changed_columns,
    everything_that_goes,
    normalize,
    snapshot,
)
from policies.rules import NOT_RECORDED, resolve
from policies.supposed import FIRST_SUPPOSED_ID, SupposedTables

SCOPED = (License, ProviderTerms, Family, TextModel, Provider, Route)
"""The tables of a scope, in its order."""

KINDS = {TextModel: "model", Route: "route"}


@dataclass(frozen=True)
class Edit:
    """One record that a change adds (no ``before``), edits, or deletes (no ``after``)."""

    before: Any
    after: Any


class Rehearsal(OpenRevision):
    """Looks like the revision that is being written, and writes nothing."""

    def __init__(self, *, actor: Any = "", reason: str = "") -> None:
        newest = Revision.objects.current_number()
        super().__init__(
            number=newest + 1,
            actor=str(actor),
            user=None,
            reason=reason,
            via=Via.ADMIN,
            at=timezone.now(),
        )
        self.revision = newest
        self.tables = SupposedTables(connection.vendor)
        self.edits: dict[tuple[type, int], Edit] = {}
        self._gone: dict[tuple[str, int], list[int]] = {}

    def save(self, record: Curated) -> bool:
        """Keep an insert or update aside; False where nothing differs. Raises as the real one does."""
        normalize(record)
        if record._state.adding:
            self._add([record])
            return True
        changed = changed_columns(record)
        if changed:
            self._change([record], changed)
        return bool(changed)

    def delete(self, record: Curated) -> None:
        """Keep a deletion aside; raises ``DocumentInUse`` where something would still use the record."""
        self.bulk_delete([record])

    def bulk_delete(self, records: Sequence[Any]) -> None:
        """Keep many deletions aside."""
        if not records:
            return
        goes = everything_that_goes(records)
        self._remember_answers(records)
        for record in records:
            self._keep_edit(record, None)
        for table, rows in goes.data.items():
            self.tables.delete(table, [row.pk for row in rows])

    def bulk_create(self, records: Sequence[Any]) -> None:
        """Keep many inserts aside."""
        for record in records:
            normalize(record)
        if records:
            self._add(records)

    def bulk_update(self, records: Sequence[Any], fields: Iterable[str]) -> None:
        """Keep the named columns of many records aside."""
        for record in records:
            normalize(record)
        if records:
            columns = [type(records[0])._meta.get_field(name).attname for name in fields]
            self._change(records, columns)

    def resolve(self) -> resolution.Plan:
        """The resolver's plan for the state as it would be; kept as ``plan``."""
        scope = self.scope or Scope(*(self.tables.touched(table) for table in SCOPED))
        self.plan = resolution.plan(scope, gone=self._vanished())
        return self.plan

    def effects(self) -> Effects:
        """What the plan does to answers; ask inside the rehearsal."""
        deleted = [edit.before for edit in self.edits.values() if edit.after is None]
        return Effects(self.plan, deleted)

    def _add(self, records: Sequence[Any]) -> None:
        if type(records[0]) in KINDS:
            ground = self._nothing_recorded()
            for record in records:
                record.policy_id = ground
        for record in records:
            if record.pk is None:
                record.pk = self.tables.new_id()
            self._keep_edit(None, record)
        self.tables.add(type(records[0]), records)
        for record in records:  # like a saved one: it may be edited again
            record._state.adding = False

    def _change(self, records: Sequence[Any], columns: Sequence[str]) -> None:
        table = type(records[0])
        stored = table._default_manager.in_bulk([record.pk for record in records])
        for record in records:
            record.version += 1
            self._keep_edit(stored[record.pk], record)
        self.tables.change(table, records, [*columns, "version"])

    def _keep_edit(self, before: Any, after: Any) -> None:
        key = (type(after or before), (after or before).pk)
        earlier = self.edits.get(key)
        if earlier is not None:
            before = earlier.before
        if before is None and after is None:
            del self.edits[key]
        else:
            self.edits[key] = Edit(before, after)

    def _remember_answers(self, records: Sequence[Any]) -> None:
        """Whose answer would vanish, by the policy at which the stored row points."""
        kind = KINDS.get(type(records[0]))
        stored = [record.pk for record in records if record.pk < FIRST_SUPPOSED_ID]
        if kind is not None:
            rows: Any = type(records[0])._default_manager.filter(pk__in=stored).order_by()
            for pk, policy in rows.values_list("pk", "policy_id"):
                self._gone.setdefault((kind, policy), []).append(pk)

    def _vanished(self) -> list[resolution.MoveGroup]:
        return [
            resolution.MoveGroup(kind, policy, None, len(ids), sum(ids))
            for (kind, policy), ids in sorted(self._gone.items())
        ]

    def _nothing_recorded(self) -> int:
        """The (none, none) pair, which the first model or route of an empty catalog brings along."""
        stored = Policy.objects.of_pair(0, 0).values_list("pk", flat=True).first()
        if stored is not None:
            return stored
        ground = Policy(pk=self.tables.new_id(), **resolve(NOT_RECORDED, NOT_RECORDED)._asdict())
        ground.license_key = ground.terms_key = 0
        self.tables.add(Policy, [ground])
        return ground.pk


@contextmanager
def rehearsal(*, actor: Any = "", reason: str = "") -> Iterator[Rehearsal]:
    """Try a change on one state of the records; a ``with revision(...)`` inside joins it.

    Reads inside see the records as they would be. Nothing is written, whoever tries; no lock is held.
    """
    with snapshot():
        supposed = Rehearsal(actor=actor, reason=reason)
        token = open_revision.set(supposed)
        try:
            with connection.execute_wrapper(supposed.tables):
                yield supposed
        finally:
            open_revision.reset(token)
