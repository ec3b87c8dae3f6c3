"""The three formats of one export, each a stream of bytes over the same models."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson

from policies.export.answers import Answer, answers
from policies.export.cells import defuse, drained
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
    decided = answers(Policy.objects.all())
    buffer = io.StringIO(newline="")
    write = csv.writer(buffer).writerow
    write(CSV_COLUMNS)
    for entry in entries(chunk):
        model = entry.model.id
        write(_csv_row(model, "", "", decided[entry.model.policy]))
        for route in entry.routes:
            write(_csv_row(model, route.provider, route.provider_model_id, decided[route.policy]))
        yield drained(buffer)
    yield drained(buffer)


def _csv_row(model: str, provider: str, provider_model_id: str, answer: Answer) -> list[str]:
    cells = (model, provider, provider_model_id, *answer[:-1])
    return [defuse(cell or "") for cell in cells]


FORMATS = {
    one.name: one
    for one in (
        Format("ndjson", "application/x-ndjson", _ndjson),
        Format("json", "application/json", _json),
        Format("csv", "text/csv; charset=utf-8; header=present", _csv),
    )
}
DEFAULT_FORMAT = "ndjson"
