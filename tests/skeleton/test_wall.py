"""The login wall: strangers are refused, unless reading is public; and then they may only read."""

import pytest
from django.contrib.auth import get_user_model

from nanopolicy.wall import client_address

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.skeleton.urls")]
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


@pytest.mark.parametrize("method", METHODS)
def test_it_sends_a_stranger_to_the_login_and_back(client, method):
    response = getattr(client, method)("/page/?status=allowed")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/?next=/page/")
    assert b"inside" not in response.content


@pytest.mark.parametrize("path", ["/api/things", "/api/nothing", "/api/", "/api//things"])
@pytest.mark.parametrize("method", METHODS)
def test_it_answers_401_in_json_under_api(client, path, method):
    response = getattr(client, method)(path)
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "WWW-Authenticate" in response.headers
    if method != "head":
        assert response.json()["detail"] == "Authentication required."


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("path", ["/page/", "/api/things"])
def test_it_lets_anybody_read_when_reading_is_public(client, settings, path, method):
    settings.PUBLIC_READ = True
    assert getattr(client, method)(path).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_lets_nobody_write_when_reading_is_public(client, settings, method):
    settings.PUBLIC_READ = True
    assert getattr(client, method)("/page/").status_code == 302
    assert getattr(client, method)("/api/things").status_code == 401


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("path", ["/admin/", "/admin/auth/user/", "/admin/nothing/"])
def test_it_never_opens_the_admin(client, settings, public, path):
    settings.PUBLIC_READ = public
    response = client.get(path)
    assert response.status_code == 302
    assert "/login/?next=" in response.headers["Location"]


def test_it_shows_the_login_to_strangers(client):
    response = client.get("/login/")
    assert response.status_code == 200
    assert b'type="password"' in response.content


def test_it_lets_a_reader_in(client):
    client.force_login(get_user_model().objects.create_user("ann"))
    assert client.get("/page/").content == b"inside: GET"
    assert client.get("/api/things").content == b"inside: GET"


def test_it_refuses_an_account_that_was_switched_off(client):
    user = get_user_model().objects.create_user("ann")
    client.force_login(user)
    user.is_active = False
    user.save()
    assert client.get("/page/").status_code == 302
    assert client.get("/api/things").status_code == 401


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.9", "1.1.1.1"),
        (2, "1.1.1.1", "10.0.0.1"),
    ],
)
def test_it_believes_only_what_trusted_proxies_said(rf, settings, proxies, forwarded, address):
    settings.PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert client_address(rf.get("/", headers=headers, REMOTE_ADDR="10.0.0.1")) == address


@pytest.mark.urls("nanopolicy.urls")
def test_it_locks_out_who_guesses_and_nobody_else(client, settings):
    settings.AXES_ENABLED, settings.AXES_FAILURE_LIMIT = True, 3
    get_user_model().objects.create_user("ann", password="right", is_staff=True)
    guess = {"username": "ann", "password": "wrong"}
    codes = [
        client.post("/admin/login/", guess, REMOTE_ADDR="6.6.6.6").status_code for _ in range(4)
    ]
    assert codes[0] == 200
    assert codes[-1] == 429
    right = {"username": "ann", "password": "right"}
    assert client.post("/admin/login/", right, REMOTE_ADDR="6.6.6.6").status_code == 429
    assert client.post("/admin/login/", right, REMOTE_ADDR="1.1.1.1").status_code == 302
