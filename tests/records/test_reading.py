"""Files as spreadsheets and people leave them: taken where the meaning is certain, else refused in words."""

from __future__ import annotations

import csv
import json

import pytest

from policies.catalog.problems import CatalogError
from policies.records.columns import KINDS
from policies.records.reading import MAX_ROWS, read_file
from tests.records.files import csv_of

ROWS = [
    {"slug": "mit", "name": "MIT “Expat”", "note": "Fürs Erste; ja"},
    {"slug": "apache-2.0", "name": "Apache\n2.0", "note": ""},
]
LICENSE, TERMS = KINDS["license"], KINDS["terms"]


def taken(content: bytes) -> list[dict]:
    file = read_file(content, LICENSE)
    assert file.problems == []
    return [row.values for row in file.rows]


def refusal(content: bytes | str, kind=LICENSE) -> str:
    with pytest.raises(CatalogError) as error:
        read_file(content.encode() if isinstance(content, str) else content, kind)
    return str(error.value)


def wrong(content: str, kind=LICENSE) -> list[tuple[int, str, str, str]]:
    return [tuple(problem) for problem in read_file(content.encode(), kind).problems]


@pytest.mark.parametrize("separator", ",;\t")
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_it_takes_what_spreadsheets_write(separator, end, encoding):
    text = csv_of(ROWS, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL).decode()
    assert taken(text.encode(encoding)) == ROWS


def test_it_takes_utf16_of_either_byte_order():
    text = csv_of(ROWS).decode()
    assert taken(b"\xfe\xff" + text.encode("utf-16-be")) == ROWS


def test_it_takes_headings_with_spaces():
    assert taken(b"slug ; name\nmit;MIT\n") == [{"slug": "mit", "name": "MIT"}]


def test_it_counts_rows_as_a_spreadsheet_does():
    file = read_file(b'slug,name\nmit,"one\ntwo"\n\n,\nisc,ISC\n', LICENSE)
    assert [(row.number, row.values["slug"]) for row in file.rows] == [(2, "mit"), (5, "isc")]


def test_it_names_the_byte_that_is_not_utf8():
    words = refusal("slug,name\nmit,Fürs\n".encode("cp1252"))
    assert words == (
        "The file is not UTF-8 text: byte 15 (0xFC, in line 2) is wrong. "
        "Save it as UTF-8 (in Excel: “CSV UTF-8”)."
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file is empty."),
        ("\ufeff \r\n", "The file is empty."),
        ("slug\0,name\n", "holds a NUL character, in line 1. Save it as UTF-8."),
        ("slug,name\nmit,\0\n", "holds a NUL character, in line 2."),
        (b"\xff\xfes\x00l", "The file is not UTF-16 text: byte 4 (0x6C, in line 1) is wrong."),
        ('slug,name\nmit,"MIT" License\n', "row 2: is not CSV: ',' expected after '\"'."),
        ('slug,name\nmit,"MIT\n', "row 2: is not CSV: unexpected end of data."),
        ("slug,name\nmit," + "x" * 200_000, "row 2: is not CSV: field larger than field limit"),
        ("slug\n" + "a\n" * MAX_ROWS, "has more than the 20,000 rows that are accepted."),
        ("[" + "1," * MAX_ROWS + "1]", "has more than the 20,000 records that are accepted."),
        ("{", "The file is not JSON: "),
        ("[1,", "The file is not JSON: "),
        ('{"records": [{"slug": "a", "slug": "b"}]}', "slug: stands there twice."),
        ('{"records": {}}', "records: must be a list of records, not an object."),
        ('{"kind": "license"}', "records: is missing."),
        ('{"licenses": []}', "'licenses' is not known; accepted: kind, records."),
        ('{"kind": "licence", "records": []}', "accepted: license, terms."),
        ('{"kind": ["license"], "records": []}', "accepted: license, terms."),
        ('{"kind": "terms", "records": []}', "kind: The file holds 'terms', not 'license'."),
        ('[{"slug": "\\u0000"}]', "holds a NUL character."),
        ('[{"slug": "\\ud800"}]', "holds half a character"),
    ],
)
def test_it_refuses_what_is_no_file_of_records(content, words):
    assert words in refusal(content)


def test_it_names_columns_that_it_does_not_know():
    (number, column, value, message), *_ = wrong("slug,licence\n")
    assert (number, column, value) == (1, "", "'licence'")
    assert message.startswith("is no column of licenses; accepted: slug, version, name, ")


@pytest.mark.parametrize(
    ("heading", "problem"),
    [
        ("slug,name,name", (1, "name", "", "stands there twice.")),
        ("name", (1, "slug", "", "is missing: a record is found by its slug.")),
    ],
)
def test_it_refuses_headings_that_do_not_fit(heading, problem):
    assert wrong(f"{heading}\n") == [problem]


def test_it_refuses_ragged_rows():
    assert wrong("slug,name\nmit\nisc,ISC,x\nbsd,BSD\n") == [
        (2, "", "'mit'", "has 1 cells, the heading has 2."),
        (3, "", "'isc'", "has 3 cells, the heading has 2."),
    ]


def test_it_refuses_records_that_are_none():
    assert wrong('[{"slug": "a"}, 7, {"nme": 1}]') == [
        (2, "", "7", "must be an object, not a number."),
        (3, "", "'nme'", wrong('[{"nme": 1}]')[0][3]),
        (3, "slug", "", "is missing: a record is found by its slug."),
    ]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("slug,publisher\n", LICENSE),
        ("slug,clause_kind\n", TERMS),
        ('{"kind": "terms", "records": []}', TERMS),
        (json.dumps([{"slug": "a"}, {"slug": "b", "spdx_id": "MIT"}]), LICENSE),
    ],
)
def test_it_finds_out_what_the_file_holds(content, kind):
    assert read_file(content.encode(), None).kind is kind


@pytest.mark.parametrize("content", ["slug,name\n", "slug,publisher,scope\n", "[]"])
def test_it_asks_where_the_file_does_not_tell(content):
    assert "do not tell which records these are; say so: license, terms." in refusal(content, None)
