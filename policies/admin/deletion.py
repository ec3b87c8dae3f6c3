"""Deleting from the admin: what is in use stays, and the page says by what it is used."""

from __future__ import annotations

from typing import Any

from django.db import router
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.http import HttpRequest

from policies.revisions import in_use_message


class DeletionGuard:
    """Mixin for ``ModelAdmin``: refuses with counts, deletes one by one through the revision."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple:
        """What goes, what lacks permission, and one sentence for each record that must stay."""
        records = list(objs)
        refusals = [sentence for record in records if (sentence := _why_not(record))]
        goes: list[Any] = []
        counts: dict[str, int] = {}
        for record in records:
            dependents = [str(row) for row in self.goes_along(record)]
            goes += [str(record), dependents] if dependents else [str(record)]
            _count(counts, self.opts, 1)
            for row in self.goes_along(record):
                _count(counts, row._meta, 1)
        return goes, counts, set(), refusals

    def goes_along(self, record: Any) -> Any:
        """Records of other tables that are part of this one and are deleted with it."""
        return ()

    def delete_model(self, request: Any, obj: Any) -> None:
        """Delete one record as part of the open revision."""
        request.curating.opened.delete(obj)

    def delete_queryset(self, request: Any, queryset: Any) -> None:
        """Delete one by one: a set-wise DELETE writes no history."""
        for record in queryset:
            request.curating.opened.delete(record)


def _why_not(record: Any) -> str:
    collector = Collector(using=router.db_for_write(type(record)), origin=record)
    try:
        collector.collect([record])
    except ProtectedError as error:
        return in_use_message(record, error.protected_objects)
    return ""


def _count(counts: dict[str, int], meta: Any, number: int) -> None:
    name = str(meta.verbose_name_plural)
    counts[name] = counts.get(name, 0) + number
