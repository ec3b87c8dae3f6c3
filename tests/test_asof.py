"""Past states: every state that edits went through can be read again, exactly."""

from __future__ import annotations

import random
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from policies import asof
from policies.asof import PastIsReadOnly, as_of, revision_at, since
from policies.asof.tables import PastTables
from policies.models import License, Provider, Revision, Route, Tally, TextModel
from policies.resolution import nothing_recorded
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
from tests.replay import MORE_EDITS, everything
from tests.test_timeline import seed_catalog

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def number_at(moment: datetime) -> int:
    found = revision_at(moment)
    return found.number if found else 0


def replay(seed: int, revisions: list[list]) -> dict[int, dict]:
    """Make random edits a day apart, and keep aside what could be read after each."""
    rng = random.Random(seed)
    nothing_recorded()  # the pair of no documents has no past: it stands before any revision
    kept = {0: everything()}
    with editing(at=START):
        seed_catalog()
    kept[1] = everything()
    for edits in revisions:
        number = Revision.objects.current_number()
        with editing(at=START + timedelta(days=number)) as opened:
            for edit in edits:
                edit(opened, rng)
        kept[Revision.objects.current_number()] = everything()
    return kept


@pytest.mark.slow
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking replays minutes of edits
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 2**32),
    revisions=st.lists(
        st.lists(st.sampled_from(MORE_EDITS), min_size=1, max_size=4), min_size=1, max_size=10
    ),
)
def test_it_reads_every_state_that_random_edits_went_through(db, monkeypatch, seed, revisions):
    with transaction.atomic():
        kept = replay(seed, revisions)
        for number, state in kept.items():
            monkeypatch.setattr(since, "FEW", (0, 1000)[(seed + number) % 2])
            with as_of(number):
                again = everything()
            for part in state:
                assert again[part] == state[part], f"{part} as of revision {number}"
            assert number_at(START + timedelta(days=number - 1)) == number
        assert_sound()
        transaction.set_rollback(True)


FAULTS = {
    "the pointer of the present": (0, "_pointer", lambda _tables, _key: "0 + h.id"),
    "the newest version": (
        0,
        "_newest",
        lambda _tables, _past, row="h": f"{row}.history_type <> '-'",
    ),
    "the search text of the present": (
        0,
        "_search_text",
        lambda tables: "'of none'",
    ),
    "no move taken back": (0, "_taken_back", lambda _tables: "SELECT 0, NULL, 0, 0, 0 WHERE 1 = 0"),
    "answers of the present": (
        0,
        "_first_answer",
        lambda _tables, name: f"SELECT t.{name}",
    ),
    "what is new since": (
        1000,
        "_newest",
        lambda _tables, _past, row="h": f"{row}.history_type <> '-'",
    ),
    "no table touched": (1000, "what_was_touched", lambda _tables: "SELECT '', 0, '' WHERE 1 = 0"),
}


def found_wrong(state) -> bool:
    """Whether the state as of revision 1 differs, or cannot even be put together."""
    try:
        with as_of(1):
            return everything() != state
    except (KeyError, IndexError):
        return True


@pytest.mark.slow
@pytest.mark.parametrize(("few", "name", "faulty"), FAULTS.values(), ids=FAULTS)
def test_it_would_notice_a_state_that_is_wrong(few, name, faulty, monkeypatch):
    """The comparison above is worth what it catches."""
    kept = replay(7, [MORE_EDITS, MORE_EDITS])
    monkeypatch.setattr(since, "FEW", few)
    assert not found_wrong(kept[1])
    monkeypatch.setattr(PastTables, name, faulty)
    assert found_wrong(kept[1])


def test_it_knows_the_revision_of_a_moment():
    for day in (1, 3, 3):
        with editing(at=datetime(2026, 3, day, 12, tzinfo=UTC)):
            make_license()

    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    moments = [noon - timedelta(microseconds=1), noon, noon + timedelta(days=1)]
    assert [number_at(moment) for moment in moments] == [0, 1, 1]
    assert number_at(noon + timedelta(days=2)) == number_at(timezone.now()) == 3


def test_it_reckons_with_the_day_of_the_past_state():
    with as_of(0, day=date(2026, 3, 1)):
        assert asof.today() == date(2026, 3, 1)
    assert asof.today() == timezone.localdate()


def test_it_refuses_to_write_the_past():
    license = make_license("open")
    license.name = "another"
    with as_of(1):
        with pytest.raises(PastIsReadOnly, match="SELECT"), editing() as opened:
            opened.save(license)
        with pytest.raises(PastIsReadOnly), transaction.atomic():
            License.objects.update(name="another")
        with pytest.raises(PastIsReadOnly), transaction.atomic():
            License.objects.all().delete()
    assert License.objects.get().name == "open"


def test_it_refuses_a_past_state_inside_another():
    make_license()
    with as_of(1), pytest.raises(PastIsReadOnly, match="open already"), as_of(0):
        License.objects.count()


def test_it_leaves_accounts_and_sessions_alone():
    make_license()
    with as_of(0):
        user = get_user_model().objects.create_user("reader")
        user.last_login = timezone.now()
        user.save()
        Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())
    assert get_user_model().objects.count() == Session.objects.count() == 1


def test_it_ends_with_its_block():
    make_license()
    with pytest.raises(License.DoesNotExist), as_of(0):
        License.objects.get()
    assert License.objects.count() == 1


@pytest.fixture
def two_states():
    """One open license with two routes, which the second revision closes, and a third route."""
    with editing():
        license = make_license("open")
        model = make_model("lab/one", license=license)
        for _ in range(2):
            make_route(model)
    with editing() as opened:
        license.refresh_from_db()
        license.basis = CLOSED
        opened.save(license)
        make_route(model)
    return model


def test_it_answers_every_kind_of_question(two_states):
    """What Django can make of a query: counts, unions, prefetched rows, ids, iterators."""
    with as_of(1):
        routes = Route.objects.all()
        assert routes.count() == 2
        assert routes.filter(policy__status="allowed").exists()
        assert not routes.filter(policy__status="disallowed").exists()
        assert len(routes.in_bulk()) == 2
        assert len(list(routes.iterator(chunk_size=1))) == 2
        assert Tally.objects.by_status()["routes"] == {"allowed": 2, "disallowed": 0, "unknown": 0}
        model = TextModel.objects.prefetch_related("routes", "aliases").get()
        assert len(model.routes.all()) == 2
        assert [alias.name for alias in model.aliases.all()] == ["lab/one"]
        keys = [table.objects.order_by().values_list("pk") for table in (TextModel, Route)]
        assert len(keys[0].union(keys[1], all=True).order_by()) == 3
        assert routes.aggregate(n=Count("model", distinct=True)) == {"n": 1}
        assert [provider.routes_count for provider in Provider.objects.with_usage()] == [1, 1]
        assert TextModel.objects.with_routes_count().get().routes_count == 2
    assert Route.objects.count() == 3


@contextmanager
def statements():
    """What the database is really asked."""
    asked = []

    def note(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


def test_it_reads_the_present_rows_where_none_was_edited():
    """They only moved, or are new: as present rows an index leads to them."""
    with editing():
        provider = make_provider(terms=make_terms())
        model = make_model(license=make_license())
        old = make_route(model, provider)
    (then,) = Route.objects.values_list("pk", "policy_id", "policy__status")
    save(provider, terms=None)
    with editing():
        make_route(model, provider)
    (now,) = Route.objects.order_by().values_list("policy", flat=True).distinct()
    assert now != then[1]
    with as_of(1), statements() as asked:
        assert list(Route.objects.values_list("pk", "policy_id", "policy__status")) == [then]
        assert Route.objects.filter(policy=then[1]).count() == 1
        assert not Route.objects.filter(policy=now).exists()
    assert old.pk == then[0]
    assert all('"policies_route" AS' in sql for sql in asked[-3:])
    assert not any("historicalroute" in sql for sql in asked[-3:])


def test_it_leaves_alone_what_nothing_touched():
    route = make_route(make_model(license=make_license()))
    save(route, available=False)
    with as_of(Revision.objects.current_number() - 1), statements() as asked:
        assert Route.objects.select_related("provider", "policy").get().available is True
    assert '"policies_route" AS' in asked[-1]
    assert '"policies_provider" AS' not in asked[-1]
    assert '"policies_policy" AS' not in asked[-1]


def test_it_costs_one_query_more_than_the_present(two_states, django_assert_num_queries):
    for number in (1, 2):
        with as_of(number), django_assert_num_queries(3):
            assert Route.objects.count() == number + 1
            assert Tally.objects.by_status()["routes"]


def test_it_asks_once_for_names_that_only_python_folds(django_assert_num_queries):
    make_model("lab/one", name="GRÖSSE 100% 'groß'")
    make_model("lab/two", name="Größe")
    save(TextModel.objects.get(canonical_id="lab/one"), name="small")
    with as_of(2):
        with django_assert_num_queries(4):
            assert TextModel.objects.search("grösse 100% 'gross").count() == 1
            assert TextModel.objects.search("grösse").count() == 2
        assert "small" not in TextModel.objects.get(canonical_id="lab/one").search_text
