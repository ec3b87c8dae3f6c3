"""What follows from an edit: which pairs change, which pointers move, and that nothing else does."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies import resolution
from policies.models import (
    Move,
    Policy,
    PolicyChange,
    Route,
    Tally,
)
from policies.revisions import (
    resolve_everything,
)
from tests.factories import (
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    assert_sound,
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


def test_it_changes_notes_without_flipping_anything():
    license = make_license()
    make_route(make_model(license=license))
    opened = save(license, note="Better words")

    changes = PolicyChange.objects.filter(revision=opened.number)
    assert [(change.routes, change.models_count) for change in changes] == [(1, 1)]
    assert not changes.flips().exists()
    assert changes[0].after_note == "Better words."
    assert_sound()


def test_it_touches_no_route_or_model_row_when_a_license_changes():
    license = make_license()
    for _ in range(3):
        make_route(make_model(license=license))

    with CaptureQueriesContext(connection) as few:
        save(license, basis=CLOSED)
    for _ in range(20):
        make_route(make_model(license=license))
    with CaptureQueriesContext(connection) as many:
        opened = save(license, basis="permissive-open-weights")

    assert len(many) == len(few)
    written = [
        query["sql"]
        for query in many.captured_queries
        if query["sql"].startswith(("UPDATE", "INSERT", "DELETE"))
    ]
    assert not [sql for sql in written if '"policies_route"' in sql or "policies_route SET" in sql]
    assert not [sql for sql in written if "policies_textmodel" in sql]
    assert not Move.objects.filter(revision=opened.number).exists()
    change = PolicyChange.objects.get(revision=opened.number)
    assert (change.routes, change.models_count) == (23, 23)
    assert_sound()


def test_it_flips_exactly_the_routes_of_a_model_whose_license_moves():
    closed, open_weights = make_license(basis=CLOSED), make_license()
    moved, other = make_model(license=open_weights), make_model(license=open_weights)
    provider, restricting = make_provider(), make_provider(terms=make_terms())
    flipping, kept = make_route(moved, provider), make_route(other, provider)
    still_restricted = make_route(moved, restricting)
    opened = save(moved, license=closed)

    assert {status_of(moved), status_of(flipping)} == {"disallowed"}
    assert {status_of(other), status_of(kept)} == {"allowed"}
    moves = Move.objects.filter(revision=opened.number)
    assert set(moves.exclude(route=None).values_list("route", flat=True)) == {
        flipping.pk,
        still_restricted.pk,
    }
    assert list(moves.exclude(model=None).values_list("model", flat=True)) == [moved.pk]
    assert_sound()


def test_it_applies_a_familys_license_to_members_without_their_own():
    family = make_family(license=None)
    member = make_model(family=family)
    own = make_model(family=family, license=make_license(basis=CLOSED))
    routes = [make_route(member), make_route(own)]
    assert status_of(routes[0]) == "unknown"
    save(family, license=make_license())

    assert [status_of(route) for route in routes] == ["allowed", "disallowed"]
    assert [status_of(model) for model in (member, own)] == ["allowed", "disallowed"]
    assert_sound()


def test_it_lets_route_terms_override_provider_terms():
    provider = make_provider(terms=make_terms(basis=RESTRICTS))
    model = make_model(license=make_license())
    plain, exception = make_route(model, provider), make_route(model, provider)
    save(exception, terms=make_terms(basis=PERMITS))

    assert [status_of(plain), status_of(exception)] == ["disallowed", "allowed"]
    save(provider, terms=make_terms(basis=SILENT))
    assert [Route.objects.get(pk=r.pk).policy.rule for r in (plain, exception)] == [3, 2]
    assert_sound()


def test_it_repairs_what_raw_sql_broke_and_says_what_it_was():
    route = make_route(make_model(license=make_license(basis=CLOSED)))
    Policy.objects.filter(pk=route.policy_id).update(
        status="allowed", basis="permissive-open-weights"
    )
    assert any("stored allowed" in line for line in resolution_differences())
    opened = resolve_everything(actor="t", reason="Repair")

    assert opened.committed
    assert status_of(route) == "disallowed"
    assert_sound()
    assert not resolve_everything(actor="t", reason="Again").committed


def test_it_repairs_pointers_and_tallies():
    route = make_route(make_model(license=make_license(basis=CLOSED)))
    ground = resolution.nothing_recorded()
    Route.objects.update(policy=ground)
    Tally.objects.filter(provider=route.provider).update(routes=7)
    assert any("route(s) point at policy" in line for line in resolution_differences())
    assert any(line.startswith("tally") for line in resolution_differences())
    resolve_everything(actor="t", reason="Repair")

    assert status_of(route) == "disallowed"
    assert_sound()


def resolution_differences() -> list[str]:
    from policies.resolution.audit import differences

    return differences()
