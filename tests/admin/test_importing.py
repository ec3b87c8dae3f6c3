"""Licenses and terms out of the admin, through a spreadsheet, and back."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from policies.admin.importing import MAX_BYTES, SHOWN_PROBLEMS, packed
from policies.models import License, ProviderTerms, Revision
from tests.admin.conftest import staff
from tests.admin.pages import fields_of, list_address, said
from tests.catalog.files import stored_rows
from tests.factories import (
    ALLOWS,
    RESTRICTS,
    assert_sound,
    editing,
    make_license,
    make_model,
    make_route,
    make_terms,
    save,
)
from tests.records.files import csv_of, exported, rows_of

pytestmark = pytest.mark.django_db

IMPORT = "/admin/policies/license/import/"
KINDS = {License: "licenses", ProviderTerms: "provider-terms"}


@pytest.fixture
def governed():
    """A license that governs one model and its two routes."""
    with editing():
        record = make_license("open", ALLOWS, name="Open License")
        model = make_model("owner/open-model", license=record)
        make_route(model=model)
        make_route(model=model)
    return record


def edited(**changes: str) -> bytes:
    """The export with its first row changed."""
    rows = rows_of(exported())
    rows[0] |= changes
    return csv_of(rows)


def upload(browser: Client, content: bytes, name: str = "licenses.csv", to: str = IMPORT):
    return browser.post(to, {"file": SimpleUploadedFile(name, content)})


def confirm(browser: Client, page, **changes: str):
    """Press the button of a plan page."""
    return browser.post(IMPORT, fields_of(page, "confirm_form") | changes)


def text_of(response) -> str:
    """What stands on a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


class TestImport:
    def test_it_shows_rows_and_impact_and_writes_nothing(self, curating, governed):
        before = stored_rows()
        shown = upload(curating, edited(basis=RESTRICTS, note="Section 2 restricts outputs."))
        assert shown.status_code == 200
        assert stored_rows() == before
        text = text_of(shown)
        assert (
            "Importing licenses.csv would change 1 license, and so change "
            "2 routes and 1 model from allowed to disallowed." in text
        )
        assert f"{ALLOWS} to → {RESTRICTS}" in text
        assert "empty to → Section 2 restricts outputs." in text
        assert "owner/open-model" in shown.content.decode().replace("<wbr>", "").replace(
            '<span class="pre">', ""
        ).replace("</span>", "")
        assert '<button class="btn go">Change 1 license</button>' in shown.content.decode()

    def test_it_does_what_was_shown(self, curating, curator, governed):
        shown = upload(curating, edited(basis=RESTRICTS))
        response = confirm(curating, shown, reason="Section 2.")
        assert (response.status_code, response["Location"]) == (302, list_address(License))
        newest = Revision.objects.current()
        assert (newest.user, newest.via, newest.reason) == (curator, "import", "Section 2.")
        governed.refresh_from_db()
        assert governed.basis == RESTRICTS
        (message,) = said(curating.get(response["Location"]))
        assert f"Revision {newest.number}</a>: 2 routes and 1 model got another answer." in message
        assert_sound()

    def test_it_asks_for_a_reason_and_keeps_the_file(self, curating, governed):
        before = stored_rows()
        asked = confirm(curating, upload(curating, edited(basis=RESTRICTS)), reason=" ")
        assert asked.status_code == 200
        assert "Say why" in text_of(asked)
        assert stored_rows() == before
        assert confirm(curating, asked, reason="Section 2.").status_code == 302

    @pytest.mark.parametrize("reason", ["a\0b", "x" * 2001])
    def test_it_refuses_a_reason_that_cannot_be_stored(self, curating, governed, reason):
        before = stored_rows()
        asked = confirm(curating, upload(curating, edited(basis=RESTRICTS)), reason=reason)
        assert 'role="alert"' in asked.content.decode()
        assert stored_rows() == before

    def test_it_needs_no_reason_where_no_answer_changes(self, curating, governed):
        shown = upload(curating, edited(publisher="Somebody"))
        assert "no answer would change" in text_of(shown)
        assert "required" not in fields_of(shown, "confirm_form")
        assert confirm(curating, shown).status_code == 302
        assert License.objects.get().publisher == "Somebody"

    def test_it_adds_records(self, curating, governed):
        content = csv_of([{"slug": "new", "name": "New"}])
        shown = upload(curating, content)
        assert '<button class="btn go">Add 1 license</button>' in shown.content.decode()
        confirm(curating, shown)
        assert License.objects.get(slug="new").history.get().history_type == "+"

    def test_it_flags_what_may_be_recorded_already(self, curating, governed):
        rows = [{"slug": slug, "name": "OPEN license"} for slug in ("new", "newer")]
        shown = upload(curating, csv_of(rows)).content.decode()
        link = f"/admin/policies/license/{governed.pk}/change/"
        assert f'<a href="{link}">{governed}</a> has the same name.' in shown
        assert "of this file has the same name." in shown

    def test_it_shows_the_new_plan_where_the_state_has_moved(self, curating, governed):
        rows = rows_of(edited(basis=RESTRICTS))
        del rows[0]["version"]
        shown = upload(curating, csv_of(rows))
        make_route(model=governed.models.get())
        before = stored_rows()
        again = confirm(curating, shown, reason="Section 2.")
        assert stored_rows() == before
        assert "somebody saved records since you looked" in text_of(again)
        assert "3 routes and 1 model from allowed to disallowed" in text_of(again)
        assert fields_of(again, "confirm_form")["reason"] == "Section 2."
        assert confirm(curating, again).status_code == 302
        assert_sound()

    def test_it_shows_the_error_where_the_record_was_saved_meanwhile(self, curating, governed):
        shown = upload(curating, edited(basis=RESTRICTS))
        save(governed, note="Theirs.")
        again = confirm(curating, shown, reason="Section 2.")
        assert "version 2 is stored" in text_of(again)
        assert "confirm_form" not in again.content.decode()
        assert governed.history.count() == 2

    def test_it_says_where_nothing_is_left_to_do(self, curating, governed):
        shown = upload(curating, edited(publisher="Somebody"))
        save(governed, publisher="Somebody")
        before = stored_rows()
        response = confirm(curating, shown)
        assert said(curating.get(response["Location"])) == [
            "The file holds what is stored already: nothing was imported."
        ]
        assert stored_rows() == before


class TestErrors:
    def test_it_shows_each_error_and_takes_the_mended_file(self, curating, governed):
        shown = upload(curating, edited(basis="allowed", verified_on="01.02.2026"))
        text = text_of(shown)
        assert "licenses.csv has 2 errors ; mend them and choose the file again." in text
        assert "2 basis &#x27;allowed&#x27; is not known; accepted: permissive-open-weights" in text
        assert "2 verified_on &#x27;01.02.2026&#x27; is no date; accepted: YYYY-MM-DD" in text
        assert "confirm_form" not in shown.content.decode()
        assert "import_form" in shown.content.decode()

    def test_it_shows_the_first_of_many_errors(self, curating):
        content = b"slug,name\n" + b"a\n" * 300
        text = text_of(upload(curating, content))
        assert f"The first {SHOWN_PROBLEMS} of 300" in text

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "The submitted file is empty."),
            (b" \n", "The file is empty."),
            (b"slug\nm\xfc\n", "The file is not UTF-8 text: byte 6 (0xFC, in line 2) is wrong."),
            (
                b"x" * (MAX_BYTES + 1),
                "The file has 1,500,001 bytes; at most 1,500,000 are accepted",
            ),
            (b'{"kind": "terms", "records": []}', "The file holds &#x27;terms&#x27;"),
        ],
    )
    def test_it_refuses_what_is_no_file_of_licenses(self, curating, content, words):
        page = upload(curating, content)
        assert page.status_code == 200
        assert words in text_of(page)
        assert 'aria-invalid="true"' in page.content.decode()

    def test_it_asks_again_where_no_file_was_chosen(self, curating):
        assert "This field is required." in text_of(curating.post(IMPORT, {}))

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "x",
            "ü",
            packed(b"slug\n")[:-8],
            packed(b"slug\n" + b"x" * (MAX_BYTES + 10_000_000)),
            packed(b"\xff"),
        ],
    )
    def test_it_takes_no_damaged_confirmation(self, curating, governed, content):
        before = stored_rows()
        data = fields_of(upload(curating, edited(basis=RESTRICTS)), "confirm_form")
        page = curating.post(IMPORT, {**data, "content": content, "reason": "Yes."})
        assert page.status_code == 200
        assert "import_form" in page.content.decode()
        assert stored_rows() == before

    @pytest.mark.parametrize("shown", ["", "x", "x" * 101])
    def test_it_shows_the_plan_again_where_what_was_shown_is_not_told(
        self, curating, governed, shown
    ):
        before = stored_rows()
        page = confirm(
            curating, upload(curating, edited(basis=RESTRICTS)), shown=shown, reason="Yes."
        )
        assert "confirm_form" in page.content.decode()
        assert stored_rows() == before

    def test_it_escapes_what_stands_in_the_file(self, curating, governed):
        page = upload(curating, edited(note="<script>x</script>"), name="<b>.csv").content.decode()
        assert "<script>x" not in page
        assert "<b>.csv" not in page

    def test_it_takes_the_largest_file_through_its_confirmation(self, curating):
        """Text that hardly compresses still fits the request."""
        import random

        letters = random.Random(1).choices(
            [chr(n) for n in range(0x21, 0x7F) if chr(n) not in "\"',=+-@"], k=1_400_000
        )
        text = "".join(letters)
        notes = [text[n : n + 2000] for n in range(0, len(text), 2000)]
        rows = [{"slug": f"new-{n}", "name": "New", "note": note} for n, note in enumerate(notes)]
        shown = upload(curating, csv_of(rows))
        assert "add 700 licenses" in text_of(shown)
        assert confirm(curating, shown).status_code == 302
        assert License.objects.count() == 700


class TestPermissions:
    @pytest.mark.parametrize("model", KINDS)
    def test_it_lets_readers_download_and_not_import(self, reading, model):
        make_license()
        make_terms()
        page = reading.get(list_address(model)).content.decode()
        assert "Download CSV" in page
        assert list_address(model, "import") not in page
        assert reading.get(list_address(model, "export_csv")).status_code == 200
        for answer in (
            reading.get(list_address(model, "import")),
            upload(reading, b"x", to=list_address(model, "import")),
        ):
            assert answer.status_code == 403

    @pytest.mark.parametrize("actions", [("add", "view"), ("change", "view"), ()])
    def test_it_imports_for_nobody_who_may_not_add_and_change(self, db, actions):
        browser = Client()
        browser.force_login(staff("half", *actions))
        assert browser.get(IMPORT).status_code == 403
        if not actions:
            assert browser.get(list_address(License, "export_csv")).status_code == 403

    @pytest.mark.parametrize("page", ["import", "export_csv", "export_json"])
    def test_it_sends_strangers_and_mere_users_to_the_login(self, db, page):
        user = Client()
        user.force_login(User.objects.create_user("nobody"))
        for browser in (Client(), user):
            answer = browser.get(reverse(f"admin:policies_license_{page}"))
            assert answer.status_code == 302
            assert "login" in answer["Location"]

    def test_it_wants_a_token_against_forged_requests(self, curator):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(curator)
        assert upload(browser, b"slug\n").status_code == 403


def test_it_opens_with_a_constant_number_of_queries(curating, django_assert_num_queries):
    with django_assert_num_queries(4):
        page = curating.get(IMPORT)
    assert "Show what it would change" in text_of(page)
    assert "permissive-open-weights, closed-provider-restriction" in text_of(page)


def test_it_shows_a_plan_with_a_constant_number_of_queries(curating, django_assert_max_num_queries):
    for number in range(5):
        with editing():
            record = make_license(f"open-{number}", ALLOWS)
            make_route(model=make_model(license=record))
        rows = [{**row, "basis": RESTRICTS} for row in rows_of(exported())]
        with django_assert_max_num_queries(22):
            upload(curating, csv_of(rows))
