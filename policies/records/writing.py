"""Documents as a file: CSV for spreadsheets, JSON for programs. Neither loses anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import orjson

from policies.export.cells import defuse
from policies.records.columns import Kind

MARK = "\ufeff"
"""Without a byte-order mark, Excel takes UTF-8 for the code page of its user and garbles it."""


def as_csv(kind: Kind, records: Iterable[Any]) -> bytes:
    """One record a line under a heading; formulas are defused."""
    buffer = io.StringIO(newline="")
    buffer.write(MARK)
    write = csv.writer(buffer).writerow
    write(kind.columns)
    for record in records:
        write(defuse(column.cell(getattr(record, column.name))) for column in kind.columns.values())
    return buffer.getvalue().encode()


def as_json(kind: Kind, records: Iterable[Any]) -> bytes:
    """``{"kind": "license", "records": [{column: value}]}``."""
    rows = [
        {column.name: column.json(getattr(record, column.name)) for column in kind.columns.values()}
        for record in records
    ]
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps({"kind": kind.code, "records": rows}, option=options)


class Format(NamedTuple):
    """How a file is written, and what it is."""

    write: Callable[[Kind, Iterable[Any]], bytes]
    content_type: str


FORMATS = {
    "csv": Format(as_csv, "text/csv; charset=utf-8; header=present"),
    "json": Format(as_json, "application/json"),
}
