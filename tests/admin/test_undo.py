"""Undoing a revision in the admin: what it would set back, what stands in the way, and doing it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from policies.models import License, Provider, Revision, TextModel
from policies.records.applying import import_file
from policies.records.columns import KINDS
from policies.records.reading import read_file
from tests.admin.conftest import staff
from tests.admin.pages import address, fields_of, said
from tests.factories import (
    ALLOWS,
    CLOSED,
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


def place(number: int) -> str:
    """The page that undoes a revision."""
    return reverse("admin:policies_revision_undo", args=[number])


def press(client: Client, response, **changes):
    """Submit the page's form; a redirect once it is done."""
    data = fields_of(response, "undo_form") | changes
    return client.post(response.request["PATH_INFO"], data)


def text(response) -> str:
    return response.content.decode()


def flipped_license() -> tuple[License, int]:
    """A license that governs one route, and the revision that closed it."""
    with editing():
        license = make_license("open")
        make_route(make_model("owner/m", license=license), make_provider("host"))
    return license, save(license, basis=CLOSED).number


def test_it_undoes_an_import_after_showing_what_that_does(curating):
    with editing():
        kept = make_license("kept", name="Kept")
        make_model("owner/m", license=kept)
    file = read_file(
        b"slug,name,basis,source_url\n"
        b"kept,Other,closed-provider-restriction,https://x.example/\n"
        b"new,New,provider-terms-unknown,\n",
        KINDS["license"],
    )
    imported = import_file(file, actor="loader", reason="Monthly list")

    page = curating.get(place(imported.number))
    assert "change 1 record and delete 1 record" in text(page)
    assert "<b>1 model</b> from disallowed to allowed" in text(page)
    assert "<del>Other</del>" in text(page)
    posted = fields_of(page, "undo_form")
    assert posted["reason"] == f"Undo of revision {imported.number}: Monthly list"
    assert Revision.objects.current_number() == imported.number

    done = press(curating, page)
    assert done.status_code == 302
    (license,) = License.objects.all()
    assert (license.name, license.basis) == ("Kept", ALLOWS)
    newest = Revision.objects.current()
    assert (newest.reason, newest.actor, newest.via) == (posted["reason"], "curator", "admin")
    messages = said(curating.get(done.url))
    assert f"Revision {imported.number} is undone." in messages
    assert_invariants()


def test_it_undoes_an_undo(curating):
    license, number = flipped_license()
    for basis in (ALLOWS, CLOSED):
        press(curating, curating.get(place(number)))
        number = Revision.objects.current_number()
        assert License.objects.get().basis == basis
    assert Revision.objects.current().reason.startswith("Undo of revision 3: Undo of revision 2: ")
    assert License.objects.get().version == license.version + 2
    assert_invariants()


def test_it_brings_back_everything_that_one_action_deleted(curating):
    with editing():
        providers = [make_provider(), make_provider()]
    with editing() as deleted:
        for provider in providers:
            deleted.delete(Provider.objects.get(pk=provider.pk))
    page = curating.get(place(deleted.number))
    assert "record again 2 records; no answer would change" in text(page)
    assert press(curating, page).status_code == 302
    assert set(Provider.objects.values_list("pk", flat=True)) == {p.pk for p in providers}


def test_it_says_what_stands_in_the_way_with_links(curating):
    with editing():
        kept, gone = make_license("kept"), make_license("gone")
    with editing() as bulk:
        for license in (kept, gone):
            license.publisher = "Somebody"
            bulk.save(license)
    edited = save(kept, note="Read again.")
    with editing() as deleted:
        deleted.delete(License.objects.get(slug="gone"))
    page = curating.get(place(bulk.number))
    for record, href, number in (
        ("kept", address(kept), edited.number),
        ("gone", address(gone, "history"), deleted.number),
    ):
        assert f'href="{href}">{record}</a>' in text(page)
        assert f'<a href="/revisions/{number}/">Revision {number}</a>' in text(page)
    assert "Was edited since." in text(page)
    assert 'id="undo_form"' not in text(page)

    refused = curating.post(place(bulk.number), {"reason": "Anyway"}, follow=True)
    assert "The license “kept” was edited since." in said(refused)[0]
    assert Revision.objects.current_number() == deleted.number


def test_it_names_the_first_of_many_that_stand_in_the_way(curating, monkeypatch):
    monkeypatch.setattr("policies.admin.undo.REFUSALS", 1)
    with editing() as added:
        families = [make_family(), make_family()]
    for family in families:
        save(family, name="Other")
    page = text(curating.get(place(added.number)))
    assert "<b>2 records</b> stand in the way" in page
    assert "and 1 more record<" in page


def test_it_shows_the_impact_again_where_somebody_was_faster(curating):
    _, number = flipped_license()
    page = curating.get(place(number))
    with editing():
        make_model("owner/late", license=License.objects.get())
    again = press(curating, page)
    assert "Other records were saved since you looked" in text(again)
    assert "Back to editing" not in text(again)
    back = curating.post(place(number), fields_of(again, "impact_form") | {"_edit": "1"})
    assert "Nothing is saved yet" in text(back)
    assert License.objects.get().basis == CLOSED
    done = curating.post(place(number), fields_of(again, "impact_form"))
    assert done.status_code == 302
    assert License.objects.get().basis == ALLOWS
    assert TextModel.objects.filter(policy__status="allowed").count() == 2


def test_it_asks_for_a_reason(curating):
    _, number = flipped_license()
    response = press(curating, curating.get(place(number)), reason=" ")
    assert "Say why it is undone." in text(response)
    assert Revision.objects.current_number() == number


def test_it_gives_every_flip_as_csv(curating):
    _, number = flipped_license()
    response = press(curating, curating.get(place(number)), _csv="1")
    assert response["Content-Type"].startswith("text/csv")
    assert len(text(response).splitlines()) == 3
    assert Revision.objects.current_number() == number


def test_it_says_when_nothing_is_left_to_undo(curating):
    _, number = flipped_license()
    save(License.objects.get(), basis=ALLOWS)
    assert f"Nothing is left of Revision {number}" in text(curating.get(place(number)))
    done = curating.post(place(number), {"reason": "Anyway"}, follow=True)
    assert said(done) == [f"Nothing is left of Revision {number}: nothing was saved."]


def test_it_is_offered_to_staff_on_the_revisions_page(curating, client, settings):
    settings.PUBLIC_READ = True
    _, number = flipped_license()
    shown = f"/revisions/{number}/"
    assert place(number) in text(curating.get(shown))
    assert place(number) not in text(curating.get(f"{shown}?as_of=r{number}"))
    assert place(number) not in text(client.get(shown))
    form = reverse("admin:policies_revision_change", args=[number])
    assert place(number) in text(curating.get(form))


def test_it_lets_only_those_undo_who_may_write(reading, client):
    _, number = flipped_license()
    page = reading.get(place(number))
    assert "You may not change licenses, which this would do." in text(page)
    assert "undo_form" not in text(page)
    response = reading.post(place(number), {"reason": "Mine"}, follow=True)
    assert "You may not change licenses" in said(response)[0]
    assert License.objects.get().basis == CLOSED
    assert "/login/" in client.get(place(number)).url
    blind = Client()
    blind.force_login(staff("blind"))
    assert blind.get(place(number)).status_code == 403
    assert reading.get(place(99)).status_code == 404


def test_it_asks_the_same_queries_however_many_records_were_written(
    curating, django_assert_num_queries
):
    with editing():
        models = [make_model() for _ in range(5)]
        license = make_license()
    bulk = []
    for some in (models[:2], models[2:]):
        with editing() as opened:
            for model in some:
                model.license = license
            opened.bulk_update(some, ["license"])
        bulk.append(opened.number)
    curating.get(place(bulk[0]))
    for number in bulk:
        with django_assert_num_queries(18):
            curating.get(place(number))
