"""The search over everything: exact spellings first, each kind with its total and its list."""

from urllib.parse import quote

import pytest

from policies.models import ModelAlias
from policies.views.search import BEST, matching_alias
from tests.factories import (
    ALLOWS,
    RESTRICTS,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

pytestmark = pytest.mark.django_db

SECRET = "Counsel thinks otherwise"


def make_world(size=1):
    """``size`` records of each kind that are all called quill."""
    with editing():
        for n in range(size):
            license = make_license(f"quill-{n}", ALLOWS, name=f"Quill License {n}",
                                   internal_note=SECRET, note="zebra")  # fmt: skip
            terms = make_terms(f"quill-terms-{n}", RESTRICTS, name=f"Quill terms {n}")
            family = make_family(f"quill-{n}", license, name=f"Quill family {n}")
            model = make_model(
                f"lab/quill-{n}", name=f"Quill {n}", family=family, aliases=[f"Acme/Feather-{n}"]
            )
            make_route(model, make_provider(f"quill-host-{n}", terms, name=f"Quill Host {n}"))


@pytest.mark.parametrize("size", [1, 12])
def test_it_costs_the_same_queries_however_much_is_found(
    size, client, settings, django_assert_num_queries
):
    """Seven for the kinds, one of them aliases, one splits; one for the revision."""
    settings.PUBLIC_READ = True
    make_world(size)
    with django_assert_num_queries(8):
        assert client.get("/search/?q=quill").status_code == 200


def test_it_costs_a_visitor_who_is_logged_in_no_more_than_twelve(
    client, django_user_model, django_assert_max_num_queries
):
    """Session and user included."""
    make_world(3)
    client.force_login(django_user_model.objects.create_user("reader-1"))
    with django_assert_max_num_queries(12):
        assert client.get("/search/?q=quill").status_code == 200


def test_it_finds_every_kind_with_its_total_and_its_full_list(visit):
    """The best ten of each; the list says the same number."""
    make_world(12)
    page = visit("/search/?q=QUILL")
    heads = [words for words in page.texts("h2") if words.endswith("12")]
    assert heads == ["Models 12", "Providers 12", "Licenses 12", "Provider terms 12", "Families 12"]
    assert [len(table.findall(".//tbody/tr")) for table in page.find("table")] == [BEST] * 5
    addresses = [a.get("href") for a in page.find("a") if page.text(a) == "all 12 as a list"]
    assert addresses == [
        f"/{listed}/?q=QUILL" for listed in ("models", "providers", "licenses", "terms", "families")
    ]
    for address in addresses:
        assert len(visit(address).find("tr")) == 1 + 12


def test_it_shows_a_models_answer_and_the_split_of_its_routes(visit):
    """And leads to them."""
    make_world()
    page = visit("/search/?q=lab%2Fquill-0")
    [row] = page.texts("tr")[1:]
    assert row == "Quill 0lab/quill-0 Allowed quill-0 1 – 1 –"
    assert page.links()["1"] == "/routes/?model=lab%2Fquill-0"


def test_it_shows_the_alias_that_matched(visit):
    """In the spelling that was recorded, where id and name do not explain the hit."""
    make_world()
    assert "also Acme/Feather-0" in visit("/search/?q=FEATHER").main()
    assert "also" not in visit("/search/?q=quill+lab").main()


def test_it_puts_the_exact_spelling_first_and_offers_it_without_redirecting(visit):
    """Before those that merely contain it, whatever their ids."""
    make_model("a/tern-mini", name="Aardvark", aliases=["x1", "x2", "x3"])
    make_model("z/other", name="Other", aliases=["Tern"])
    make_model("b/tern", name="B")
    page = visit("/search/?q=tern")
    assert [row.split("/")[0] for row in page.texts("tr")[1:]] == ["Otherz", "Aardvarka", "Bb"]
    assert "Spelled exactly so: Other Unknown" in page.main()
    assert "Spelled exactly" not in visit("/search/?q=ter").main()


def test_it_puts_the_exact_slug_or_name_first(visit):
    """For documents, providers and families alike."""
    make_license("aa-mit-like", name="AA MIT-like")
    make_license("mit-0", name="MIT No Attribution")
    make_license("zz", name="MIT")
    rows = visit("/search/?q=mit").texts("tr")[1:]
    assert [row.split(" Allowed")[0] for row in rows] == [
        "MITzz",
        "MIT No Attributionmit-0",
        "AA MIT-likeaa-mit-like",
    ]


def test_it_finds_nothing_in_notes(visit):
    """Notes for the staff are no more searchable than readable."""
    make_world()
    for text in (SECRET, "zebra"):
        words = visit(f"/search/?q={quote(text)}").main()
        assert f"Nothing is called “{text}”" in words
        assert "says nothing about permission" in words


@pytest.mark.parametrize("address", ["/search/", "/search/?q=", "/search/?q=+"])
def test_it_explains_itself_where_nothing_is_asked(address, visit):
    """A form, and no list of everything."""
    make_world()
    page = visit(address)
    assert "Every word must occur" in page.main()
    assert page.find("table") == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("q=" + "a" * 201, "The search is longer than 200 characters, so no list is shown."),
        ("q=%00", "The search holds a NUL character, so no list is shown."),
        ("q=a&q=b", "“q” is given 2 times, so no list is shown."),
        ("q=quill&type=model", "“type” is not a filter of this list, so no list is shown."),
    ],
)
def test_it_refuses_a_wrong_address_in_words(query, sentence, visit):
    """A mistake never widens what is found."""
    make_world()
    page = visit(f"/search/?{query}", status=400)
    assert sentence in page.main()
    assert page.find("table") == []


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"', "<b>", "[a]", "é", "ß", "\n"])
def test_it_takes_every_character_for_itself(text, visit):
    """No wildcard, no syntax."""
    make_world()
    assert "Quill" not in visit(f"/search/?q={quote(text)}").main()


def test_it_leads_from_the_search_box_of_every_page(visit):
    """By a plain form."""
    [form] = visit("/rules/").find("form", "find")
    assert (form.get("action"), form.find("input").get("name")) == ("/search/", "q")


def test_it_sends_strangers_to_the_login(client):
    """Unless reading is public."""
    assert client.get("/search/?q=a").url.startswith("/login/")


def test_it_chooses_the_alias_that_has_most_of_what_the_name_lacks():
    """Of several, the first with the most words."""
    model = make_model("lab/x", name="X")
    aliases = [ModelAlias(name=name, key=name) for name in ("red", "blue green", "green")]
    assert matching_alias(model, aliases, "x green blue") == "blue green"
    assert matching_alias(model, aliases, "green") == "green"
    assert matching_alias(model, aliases, "x") == ""
    assert matching_alias(model, [], "x lost") == ""
