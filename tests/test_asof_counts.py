"""The steps from which past counts follow: one for each count that a revision changed."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from policies.asof import as_of
from policies.models import Move, Revision, Tally, TallyStep
from tests.factories import (
    CLOSED,
    assert_sound,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)

pytestmark = pytest.mark.django_db

migration = import_module("policies.migrations.0007_tally_step")


@pytest.fixture
def deleted():
    """The id of a provider with two routes of one model, which goes in the second revision."""
    with editing():
        provider = make_provider(terms=make_terms())
        model = make_model(license=make_license())
        routes = [make_route(model, provider) for _ in range(2)]
        number = provider.pk
        make_route(model, make_provider(terms=provider.terms))
    with editing() as opened:
        opened.bulk_delete(routes)
        opened.delete(provider)
    return number


def steps(number):
    rows = TallyStep.objects.filter(revision=number).order_by()
    return sorted(rows.values_list("provider_key", "routes", "models_count"))


def test_it_sums_up_what_a_revision_moved(deleted):
    assert steps(2) == [(0, -2, 0), (deleted, -2, 0)]
    assert (deleted, 2, 0) in steps(1)
    assert (0, 0, 1) in steps(1)


def test_it_counts_what_a_deleted_provider_had(deleted):
    assert not Tally.objects.filter(provider_key=deleted).exists()
    with as_of(1):
        assert Tally.objects.get(provider_key=deleted).routes == 2
        assert Tally.objects.by_status()["routes"]["disallowed"] == 3


def test_it_leaves_out_what_cancels_out():
    """A route goes to another pair as another route comes from there."""
    with editing():
        open_one, closed = make_license("open"), make_license("closed", basis=CLOSED)
        provider = make_provider()
        models = [make_model(license=open_one), make_model(license=closed)]
        for model in models:
            make_route(model, provider)
    with editing() as opened:
        for model, license in zip(models, (closed, open_one), strict=True):
            model.refresh_from_db()
            model.license = license
            opened.save(model)
    assert Move.objects.filter(revision=Revision.objects.current_number()).count() == 4
    assert steps(Revision.objects.current_number()) == []
    assert_sound()


@pytest.mark.parametrize("damage", ["changed", "lost"])
def test_it_finds_and_mends_steps_that_are_not_what_was_moved(deleted, damage):
    kept = steps(1)
    if damage == "changed":
        TallyStep.objects.filter(revision=1, provider_key=deleted).update(routes=F("routes") + 1)
    else:
        TallyStep.objects.filter(revision=1).delete()
    with pytest.raises(CommandError, match="Differences found: 1"):
        call_command("resolve", "--check")
    call_command("resolve")
    assert steps(1) == kept
    assert_sound()


def test_it_sums_up_what_was_moved_before_there_were_steps(deleted):
    save(make_license("another"), name="No move.")
    kept = {number: steps(number) for number in (1, 2, 3)}
    TallyStep.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(migration.SUM_UP_ALL_MOVES)
    assert {number: steps(number) for number in (1, 2, 3)} == kept
    assert_sound()
