"""Read again, unchanged: recorded in one step, for one document or for many, and nothing flips."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.test import Client

from policies.models import License, Policy, ProviderTerms, Revision
from tests.admin.conftest import staff
from tests.admin.pages import address, fields_of, list_address, said
from tests.admin.test_look import INLINE
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    assert_sound,
    make_license,
    make_model,
    make_route,
    make_terms,
    save,
)

pytestmark = pytest.mark.django_db

LICENSES, TERMS = "/admin/policies/license/verify/", "/admin/policies/providerterms/verify/"
NOON = "2026-11-24 12:00"


def seen(*records) -> dict:
    return {"seen": [f"{record.pk}:{record.version}" for record in records]}


@pytest.fixture
def read() -> License:
    """A license that somebody read long ago, and that governs a route."""
    record = make_license(
        "open", ALLOWS, evidence="excerpt-read", quote="Any use.", verified_on=date(2025, 1, 1)
    )
    make_route(make_model(license=record))
    return record


@pytest.fixture
def noon():
    """The day on which the texts are read."""
    with time_machine.travel(NOON):
        yield


def answers() -> list:
    return list(Policy.objects.order_by("pk").values())


@pytest.mark.usefixtures("noon")
class TestOne:
    def test_it_records_who_when_and_until_when_and_flips_nothing(self, curating, curator, read):
        before, number = answers(), Revision.objects.current_number()
        response = curating.post(LICENSES, seen(read))
        read.refresh_from_db()

        assert response.url == address(read)
        assert (read.verified_on, read.verified_by) == (date(2026, 11, 24), "curator")
        assert (read.review_by, read.evidence) == (date(2027, 5, 23), "excerpt-read")
        newest = Revision.objects.current()
        assert (newest.number, newest.user, newest.via) == (number + 1, curator, "admin")
        assert newest.reason == "Read again, unchanged."
        assert not newest.policy_changes.exists()
        assert not newest.moves.exists()
        assert answers() == before
        assert read.history.first().revision_id == newest.number
        assert_sound()

    def test_it_says_what_it_recorded(self, curating, read):
        page = curating.post(LICENSES, seen(read), follow=True)
        number = Revision.objects.current_number()

        assert (
            f"open was read again on 2026-11-24 and found unchanged, as "
            f'<a href="/revisions/{number}/">revision {number}</a>; review by 2027-05-23.'
            in said(page)
        )

    def test_it_takes_the_interval_from_the_settings(self, curating, read, settings):
        settings.REVIEW_INTERVAL_DAYS = 30
        curating.post(LICENSES, seen(read))
        read.refresh_from_db()

        assert read.review_by == date(2026, 12, 24)

    def test_it_writes_the_readers_full_name(self, curating, curator, read):
        curator.first_name, curator.last_name = "Ada", "Reader"
        curator.save()
        curating.post(LICENSES, seen(read))
        read.refresh_from_db()

        assert read.verified_by == "Ada Reader"

    def test_it_takes_another_level_and_a_reason(self, curating):
        told = make_terms("told", RESTRICTS, evidence="secondary", quote="No training.")
        data = {"evidence": "text-read", "reason": "Section 4 is as it was."}
        curating.post(TERMS, seen(told) | data)
        told.refresh_from_db()

        assert told.evidence == "text-read"
        assert Revision.objects.current().reason == "Section 4 is as it was."

    def test_it_records_a_second_reading_on_the_same_day(self, curating, read):
        curating.post(LICENSES, seen(read))
        read.refresh_from_db()
        number = Revision.objects.current_number()
        curating.post(LICENSES, seen(read) | {"reason": "And once more."})

        assert Revision.objects.current_number() == number + 1

    def test_it_verifies_what_is_undecided(self, curating):
        vague = make_license("vague", SILENT)
        curating.post(LICENSES, seen(vague) | {"evidence": "text-read"})
        vague.refresh_from_db()

        assert (vague.verified_on, vague.basis) == (date(2026, 11, 24), SILENT)

    def test_it_asks_how_far_a_text_was_read_that_nobody_read(self, curating):
        unread = make_license("unread", ALLOWS)
        page = curating.post(LICENSES, seen(unread))

        assert page.status_code == 200
        assert "Say how far unread was read" in page.content.decode()
        unread.refresh_from_db()
        assert unread.verified_on is None

    @pytest.mark.parametrize("recorded", ["secondary", "text-read"])
    def test_it_asks_for_a_quote_where_a_reading_is_claimed(self, curating, recorded):
        told = make_terms("told", RESTRICTS, evidence=recorded)
        page = curating.post(TERMS, seen(told) | {"evidence": "text-read"})

        assert "told has no quote" in page.content.decode()
        told.refresh_from_db()
        assert (told.evidence, told.verified_on) == (recorded, None)

    def test_it_refuses_where_the_record_changed_meanwhile(self, curating, read):
        shown = seen(read)
        save(read, basis=CLOSED)
        number = Revision.objects.current_number()
        page = curating.post(LICENSES, shown)

        assert "open was changed since this page was opened" in page.content.decode()
        assert Revision.objects.current_number() == number
        again = curating.post(LICENSES, fields_of(page))
        assert again.status_code == 302

    def test_it_refuses_an_unknown_level_in_words(self, curating, read):
        page = curating.post(LICENSES, seen(read) | {"evidence": "guessed"})

        assert "guessed is not one of the available choices" in page.content.decode()
        read.refresh_from_db()
        assert read.verified_on == date(2025, 1, 1)

    @pytest.mark.parametrize("text", ["", "x", "1", "1:x", "9" * 30 + ":1", "-1:1", "²:1"])
    def test_it_sends_nonsense_back_to_the_list(self, curating, read, text):
        number = Revision.objects.current_number()
        response = curating.post(LICENSES, {"seen": [text]}, follow=True)

        assert response.redirect_chain[-1][0] == list_address(License)
        assert "Choose the documents that you read again." in said(response)
        assert Revision.objects.current_number() == number

    def test_it_leads_on_to_the_next_of_the_worklist(self, curating):
        late = [
            make_license(
                slug, ALLOWS, evidence="secondary", review_by=day, verified_on=date(2020, 1, 1)
            )
            for slug, day in (("a", date(2021, 1, 1)), ("b", date(2022, 1, 1)))
        ]
        origin = {"id": late[0].pk, "next": "worklist:past-review"}
        data = fields_of(curating.get(LICENSES, origin))
        page = curating.post(LICENSES, data, follow=True)

        assert page.redirect_chain[-1][0] == f"{address(late[1])}?next=worklist:past-review"


class TestForm:
    def test_it_is_one_button_in_the_form(self, curating, read):
        page = curating.get(address(read)).content.decode()

        assert f'<form method="post" action="{LICENSES}">' in page
        assert f'name="seen" value="{read.pk}:{read.version}"' in page
        assert "Read again today, unchanged" in page
        assert f'href="{LICENSES}?id={read.pk}"' in page

    def test_it_asks_first_where_nobody_read_the_text(self, curating):
        unread = make_license("unread", ALLOWS)
        page = curating.get(address(unread)).content.decode()

        assert "Read again today, unchanged" not in page
        assert "Choose…" in curating.get(LICENSES, {"id": unread.pk}).content.decode()

    def test_it_shows_what_is_recorded_before_it_asks(self, curating, read):
        page = curating.get(LICENSES, {"id": read.pk}).content.decode()

        assert "As recorded (Excerpt read)" in page
        assert read.source_url in page
        assert not INLINE.search(page)
        assert page.count("<h1") == 1

    @pytest.mark.parametrize("wanted", ["", "0", "x", "99999", "9" * 30])
    def test_it_sends_an_unknown_document_back_to_the_list(self, curating, wanted):
        assert curating.get(LICENSES, {"id": wanted}).url == list_address(License)

    def test_it_offers_nothing_to_a_reader(self, reading, read):
        page = reading.get(address(read)).content.decode()

        assert "/verify/" not in page
        assert reading.get(LICENSES, {"id": read.pk}).status_code == 403
        assert reading.post(LICENSES, seen(read)).status_code == 403

    def test_it_keeps_strangers_out(self, read):
        assert "login" in Client().get(LICENSES).url
        assert "login" in Client().post(LICENSES, seen(read)).url
        browser = Client()
        browser.force_login(staff("new"))
        assert browser.post(LICENSES, seen(read)).status_code == 403


@pytest.mark.usefixtures("noon")
class TestMany:
    def choose(self, client, table, *records):
        chosen = {"action": "read_again", "_selected_action": [record.pk for record in records]}
        return client.post(list_address(table), chosen)

    def test_it_asks_then_records_all_as_one_revision(self, curating, curator, read):
        other = make_license("other", CLOSED, evidence="text-read", quote="No training.")
        number = Revision.objects.current_number()
        page = self.choose(curating, License, read, other)
        assert page.status_code == 200
        assert "2 licenses" in page.content.decode()
        assert "As recorded of each" in page.content.decode()
        assert Revision.objects.current_number() == number

        before = answers()
        done = curating.post(LICENSES, seen(read, other) | {"reason": "All read."}, follow=True)
        assert done.redirect_chain[-1][0] == list_address(License)
        assert "2 licenses were read again on 2026-11-24" in said(done)[0]
        for record, level in ((read, "excerpt-read"), (other, "text-read")):
            record.refresh_from_db()
            assert (record.verified_on, record.evidence) == (date(2026, 11, 24), level)
            version = record.history.first()
            assert (version.revision_id, version.history_user) == (number + 1, curator)
        assert answers() == before
        assert_sound()

    def test_it_records_all_or_nothing(self, curating, read):
        unread = make_license("unread", ALLOWS)
        number = Revision.objects.current_number()
        page = curating.post(LICENSES, seen(read, unread))

        assert "Say how far unread was read" in page.content.decode()
        assert Revision.objects.current_number() == number
        read.refresh_from_db()
        assert read.verified_on == date(2025, 1, 1)

    def test_it_notices_that_one_was_deleted(self, curating, read):
        gone = {"seen": [*seen(read)["seen"], "99999:1"]}
        page = curating.post(LICENSES, gone)

        assert "A document was deleted meanwhile." in page.content.decode()

    def test_it_works_for_terms_as_well(self, curating):
        records = [make_terms(f"t-{n}", PERMITS, evidence="secondary") for n in range(2)]
        self.choose(curating, ProviderTerms, *records)
        curating.post(TERMS, seen(*records))

        assert ProviderTerms.objects.filter(verified_on=date(2026, 11, 24)).count() == 2

    def test_it_is_no_action_of_a_reader(self, reading, read):
        page = reading.get(list_address(License)).content.decode()

        assert 'value="read_again"' not in page

    @pytest.mark.parametrize("number", [2, 5])
    def test_it_costs_constant_queries(self, curating, number, django_assert_num_queries):
        records = [make_license(f"l-{n}", ALLOWS, evidence="secondary") for n in range(number)]
        curating.post(LICENSES, seen(records[0]))
        records[0].refresh_from_db()
        with django_assert_num_queries(QUERIES):
            curating.post(LICENSES, seen(*records))


QUERIES = 17
