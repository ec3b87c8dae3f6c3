"""Two records side by side: differences first, equal facts folded, mistakes at their input."""

import pytest

from policies.models import Revision
from policies.views import meetings
from tests.factories import (
    ALLOWS,
    CLOSED,
    RESTRICTS,
    SILENT,
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

NAMING = [{"kind": "naming", "detail": "Names start with Lab"}]


@pytest.fixture(scope="module")
def recorded(kept):
    """An open and a closed model at three providers; one restricts, one is silent, one unread."""
    with editing():
        opened = make_license("open-1.0", ALLOWS, name="Open License", conditions=NAMING)
        closed = make_license("shut", CLOSED, name="Shut License", quote="No outputs.")
        bans = make_terms("bans", RESTRICTS, name="Ban Terms")
        quiet = make_terms("quiet", SILENT, name="Quiet Terms")
        hosts = [
            make_provider("banner", bans, name="Banner"),
            make_provider("quiet-host", quiet, name="Quiet Host"),
            make_provider("unread", name="Unread Host"),
        ]
        family = make_family("lab-open", name="Lab Open")
        models = [
            make_model("lab/open", opened, name="Open", owner="Lab", family=family, aliases=["O1"]),
            make_model("acme/shut", closed, name="Shut", owner="Acme"),
        ]
        for model in models:
            for host in hosts[:2]:
                make_route(model, host, provider_model_id=f"{model.name}@{host.slug}")
        make_route(models[0], hosts[2])
    return models


@pytest.fixture
def catalog(recorded, db):
    """Both models."""
    return read_anew(*recorded)


def rows(page, caption):
    """A table's rows as lists of words, the hidden names of the sides left out."""
    tables = [t for t in page.find("table") if page.text(t.find("caption")) == caption]
    for table in tables:
        for cell in table.iter("td"):
            for whose in [e for e in cell if e.get("class") == "whose"]:
                whose.text = ""
    return [[page.text(cell) for cell in row] for table in tables for row in table.find("tbody")]


def test_it_shows_first_what_two_models_differ_in(catalog, visit):
    page = visit("/compare/models/?a=lab/open&b=acme/shut")
    differing = {row[0]: row[1:] for row in rows(page, "Facts that differ")}
    headings = page.texts("h2")

    assert page.texts("h1") == ["Open and Shut"]
    assert differing["Answer"] == ["Allowed", "Disallowed"]
    assert differing["License"] == ["Open License", "Shut License"]
    assert differing["Conditions"] == ["Naming: Names start with Lab", "–"]
    assert differing["Owner"] == ["Lab", "Acme"]
    assert "License known from" not in differing
    assert headings.index("Other answers 1") < headings.index("What is alike")
    assert ["License known from", "not known", "not known"] in rows(page, "Facts that are alike")


def test_it_shows_where_two_models_get_other_answers(catalog, visit):
    """The provider that restricts both answers alike; the silent one does not."""
    page = visit("/compare/models/?a=lab/open&b=acme/shut")

    assert "Of 2 providers in common, 1 answers differently." in page.main()
    assert rows(page, "Where answers differ") == [
        ["Quiet Host", "Allowed license, rule 3, 1 route", "Disallowed license, rule 4, 1 route"]
    ]
    assert rows(page, "Where answers are alike") == [
        ["Banner", "Disallowed terms, rule 1, 1 route", "Disallowed terms, rule 1, 1 route"]
    ]
    assert "1 provider with Open only: all its routes" in page.main()


def test_it_links_each_number_to_a_list_with_as_many_rows(catalog, visit):
    page = visit("/compare/models/?a=lab/open&b=acme/shut")
    splits = page.find("div", "split")
    numbers = [(page.text(a).split()[0], a.get("href")) for split in splits for a in split]
    numbers += [
        (page.text(a).split()[0], a.get("href"))
        for a in page.find("a")
        if page.text(a).endswith(" route")
    ]

    assert len(numbers) == 6 + 4
    for number, address in numbers:
        shown = visit(address).main()
        assert f" {number} of 5 routes" in shown, address


def test_it_compares_two_providers(catalog, visit):
    page = visit("/compare/providers/?a=banner&b=quiet-host")
    differing = {row[0]: row[1:] for row in rows(page, "Facts that differ")}

    assert differing["Terms"] == ["Ban Terms", "Quiet Terms"]
    assert differing["Reading"] == ["Disallowed", "Unknown"]
    assert rows(page, "Where answers differ") == [
        ["Open", "Disallowed terms, rule 1, 1 route", "Allowed license, rule 3, 1 route"],
        ["Shut", "Disallowed terms, rule 1, 1 route", "Disallowed license, rule 4, 1 route"],
    ]


def test_it_says_that_nobody_recorded_terms_of_a_provider(catalog, visit):
    page = visit("/compare/providers/?a=unread&b=quiet-host")

    assert ["Terms", "none recorded", "Quiet Terms"] in rows(page, "Facts that differ")
    assert rows(page, "Where answers are alike") == [
        ["Open", "Allowed license, rule 3, 1 route", "Allowed license, rule 3, 1 route"]
    ]


def test_it_compares_two_licenses_field_by_field_and_under_the_same_terms(catalog, visit):
    page = visit("/compare/licenses/?a=open-1.0&b=shut")
    differing = {row[0]: row[1:] for row in rows(page, "Facts that differ")}

    assert differing["Reading"] == ["Allowed", "Disallowed"]
    assert differing["Quote"] == ["–", "No outputs."]
    assert [row[0] for row in rows(page, "Where answers differ")] == ["Quiet Terms"]
    assert [row[0] for row in rows(page, "Where answers are alike")] == ["Ban Terms"]
    assert "1 document of terms with Open License only" in page.main()


def test_it_compares_two_documents_of_terms_over_the_same_licenses(catalog, visit):
    page = visit("/compare/terms/?a=bans&b=quiet")

    assert ["Providers", "Banner", "Quiet Host"] in rows(page, "Facts that differ")
    assert [row[0] for row in rows(page, "Where answers differ")] == [
        "Open License",
        "Shut License",
    ]


def test_it_names_what_is_met_without_a_document(catalog, visit):
    """Unrecorded terms are a place to meet as well."""
    make_route(catalog[1], make_provider("also-unread"))
    page = visit("/compare/licenses/?a=open-1.0&b=shut")

    met = {row[0]: row[1:] for row in rows(page, "Where answers differ")}
    assert met["No terms recorded"] == [
        "Allowed license, rule 3, 1 route",
        "Disallowed license, rule 4, 1 route",
    ]


def test_it_finds_a_record_by_any_spelling(catalog, visit):
    for a, b in [("o1", "ACME/SHUT"), ("lab/open", "acme/shut")]:
        assert visit(f"/compare/models/?a={a}&b={b}").texts("h1") == ["Open and Shut"]
    page = visit("/compare/licenses/?a=open license&b=SHUT")
    assert page.texts("h1") == ["Open License and Shut License"]


def test_it_swaps_the_sides(catalog, visit):
    page = visit("/compare/models/?a=o1&b=acme/shut")
    swapped = visit(f"/compare/models/{page.links()['Swap sides']}")

    assert swapped.texts("h1") == ["Shut and Open"]


def test_it_tells_two_of_one_name_apart(catalog, visit):
    make_model("other/open", name="Open")

    page = visit("/compare/models/?a=lab/open&b=other/open")
    assert page.texts("h1") == ["lab/open and other/open"]


@pytest.mark.parametrize(
    ("address", "sentence", "close"),
    [
        ("models/?a=lab/open&b=shut", "No model is recorded as “shut”.", "acme/shut"),
        ("models/?a=lab/opne&b=acme/shut", "No model is recorded as “lab/opne”.", "lab/open"),
        ("providers/?a=banner&b=host", "No provider is recorded as “host”.", "quiet-host"),
        ("licenses/?a=shut&b=open", "No license is recorded as “open”.", "open-1.0"),
        ("terms/?a=bans&b=qiet", "No terms document is recorded as “qiet”.", "quiet"),
        ("models/?a=o1&b=lab/open", "That is Open as well.", None),
        ("models/?a=o1&b=%00", "No model can be called “�”.", None),
        (f"models/?a=o1&b={'x' * 201}", "No model can be called", None),
    ],
)
def test_it_shows_a_mistake_at_its_input_with_what_comes_close(
    address, sentence, close, catalog, visit
):
    page = visit(f"/compare/{address}", status=400)
    (wrong,) = [e for e in page.find("input") if e.get("aria-invalid")]
    (error,) = [e for e in page.find("div") if e.get("id") == wrong.get("aria-describedby")]

    assert sentence in page.text(error)
    assert page.find("table") == []
    links = {page.text(a): a.get("href") for a in error.iter("a")}
    if close:
        kind = address.partition("/")[0]
        assert page.texts("a").count(close) == 1
        assert visit(f"/compare/{kind}/{links[close]}").find("table")
    else:
        assert links == {}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("a=o1&b=acme/shut&c=1", "“c” is not a filter"),
        ("a=o1&a=acme/shut&b=o1", "“a” is given 2 times"),
    ],
)
def test_it_refuses_other_parameters(query, words, catalog, visit):
    page = visit(f"/compare/models/?{query}", status=400)

    assert words in page.main()
    assert page.find("table") == []


def test_it_refuses_another_kind(catalog, client, settings):
    settings.PUBLIC_READ = True
    response = client.get("/compare/owners/")

    assert response.status_code == 404


def test_it_asks_for_what_is_missing(catalog, visit):
    page = visit("/compare/models/?a=lab/open&b=")
    values = {e.get("name"): e.get("value") for e in page.find("form", "choose")[0].iter("input")}

    assert values == {"a": "lab/open", "b": ""}
    assert len(visit("/compare/").find("form", "choose")) == 4


def test_it_lists_no_more_than_a_page_can_hold_and_says_so(catalog, visit, monkeypatch):
    monkeypatch.setattr(meetings, "SHOWN", 1)
    page = visit("/compare/providers/?a=banner&b=quiet-host")

    assert len(rows(page, "Where answers differ")) == 1
    assert "The first 1 of 2, those with another status first." in page.main()
    assert rows(page, "Where answers differ")[0][0] == "Open"


@pytest.mark.parametrize("more", [0, 5])
def test_it_costs_constant_queries(more, catalog, as_curator, django_assert_num_queries):
    terms = [make_terms(f"more-{n}") for n in range(more)]
    for document in terms:
        for model in catalog:
            make_route(model, make_provider(terms=document))
            make_route(make_model(license=model.license), make_provider(terms=document))
    for address, queries in [
        ("models/?a=lab/open&b=acme/shut", 8),
        ("providers/?a=banner&b=quiet-host", 8),
        ("licenses/?a=open-1.0&b=shut", 9),
        ("terms/?a=bans&b=quiet", 9),
    ]:
        with django_assert_num_queries(queries):
            as_curator(f"/compare/{address}")


def test_it_compares_past_readings(catalog, visit):
    then = Revision.objects.current_number()
    save(catalog[1].license, basis=ALLOWS)
    address = "/compare/licenses/?a=open-1.0&b=shut"

    assert not rows(visit(address), "Where answers differ")
    past = visit(f"{address}&as_of={then}")
    assert [row[0] for row in rows(past, "Where answers differ")] == ["Quiet Terms"]


@pytest.mark.parametrize(
    ("address", "kind", "key"),
    [
        ("/models/lab/open/", "models", "lab/open"),
        ("/providers/banner/", "providers", "banner"),
        ("/licenses/shut/", "licenses", "shut"),
        ("/terms/bans/", "terms", "bans"),
    ],
)
def test_it_leads_to_a_comparison_from_each_record(address, kind, key, catalog, visit):
    page = visit(address)
    (form,) = [f for f in page.find("form") if f.get("action") == f"/compare/{kind}/"]
    (own,) = [e.get("value") for e in form.iter("input") if e.get("name") == "a"]
    (label,) = form.iter("label")

    assert own == key
    assert label.get("for") in [e.get("id") for e in form.iter("input") if e.get("name") == "b"]
