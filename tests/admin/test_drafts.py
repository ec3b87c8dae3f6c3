"""What was typed while a login expired: it goes through the login and back, and is never saved unasked."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from policies.admin.drafts import LIMIT, LOST, Draft
from policies.models import License, Revision, TextModel
from tests.admin.conftest import staff
from tests.admin.pages import address, confirm, fields_of, is_impact, list_address, open_form, said
from tests.factories import (
    ALLOWS,
    RESTRICTS,
    assert_sound,
    editing,
    make_license,
    make_model,
    make_route,
    save,
)

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
RIGHT = {"username": "curator", "password": "right-and-long"}
NOTE = "Typed for an hour: “no training”, <b>bold</b> & two\nlines."


@pytest.fixture
def stored(curator) -> License:
    """A license that governs one model; its curator has a password."""
    curator.set_password(RIGHT["password"])
    curator.save()
    with editing():
        record = make_license("open", ALLOWS)
        make_model("owner/open-model", license=record)
    return record


@pytest.fixture
def typed(stored, curator) -> dict:
    """The form of that license as it stands in the browser, edited."""
    editor = Client()
    editor.force_login(curator)
    return open_form(editor, stored) | {"note": NOTE, "basis": RESTRICTS, "_save": "Save"}


def through_login(browser: Client, asked, **credentials):
    """Fill in the login page that came in place of the form."""
    action = asked.context["app_path"]
    return browser.post(action, fields_of(asked, "login-form") | (credentials or RIGHT))


def test_it_brings_back_what_was_typed_and_saves_nothing(stored, typed):
    before = Revision.objects.current_number()
    browser = Client()
    asked = browser.post(address(stored), typed)
    assert asked.status_code == 403
    assert "what you typed is kept" in asked.content.decode()

    back = through_login(browser, asked)
    assert "nothing is saved yet" in back.content.decode()
    assert back.context["path"] == address(stored)
    form = browser.post(address(stored), fields_of(back, "draft_form"))
    again = fields_of(form, "license_form")
    assert {name: again[name] for name in ("note", "basis", "seen_version")} == {
        "note": NOTE,
        "basis": RESTRICTS,
        "seen_version": "1",
    }
    assert Revision.objects.current_number() == before

    asked = browser.post(address(stored), again)
    assert is_impact(asked)
    assert confirm(browser, asked, reason="Section 2.").status_code == 302
    stored.refresh_from_db()
    assert (stored.basis, stored.note) == (RESTRICTS, NOTE)
    assert_sound()


def test_it_survives_wrong_passwords_and_never_echoes_them(stored, typed):
    browser = Client()
    asked = browser.post(address(stored), typed)
    for wrong in ("one-wrong-word", "two-wrong-words"):
        asked = through_login(browser, asked, username="curator", password=wrong)
        assert asked.status_code == 200
        assert wrong not in asked.content.decode()
        assert asked.context["draft"]
    back = through_login(browser, asked)
    assert ["note", NOTE] in back.context["fields"]
    page = back.content.decode()
    assert RIGHT["password"] not in page
    assert "<b>bold" not in page


def test_it_survives_the_pause_after_too_many_attempts(stored, typed, settings):
    settings.AXES_ENABLED, settings.AXES_FAILURE_LIMIT = True, 2
    browser = Client()
    asked = browser.post(address(stored), typed)
    draft = asked.context["draft"]
    for _ in range(2):
        locked = browser.post(LOGIN, {"username": "curator", "password": "x", "draft": draft})
    assert locked.status_code == 429
    assert "Log in, with what you had typed" in locked.content.decode()

    settings.AXES_ENABLED = False  # the pause is over
    asked = browser.post(LOGIN, fields_of(locked))
    assert asked.status_code == 403
    assert ["note", NOTE] in through_login(browser, asked).context["fields"]


def test_it_keeps_the_reason_given_on_the_impact_page(stored, curator):
    curating = Client()
    curating.force_login(curator)
    data = open_form(curating, stored) | {"basis": RESTRICTS}
    shown = fields_of(curating.post(address(stored), data), "impact_form")
    browser = Client()
    asked = browser.post(address(stored), shown | {"reason": "Section 2 restricts."})
    back = through_login(browser, asked)
    form = browser.post(address(stored), fields_of(back, "draft_form"))
    assert not is_impact(form)
    assert fields_of(form, "license_form")["reason"] == "Section 2 restricts."
    stored.refresh_from_db()
    assert stored.basis == ALLOWS


def test_it_keeps_new_records_and_the_rows_of_other_forms(stored):
    data = {
        "canonical_id": "owner/new",
        "name": "New",
        "license_evidence": "publisher",
        "aliases-TOTAL_FORMS": "1",
        "aliases-INITIAL_FORMS": "0",
        "aliases-0-name": "owner/New-Instruct",
    }
    browser = Client()
    back = through_login(browser, browser.post(list_address(TextModel, "add"), data))
    form = browser.post(back.context["path"], fields_of(back, "draft_form"))
    again = fields_of(form, "textmodel_form")
    assert (again["canonical_id"], again["aliases-0-name"]) == ("owner/new", "owner/New-Instruct")
    assert not TextModel.objects.filter(canonical_id="owner/new").exists()


def test_it_keeps_edits_in_a_list(stored, curator):
    curating = Client()
    curating.force_login(curator)
    route = make_route(model=TextModel.objects.get())
    data = fields_of(curating.get(list_address(type(route))), "changelist-form")
    data |= {"form-0-lifecycle": "beta", "reason": "Announced.", "_save": "Save"}
    browser = Client()
    back = through_login(browser, browser.post(list_address(type(route)), data))
    page = browser.post(back.context["path"], fields_of(back, "draft_form"))
    again = fields_of(page, "changelist-form")
    assert (again["form-0-lifecycle"], again["reason"]) == ("beta", "Announced.")
    route.refresh_from_db()
    assert route.lifecycle == "active"


def test_it_meets_a_save_made_meanwhile_as_any_form_does(stored, typed):
    browser = Client()
    back = through_login(browser, browser.post(address(stored), typed))
    save(License.objects.get(), note="Somebody else's.")
    form = browser.post(address(stored), fields_of(back, "draft_form"))
    conflict = form.context["adminform"].form.conflict
    assert {row.name for row in conflict.rows} == {"note", "basis"}
    stored.refresh_from_db()
    assert stored.note == "Somebody else's."


def test_it_says_so_where_it_cannot_carry_that_much(stored, typed):
    browser = Client()
    asked = browser.post(address(stored), typed | {"internal_note": "x" * (LIMIT + 1)})
    assert LOST in asked.content.decode()
    assert "draft" not in fields_of(asked, "login-form")


@pytest.mark.parametrize("spoilt", ["forged", "cut", "old"])
def test_it_takes_back_only_what_it_signed_itself(stored, typed, spoilt):
    browser = Client()
    asked = browser.post(address(stored), typed)
    data = fields_of(asked, "login-form") | RIGHT
    data["draft"] = {"forged": "x:y:z", "cut": data["draft"][:-1], "old": data["draft"]}[spoilt]
    with time_machine.travel("2036-01-01" if spoilt == "old" else "2026-11-24"):
        response = browser.post(asked.context["app_path"], data)
        assert (response.status_code, response.url) == (302, address(stored))
        assert said(browser.get(response.url)) == [LOST]


@pytest.mark.parametrize("path", ["/admin/auth/user/add/", "/admin/password_change/", "/saved/"])
def test_it_carries_the_forms_of_records_and_no_others(stored, path):
    response = Client().post(path, {"password1": "secret-of-a-user"})
    assert response.status_code == 302
    assert "login" in response.url


def test_it_lets_somebody_without_the_permission_see_no_form(stored, typed):
    nobody = staff("nobody")
    nobody.set_password("long-enough-too")
    nobody.save()
    browser = Client()
    asked = browser.post(address(stored), typed)
    back = through_login(browser, asked, username="nobody", password="long-enough-too")
    assert browser.post(address(stored), fields_of(back, "draft_form")).status_code == 403


class TestToken:
    """The form's own token changes with every login."""

    def stale(self, stored, **headers):
        browser = Client(enforce_csrf_checks=True)
        browser.cookies["csrftoken"] = "a" * 32
        data = {"note": NOTE, "csrfmiddlewaretoken": "b" * 32}
        return browser, data, headers | {"origin": "http://testserver"}

    def test_it_offers_a_form_of_an_earlier_login_again(self, stored, curator):
        browser, data, headers = self.stale(stored)
        browser.force_login(curator)
        back = browser.post(address(stored), data, headers=headers)
        assert back.status_code == 403
        assert back.context["fields"] == [["note", NOTE]]
        fresh = back.context["csrf_token"]
        sent = fields_of(back, "draft_form") | {"csrfmiddlewaretoken": str(fresh)}
        form = browser.post(address(stored), sent, headers=headers)
        assert fields_of(form, "license_form")["note"] == NOTE

    def test_it_asks_a_stranger_to_log_in_first(self, stored):
        browser, data, headers = self.stale(stored)
        asked = browser.post(address(stored), data, headers=headers)
        assert asked.status_code == 403
        assert asked.context["draft"]

    def test_it_carries_a_draft_through_a_stale_login_page(self, stored):
        browser, data, headers = self.stale(stored)
        signed = Draft(address(stored), [["note", NOTE]]).signed
        asked = browser.post(LOGIN, RIGHT | data | {"draft": signed}, headers=headers)
        assert asked.status_code == 403
        assert asked.context["draft"]

    @pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://testserver"])
    def test_it_refuses_what_a_strangers_page_posts(self, stored, curator, origin):
        browser, data, _ = self.stale(stored)
        browser.force_login(curator)
        response = browser.post(address(stored), data, headers={"origin": origin})
        assert response.status_code == 403
        assert "Typed for an hour" not in response.content.decode()
