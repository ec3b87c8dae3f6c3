"""A rehearsal says what the real thing does, and writes nothing."""

from __future__ import annotations

import datetime
import random
from collections import Counter

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from policies.effects import Effects
from policies.models import (
    CURATED,
    License,
    Move,
    Policy,
    PolicyChange,
    Provider,
    ProviderTerms,
    Revision,
    Route,
    Tally,
    TextModel,
)
from policies.revisions import DocumentInUse, StaleVersion, revision
from policies.supposed import FIRST_SUPPOSED_ID, WroteInRehearsal
from policies.supposing import rehearsal
from tests.factories import (
    CLOSED,
    RESTRICTS,
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
from tests.random_edits import EDITS

pytestmark = pytest.mark.django_db

EVERYTHING = [
    *CURATED,
    *(table.history.model for table in CURATED),
    Move,
    Policy,
    PolicyChange,
    Revision,
    Tally,
]


def stored() -> dict[str, list]:
    """Every row of every table."""
    return {table._meta.label: list(table.objects.order_by("pk").values()) for table in EVERYTHING}


def answers() -> dict[tuple[str, int], tuple]:
    """Everybody's answer, as stored."""
    return {
        (kind, row.pk): row.policy.answer
        for kind, table in (("model", TextModel), ("route", Route))
        for row in table.objects.select_related("policy")
    }


def seed_catalog() -> None:
    with editing():
        documents = [make_license("one"), make_license("two", basis=CLOSED), None]
        terms = [make_terms("strict"), make_terms("open", "provider-output-use-terms"), None]
        family = make_family("family", documents[0])
        for number in range(3):
            model = make_model(license=documents[number], family=family)
            make_route(model, make_provider(terms=terms[number]))
            make_route(model, make_provider(terms=terms[number - 1]))


def changes(before, after) -> Counter:
    """How many go from which answer to which, out of two states."""
    return Counter(
        (key[0], before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    )


def predicted(effects) -> Counter:
    found: Counter = Counter()
    for t in effects.transitions:
        if t.before != t.after:
            found[t.kind, t.before, t.after] += t.count
    return found


def try_out(edits, seed):
    """Rehearse the edits; the rehearsal, its effects, and every single change that it foresees."""
    rng = random.Random(seed)
    with rehearsal() as supposed:
        for edit in edits:
            edit(supposed, rng)
        supposed.resolve()
        effects = supposed.effects()
        flips = Counter((e.kind, e.before, e.after, str(e.subject)) for e in effects.examples(None))
        effects.directions()
        fingerprint = effects.fingerprint
    return supposed, effects, fingerprint, flips


@pytest.mark.slow
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 2**32),
    earlier=st.lists(st.sampled_from(EDITS), max_size=3),
    edits=st.lists(st.sampled_from(EDITS), min_size=1, max_size=5),
)
def test_it_foresees_exactly_what_random_edits_do(db, seed, earlier, edits):
    with transaction.atomic():
        seed_catalog()
        rng = random.Random(seed + 1)
        with editing() as opened:
            for edit in earlier:
                edit(opened, rng)
        rows, before = stored(), answers()

        supposed, effects, fingerprint, flips = try_out(edits, seed)
        assert stored() == rows

        rng = random.Random(seed)
        prints = []

        def check(plan):
            prints.append(Effects(plan).fingerprint)

        with editing(check=check) as opened:
            for edit in edits:
                edit(opened, rng)
            deleted = opened.reason
        assert prints == [fingerprint] or not (prints or supposed.edits)
        assert supposed.reason == deleted.removeprefix("Test")
        assert predicted(effects) == changes(before, answers())
        assert sum(flips.values()) == sum(t.count for t in effects.transitions if t.flips)
        assert supposed.plan.changes_answers == opened.plan.changes_answers
        assert list(supposed.plan.gone) == opened.plan.gone
        assert_sound()
        transaction.set_rollback(True)


def test_it_reads_every_kind_of_value_as_it_was_typed():
    record = make_license("open")
    terms = make_terms("host", "provider-output-use-terms")
    model = make_model(license=record)
    route = make_route(model)
    typed = {
        "note": "100 % “sure”: it's 'so'; %s\n",
        "conditions": [{"kind": "naming", "detail": '50 % "Foo"'}],
        "verified_on": datetime.date(2026, 11, 24),
        "review_by": None,
    }
    with rehearsal() as supposed:
        for table, pk, fields in (
            (License, record.pk, typed),
            (ProviderTerms, terms.pk, {"subject_to_license": False}),
            (TextModel, model.pk, {"license_id": None, "context_length": 8192}),
            (Route, route.pk, {"available": False, "terms_id": terms.pk}),
        ):
            stored = table.objects.get(pk=pk)
            for name, value in fields.items():
                setattr(stored, name, value)
            supposed.save(stored)
            again = table.objects.filter(pk=pk, **fields).get()
            assert {name: getattr(again, name) for name in fields} == fields
            assert again.version == 2
        new = License(slug="new", name="New", **typed)
        supposed.save(new)
        assert new.pk == FIRST_SUPPOSED_ID
        assert License.objects.filter(**typed).count() == 2
        supposed.delete(License.objects.get(slug="new"))
        assert License.objects.get().slug == "open"
    assert License.objects.get().note == ""


def test_it_refuses_what_the_real_thing_refuses():
    record = make_license("open")
    make_model(license=record)
    stale = License.objects.get()
    save(record, note="Newer.")
    stale.note = "Older."
    with rehearsal() as supposed:
        with pytest.raises(StaleVersion):
            supposed.save(stale)
        with pytest.raises(DocumentInUse, match="used by 1 model"):
            supposed.delete(record)
        assert supposed.save(License.objects.get()) is False
        assert supposed.edits == {}


def test_it_deletes_what_the_same_change_set_free():
    record = make_license("open")
    route = make_route(make_model())
    with rehearsal() as supposed:
        supposed.delete(route)
        supposed.delete(TextModel.objects.get())
        supposed.delete(Provider.objects.get())
        supposed.delete(record)
        plan = supposed.resolve()
        assert plan.vanished == {"model": 1, "route": 1}
        assert not Route.objects.exists()
    assert Route.objects.exists()


def test_it_lets_a_revision_inside_join_and_nothing_else_write():
    record = make_license("open")
    make_model(license=record)
    rows = stored()
    with rehearsal() as supposed:
        with revision(actor="t", reason="", via="admin") as opened:
            assert opened is supposed
            record.basis = RESTRICTS
            opened.save(record)
        assert supposed.resolve().changes_answers
        for write in (
            lambda: License.objects.update(note="x"),
            lambda: Tally.objects.all().delete(),
            lambda: record.save(),
            lambda: Revision.objects.create(number=9, at=timezone.now(), rules_version=1),
        ):
            with pytest.raises(WroteInRehearsal), transaction.atomic():
                write()
    assert stored() == rows


def test_it_foresees_the_first_model_of_an_empty_catalog():
    assert not Policy.objects.exists()
    with rehearsal() as supposed:
        model = TextModel(canonical_id="owner/first", name="First")
        supposed.save(model)
        provider = Provider(slug="host", name="Host")
        supposed.save(provider)
        supposed.save(Route(model=model, provider=provider, provider_model_id="first"))
        supposed.resolve()
        (way,) = supposed.effects().directions()
    assert (way.before, way.after, way.routes, way.models) == ("", "unknown", 1, 1)
    assert not Policy.objects.exists()


def test_it_costs_the_same_for_two_routes_as_for_twenty():
    record = make_license("open")
    model = make_model(license=record)
    with editing():
        for _ in range(2):
            make_route(model)

    def ask():
        with CaptureQueriesContext(connection) as queries, rehearsal() as supposed:
            edited = License.objects.get()
            edited.basis = RESTRICTS
            supposed.save(edited)
            supposed.resolve()
            effects = supposed.effects()
            assert effects.directions()
            assert effects.examples(50)
            assert effects.fingerprint
        return len(queries)

    few = ask()
    with editing():
        for _ in range(20):
            make_route(model)
    assert ask() == few


def test_it_tells_one_set_of_movers_from_another_of_the_same_size():
    first, second = make_license("one"), make_license("two", basis=CLOSED)
    models = [make_model(license=first) for _ in range(2)]

    def seen(model):
        with rehearsal() as supposed:
            edited = TextModel.objects.get(pk=model.pk)
            edited.license = second
            supposed.save(edited)
            supposed.resolve()
            return supposed.effects().fingerprint

    assert seen(models[0]) == seen(models[0])
    assert seen(models[0]) != seen(models[1])
