"""A model's routes, filtered on its page: the split stays whole, and a mistake shows no routes."""

import pytest

from tests.factories import (
    ALLOWS,
    PERMITS,
    RESTRICTS,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    read_anew,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def recorded(kept):
    with editing():
        model = make_model("lab/open", make_license("l", ALLOWS), aliases=["Open-Alias"])
        strict, liberal = make_terms("bans", RESTRICTS), make_terms("permits", PERMITS)
        for slug, terms, available in (
            ("Acme East", strict, True),
            ("Acme West", strict, True),
            ("Beta", liberal, True),
            ("Gamma", None, False),
        ):
            host = make_provider(slug.lower().replace(" ", "-"), terms, name=slug)
            make_route(
                model, host, provider_model_id=f"{slug[0]}/open-{slug[-1]}", available=available
            )
    return model


@pytest.fixture
def model(recorded, db):
    """One allowing model: two routes restrict, one permits, one is silent and gone."""
    (record,) = read_anew(recorded)
    return record


def providers(page):
    """The providers whose routes are shown."""
    return [
        page.text(row.find("th"))
        for table in page.find("table", "routes")
        for row in table.findall(".//tbody/tr")
        if row.find("th") is not None
    ]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Gamma", "Beta", "Acme East", "Acme West"]),
        ("status=disallowed", ["Acme East", "Acme West"]),
        ("status=all&available=all&q=", ["Gamma", "Beta", "Acme East", "Acme West"]),
        ("available=false", ["Gamma"]),
        ("available=true&status=allowed", ["Beta"]),
        ("q=ACME", ["Acme East", "Acme West"]),
        ("q=west+acme", ["Acme West"]),
        ("q=acme-e", ["Acme East"]),
        ("q=B%2Fopen", ["Beta"]),
        ("q=acme&status=allowed", []),
    ],
)
def test_it_shows_the_routes_that_are_asked_for(query, shown, model, visit):
    """By status, availability, and every word in the provider's names or the model id there."""
    page = visit(f"/models/lab/open/?{query}")
    assert providers(page) == shown


def test_it_keeps_the_split_of_all_routes_and_says_how_many_are_shown(model, visit):
    """A filter does not change what is true of the model."""
    page = visit("/models/lab/open/?status=disallowed&q=west")
    assert "2 Allowed 50.0% 2 Disallowed 50.0% 0 Unknown 0.0%" in page.main()
    assert "1 of 4 routes shown. Show all" in page.main()
    assert "1 pair of documents decides these routes." in page.main()
    assert "No route of this model is" not in page.main()


def test_it_counts_beside_each_choice_what_it_would_show(model, visit):
    """Given the other filters."""
    page = visit("/models/lab/open/?available=true")
    status, available = (page.text(select) for select in page.find("select"))
    assert status == "AnyAllowed (1)Disallowed (2)Unknown (0)"
    assert available == "Anyavailable (3)no longer available (1)"


def test_it_keeps_what_was_asked_in_the_form(model, visit):
    """So that one choice can be changed."""
    page = visit("/models/lab/open/?q=acme&status=disallowed")
    [text] = [field for field in page.find("input") if field.get("id") == "f-q"]
    assert text.get("value") == "acme"
    chosen = [page.text(o) for o in page.find("option") if o.get("selected") is not None]
    assert chosen == ["Disallowed (2)"]


def test_it_says_that_an_empty_part_says_nothing(model, visit):
    """No route matched, which is no permission."""
    words = visit("/models/lab/open/?q=nobody").main()
    assert "No route of this model matches" in words
    assert "4 routes at revision 1 were looked through." in words
    assert "says nothing about permission" in words


@pytest.mark.parametrize(
    ("query", "sentence", "accepted"),
    [
        ("status=alowed", "Status “alowed” is not a value", "allowed, disallowed, unknown, all"),
        ("available=yes", "Available “yes” is not a value", "true, false, all"),
        ("status=", "“status” is empty", ""),
        ("status=allowed&status=unknown", "“status” is given 2 times", ""),
        ("provider=beta", "“provider” is not a parameter of this page", "q, status, available"),
        ("q=%00", "Search “�” is not a value", ""),
        ("q=" + "a" * 201, "is not a value", ""),
    ],
)
def test_it_refuses_a_wrong_filter_in_words(query, sentence, accepted, model, visit):
    """Naming it, its value and what is accepted; no route is shown."""
    page = visit(f"/models/lab/open/?{query}", status=400)
    assert sentence in page.main()
    assert accepted in page.main()
    assert providers(page) == []
    assert page.find("ol", "trace") == []


def test_it_takes_the_filters_along_to_the_canonical_spelling(model, client, settings):
    """Else an alias would show more than was asked for."""
    settings.PUBLIC_READ = True
    response = client.get("/models/open-alias/?status=allowed&q=a+b")
    assert response.url == "/models/lab/open/?status=allowed&q=a+b"
