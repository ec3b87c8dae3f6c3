"""The lists as visitors see them."""

import pytest

from tests.factories import (
    ALLOWS,
    CLOSED,
    RESTRICTS,
    SILENT,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]

ATTRIBUTION = [{"kind": "attribution", "detail": "Show a notice"}]


def make_catalog(size=3):
    """``size`` open models at as many providers, half of which restrict."""
    with editing():
        open_license = make_license(
            "open-1.0", ALLOWS, conditions=ATTRIBUTION, evidence="text-read"
        )
        closed = make_license("acme-closed", CLOSED, evidence="secondary")
        bans = make_terms("bans", RESTRICTS)
        silent = make_terms("silent", SILENT)
        hosts = [
            make_provider(f"host-{n}", bans if n % 2 else silent, name=f"Host {n}")
            for n in range(size)
        ]
        models = [
            make_model(
                f"lab/open-{n}",
                closed if n == 2 else open_license,
                owner="Lab",
                name=f"Open {n}",
                license_evidence="secondary",
            )
            for n in range(size)
        ]
        for model, host in zip(models, hosts, strict=True):
            make_route(model, host, provider_model_id=f"{host.slug}/{model.name}")
    return models


LISTS = {
    "/models/": 9,
    "/routes/": 7,
    "/licenses/": 6,
    "/terms/": 6,
    "/providers/": 7,
}
"""Queries that each list costs, whatever it shows."""


@pytest.mark.parametrize(("address", "queries"), LISTS.items())
@pytest.mark.parametrize("size", [1, 3])
def test_it_costs_the_same_queries_however_long_the_list_is(
    address, queries, size, client, settings, django_assert_num_queries
):
    """Written as literals, so that one more is a decision."""
    settings.PUBLIC_READ = True
    make_catalog(size)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


def test_it_counts_a_question_once_for_each_state(visit, client, django_assert_num_queries):
    """The counts are remembered until a revision; another page or order of the list asks for rows alone."""
    model, *_ = make_catalog()
    visit("/routes/?status=allowed")
    with django_assert_num_queries(5):
        client.get("/routes/?status=allowed&sort=-model&size=25")
    with editing():
        make_route(model, make_provider("another"))
    assert "2 of 4 routes" in visit("/routes/?status=allowed").main()


def test_it_shows_models_with_their_answer_their_license_and_their_routes(visit):
    """How the license is known stands beside it."""
    make_catalog()
    page = visit("/models/")
    rows = [page.text(row) for row in page.find("tr")[1:]]
    assert "3 models, 3 routes" in page.main()
    assert rows[0] == (
        "Open 0lab/open-0 Allowedwith 1 condition open-1.0from a secondary source 1 1 – – –"
    )
    assert "Disallowed acme-closedfrom a secondary source 1 – 1 –" in rows[2]
    assert page.links()["Open 0"] == "/models/lab/open-0/"
    assert page.links()["1"] == "/routes/?model=lab%2Fopen-0"


def test_it_shows_routes_with_what_decided_them(visit):
    """The deciding document, its layer, its rule and how far it was read."""
    make_catalog()
    page = visit("/routes/")
    rows = [page.text(row) for row in page.find("tr")[1:]]
    assert "Allowed" in rows[0]
    assert "open-1.0license, rule 3 · Text read" in rows[0]
    assert "Disallowed" in rows[1]
    assert "bansterms, rule 1 · Not read" in rows[1]
    assert "acme-closedlicense, rule 4 · Secondary" in rows[2]


def test_it_says_when_a_route_is_no_longer_available_or_deprecated(visit):
    """In words, and no terms recorded is not silence."""
    make_route(provider_model_id="old", available=False, lifecycle="deprecated")
    row = visit("/routes/").texts("tr")[1]
    assert "no longer, deprecated" in row
    assert "no terms recorded" in row
    assert "nothing recorded" in row


def test_it_counts_beside_each_filter_what_a_click_would_show(visit):
    """By the other filters in force; nothing to find is no link."""
    make_catalog()
    page = visit("/routes/?license=open-1.0")
    facets = {page.text(s.find("h2")): s for s in page.find("section", "facet")}
    status = [page.text(item) for item in facets["Status"].iter("li")]
    assert status == ["Allowed1", "Disallowed1", "Unknown0"]
    unknown = list(facets["Status"].iter("li"))[2]
    assert not list(unknown.iter("a"))
    licenses = [page.text(item) for item in facets["License clear License"].iter("li")]
    assert licenses == ["open-1.02", "acme-closed1"]
    assert page.links()["Allowed1"] == "?license=open-1.0&status=allowed"


def test_it_keeps_all_filters_in_every_address(visit):
    """Sorting, paging, chips and the search form change one thing each."""
    make_catalog()
    page = visit("/models/?owner=Lab&sort=-name&q=open&size=25")
    links = page.links()
    assert links["Model"] == "?q=open&owner=Lab&sort=id&size=25"
    assert links["search open ×remove"] == "?owner=Lab&sort=-name&size=25"
    assert links["owner Lab ×remove"] == "?q=open&sort=-name&size=25"
    [search] = [form for form in page.find("form") if form.get("aria-label") == "This list"]
    inputs = search.iter("input")
    hidden = {e.get("name"): e.get("value") for e in inputs if e.get("type") == "hidden"}
    assert hidden == {"owner": "Lab", "sort": "-name", "size": "25"}


def test_it_marks_the_sorted_column_and_turns_it_around(visit):
    """``aria-sort`` says which way; the link leads the other way."""
    make_catalog()
    for sort, direction, link in [
        ("routes", "ascending", "?sort=-routes"),
        ("-routes", "descending", "?sort=routes"),
    ]:
        page = visit(f"/models/?sort={sort}")
        [head] = [th for th in page.find("th") if th.get("aria-sort")]
        assert head.get("aria-sort") == direction
        assert head.find("a").get("href") == link
    page = visit("/models/")
    assert page.links()["Routes"] == "/routes/"
    heads = {page.text(th): th for th in page.find("th") if th.get("scope") == "col"}
    assert heads["Routes"].find("a").get("href") == "?sort=-routes"


@pytest.mark.parametrize(
    ("address", "sentence", "link"),
    [
        ("/models/?status=alowed", "Status “alowed” is not a value", "?status=allowed"),
        (
            "/routes/?status=alowed&provider=host-1",
            "so no list is shown",
            "?provider=host-1&status=unknown",
        ),
        ("/routes/?provider=host", "Provider “host” is not a value", "?provider=host-0"),
        ("/models/?page=9", "“page” is not a filter of this list", "?"),
        (
            "/models/?columns=status,colour",
            "“colour” in “columns” is not a column",
            "?columns=note",
        ),
        ("/models/?owner=Lab&after=x", "“x” in “after” is not a place in this list", "?owner=Lab"),
        ("/models/?format=xml", "Format “xml” is not a value", "?format=csv"),
        ("/licenses/?evidence=read", "Evidence “read” is not a value", "?evidence=text-read"),
        ("/terms/?status=no", "Status “no” is not a value", "?status=disallowed"),
        ("/providers/?terms=none", "Terms “none” is not a value", "?terms=bans"),
        ("/models/?colour=red", "“colour” is not a filter of this list", "?"),
        ("/models/?status=allowed&status=unknown", "“status” is given 2 times", "?"),
        ("/models/?q=%00", "Search “�” is not a value", "?"),
    ],
)
def test_it_shows_no_list_for_a_wrong_address_and_links_what_is_accepted(
    address, sentence, link, visit
):
    """An error, in words, and never everything."""
    make_catalog()
    page = visit(address, status=400)
    alert = next(e for e in page.find("div") if e.get("role") == "alert")
    assert sentence in page.text(alert)
    assert link in [a.get("href") for a in alert.iter("a")]
    assert page.find("table") == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            "/models/?q=qwne",
            "No model matches “qwne” Ids, names and aliases were searched, at revision",
        ),
        ("/routes/?q=qwne&provider=host-1", "No route matches “qwne” with these filters"),
        ("/licenses/?q=qwne", "No license matches “qwne” Names and slugs were searched,"),
        ("/terms/?status=allowed", "No document matches these filters"),
        ("/providers/?q=qwne", "No provider matches “qwne”"),
    ],
)
def test_it_says_what_an_empty_list_searched_and_that_it_permits_nothing(address, words, visit):
    """Empty is not wrong: a 200 with ways out."""
    make_catalog()
    page = visit(address)
    assert words in page.main()
    assert "An empty list says nothing about permission." in page.main()
    assert page.find("table") == []


def test_it_says_so_where_nothing_is_recorded_yet(visit):
    """The first page of a new installation."""
    for address, noun in [("/models/", "model"), ("/routes/", "route"), ("/licenses/", "license")]:
        assert f"No {noun} is recorded yet" in visit(address).main()


def test_it_lists_documents_with_evidence_dates_and_use(visit):
    """A license's routes and models, and terms' providers, lead to their lists."""
    make_catalog()
    page = visit("/licenses/")
    assert [page.text(row) for row in page.find("tr")[1:]] == [
        "acme-closedacme-closed Disallowed closed-provider-restriction Secondary never 1 1",
        "open-1.0open-1.0 Allowedwith 1 condition permissive-open-weights Text read never 2 2",
    ]
    assert page.links()["2"] == "/models/?license=open-1.0"
    page = visit("/terms/")
    assert page.texts("tr")[1].endswith("Not read never 1 1")
    assert page.links()["1"] == "/providers/?terms=bans"


def test_it_lists_providers_with_the_split_of_their_routes(visit):
    """And the status of their terms."""
    make_catalog()
    page = visit("/providers/?sort=-routes")
    rows = {page.text(row.find("th/a")): page.text(row) for row in page.find("tr")[1:]}
    assert rows["Host 1"] == "Host 1host-1 bansDisallowed 1 – 1 –"
    assert page.links()["Host 0"] == "/providers/host-0/"


def test_it_sends_strangers_to_the_login(client):
    """Unless reading is public."""
    for address in LISTS:
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith("/login/")
