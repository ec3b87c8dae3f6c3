"""Who is let in by a token: what is no token never counts as none, and noting a use never gets in the way."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client

from policies.api import bearer as bearing
from policies.api.bearer import note_use
from policies.models import ApiToken
from tests.api.problems import problem_of
from tests.api.tokens import bearer, make_token
from tests.factories import make_model

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ADDRESS = "/api/v1/models"
pytestmark = pytest.mark.django_db
either = pytest.mark.parametrize("public", [True, False])


@pytest.fixture
def text():
    return make_token("mirror")[1]


@either
def test_it_admits_a_token(client, settings, public, text):
    settings.PUBLIC_READ = public
    make_model("m")

    response = client.get(ADDRESS, headers=bearer(text))
    assert response.status_code == 200
    assert response.json()["data"][0]["id"] == "m"
    assert client.get(ADDRESS, headers={"authorization": f"bearer  {text} "}).status_code == 200


@either
@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Bearer {}x", "invalid_token"),
        ("Bearer x{}", "invalid_token"),
        ("Bearer npk_abcdefgh_1", "invalid_token"),
        ("Bearer", "invalid_token"),
        ("Bearer {0} {0}", "invalid_token"),
        ("Bearer \xff", "invalid_token"),
        ("Token {}", "invalid_request"),
        ("{}", "invalid_request"),
    ],
)
def test_it_refuses_what_is_no_token_also_where_anybody_may_read(
    client, settings, public, text, header, code
):
    settings.PUBLIC_READ = public
    make_model("leak")
    response = client.get(ADDRESS, headers={"authorization": header.format(text)})

    problem_of(response, 401)
    assert response.headers["WWW-Authenticate"] == f'Bearer realm="nanopolicy", error="{code}"'
    assert b"leak" not in response.content
    assert text.encode() not in response.content


@either
@pytest.mark.parametrize(
    ("fields", "why"),
    [({"revoked_at": NOW}, "was revoked"), ({"expires_at": NOW}, "expired on 2026-11-24 12:00")],
)
@time_machine.travel(NOW, tick=False)
def test_it_refuses_a_token_that_is_over(client, settings, public, fields, why):
    settings.PUBLIC_READ = public
    _, over = make_token("over", **fields)

    assert why in problem_of(client.get(ADDRESS, headers=bearer(over)), 401)["detail"]


def test_it_refuses_a_wrong_token_beside_a_session(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("ann"))

    assert client.get(ADDRESS).status_code == 200
    assert client.get(ADDRESS, headers=bearer("npk_wrong")).status_code == 401


def test_it_leaves_basic_credentials_to_the_proxy(client, public):
    assert client.get(ADDRESS, headers={"authorization": "Basic YTpi"}).status_code == 200


def test_it_leaves_pages_to_sessions(client, text):
    assert client.get("/models/", headers=bearer(text)).status_code == 302
    assert client.get("/admin/", headers=bearer(text)).status_code == 302


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_lets_a_token_write_nothing(client, text, method):
    response = getattr(Client(enforce_csrf_checks=True), method)(ADDRESS, headers=bearer(text))

    problem_of(response, 405)


def test_it_holds_a_token_to_its_scopes(client):
    _, text = make_token("job", "export")

    for address in ("/api/export?format=json", "/api/v1/manifest"):
        response = client.get(address, headers=bearer(text))
        assert response.status_code == 200
        assert b"".join(response)
    for address in (ADDRESS, "/api/v1/routes", "/api/docs", "/api/nothing"):
        response = client.get(address, headers=bearer(text))
        assert problem_of(response, 403)["accepted"] == ["read"]
        assert 'error="insufficient_scope", scope="read"' in response.headers["WWW-Authenticate"]


def test_it_asks_two_queries_for_a_304(client, django_assert_num_queries):
    _, text = make_token("mirror", last_used_at=datetime.now(UTC))
    tag = client.get(ADDRESS, headers=bearer(text)).headers["ETag"]

    with django_assert_num_queries(2):  # the token, the revision
        again = client.get(ADDRESS, headers={**bearer(text), "if-none-match": tag})
    assert again.status_code == 304


def used() -> datetime | None:
    return ApiToken.objects.get().last_used_at


def test_it_notes_a_use_every_ten_minutes(client, text):
    with time_machine.travel(NOW, tick=False) as clock:
        client.get(ADDRESS, headers=bearer(text))
        assert used() == NOW
        for minutes in (9, 11):
            clock.move_to(NOW + timedelta(minutes=minutes))
            client.get(ADDRESS, headers=bearer(text))
            assert used() == NOW + timedelta(minutes=minutes if minutes > 10 else 0)


def test_it_notes_no_use_of_a_token_that_is_refused(client):
    _, over = make_token("over", revoked_at=NOW)
    client.get(ADDRESS, headers=bearer(over))

    assert used() is None


def test_it_answers_where_nothing_can_be_written(client, text, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError("cannot execute UPDATE in a read-only transaction")

    monkeypatch.setattr(bearing.ApiToken.objects, "select_for_update", fail)

    assert client.get(ADDRESS, headers=bearer(text)).status_code == 200
    assert used() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="one writer is SQLite's own limit")
def test_it_does_not_wait_for_a_writer_of_sqlite():
    token, _ = make_token("mirror")
    writer = sqlite3.connect(connection.settings_dict["NAME"])
    writer.execute("BEGIN IMMEDIATE")
    try:
        begun = datetime.now(UTC)
        note_use(token, begun)
        assert datetime.now(UTC) - begun < timedelta(seconds=2)
        assert used() is None
    finally:
        writer.rollback()
        writer.close()

    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
    note_use(token, begun)
    assert used() == begun


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="rows are locked there alone")
def test_it_does_not_wait_for_another_request_of_the_same_token():
    token, _ = make_token("mirror")
    locked, noted = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            ApiToken.objects.select_for_update().get(pk=token.pk)
            locked.set()
            noted.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(10)
    note_use(token, NOW)
    assert used() is None
    noted.set()
    holder.join()
    note_use(token, NOW)
    assert used() == NOW
