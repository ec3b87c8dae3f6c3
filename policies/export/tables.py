"""A list as a file: flat records in the order shown, as CSV or JSON, one record at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from policies.bases import NOTICE
from policies.export.cells import defuse, drained
from policies.models import Revision

CSV, JSON = "csv", "json"
TABLE_TYPES = {CSV: "text/csv; charset=utf-8; header=present", JSON: "application/json"}
"""Format → content type."""

ROWS_AT_ONCE = 100
"""Rows of CSV that are held before they leave."""

Record = Mapping[str, Any]


def describe_table(revision: Revision | None, **told: Any) -> dict[str, Any]:
    """The ``meta`` of a JSON list: the state that it shows, what it was asked, and the notice."""
    return {
        "revision": revision.number if revision else 0,
        "generated_at": revision.at.astimezone(UTC) if revision else None,
        **told,
        "notice": NOTICE,
    }


def table(
    format: str, fields: Iterable[str], records: Iterable[Record], meta: Mapping[str, Any]
) -> Iterator[bytes]:
    """The records' ``fields`` in one of ``TABLE_TYPES``: ``{"meta", "data"}``, or CSV with a head.

    The caller holds a ``snapshot()`` from the reading of ``meta`` to the last byte.
    """
    names = list(fields)
    return _csv(names, records) if format == CSV else _json(names, records, meta)


def _json(names: list[str], records: Iterable[Record], meta: Mapping[str, Any]) -> Iterator[bytes]:
    yield b'{"meta":' + orjson.dumps(meta, option=orjson.OPT_UTC_Z) + b',"data":['
    separator = b"\n"
    for record in records:
        yield separator + orjson.dumps(
            {name: record[name] for name in names}, option=orjson.OPT_UTC_Z
        )
        separator = b",\n"
    yield b"\n]}\n"


def _csv(names: list[str], records: Iterable[Record]) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    write = csv.writer(buffer).writerow
    write(names)
    for number, record in enumerate(records, start=1):
        write([defuse(_cell(record[name])) for name in names])
        if number % ROWS_AT_ONCE == 0:
            yield drained(buffer)
    yield drained(buffer)


def _cell(value: Any) -> str:
    """A value as text: nothing is empty, truth is a word, several are parted by semicolons.

    A time is written as JSON has it.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)
