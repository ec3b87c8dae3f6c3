"""Strangers get 401 in JSON and no data, on every address that exists or does not."""

import pytest

from policies.api.reference import operations
from tests.api.problems import problem_of
from tests.api.schema import document
from tests.factories import make_license, make_model, make_route

ADDRESSES = [operation["example"] for operation in operations(document())] + [
    "/api/docs",
    "/api/openapi.json",
    "/api/",
    "/api/nothing",
    "/api/explore/search?distillation=wrong",
    "/api/models/leak/providers",
]
METHODS = ["get", "head", "options", "post", "put", "patch", "delete"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data_that_could_leak():
    make_route(make_model("leak", make_license()), provider_model_id="leak")


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_refuses_a_stranger_by_any_method(client, address):
    for method in METHODS:
        response = getattr(client, method)(address)

        assert response.headers["WWW-Authenticate"] == 'Bearer realm="nanopolicy"'
        assert b"leak" not in b"".join(response)
        if method != "head":
            assert problem_of(response, 401)["detail"] == "Authentication required."


def test_it_sends_a_browser_from_the_documentation_to_the_login(client):
    """The one page for people; all else under the API answers programs."""
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    response = client.get("/api/docs", headers=browser)

    assert response.status_code == 302
    assert response.headers["Location"] == "/login/?next=/api/docs"
    assert b"leak" not in response.content
    assert client.get("/api/v1/models", headers=browser).status_code == 401
    wrong = {**browser, "Authorization": "Bearer wrong"}
    assert client.get("/api/docs", headers=wrong).status_code == 401


def test_it_refuses_a_stranger_who_writes_where_reading_is_public(client, public):
    for address in ADDRESSES:
        status = 415 if address == "/api/v1/check" else 401
        assert client.post(address).status_code == status


@pytest.mark.parametrize("address", ["/api/v1/models", "/api/models/leak/providers"])
def test_it_lets_a_reader_in(client, django_user_model, address):
    client.force_login(django_user_model.objects.create_user("ann"))

    assert b"leak" in client.get(address).content


def test_it_lets_anybody_read_where_reading_is_public(client, public):
    assert b"leak" in client.get("/api/v1/models").content


def test_it_keeps_the_strict_policy_on_every_answer(get):
    for address in ADDRESSES:
        policy = get(address).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
