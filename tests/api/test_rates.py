"""Each asker has a quota, which every answer tells."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client

from tests.api.problems import problem_of
from tests.api.tokens import bearer, make_token

NOW = datetime(2026, 11, 24, 12, 0, 20, tzinfo=UTC)
ADDRESS = "/api/v1/models"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_a_minute(settings):
    settings.API_RATE = (3, 60)
    settings.PUBLIC_READ = True
    caches["api-rate"].clear()
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def statuses(client, times=1, **kwargs):
    return [client.get(ADDRESS, **kwargs).status_code for _ in range(times)]


def test_it_tells_what_is_left(client):
    first = client.get(ADDRESS)
    assert first.headers["RateLimit-Policy"] == '"default";q=3;w=60'
    assert first.headers["RateLimit"] == '"default";r=2;t=40'

    tag = first.headers["ETag"]
    again = client.get(ADDRESS, headers={"if-none-match": tag})
    assert again.status_code == 304
    assert again.headers["RateLimit"] == '"default";r=1;t=40'
    assert client.get("/api/nothing").headers["RateLimit"] == '"default";r=0;t=40'


def test_it_refuses_what_is_too_much_until_the_window_ends(client, three_a_minute):
    assert statuses(client, 3) == [200, 200, 200]
    refused = client.get(ADDRESS)

    problem_of(refused, 429)
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["RateLimit"] == '"default";r=0;t=40'
    three_a_minute.shift(39)
    assert statuses(client) == [429]
    three_a_minute.shift(1)
    assert statuses(client) == [200]


def test_it_counts_each_asker_apart(client, django_user_model):
    _, one = make_token("one")
    _, other = make_token("other")
    reader = Client()
    reader.force_login(django_user_model.objects.create_user("ann"))

    for asker, kwargs in [
        (client, {}),
        (client, {"REMOTE_ADDR": "192.0.2.7"}),
        (client, {"headers": bearer(one)}),
        (client, {"headers": bearer(other)}),
        (reader, {}),
    ]:
        assert statuses(asker, 4, **kwargs) == [200, 200, 200, 429]


def test_it_counts_refused_tokens_for_their_address(client):
    guesses = [client.get(ADDRESS, headers=bearer(f"npk_{n}")).status_code for n in range(4)]

    assert guesses == [401, 401, 401, 429]
    assert statuses(client) == [429]


def test_it_believes_the_proxies_that_it_knows(client, settings):
    settings.PROXY_COUNT = 1
    for n in range(4):
        told = f"198.51.100.{n}, 192.0.2.1"
        response = client.get(ADDRESS, headers={"x-forwarded-for": told})
    assert response.status_code == 429


def test_it_leaves_pages_alone(client):
    for _ in range(4):
        page = client.get("/rules/")
    assert page.status_code == 200
    assert "RateLimit" not in page.headers


def test_it_limits_nothing_where_that_is_off(client, settings):
    settings.API_RATE = None

    assert statuses(client, 5) == [200] * 5
    assert "RateLimit" not in client.get(ADDRESS).headers
