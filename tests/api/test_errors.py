"""Whatever goes wrong under /api/ is told in JSON, without details, and is never an answer."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError

from policies.api import catalog
from policies.export import records
from tests.api.problems import problem_of
from tests.factories import make_license, make_model, make_route

ADDRESSES = [
    "/api/explore/text-models",
    "/api/explore/search",
    "/api/v1/models",
    "/api/models/a/providers",
    "/api/export",
]
pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, django_user_model):
    """A client that is logged in, for methods that public reading does not cover."""
    client.force_login(django_user_model.objects.create_user("ann"))
    return client


def assert_json_error(response, status):
    body = problem_of(response, status)
    for policy in (b"allowed", b"distillationPolicy", b"sourceUrl"):
        assert policy not in response.content
    return body["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "nothing",
        "v1",
        "v1/models/",
        "v1/models/x",
        "explore",
        "export/",
        "models/",
        "models//providers",
        "models/qwen/providers/",
        "admin/",
        "%00",
        "%ff",
        "<script>",
        "../api/nothing",
    ],
)
def test_it_tells_404_in_json(get, settings, path):
    for settings.DEBUG in (True, False):
        response = get(f"/api/{path}")
        assert_json_error(response, 404)
        assert b"script" not in response.content


@pytest.mark.parametrize("address", [*ADDRESSES, "/api/openapi.json", "/api/docs"])
def test_it_only_reads(reader, address):
    for method in ("post", "put", "patch", "delete"):
        response = getattr(reader, method)(address)

        assert_json_error(response, 405)
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["FOO", "TRACE", "CONNECT"])
def test_it_knows_no_other_method(reader, method):
    response = reader.generic(method, "/api/v1/models")

    assert_json_error(response, 405)


def test_it_asks_for_no_csrf_token(django_user_model):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(django_user_model.objects.create_user("ann"))
    assert_json_error(strict.post("/api/v1/models", {"a": "b"}), 405)


@pytest.mark.parametrize("address", [*ADDRESSES, "/api/openapi.json"])
def test_it_lists_its_methods(client, public, address):
    response = client.options(address)

    assert response.status_code == 204
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.content == b""


@pytest.mark.parametrize("address", [*ADDRESSES[:3], "/api/export?format=csv", "/api/openapi.json"])
def test_it_answers_head_with_the_head_of_get(client, public, address):
    make_route(make_model("a", make_license()))

    whole, head = client.get(address), client.head(address)
    assert head.status_code == 200
    assert b"".join(head) == b""
    assert b"".join(whole) != b""
    for name in ("Content-Type", "Content-Length", "ETag"):
        assert head.headers.get(name) == whole.headers.get(name)


def test_it_answers_head_of_what_is_not_there(client, public):
    assert client.head("/api/models/a/providers").status_code == 404
    assert client.head("/api/nothing").status_code == 404


@pytest.mark.parametrize(
    "query", ["q=" + 4100 * "a", "&".join(f"a{n}=1" for n in range(2000)), 4097 * "&"]
)
def test_it_refuses_a_long_query_string(get, query):
    assert "4096" in assert_json_error(get(f"/api/explore/search?{query}"), 414)


def test_it_refuses_a_long_path(get):
    assert "4096" in assert_json_error(get(f"/api/models/{4100 * 'a'}/providers"), 414)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_refuses_a_large_body(reader, method, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = reader.generic(method, "/api/v1/models", b"x" * 1001)
    assert "1000" in assert_json_error(response, 413)


def test_it_ignores_a_small_body(client, public):
    assert client.generic("GET", "/api/v1/models", b"x").status_code == 200


@pytest.mark.parametrize("length", ["", "-1", "ten", "1e3", "٣"])
def test_it_does_not_stumble_over_a_content_length(client, public, length):
    assert client.get("/api/v1/models", CONTENT_LENGTH=length).status_code == 200


def test_it_tells_a_wrong_host_in_json(client, public, settings):
    settings.ALLOWED_HOSTS = ["policies.example.org"]

    assert_json_error(client.get("/api/v1/models", headers={"host": "evil.example"}), 400)


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize(
    "error", [RuntimeError("allowed"), OperationalError("sourceUrl"), KeyError("allowed")]
)
def test_it_tells_a_crash_in_json_and_nothing_else(
    client, public, settings, monkeypatch, debug, error
):
    settings.DEBUG = debug

    def crash(*args):
        raise error

    monkeypatch.setattr(catalog, "decided", crash)
    detail = assert_json_error(client.get("/api/explore/text-models"), 500)
    assert detail == "The server failed; this is no answer about any model or route."


def test_it_tells_a_crash_of_a_middleware_in_json(public, monkeypatch):
    from django.test import Client

    from nanopolicy import wall

    def crash(request):
        raise RuntimeError("allowed")

    monkeypatch.setattr(wall, "is_public", crash)
    assert_json_error(Client(raise_request_exception=False).get("/api/v1/models"), 500)


def test_it_tells_a_suspicious_request_in_json(public, monkeypatch):
    from django.test import Client

    from nanopolicy import wall

    def suspect(request):
        raise SuspiciousOperation("allowed")

    monkeypatch.setattr(wall, "is_public", suspect)
    assert_json_error(Client().get("/api/v1/models"), 400)


@pytest.mark.parametrize("format", ["ndjson", "json", "csv"])
def test_it_sends_no_half_export(client, public, monkeypatch, format):
    make_route(make_model("a", make_license()))
    make_model("b", make_license())
    routes_of, asked = records.routes_of, []

    def lose_the_connection(models):
        asked.append(models)
        if len(asked) == 2:
            raise OperationalError("the connection was lost")
        return routes_of(models)

    monkeypatch.setattr("policies.export.formats.can_copy", lambda: False)
    monkeypatch.setattr(records, "routes_of", lose_the_connection)
    monkeypatch.setattr("policies.export.stream.__kwdefaults__", {"chunk": 1})

    assert_json_error(client.get(f"/api/export?format={format}"), 500)
    assert len(asked) == 2


def test_it_leaves_pages_alone(client, public):
    response = client.get("/nothing-here/")

    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")
