"""``export_records`` and ``import_records``: the same on the command line."""

from __future__ import annotations

import io

import orjson
import pytest
from django.core.management import CommandError, call_command

from policies.models import License, Revision
from tests.catalog.files import run, stored_rows
from tests.factories import ALLOWS, RESTRICTS, assert_sound, make_license, make_model, make_route
from tests.records.files import csv_of, exported, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def governed():
    """A license that governs one model and its route."""
    record = make_license("open", ALLOWS, note="Says nothing about outputs, at quite some length.")
    make_route(model=make_model(license=record))
    return record


def edited(folder, **changes: str):
    """The export, its first row changed, as a file."""
    rows = rows_of(exported())
    rows[0] |= changes
    path = folder / "licenses.csv"
    path.write_bytes(csv_of(rows))
    return path


def refused(path, *args, **options) -> tuple[str, str]:
    """(what stands on stderr, the error) of an import that must fail."""
    err = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command(
            "import_records", str(path), *args, stderr=err, stdout=io.StringIO(), **options
        )
    return err.getvalue(), str(error.value)


@pytest.mark.parametrize("format", ["csv", "json"])
def test_it_exports_what_it_imports_without_a_change(tmp_path, governed, format):
    path, err = tmp_path / "out", io.StringIO()
    call_command("export_records", "license", format=format, output=path, stderr=err)
    assert err.getvalue() == "1 license.\n"
    before = stored_rows()
    assert run("import_records", path).splitlines() == [
        "Licenses: 0 to add, 0 to change, 1 unchanged, 0 with errors.",
        "The file holds what is stored already: nothing changed.",
    ]
    assert stored_rows() == before


def test_it_exports_to_the_terminal(governed):
    text = run("export_records", "license", format="json", stderr=io.StringIO())
    assert [record["slug"] for record in orjson.loads(text)["records"]] == ["open"]


def test_it_prints_the_plan_and_writes_nothing_in_a_dry_run(tmp_path, governed):
    path = edited(tmp_path, basis=RESTRICTS, note="Says nothing about outputs, at some length.")
    new = b"new,,New,,provider-terms-unknown" + b"," * 7 + b"none,,,,,,\r\n"
    path.write_bytes(path.read_bytes() + new)
    before = stored_rows()
    assert run("import_records", path, "--dry-run").splitlines() == [
        "row 2: change open",
        "  basis: 'permissive-open-weights' → 'provider-output-use-restriction'",
        "  note: … 'g about outputs, at quite some length.' → 'g about outputs, at some length.'",
        "row 3: add new",
        "  slug: 'new'",
        "  name: 'New'",
        "  basis: 'provider-terms-unknown'",
        "  evidence: 'none'",
        "Licenses: 1 to add, 1 to change, 0 unchanged, 0 with errors.",
        "allowed → disallowed: 1 route, 1 model, 1 provider",
        "Dry run: nothing was written.",
    ]
    assert stored_rows() == before


def test_it_imports_as_one_revision_with_its_reason(tmp_path, governed):
    out = run("import_records", edited(tmp_path, basis=RESTRICTS), reason="Section 2.")
    newest = Revision.objects.current()
    assert f"Imported as revision {newest.number}." in out
    assert (newest.actor, newest.user, newest.via) == ("import_records", None, "import")
    assert newest.reason == "Section 2."
    assert License.objects.get().basis == RESTRICTS
    assert_sound()


def test_it_asks_for_the_reason_where_answers_change(tmp_path, governed):
    before = stored_rows()
    _, error = refused(edited(tmp_path, basis=RESTRICTS))
    assert "Say why with --reason. Nothing was imported." in error
    assert stored_rows() == before
    assert "No answer would change." in run(
        "import_records", edited(tmp_path, publisher="Somebody")
    )


def test_it_says_where_answers_only_read_otherwise(tmp_path, governed):
    out = run("import_records", edited(tmp_path, note="Other."), "--dry-run")
    assert "no flip, another note or source: 1 route, 1 model, 1 provider" in out


def test_it_says_what_may_be_recorded_already(tmp_path, governed):
    path = edited(tmp_path, name="the other")
    make_license("other", name="The Other")
    out = run("import_records", path, "--dry-run")
    assert "  recorded already? other has the same name\n" in out


def test_it_lists_every_error_and_writes_nothing(tmp_path, governed):
    before = stored_rows()
    lines, error = refused(edited(tmp_path, basis="x", verified_on="1/2/2026"), reason="Why not")
    assert error == "2 errors. Nothing was imported."
    assert lines.splitlines()[0].startswith(
        "row 2, column basis, value 'x': is not known; accepted: "
    )
    assert lines.splitlines()[1].startswith(
        "row 2, column verified_on, value '1/2/2026': is no date"
    )
    assert stored_rows() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"slug\n\xff", "is not UTF-8 text"), (b"slug,name\n", "say so: license, terms")],
)
def test_it_refuses_what_it_cannot_read(tmp_path, content, words):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert words in refused(path)[1]
    assert refused(path)[1].endswith("Nothing was imported.")


def test_it_refuses_a_missing_file(tmp_path):
    assert "cannot be read: No such file or directory." in refused(tmp_path / "none")[1]


def test_it_reads_ambiguous_columns_as_the_kind_that_is_named(tmp_path, governed):
    path = tmp_path / "file"
    path.write_bytes(b"slug,note\nopen,Other.\n")
    assert "row 2: change open" in run("import_records", path, "--dry-run", kind="license")
