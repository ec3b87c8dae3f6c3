"""Owners and families, with what their models and routes are answered."""

import pytest

from policies.models import Route
from tests.factories import (
    ALLOWS,
    CLOSED,
    RESTRICTS,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    read_anew,
    save,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def recorded(kept):
    with editing():
        open_license, closed = make_license("open-1.0", ALLOWS), make_license("shut", CLOSED)
        line, _empty = make_family("line", open_license), make_family("bare")
        strict = make_provider("strict", make_terms("bans", RESTRICTS))
        quiet = make_provider("quiet")
        alpha = make_model("lab/alpha", owner="Lab & Co", family=line)
        beta = make_model("lab/beta", closed, owner="Lab & Co")
        gamma = make_model("gamma")
        routes = [(alpha, strict), (alpha, quiet), (beta, quiet), (gamma, quiet)]
        return [make_route(model, host) for model, host in routes]


@pytest.fixture
def catalog(recorded, db):
    return read_anew(*recorded)


def rows(page):
    return [page.text(row) for row in page.find("tr")[1:]]


def test_it_lists_owners_with_their_models_and_routes_by_status(catalog, visit):
    page = visit("/owners/?sort=-routes")
    assert rows(page) == ["Lab & Co 2 1 1 – 3 1 2 –", "(none recorded) 1 – – 1 1 – – 1"]
    assert page.links()["Lab & Co"] == "/models/?owner=Lab%20%26%20Co"
    assert page.links()["3"] == "/routes/?owner=Lab%20%26%20Co"
    assert page.links()["(none recorded)"] == "/models/?owner=-"


def test_it_lists_families_with_their_license_and_those_without_models(catalog, visit):
    page = visit("/families/")
    assert rows(page) == [
        "barebare none recorded – – – – –",
        "lineline open-1.0Allowed 1 2 1 1 –",
    ]
    assert page.links()["line"] == "/models/?family=line"
    assert page.links()["2"] == "/routes/?family=line"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/owners/?q=CO+lab", ["Lab & Co"]),
        ("/owners/?status=unknown", ["(none recorded)"]),
        ("/owners/?status=disallowed&q=x", []),
        ("/families/?license=open-1.0", ["line"]),
        ("/families/?license=-", ["bare"]),
        ("/families/?status=allowed", ["line"]),
        ("/families/?sort=-models", ["line", "bare"]),
    ],
)
def test_it_filters_and_sorts_groups(address, expected, catalog, visit):
    page = visit(address)
    assert page.texts("a", "name") + page.texts("span", "name") == expected


def test_it_counts_beside_each_filter_what_a_click_would_show(catalog, visit):
    facets = {s.find("h2").text: s for s in visit("/families/").find("section", "facet")}
    page = visit("/families/?status=allowed")
    assert [page.text(item) for item in facets["License"].iter("li")] == [
        "(none recorded)1",
        "open-1.01",
    ]
    [status] = [
        s
        for s in page.find("section", "facet")
        if s.find("h2").text.strip() == "Has models that are"
    ]
    assert [page.text(item) for item in status.iter("li")] == [
        "Allowed1",
        "Disallowed0",
        "Unknown0",
    ]


def test_it_counts_anew_when_the_records_change(catalog, visit):
    assert "2 owners" in visit("/owners/").main()
    save(catalog[3].model, owner="New")
    assert rows(visit("/owners/?q=new")) == ["New 1 – – 1 1 – – 1"]


@pytest.mark.parametrize("address", ["/owners/", "/families/"])
def test_it_reads_no_route_twice_for_one_revision(
    address, catalog, client, settings, django_assert_num_queries
):
    """The first reader of a revision pays for the counts; the others ask for three small things."""
    settings.PUBLIC_READ = True
    client.get(address)
    with django_assert_num_queries(3) as asked:
        assert client.get(address).status_code == 200
    assert not any(Route._meta.db_table in query["sql"] for query in asked.captured_queries)


def test_it_refuses_wrong_values_and_shows_no_list(catalog, visit):
    for address, sentence in [
        ("/owners/?status=open", "Status “open” is not a value"),
        ("/families/?license=none", "License “none” is not a value"),
        ("/owners/?sort=license", "Sort “license” is not a value"),
        ("/owners/?owner=Lab", "“owner” is not a filter of this list"),
    ]:
        page = visit(address, status=400)
        assert sentence in page.main()
        assert page.find("table") == []


def test_it_links_owners_and_families_from_the_models(catalog, visit):
    links = visit("/models/").links()
    assert (links["Owners"], links["Families"]) == ("/owners/", "/families/")
