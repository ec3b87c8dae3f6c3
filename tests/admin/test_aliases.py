"""Spellings in the admin: as rows of a model's form, and in a list of their own."""

from __future__ import annotations

import pytest

from policies.models import ModelAlias, Revision, TextModel
from tests.admin.pages import address, fields_of, list_address, open_form, save_form
from tests.factories import assert_sound, make_model

pytestmark = pytest.mark.django_db


def form_errors(response):
    """All that is wrong with the rows of spellings."""
    formset = response.context["inline_admin_formsets"][0].formset
    return [error for form in formset.forms for error in form.errors.get("name", [])]


def test_it_adds_a_spelling_that_is_found_at_once(curating):
    model = make_model("owner/model")
    response = save_form(curating, model, **{"aliases-0-name": "Owner/Model-Latest"})
    assert response.status_code == 302
    assert TextModel.objects.spelled("OWNER/model-latest").get() == model
    assert TextModel.objects.search("latest").get() == model
    assert ModelAlias.objects.get(key="owner/model-latest").history.count() == 1
    assert_sound()


def test_it_hides_the_row_of_the_canonical_id(curating):
    model = make_model("owner/model", aliases=["other"])
    data = open_form(curating, model)
    assert data["aliases-INITIAL_FORMS"] == "1"
    assert data["aliases-0-name"] == "other"


def test_it_renames_and_deletes_spellings(curating):
    model = make_model("owner/model", aliases=["one", "two"])
    data = open_form(curating, model)
    assert (data["aliases-0-name"], data["aliases-1-name"]) == ("one", "two")
    data |= {"aliases-0-DELETE": "on", "aliases-1-name": "second"}
    assert curating.post(address(model), data).status_code == 302
    keys = set(model.aliases.values_list("key", flat=True))
    assert keys == {"owner/model", "second"}
    model.refresh_from_db()
    assert "one" not in model.search_text.split()
    assert_sound()


def test_it_refuses_a_spelling_of_another_model_in_any_case(curating):
    make_model("owner/taken")
    model = make_model("owner/model")
    response = save_form(curating, model, **{"aliases-0-name": "OWNER/Taken"})
    assert form_errors(response) == ["This spelling already belongs to owner/taken."]
    assert ModelAlias.objects.count() == 2


def test_it_refuses_the_same_spelling_twice(curating):
    model = make_model("owner/model")
    twice = {"aliases-0-name": "same", "aliases-1-name": "SAME", "aliases-TOTAL_FORMS": "2"}
    response = save_form(curating, model, **twice)
    assert form_errors(response) == ["This spelling stands here twice."]


def test_it_refuses_a_spelling_that_grows_too_long_when_folded(curating):
    model = make_model("owner/model")
    response = save_form(curating, model, **{"aliases-0-name": "ΐ" * 200})
    assert form_errors(response) == ["This spelling is too long."]


def test_it_changes_the_case_of_a_spelling(curating):
    model = make_model("owner/model", aliases=["other"])
    assert save_form(curating, model, **{"aliases-0-name": "Other"}).status_code == 302
    assert ModelAlias.objects.get(key="other").name == "Other"
    assert_sound()


def test_it_refuses_a_stale_row_of_spelling(curating):
    model = make_model("owner/model", aliases=["other"])
    data = open_form(curating, model)
    alias = ModelAlias.objects.get(key="other")
    save_form(curating, alias, name="another")
    response = curating.post(address(model), data | {"aliases-0-name": "mine"})
    assert response.status_code == 200
    assert "stored now “another”, your input “mine”" in response.content.decode()
    alias.refresh_from_db()
    assert alias.name == "another"


def test_it_refuses_an_id_that_is_another_models_spelling(curating):
    make_model("owner/other", aliases=["owner/wanted"])
    model = make_model("owner/model")
    response = save_form(curating, model, canonical_id="Owner/Wanted", reason="Renamed.")
    errors = response.context["adminform"].form.errors
    assert errors["canonical_id"] == ["This spelling already belongs to owner/other."]


def test_it_renames_a_model_and_keeps_its_old_id_as_a_spelling(curating):
    model = make_model("owner/old")
    response = save_form(curating, model, canonical_id="owner/new", reason="Renamed upstream.")
    assert response.status_code == 302
    for spelling in ("owner/old", "owner/new"):
        assert TextModel.objects.spelled(spelling).get() == model
    assert_sound()


def test_it_adds_and_deletes_a_spelling_in_the_list_of_spellings(curating):
    model = make_model("owner/model")
    added = curating.post(list_address(ModelAlias, "add"), {"name": "Extra", "model": model.pk})
    assert added.status_code == 302
    alias = ModelAlias.objects.get(key="extra")
    model.refresh_from_db()
    assert "extra" in model.search_text
    before = Revision.objects.current_number()
    assert curating.post(address(alias, "delete"), {"post": "yes"}).status_code == 302
    model.refresh_from_db()
    assert "extra" not in model.search_text
    assert Revision.objects.current_number() == before + 1
    assert_sound()


def test_it_does_not_hand_a_spelling_to_another_model(curating):
    alias = make_model("owner/model", aliases=["other"]).aliases.get(key="other")
    data = fields_of(curating.get(address(alias)), "modelalias_form")
    assert "model" not in data
    curating.post(address(alias), data | {"model": make_model().pk, "name": "another"})
    alias.refresh_from_db()
    assert (alias.model.canonical_id, alias.name) == ("owner/model", "another")
