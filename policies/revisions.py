"""The one door: every change of a curated record happens inside ``with revision(...)``.

It opens the transaction, takes the single writer lock, numbers the change, lets django-simple-history
write the versions, resolves what was touched, and commits all of it or nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, router, transaction
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.utils import timezone

from policies import resolution, spellings
from policies.bases import Via
from policies.models import (
    CURATED,
    ModelAlias,
    Move,
    Policy,
    PolicyChange,
    Revision,
    Route,
    TallyStep,
    TextModel,
    WriterLock,
)
from policies.models.history import Curated, open_revision, write_versions
from policies.querysets import fold
from policies.rules import RULES_VERSION
from policies.webhooks.outbox import enqueue

BATCH = 2000
"""Rows per INSERT: the memory that a bulk write holds, not its meaning."""


HISTORY_TABLES = {table._meta.label for table in (Move, Policy, PolicyChange, Revision, TallyStep)}
"""What keeps a record from deletion because of the past, not because it is used today."""


class RevisionError(Exception):
    """A change was refused; nothing was written."""


class ReasonRequired(RevisionError):
    """The change alters answers and no reason was given; ``plan`` says which."""

    def __init__(self, plan: resolution.Plan) -> None:
        super().__init__("This change alters published answers: a reason is required.")
        self.plan = plan


class StaleVersion(RevisionError):
    """Somebody saved the record since it was read: ``mine`` was not written, ``theirs`` stands."""

    def __init__(self, mine: Curated, theirs: Curated) -> None:
        super().__init__(
            f"{theirs._meta.verbose_name} {theirs} was changed meanwhile: you edited version "
            f"{mine.version}, version {theirs.version} is stored."
        )
        self.mine, self.theirs = mine, theirs


class DocumentInUse(RevisionError):
    """The record cannot be deleted; the message says what still uses it and how many."""


class OpenRevision:
    """The revision that is being written. All writes of curated records go through its methods."""

    def __init__(
        self, *, number: int, actor: str, user: Any, reason: str, via: Via, at: datetime
    ) -> None:
        self.number, self.actor, self.user = number, actor, user
        self.reason, self.via, self.at = reason, via, at
        self.written: set[tuple[type, str]] = set()
        self.in_sets = False
        self.scope: resolution.Scope | None = None
        self.reason_required = False
        self.plan = resolution.Plan()
        self.committed = False

    def save(self, record: Curated) -> bool:
        """Insert or update one record; returns False, writing nothing, where nothing differs.

        Raises ``StaleVersion`` when the stored version is not the one that ``record`` was read as.
        """
        normalize(record)
        if record._state.adding:
            _point_at_nothing([record])
            record.save(force_insert=True)
            return True
        changed = changed_columns(record)
        if not changed:
            return False
        record.version += 1
        record.save(update_fields=[*changed, "version"])
        return True

    def delete(self, record: Curated) -> None:
        """Delete one record that nothing uses; raises ``DocumentInUse`` otherwise."""
        try:
            record.delete()
        except ProtectedError as error:
            raise DocumentInUse(in_use_message(record, error.protected_objects)) from error

    def bulk_delete(self, records: Sequence[Any]) -> None:
        """Delete many records of one table, in sets; raises ``DocumentInUse`` where one is in use."""
        if not records:
            return
        goes = everything_that_goes(records)
        for table, rows in goes.data.items():
            if table in CURATED:
                write_versions(table, sorted(row.pk for row in rows), "-")
        self.in_sets = True
        try:
            goes.delete()
        finally:
            self.in_sets = False

    def bulk_create(self, records: Sequence[Any]) -> None:
        """Insert many records of one table, with their history, in sets."""
        if not records:
            return
        for record in records:
            normalize(record)
        _point_at_nothing(records)
        table = type(records[0])
        table._default_manager.bulk_create(records, batch_size=BATCH)
        write_versions(table, [record.pk for record in records], "+")

    def bulk_update(self, records: Sequence[Any], fields: Iterable[str]) -> None:
        """Update the named columns of many records of one table, in sets, with their history.

        The caller holds the lock and has read the records inside this revision, so versions
        cannot conflict; records that do not differ must be left out.
        """
        if not records:
            return
        for record in records:
            normalize(record)
            record.version += 1
        table = type(records[0])
        table._default_manager.bulk_create(
            records,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*fields, "version"],
        )
        write_versions(table, [record.pk for record in records], "~")


@contextmanager
def revision(
    *,
    actor: str | AbstractBaseUser,
    reason: str,
    via: Via | str,
    at: datetime | None = None,
    reason_required: bool = False,
    check: Callable[[resolution.Plan], None] | None = None,
) -> Iterator[OpenRevision]:
    """Open one change of the records; on a clean exit resolve what it touched and commit.

    ``actor`` is a user or a name; ``at`` the time that history shows (now). A block inside another
    joins it. A block that changes nothing leaves no revision behind. With ``reason_required``,
    ``ReasonRequired`` is raised, and all undone, where answers change without a reason. ``check`` is
    given the plan before it is applied; what it raises undoes all as well.
    """
    outer = open_revision.get()
    if outer is not None:
        yield outer  # type: ignore[misc]
        return
    with transaction.atomic():
        opened = _open(actor=actor, reason=reason, via=Via(via), at=at)
        opened.reason_required = reason_required
        token = open_revision.set(opened)
        try:
            yield opened
            _close(opened, check)
        finally:
            open_revision.reset(token)


def resolve_everything(*, actor: str, reason: str) -> OpenRevision:
    """Recompute every answer and count, as one revision where something differed."""
    with revision(actor=actor, reason=reason, via=Via.COMMAND) as opened:
        opened.scope = resolution.Scope.everything()
        resolution.turn_back_the_lost()
        resolution.rewrite_steps()
        resolution.rewrite_tallies()
    return opened


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one committed state throughout, however many queries: no lock, no write.

    On SQLite a deferred transaction (an immediate one would lock writers out); on PostgreSQL
    REPEATABLE READ READ ONLY. Inside another transaction it is that transaction.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with _deferred_sqlite_transaction():
            yield
    else:
        with transaction.atomic():
            here: Any = connection
            here.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


def changed_columns(record: Curated) -> list[str]:
    """The columns in which a record differs from what is stored; raises ``StaleVersion``."""
    stored = type(record)._default_manager.get(pk=record.pk)
    if stored.version != record.version:
        raise StaleVersion(record, stored)
    return [name for name in _own_columns(record) if getattr(stored, name) != getattr(record, name)]


def everything_that_goes(records: Sequence[Any]) -> Collector:
    """Records of one table with what is deleted along with them; raises ``DocumentInUse`` for one in use."""
    collector = Collector(using=router.db_for_write(type(records[0])), origin=records[0])
    try:
        collector.collect(records)
    except ProtectedError as error:
        message = in_use_message(records[0], error.protected_objects)
        if len(records) > 1:
            many = records[0]._meta.verbose_name_plural
            message = f"These {len(records)} {many} cannot be deleted: something uses one of them."
        raise DocumentInUse(message) from error
    return collector


def in_use_message(record: Curated, protected: Iterable[Any]) -> str:
    """By what, and by how many, a record is used that cannot be deleted."""
    counts = Counter(user._meta.label for user in protected)
    uses = {label: n for label, n in counts.items() if label not in HISTORY_TABLES}
    what = f"The {record._meta.verbose_name} “{record}” cannot be deleted: "
    if not uses:
        return f"{what}it decided answers in the past, and their history must stay complete."
    parts = [f"{count} {_names(label, count)}" for label, count in sorted(uses.items())]
    return f"{what}it is used by {', '.join(parts)}."


def _names(label: str, count: int) -> str:
    meta = apps.get_model(label)._meta
    return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)


@contextmanager
def _deferred_sqlite_transaction() -> Iterator[None]:
    """One that the ORM knows of, so that ``atomic()`` inside is a savepoint and no lock is taken."""
    connection.ensure_connection()  # before its first query it does not know its mode yet
    sqlite: Any = connection
    mode, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
    try:
        with transaction.atomic():
            yield
    finally:
        sqlite.transaction_mode = mode


def _open(*, actor: Any, reason: str, via: Via, at: datetime | None) -> OpenRevision:
    _take_the_lock()
    newest = Revision.objects.current()
    user = actor if isinstance(actor, AbstractBaseUser) else None
    name = user.get_username() if user is not None else str(actor)
    when = at or timezone.now()
    return OpenRevision(
        number=newest.number + 1 if newest else 1,
        actor=name,
        user=user,
        reason=reason.strip(),
        via=via,
        at=max(when, newest.at) if newest else when,
    )


def _take_the_lock() -> None:
    """One writer at a time: the row on PostgreSQL, the immediate transaction on SQLite."""
    locked = WriterLock.objects.select_for_update().filter(pk=1)
    if locked.first() is None:
        WriterLock.objects.bulk_create([WriterLock(pk=1)], ignore_conflicts=True)
        locked.get()


def _close(opened: OpenRevision, check: Callable[[resolution.Plan], None] | None) -> None:
    spellings.sync(opened)
    scope = opened.scope or resolution.Scope.of_revision(opened.number, opened.written)
    gone = resolution.vanished_groups(opened.number, opened.written)
    opened.plan = resolution.plan(scope, gone=gone)
    if not opened.plan and not _wrote_history(opened):
        return
    if opened.reason_required and opened.plan.changes_answers and not opened.reason:
        raise ReasonRequired(opened.plan)
    if check is not None:
        check(opened.plan)
    written = Revision.objects.create(
        number=opened.number,
        at=opened.at,
        actor=opened.actor,
        user=opened.user,
        reason=opened.reason,
        via=opened.via,
        rules_version=RULES_VERSION,
    )
    resolution.apply(opened.plan, scope, opened.number)
    enqueue(written, answers_changed=opened.plan.changes_answers)
    opened.committed = True


def _wrote_history(opened: OpenRevision) -> bool:
    """Asked of the tables: what was written may have been undone by a savepoint since."""
    tables: set[Any] = {table for table, _ in opened.written}
    return any(table.history.filter(revision_id=opened.number).exists() for table in tables)


def normalize(record: Curated) -> None:
    """What follows from a record's own fields, before it is saved."""
    if isinstance(record, ModelAlias):
        record.name = record.name.strip()
        record.key = fold(record.name)


def _point_at_nothing(records: Sequence[Any]) -> None:
    """New models and routes point at the (none, none) pair until they are resolved."""
    if not isinstance(records[0], (TextModel, Route)):
        return
    ground = resolution.nothing_recorded()
    for record in records:
        record.policy = ground


def _own_columns(record: Curated) -> list[str]:
    """Columns that an edit may change: not the key, the version, or what is computed."""
    left_alone = {"id", "version", "created_at", "policy_id", "search_text"}
    columns = (field.attname for field in record._meta.concrete_fields)
    return [name for name in columns if name not in left_alone]
