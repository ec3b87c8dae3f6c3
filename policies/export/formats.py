"""The three formats of one export, each a stream of bytes over the same models."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from policies.export.answers import answers
from policies.export.cells import defuse
from policies.export.copying import can_copy, copied
from policies.export.records import entries, model_record
from policies.models import Policy

CSV_COLUMNS = (
    "model",
    "provider",
    "provider_model_id",
    "license",
    "terms",
    "status",
    "basis",
    "label",
    "source_url",
    "note",
)

Writer = Callable[[dict[str, Any], int], Iterator[bytes]]


class Format(NamedTuple):
    """``write(meta, chunk)`` yields the export's bytes, and reads ``chunk`` models at a time."""

    name: str
    content_type: str
    write: Writer


def lines(chunk: int) -> Iterator[bytes]:
    """Every model by id in code-point order, each a line of JSON; one or more whole lines at a time."""
    decided = answers(Policy.objects.all())
    if can_copy():
        yield from copied(chunk, decided)
        return
    for entry in entries(chunk):
        yield orjson.dumps(model_record(entry, decided), option=orjson.OPT_APPEND_NEWLINE)


def _ndjson(meta: dict[str, Any], chunk: int) -> Iterator[bytes]:
    return lines(chunk)


def _json(meta: dict[str, Any], chunk: int) -> Iterator[bytes]:
    yield b'{"meta":' + orjson.dumps(meta) + b',"models":['
    separator = b"\n"
    for some in lines(chunk):
        yield separator + some[:-1].replace(b"\n", b",\n")
        separator = b",\n"
    yield b"\n]}\n"


def _csv(meta: dict[str, Any], chunk: int) -> Iterator[bytes]:
    ends = {
        pk: f",{_cells(answer[:-1])}\r\n" for pk, answer in answers(Policy.objects.all()).items()
    }
    yield f"{_cells(CSV_COLUMNS)}\r\n".encode()
    for entry in entries(chunk):
        model = _cells([entry.model.id])
        rows = [f"{model},,{ends[entry.model.policy]}"]
        for route in entry.routes:
            served = _cells((route.provider, route.provider_model_id))
            rows.append(f"{model},{served}{ends[route.policy]}")
        yield "".join(rows).encode()


class _Echo:
    """Where a writer of CSV writes to, so that it gives back each row."""

    def write(self, row: str) -> str:
        return row


_row: Callable[[Iterable[str]], str] = csv.writer(_Echo()).writerow


def _cells(cells: Iterable[str | None]) -> str:
    """Cells as CSV has them, without the end of the line."""
    return _row([defuse(cell or "") for cell in cells])[: -len("\r\n")]


FORMATS = {
    one.name: one
    for one in (
        Format("ndjson", "application/x-ndjson", _ndjson),
        Format("json", "application/json", _json),
        Format("csv", "text/csv; charset=utf-8; header=present", _csv),
    )
}
DEFAULT_FORMAT = "ndjson"
