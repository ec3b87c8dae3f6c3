"""Short ways to make a file of documents, and to alter an exported one."""

from __future__ import annotations

import csv
import io
from typing import Any

from policies.export.cells import defuse, restore
from policies.records.applying import import_file
from policies.records.columns import KINDS
from policies.records.planning import FilePlan, plan_file
from policies.records.reading import read_file
from policies.records.writing import FORMATS
from policies.revisions import OpenRevision

Rows = list[dict[str, str]]


def exported(code: str = "license", format: str = "csv") -> bytes:
    """Every stored record of a kind as a file."""
    kind = KINDS[code]
    return FORMATS[format].write(kind, kind.table.objects.order_by("slug"))


def rows_of(content: bytes) -> Rows:
    """The rows of an exported CSV, as a spreadsheet shows them."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [{name: restore(cell) for name, cell in row.items()} for row in reader]


def csv_of(rows: Rows, **options: Any) -> bytes:
    """A CSV file of rows that all have the same columns."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, **options)
    writer.writerow(rows[0])
    writer.writerows([defuse(cell) for cell in row.values()] for row in rows)
    return buffer.getvalue().encode()


def planned(content: bytes, code: str | None = "license") -> FilePlan:
    """What a file would do to the records."""
    return plan_file(read_file(content, KINDS[code] if code else None))


def bring(content: bytes, code: str | None = "license", reason: str = "Test") -> OpenRevision:
    """Import a file; returns the revision."""
    file = read_file(content, KINDS[code] if code else None)
    return import_file(file, actor="tester", reason=reason)


def problems(content: bytes, code: str | None = "license") -> list[tuple[int, str, str]]:
    """(row, column, message) of everything that is wrong with a file."""
    return [(p.row, p.column, p.message) for p in planned(content, code).problems]
