"""History of the curated records: every version is written by exactly one open revision."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from functools import cache
from typing import Any, Protocol

from django.db import connection, models
from django.utils import timezone
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords


class Editing(Protocol):
    """What history needs to know of the revision that is open."""

    number: int
    reason: str
    user: Any
    at: Any
    written: set[tuple[type, str]]
    """Of which tables versions were written, and of which kind (``+``, ``~`` or ``-``)."""

    in_sets: bool
    """Whether the versions of what is being written are written in a set, and so not one by one."""


VERSIONS_AT_ONCE = 1000
"""Records per statement when many versions are written."""

open_revision: ContextVar[Editing | None] = ContextVar("open_revision", default=None)
"""The revision that this thread is writing; set by ``policies.revisions`` alone."""


class NoOpenRevision(RuntimeError):
    """A curated record was written outside ``with revision(...)``."""


def require_open_revision(what: object) -> Editing:
    """The open revision, or an error that says how to open one."""
    current = open_revision.get()
    if current is None:
        raise NoOpenRevision(
            f"{what!r} can only be changed inside `with revision(actor=…, reason=…, via=…)`."
        )
    return current


def open_revision_number() -> int:
    """The number of the open revision; an error where none is open."""
    return require_open_revision("History").number


class VersionOfRecord(models.Model):
    """Base of every historical table: the revision that wrote the version."""

    revision = models.ForeignKey(
        "policies.Revision", models.PROTECT, default=open_revision_number, related_name="+"
    )

    class Meta:
        abstract = True


class VersionsManager(HistoryManager):
    """What ``record.history`` gives."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        """The same class each time: django-simple-history asks whenever ``history`` is read, and
        building a class costs as much as a query."""
        return super().from_queryset(queryset_class, class_name)


class RevisionHistory(HistoricalRecords):
    """django-simple-history, writing inside a revision or not at all.

    User, reason, time and revision number of each version come from the open revision, so that
    no door can forget them. Computed columns are left out: their history is the policy's.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("bases", [VersionOfRecord])
        kwargs.setdefault("history_manager", VersionsManager)
        kwargs.setdefault("history_change_reason_field", models.TextField(default="", blank=True))
        super().__init__(**kwargs)

    def create_historical_record(self, instance: Any, history_type: str, using: Any = None) -> None:
        """Write one version; refuses to do so outside a revision."""
        current = require_open_revision(instance)
        if current.in_sets:
            return
        current.written.add((type(instance), history_type))
        instance._history_date, instance._change_reason = current.at, current.reason
        try:
            super().create_historical_record(instance, history_type, using=using)
        finally:  # a later revision must not find this one's time on the object
            del instance._history_date, instance._change_reason

    def get_history_user(self, instance: Any) -> Any:
        """The open revision's user."""
        return require_open_revision(instance).user


def write_versions(table: Any, ids: Sequence[int], kind: str) -> None:
    """Write one version of each of the records as they stand in ``table``.

    ``kind`` is ``+``, ``~``, or ``-`` of what is about to go.

    The database copies the rows itself: building a second object of each record in Python would
    cost more than inserting the record did.
    """
    current, past = require_open_revision(table), table.history.model
    current.written.add((table, kind))
    quote = connection.ops.quote_name
    columns = [quote(field.column) for field in past.tracked_fields]
    own = {
        "history_date": connection.ops.adapt_datetimefield_value(current.at),
        "history_change_reason": current.reason,
        "history_type": kind,
        "history_user_id": None if current.user is None else current.user.pk,
        "revision_id": current.number,
    }
    insert = (
        f"INSERT INTO {quote(past._meta.db_table)} ({', '.join([*columns, *map(quote, own)])})"  # noqa: S608
        f" SELECT {', '.join([*columns, *['%s'] * len(own)])} FROM {quote(table._meta.db_table)}"
    )
    with connection.cursor() as cursor:
        for start in range(0, len(ids), VERSIONS_AT_ONCE):
            few = ", ".join(str(int(pk)) for pk in ids[start : start + VERSIONS_AT_ONCE])
            cursor.execute(f"{insert} WHERE id IN ({few}) ORDER BY id", [*own.values()])


class Curated(models.Model):
    """A record that people edit: it has a version number that detects conflicting edits."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


def positive_version(name: str) -> models.CheckConstraint:
    """Versions count from one."""
    return models.CheckConstraint(condition=models.Q(version__gte=1), name=name)
