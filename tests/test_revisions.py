"""The one door: what a revision writes, refuses and undoes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from policies.models import (
    CURATED,
    License,
    PolicyChange,
    Provider,
    Revision,
    Tally,
)
from policies.revisions import (
    ReasonRequired,
    StaleVersion,
    revision,
    snapshot,
)
from tests.factories import (
    CLOSED,
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)

pytestmark = pytest.mark.django_db


def status_of(record) -> str:
    return type(record).objects.get(pk=record.pk).policy.status


def test_it_resolves_what_it_saves():
    license = make_license()
    silent, restricted = make_provider(), make_provider(terms=make_terms())
    model = make_model(license=license)
    routes = [make_route(model, silent), make_route(model, restricted)]

    assert status_of(model) == "allowed"
    assert [status_of(route) for route in routes] == ["allowed", "disallowed"]
    assert_sound()


def test_it_points_at_the_same_policy_where_the_documents_are_the_same():
    license, terms = make_license(), make_terms()
    provider = make_provider(terms=terms)
    routes = [make_route(make_model(license=license), provider) for _ in range(3)]

    assert len({route.policy_id for route in routes}) == 1
    assert Tally.objects.get(provider=provider, policy=routes[0].policy).routes == 3


def test_it_records_who_when_why_and_how():
    user = get_user_model().objects.create_user("ada")
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with revision(actor=user, reason="  Read section 2. ", via="admin", at=at) as opened:
        opened.save(License(slug="x", name="X"))

    stored = Revision.objects.get(number=opened.number)
    assert (stored.actor, stored.user, stored.at) == ("ada", user, at)
    assert (stored.reason, stored.via, stored.rules_version) == ("Read section 2.", "admin", 1)


def test_it_never_dates_a_revision_before_the_last_one():
    now = datetime(2026, 3, 1, tzinfo=UTC)
    for at in (now, now - timedelta(days=3)):
        with editing(at=at):
            save(License(slug=f"x{at.day}", name="X"))

    assert set(Revision.objects.values_list("at", flat=True)) == {now}


@pytest.mark.parametrize("table", CURATED)
def test_it_writes_history_with_user_reason_and_revision(table):
    user = get_user_model().objects.create_user("ada")
    with editing("Because", actor=user) as opened:
        route = make_route(make_model(license=make_license(), family=make_family()))
        save(route.provider, terms=make_terms())

    past = table.history.filter(revision_id=opened.number)
    assert past.exists()
    for version in past:
        assert version.history_user == user
        assert version.history_change_reason == "Because"
        assert version.history_date == opened.at


def test_it_writes_history_in_bulk_too():
    user = get_user_model().objects.create_user("ada")
    with editing("Bulk", actor=user) as opened:
        providers = [Provider(slug=f"p{n}", name="P") for n in range(3)]
        opened.bulk_create(providers)
    with editing("Renamed", actor=user) as renamed:
        for provider in providers:
            provider.name = "Q"
        renamed.bulk_update(providers, ["name"])

    for number, kind, name in ((opened.number, "+", "P"), (renamed.number, "~", "Q")):
        past = Provider.history.filter(revision_id=number)
        assert {(v.history_type, v.name, v.history_user_id) for v in past} == {
            (kind, name, user.pk)
        }
    assert {p.version for p in Provider.objects.all()} == {2}
    assert {p.name for p in Provider.objects.all()} == {"Q"}


def test_it_leaves_no_revision_behind_where_nothing_changed():
    license = make_license()
    before = Revision.objects.count()
    with editing() as opened:
        assert opened.save(license) is False
    with editing():
        pass

    assert Revision.objects.count() == before
    assert opened.committed is False
    assert license.history.count() == 1


def test_it_makes_one_revision_of_nested_blocks():
    with editing() as outer:
        make_license()
        with editing("Inner") as inner:
            make_model()

    assert inner is outer
    assert Revision.objects.count() == 1


def test_it_counts_versions():
    license = make_license()
    save(license, note="Read again.")

    assert License.objects.get().version == license.version == 2


def test_it_refuses_a_stale_version_and_writes_nothing():
    license = make_license()
    mine, theirs = License.objects.get(), License.objects.get()
    save(theirs, note="Theirs")

    with pytest.raises(StaleVersion, match=r"version 1.*version 2") as error, transaction.atomic():
        save(mine, note="Mine")
    assert License.objects.get().note == "Theirs"
    assert (error.value.mine, error.value.theirs.version) == (mine, 2)
    assert license.history.count() == 2


def test_it_undoes_everything_where_the_block_fails():
    license = make_license()
    model = make_model(license=license)
    license.basis = CLOSED

    def break_off():
        with transaction.atomic(), editing() as opened:
            opened.save(license)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert License.objects.get().basis != CLOSED
    assert status_of(model) == "allowed"
    assert_sound()


def test_it_undoes_the_edit_where_the_log_cannot_be_written(monkeypatch):
    license = make_license()
    model = make_model(license=license)

    def fail(*args, **kwargs):
        raise RuntimeError("no room for the log")

    monkeypatch.setattr(PolicyChange.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        save(license, basis=CLOSED)

    assert License.objects.get().basis != CLOSED
    assert status_of(model) == "allowed"
    monkeypatch.undo()
    assert_sound()


@pytest.mark.parametrize("changes", [{"note": "Another note"}, {"basis": CLOSED}])
def test_it_asks_for_a_reason_where_an_answer_would_change(changes):
    license = make_license()
    model = make_model(license=license)

    with pytest.raises(ReasonRequired) as error, transaction.atomic():
        save_without_reason(license, **changes)
    assert error.value.plan.changes_answers
    assert status_of(model) == "allowed"
    assert License.objects.get().version == 1
    assert_sound()


def test_it_needs_no_reason_where_no_answer_changes():
    license = make_license()
    make_model(license=license)

    assert save_without_reason(license, internal_note="Nobody sees this").committed


def save_without_reason(record, **changes):
    for name, value in changes.items():
        setattr(record, name, value)
    with revision(actor="t", reason=" ", via="admin", reason_required=True) as opened:
        opened.save(record)
    return opened


def test_it_needs_no_reason_for_a_document_that_nothing_uses():
    with revision(actor="t", reason="", via="admin", reason_required=True) as opened:
        opened.save(License(slug="x", name="X"))

    assert opened.committed


@pytest.mark.parametrize("user", ["ada", ""])
def test_it_writes_the_same_versions_in_sets_as_one_by_one(user):
    actor = get_user_model().objects.create_user(user) if user else "import"
    fields = {"source_url": "https://a.example", "conditions": [{"kind": "naming", "detail": "é"}]}
    with editing("Read it.", actor=actor) as opened:
        opened.save(License(slug="one", name="One", **fields))
        opened.bulk_create([License(slug="two", name="Two", **fields)])
    one, two = License.objects.get(slug="one"), License.objects.get(slug="two")
    one.note = two.note = "Changed."
    with editing("Read again.", actor=actor) as opened:
        opened.save(one)
        opened.bulk_update([two], ["note"])

    own = {"id", "history_id", "slug", "name", "created_at"}
    single, bulk = (
        [{k: v for k, v in row.items() if k not in own} for row in versions.values()]
        for versions in (one.history.order_by("history_id"), two.history.order_by("history_id"))
    )
    assert len(bulk) == 2
    assert single == bulk


def test_it_reads_inside_a_running_transaction_as_that_transaction():
    with snapshot():
        make_license()
    assert License.objects.count() == 1


@pytest.mark.parametrize("table", CURATED)
def test_it_can_show_every_past_version_as_a_record(table):
    make_route(
        make_model(license=make_license(), family=make_family()), make_provider(terms=make_terms())
    )

    for version in table.history.all():
        assert str(version.instance)


def test_it_finds_the_newest_revision_as_the_models_have_it():
    assert Revision.objects.newest() is None

    license = make_license("first")
    save(license, note="Changed.")
    newest, current = Revision.objects.newest(), Revision.objects.current()

    for field in Revision._meta.concrete_fields:
        assert getattr(newest, field.attname) == getattr(current, field.attname), field.name
    assert newest.number == 2
