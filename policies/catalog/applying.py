"""Write planned tables, in sets, as part of an open revision."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db import connection

from policies.catalog.progress import Progress
from policies.catalog.tables import TablePlan
from policies.revisions import OpenRevision


def apply_tables(tables: Iterable[TablePlan], opened: OpenRevision, progress: Progress) -> None:
    """Add and change the planned records, table by table in the given order."""
    for planned in tables:
        label = str(planned.table._meta.verbose_name_plural)
        for records in progress.chunks(f"add {label}", planned.new_records):
            opened.bulk_create(records)
        columns = planned.changed_columns
        for records in progress.chunks(f"change {label}", planned.changed_records):
            opened.bulk_update(records, columns)


def refresh_statistics() -> None:
    """Let the database count its rows anew: stale statistics turn seconds into minutes."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in apps.get_app_config("policies").get_models():
            cursor.execute(f"ANALYZE {quote(table._meta.db_table)}")
