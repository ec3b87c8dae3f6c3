"""The first answers of very many rows: indexes built at the end, and nothing else is different."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies import resolution
from policies.models import Move, Policy, PolicyChange, Route, Tally, TallyStep, TextModel
from policies.resolution import bulk
from policies.revisions import resolve_everything
from tests.factories import (
    CLOSED,
    assert_sound,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

pytestmark = pytest.mark.django_db


def indexes() -> dict[str, list[str]]:
    """The names of what the database looks rows up by, with the columns."""
    found = {}
    with connection.cursor() as cursor:
        for table in (Move, Route):
            name = table._meta.db_table
            constraints = connection.introspection.get_constraints(cursor, name)
            found |= {key: part["columns"] for key, part in constraints.items() if part["index"]}
    return found


@pytest.fixture
def many(monkeypatch):
    """Two moves are many."""
    monkeypatch.setattr(resolution, "MANY", 2)


def make_catalog() -> list[Route]:
    with editing():
        permissive, closed = make_license(), make_license(basis=CLOSED)
        model = make_model(license=permissive)
        return [
            make_route(model),
            make_route(model, make_provider(terms=make_terms())),
            make_route(make_model(license=closed)),
            make_route(make_model()),
        ]


def forget_all_answers() -> None:
    """As if routes and models had been loaded by other means, and never been resolved."""
    ground = resolution.nothing_recorded()
    for table in (Route, TextModel):
        table.objects.update(policy=ground)
    for table in (Move, TallyStep, PolicyChange, Tally):
        table.objects.all().delete()
    Policy.objects.exclude(pk=ground.pk).delete()


def dropped(log: CaptureQueriesContext) -> set[str]:
    return {q["sql"].split()[-1] for q in log if q["sql"].startswith("DROP INDEX")}


def test_it_gives_many_first_answers_and_has_the_same_indexes_afterwards(many):
    before = indexes()
    with CaptureQueriesContext(connection) as log:
        make_catalog()
    statuses = Route.objects.order_by("pk").values_list("policy__status", flat=True)

    assert list(statuses) == ["allowed", "disallowed", "disallowed", "unknown"]
    assert {"move_route", "move_after", "route_policy_page"} <= dropped(log) <= set(before)
    assert indexes() == before
    assert_sound()


def test_it_resolves_all_from_nothing_as_it_was(many):
    make_catalog()
    answers = list(Route.objects.order_by("pk").values_list("policy__status", "policy__note"))
    counts = Tally.objects.by_status()
    forget_all_answers()
    with CaptureQueriesContext(connection) as log:
        opened = resolve_everything(actor="t", reason="Again")

    assert dropped(log)
    assert (
        list(Route.objects.order_by("pk").values_list("policy__status", "policy__note")) == answers
    )
    assert Tally.objects.by_status() == counts
    assert set(Move.objects.values_list("revision", "before")) == {(opened.number, None)}
    assert_sound()


def test_it_leaves_the_indexes_alone_where_there_is_history_or_little_to_do(many):
    make_catalog()
    Route.objects.update(policy=resolution.nothing_recorded())
    with CaptureQueriesContext(connection) as log:
        assert resolve_everything(actor="t", reason="Repair").committed

    assert not dropped(log)
    assert_sound()


def test_it_takes_no_index_away_for_few_first_answers():
    with CaptureQueriesContext(connection) as log:
        make_catalog()

    assert not dropped(log)
    assert_sound()


def test_it_keeps_the_indexes_and_writes_nothing_where_a_first_load_fails(many, monkeypatch):
    before = indexes()
    monkeypatch.setattr(bulk.Move._meta.indexes[-1], "create_sql", lambda *_: "CREATE INDEX broken")
    with pytest.raises(Exception, match=r"broken|syntax|incomplete"):
        make_catalog()

    assert indexes() == before
    assert not Route.objects.exists()
    assert not Move.objects.exists()
