"""Merging two models and splitting one in the admin: asked field by field, shown before, one revision."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from policies.admin.merging import CHANGED, merge_address
from policies.models import License, Revision, Route, TextModel
from tests.admin.conftest import staff
from tests.admin.pages import address, fields_of, is_impact, list_address, said
from tests.admin.test_look import INLINE
from tests.factories import (
    ALLOWS,
    CLOSED,
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    save,
)
from tests.invariants import assert_invariants

pytestmark = pytest.mark.django_db


@pytest.fixture
def twins() -> tuple[TextModel, TextModel]:
    """Two records of one model; the first has two routes and an open license, the other one and a closed."""
    with editing():
        host, other = make_provider("host"), make_provider("other")
        open_, closed = make_license("open", ALLOWS), make_license("closed", CLOSED)
        stays = make_model("x/twin", open_, name="Twin", owner="x", aliases=["twin-old"])
        goes = make_model("X/Twin-1", closed, name="Twin 1", owner="x", aliases=["twin-alias"])
        for model, provider, spelled in (
            (stays, host, "twin"),
            (stays, other, "twin-2"),
            (goes, host, "twin-1"),
        ):
            make_route(model, provider, provider_model_id=spelled)
    return fresh(stays), fresh(goes)


def fresh(model: TextModel) -> TextModel:
    return TextModel.objects.get(pk=model.pk)


def spellings(model: TextModel) -> set[str]:
    return set(model.aliases.values_list("name", flat=True))


def send(browser, page, form_id, **typed):
    """Send the form of a page to where it came from."""
    data = fields_of(page, form_id) | typed
    return browser.post(page.request["PATH_INFO"], data, query_params=query_of(page))


def query_of(page) -> dict[str, str]:
    return dict(page.wsgi_request.GET.items())


def press(browser, shown, **typed):
    """On the page with the impact: press a button."""
    data = fields_of(shown, "impact_form") | typed
    return browser.post(shown.request["PATH_INFO"], data, query_params=query_of(shown))


def choose(browser, *models):
    ids = [model.pk for model in models]
    data = {"action": "merge_two", "index": "0", "_selected_action": ids}
    return browser.post(list_address(TextModel), data)


class TestMerge:
    def test_it_leads_from_two_chosen_models_to_what_they_differ_in(self, curating, twins):
        stays, goes = twins
        answer = choose(curating, goes, stays)
        assert answer.url == merge_address(stays, goes)  # which has more routes

        page = curating.get(answer.url)
        rows = [(str(f.label), a, b) for f, a, b in page.context["form"].rows]
        assert rows == [("name", "Twin", "Twin 1"), ("license", "open", "closed")]
        text = page.content.decode()
        assert "twin-alias" in text
        assert f'href="{merge_address(goes, stays)}">Keep X/Twin-1 instead' in text
        assert not INLINE.search(text)
        assert text.count("<h1") == 1

    def test_it_asks_for_exactly_two(self, curating, twins):
        for chosen in (twins[:1], (*twins, make_model())):
            after = curating.get(choose(curating, *chosen).url)
            assert "Choose exactly two models to merge." in said(after)

    def test_it_shows_the_impact_and_then_merges_as_one_revision(self, curating, curator, twins):
        stays, goes = twins
        number, gone = Revision.objects.current_number(), goes.pk
        page = curating.get(merge_address(stays, goes))
        shown = send(curating, page, "merge_form", **{"keep-name": "goes"})
        assert is_impact(shown)
        text = shown.content.decode()
        assert "from disallowed to allowed" in text
        assert "gone, disallowed until now" in text
        assert "<del>X/Twin-1</del>" in text
        assert ">Merge the two models</button>" in text
        assert Revision.objects.current_number() == number
        assert TextModel.objects.filter(pk=gone).exists()

        done = press(curating, shown, reason="The same weights.")
        assert done.url == address(stays)
        assert "X/Twin-1 is now a spelling of x/twin" in said(curating.get(done.url))[0]
        merged = fresh(stays)
        assert (merged.name, merged.license.slug) == ("Twin 1", "open")
        assert spellings(merged) == {"x/twin", "twin-old", "X/Twin-1", "twin-alias"}
        assert merged.routes.count() == 3
        assert not TextModel.objects.filter(pk=gone).exists()
        newest = Revision.objects.current()
        assert (newest.number, newest.user, newest.reason) == (
            number + 1,
            curator,
            "The same weights.",
        )
        assert_invariants()

    def test_it_names_first_what_would_be_gone(self, curating, twins):
        stays, goes = twins
        with editing():
            for _ in range(25):
                make_route(goes, make_provider())
        shown = send(curating, curating.get(merge_address(stays, goes)), "merge_form")

        first = shown.context["records"][0]
        assert (first.name, first.what) == ("X/Twin-1", "would be deleted")

    def test_it_keeps_the_choices_on_the_way_back(self, curating, twins):
        page = curating.get(merge_address(*twins))
        shown = send(curating, page, "merge_form", **{"keep-license": "goes"})
        back = press(curating, shown, _edit="1", reason="Because.")

        kept = fields_of(back, "merge_form")
        assert (kept["keep-license"], kept["keep-name"]) == ("goes", "stays")
        assert kept["reason"] == "Because."
        assert TextModel.objects.count() == 2

    def test_it_is_refused_where_one_of_them_was_changed_meanwhile(self, curating, twins):
        stays, goes = twins
        page = curating.get(merge_address(stays, goes))
        shown = send(curating, page, "merge_form")
        save(fresh(goes), context_length=8192)
        again = press(curating, shown, reason="The same weights.")

        assert CHANGED in again.content.decode()
        assert "context length" in {str(f.label) for f, _, _ in again.context["form"].rows}
        assert TextModel.objects.count() == 2
        assert is_impact(send(curating, again, "merge_form"))

    def test_it_asks_for_the_other_by_any_spelling(self, curating, twins):
        stays, goes = twins
        page = curating.get(address(stays)).content.decode()
        here = merge_address(stays, goes).partition("?")[0]
        assert f'<a href="{here}">Merge…</a>' in page

        assert "Compare the two" in curating.get(here).content.decode()
        found = curating.get(here, {"goes": " TWIN-alias "})
        assert found.context["goes"] == goes
        alike = curating.get(here, {"goes": "twin"})
        assert "is no spelling of any model" in alike.content.decode()
        assert [model for model, _ in alike.context["alike"]] == [goes]
        own = curating.get(here, {"goes": "twin-old"})
        assert "is a spelling of x/twin itself" in own.content.decode()
        assert curating.get(here, {"goes": "twin\0"}).status_code == 200
        for nobody in ("999", "9" * 40, "nobody", "²"):
            assert curating.get(here.replace(f"/{stays.pk}/", f"/{nobody}/")).status_code == 404

    def test_it_merges_what_differs_in_nothing_and_has_no_routes(self, curating, twins):
        stays, _ = twins
        same = make_model("x/twin-3", stays.license, name="Twin", owner="x")
        page = curating.get(merge_address(stays, same))
        assert "They differ in no field." in page.content.decode()
        press(curating, send(curating, page, "merge_form"), reason="The same.")

        assert "x/twin-3" in spellings(stays)
        assert_sound()


class TestSplit:
    @pytest.fixture
    def page(self, curating, twins):
        """The page that splits the first of the two."""
        with editing() as opened:
            stays = twins[0]
            stays.family, stays.license_note = make_family("line"), "Read."
            opened.save(stays)
        return curating.get(address(stays).replace("/change/", "/split/"))

    def typed(self, model, **fields):
        """One route and one spelling go to a new model under another license."""
        return {
            "routes": [Route.objects.get(provider_model_id="twin-2").pk],
            "aliases": [model.aliases.get(name="twin-old").pk],
            "canonical_id": "x/second",
            "name": "Second",
            "license": License.objects.get(slug="closed").pk,
            **fields,
        }

    def test_it_begins_with_what_the_one_records(self, page, twins):
        given = fields_of(page, "split_form")

        assert (given["owner"], given["license_note"], given["name"]) == ("x", "Read.", "")
        assert given["license"] == str(License.objects.get(slug="open").pk)
        text = page.content.decode()
        assert "twin-2 at other" in text
        assert not INLINE.search(text)
        assert text.count("<h1") == 1

    def test_it_shows_the_impact_and_then_splits_as_one_revision(self, curating, page, twins):
        stays, number = twins[0], Revision.objects.current_number()
        shown = send(curating, page, "split_form", **self.typed(stays))
        assert is_impact(shown)
        text = shown.content.decode()
        assert "from allowed to disallowed" in text
        assert "new, disallowed" in text
        assert "<del>x/twin</del>" in text
        assert "<ins>x/second</ins>" in text
        assert ">Split the model</button>" in text
        assert Revision.objects.current_number() == number

        done = press(curating, shown, reason="Other weights.")
        new = TextModel.objects.get(canonical_id="x/second")
        assert done.url == address(new)
        assert spellings(new) == {"x/second", "twin-old"}
        assert spellings(stays) == {"x/twin"}
        assert {r.provider_model_id: r.policy.status for r in new.routes.all()} == {
            "twin-2": "disallowed"
        }
        assert (new.family.slug, new.owner) == ("line", "x")
        newest = Revision.objects.current()
        assert (newest.number, newest.reason) == (number + 1, "Other weights.")
        assert_invariants()

    def test_it_takes_a_spelling_for_the_new_id(self, curating, page, twins):
        data = self.typed(twins[0], canonical_id="twin-old", aliases=[])
        press(curating, send(curating, page, "split_form", **data), reason="Other weights.")

        assert spellings(TextModel.objects.get(canonical_id="twin-old")) == {"twin-old"}
        assert_sound()

    @pytest.mark.parametrize(
        ("field", "typed", "says"),
        [
            ("canonical_id", "X/TWIN", "This is the id of the model that you split"),
            ("canonical_id", "twin-ALIAS", "This spelling already belongs to X/Twin-1."),
            ("name", "", "This field is required."),
            ("routes", ["999"], "999 is not one of the available choices"),
        ],
    )
    def test_it_names_what_is_wrong(self, curating, page, twins, field, typed, says):
        answer = send(curating, page, "split_form", **self.typed(twins[0]) | {field: typed})

        assert says in str(answer.context["form"].errors[field])
        assert fields_of(answer, "split_form")["owner"] == "x"
        assert TextModel.objects.count() == 2

    def test_it_needs_something_to_split_off(self, curating, page, twins):
        data = self.typed(twins[0], routes=[], aliases=[])
        answer = send(curating, page, "split_form", **data)

        assert "Tick at least one route or spelling" in answer.content.decode()

    def test_it_is_refused_where_the_model_was_changed_meanwhile(self, curating, page, twins):
        save(fresh(twins[0]), context_length=8192)
        answer = send(curating, page, "split_form", **self.typed(twins[0]))

        assert CHANGED in answer.content.decode()
        assert fields_of(answer, "split_form")["canonical_id"] == "x/second"
        assert TextModel.objects.count() == 2


def test_it_takes_permissions_on_all_that_it_changes(twins, reading):
    stays, goes = twins
    pages = merge_address(stays, goes), address(stays).replace("/change/", "/split/")
    assert [reading.get(page).status_code for page in pages] == [403, 403]
    assert "Merge…" not in reading.get(address(stays)).content.decode()
    some = Client()
    some.force_login(staff("some", "change", "view"))
    assert [some.get(page).status_code for page in pages] == [403, 403]
    assert [Client().get(page).status_code for page in pages] == [302, 302]


@pytest.mark.parametrize("rows", [2, 8])
def test_it_asks_with_few_queries(curating, twins, rows):
    stays, goes = twins
    with editing():
        for n in range(rows):
            make_route(stays, make_provider(f"host-{n}"))
            make_license(f"l-{n}")
    for page in merge_address(stays, goes), address(stays).replace("/change/", "/split/"):
        with CaptureQueriesContext(connection) as asked:
            curating.get(page)
        assert len(asked) <= 12
