"""The admin makes a token, shows it once, and revokes it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from policies.models import ApiToken
from tests.admin.pages import address, fields_of, list_address
from tests.api.tokens import bearer, make_token

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def make(browser, **fields):
    form = fields_of(browser.get(list_address(ApiToken, "add")), "apitoken_form")
    return browser.post(list_address(ApiToken, "add"), {**form, "name": "mirror", **fields})


def test_it_shows_a_new_token_once(curating, client):
    page = make(curating, expires_at="")
    token = ApiToken.objects.get()

    text = page.context["secret"]
    assert page.content.decode().count(text) == 1
    assert "no-store" in page.headers["Cache-Control"]
    assert client.get("/api/v1/models", headers=bearer(text)).status_code == 200
    assert (token.created_by, token.scopes, token.expires_at) == ("curator", ["read"], None)
    for url in (address(token), list_address(ApiToken), address(token, "history")):
        later = curating.get(url).content.decode()
        assert token.name in later
        assert text[13:] not in later


@time_machine.travel(NOW, tick=False)
def test_it_ends_after_ninety_days_unless_told_otherwise(curating):
    make(curating)

    assert ApiToken.objects.get().expires_at == NOW + timedelta(days=90)


def test_it_has_one_button(curating):
    form = curating.get(list_address(ApiToken, "add")).content.decode()

    assert 'name="_save"' in form
    assert 'name="_addanother"' not in form
    assert 'name="_continue"' not in form


@time_machine.travel(NOW, tick=False)
def test_it_takes_scopes_and_an_end(curating):
    make(curating, scopes=["export"], expires_at="2026-12-24T12:00")

    token = ApiToken.objects.get()
    assert (token.scopes, token.expires_at) == (["export"], NOW + timedelta(days=30))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": ""}, "required"),
        ({"name": "taken"}, "There is a token of this name already"),
        ({"scopes": []}, "required"),
        ({"scopes": ["write"]}, "write is not one of the available choices"),
        ({"expires_at": "soon"}, "Enter a valid date/time"),
        ({"expires_at": "2020-01-01T00:00"}, "2020-01-01 00:00 UTC is past"),
    ],
)
def test_it_refuses_what_is_no_token(curating, fields, told):
    make_token("taken")
    page = make(curating, **fields)

    assert page.status_code == 200
    assert told in page.content.decode()
    assert ApiToken.objects.count() == 1


def test_it_revokes_what_is_chosen(curating, client):
    token, text = make_token("mirror")
    _, other = make_token("other")
    chosen = {"action": "revoke", "_selected_action": [token.pk]}

    page = curating.post(list_address(ApiToken), chosen, follow=True)
    assert "1 token is revoked." in page.content.decode()
    assert client.get("/api/v1/models", headers=bearer(text)).status_code == 401
    assert client.get("/api/v1/models", headers=bearer(other)).status_code == 200
    again = curating.post(list_address(ApiToken), chosen, follow=True)
    assert "0 tokens are revoked." in again.content.decode()


def test_it_edits_and_deletes_none(curating):
    token, _ = make_token("mirror")

    assert 'name="_save"' not in curating.get(address(token)).content.decode()
    assert curating.post(address(token), {"name": "other"}).status_code == 403
    assert curating.post(address(token, "delete"), {"post": "yes"}).status_code == 403
    assert ApiToken.objects.get().name == "mirror"


def test_it_lets_a_reader_of_the_admin_revoke_none(reading):
    token, _ = make_token("mirror")

    reading.post(list_address(ApiToken), {"action": "revoke", "_selected_action": [token.pk]})
    assert ApiToken.objects.get().revoked_at is None


@pytest.mark.parametrize("state", ["usable", "expired", "revoked"])
def test_it_filters_by_state(curating, state):
    make_token("usable", expires_at=datetime(2100, 1, 1, tzinfo=UTC))
    make_token("expired", expires_at=NOW)
    make_token("revoked", expires_at=NOW, revoked_at=NOW)
    with time_machine.travel(NOW, tick=False):
        page = curating.get(list_address(ApiToken), {"state": state})

    assert [token.name for token in page.context["cl"].result_list] == [state]
