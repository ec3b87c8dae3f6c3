"""What one revision wrote: the versions of records, field by field where they are few."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery

from policies.models import CURATED, Provider, Revision, Route
from policies.querysets import number_of
from policies.views import past

SHOWN = 10
"""Of a table with more versions than this in one revision, only the number is told."""

KINDS = {"+": "added", "~": "changed", "-": "deleted"}


def with_counts(revisions: QuerySet) -> QuerySet:
    """Annotate how many versions of each curated table a revision wrote, in the same query."""
    return revisions.annotate(
        **{
            _count_name(table): number_of(table.history.model.objects, "revision")
            for table in CURATED
        }
    )


def records(revision: Revision, *, staff: bool) -> list[dict[str, Any]]:
    """Each table that ``revision`` wrote, with its versions: a query for each table with few."""
    found = []
    for table in CURATED:
        count = getattr(revision, _count_name(table))
        if count:
            found.append(
                {
                    "name": _name(table, count),
                    "count": count,
                    "versions": _versions(table, revision, staff) if count <= SHOWN else [],
                }
            )
    return found


def _count_name(table: type[Model]) -> str:
    return f"wrote_{table._meta.model_name}"


def _name(table: type[Model], count: int) -> str:
    meta = table._meta
    return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)


def _versions(table: Any, revision: Revision, staff: bool) -> list[dict[str, Any]]:
    rows = list(_with_predecessors(table, revision))
    names = past.names_of(table, rows)
    previous = {(row.id, row.version): row for row in rows if row.revision_id != revision.number}
    return [
        _version(table, row, previous.get((row.id, row.version - 1)), names, staff)
        for row in rows
        if row.revision_id == revision.number
    ]


def _with_predecessors(table: Any, revision: Revision) -> QuerySet:
    """The versions that a revision wrote, and the ones that they replaced."""
    history = table.history.model.objects
    written = history.filter(revision=revision.number)
    replaced = written.filter(id=OuterRef("id"), version=OuterRef("next_version"))
    both = history.annotate(next_version=F("version") + 1).filter(
        Q(revision=revision.number) | Exists(replaced)
    )
    return with_live_key(both, table).order_by("history_id")


def _version(
    table: Any, row: Any, previous: Any, names: dict[Any, str], staff: bool
) -> dict[str, Any]:
    compared = previous is not None and row.history_type == "~"
    return {
        "name": _title(table, row, names),
        "href": live_address(table, row),
        "kind": KINDS[row.history_type],
        "changes": past.differences_between(table, previous, row, names, staff=staff)
        if compared
        else [],
    }


def _title(table: Any, row: Any, names: dict[Any, str]) -> str:
    if table is Route:  # its name needs the provider's: one of ``names``, not a query a row
        return f"{row.provider_model_id} at {names.get((Provider, row.provider_id), 'nobody')}"
    return str(_as_record(table, row))


def _as_record(table: Any, row: Any) -> Any:
    """The record as this version had it. simple-history's own ``instance`` asks a query for each."""
    kept = {field.attname for field in row._meta.concrete_fields}
    columns = [field.attname for field in table._meta.concrete_fields if field.attname in kept]
    return table(**{name: getattr(row, name) for name in columns})


def with_live_key(history: QuerySet, table: Any) -> QuerySet:
    """Annotate ``live_key``: what names the record today, NULL where it was deleted since."""
    live = table.objects.filter(pk=OuterRef("id")).order_by()
    return history.annotate(live_key=Subquery(live.values(_key(table))[:1]))


def live_address(table: Any, row: Any) -> str:
    """The page of a version's record as it is named today; empty where there is none."""
    if row.live_key is None or not hasattr(table, "get_absolute_url"):
        return ""
    record = _as_record(table, row)
    setattr(record, _key(table), row.live_key)
    return str(record.get_absolute_url())


def _key(table: Any) -> str:
    columns = {field.name for field in table._meta.concrete_fields}
    return next((name for name in ("slug", "canonical_id") if name in columns), "id")
