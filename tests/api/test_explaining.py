"""``/api/v1/explain``: the same reasons as everywhere, for programs."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from policies.models import License
from tests.api.schema import assert_follows
from tests.factories import CLOSED, save

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_catalog")]
ADDRESS = "/api/v1/explain"


def printed(*arguments, **options):
    """What the command prints."""
    out = StringIO()
    call_command("explain", *arguments, json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def test_it_tells_what_the_command_tells(read):
    model, provider = "qwen/qwen3-32b", "strict"
    alone = read(f"{ADDRESS}?model={model}")
    assert_follows(alone, ADDRESS)
    assert alone == printed(model)
    hosted = read(f"{ADDRESS}?model={model}&provider={provider}")
    assert_follows(hosted, ADDRESS)
    assert hosted == printed(model, provider)
    assert {row["provider"] for row in hosted["providers"]} == {provider}


def test_it_explains_every_answer_of_the_catalog(read, get):
    for line in get("/api/export").body.splitlines():
        record = json.loads(line)
        told = read(f"{ADDRESS}?model={record['id']}")
        assert_follows(told, ADDRESS)
        assert told["model"]["distillationPolicy"] == record["distillationPolicy"]
        answers = {(row["provider"], row["providerModelId"]): row for row in told["providers"]}
        for row in record["providers"]:
            found = answers.pop((row["provider"], row["providerModelId"]))
            assert found["distillationPolicy"] == row["distillationPolicy"]
            [decided] = [rule for rule in found["rules"] if rule["outcome"] == "decides"]
            assert decided["status"] == row["distillationPolicy"]["status"]
        assert not answers


def test_it_explains_a_past_answer(read):
    first = read(f"{ADDRESS}?model=qwen/qwen3-32b")
    save(License.objects.get(slug="apache-2.0"), basis=CLOSED)

    assert read(f"{ADDRESS}?model=qwen/qwen3-32b") != first
    assert read(f"{ADDRESS}?model=qwen/qwen3-32b&as_of=r1") == first
    assert first["meta"]["revision"] == 1


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("model=nobody", "No model is recorded as “nobody”"),
        ("model=qwen/qwen3-3", "Close to it: qwen/qwen3-32b"),
        ("model=qwen/qwen3-32b&provider=nobody", "No provider is recorded as “nobody”"),
    ],
)
def test_it_says_what_is_not_recorded(get, query, words):
    response = get(f"{ADDRESS}?{query}")

    assert response.status_code == 404
    assert words in response.json()["detail"]
    assert b"allowed" not in response.content


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "model"),
        ("model=", "model"),
        ("provider=fireworks", "model"),
        ("model=a&provider=", "provider"),
        ("model=a&providers=fireworks", "providers"),
        ("model=a%00", "model"),
        (f"model={201 * 'a'}", "model"),
    ],
)
def test_it_refuses_a_question_that_is_not_one(get, query, parameter):
    response = get(f"{ADDRESS}?{query}")

    assert response.status_code == 400
    assert response.json()["parameter"] == parameter


def test_it_asks_as_much_for_one_route_as_for_many(read, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        read(f"{ADDRESS}?model=qwen/qwen3-32b")
