"""The admin's front page: what waits, what one did, what others did since, and how much there is."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from policies.models import License, Revision, Visit
from tests.admin.conftest import staff
from tests.admin.pages import address
from tests.admin.test_look import INLINE
from tests.factories import (
    ALLOWS,
    SILENT,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Tests share one process and so one cache; each begins without what others counted."""
    cache.clear()


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_it_shows_the_first_of_the_worklist_and_counts_each_kind(curating):
    for number in range(7):
        record = make_license(f"vague-{number}", SILENT, verified_on=date(2026, 1, 1))
        make_route(make_model(license=record))
    response = curating.get("/admin/")
    page = text(response)

    assert [row["item"].subject.name for row in response.context["waiting"]] == [
        f"vague-{number}" for number in range(5)
    ]
    assert '<a class="go" href="/admin/worklist/">All 7</a>' in page
    assert '<a href="/admin/worklist/?kind=undecided"><b>7</b>Undecided</a>' in page
    assert '<span class="zero"><b>0</b>Past review date</span>' in page


def test_it_says_so_where_nothing_waits(curating):
    page = text(curating.get("/admin/"))

    assert "Nothing waits." in page
    assert "You have not changed a record yet." in page
    assert "This is your first visit." in page


def test_it_shows_ones_own_edits_with_their_records(curating, curator):
    with editing("Begin", actor=curator):
        first = make_license("first", ALLOWS, name="First License")
    with editing("Somebody else's"):
        make_license("second", ALLOWS, name="Second License")
    page = text(curating.get("/admin/"))

    assert f'<a href="{address(first)}">First License</a> <span class="q2">added</span>' in page
    assert "Begin" in page
    assert "Second License" not in page.split("Your recent edits")[1].split("Totals")[0]


def test_it_names_few_records_and_counts_many(curating, curator):
    with editing("Many", actor=curator):
        for number in range(4):
            make_provider(f"p-{number}")
        gone = make_license("gone", ALLOWS, name="Gone License")
    with editing("Away", actor=curator) as opened:
        opened.delete(gone)
    page = text(curating.get("/admin/"))

    assert 'Gone License <span class="q2">added</span>, 4 providers' in page
    assert 'Gone License <span class="q2">deleted</span>' in page
    assert f"/license/{gone.pk}/change/" not in page


def test_it_names_a_new_model_once_though_its_id_is_a_spelling_too(curating, curator):
    with editing(actor=curator):
        make_model("owner/brand-new")
    page = curating.get("/admin/").content.decode()
    assert page.count(">owner/brand-new</a>") == 1


def test_it_shows_eight_revisions_newest_first(curating, curator):
    for number in range(10):
        with editing(f"Edit {number}", actor=curator):
            make_license(f"l-{number}", ALLOWS)
    own = curating.get("/admin/").context["own"]

    assert [edit["revision"].reason for edit in own] == [f"Edit {n}" for n in range(9, 1, -1)]


class TestSinceTheLastVisit:
    def look(self, client, at):
        with time_machine.travel(at, tick=False):
            return client.get("/admin/")

    def edit(self, at, reason, actor="somebody"):
        with time_machine.travel(at, tick=False), editing(reason, actor=actor):
            make_license(verified_on=date(2026, 1, 1))

    def missed(self, response):
        return [edit["revision"].reason for edit in response.context["missed"]]

    def test_it_shows_what_others_changed_in_between(self, curating, curator):
        self.edit("2026-11-23 08:00", "Before")
        self.look(curating, "2026-11-23 09:00")
        self.edit("2026-11-23 10:00", "By others")
        self.edit("2026-11-23 11:00", "My own", actor=curator)
        response = self.look(curating, "2026-11-24 09:00")

        assert self.missed(response) == ["By others"]
        assert "What others changed since 2026-11-23 09:00 UTC." in text(response)
        assert "somebody" in text(response)

    def test_it_keeps_showing_it_during_the_visit_and_not_in_the_next(self, curating):
        self.look(curating, "2026-11-23 09:00")
        self.edit("2026-11-23 10:00", "By others")
        self.look(curating, "2026-11-24 09:00")
        assert self.missed(self.look(curating, "2026-11-24 09:25")) == ["By others"]
        assert self.missed(self.look(curating, "2026-11-24 09:50")) == ["By others"]
        later = self.look(curating, "2026-11-24 18:00")
        assert self.missed(later) == []
        assert "Nobody else has changed a record." in text(later)

    def test_it_remembers_each_user_apart_and_across_browsers(self, curating, curator):
        self.look(curating, "2026-11-23 09:00")
        self.edit("2026-11-23 10:00", "By others")
        other, again = Client(), Client()
        other.force_login(staff("other"))
        again.force_login(curator)

        assert self.missed(self.look(other, "2026-11-24 09:00")) == []
        assert self.missed(self.look(again, "2026-11-24 09:00")) == ["By others"]

    def test_it_counts_what_it_does_not_show(self, curating):
        self.look(curating, "2026-11-23 09:00")
        for number in range(11):
            self.edit("2026-11-23 10:00", f"Edit {number}")
        response = self.look(curating, "2026-11-24 09:00")

        assert len(self.missed(response)) == 8
        assert "and 3 more" in text(response)

    def test_it_writes_nothing_but_the_visit(self, curating, curator):
        number = Revision.objects.current_number()
        self.look(curating, "2026-11-23 09:00")

        assert Visit.objects.get().user == curator
        assert Revision.objects.current_number() == number

    def test_it_shows_the_page_even_where_the_visit_cannot_be_written(self, curating, monkeypatch):
        def locked(*args, **kwargs):
            raise OperationalError("database is locked")

        monkeypatch.setattr(Visit.objects, "bulk_create", locked)
        assert self.look(curating, "2026-11-23 09:00").status_code == 200
        assert not Visit.objects.exists()

    def test_it_says_whose_visit_it_is(self, curating):
        self.look(curating, "2026-11-23 09:00")

        assert str(Visit.objects.get()) == "curator at 2026-11-23 09:00"


def test_it_shows_totals_of_the_tables_that_one_may_open(curating):
    make_route(make_model(license=make_license("open", ALLOWS)))
    totals = curating.get("/admin/").context["totals"]

    assert [(label, count) for label, count, _ in totals] == [
        ("Routes", 1),
        ("Models", 1),
        ("Families", 0),
        ("Providers", 1),
        ("Licenses", 1),
        ("Provider terms", 0),
    ]
    browser = Client()
    browser.force_login(staff("new"))
    assert browser.get("/admin/").context["totals"] == []


def test_it_keeps_the_tables_within_reach_and_out_of_the_way(curating):
    page = curating.get("/admin/").content.decode()
    assert page.index("Totals") < page.index('id="section-1"')
    assert not INLINE.search(page)
    assert page.count("<h1") == 1
    assert "Worklist</h2>" not in curating.get("/admin/policies/").content.decode()


@pytest.mark.parametrize("more", [0, 5])
def test_it_costs_constant_queries(curating, curator, more, django_assert_num_queries):
    with time_machine.travel("2026-11-20 09:00"):
        curating.get("/admin/")
    for number in range(2 + more):
        with editing(actor=curator if number % 2 else "somebody"):
            make_route(make_model(license=make_license()))
    curating.get("/admin/")
    with django_assert_num_queries(QUERIES):
        curating.get("/admin/")
    assert License.objects.count() == 2 + more


QUERIES = 12
