"""A save that was begun from an older version: refused, both sides shown, the input kept."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test import Client

from policies.models import License, ProviderTerms, Revision, Route
from tests.admin.conftest import staff
from tests.admin.pages import (
    address,
    confirm,
    fields_of,
    list_address,
    open_form,
    save_form,
)
from tests.factories import (
    ALLOWS,
    PERMITS,
    RESTRICTS,
    assert_sound,
    make_license,
    make_model,
    make_route,
    make_terms,
    save,
)

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]


@pytest.fixture
def contested(curating):
    """A license whose form is open while somebody else saves a note."""
    record = make_license("open", ALLOWS, note="First note.")
    make_model(license=record)
    data = open_form(curating, record)
    theirs = License.objects.get(pk=record.pk)
    save(theirs, note="Their note.")
    return record, data


def test_it_refuses_a_stale_save_and_shows_both_sides(curating, contested):
    record, data = contested
    before = Revision.objects.current_number()
    response = curating.post(address(record), data | {"note": "My note.", "reason": "Mine."})
    assert response.status_code == 200
    form = response.context["adminform"].form
    assert form.non_field_errors() == [
        f"Revision {before} by tester saved this meanwhile. Nothing of yours is saved yet."
    ]
    (row,) = form.conflict.rows
    assert row[1:5] == ("Note", "First note.", "Their note.", "My note.")
    page = response.content.decode()
    assert ">Their note.</td>" in page
    assert "My note.</textarea>" in page
    record.refresh_from_db()
    assert record.note == "Their note."
    assert Revision.objects.current_number() == before


def test_it_saves_over_what_was_shown(curating, contested):
    record, data = contested
    refused = curating.post(address(record), data | {"note": "My note.", "reason": "Mine."})
    again = fields_of(refused, "license_form")
    assert again["note"].strip() == "My note."
    assert confirm(curating, curating.post(address(record), again)).status_code == 302
    record.refresh_from_db()
    assert (record.note, record.version) == ("My note.", 3)
    assert_sound()


def test_it_refuses_again_where_somebody_was_faster_again(curating, contested):
    record, data = contested
    refused = curating.post(address(record), data | {"note": "My note.", "reason": "Mine."})
    save(License.objects.get(pk=record.pk), note="A third note.")
    response = curating.post(address(record), fields_of(refused, "license_form"))
    assert response.status_code == 200
    assert response.context["adminform"].form.conflict.rows[0].theirs == "A third note."


def test_it_shows_what_they_changed_although_i_did_not_touch_it(curating, contested):
    record, data = contested
    mine = data | {"publisher": "Somebody", "reason": "Mine."}
    form = curating.post(address(record), mine).context["adminform"].form
    sides = {row.label: (row.theirs, row.mine) for row in form.conflict.rows}
    assert sides == {"Note": ("Their note.", "First note."), "Publisher": ("–", "Somebody")}


def refuse(curating, record, data, **mine):
    """The fields of the form after a stale save."""
    response = curating.post(address(record), data | mine | {"reason": "Mine."})
    assert response.context["adminform"].form.conflict
    return fields_of(response, "license_form")


@pytest.mark.parametrize(
    ("choice", "note"), [("mine", "My note."), ("theirs", "Their note."), (None, "My note.")]
)
def test_it_keeps_of_each_field_what_was_chosen(curating, contested, choice, note):
    record, data = contested
    again = refuse(curating, record, data, note="My note.", publisher="Somebody")
    assert again["note-choice"] == "mine"
    if choice:
        again["note-choice"] = choice
    else:
        del again["note-choice"]
    response = curating.post(address(record), again)
    if note == "My note.":
        response = confirm(curating, response)
    assert response.status_code == 302
    record.refresh_from_db()
    assert (record.note, record.publisher, record.version) == (note, "Somebody", 3)
    assert_sound()


def test_it_takes_over_what_only_they_edited(curating, contested):
    record, data = contested
    theirs = License.objects.get(pk=record.pk)
    conditions = [{"kind": "naming", "detail": "say Foo"}, {"kind": "territory", "detail": ""}]
    save(theirs, conditions=conditions, verified_on="2026-11-24", evidence="secondary")
    again = refuse(curating, record, data, publisher="Somebody")
    assert again["note"].strip() == "Their note."
    assert "note-choice" not in again
    assert curating.post(address(record), again).status_code == 302
    record.refresh_from_db()
    assert (record.note, record.publisher) == ("Their note.", "Somebody")
    assert (record.conditions, record.evidence) == (conditions, "secondary")
    assert str(record.verified_on) == "2026-11-24"


def test_it_takes_theirs_of_every_kind_of_field(curating):
    first, second, third = (make_license(slug) for slug in ("one", "two", "three"))
    route = make_route(make_model(license=first))
    data = open_form(curating, route.model)
    save(route.model, license=second, context_length=None, release_date="2026-01")
    mine = {"license": third.pk, "context_length": "5", "release_date": "2025"}
    response = curating.post(address(route.model), data | mine)
    again = fields_of(response, "textmodel_form")
    assert again["license"] == str(third.pk)
    again |= {name: "theirs" for name in again if name.endswith("-choice")}
    assert curating.post(address(route.model), again).status_code == 302
    route.model.refresh_from_db()
    kept = route.model.license, route.model.context_length, route.model.release_date
    assert kept == (second, None, "2026-01")
    assert route.model.version == 2


def test_it_compares_again_where_theirs_was_saved_over_meanwhile(curating, contested):
    record, data = contested
    again = refuse(curating, record, data, note="My note.") | {"note-choice": "theirs"}
    save(License.objects.get(pk=record.pk), note="A third note.")
    again["publisher"] = "Somebody"
    response = curating.post(address(record), again)
    assert response.context["adminform"].form.conflict
    assert fields_of(response, "license_form")["note"].strip() == "A third note."


def test_it_lets_a_stale_form_through_that_asks_for_what_is_stored(curating, contested):
    record, data = contested
    response = curating.post(address(record), data | {"note": "Their note.", "reason": "Same."})
    assert response.status_code == 302
    record.refresh_from_db()
    assert record.version == 2


@pytest.mark.parametrize("version", [None, "", "soon"])
def test_it_refuses_an_edit_that_does_not_say_from_which_version(curating, version):
    record = make_license("open")
    data = open_form(curating, record) | {"publisher": "Somebody"}
    data.pop("seen_version")
    if version is not None:
        data["seen_version"] = version
    response = curating.post(address(record), data)
    assert response.status_code == 200
    assert "does not say which version" in response.content.decode()
    record.refresh_from_db()
    assert record.publisher == ""


def test_it_says_conditions_choices_and_links_in_words(curating):
    record = make_license("open", ALLOWS, conditions=[{"kind": "naming", "detail": "say Foo"}])
    data = open_form(curating, record)
    save(License.objects.get(pk=record.pk), conditions=[], evidence="text-read")
    form = curating.post(address(record), data | {"reason": "x"}).context["adminform"].form
    sides = {row.label: row[2:5] for row in form.conflict.rows}
    assert sides["Conditions"] == ("Naming: say Foo", "–", "Naming: say Foo")
    assert sides["Evidence"] == ("Not read", "Text read", "Not read")


def test_it_says_yes_and_no(curating):
    record = make_terms("host", PERMITS)
    data = open_form(curating, record)
    save(ProviderTerms.objects.get(pk=record.pk), subject_to_license=False)
    form = curating.post(address(record), data | {"reason": "x"}).context["adminform"].form
    (row,) = form.conflict.rows
    assert row[1:5] == ("Subject to license", "Yes", "No", "Yes")


def test_it_refuses_a_stale_row_in_the_list(curating):
    route = make_route()
    other = make_route()
    data = fields_of(curating.get(list_address(Route)), "changelist-form")
    save(Route.objects.get(pk=route.pk), lifecycle="beta")
    data |= {"form-0-lifecycle": "alpha", "form-1-lifecycle": "alpha", "_save": "Save"}
    response = curating.post(list_address(Route), data)
    assert response.status_code == 200
    assert "Lifecycle: stored now “Beta”, your input “Alpha”." in response.content.decode()
    for record, lifecycle in ((route, "beta"), (other, "active")):
        record.refresh_from_db()
        assert record.lifecycle == lifecycle
    again = fields_of(response, "changelist-form") | {"_save": "Save"}
    assert curating.post(list_address(Route), again).status_code == 302
    assert set(Route.objects.values_list("lifecycle", flat=True)) == {"alpha"}
    assert_sound()


def test_it_leaves_rows_alone_that_were_not_edited_in_the_list(curating):
    make_route()
    untouched = make_route()
    data = fields_of(curating.get(list_address(Route)), "changelist-form")
    data |= {"form-0-lifecycle": "alpha", "_save": "Save"}
    assert curating.post(list_address(Route), data).status_code == 302
    untouched.refresh_from_db()
    assert untouched.version == 1


@pytest.mark.django_db(transaction=True)
def test_it_acknowledges_one_of_two_saves_at_the_same_time():
    record = make_license("open", ALLOWS)
    make_model(license=record)
    browsers = []
    for name in ("one", "two"):
        browser = Client()
        browser.force_login(staff(name, "change", "view"))
        browsers.append((browser, open_form(browser, record)))
    start, answers = threading.Barrier(2), []

    def press_save(browser, data, basis):
        start.wait(timeout=10)
        try:
            asked = browser.post(address(record), data | {"basis": basis, "reason": "Read."})
            start.wait(timeout=30)  # both have seen their impact
            answers.append((basis, confirm(browser, asked).status_code))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=press_save, args=(*browser, basis))
        for browser, basis in zip(browsers, (RESTRICTS, "closed-provider-restriction"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(code for _, code in answers) == [200, 302]
    record.refresh_from_db()
    assert record.basis == next(basis for basis, code in answers if code == 302)
    assert record.version == 2
    assert_sound()


def test_it_keeps_the_stale_check_apart_from_the_reason(curating, contested):
    record, data = contested
    form = curating.post(address(record), data | {"note": "My note."}).context["adminform"].form
    assert form.conflict
    assert "reason" not in form.errors


def test_it_saves_a_second_edit_from_the_newly_opened_form(curating, contested):
    record, _ = contested
    assert save_form(curating, record, note="My note.", reason="Mine.").status_code == 302
    record.refresh_from_db()
    assert record.note == "My note."
