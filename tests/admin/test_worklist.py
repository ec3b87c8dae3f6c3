"""The worklist's page, and the way from one piece of work to the next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from policies.admin import worklist
from policies.models import Family, License, ProviderTerms, Revision
from policies.worklist import Kind, Ref
from tests.admin.conftest import staff
from tests.admin.pages import address, confirm, fields_of, list_address, said
from tests.admin.test_look import INLINE
from tests.factories import (
    ALLOWS,
    CLOSED,
    RESTRICTS,
    SILENT,
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_route,
    make_terms,
    save,
)

pytestmark = pytest.mark.django_db

PAGE = "/admin/worklist/"


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Tests share one process and so one cache; each begins without what others counted."""
    cache.clear()


def undecided(name: str, routes: int) -> License:
    """A license that nobody has decided, with models served so often."""
    with editing():
        record = make_license(name, SILENT, name=name.title(), verified_on=date(2026, 1, 1))
        for _ in range(routes):
            make_route(make_model(license=record))
    return record


@pytest.fixture
def three():
    """Three undecided licenses; the first would settle most."""
    with editing():
        return [undecided("first", 3), undecided("second", 2), undecided("third", 1)]


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_it_ranks_what_waits_and_links_to_forms_and_routes(curating, three):
    page = text(curating.get(PAGE))

    assert page.index(">First<") < page.index(">Second<") < page.index(">Third<")
    assert f'href="{address(three[0])}?next=worklist:undecided"' in page
    assert 'href="/routes/?license=first&amp;status=unknown">3</a>' in page
    assert "3 pieces of work" in page
    assert Kind.UNDECIDED.advice.split(",")[0] in page
    assert "No clear policy is recorded in First." in page


def test_it_links_numbers_to_lists_that_show_as_many(curating, three):
    listed = curating.get("/routes/?license=first&status=unknown")

    assert listed.status_code == 200
    assert "<b>3</b> of 6 routes" in text(listed)


def test_it_filters_by_kind_and_counts_each(curating, three):
    make_license("stale", ALLOWS, review_by=date(2020, 1, 1), verified_on=date(2019, 1, 1))
    response = curating.get(PAGE, {"kind": "past-review"})
    page = text(response)

    assert [section["kind"] for section in response.context["sections"]] == [Kind.PAST_REVIEW]
    counts = {item["kind"]: item["count"] for item in response.context["kinds"]}
    assert (counts[Kind.UNDECIDED], counts[Kind.PAST_REVIEW], counts[Kind.NOTE]) == (3, 1, 0)
    assert 'href="/admin/worklist/?kind=past-review" aria-current="page"' in page
    assert ">stale<" in page
    assert ">First<" not in page


def test_it_says_so_where_nothing_waits(curating):
    assert "Nothing waits: every document is decided" in text(curating.get(PAGE))
    assert "Nothing of this kind waits." in text(curating.get(PAGE, {"kind": "note"}))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("kind=nonsense", "Kind “nonsense” is not a value"),
        ("kind=undecided&kind=note", "“kind” is given 2 times"),
        ("kind=", "“kind” is empty"),
        ("sort=name", "“sort” is not a filter of this list"),
        ("kind=undecided&page=2", "Page 2 is after the last"),
        ("kind=undecided&page=0", "Page “0” is not a value"),
    ],
)
def test_it_refuses_a_wrong_address_in_words_and_lists_nothing(curating, three, query, words):
    response = curating.get(f"{PAGE}?{query}")

    assert response.status_code == 400
    assert words in text(response)
    assert ">First<" not in text(response)


def test_it_names_the_kinds_that_it_accepts(curating):
    page = text(curating.get(PAGE, {"kind": "undecide"}))

    for kind in Kind:
        assert f'href="?kind={kind.value}"' in page


def test_it_pages_long_kinds(curating, three, monkeypatch):
    monkeypatch.setattr(worklist, "PAGE", 2)
    first, second = (
        text(curating.get(PAGE, {"kind": "undecided", "page": page})) for page in (1, 2)
    )

    assert ">Second<" in first
    assert ">Third<" not in first
    assert "?kind=undecided&amp;page=2" in first
    assert ">Third<" in second
    assert ">Second<" not in second
    assert 'rel="prev"' in second


def test_it_shows_the_first_of_each_kind_beside_the_others(curating, three, monkeypatch):
    monkeypatch.setattr(worklist, "FIRST", 2)
    page = text(curating.get(PAGE))

    assert ">Second<" in page
    assert ">Third<" not in page
    assert 'href="?kind=undecided">All 3</a>' in page


def test_it_links_only_to_forms_that_the_user_may_open(db, three):
    browser = Client()
    browser.force_login(staff("new"))
    page = text(browser.get(PAGE))

    assert ">First<" in page
    assert "/change/" not in page
    assert "/verify/" not in page
    assert "?attention=" not in page


def test_it_keeps_strangers_out(db):
    for url in (PAGE, "/admin/worklist/next/"):
        assert Client().get(url).status_code == 302
        assert Client().post(url).status_code in (302, 405)


def test_it_refuses_to_be_posted_to(curating):
    assert curating.post(PAGE).status_code == 405
    assert curating.post("/admin/worklist/next/").status_code == 405


def test_it_has_nothing_inline_and_one_heading(curating, three):
    page = curating.get(PAGE).content.decode()

    assert not INLINE.search(page)
    assert page.count("<h1") == 1


@pytest.mark.parametrize("more", [0, 4])
def test_it_costs_constant_queries(curating, three, more, django_assert_num_queries):
    for number in range(more):
        undecided(f"more-{number}", 1)
    # Session, user, permissions, revision, and what is gathered.
    with django_assert_num_queries(12):
        curating.get(PAGE)
    with django_assert_num_queries(5):
        curating.get(PAGE)


def test_it_gathers_anew_on_another_day_and_after_a_change(curating, monkeypatch):
    make_license("due", ALLOWS, review_by=timezone.localdate(), verified_on=date(2026, 1, 1))
    assert "Past review" not in {i.kind.label for i in worklist.waiting()}
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(worklist.timezone, "localdate", lambda: tomorrow)
    assert [item.subject.name for item in worklist.waiting()] == ["due"]
    make_license("vague", SILENT)
    assert [item.kind for item in worklist.waiting()] == [Kind.PAST_REVIEW, Kind.NEVER_VERIFIED]


def test_it_links_the_lists_in_which_many_are_verified_together(curating):
    make_license("stale", ALLOWS, review_by=date(2020, 1, 1), verified_on=date(2019, 1, 1))
    make_license("fresh", ALLOWS, review_by=date(2120, 1, 1), verified_on=date(2019, 1, 1))
    href = f"{list_address(License)}?attention=past-review"
    assert f'href="{href}"' in text(curating.get(PAGE))

    found = curating.get(href).context["cl"].result_list
    assert [record.slug for record in found] == ["stale"]


@pytest.mark.parametrize("table", [License, ProviderTerms])
def test_it_lists_documents_by_the_attention_they_need(curating, table):
    make = {License: make_license, ProviderTerms: make_terms}[table]
    made = {
        "never-verified": make("never", RESTRICTS),
        "secondary": make("told", RESTRICTS, verified_on=date(2026, 1, 1), evidence="secondary"),
    }
    for kind, record in made.items():
        found = curating.get(list_address(table), {"attention": kind}).context["cl"].result_list
        assert list(found) == [record]


def test_it_shows_kinds_of_contradiction_with_both_records(curating):
    family = make_family("herd", make_license("common", ALLOWS, name="Common"))
    other = make_license("other", CLOSED, name="Other")
    make_model(family=family, license=other)
    page = text(curating.get(PAGE, {"kind": "family-license"}))

    assert f'href="{address(family)}?next=worklist:family-license"' in page
    assert f'href="{address(other)}?next=worklist:family-license">Other</a>' in page


class TestSaveAndNext:
    def form(self, client, record, kind="undecided"):
        response = client.get(f"{address(record)}?next=worklist:{kind}")
        return response, fields_of(response, f"{record._meta.model_name}_form")

    def follow(self, client, response):
        """The form to which a save finally leads."""
        assert response.status_code == 302
        return client.get(response.url, follow=True)

    def test_it_leads_on_to_the_next_of_the_kind(self, curating, three):
        page, data = self.form(curating, three[0])
        assert 'value="Save and next"' in page.content.decode()
        assert "next comes Second" in text(page)
        data |= {"internal_note": "Seen.", "_next": "Save and next"}
        response = self.follow(curating, curating.post(address(three[0]), data))

        assert response.redirect_chain[-1][0] == f"{address(three[1])}?next=worklist:undecided"
        assert "next comes Third" in text(response)
        three[0].refresh_from_db()
        assert three[0].internal_note == "Seen."

    def test_it_leads_on_after_a_confirmed_change_of_answers(self, curating, three):
        _, data = self.form(curating, three[0])
        data |= {"basis": ALLOWS, "evidence": "secondary", "_next": "Save and next"}
        asked = curating.post(address(three[0]), data)
        response = self.follow(curating, confirm(curating, asked, reason="Read."))

        assert response.redirect_chain[-1][0] == f"{address(three[1])}?next=worklist:undecided"
        three[0].refresh_from_db()
        assert three[0].basis == ALLOWS
        assert_sound()

    def test_it_leads_on_where_nothing_differed(self, curating, three):
        before = Revision.objects.current_number()
        _, data = self.form(curating, three[1])
        response = self.follow(
            curating, curating.post(address(three[1]), data | {"_next": "Save and next"})
        )

        assert response.redirect_chain[-1][0].startswith(address(three[2]))
        assert Revision.objects.current_number() == before

    def test_it_says_when_the_last_is_done(self, curating, three):
        page, data = self.form(curating, three[2])
        assert "this is the last" in text(page)
        response = self.follow(
            curating, curating.post(address(three[2]), data | {"_next": "Save and next"})
        )

        assert response.redirect_chain[-1][0] == "/admin/worklist/?kind=undecided"
        assert "That was the last of “Undecided”." in said(response)

    def test_it_takes_another_where_the_next_was_settled_meanwhile(self, curating, three):
        then = Ref.to(three[1]).key
        here = {"kind": "undecided", "then": then, "done": Ref.to(three[0]).key}

        save(three[1], basis=ALLOWS)
        response = curating.get(reverse("admin:worklist-next"), here)

        assert response.url.startswith(address(three[2]))

    def test_it_saves_as_ever_with_the_other_buttons(self, curating, three):
        _, data = self.form(curating, three[0])
        saved = curating.post(address(three[0]), data | {"internal_note": "x", "_save": "Save"})

        assert saved.url == list_address(License)

    def test_it_keeps_its_place_when_a_save_is_refused(self, curating, three):
        _, data = self.form(curating, three[0])
        refused = curating.post(address(three[0]), data | {"name": "", "_next": "Save and next"})
        again = fields_of(refused, "license_form")

        assert refused.status_code == 200
        assert again["_nextup"] == data["_nextup"]
        assert 'value="Save and next"' in refused.content.decode()

    @pytest.mark.parametrize("query", ["", "?next=/evil", "?next=worklist:nonsense"])
    def test_it_offers_nothing_to_forms_from_elsewhere(self, curating, three, query):
        page = curating.get(address(three[0]) + query).content.decode()

        assert "_nextup" not in page
        assert "Save and next" not in page

    def test_it_never_leaves_the_admin(self, curating, three):
        _, data = self.form(curating, three[0])
        data |= {"_nextup": "//evil.example>license:1", "_next": "Save and next"}
        response = curating.post(address(three[0]), data | {"internal_note": "x"})

        assert response.url == list_address(License)

    def test_it_comes_from_the_other_record_of_a_contradiction(self, curating):
        same = {"source_url": "https://example.com/a", "verified_on": date(2026, 1, 1)}
        make_license("a", ALLOWS, **same)
        named = make_license("b", RESTRICTS, **same)
        other = {"source_url": "https://example.com/b", "verified_on": date(2026, 1, 1)}
        make_license("c", ALLOWS, **other)
        make_license("d", RESTRICTS, **other)
        page, _ = self.form(curating, named, "same-source")

        assert "next comes c" in text(page)

    def test_it_leads_through_families_too(self, curating):
        families = [make_family("one"), make_family("two")]
        for family in families:
            make_route(make_model(family=family))
        _, data = self.form(curating, families[0])
        response = self.follow(
            curating, curating.post(address(families[0]), data | {"_next": "Save and next"})
        )

        assert response.redirect_chain[-1][0].startswith(address(families[1]))
        assert Family.objects.count() == 2


def test_it_refuses_unknown_kinds_on_the_way(curating):
    response = curating.get(reverse("admin:worklist-next"), {"kind": "nonsense"}, follow=True)

    assert response.status_code == 400
