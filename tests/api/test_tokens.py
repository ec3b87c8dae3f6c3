"""What a token is: a text that nothing keeps, found by its beginning, compared by its hash."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection

from policies.bases import TokenScope
from policies.models import ApiToken
from tests.api.tokens import make_token

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_it_keeps_no_text():
    token, text = make_token("mirror")

    assert re.fullmatch(r"npk_[A-Za-z0-9]{8}_[A-Za-z0-9]{40}", text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM policies_apitoken")
        stored = " ".join(map(str, cursor.fetchone()))
    assert token.prefix in stored
    assert text[len(token.prefix) + 1 :] not in stored


def test_it_is_found_by_its_text_alone():
    token, text = make_token("mirror")
    make_token("other")

    assert ApiToken.of_text(text) == token


@pytest.mark.parametrize("change", ["", "x", "ä", "\0", " "])
def test_it_is_not_found_by_a_text_with_one_letter_changed(change):
    _, text = make_token("mirror")

    assert ApiToken.of_text(text[:-1] + change) is None
    assert ApiToken.of_text(change + text[1:]) is None


@pytest.mark.parametrize("text", ["", "npk_", "npk_" + 8 * "a", "\ud800", "npk_\0", 5000 * "n"])
def test_it_is_not_found_by_what_is_no_token(text):
    make_token("mirror")

    assert ApiToken.of_text(text) is None


def test_it_is_compared_even_where_none_begins_so(monkeypatch):
    """The time an answer takes must not tell which beginnings exist."""
    compared = []
    monkeypatch.setattr(
        "policies.models.tokens.hmac.compare_digest", lambda *pair: compared.append(pair)
    )
    ApiToken.of_text("npk_nothing_like_it")

    assert len(compared) == 1


def test_it_differs_each_time():
    texts = {ApiToken().issue(by="test") for _ in range(50)}

    assert len(texts) == 50
    assert len({text[:12] for text in texts}) == 50


def test_it_says_why_it_cannot_be_used():
    assert ApiToken(prefix="npk_a").refusal(NOW) == ""
    assert ApiToken(expires_at=NOW + timedelta(seconds=1)).refusal(NOW) == ""
    expired = ApiToken(prefix="npk_a", expires_at=NOW)
    assert expired.refusal(NOW) == "The token npk_a expired on 2026-11-24 12:00 UTC."
    expired.revoked_at = NOW
    assert expired.refusal(NOW) == "The token npk_a was revoked."


def test_it_says_its_state():
    assert ApiToken().state(NOW) == "usable"
    assert ApiToken(expires_at=NOW).state(NOW) == "expired"
    assert ApiToken(expires_at=NOW, revoked_at=NOW).state(NOW) == "revoked"


def test_it_notes_a_use_every_ten_minutes():
    token = ApiToken()
    assert token.use_is_worth_noting(NOW)
    token.last_used_at = NOW
    assert not token.use_is_worth_noting(NOW + timedelta(minutes=9, seconds=59))
    assert token.use_is_worth_noting(NOW + timedelta(minutes=10))


@pytest.mark.parametrize(
    "scopes", [[], "read", None, {"read": 1}, ["read", "read"], ["write"], [1], [["read"]]]
)
def test_it_refuses_scopes_that_are_none(scopes):
    token = ApiToken(name="a", scopes=scopes)
    token.issue(by="test")

    with pytest.raises(ValidationError, match="scope"):
        token.full_clean()


def test_it_accepts_every_scope():
    token = ApiToken(name="a", scopes=list(TokenScope.values))
    token.issue(by="test")

    token.full_clean()


@pytest.mark.parametrize("change", [{"name": ""}, {"prefix": ""}, {"name": 81 * "n"}])
def test_it_is_held_to_its_form_by_the_database(change):
    token, _ = make_token("mirror")

    with pytest.raises(DatabaseError):
        ApiToken.objects.filter(pk=token.pk).update(**change)
