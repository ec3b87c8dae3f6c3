"""Read a file of documents that came back from a spreadsheet, trusting nothing about it.

What is wrong with the file as a whole raises ``CatalogError``; what is wrong with a row or a heading
becomes a ``Problem``, so that a curator sees all of them at once.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from policies.catalog.problems import CatalogError, shown
from policies.catalog.reading import json_of
from policies.catalog.values import kind_of
from policies.export.cells import restore
from policies.records.columns import KINDS, Kind

MAX_ROWS = 20_000
SEPARATORS = ",;\t"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ALL_COLUMNS = {name for kind in KINDS.values() for name in kind.columns}


class Problem(NamedTuple):
    """What is wrong, where: the row (in a spreadsheet's count), the column, and the value."""

    row: int
    column: str
    value: str
    message: str


class Row(NamedTuple):
    """One record of a file, as it stands there: cells are texts, JSON values are what they are."""

    number: int
    values: dict[str, Any]


class RecordFile(NamedTuple):
    """A file taken apart. ``unit`` is what its numbers count: rows of a table, or records of a list."""

    kind: Kind
    unit: str
    rows: list[Row]
    problems: list[Problem]


def read_file(content: bytes, kind: Kind | None) -> RecordFile:
    """Take a CSV or JSON file apart; without ``kind``, the file itself must tell which it holds."""
    text = _decoded(content)
    if not text.strip():
        raise CatalogError("", "The file is empty.")
    if text.lstrip()[0] in "{[":
        return _read_json(text, kind)
    return _read_csv(text, kind)


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith(UTF16) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        raise CatalogError(
            "",
            f"The file is not {name} text: byte {error.start:,} "
            f"(0x{content[error.start]:02X}, in line {content[: error.start].count(10) + 1:,}) is "
            "wrong. Save it as UTF-8 (in Excel: “CSV UTF-8”).",
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise CatalogError(
            "", f"The file holds a NUL character, in line {line:,}. Save it as UTF-8."
        )
    return text


# --- CSV ---------------------------------------------------------------------------------------------


def _read_csv(text: str, kind: Kind | None) -> RecordFile:
    table = _cells(text)
    number, heading = next(((n, cells) for n, cells in table if any(cells)), (1, []))
    heading = [name.strip() for name in heading]
    kind = kind or _kind_of_columns(heading)
    problems = [Problem(number, *wrong) for wrong in _wrong_names(heading, kind)]
    if problems:
        return RecordFile(kind, "row", [], problems)
    rows: list[Row] = []
    for number, cells in table:
        if len(cells) == len(heading):
            rows.append(Row(number, dict(zip(heading, map(restore, cells), strict=True))))
        else:
            message = f"has {len(cells)} cells, the heading has {len(heading)}."
            problems.append(Problem(number, "", shown(cells[0]), message))
    return RecordFile(kind, "row", rows, problems)


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with its number in the file."""
    # Lines end in CR, LF or both; inside quotes they must stay what they are.
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_separator(text), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise CatalogError(f"row {number:,}", f"is not CSV: {error}.") from error
        if number > MAX_ROWS:
            raise CatalogError(
                "", f"The file has more than the {MAX_ROWS:,} rows that are accepted."
            )
        if any(cells):
            yield number, cells


def _separator(text: str) -> str:
    """The character that cuts most known column names out of the first line."""
    first = text.lstrip().splitlines()[0]
    counts = {
        mark: sum(name.strip('" ') in ALL_COLUMNS for name in first.split(mark))
        for mark in SEPARATORS
    }
    return max(SEPARATORS, key=lambda mark: counts[mark])


# --- JSON --------------------------------------------------------------------------------------------


def _read_json(text: str, kind: Kind | None) -> RecordFile:
    value = json_of(text, root="")
    records = value if isinstance(value, list) else _listed(value)
    if not isinstance(records, list):
        raise CatalogError("records", f"must be a list of records, not {kind_of(records)}.")
    if len(records) > MAX_ROWS:
        raise CatalogError(
            "", f"The file has more than the {MAX_ROWS:,} records that are accepted."
        )
    said = value.get("kind") if isinstance(value, dict) else None
    kind = _agreed(said, kind) or _kind_of_columns(_names(records))
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            message = f"must be an object, not {kind_of(record)}."
            problems.append(Problem(number, "", shown(record), message))
            continue
        problems += [Problem(number, *wrong) for wrong in _wrong_names(list(record), kind)]
        rows.append(Row(number, record))
    return RecordFile(kind, "record", rows, problems)


def _listed(value: dict[str, Any]) -> Any:
    for key in value:
        if key not in ("kind", "records"):
            raise CatalogError("", f"{shown(key)} is not known; accepted: kind, records.")
    if "records" not in value:
        raise CatalogError("records", "is missing.")
    return value["records"]


def _names(records: Iterable[Any]) -> list[str]:
    return [name for record in records if isinstance(record, dict) for name in record]


# --- both --------------------------------------------------------------------------------------------


def _agreed(said: Any, kind: Kind | None) -> Kind | None:
    """The kind that the file says, if that is the kind that is asked for."""
    if said is None:
        return kind
    if not isinstance(said, str) or said not in KINDS:
        raise CatalogError("kind", f"{shown(said)} is not known; accepted: {', '.join(KINDS)}.")
    if kind is not None and kind.code != said:
        raise CatalogError("kind", f"The file holds {shown(said)}, not {kind.code!r}.")
    return KINDS[said]


def _kind_of_columns(names: Iterable[str]) -> Kind:
    """The only kind that has all of the names, as far as they are known to any."""
    known = set(names) & ALL_COLUMNS
    fitting = [kind for kind in KINDS.values() if known <= set(kind.columns)]
    if len(fitting) != 1:
        raise CatalogError(
            "", f"The columns do not tell which records these are; say so: {', '.join(KINDS)}."
        )
    return fitting[0]


def _wrong_names(names: list[str], kind: Kind) -> Iterator[tuple[str, str, str]]:
    """(column, value, what is wrong) for each name of a heading or of a record's fields."""
    for name, times in Counter(names).items():
        if name not in kind.columns:
            accepted = ", ".join(kind.columns)
            message = f"is no column of {kind.plural}; accepted: {accepted}."
            yield "", shown(name), message
        elif times > 1:
            yield name, "", "stands there twice."
    if "slug" not in names:
        yield "slug", "", "is missing: a record is found by its slug."
