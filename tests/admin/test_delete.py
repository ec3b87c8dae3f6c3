"""Deleting one record: refused while it is used, asked about where answers vanish."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from policies.models import License, ModelAlias, Provider, ProviderTerms, Revision, Route, TextModel
from policies.revisions import DocumentInUse
from policies.supposing import Rehearsal
from tests.admin.pages import address, confirm, is_impact, said
from tests.factories import (
    assert_sound,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)

pytestmark = pytest.mark.django_db

CONFIRMED = {"post": "yes"}


def test_it_deletes_a_spare_document_and_keeps_its_history(curating, curator):
    spare = make_license("spare")
    page = curating.get(address(spare, "delete")).content.decode()
    assert "Delete the license “spare”?" in page
    response = curating.post(address(spare, "delete"), CONFIRMED | {"reason": "Duplicate."})
    assert response.status_code == 302
    assert not License.objects.exists()
    newest = Revision.objects.current()
    assert (newest.reason, newest.user) == ("Duplicate.", curator)
    assert License.history.filter(history_type="-", revision=newest).count() == 1
    assert LogEntry.objects.get().object_repr == "spare"
    assert_sound()


def users_of_license():
    license = make_license("used")
    make_model(license=license)
    make_model(license=license)
    make_family(license=license)
    return license, "it is used by 1 family, 2 models."


def users_of_terms():
    terms = make_terms("used")
    make_route(provider=make_provider(terms=terms), terms=terms)
    return terms, "it is used by 1 provider, 1 route."


def users_of_model():
    route = make_route()
    return route.model, "it is used by 1 route."


def users_of_provider():
    route = make_route()
    return route.provider, "it is used by 1 route."


def users_of_family():
    family = make_family("used")
    make_model(family=family)
    return family, "it is used by 1 model."


@pytest.mark.parametrize(
    "make", [users_of_license, users_of_terms, users_of_model, users_of_provider, users_of_family]
)
def test_it_refuses_what_is_in_use_and_says_by_what(curating, make):
    record, sentence = make()
    before = Revision.objects.current_number()
    for response in (
        curating.get(address(record, "delete")),
        curating.post(address(record, "delete"), CONFIRMED | {"reason": "Tidy up."}),
    ):
        assert response.status_code == 200
        assert sentence in response.content.decode()
    assert type(record).objects.filter(pk=record.pk).exists()
    assert Revision.objects.current_number() == before
    assert not LogEntry.objects.exists()


def test_it_keeps_a_document_that_decided_in_the_past(curating):
    license = make_license("once")
    save(make_model(license=license), license=None)
    response = curating.post(address(license, "delete"), CONFIRMED | {"reason": "Tidy up."})
    assert "it decided answers in the past" in response.content.decode()
    assert License.objects.exists()


def test_it_asks_why_an_answer_vanishes(curating):
    route = make_route()
    response = curating.post(address(route, "delete"), CONFIRMED)
    assert response.status_code == 200
    assert is_impact(response)
    assert "<b>1 route</b> gone, unknown until now" in response.content.decode()
    assert Route.objects.exists()
    assert not LogEntry.objects.exists()
    response = confirm(curating, response, reason="Never existed.")
    assert response.status_code == 302
    assert not Route.objects.exists()
    assert "1 route vanished" in said(curating.get(response.url))[1]
    assert_sound()


def test_it_deletes_a_model_with_its_spellings(curating):
    model = make_model("owner/gone", aliases=["gone-latest"])
    page = curating.get(address(model, "delete")).content.decode()
    assert "gone-latest" in page
    asked = curating.post(address(model, "delete"), CONFIRMED | {"reason": "A duplicate."})
    response = confirm(curating, asked)
    assert response.status_code == 302
    assert not TextModel.objects.exists()
    assert not ModelAlias.objects.exists()
    assert ModelAlias.history.filter(history_type="-").count() == 2
    assert_sound()


def test_it_deletes_a_provider_that_served_something_once(curating):
    route = make_route()
    provider = route.provider
    confirm(curating, curating.post(address(route, "delete"), CONFIRMED), reason="Gone.")
    response = curating.post(address(provider, "delete"), CONFIRMED | {"reason": "Closed down."})
    assert response.status_code == 302
    assert not Provider.objects.exists()
    assert_sound()


@pytest.mark.parametrize("reason", ["a\0b", "x" * 2001])
def test_it_refuses_a_reason_that_cannot_be_stored(curating, reason):
    spare = make_terms("spare")
    response = curating.post(address(spare, "delete"), CONFIRMED | {"reason": reason})
    assert response.status_code == 200
    assert 'id="id_reason_error"' in response.content.decode()
    assert ProviderTerms.objects.exists()


def test_it_says_so_where_the_record_came_into_use_on_the_way(curating, monkeypatch):
    def refuse(self, record):
        raise DocumentInUse("It is used by 1 model.")

    monkeypatch.setattr(Rehearsal, "delete", refuse)
    spare = make_license("spare")
    response = curating.post(address(spare, "delete"), CONFIRMED)
    assert said(curating.get(response.url)) == ["It is used by 1 model."]
    assert License.objects.exists()
    assert not LogEntry.objects.exists()
