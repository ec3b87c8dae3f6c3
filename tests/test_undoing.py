"""Taking back what a revision did: everything is as it was, or nothing is written and it is said why."""

from __future__ import annotations

import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from policies.effects import Effects
from policies.export import describe, stream
from policies.models import (
    CURATED,
    Family,
    License,
    ModelAlias,
    Policy,
    Provider,
    ProviderTerms,
    Revision,
    Route,
    TextModel,
)
from policies.supposing import rehearsal
from policies.undoing import NotSetBack, undoing
from policies.undoing.states import state_of
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
from tests.invariants import assert_invariants
from tests.random_edits import EDITS

pytestmark = pytest.mark.django_db


def records() -> dict:
    """What is recorded, but for the version numbers."""
    return {
        (table._meta.label, row.pk): state_of(table, row)
        for table in CURATED
        for row in table.objects.order_by("pk")
    }


def exported() -> list[bytes]:
    """The exports that do not name their revision."""
    now = describe(Revision.objects.current())
    return [b"".join(stream(name, now)) for name in ("ndjson", "csv")]


def undo(number: int):
    """Undo in a revision of its own, which is returned."""
    with editing("Undo") as opened:
        undoing(number).write(opened)
    return opened


def refusals(number: int) -> list[str]:
    """Why a revision cannot be undone; and that the attempt wrote nothing."""
    before, newest = records(), Revision.objects.current_number()
    with pytest.raises(NotSetBack) as refused:
        undo(number)
    assert (records(), Revision.objects.current_number()) == (before, newest)
    return [str(refusal) for refusal in refused.value.args]


def seed_catalog() -> None:
    with editing():
        documents = [make_license("one"), make_license("two", basis=CLOSED), None]
        terms = [make_terms("strict"), make_terms("open", "provider-output-use-terms"), None]
        family = make_family("family", documents[0])
        make_license("spare")
        for number in range(3):
            model = make_model(license=documents[number], family=family, aliases=[f"m{number}"])
            make_route(model, make_provider(terms=terms[number]))


@pytest.mark.slow
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 2**32),
    edits=st.lists(st.sampled_from(EDITS), min_size=1, max_size=5),
)
def test_it_restores_what_was_before_random_edits(db, seed, edits):
    with transaction.atomic():
        seed_catalog()
        rng = random.Random(seed)
        before, export = records(), exported()
        with editing() as opened:
            for edit in edits:
                edit(opened, rng)
        after, edited = records(), exported()
        try:
            with rehearsal() as supposed:
                undoing(opened.number).write(supposed)
                supposed.resolve()
                expected = supposed.effects().fingerprint
        except NotSetBack as refused:
            for refusal in refused.args:
                if "decided answers in the past" in str(refusal):
                    assert (type(refusal.record)._meta.label, refusal.record.pk) not in before
                else:  # the same revision gave its name to a new record
                    assert "cannot have its name back" in str(refusal)
                    assert refusal.revision == opened.number
            assert records() == after
        else:
            prints = []
            with editing(check=lambda plan: prints.append(Effects(plan).fingerprint)) as undone:
                undoing(opened.number).write(undone)
            assert prints == [expected] or not (prints or supposed.edits)
            assert (records(), exported()) == (before, export)
            if undone.committed:
                undo(undone.number)
                assert (records(), exported()) == (after, edited)
            assert_sound()
        transaction.set_rollback(True)


def test_it_brings_back_what_was_deleted_with_its_id_and_its_past():
    model = make_model("owner/gone", license=make_license("open"), aliases=["gone-too"])
    route = make_route(model, make_provider("host"))
    before, export = records(), exported()
    with editing() as deleted:
        deleted.delete(route)
        deleted.delete(TextModel.objects.get())
        deleted.delete(Provider.objects.get())
    assert exported() != export
    undo(deleted.number)
    assert (records(), exported()) == (before, export)
    again = TextModel.objects.get(pk=model.pk)
    assert again.version == model.version + 1
    assert [row.history_type for row in again.history.order_by("history_id")] == ["+", "-", "+"]
    assert_invariants()


def test_it_takes_back_a_bulk_edit_and_only_what_it_changed():
    license = make_license("open")
    with editing():
        models = [make_model(release_date=f"2026-0{n}") for n in range(1, 4)]
    with editing() as bulk:
        for model in models:
            model.license = license
        bulk.bulk_update(models, ["license"])
    undone = undo(bulk.number)
    assert set(TextModel.objects.values_list("license", "version")) == {(None, 3)}
    assert undone.plan.moves[0].count == 3
    assert undo(undone.number).committed
    assert set(TextModel.objects.values_list("license", flat=True)) == {license.pk}


def test_it_writes_nothing_where_all_is_as_it_was():
    license = make_license("open", note="First.")
    edited = save(license, note="Second.")
    save(license, note="First.")
    assert not undoing(edited.number)
    assert not undo(edited.number).committed


def test_it_undoes_step_by_step_whatever_cancelled_out_since():
    license = make_license("open", note="0")
    first, second = save(license, note="1"), save(license, note="2")
    undo(second.number)
    undo(first.number)
    assert License.objects.get().note == "0"


def test_it_refuses_what_was_edited_or_deleted_since_and_writes_nothing_of_it():
    with editing():
        kept, gone = make_license("kept"), make_license("gone")
        fine = make_license("fine")
    with editing() as bulk:
        for license in (kept, gone, fine):
            license.publisher = "Somebody"
            bulk.save(license)
    save(kept, note="Read again.")
    with editing() as deleted:
        deleted.delete(License.objects.get(slug="gone"))
    assert refusals(bulk.number) == [
        "The license “kept” was edited since.",
        "The license “gone” was deleted since.",
    ]


def test_it_refuses_to_delete_what_others_name_by_now():
    with editing() as added:
        family, provider = make_family("fam"), make_provider("host")
        model = make_model("owner/m")
    make_route(model, provider)
    save(make_model("owner/other"), family=family)
    with editing() as spelled:
        spelled.save(ModelAlias(name="em", model=model))
    assert refusals(added.number) == [
        "The family “fam” cannot be deleted: it is used by 1 model.",
        "The model “owner/m” cannot be deleted: it is used by 1 model alias, 1 route.",
        "The provider “host” cannot be deleted: it is used by 1 route.",
    ]


def test_it_refuses_to_delete_a_document_that_decided_answers():
    with editing() as added:
        make_model(license=make_license("new"))
    assert refusals(added.number) == [
        "The license “new” cannot be deleted: it decided answers in the past, and their history "
        "must stay complete."
    ]


def test_it_deletes_together_what_came_together():
    with editing() as added:
        make_route(make_model(family=make_family()), make_provider())
    undo(added.number)
    assert records() == {}
    assert_sound()


def test_it_refuses_what_would_name_a_record_that_is_gone():
    spare, family = make_terms("spare"), make_family("fam")
    provider, model = make_provider("host", terms=spare), make_model("owner/m", family=family)
    edited = save(provider, terms=None)
    moved = save(model, family=None)
    with editing() as deleted:
        deleted.delete(Family.objects.get())
        deleted.delete(ProviderTerms.objects.get())
    assert refusals(edited.number) == [
        "The provider “host” would name the provider terms “spare”, which is deleted."
    ]
    with pytest.raises(NotSetBack) as refused:
        undoing(moved.number)
    assert refused.value.args[0].revision == deleted.number


def test_it_refuses_a_name_that_another_record_has_by_now():
    with editing():
        license, model = make_license("old"), make_model("owner/old")
        route = make_route(model, make_provider("host"), provider_model_id="id")
    with editing() as renamed:
        license.slug, model.canonical_id, route.provider_model_id = "new", "owner/new", "new"
        for record in (license, model, route):
            renamed.save(record)
    with editing():
        make_license("old", name="Other")
        make_route(make_model("owner/other"), route.provider, provider_model_id="id")
        moved = ModelAlias.objects.get(name="owner/old")
        moved.model = TextModel.objects.get(canonical_id="owner/other")
        renamed.save(moved)
    assert refusals(renamed.number) == [
        "The license “old” cannot have its name back: it is that of the license “Other”.",
        "The route “id at host” cannot have its name back: it is that of the route “id at host”.",
        "The model “owner/old” cannot be called so: that spells the model “owner/other”.",
    ]


def test_it_gives_a_spelling_back_that_the_revision_recorded_anew():
    one, two = make_model("owner/one", aliases=["nick"]), make_model("owner/two")
    before = records()
    with editing() as moved:
        moved.delete(ModelAlias.objects.get(name="nick"))
        moved.save(ModelAlias(name="Nick", model=two))
    undo(moved.number)
    assert records() == before
    assert one.aliases.filter(name="nick").exists()


def test_it_undoes_nothing_of_a_revision_that_wrote_no_record():
    assert not undoing(99)


def test_it_asks_the_same_few_queries_however_much_was_written(django_assert_num_queries):
    def bulk(names):
        with editing() as opened:
            routes = [make_route(make_model(name)) for name in names]
        for route in routes:
            route.available = False
        with editing() as opened:
            opened.bulk_update(routes, ["available"])
        return opened.number

    few, many = bulk(["o/1"]), bulk(["o/2", "o/3", "o/4"])
    for number in (few, many):
        with django_assert_num_queries(6):
            assert undoing(number)


def test_it_keeps_answers_sound_when_a_route_comes_back():
    license = make_license("strict", basis=RESTRICTS)
    route = make_route(make_model(license=license))
    with editing() as deleted:
        deleted.delete(Route.objects.get())
    undone = undo(deleted.number)
    assert [(move.kind, move.before_id) for move in undone.plan.moves] == [("route", None)]
    again = Route.objects.get()
    assert (again.pk, again.policy) == (route.pk, Policy.objects.get(pk=route.policy_id))
    assert_invariants()
