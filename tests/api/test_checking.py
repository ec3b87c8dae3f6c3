"""``POST /api/v1/check``: many routes at once, in order; what is not recorded is never allowed."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from policies.models import License, Route
from tests.api.problems import problem_of
from tests.api.schema import assert_follows
from tests.api.tokens import bearer, make_token
from tests.factories import CLOSED, make_route, save

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_catalog")]
ADDRESS = "/api/v1/check"
QWEN = "qwen/qwen3-32b"


def pair(model, provider, *provider_model_id):
    named = dict(zip(["providerModelId"], provider_model_id, strict=False))
    return {"model": model, "provider": provider, **named}


@pytest.fixture
def send(client, public):
    def send(body, **options):
        options = {"content_type": "application/json", **options}
        return client.post(options.pop("address", ADDRESS), body, **options)

    return send


@pytest.fixture
def ask(send):
    def ask(*pairs):
        response = send({"pairs": list(pairs)})
        assert response.status_code == 200, response.content
        document = response.json()
        assert_follows(document, ADDRESS)
        assert len(document["data"]) == len(pairs)
        return document["data"]

    return ask


def test_it_answers_as_the_provider_rows_do(ask, read):
    rows = read(f"/api/models/{QWEN}/providers")["providers"]

    found = ask(*(pair(QWEN, row["provider"], row["providerModelId"]) for row in rows))
    for row, answer in zip(rows, found, strict=True):
        assert answer["routes"] == [row]
        assert answer["status"] == row["distillationPolicy"]["status"]
        assert answer["canonicalId"] == QWEN
        assert answer["error"] is None


def test_it_answers_in_order_also_what_is_asked_twice(ask):
    questions = [pair(QWEN, "strict"), pair("meta/llama-2-70b", "deepseek"), pair(QWEN, "strict")]

    found = ask(*questions)
    assert [(one["model"], one["provider"]) for one in found] == [
        (question["model"], question["provider"]) for question in questions
    ]
    assert found[0] == found[2] != found[1]
    assert [one["status"] for one in found] == ["disallowed", "allowed", "disallowed"]


def test_it_takes_any_spelling_of_a_model(ask):
    found = ask(pair("QWEN3-32b", "fireworks"), pair("=Qwen3", "fireworks"))

    assert [one["canonicalId"] for one in found] == [QWEN, QWEN]
    assert [one["model"] for one in found] == ["QWEN3-32b", "=Qwen3"]


def test_it_answers_for_every_route_that_is_meant(ask):
    [found] = ask(pair(QWEN, "strict"))
    assert [row["providerModelId"] for row in found["routes"]] == ["B", "b"]

    [unknown] = ask(pair("mystery/model", "bare"))
    assert unknown["status"] == "unknown"
    assert unknown["error"] is None


def test_it_never_lets_one_allowed_route_hide_another(ask):
    allowed = Route.objects.get(provider__slug="fireworks", model__canonical_id=QWEN)
    strict = Route.objects.filter(provider__slug="strict").first()
    make_route(
        allowed.model, allowed.provider, provider_model_id="own", terms=strict.effective_terms
    )

    both, one = ask(pair(QWEN, "fireworks"), pair(QWEN, "fireworks", "qwen3-32b"))
    statuses = {row["distillationPolicy"]["status"] for row in both["routes"]}
    assert (statuses, both["status"]) == ({"allowed", "disallowed"}, "disallowed")
    assert one["status"] == "allowed"


@pytest.mark.parametrize(
    ("question", "code", "canonical"),
    [
        (pair("nobody", "fireworks"), "unknown-model", None),
        (pair("nobody", "nobody"), "unknown-model", None),
        (pair(QWEN, "nobody"), "unknown-provider", QWEN),
        (pair(QWEN, "Fireworks"), "unknown-provider", QWEN),
        (pair(QWEN, "idle"), "unknown-route", QWEN),
        (pair(QWEN, "fireworks", "QWEN3-32b"), "unknown-route", QWEN),
    ],
)
def test_it_never_allows_what_is_not_recorded(ask, question, code, canonical):
    found, beside = ask(question, pair(QWEN, "fireworks"))

    assert found["error"]["code"] == code
    assert (found["status"], found["routes"]) == ("unknown", [])
    assert found["canonicalId"] == canonical
    assert beside["status"] == "allowed"


def test_it_answers_for_a_past_state(send):
    save(License.objects.get(slug="apache-2.0"), basis=CLOSED)
    body = {"pairs": [pair(QWEN, "bare")]}

    now, then = send(body), send(body, address=f"{ADDRESS}?as_of=r1")
    assert now.json()["data"][0]["status"] == "disallowed"
    assert now.json()["meta"]["revision"] == 2
    assert then.json()["data"][0]["status"] == "allowed"
    assert then.json()["meta"]["revision"] == 1


@pytest.mark.parametrize("number", [1, 1000])
def test_it_asks_as_much_for_one_pair_as_for_many(send, django_assert_num_queries, number):
    body = {"pairs": number * [pair(QWEN, "strict")]}
    send(body)
    with django_assert_num_queries(5):
        assert len(send(body).json()["data"]) == number


WRONG = [
    ("{", "body"),
    ("[]", "body"),
    ("null", "body"),
    ("7", "body"),
    (b"\xff", "body"),
    ("[" * 100_000, "body"),
    ("{}", "pairs"),
    ('{"pairs": []}', "pairs"),
    ('{"pairs": {}}', "pairs"),
    ('{"pairs": null}', "pairs"),
    ({"pairs": [pair("a", "b")], "as_of": "r1"}, "as_of"),
    ({"pairs": [pair("a", "b")] * 1001}, "pairs"),
    ({"pairs": [pair("a", "b"), "a"]}, "pairs[1]"),
    ({"pairs": [{"model": "a"}]}, "pairs[0].provider"),
    ({"pairs": [{**pair("a", "b"), "providerModelID": "c"}]}, "pairs[0].providerModelID"),
    ({"pairs": [pair("", "b")]}, "pairs[0].model"),
    ({"pairs": [pair("a", 7)]}, "pairs[0].provider"),
    ({"pairs": [pair("a", None)]}, "pairs[0].provider"),
    ({"pairs": [pair("a", True)]}, "pairs[0].provider"),
    ({"pairs": [pair("a" * 201, "b")]}, "pairs[0].model"),
    ({"pairs": [pair("a\0", "b")]}, "pairs[0].model"),
    ('{"pairs": [{"model": "\\ud800", "provider": "b"}]}', "pairs[0].model"),
    ('{"pairs": [{"model": "a", "model": "a", "provider": "b"}]}', "model"),
    ('{"pairs": [], "pairs": [{"model": "a", "provider": "b"}]}', "pairs"),
]


@pytest.mark.parametrize(("body", "parameter"), WRONG)
def test_it_refuses_a_body_of_another_shape(send, body, parameter):
    problem = problem_of(send(body), 400)

    assert problem["parameter"] == parameter
    assert problem["accepted"]


def test_it_names_what_is_known_where_a_name_is_not(send):
    wrong = send({"pairs": [{**pair("a", "b"), "providerModelID": "c"}]}).json()

    assert wrong["accepted"] == ["model", "provider", "providerModelId"]
    assert wrong["value"] == '"c"'


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_it_refuses_other_kinds_of_bodies(send, kind):
    assert send("{}", content_type=kind).status_code == 415


def test_it_refuses_a_body_that_is_too_large(send, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20

    assert send({"pairs": [pair("a", "b")]}).status_code == 413


@pytest.mark.parametrize("query", ["as_of=r9", "as_of=", "page=1"])
def test_it_is_as_strict_about_its_address(send, query):
    problem_of(send({"pairs": [pair("a", "b")]}, address=f"{ADDRESS}?{query}"), 400)


def test_it_only_takes_questions(get):
    response = get(ADDRESS)
    assert problem_of(response, 405)
    assert response.headers["Allow"] == "OPTIONS, POST"


class TestWhoMayAsk:
    """Not public: a token alone will do, the cookie of a login needs a CSRF token as well."""

    body = json.dumps({"pairs": [pair(QWEN, "fireworks")]})

    def post(self, client, **headers):
        return client.post(ADDRESS, self.body, "application/json", headers=headers)

    @pytest.fixture
    def strict(self):
        return Client(enforce_csrf_checks=True)

    @pytest.fixture
    def reader(self, strict, django_user_model):
        strict.force_login(django_user_model.objects.create_user("ann"))
        return strict

    def test_it_refuses_a_stranger(self, strict):
        assert problem_of(self.post(strict), 401)

    def test_it_answers_anybody_where_reading_is_public(self, strict, public):
        assert self.post(strict).status_code == 200

    def test_it_answers_a_token(self, strict):
        assert self.post(strict, **bearer(make_token()[1])).status_code == 200

    def test_it_refuses_a_bare_cookie(self, reader, settings):
        for public in (False, True):
            settings.PUBLIC_READ = public
            response = self.post(reader)
            assert response.status_code == 403
            assert "CSRF" in response.json()["detail"]
            assert b"allowed" not in response.content

    def test_it_answers_a_cookie_with_its_csrf_token(self, reader):
        page = reader.get("/about/").content
        token = page.split(b'name="csrfmiddlewaretoken" value="')[1].split(b'"')[0].decode()
        assert self.post(reader, **{"x-csrftoken": token}).status_code == 200

    def test_it_answers_a_token_beside_a_cookie(self, reader):
        assert self.post(reader, **bearer(make_token()[1])).status_code == 200
