"""What one revision wrote: the versions of records, field by field where they are few."""

from __future__ import annotations

import json
from collections.abc import Iterable
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from django.db.models import (
    CharField,
    Exists,
    F,
    JSONField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, JSONObject

from policies.models import CURATED, Provider, Revision, Route, TextModel
from policies.querysets import number_of
from policies.undoing.states import as_last_known
from policies.views import past

SHOWN = 10
"""Of a table with more versions than this in one revision, only the number is told."""

KINDS = {"+": "added", "~": "changed", "-": "deleted"}
Names = dict[Any, str]


def with_counts(revisions: QuerySet) -> QuerySet:
    """Annotate how many versions of each curated table a revision wrote, in the same query."""
    return revisions.annotate(
        **{
            _count_name(table): number_of(table.history.model.objects, "revision")
            for table in CURATED
        }
    )


def records(revision: Revision, *, staff: bool) -> list[dict[str, Any]]:
    """Each table that ``revision`` wrote, with its versions where they are few: two queries."""
    counts = {table: getattr(revision, _count_name(table)) for table in CURATED}
    rows = _rows(revision, [table for table, count in counts.items() if 0 < count <= SHOWN])
    names = _names(rows)
    return [
        {
            "name": _name(table, count),
            "count": count,
            "versions": _versions(table, revision, rows.get(table, []), names, staff),
        }
        for table, count in counts.items()
        if count
    ]


def _count_name(table: type[Model]) -> str:
    return f"wrote_{table._meta.model_name}"


def _name(table: type[Model], count: int) -> str:
    meta = table._meta
    return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)


def _rows(revision: Revision, tables: Iterable[Any]) -> dict[Any, list[Any]]:
    """Of each table the versions that a revision wrote and the ones that they replaced.

    The tables have different columns, so each version's fields travel as one JSON object.
    """
    versions = [_as_json(table, _with_predecessors(table, revision)) for table in tables]
    if not versions:
        return {}
    found: dict[Any, list[Any]] = {}
    by_label = {table._meta.label: table for table in CURATED}
    rows = versions[0].union(*versions[1:], all=True).order_by()
    for label, history_id, written_by, kind, live, fields in rows:
        table = by_label[label]
        row = SimpleNamespace(**{f.attname: _value(f, fields[f.attname]) for f in _kept(table)})
        row.history_id, row.revision_id, row.history_type = history_id, written_by, kind
        row.live_key, row.revision = live, None
        found.setdefault(table, []).append(row)
    return {table: sorted(rows, key=attrgetter("history_id")) for table, rows in found.items()}


def _with_predecessors(table: Any, revision: Revision) -> QuerySet:
    history = table.history.model.objects
    written = history.filter(revision=revision.number)
    replaced = written.filter(id=OuterRef("id"), version=OuterRef("next_version"))
    return history.annotate(next_version=F("version") + 1).filter(
        Q(revision=revision.number) | Exists(replaced)
    )


def _as_json(table: Any, history: QuerySet) -> QuerySet:
    live = table.objects.filter(pk=OuterRef("id")).order_by()
    text = CharField()
    return (
        history.order_by()
        .annotate(
            of_table=Value(table._meta.label, output_field=text),
            live_key=Cast(Subquery(live.values(_key(table))[:1]), text),
            as_json=JSONObject(**{field.attname: field.attname for field in _kept(table)}),
        )
        .values_list("of_table", "history_id", "revision_id", "history_type", "live_key", "as_json")
    )


def _kept(table: Any) -> list[Any]:
    """The fields that history keeps of a table and that a page may need."""
    versions = {field.attname for field in table.history.model._meta.concrete_fields}
    return [
        field
        for field in table._meta.concrete_fields
        if field.attname in versions and field.name != "created_at"
    ]


def _value(field: Any, value: Any) -> Any:
    """A field's value from its JSON: the engines write JSON columns and truth in different ways."""
    if isinstance(field, JSONField):
        return json.loads(value) if isinstance(value, str) else value
    return value if field.is_relation or value is None else field.to_python(value)


def _names(rows: dict[Any, list[Any]]) -> Names:
    """``(table, id)`` → name of every record that a version points at: one query, and one more for
    each table of which something is gone since.
    """
    wanted: dict[Any, set[int]] = {}
    for table, versions in rows.items():
        for field in _kept(table):
            if field.is_relation and field.name not in past.NOT_A_FACT:
                keys = {getattr(row, field.attname) for row in versions} - {None}
                wanted.setdefault(field.related_model, set()).update(keys)
    asked = [
        table.objects.filter(pk__in=keys)
        .order_by()
        .values_list(
            Value(table._meta.label, output_field=CharField()),
            "pk",
            "canonical_id" if table is TextModel else "name",
        )
        for table, keys in wanted.items()
        if keys
    ]
    if not asked:
        return {}
    by_label = {table._meta.label: table for table in wanted}
    told = asked[0].union(*asked[1:], all=True).order_by()
    names = {(by_label[label], key): name for label, key, name in told}
    for table, keys in wanted.items():
        gone = {key for key in keys if (table, key) not in names}
        names |= {(table, key): str(item) for key, item in as_last_known(table, gone).items()}
    return names


def _versions(
    table: Any, revision: Revision, rows: list[Any], names: Names, staff: bool
) -> list[dict[str, Any]]:
    previous = {(row.id, row.version): row for row in rows if row.revision_id != revision.number}
    return [
        _version(table, row, previous.get((row.id, row.version - 1)), names, staff)
        for row in rows
        if row.revision_id == revision.number
    ]


def _version(table: Any, row: Any, previous: Any, names: Names, staff: bool) -> dict[str, Any]:
    compared = previous is not None and row.history_type == "~"
    return {
        "name": _title(table, row, names),
        "href": _live_address(table, row),
        "kind": KINDS[row.history_type],
        "changes": past.differences_between(table, previous, row, names, staff=staff)
        if compared
        else [],
    }


def _title(table: Any, row: Any, names: Names) -> str:
    if table is Route:  # its name needs the provider's: one of ``names``, not a query a row
        return f"{row.provider_model_id} at {names.get((Provider, row.provider_id), 'nobody')}"
    return str(as_record(table, row))


def as_record(table: Any, row: Any) -> Any:
    """The record as this version had it. simple-history's own ``instance`` asks a query for each."""
    return table(**{field.attname: getattr(row, field.attname) for field in _kept(table)})


def _live_address(table: Any, row: Any) -> str:
    """The page of a version's record as it is named today; empty where there is none."""
    if row.live_key is None or not hasattr(table, "get_absolute_url"):
        return ""
    record = as_record(table, row)
    setattr(record, _key(table), row.live_key)
    return str(record.get_absolute_url())


def _key(table: Any) -> str:
    columns = {field.name for field in table._meta.concrete_fields}
    return next((name for name in ("slug", "canonical_id") if name in columns), "id")
