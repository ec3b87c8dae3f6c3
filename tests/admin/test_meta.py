"""What holds for every admin, so that a new table cannot be forgotten."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from policies.admin.base import CuratedAdmin, PlainAdmin, ReadOnlyAdmin
from policies.models import (
    CURATED,
    ApiToken,
    Family,
    License,
    ModelAlias,
    Provider,
    ProviderTerms,
    Revision,
    Route,
    SavedView,
    TallyStep,
    TextModel,
    Visit,
    Webhook,
    WriterLock,
)
from tests.admin.catalog import REGISTERED, label, make_rows
from tests.admin.conftest import staff
from tests.admin.pages import address, list_address, save_form
from tests.factories import PERMITS, RESTRICTS, assert_sound

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]

OURS = [model for model in REGISTERED if model._meta.app_label == "policies"]
PLAIN = [ApiToken, Webhook]
COMPUTED = [model for model in OURS if model not in (*CURATED, *PLAIN)]


@pytest.fixture(scope="module")
def rows(kept):
    """Two rows of everything, for tests that find their own record."""
    make_rows(2)


def test_it_registers_every_table():
    tables = {
        model
        for model in apps.get_app_config("policies").get_models()
        if not hasattr(model, "history_type")
    }
    assert tables - {SavedView, TallyStep, Visit, WriterLock} == set(OURS)  # no records of curators
    for model in OURS:
        base = PlainAdmin if model in PLAIN else ReadOnlyAdmin
        base = CuratedAdmin if model in CURATED else base
        assert isinstance(admin.site._registry[model], base)


@pytest.mark.parametrize("model", REGISTERED, ids=label)
class TestEveryList:
    def test_it_opens_and_shows_its_rows(self, super_browser, model, rows):
        response = super_browser.get(list_address(model))
        assert response.status_code == 200
        assert len(response.context["cl"].result_list) >= 2

    def test_it_searches(self, super_browser, model, rows):
        assert admin.site._registry[model].search_fields
        nothing = super_browser.get(list_address(model), {"q": "no such thing anywhere"})
        assert nothing.status_code == 200
        assert list(nothing.context["cl"].result_list) == []
        everything = super_browser.get(list_address(model), {"q": " "})
        assert len(everything.context["cl"].result_list) >= 2

    def test_it_sorts_by_every_column_both_ways(self, super_browser, model, rows):
        columns = admin.site._registry[model].get_list_display(None)
        for way in ("", "-"):
            order = ".".join(f"{way}{number}" for number in range(1, len(columns) + 1))
            response = super_browser.get(list_address(model), {"o": order})
            assert response.status_code == 200
            assert len(response.context["cl"].get_ordering_field_columns()) > 0
            assert len(response.context["cl"].result_list) >= 2

    def test_it_filters_by_every_choice(self, super_browser, model, rows):
        page = super_browser.get(list_address(model))
        changelist = page.context["cl"]
        for spec in changelist.filter_specs:
            choices = list(spec.choices(changelist))
            assert len(choices) > 1
            for choice in choices:
                response = super_browser.get(list_address(model) + choice["query_string"])
                assert response.status_code == 200, choice


EDITS = {
    License: lambda record: {"basis": RESTRICTS},
    ProviderTerms: lambda record: {"basis": PERMITS},
    Family: lambda record: {"license": ""},
    TextModel: lambda record: {"license": "", "family": ""},
    ModelAlias: lambda record: {"name": "another-spelling"},
    Provider: lambda record: {"terms": ""},
    Route: lambda record: {"terms": ""},
}
"""One edit for each curated table that changes what is answered or found."""


@pytest.mark.parametrize("model", CURATED, ids=label)
def test_it_resolves_what_an_edit_in_any_curated_admin_touched(curating, curator, model, rows):
    record = model.objects.order_by("pk").last()
    before = Revision.objects.current_number()
    response = save_form(curating, record, **EDITS[model](record), reason="Read again.")
    assert response.status_code == 302
    newest = Revision.objects.current()
    assert newest.number == before + 1
    assert (newest.user, newest.via, newest.reason) == (curator, "admin", "Read again.")
    assert record.history.first().revision_id == newest.number
    if model is ModelAlias:
        assert TextModel.objects.search("another-spelling").exists()
    else:
        assert newest.policy_changes.exists() or newest.moves.exists()
    assert_sound()


@pytest.mark.parametrize("model", OURS, ids=label)
class TestPermissions:
    def test_it_shows_a_reader_everything_and_lets_them_change_nothing(self, reading, model, rows):
        record = model.objects.order_by("pk").last()
        page = reading.get(address(record)).content.decode()
        assert 'name="_save"' not in page
        assert 'name="reason"' not in page
        assert "<textarea" not in page
        for url in (address(record), address(record, "delete"), list_address(model, "add")):
            assert reading.post(url, {"post": "yes"}).status_code == 403
        assert 'name="_save"' not in reading.get(list_address(model)).content.decode()

    def test_it_sends_a_stranger_and_a_mere_user_to_the_login(self, db, model, rows):
        record = model.objects.order_by("pk").last()
        user = Client()
        user.force_login(User.objects.create_user("nobody"))
        for url in (
            list_address(model),
            list_address(model, "add"),
            address(record),
            address(record, "delete"),
            address(record, "history"),
        ):
            for browser in (Client(), user):
                sent = browser.get(url)
                assert sent.status_code == 302
                assert "login" in sent["Location"]
                asked = browser.post(url, {"post": "yes"})
                if asked.status_code == 403:  # the login itself, which carries what was posted
                    assert asked.templates[0].name == "admin/login.html"
                else:
                    assert asked.status_code == 302
                    assert "login" in asked["Location"]
        assert model.objects.filter(pk=record.pk).exists()

    def test_it_refuses_staff_without_permission(self, db, model, rows):
        browser = Client()
        browser.force_login(staff("new"))
        record = model.objects.order_by("pk").last()
        for url in (list_address(model), address(record), address(record, "history")):
            assert browser.get(url).status_code == 403


@pytest.mark.parametrize("model", COMPUTED, ids=label)
def test_it_lets_nobody_write_what_is_computed(super_browser, model, rows):
    record = model.objects.order_by("pk").last()
    for url in (address(record), address(record, "delete"), list_address(model, "add")):
        assert super_browser.post(url, {"post": "yes"}).status_code == 403
    assert super_browser.get(address(record)).status_code == 200
    chosen = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"}
    super_browser.post(list_address(model), chosen)
    assert model.objects.filter(pk=record.pk).exists()


@pytest.mark.parametrize("model", CURATED, ids=label)
def test_it_links_a_record_to_its_public_page(super_browser, model, rows):
    record = model.objects.order_by("pk").last()
    owner = record.model if model is ModelAlias else record
    page = super_browser.get(address(record)).content.decode()
    assert f'href="{owner.get_absolute_url()}" class="viewsitelink"' in page


@pytest.mark.parametrize("model", [Family, License, Provider, ProviderTerms, TextModel], ids=label)
def test_it_completes_names_in_forms(curating, model, rows):
    source = {
        Family: (TextModel, "family"),
        License: (TextModel, "license"),
        Provider: (Route, "provider"),
        ProviderTerms: (Provider, "terms"),
        TextModel: (Route, "model"),
    }[model]
    asked = {
        "app_label": "policies",
        "model_name": label(source[0]),
        "field_name": source[1],
        "term": "1",
    }
    answer = curating.get(reverse("admin:autocomplete"), asked).json()
    assert answer["results"]


@pytest.mark.parametrize("model", OURS, ids=label)
def test_it_leads_from_counts_to_lists_that_open(super_browser, model, rows):
    pages = super_browser.get(list_address(model)).content.decode()
    for record in model.objects.all()[:3]:
        pages += super_browser.get(address(record)).content.decode()
    links = {part.split('"')[0] for part in pages.split('href="/admin/policies/')[1:]}
    for link in {link for link in links if "__exact" in link and not link.startswith("?")}:
        found = super_browser.get("/admin/policies/" + link.replace("&amp;", "&"))
        assert found.status_code == 200, link
        assert len(found.context["cl"].result_list) >= 1
