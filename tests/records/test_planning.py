"""Row by row: add, change, unchanged, or an error that says what is accepted."""

from __future__ import annotations

import json
from datetime import date

import pytest

from policies.models import License
from policies.records.planning import Edit
from tests.factories import ALLOWS, RESTRICTS, SILENT, make_license, make_terms, save
from tests.records.files import csv_of, exported, planned, problems, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mit():
    return make_license(
        "mit", name="MIT", note="Old note.", publisher="MIT", verified_on=date(2026, 1, 2)
    )


def of(**values: str) -> bytes:
    """A file of one row, for the stored license or a new one."""
    return csv_of([{"slug": "mit", **values}])


def test_it_plans_each_row(mit):
    make_license("isc", name="ISC")
    content = csv_of(
        [
            {"slug": "isc", "name": "ISC", "note": ""},
            {"slug": "mit", "name": "MIT License", "note": "New note."},
            {"slug": "zlib", "name": "zlib", "note": ""},
        ]
    )
    plan = planned(content)
    assert [(row.number, row.slug, row.action) for row in plan.rows] == [
        (2, "isc", "unchanged"),
        (3, "mit", "change"),
        (4, "zlib", "add"),
    ]
    assert plan.rows[1].edits == [
        Edit("name", "MIT", "MIT License"),
        Edit("note", "Old note.", "New note."),
    ]
    assert plan.rows[2].edits == [Edit("slug", "", "zlib"), Edit("name", "", "zlib")]
    assert plan.ahead == "add 1 and change 1 license"


def test_it_leaves_alone_what_the_file_leaves_out_and_empties_what_is_empty(mit):
    (row,) = planned(of(note="", verified_on="")).rows
    assert row.edits == [Edit("note", "Old note.", ""), Edit("verified_on", "2026-01-02", "")]
    assert (row.record.publisher, row.record.verified_on) == ("MIT", None)


def test_it_takes_null_in_json_for_empty(mit):
    content = json.dumps([{"slug": "mit", "note": None, "conditions": None}]).encode()
    (row,) = planned(content).rows
    assert row.edits == [Edit("note", "Old note.", "")]


def test_it_gives_a_new_record_the_defaults_of_what_the_file_leaves_out():
    (row,) = planned(csv_of([{"slug": "new", "name": "New"}]), "terms").rows
    assert (row.record.basis, row.record.scope) == (SILENT, "api")
    assert row.record.subject_to_license is True


def test_it_wants_to_be_told_what_cannot_be_empty():
    """Else the same file would mean something else once its records exist."""
    row = {"slug": "new", "name": "New", "basis": "", "scope": "", "subject_to_license": ""}
    assert [(column, message) for _, column, message in problems(csv_of([row]), "terms")][1:] == [
        ("scope", "must not be empty; accepted: api, consumer, enterprise."),
        ("subject_to_license", "must not be empty; accepted: yes, no."),
    ]


def test_it_flags_what_may_be_recorded_already_in_the_catalog_or_the_file(mit):
    rows = [
        {"slug": "mit-2", "name": "mit", "source_url": "http://www.licenses.example/mit/"},
        {"slug": "mit-3", "name": "Mit", "source_url": ""},
        {"slug": "mit", "name": "MIT License", "source_url": "https://licenses.example/mit"},
    ]
    plan = planned(csv_of(rows))
    assert plan.problems == []
    assert [[(twin.record.slug, twin.shares) for twin in row.twins] for row in plan.rows] == [
        [("mit", "name and source URL")],
        [("mit", "name"), ("mit-2", "name")],
        [("mit-2", "source URL")],
    ]


def test_it_flags_nothing_where_neither_name_nor_source_changes(mit):
    make_license("twin", name="MIT")
    assert planned(of(publisher="Massachusetts")).rows[0].twins == []


def test_it_wants_the_quote_of_a_text_that_was_read(mit):
    ((number, column, message),) = problems(of(evidence="text-read"))
    assert (number, column) == (2, "quote")
    assert "A quote is required for the basis permissive-open-weights" in message
    assert problems(of(evidence="text-read", quote="Any purpose.")) == []


def test_it_leaves_a_row_alone_that_changes_nothing_though_its_quote_is_missing(mit):
    save(mit, evidence="text-read")
    assert planned(of(evidence="text-read")).unchanged == 1


def test_it_never_takes_a_basis_away(mit):
    ((_, column, message),) = problems(of(basis=""))
    assert column == "basis"
    assert message.startswith("must not be empty; accepted: permissive-open-weights, ")


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("verified_on", "01.02.2026", "is no date; accepted: YYYY-MM-DD"),
        ("verified_on", "1/2/2026", "is no date; accepted: YYYY-MM-DD"),
        ("verified_on", "46054", "is no date; accepted: YYYY-MM-DD"),
        ("verified_on", "20260201", "is no date; accepted: YYYY-MM-DD"),
        ("review_by", "2026-02-30", "is no date; accepted: YYYY-MM-DD"),
        ("basis", "allowed", "is not known; accepted: permissive-open-weights, closed-provider-"),
        ("basis", "deepseek-api-terms", "is not known; accepted: permissive-open-weights, closed-"),
        ("evidence", "read", "is not known; accepted: text-read, excerpt-read, secondary, none."),
        (
            "source_url",
            "javascript:x",
            "Enter a full address that starts with https:// or http://.",
        ),
        ("source_url", "", "A source URL is required for the basis permissive-open-weights."),
        ("name", "", "must not be empty."),
        ("name", " ", "must not be blank."),
        ("name", "x" * 201, "has 201 characters; at most 200 are accepted."),
        ("quote", "x" * 4001, "has 4,001 characters; at most 4,000 are accepted."),
        ("conditions", "nameing: x", "kind 'nameing' is not known; accepted: attribution, naming,"),
        ("conditions", "naming: x\\", "ends in a lone backslash"),
        ("version", "one", "must be a whole number, as exported, or empty for a new record."),
        ("version", "99999999999", "must be a whole number"),
        ("version", "9999999999", "must be between 1 and 2,147,483,647."),
    ],
)
def test_it_names_row_column_and_what_is_accepted(mit, column, value, message):
    ((number, named, words),) = problems(of(**{column: value}))
    assert (number, named) == (2, column)
    assert message in words


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", 7, "must be a text, not a number."),
        ("basis", ["x"], "must be a text, not a list."),
        ("verified_on", 20260201, "must be a text, not a number."),
        ("conditions", {"kind": "naming"}, "Conditions are a list of objects"),
        ("conditions", [{"kind": "naming"}], "needs exactly the keys kind and detail."),
        ("conditions", [{"kind": [], "detail": ""}], "is not known"),
        ("version", True, "must be a whole number"),
        ("version", 1.5, "must be a whole number"),
    ],
)
def test_it_asks_json_for_the_right_types(mit, field, value, message):
    ((_, named, words),) = problems(json.dumps([{"slug": "mit", field: value}]).encode())
    assert named == field
    assert message in words


@pytest.mark.parametrize(
    ("cell", "stored"),
    [("yes", True), ("No", False), ("TRUE", True), ("false", False), ("1", True), ("0", False)],
)
def test_it_reads_yes_and_no_as_people_and_spreadsheets_write_them(cell, stored):
    make_terms("terms", subject_to_license=not stored)
    (row,) = planned(csv_of([{"slug": "terms", "subject_to_license": cell}]), "terms").rows
    assert row.record.subject_to_license is stored


def test_it_refuses_other_words_for_yes():
    make_terms("terms")
    content = csv_of([{"slug": "terms", "subject_to_license": "WAHR"}])
    assert problems(content, "terms") == [
        (2, "subject_to_license", "is neither yes nor no; accepted: yes, no.")
    ]


@pytest.mark.parametrize("slug", ["Llama 3", "-x", "x" * 101, "ü"])
def test_it_refuses_slugs_that_are_none(slug):
    ((_, column, _),) = problems(csv_of([{"slug": slug, "name": "New"}]))
    assert column == "slug"


def test_it_refuses_a_row_without_a_slug_and_a_new_one_without_a_name():
    assert problems(b"slug,note\n,x\nnew,x\n") == [
        (2, "slug", "must be a text that is not empty: a record is found by it."),
        (3, "name", "is missing: a new record needs one."),
    ]


def test_it_refuses_a_slug_that_stands_twice(mit):
    content = csv_of([{"slug": "mit", "note": "a"}, {"slug": "mit", "note": "b"}])
    assert problems(content) == [(3, "slug", "stands in row 2 already.")]


def test_it_shows_all_errors_at_once_in_the_order_of_the_file(mit):
    content = b"slug,basis,verified_on\nmit,x,y\nshort\nisc,z,\n"
    assert [(row, column) for row, column, _ in problems(content)] == [
        (2, "basis"),
        (2, "verified_on"),
        (3, ""),
        (4, "basis"),
        (4, "name"),
    ]


def test_it_refuses_a_row_that_somebody_changed_since_the_export(mit):
    rows = rows_of(exported())
    save(mit, note="Theirs.")
    rows[0]["note"] = "Mine."
    assert problems(csv_of(rows)) == [
        (
            2,
            "version",
            "version 2 is stored: the record was saved since this row was exported. note: stored "
            "'Theirs.', in the file 'Mine.'. Decide on each, then write 2.",
        )
    ]


def test_it_takes_a_stale_row_that_changes_nothing_or_names_no_version(mit):
    rows = rows_of(exported())
    save(mit, note="Theirs.")
    rows[0]["note"] = "Theirs."
    assert planned(csv_of(rows)).unchanged == 1
    del rows[0]["version"]
    rows[0]["note"] = "Mine."
    assert [row.action for row in planned(csv_of(rows)).rows] == ["change"]


def test_it_refuses_a_blank_version_where_the_record_exists(mit):
    ((_, column, message),) = problems(of(version="", note="Mine."))
    assert column == "version"
    assert message.startswith("version 1 is stored")


def test_it_asks_about_a_version_of_nothing(mit):
    ((_, column, message),) = problems(csv_of([{"slug": "mti", "version": "1", "name": "MIT"}]))
    assert column == "version"
    assert "no license has this slug" in message


def test_it_takes_rewritten_line_ends_for_no_change(mit):
    save(mit, quote="one\r\ntwo", label="")
    assert planned(of(quote="one\ntwo")).unchanged == 1


def test_it_checks_what_changes_and_not_what_is_stored(mit):
    """What another door let in does not keep a curator from mending something else."""
    License.objects.filter(pk=mit.pk).update(source_url="https://")
    assert problems(of(note="New.", source_url="https://")) == []


def test_it_asks_queries_once_for_all_rows(mit, django_assert_num_queries):
    rows = [
        {"slug": f"new-{n}", "name": "New", "basis": ALLOWS, "source_url": "https://x.example/"}
        for n in range(50)
    ]
    with django_assert_num_queries(1):
        assert len(planned(csv_of(rows)).added) == 50


def test_it_reads_the_basis_of_either_layer(mit):
    make_terms("terms")
    (row,) = planned(of(basis=RESTRICTS)).rows
    assert row.edits == [Edit("basis", ALLOWS, RESTRICTS)]
