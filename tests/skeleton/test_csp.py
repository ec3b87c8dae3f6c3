"""The strict Content-Security-Policy is on every kind of response, once."""

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse

from nanopolicy.csp import HEADER, middleware

POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.skeleton.urls")]


@pytest.fixture
def reader(client):
    client.force_login(get_user_model().objects.create_user("ann"))
    return client


def parts(response) -> set[str]:
    """Return the directives as a set: Django 6 may order or end them otherwise."""
    return {part.strip() for part in response.headers[HEADER].split(";") if part.strip()}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/page/", 200),
        ("/streamed/", 200),
        ("/moved/", 302),
        ("/missing/", 404),
        ("/nowhere/", 404),
        ("/api/things", 200),
        ("/static/admin/css/base.css", 404),
    ],
)
def test_it_is_on_every_response_of_a_reader(reader, path, status):
    response = reader.get(path)
    assert response.status_code == status
    assert parts(response) == set(POLICY.split("; "))


@pytest.mark.parametrize(
    ("path", "status"), [("/page/", 302), ("/api/things", 401), ("/login/", 200)]
)
def test_it_is_on_every_response_of_a_stranger(client, path, status):
    response = client.get(path)
    assert response.status_code == status
    assert parts(response) == set(POLICY.split("; "))


def test_it_is_on_the_answer_to_a_bug(reader):
    reader.raise_request_exception = False
    response = reader.get("/broken/")
    assert response.status_code == 500
    assert parts(response) == set(POLICY.split("; "))
    assert b"inner-workings" not in response.content


@pytest.mark.urls("nanopolicy.urls")
def test_it_is_on_the_admin(admin_client):
    assert parts(admin_client.get("/admin/")) == set(POLICY.split("; "))


def test_it_is_on_a_refused_host(client):
    response = client.get("/page/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert parts(response) == set(POLICY.split("; "))


def test_it_lets_a_view_have_a_stricter_policy_of_its_own(rf):
    own = HttpResponse(headers={HEADER: "default-src 'none'"})
    assert middleware(lambda request: own)(rf.get("/")).headers[HEADER] == "default-src 'none'"


def test_it_follows_the_setting(rf, settings):
    settings.SECURE_CSP = {"default-src": ["'self'", "https://a.example"]}
    response = middleware(lambda request: HttpResponse())(rf.get("/"))
    assert parts(response) == {"default-src 'self' https://a.example"}
