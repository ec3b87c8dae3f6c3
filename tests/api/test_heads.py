"""What the head of every answer says: caches, origins, compression, methods."""

import gzip

import pytest
from django.test import Client

from policies.api.compressing import takes_gzip
from tests.api.tokens import bearer, make_token
from tests.factories import make_license, make_model, make_route

ADDRESS = "/api/v1/models?detailed=true"
APP = "https://app.example.org"
GZIP = {"accept-encoding": "gzip"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def catalog():
    make_route(make_model("m", make_license(note=100 * "a long note ")))


@pytest.mark.parametrize("address", [ADDRESS, "/api/export", "/api/nothing", "/api/openapi.json"])
def test_it_says_what_an_answer_depends_on(get, address):
    named = {name.strip() for name in get(address).headers["Vary"].split(",")}

    assert {"Accept-Encoding", "Authorization", "Cookie"} <= named


def test_it_lets_caches_share_what_anybody_may_read_and_nothing_else(
    client, public, django_user_model
):
    _, text = make_token()
    reader = Client()
    reader.force_login(django_user_model.objects.create_user("ann"))

    assert client.get(ADDRESS).headers["Cache-Control"] == "public, no-cache"
    private = "private, no-cache"
    assert client.get(ADDRESS, headers=bearer(text)).headers["Cache-Control"] == private
    assert reader.get(ADDRESS).headers["Cache-Control"] == private
    assert client.get("/api/docs").headers["Cache-Control"] == private
    assert client.get("/api/nothing").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "address", [ADDRESS, "/api/export", "/api/export?format=csv", "/api/openapi.json"]
)
def test_it_compresses_answers_and_exports(get, catalog, address):
    plain, small = get(address), get(address, **GZIP)

    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.body) == plain.body
    assert len(small.body) < len(plain.body)
    assert "Content-Encoding" not in plain.headers
    if "ETag" in plain.headers:
        assert small.headers["ETag"] == f"W/{plain.headers['ETag']}"


def test_it_takes_the_tag_of_either_form(get, catalog):
    plain, small = (get(ADDRESS, **headers).headers["ETag"] for headers in ({}, GZIP))

    for headers, own in (({}, plain), (GZIP, small)):
        for tag in (plain, small):
            again = get(ADDRESS, **headers, **{"if-none-match": tag})
            assert (again.status_code, again.headers["ETag"]) == (304, own)


def test_it_does_not_compress_the_page_that_holds_a_form(get):
    assert "Content-Encoding" not in get("/api/docs", **GZIP).headers


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("GZIP", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
        ("identity, *;q=0", False),
    ],
)
def test_it_reads_what_a_client_takes(accepted, taken):
    assert takes_gzip(accepted) is taken


class TestOrigins:
    @pytest.fixture(autouse=True)
    def _allowed(self, settings, public):
        settings.CORS_ORIGINS = [APP]

    def test_it_shares_answers_with_an_origin_that_is_named(self, get):
        for address in (ADDRESS, "/api/nothing"):
            response = get(address, origin=APP)
            assert response.headers["Access-Control-Allow-Origin"] == APP
            assert "RateLimit" in response.headers["Access-Control-Expose-Headers"]
            assert "Access-Control-Allow-Credentials" not in response.headers
            assert "Origin" in response.headers["Vary"]

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example.org",
            "https://app.example.org.evil",
            "http://app.example.org",
            "https://app.example.org:8443",
            "https://APP.example.org",
            "null",
            "",
        ],
    )
    def test_it_shares_with_no_other(self, get, origin):
        response = get(ADDRESS, origin=origin)

        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Origin" in response.headers["Vary"]

    @pytest.mark.parametrize("public_read", [True, False])
    def test_it_answers_the_question_before_a_request(self, client, settings, public_read):
        settings.PUBLIC_READ = public_read
        asked = {"origin": APP, "access-control-request-method": "GET"}
        response = client.options(ADDRESS, headers=asked)

        assert response.status_code == 204
        assert response.headers["Access-Control-Allow-Origin"] == APP
        assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
        assert response.content == b""

    def test_it_answers_no_such_question_of_another_origin(self, client, settings):
        settings.PUBLIC_READ = False
        asked = {"origin": "https://evil.example", "access-control-request-method": "GET"}
        response = client.options(ADDRESS, headers=asked)

        assert response.status_code == 401
        assert "Access-Control-Allow-Origin" not in response.headers

    def test_it_is_about_the_api_alone(self, client):
        page = client.get("/rules/", headers={"origin": APP})

        assert "Access-Control-Allow-Origin" not in page.headers


def test_it_shares_with_nobody_by_default(get):
    response = get(ADDRESS, origin=APP)

    assert "Access-Control-Allow-Origin" not in response.headers
    assert "Origin" not in response.headers["Vary"]
