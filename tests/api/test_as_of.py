"""``as_of``: every list, the provider rows and the export as they were after a past revision."""

from datetime import UTC, datetime

import orjson
import pytest

from policies.models import License
from tests.factories import CLOSED, editing, make_license, make_model, make_provider, make_route

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]
ADDRESSES = [
    "/api/explore/text-models",
    "/api/explore/search?q=a",
    "/api/v1/models",
    "/api/v1/models?detailed=true",
    "/api/models/a/providers",
    "/api/export?format=ndjson",
    "/api/export?format=json",
    "/api/export?format=csv",
]


def day(number):
    return datetime(2026, 3, number, 12, tzinfo=UTC)


@pytest.fixture
def past(get):
    """What every address answered at revision 1, of which revision 2 leaves nothing as it was."""
    with editing(at=day(1)):
        make_route(make_model("a", make_license("l")), make_provider("p"), provider_model_id="x")
    then = {address: get(address).body for address in ADDRESSES}
    license = License.objects.get()
    license.basis = CLOSED
    with editing(at=day(3)) as opened:
        opened.save(license)
        make_model("ab", license)
    return then


def at(address, moment):
    return f"{address}{'&' if '?' in address else '?'}as_of={moment}"


@pytest.mark.parametrize("moment", ["1", "r1", "2026-03-01", "2026-03-02", "2026-03-03T11:59Z"])
def test_it_answers_as_it_did_then(get, past, moment):
    for address, body in past.items():
        found = get(at(address, moment))
        assert found.status_code == 200
        assert found.body == body, address


def test_it_answers_differently_now(get, past):
    for address, body in past.items():
        now = get(address).body
        assert get(at(address, "r2")).body == now == get(at(address, "2026-03-03")).body
        if address != "/api/v1/models":
            assert now != body


def test_it_names_the_revision_of_then(get, read, past):
    assert read(at(ADDRESSES[0], "r1"))["meta"]["revision"] == 1
    assert read(at(ADDRESSES[0], "2026-02-01"))["meta"] == {
        **read(ADDRESSES[0])["meta"],
        "revision": 0,
        "total": 0,
        "pages": 0,
    }
    export = orjson.loads(get(at("/api/export?format=json", "r1")).body)
    assert export["meta"]["revision"] == 1
    assert export["meta"]["counts"]["models"]["total"] == 1


def test_it_keeps_the_tag_of_a_past_answer_whatever_happens_since(get, past):
    address = at(ADDRESSES[0], "r1")
    tag = get(address).headers["ETag"]
    make_model("later")

    assert get(address).headers["ETag"] == tag
    assert get(address, **{"if-none-match": tag}).status_code == 304
    assert get(at(ADDRESSES[0], "r2")).headers["ETag"] != tag


@pytest.mark.parametrize(
    "moment", ["r3", "99", "2999-01-01", "2026-02-30", "yesterday", "", "r", "2026-03-01T10:00"]
)
def test_it_refuses_a_moment_that_is_not_there(get, past, moment):
    for address in ADDRESSES:
        response = get(at(address, moment))

        assert response.status_code == 400
        problem = response.json()
        assert (problem["parameter"], problem["value"]) == ("as_of", moment)
        assert problem["accepted"]
