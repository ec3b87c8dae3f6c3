"""``/api/v1/changes``: what a client that knows a revision has to take over."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest

from policies.models import Provider, Route, TextModel
from tests.api.schema import assert_follows
from tests.factories import (
    CLOSED,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    save,
)

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/changes"


@pytest.fixture
def license():
    """Revision 1: two models of one license with a route each, and one without a license."""
    with editing():
        license, provider = make_license("open"), make_provider("host")
        for name in ("a/one", "b/two"):
            make_route(make_model(name, license), provider, provider_model_id=name)
        make_model("c/three")
    return license


@pytest.fixture
def changes(read):
    def changes(since, **query):
        asked = "".join(f"&{name}={value}" for name, value in query.items())
        document = read(f"{ADDRESS}?since={since}{asked}")
        assert_follows(document, ADDRESS)
        return document

    return changes


def rows(document):
    return [(row["model"], row["provider"], row["providerModelId"]) for row in document["data"]]


def test_it_is_empty_where_nothing_differs(license, changes):
    document = changes(1)

    assert document["data"] == document["documents"] == []
    assert document["meta"] == {
        "since": 1,
        "revision": 1,
        "differing": "answers",
        "page_size": 100,
        "next": None,
    }


def test_it_tells_what_flipped_with_both_answers(license, changes):
    save(license, basis=CLOSED, note="Closed now")

    document = changes("r1")
    assert rows(document) == [
        ("a/one", None, None),
        ("a/one", "host", "a/one"),
        ("b/two", None, None),
        ("b/two", "host", "b/two"),
    ]
    row = document["data"][1]
    assert row["kind"] == "route"
    assert row["before"]["status"] == "allowed"
    assert row["after"] == {
        "status": "disallowed",
        "label": "Closed model family restricts distillation",
        "basis": CLOSED,
        "sourceUrl": "https://licenses.example/open",
        "note": "Closed now.",
    }
    assert row["record"] == {
        "provider": "host",
        "providerModelId": "a/one",
        "available": True,
        "terms": None,
        "distillationPolicy": row["after"],
    }
    assert document["documents"] == [
        {
            "layer": "license",
            "slug": "open",
            "change": "changed",
            "fields": ["basis", "note"],
            "flipped": True,
        }
    ]


def test_it_tells_what_appeared_and_what_vanished(license, changes):
    with editing() as opened:
        opened.delete(Route.objects.get(provider_model_id="a/one"))
        make_model("d/four")

    gone, new = changes(1)["data"]
    assert (gone["model"], gone["provider"]) == ("a/one", "host")
    assert gone["before"]["status"] == "allowed"
    assert gone["after"] is gone["record"] is None
    assert (new["kind"], new["model"]) == ("model", "d/four")
    assert new["before"] is None
    assert new["after"]["status"] == "unknown"


def test_it_tells_everything_since_before_the_first_revision(license, changes):
    assert len(changes(0)["data"]) == 5
    assert all(row["before"] is None for row in changes("r0")["data"])


def test_it_tells_other_columns_where_records_are_asked_for(license, changes):
    save(TextModel.objects.get(canonical_id="c/three"), name="Three")
    save(license, quote="As it says.")

    assert changes(1)["data"] == []
    [row] = changes(1, differing="records")["data"]
    assert row["before"] == row["after"]
    assert row["record"]["name"] == "Three"
    assert "providers" not in row["record"]
    [document] = changes(1)["documents"]
    assert (document["slug"], document["flipped"]) == ("open", False)


def test_it_pages_up_to_the_revision_of_the_first_page(license, changes):
    save(license, basis=CLOSED)
    whole = changes(1)["data"]

    first = changes(1, page_size=3)
    make_route(TextModel.objects.get(canonical_id="c/three"), Provider.objects.get())
    save(license, basis="permissive-open-weights")
    second = changes(1, page_size=3, after=first["meta"]["next"])

    assert first["data"] + second["data"] == whole
    assert second["meta"]["revision"] == first["meta"]["revision"] == 2
    assert second["meta"]["next"] is None
    assert "documents" not in second


def test_it_keeps_a_later_page_whatever_happens_since(license, get, changes):
    save(license, basis=CLOSED)
    address = f"{ADDRESS}?since=1&page_size=3&after={changes(1, page_size=3)['meta']['next']}"
    before = get(address)
    save(license, note="Three")

    after = get(address)
    assert after.body == before.body
    assert after.headers["ETag"] == before.headers["ETag"]
    assert after.headers["Nanopolicy-Revision"] == "2"
    assert get(address, **{"if-none-match": before.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("since", ["3", "r3", "99999999999999999", "-1", "01", "one", "2026-01-01"])
def test_it_refuses_a_revision_that_is_not_there(license, get, since):
    save(license, note="Two")

    response = get(f"{ADDRESS}?since={since}")
    assert response.status_code == 400
    problem = response.json()
    assert (problem["parameter"], problem["value"]) == ("since", since)
    assert problem["accepted"] == ["a revision from 0 to 2"]


def test_it_refuses_to_guess_since_when(license, get):
    assert get(ADDRESS).json()["parameter"] == "since"
    assert get(f"{ADDRESS}?since=").json()["parameter"] == "since"


@pytest.mark.parametrize(
    "place",
    [
        b'[2,"a","",""]',  # a revision to come
        b'[0,"a","",""]',  # one before since
        b'[true,"a","",""]',
        b'[1,"a",""]',
        b'[1,"a","",1]',
        b'[1,"a\\u0000","",""]',
        b'[1, "a","",""]',
        b"{}",
        b"7",
        b"[" * 2000,
    ],
)
def test_it_refuses_a_place_that_no_page_gave(license, get, place):
    cursor = urlsafe_b64encode(place).decode().rstrip("=")

    response = get(f"{ADDRESS}?since=1&after={cursor}")
    assert response.status_code == 400
    assert response.json()["parameter"] == "after"


def test_it_keeps_its_answer_until_something_changes(license, get):
    tag = get(f"{ADDRESS}?since=1").headers["ETag"]
    assert get(f"{ADDRESS}?since=r1", **{"if-none-match": tag}).status_code == 200
    assert get(f"{ADDRESS}?since=1", **{"if-none-match": tag}).status_code == 304
    save(license, note="Two")

    assert get(f"{ADDRESS}?since=1", **{"if-none-match": tag}).status_code == 200
