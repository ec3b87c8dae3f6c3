"""Deletion: what is in use, or decided an answer, stays; the rest goes with what belongs to it."""

from __future__ import annotations

import pytest

from policies.models import (
    License,
    ModelAlias,
    Move,
    Route,
    Tally,
    TextModel,
)
from policies.revisions import (
    DocumentInUse,
)
from tests.factories import (
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


@pytest.mark.parametrize("use", ["model", "family", "provider", "route"])
def test_it_refuses_to_delete_what_is_in_use_and_says_by_how_many(use):
    license, terms = make_license(), make_terms()
    make_one = {
        "model": lambda: make_model(license=license),
        "family": lambda: make_family(license=license),
        "provider": lambda: make_provider(terms=terms),
        "route": lambda: make_route(terms=terms),
    }[use]
    make_one()
    make_one()
    document = terms if use in ("provider", "route") else license

    with pytest.raises(DocumentInUse) as error, editing() as opened:
        opened.delete(document)
    plural = {"family": "families"}.get(use, f"{use}s")
    assert f"used by 2 {plural}." in str(error.value)
    assert type(document).objects.filter(pk=document.pk).exists()


def test_it_keeps_documents_whose_answers_are_history():
    license = make_license()
    model = make_model(license=license)
    save(model, license=None)

    with pytest.raises(DocumentInUse, match="decided answers in the past"), editing() as opened:
        opened.delete(license)
    assert_sound()


def test_it_deletes_documents_that_never_decided_anything():
    license = make_license()
    with editing() as opened:
        opened.delete(license)

    assert not License.objects.exists()
    assert License.history.first().history_type == "-"


def test_it_deletes_a_route_and_its_answer_vanishes():
    route = make_route(make_model(license=make_license()))
    with editing() as opened:
        opened.delete(route)

    assert opened.plan.vanished == {"model": 0, "route": 1}
    last = Move.objects.order_by("-id").first()
    assert (last.route_id, last.after_id, last.before_id) == (route_id(last), None, route.policy_id)
    assert Tally.objects.by_status()["routes"]["allowed"] == 0
    assert_sound()


def route_id(move) -> int:
    return Route.history.filter(history_type="-").get().id


def test_it_deletes_a_provider_together_with_its_routes():
    route = make_route()
    with editing() as opened:
        opened.delete(route)
        opened.delete(route.provider)

    assert not Tally.objects.filter(routes__gt=0).exists()
    assert_sound()


def test_it_refuses_to_delete_a_model_with_routes():
    route = make_route()
    with pytest.raises(DocumentInUse, match="used by 1 route"), editing() as opened:
        opened.delete(route.model)


def test_it_deletes_a_model_with_its_spellings():
    model = make_model(aliases=["other"])
    with editing() as opened:
        opened.delete(model)

    assert not ModelAlias.objects.exists()
    assert ModelAlias.history.filter(history_type="-").count() == 2
    assert_sound()


def test_it_deletes_in_sets_with_the_history_of_what_goes_along(django_assert_max_num_queries):
    with editing():
        models = [make_model(f"owner/{n}", aliases=[f"alias-{n}"]) for n in range(6)]
    with editing() as opened, django_assert_max_num_queries(14):
        opened.bulk_delete(models[:5])
        opened.bulk_delete([])
    assert [model.canonical_id for model in TextModel.objects.all()] == ["owner/5"]
    for table, count in ((TextModel, 5), (ModelAlias, 10)):
        gone = table.history.filter(history_type="-", revision=opened.number)
        assert gone.count() == count
        assert {row.history_change_reason for row in gone} == {"Test"}
    assert opened.plan.vanished == {"model": 5, "route": 0}
    assert_sound()


def test_it_deletes_none_of_a_set_of_which_one_is_in_use():
    models = [make_model(), make_model()]
    make_route(models[1])
    for some, message in ((models, "These 2 models cannot be"), (models[1:], "used by 1 route")):
        with pytest.raises(DocumentInUse, match=message), editing() as opened:
            opened.bulk_delete(some)
    assert TextModel.objects.count() == 2
    assert not TextModel.history.filter(history_type="-").exists()
