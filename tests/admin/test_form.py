"""Saving a record's form: reason, no-op, one transaction."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from policies.admin.door import SAY_WHY
from policies.models import License, PolicyChange, Revision, Route, TextModel
from tests.admin.pages import (
    address,
    confirm,
    fields_of,
    is_impact,
    list_address,
    open_form,
    press_save,
    said,
    save_form,
)
from tests.factories import (
    ALLOWS,
    RESTRICTS,
    SILENT,
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    read_anew,
)

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]


@pytest.fixture(scope="module")
def recorded(kept):
    with editing():
        record = make_license("open", ALLOWS)
        model = make_model("owner/open-model", license=record)
        make_route(model=model)
        make_route(model=model)
    return record


@pytest.fixture
def governed(recorded, db):
    """A license that governs one model and its two routes."""
    (record,) = read_anew(recorded)
    return record


def test_it_saves_a_basis_with_its_reason_and_says_what_followed(curating, curator, governed):
    response = save_form(curating, governed, basis=RESTRICTS, reason="Section 2 restricts outputs.")
    assert response.status_code == 302
    newest = Revision.objects.current()
    assert (newest.actor, newest.user, newest.via) == ("curator", curator, "admin")
    assert newest.reason == "Section 2 restricts outputs."
    assert set(Route.objects.values_list("policy__status", flat=True)) == {"disallowed"}
    assert governed.history.first().history_user == curator
    assert LogEntry.objects.get().object_id == str(governed.pk)
    messages = said(curating.get(response.url))
    assert "was changed successfully" in messages[0]
    assert f"Revision {newest.number}</a>: 2 routes and 1 model got another answer." in messages[1]
    assert_sound()


def test_it_shows_what_a_save_would_do_and_saves_nothing(curating, governed):
    before = Revision.objects.current_number()
    response = press_save(curating, governed, basis=RESTRICTS, note="Outputs are restricted.")
    assert is_impact(response)
    assert said(response) == []
    governed.refresh_from_db()
    assert (governed.basis, governed.version) == (ALLOWS, 1)
    assert Revision.objects.current_number() == before
    assert not LogEntry.objects.exists()
    assert_sound()


def test_it_never_shows_a_refused_edit_as_an_answer(curating):
    record = make_license("closed", RESTRICTS)
    make_model(license=record)
    asked = press_save(curating, record, basis=ALLOWS)
    again = fields_of(asked, "impact_form") | {"_edit": "1"}
    page = curating.post(address(record), again).content.decode()
    shown = page.split("field-status_stored")[1].split("field-where_used")[0]
    assert "Disallowed" in shown
    assert "Allowed" not in shown


def test_it_saves_what_was_shown_once_the_reason_is_given(curating, governed):
    asked = press_save(curating, governed, basis=RESTRICTS)
    assert confirm(curating, asked, reason="Section 2.").status_code == 302
    governed.refresh_from_db()
    assert governed.basis == RESTRICTS
    assert_sound()


@pytest.mark.parametrize(("field", "asks"), [("note", True), ("label", True), ("publisher", False)])
def test_it_asks_exactly_where_an_answer_changes(curating, governed, field, asks):
    response = press_save(curating, governed, **{field: "Something else."})
    assert is_impact(response) is asks
    governed.refresh_from_db()
    assert getattr(governed, field) == ("" if asks else "Something else.")
    assert_sound()


def test_it_calls_blanks_no_reason(curating, governed):
    response = save_form(curating, governed, basis=RESTRICTS, reason=" \n ")
    assert is_impact(response)
    assert SAY_WHY in response.content.decode()
    governed.refresh_from_db()
    assert governed.basis == ALLOWS


@pytest.mark.parametrize("reason", ["a\0b", "x" * 2001])
def test_it_refuses_a_reason_that_cannot_be_stored(curating, governed, reason):
    response = save_form(curating, governed, basis=RESTRICTS, reason=reason)
    assert response.status_code == 200
    assert "reason" in response.context["adminform"].form.errors
    governed.refresh_from_db()
    assert governed.basis == ALLOWS


def test_it_saves_nothing_where_nothing_differs(curating, governed):
    before = Revision.objects.current_number()
    response = save_form(curating, governed, reason="Just looking.")
    assert said(curating.get(response.url)) == [
        "Nothing differs from what is stored, so nothing was saved."
    ]
    assert Revision.objects.current_number() == before
    assert not LogEntry.objects.exists()
    governed.refresh_from_db()
    assert governed.version == 1


def test_it_changes_nothing_when_the_log_cannot_be_written(curating, governed, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("no log")

    monkeypatch.setattr(LogEntry.objects, "log_actions", broken)
    with pytest.raises(RuntimeError, match="no log"):
        save_form(curating, governed, basis=RESTRICTS, reason="Section 2.")
    governed.refresh_from_db()
    assert governed.basis == ALLOWS
    assert_sound()


def test_it_logs_nothing_when_the_history_of_answers_cannot_be_written(
    curating, governed, monkeypatch
):
    before = Revision.objects.current_number()

    def broken(*args, **kwargs):
        raise RuntimeError("no history")

    monkeypatch.setattr(PolicyChange.objects, "bulk_create", broken)
    with pytest.raises(RuntimeError, match="no history"):
        save_form(curating, governed, basis=RESTRICTS, reason="Section 2.")
    assert not LogEntry.objects.exists()
    assert Revision.objects.current_number() == before
    governed.refresh_from_db()
    assert governed.basis == ALLOWS
    assert_sound()


def test_it_refuses_a_basis_without_a_source(curating, governed):
    response = save_form(curating, governed, basis=RESTRICTS, source_url="", reason="Section 2.")
    assert "A source URL is required" in response.context["adminform"].form.errors["source_url"][0]


@pytest.mark.parametrize("evidence", ["text-read", "excerpt-read"])
def test_it_asks_for_the_quote_of_a_text_that_was_read(curating, governed, evidence):
    claimed = {"evidence": evidence, "reason": "Read."}
    refused = save_form(curating, governed, quote=" \n ", **claimed)
    assert "A quote is required" in refused.context["adminform"].form.errors["quote"][0]
    governed.refresh_from_db()
    assert governed.evidence == "none"
    assert save_form(curating, governed, quote="Any purpose.", **claimed).status_code == 302


@pytest.mark.parametrize(
    ("basis", "evidence"), [(ALLOWS, "secondary"), (ALLOWS, "none"), (SILENT, "text-read")]
)
def test_it_asks_for_no_quote_where_nothing_was_read_or_found(curating, governed, basis, evidence):
    page = save_form(curating, governed, basis=basis, evidence=evidence, quote="", reason="Read.")
    assert page.status_code == 302


@pytest.mark.parametrize("bad", ["javascript:alert(1)", "ftp://files.example/x", "not a url"])
def test_it_takes_only_web_addresses(curating, governed, bad):
    response = save_form(curating, governed, source_url=bad, reason="Moved.")
    assert "source_url" in response.context["adminform"].form.errors


def test_it_adds_a_document_without_asking_since_nothing_uses_it(curating):
    data = {
        "name": "New license",
        "slug": "new-1.0",
        "basis": ALLOWS,
        "source_url": "https://licenses.example/new",
        "evidence": "text-read",
        "quote": "You may use the outputs for any purpose.",
        "conditions-attribution-1-on": "on",
        "conditions-attribution-1-detail": "keep the notice",
    }
    response = curating.post(list_address(License, "add"), data)
    assert response.status_code == 302
    added = License.objects.get(slug="new-1.0")
    assert added.conditions == [{"kind": "attribution", "detail": "keep the notice"}]
    assert added.history.count() == 1
    assert "no answer changed" in said(curating.get(response.url))[1]
    assert_sound()


def test_it_asks_why_an_answer_appears(curating):
    data = {
        "canonical_id": "owner/new",
        "name": "New",
        "license": make_license("open").pk,
        "license_evidence": "publisher",
        "aliases-TOTAL_FORMS": "1",
        "aliases-INITIAL_FORMS": "0",
        "aliases-0-name": "owner/New-Instruct",
    }
    response = curating.post(list_address(TextModel, "add"), data)
    assert "<b>1 model</b> new, allowed" in response.content.decode()
    assert not TextModel.objects.exists()
    response = confirm(curating, response, reason="Released.")
    assert response.status_code == 302
    added = TextModel.objects.get()
    assert added.policy.status == "allowed"
    assert TextModel.objects.search("new-instruct").get() == added
    assert_sound()


def test_it_moves_a_model_to_another_license_and_flips_its_routes_alone(curating, governed):
    other = make_license("closed", RESTRICTS)
    bystander = make_route(model=make_model(license=governed))
    model = TextModel.objects.get(canonical_id="owner/open-model")
    response = save_form(curating, model, license=other.pk, reason="Wrong license recorded.")
    assert response.status_code == 302
    statuses = model.routes.values_list("policy__status", flat=True)
    assert set(statuses) == {"disallowed"}
    bystander.refresh_from_db()
    assert bystander.policy.status == "allowed"
    assert_sound()


def test_it_gives_a_familys_license_to_members_without_their_own(curating):
    family = make_family("fam")
    member = make_model(family=family)
    response = save_form(curating, family, license=make_license("open").pk, reason="Family file.")
    assert response.status_code == 302
    member.refresh_from_db()
    assert member.policy.status == "allowed"
    assert_sound()


def test_it_puts_a_provider_under_terms(curating):
    provider = make_provider("host")
    route = make_route(model=make_model(license=make_license("open")), provider=provider)
    response = save_form(curating, provider, terms=make_terms("no", RESTRICTS).pk, reason="Read.")
    assert response.status_code == 302
    route.refresh_from_db()
    assert route.policy.status == "disallowed"
    assert_sound()


def test_it_keeps_the_version_out_of_the_hands_of_the_form(curating, governed):
    data = open_form(curating, governed)
    assert data["seen_version"] == "1"
    save_form(curating, governed, publisher="Somebody", version="99")
    governed.refresh_from_db()
    assert governed.version == 2


def test_it_offers_every_document_where_no_script_searches_for_it(curating, governed):
    make_license("other")
    make_terms("silent", SILENT)
    model = curating.get(address(TextModel.objects.get())).content.decode()
    route = curating.get(address(Route.objects.first())).content.decode()

    assert ">other</option>" in model
    assert ">silent</option>" in route
