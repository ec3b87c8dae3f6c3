"""Editing in the list, and deleting from it: each POST is one revision."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from policies.admin.catalog import RouteAdmin
from policies.models import License, Revision, Route
from tests.admin.pages import confirm, fields_of, is_impact, list_address, said
from tests.factories import (
    RESTRICTS,
    assert_sound,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

pytestmark = pytest.mark.django_db


def save_list(client, **changes):
    """Open the list of routes, type the changes into it, save."""
    data = fields_of(client.get(list_address(Route)), "changelist-form")
    return client.post(list_address(Route), data | changes | {"_save": "Save"})


def test_it_saves_rows_as_one_revision(curating, curator):
    first, second = make_route(), make_route()
    before = Revision.objects.current_number()
    response = save_list(
        curating,
        **{"form-0-lifecycle": "beta", "form-1-lifecycle": "alpha"},
        reason="As listed.",
    )
    assert response.status_code == 302
    assert Revision.objects.current_number() == before + 1
    for route, lifecycle in ((first, "beta"), (second, "alpha")):
        route.refresh_from_db()
        assert route.lifecycle == lifecycle
        newest = route.history.first()
        assert (newest.history_user, newest.history_change_reason) == (curator, "As listed.")
    assert LogEntry.objects.count() == 2
    assert "2 routes were changed successfully." in said(curating.get(response.url))
    assert_sound()


def test_it_writes_nothing_for_an_unchanged_list(curating):
    make_route()
    before = Revision.objects.current_number()
    assert save_list(curating).status_code == 302
    assert Revision.objects.current_number() == before
    assert not LogEntry.objects.exists()


@pytest.fixture
def terms_in_list(monkeypatch):
    """A list in which an answer can change, as a later configuration may have it."""
    monkeypatch.setattr(RouteAdmin, "list_display", [*RouteAdmin.list_display, "terms"])
    monkeypatch.setattr(RouteAdmin, "list_editable", ["terms"])


def test_it_shows_what_an_edit_in_the_list_would_do(curating, terms_in_list):
    route = make_route(model=make_model(license=make_license("open")))
    terms = make_terms("strict", RESTRICTS)
    response = save_list(curating, **{"form-0-terms": terms.pk})
    assert is_impact(response)
    assert "<b>1 route</b> from allowed to disallowed" in response.content.decode()
    assert said(response) == []
    route.refresh_from_db()
    assert route.terms is None
    assert not LogEntry.objects.exists()
    again = fields_of(response, "impact_form") | {"_edit": "1"}
    form = fields_of(curating.post(list_address(Route), again), "changelist-form")
    assert form["form-0-terms"] == str(terms.pk)
    assert confirm(curating, response, reason="Own terms.").status_code == 302
    route.refresh_from_db()
    assert (route.terms, route.policy.status) == (terms, "disallowed")
    assert_sound()


def choose(client, model, records, **data):
    """Select rows of a list and choose to delete them."""
    chosen = {"action": "delete_selected", "_selected_action": [record.pk for record in records]}
    return client.post(list_address(model), chosen | data)


def test_it_shows_a_page_before_it_deletes_selected_rows(curating):
    spare = make_license("spare")
    response = choose(curating, License, [spare], index="0")
    assert response.status_code == 200
    assert 'name="reason"' in response.content.decode()
    assert License.objects.count() == 1


def test_it_deletes_selected_rows_with_their_history(curating, curator):
    spares = [make_license("spare-1"), make_license("spare-2")]
    before = Revision.objects.current_number()
    response = choose(curating, License, spares, post="yes", reason="Never used.")
    assert response.status_code == 302
    assert not License.objects.exists()
    assert Revision.objects.current_number() == before + 1
    gone = License.history.filter(history_type="-")
    assert gone.count() == 2
    assert {version.history_user for version in gone} == {curator}
    assert LogEntry.objects.count() == 2
    assert_sound()


def test_it_refuses_to_delete_selected_rows_that_are_in_use(curating):
    spare, used = make_license("spare"), make_license("used")
    make_model(license=used)
    response = choose(curating, License, [spare, used], post="yes", reason="Tidy up.")
    assert response.status_code == 200
    assert (
        "The license “used” cannot be deleted: it is used by 1 model." in response.content.decode()
    )
    assert License.objects.count() == 2
    assert not LogEntry.objects.exists()


def test_it_asks_why_selected_answers_vanish(curating):
    route = make_route(provider=make_provider("host"))
    response = choose(curating, Route, [route], post="yes")
    assert is_impact(response)
    assert Route.objects.count() == 1
    assert not LogEntry.objects.exists()
    response = confirm(curating, response, reason="Listed twice.")
    assert response.status_code == 302
    assert not Route.objects.exists()
    assert_sound()


def test_it_says_that_nothing_was_selected(curating):
    make_license("spare")
    response = choose(curating, License, [], index="0")
    messages = said(curating.get(response.url))
    assert messages[0].startswith("Items must be selected")
    assert License.objects.exists()
