"""Assigning in bulk: chosen in a list, asked once, shown before, one revision."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies.admin import assign
from policies.models import (
    Family,
    License,
    Provider,
    ProviderTerms,
    Revision,
    Route,
    TextModel,
)
from tests.admin.pages import confirm, fields_of, is_impact, list_address, said
from tests.admin.test_look import INLINE
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalog() -> None:
    """Three models, one of them in a family, each with a route at one silent provider."""
    with editing():
        make_license("open", ALLOWS)
        closed = make_license("closed", CLOSED)
        make_terms("bans", RESTRICTS)
        family = make_family("line", closed)
        host = make_provider("host")
        for name, fields in {"a": {}, "b": {}, "c": {"family": family}}.items():
            make_route(make_model(f"x/{name}", **fields), host, provider_model_id=name)


def choose(browser, table, action, *records, **query):
    """Tick the rows in a list, and start an action."""
    data = {"action": action, "index": "0", "_selected_action": [row.pk for row in records]}
    across = {"select_across": "1"} if query.pop("across", False) else {}
    return browser.post(list_address(table), data | across, query_params=query)


def submit(browser, page, **typed):
    """Fill in the page that the action asked with, and send it to where it came from."""
    data = fields_of(page, "assign_form") | {f"assign-{name}": v for name, v in typed.items()}
    return browser.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], data)


def carry_out(browser, table, action, *records, reason="Read.", **typed):
    """Choose, fill in, confirm: the list, with what it says."""
    page = submit(browser, choose(browser, table, action, *records), **typed)
    assert is_impact(page)
    return browser.get(confirm(browser, page, reason=reason).url)


def statuses() -> dict[str, str]:
    return dict(Route.objects.values_list("provider_model_id", "policy__status"))


def models(*names):
    return list(TextModel.objects.filter(canonical_id__in=[f"x/{name}" for name in names]))


@pytest.mark.usefixtures("catalog")
class TestAssign:
    def test_it_gives_chosen_models_a_license_and_how_that_is_known(self, curating, curator):
        number = Revision.objects.current_number()
        said_then = carry_out(
            curating,
            TextModel,
            "assign_license",
            *models("a", "b"),
            license=License.objects.get(slug="open").pk,
            license_evidence="publisher",
            license_source_url="https://x.example/LICENSE",
        )

        assert "2 models changed, of 2 chosen." in said(said_then)
        assert statuses() == {"a": "allowed", "b": "allowed", "c": "disallowed"}
        model = models("a")[0]
        assert (model.license.slug, model.license_evidence) == ("open", "publisher")
        assert model.license_source_url == "https://x.example/LICENSE"
        newest = Revision.objects.current()
        assert (newest.number, newest.user, newest.reason) == (number + 1, curator, "Read.")
        assert model.history.first().revision_id == newest.number
        assert_sound()

    def test_it_writes_nothing_before_it_is_confirmed(self, curating):
        rows, number = list(TextModel.objects.values()), Revision.objects.current_number()
        page = choose(curating, TextModel, "assign_license", *models("a", "b"))
        shown = submit(
            curating, page, license=License.objects.get(slug="open").pk, license_evidence="inferred"
        )

        assert is_impact(shown)
        text = shown.content.decode()
        assert "Allow 2 routes and 2 models" in text
        assert text.count("<ins>open</ins>") == 2
        assert list(TextModel.objects.values()) == rows
        assert Revision.objects.current_number() == number

    def test_it_keeps_the_input_on_the_way_back(self, curating):
        page = choose(curating, TextModel, "assign_license", *models("a"))
        license = License.objects.get(slug="open").pk
        shown = submit(curating, page, license=license, license_evidence="publisher")
        data = fields_of(shown, "impact_form") | {"_edit": "1", "reason": "Because."}
        back = curating.post(list_address(TextModel), data)

        kept = fields_of(back, "assign_form")
        assert kept["assign-license"] == str(license)
        assert (kept["assign-license_evidence"], kept["reason"]) == ("publisher", "Because.")
        assert is_impact(submit(curating, back))

    def test_it_gives_families_a_license_that_reaches_their_members(self, curating):
        license = License.objects.get(slug="open").pk
        carry_out(curating, Family, "assign_license", *Family.objects.all(), license=license)

        assert statuses()["c"] == "allowed"
        assert_sound()

    def test_it_gives_models_a_family(self, curating):
        family = Family.objects.get().pk
        carry_out(curating, TextModel, "assign_family", *models("a"), family=family)

        assert statuses() == {"a": "disallowed", "b": "unknown", "c": "disallowed"}
        assert_sound()

    def test_it_gives_providers_terms(self, curating):
        terms = ProviderTerms.objects.get().pk
        carry_out(curating, Provider, "assign_terms", *Provider.objects.all(), terms=terms)

        assert set(statuses().values()) == {"disallowed"}
        assert_sound()

    def test_it_makes_exceptions_of_routes_and_takes_them_away(self, curating):
        chosen = Route.objects.filter(provider_model_id__in="ab")
        terms = ProviderTerms.objects.get().pk
        carry_out(curating, Route, "assign_terms", *chosen, terms=terms)
        assert statuses() == {"a": "disallowed", "b": "disallowed", "c": "disallowed"}
        assert chosen.filter(terms=terms).count() == 2

        shown = choose(curating, Route, "take_away_terms", *chosen)
        assert is_impact(shown)
        after = curating.get(confirm(curating, shown, reason="They are as all others.").url)
        assert "2 routes changed, of 2 chosen." in said(after)
        assert statuses() == {"a": "unknown", "b": "unknown", "c": "disallowed"}
        assert_sound()

    def test_it_takes_a_models_own_license_away(self, curating):
        license = License.objects.get(slug="open").pk
        carry_out(
            curating,
            TextModel,
            "assign_license",
            *models("c"),
            license=license,
            license_evidence="as-recorded",
        )
        assert statuses()["c"] == "allowed"
        shown = choose(curating, TextModel, "take_away_license", *models("c"))
        confirm(curating, shown, reason="The family's applies.")

        assert statuses()["c"] == "disallowed"

    def test_it_reaches_all_that_match_a_search_and_no_other(self, curating):
        page = choose(
            curating, TextModel, "assign_license", *models("a")[:1], across=True, q="x/", o="1"
        )
        assert "Assign to 3 models" in page.content.decode()
        with editing():
            make_route(make_model("y/d"), Provider.objects.get(), provider_model_id="d")
        license = License.objects.get(slug="open").pk
        shown = submit(curating, page, license=license, license_evidence="publisher")
        data = fields_of(shown, "impact_form") | {"reason": "Read."}
        curating.post(list_address(TextModel), data, query_params={"q": "x/", "o": "1"})

        assert statuses() == {"a": "allowed", "b": "allowed", "c": "allowed", "d": "unknown"}

    def test_it_shows_the_new_impact_where_somebody_was_faster(self, curating):
        page = choose(curating, TextModel, "assign_license", *models("a", "b"))
        license = License.objects.get(slug="open")
        shown = submit(curating, page, license=license.pk, license_evidence="publisher")
        with editing() as opened:
            (model,) = models("a")
            model.license = License.objects.get(slug="closed")
            opened.save(model)
        again = confirm(curating, shown, reason="Read.")

        assert is_impact(again)
        assert "Other records were saved since you looked" in again.content.decode()
        assert statuses()["a"] == "disallowed"

    def test_it_says_so_where_nothing_differs(self, curating):
        number = Revision.objects.current_number()
        closed = License.objects.get(slug="closed").pk
        page = choose(curating, Family, "assign_license", *Family.objects.all())
        after = curating.get(submit(curating, page, license=closed).url)

        assert "Nothing differs from what is stored, so nothing was saved." in said(after)
        assert Revision.objects.current_number() == number

    def test_it_names_what_is_missing(self, curating):
        page = choose(curating, TextModel, "assign_license", *models("a"))
        answer = submit(curating, page, license="", license_source_url="javascript:alert(1)")

        assert set(answer.context["form"].errors) == {
            "license",
            "license_evidence",
            "license_source_url",
        }
        assert statuses()["a"] == "unknown"

    def test_it_refuses_more_than_it_can_show(self, curating, monkeypatch):
        monkeypatch.setattr(assign, "AT_MOST", 1)
        shown = choose(curating, Route, "take_away_terms", *Route.objects.all())

        assert "choose fewer" in said(curating.get(shown.url))[0]

    def test_it_offers_nothing_to_readers(self, reading):
        page = reading.get(list_address(TextModel)).content.decode()
        assert "assign_license" not in page
        choose(reading, TextModel, "take_away_license", *models("c"))
        assert statuses()["c"] == "disallowed"

    def test_it_lists_every_document_without_script_and_has_nothing_inline(self, curating):
        page = choose(curating, Route, "assign_terms", *Route.objects.all()).content.decode()

        assert ">bans</option>" in page
        assert not INLINE.search(page)
        assert page.count("<h1") == 1


@pytest.mark.parametrize("rows", [2, 8])
def test_it_asks_and_shows_with_few_queries(curating, rows):
    with editing():
        make_terms("bans", RESTRICTS)
        for n in range(rows):
            own = make_terms(f"own-{n}", PERMITS)
            make_route(make_model(f"x/{n}"), make_provider(f"host-{n}"), terms=own)
    chosen = list(Route.objects.all())
    choose(curating, Route, "assign_terms", *chosen)
    with CaptureQueriesContext(connection) as asked:
        page = choose(curating, Route, "assign_terms", *chosen)
    terms = ProviderTerms.objects.get(slug="bans").pk
    with CaptureQueriesContext(connection) as shown:
        assert is_impact(submit(curating, page, terms=terms))

    assert len(asked) <= 12
    assert len(shown) <= 17
