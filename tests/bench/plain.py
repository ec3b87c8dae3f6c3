"""The plain way: every route holds its own status, which one UPDATE … CASE decides from the documents.

What it writes is held to what the product says, before anything is timed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle

from django.db import connection, transaction

from policies.bases import Basis, Status
from policies.models import Tally

TABLE = "bench_route"
INDEXES = ("status, id", "provider_id, status, id", "model_id")
CREATE = f"""
CREATE TABLE {TABLE} AS
SELECT r.*, CAST('' AS varchar(20)) AS status FROM policies_route r
"""
DECIDE = """
UPDATE {table} SET status = decided.status FROM (
  SELECT r.id, CASE
    WHEN t.basis IN ({disallowed}) THEN 'disallowed'
    WHEN t.basis IN ({allowed}) AND (NOT t.subject_to_license OR l.basis IN ({allowed})) THEN 'allowed'
    WHEN l.basis IN ({disallowed}) THEN 'disallowed'
    WHEN l.basis IN ({allowed}) THEN 'allowed'
    ELSE 'unknown' END AS status
  FROM {table} r JOIN policies_textmodel m ON m.id = r.model_id
  JOIN policies_provider v ON v.id = r.provider_id
  LEFT JOIN policies_family f ON f.id = m.family_id
  LEFT JOIN policies_license l ON l.id = COALESCE(m.license_id, f.license_id)
  LEFT JOIN policies_providerterms t ON t.id = COALESCE(r.terms_id, v.terms_id)
) AS decided WHERE decided.id = {table}.id
"""
FLIP = f"""
UPDATE {TABLE} SET status = %s
WHERE policy_id IN (SELECT id FROM policies_policy WHERE license_id = %s)
"""


@contextmanager
def prepared() -> Iterator[None]:
    """The routes with a status each, beside the product's tables, until the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        cursor.execute(f"CREATE UNIQUE INDEX {TABLE}_pk ON {TABLE} (id)")
        for number, columns in enumerate(INDEXES):
            cursor.execute(f"CREATE INDEX {TABLE}_{number} ON {TABLE} ({columns})")
        cursor.execute(f"ANALYZE {TABLE}")
    with transaction.atomic():
        decide()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT status, COUNT(*) FROM {TABLE} GROUP BY status")
            counts = dict(cursor.fetchall())
        assert {**dict.fromkeys(Status.values, 0), **counts} == Tally.objects.by_status()["routes"]
        transaction.set_rollback(True)
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def decide() -> None:
    """One statement over every route."""
    by_status = {
        status.value: ", ".join(f"'{basis.value}'" for basis in Basis if basis.status is status)
        for status in (Status.ALLOWED, Status.DISALLOWED)
    }
    with connection.cursor() as cursor:
        cursor.execute(DECIDE.format(table=TABLE, **by_status))


def decide_all() -> None:
    """From nothing, and undone again, so that runs are alike."""
    with transaction.atomic():
        decide()
        transaction.set_rollback(True)


def flips(license: int) -> Callable[[], None]:
    """A job that gives the routes of a license another status, back and forth."""
    turns = cycle((Status.ALLOWED, Status.DISALLOWED))

    def flip() -> None:
        with connection.cursor() as cursor:
            cursor.execute(FLIP, [next(turns), license])

    return flip
