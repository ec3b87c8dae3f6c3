"""The three formats of one export, each a stream of bytes over the same entries."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from policies.export.answers import Answer, Answers
from policies.export.cells import defuse, drained
from policies.export.records import Entry, model_record

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

Writer = Callable[[dict[str, Any], Iterable[Entry], Answers], Iterator[bytes]]


class Format(NamedTuple):
    """``write(meta, entries, answers)`` yields the export's bytes."""

    name: str
    content_type: str
    write: Writer


def _ndjson(meta: dict, entries: Iterable[Entry], answers: Answers) -> Iterator[bytes]:
    for entry in entries:
        yield orjson.dumps(model_record(entry, answers), option=orjson.OPT_APPEND_NEWLINE)


def _json(meta: dict, entries: Iterable[Entry], answers: Answers) -> Iterator[bytes]:
    yield b'{"meta":' + orjson.dumps(meta) + b',"models":['
    separator = b"\n"
    for entry in entries:
        yield separator + orjson.dumps(model_record(entry, answers))
        separator = b",\n"
    yield b"\n]}\n"


def _csv(meta: dict, entries: Iterable[Entry], answers: Answers) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    write = csv.writer(buffer).writerow
    write(CSV_COLUMNS)
    for entry in entries:
        model = entry.model.id
        write(_csv_row(model, "", "", answers[entry.model.policy]))
        for route in entry.routes:
            write(_csv_row(model, route.provider, route.provider_model_id, answers[route.policy]))
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
