"""A typing error never widens an answer: unknown, empty, repeated, unreadable and wrong values."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.api.params import (
    ExportQuery,
    ModelsQuery,
    NoQuery,
    OpenAIModelsQuery,
    SearchQuery,
    accepted,
)
from policies.bases import Status
from policies.export import DEFAULT_FORMAT, FORMATS
from tests.api.problems import MEMBERS, problem_of
from tests.factories import make_license, make_model

MODELS = "/api/explore/text-models"
SEARCH = "/api/explore/search"
FILTER = ["allowed", "disallowed", "unknown", "all"]
PAGE = ["a whole number from 1 to 1000000"]
SIZE = ["a whole number from 1 to 1000"]
WORDS = ["1 to 200 characters"]
ADDRESSES = [
    MODELS,
    SEARCH,
    "/api/v1/models",
    "/api/models/a/providers",
    "/api/export",
    "/api/v1/manifest",
    "/api/v1/changes",
    "/api/v1/explain",
    "/api/openapi.json",
    "/api/docs",
]
pytestmark = pytest.mark.django_db


def refused(response):
    """The body of a 400 that names parameter, value and accepted values."""
    body = problem_of(response, 400)
    assert set(body) == MEMBERS | {"parameter", "value", "accepted"}
    return body["parameter"], body["value"], body["accepted"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("query", ["distilation=allowed", "Page=1", "x", "=", "=x", "page[]=1"])
def test_it_refuses_an_unknown_parameter_everywhere(get, address, query):
    parameter, value, known = refused(get(f"{address}?{query}"))

    name, _, given_value = query.partition("=")
    assert (parameter, value) == (name, given_value)
    assert name not in known


def test_it_names_the_parameters_that_exist(get):
    assert refused(get(f"{MODELS}?q=qwen"))[2] == ["as_of", "distillation", "page", "page_size"]
    assert refused(get("/api/export?type=text"))[2] == ["as_of", "format"]
    assert refused(get("/api/models/a/providers?distillation=allowed"))[2] == ["as_of"]


WRONG = [
    ("distillation", "alowed", FILTER),
    ("distillation", "Allowed", FILTER),
    ("distillation", "allowed ", FILTER),
    ("distillation", "allowed,unknown", FILTER),
    ("distillation", "", FILTER),
    ("distillation", " ", FILTER),
    ("distillation", "\0", FILTER),
    ("distillation", "allowed\0", FILTER),
    ("page", "0", PAGE),
    ("page", "-1", PAGE),
    ("page", "1000001", PAGE),
    ("page", "1" + 20 * "0", PAGE),
    ("page", "1" + 150 * "0", PAGE),
    ("page", "1.0", PAGE),
    ("page", "1e3", PAGE),
    ("page", "0x1", PAGE),
    ("page", "+1", PAGE),
    ("page", "01", PAGE),
    ("page", "1_0", PAGE),
    ("page", " 1", PAGE),
    ("page", "٣", PAGE),
    ("page", "one", PAGE),
    ("page", "NaN", PAGE),
    ("page", "true", PAGE),
    ("page", "", PAGE),
    ("page_size", "0", SIZE),
    ("page_size", "1001", SIZE),
    ("page_size", "", SIZE),
    ("type", "image", ["text"]),
    ("type", "Text", ["text"]),
    ("type", "", ["text"]),
    ("q", "", WORDS),
    ("q", " \t\n\u3000", WORDS),
    ("q", "qwen\0", WORDS),
    ("q", 201 * "a", WORDS),
]


@pytest.mark.parametrize(("name", "value", "expected"), WRONG)
def test_it_refuses_a_wrong_value(get, name, value, expected):
    found = refused(get(f"{SEARCH}?{name}={quote(value)}"))

    shown = value if len(value) <= 200 else value[:200] + "…"
    assert found == (name, shown, expected)


@pytest.mark.parametrize(
    ("address", "name", "value", "expected"),
    [
        ("/api/export", "format", "xml", ["ndjson", "json", "csv"]),
        ("/api/export", "format", "JSON", ["ndjson", "json", "csv"]),
        ("/api/export", "format", "", ["ndjson", "json", "csv"]),
        ("/api/v1/models", "detailed", "1", ["true", "false"]),
        ("/api/v1/models", "detailed", "True", ["true", "false"]),
        ("/api/v1/models", "detailed", "", ["true", "false"]),
    ],
)
def test_it_refuses_a_wrong_choice(get, address, name, value, expected):
    assert refused(get(f"{address}?{name}={value}")) == (name, value, expected)


@pytest.mark.parametrize(
    ("name", "query", "value"),
    [
        ("page", "page=1&page=2", "1, 2"),
        ("page", "page=1&page=1", "1, 1"),
        ("page", "page=1&%70age=1", "1, 1"),
        ("distillation", "distillation=allowed&page=1&distillation=all", "allowed, all"),
    ],
)
def test_it_refuses_a_repeated_parameter(get, name, query, value):
    assert refused(get(f"{SEARCH}?{query}"))[:2] == (name, value)


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ("q=%", "q", "%"),
        ("q=a%zz", "q", "a%zz"),
        ("q=100%2", "q", "100%2"),
        ("q=%ff", "q", "%ff"),
        ("q=%ED%A0%80", "q", "%ED%A0%80"),
        ("q=%C0%80", "q", "%C0%80"),
        ("q=%F4%90%80%80", "q", "%F4%90%80%80"),
        ("distillation=allowed&q=%e9", "q", "%e9"),
        ("pa%ge=1", "pa%ge", "1"),
        ("%ff=1", "%ff", "1"),
    ],
)
def test_it_refuses_bytes_that_are_not_text(get, query, name, value):
    assert refused(get(f"{SEARCH}?{query}"))[:2] == (name, value)


def test_it_refuses_raw_bytes_that_are_not_text(client, public):
    response = client.get(SEARCH, QUERY_STRING="q=\xff")

    assert refused(response)[0] == "q"


@pytest.mark.parametrize("query", ["", "&", "q=qwen&", "&&q=qwen", "q=qw+en", "q=qw%20en"])
def test_it_takes_what_means_the_same(read, query):
    assert read(f"{SEARCH}?{query}")["data"] == []


def test_it_reads_raw_utf_8(read, client):
    make_model("Größe")

    response = client.get(SEARCH, QUERY_STRING="q=größe".encode().decode("latin-1"))
    assert [model["id"] for model in response.json()["data"]] == ["Größe"]


def test_it_never_widens_an_answer(get):
    """What could leak is there: every refused address would list the allowed model."""
    make_model("leak", make_license())

    for name, value, _ in WRONG:
        response = get(f"{SEARCH}?{name}={quote(value)}")
        assert b"leak" not in response.content
        assert b'"allowed"' not in response.content.replace(b'["allowed"', b"")


FRAGMENTS = [*"pageqtyp_size=&%+ 019azAZ;[]\0\t", "%00", "%ff", "ä", "q=", "page="]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30))
def test_it_answers_any_query_string_with_200_or_400(client, public, fragments):
    text = "".join(fragments).encode().decode("latin-1")
    response = client.get(SEARCH, QUERY_STRING=text)

    assert response.status_code in (200, 400)
    if response.status_code == 400:
        problem_of(response, 400)


@pytest.mark.parametrize(
    "query", [NoQuery, ModelsQuery, SearchQuery, OpenAIModelsQuery, ExportQuery]
)
def test_it_can_say_of_every_parameter_what_it_accepts(query):
    for name in query.model_fields:
        assert accepted(query, name)


def test_it_offers_exactly_the_statuses_and_formats_there_are():
    assert accepted(ModelsQuery, "distillation") == [*Status.values, "all"]
    assert accepted(ExportQuery, "format") == list(FORMATS)
    assert ExportQuery().format == DEFAULT_FORMAT
