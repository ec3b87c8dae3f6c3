"""Where documents govern and what providers serve: families, models, providers, owners, exceptions."""

import pytest

from policies.models import License, Provider, ProviderTerms
from policies.views import serving
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)
from tests.pages.page import ReadPage

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]


def make_world(size=1):
    """A provider with ``size`` models of each of two owners, one of them under terms of their own."""
    with editing():
        opened, closed = make_license("open", ALLOWS, name="Open"), make_license("shut", CLOSED)
        quiet = make_terms("quiet", SILENT, name="Quiet", clause_kind="passthrough")
        strict = make_terms("strict", RESTRICTS, name="Strict", quote="You shall not.")
        host = make_provider("host", quiet, name="Host")
        line = make_family("line", opened, name="The Line")
        for n in range(size):
            ours = make_model(f"ours/m-{n}", name=f"Ours {n}", owner="Our Lab", family=line)
            theirs = make_model(f"their/m-{n}", closed, name=f"Theirs {n}", owner="A&B")
            make_route(ours, host, provider_model_id=f"ours-{n}")
            make_route(theirs, host, provider_model_id=f"theirs-{n}", terms=strict)
        make_route(make_model("nobodys", opened, name="Nobody's"), host)


def rows_of(page, caption):
    """The rows of the table with this caption, as texts."""
    [table] = [t for t in page.find("table") if page.text(t.find("caption")) == caption]
    return [page.text(row) for row in table.findall(".//tbody/tr")]


def test_it_splits_a_providers_routes_by_owner(visit):
    """The largest first; each leads to exactly its routes."""
    make_world(2)
    page = visit("/providers/host/")
    assert rows_of(page, "Routes by owner of the model") == [
        "A&B 2 – 2 –",
        "Our Lab 2 2 – –",
        "(no owner recorded) 1 1 – –",
    ]
    address = page.links()["A&B"]
    assert address == "/routes/?provider=host&owner=A%26B"
    assert len(visit(address).find("tr")) == 1 + 2
    assert page.links()["(no owner recorded)"] == "/routes/?provider=host&owner=-"


def test_it_folds_the_smallest_owners():
    """Twelve stand open, the rest follow in the same order."""
    host = make_provider("host")
    with editing():
        for n in range(serving.LINES_SHOWN + 3):
            make_route(make_model(owner=f"Owner {n:02}"), host)
    lines = serving.owners_of(host)
    assert [line["name"] for line in lines.first][-1] == "Owner 11"
    assert [line["name"] for line in lines.rest] == ["Owner 12", "Owner 13", "Owner 14"]
    assert lines.count == 15


def test_it_shows_a_providers_exceptions_by_their_terms(visit):
    """With the words of the document, the first routes, and the list of all of them."""
    make_world(serving.ROUTES_SHOWN + 1)
    page = visit("/providers/host/")
    assert "Exceptions Routes with terms of their own" in page.main()
    rows = rows_of(page, "Routes under Strict")
    assert len(rows) == serving.ROUTES_SHOWN
    assert rows[0] == "Theirs 0 theirs-0 Disallowed"
    assert page.links()["all 9 routes"] == "/routes/?provider=host&terms=strict"
    assert len(visit("/routes/?provider=host&terms=strict").find("tr")) == 1 + 9
    assert "You shall not." in page.texts("blockquote")


def test_it_shows_no_exceptions_where_a_routes_own_terms_are_its_providers(visit):
    """The same document twice is no exception."""
    terms = make_terms("t", SILENT)
    make_route(make_model("m"), make_provider("p", terms), terms=terms)
    make_route(make_model("n"), make_provider("bare"), terms=terms)
    assert "Exceptions" not in visit("/providers/p/").main()
    assert "Exceptions" in visit("/providers/bare/").main()


def test_it_says_that_terms_pass_on_those_of_others(visit):
    """At the provider, since what they say can differ by model."""
    make_world()
    make_provider("plain", make_terms("plain", SILENT))
    assert "These terms pass on those of the companies" in visit("/providers/host/").main()
    assert "These terms pass on" not in visit("/providers/plain/").main()


def test_it_shows_where_a_license_is_used(visit):
    """Providers with their split, families with their models, each a link to the list."""
    make_world(2)
    page = visit("/licenses/open/")
    assert rows_of(page, "Routes by provider") == ["Host 3 3 – –"]
    assert page.links()["Host"] == "/routes/?license=open&provider=host"
    assert rows_of(page, "Models by family") == ["The Line 2", "(no family recorded) 1"]
    family = page.find("table")[-1].findall(".//a")
    assert [a.get("href") for a in family] == [
        "/models/?license=open&family=line",
        "/models/?license=open&family=-",
    ]
    assert len(visit("/models/?license=open&family=-").find("tr")) == 1 + 1


def test_it_shows_where_terms_are_used(visit):
    """Models with the outcome, families and providers with their split."""
    make_world(2)
    page = visit("/terms/strict/")
    assert rows_of(page, "Models") == [
        "Theirs 0their/m-0 Disallowed 1",
        "Theirs 1their/m-1 Disallowed 1",
    ]
    assert rows_of(page, "Routes by family") == ["(no family recorded) 2 – 2 –"]
    assert rows_of(page, "Routes by provider") == ["Hostsome routes 2 – 2 –"]
    assert "The Line 2 2 – –" in rows_of(visit("/terms/quiet/"), "Routes by family")


def test_it_names_the_models_most_served_and_counts_the_rest():
    """By routes, then by id."""
    terms = make_terms("t", PERMITS)
    with editing():
        for n in range(serving.MODELS_SHOWN + 2):
            make_route(make_model(f"m-{n:02}"), make_provider(f"p-{n}", terms))
        make_route(make_model("z"), Provider.objects.get(slug="p-0"))
        make_route(make_model("zz"), Provider.objects.get(slug="p-0"))
        make_route(Provider.objects.get(slug="p-0").routes.get(model__canonical_id="z").model,
                   Provider.objects.get(slug="p-1"))  # fmt: skip
    shown, count = serving.models_under(ProviderTerms.objects.get())
    assert [row["id"] for row in shown][:2] == ["z", "m-00"]
    assert len(shown) == serving.MODELS_SHOWN
    assert count == serving.MODELS_SHOWN + 4


def test_it_counts_a_license_under_which_nothing_is_served():
    """No line, no family."""
    license = make_license("l")
    assert serving.providers_under(license).count == 0
    assert serving.families_of(License.objects.get()) == []


@pytest.mark.parametrize("size", [1, 15])
def test_it_costs_a_visitor_who_is_logged_in_no_more_than_twelve_queries(
    size, client, django_user_model, django_assert_max_num_queries
):
    """However many owners, exceptions, families and providers there are."""
    make_world(size)
    with editing():
        for n in range(size):
            make_route(make_model(owner=f"Owner {n}"), Provider.objects.get(slug="host"))
            make_route(make_model(), make_provider(f"other-{n}", ProviderTerms.objects.first()))
    client.force_login(django_user_model.objects.create_superuser("c", "c@example.org", "secret"))
    for address in ("/providers/host/", "/licenses/open/", "/terms/quiet/", "/models/ours/m-0/"):
        with django_assert_max_num_queries(12):
            assert ReadPage(client.get(address)).response.status_code == 200
