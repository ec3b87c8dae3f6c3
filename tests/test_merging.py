"""Two records of one model become one, one becomes two; nothing of either is lost."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from policies.merging import OWN_FIELDS, Merge, Split
from policies.models import ModelAlias, Revision, Route, TextModel
from policies.revisions import DocumentInUse, RevisionError
from policies.supposing import rehearsal
from policies.undoing import undoing
from tests.factories import (
    ALLOWS,
    CLOSED,
    assert_sound,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
)
from tests.invariants import assert_invariants

pytestmark = pytest.mark.django_db


@pytest.fixture
def twins() -> tuple[TextModel, TextModel]:
    """Two records of one model: one under an open license, one under a closed one, each with a route."""
    with editing():
        host = make_provider("host")
        open_, closed = make_license("open", ALLOWS), make_license("closed", CLOSED)
        stays = make_model("owner/twin", license=open_, name="Twin", context_length=8192)
        goes = make_model("Owner/Twin-1", license=closed, name="Twin 1", aliases=["twin-alias"])
        make_route(stays, host, provider_model_id="twin")
        make_route(goes, host, provider_model_id="twin-1")
    return fresh(stays), fresh(goes)


def fresh(model: TextModel) -> TextModel:
    return TextModel.objects.get(pk=model.pk)


def spellings(model: TextModel) -> set[str]:
    return set(model.aliases.values_list("name", flat=True))


class TestMerge:
    def test_it_moves_routes_and_spellings_and_keeps_the_gone_id_as_one(self, twins):
        stays, goes = twins
        with editing("The same weights.") as opened:
            Merge(stays, goes).carry_out(opened)

        assert list(TextModel.objects.values_list("canonical_id", flat=True)) == ["owner/twin"]
        assert spellings(stays) == {"owner/twin", "Owner/Twin-1", "twin-alias"}
        assert set(stays.routes.values_list("provider_model_id", flat=True)) == {"twin", "twin-1"}
        assert set(Route.objects.values_list("policy__status", flat=True)) == {"allowed"}
        assert TextModel.objects.search("twin-alias").get() == stays
        assert_invariants()

    def test_it_is_one_revision_that_says_who_moved_and_who_is_gone(self, twins):
        stays, goes = twins
        number = Revision.objects.current_number()
        with editing("The same weights.") as opened:
            Merge(stays, goes).carry_out(opened)

        newest = Revision.objects.current()
        assert (newest.number, newest.reason) == (number + 1, "The same weights.")
        moves = {
            (move.subject, move.before.status, move.after and move.after.status)
            for move in newest.moves.all()
        }
        assert moves == {
            ("twin-1", "disallowed", "allowed"),
            ("Owner/Twin-1", "disallowed", None),
        }

    def test_it_keeps_the_versions_of_both(self, twins):
        stays, goes = twins
        gone = goes.pk
        with editing() as opened:
            Merge(stays, goes, ["name"]).carry_out(opened)

        past = TextModel.history.filter(id=gone).order_by("history_id")
        assert list(past.values_list("history_type", flat=True)) == ["+", "-"]
        assert [v.name for v in fresh(stays).history.order_by("history_id")] == ["Twin", "Twin 1"]

    def test_it_keeps_the_fields_of_the_one_that_stays_and_takes_what_it_is_told(self, twins):
        stays, goes = twins
        found = Merge(stays, goes, ["license"])

        assert found.differing == ["name", "license", "context_length"]
        with editing() as opened:
            found.carry_out(opened)
        merged = fresh(stays)
        assert (merged.name, merged.context_length) == ("Twin", 8192)
        assert merged.license.slug == "closed"
        assert set(Route.objects.values_list("policy__status", flat=True)) == {"disallowed"}
        assert_sound()

    def test_it_answers_under_the_gone_id_now_and_as_before_in_the_past(self, twins, settings):
        settings.PUBLIC_READ = True
        stays, goes = twins
        before = Revision.objects.current_number()
        with editing() as opened:
            Merge(stays, goes).carry_out(opened)
        browser = Client()

        page = browser.get(reverse("model", args=["Owner/Twin-1"]), follow=True)
        assert page.redirect_chain[-1][0] == stays.get_absolute_url()
        assert page.context["model"] == stays
        rows = browser.get("/api/models/Owner%2FTwin-1/providers").json()
        assert rows["canonicalId"] == "owner/twin"
        assert len(rows["providers"]) == 2
        past = browser.get(goes.get_absolute_url(), {"as_of": f"r{before}"})
        assert past.context["model"].canonical_id == "Owner/Twin-1"

    def test_it_can_be_undone(self, twins):
        stays, goes = twins
        before = [dict(row) for row in TextModel.objects.order_by("pk").values(*OWN_FIELDS)]
        with editing() as opened:
            Merge(stays, goes, ["license", "name"]).carry_out(opened)
        with editing() as opened:
            undoing(opened.number - 1).write(opened)

        assert list(TextModel.objects.order_by("pk").values(*OWN_FIELDS)) == before
        again = TextModel.objects.spelled("twin-alias").get()
        assert again.canonical_id == "Owner/Twin-1"
        assert Route.objects.get(provider_model_id="twin-1").model == again
        assert_invariants()

    def test_it_does_nothing_where_one_part_fails(self, twins, monkeypatch):
        stays, goes = twins
        monkeypatch.setattr(
            "policies.revisions.OpenRevision.delete",
            lambda *args: (_ for _ in ()).throw(DocumentInUse("Planted.")),
        )
        with pytest.raises(RevisionError, match="Planted"), editing() as opened:
            Merge(stays, goes, ["name"]).carry_out(opened)

        assert spellings(goes) == {"Owner/Twin-1", "twin-alias"}
        assert fresh(stays).name == "Twin"
        assert_sound()


class TestSplit:
    def test_it_makes_a_model_of_chosen_spellings_and_routes(self, twins):
        _, source = twins
        new = TextModel(canonical_id="owner/other", name="Other", license=source.license)
        with editing("Other weights.") as opened:
            aliases = list(ModelAlias.objects.filter(name="twin-alias"))
            Split(source, new, aliases, list(source.routes.all())).carry_out(opened)

        assert spellings(new) == {"owner/other", "twin-alias"}
        assert spellings(source) == {"Owner/Twin-1"}
        assert [route.provider_model_id for route in new.routes.all()] == ["twin-1"]
        assert not TextModel.objects.search("twin-alias").exclude(pk=new.pk).exists()
        assert fresh(new).policy.status == "disallowed"
        assert Revision.objects.current().reason == "Other weights."
        assert_invariants()

    def test_it_takes_the_spelling_that_becomes_the_new_id_along(self, twins):
        _, source = twins
        new = TextModel(canonical_id="Twin-Alias", name="Other")
        with editing() as opened:
            Split(source, new, routes=list(source.routes.all())).carry_out(opened)

        assert spellings(new) == {"twin-alias"}
        assert Route.objects.get(model=new).policy.status == "unknown"
        assert_sound()

    def test_it_undoes_a_merge(self, twins):
        stays, goes = twins
        with editing() as opened:
            Merge(stays, goes).carry_out(opened)
        again = TextModel(canonical_id=goes.canonical_id, name="Twin 1", license=goes.license)
        with editing() as opened:
            aliases = list(ModelAlias.objects.filter(name="twin-alias"))
            routes = list(Route.objects.filter(provider_model_id="twin-1"))
            Split(fresh(stays), again, aliases, routes).carry_out(opened)

        assert spellings(again) == {"Owner/Twin-1", "twin-alias"}
        assert spellings(stays) == {"owner/twin"}
        assert Route.objects.get(model=again).policy.status == "disallowed"
        assert_invariants()

    def test_it_costs_the_same_for_many_routes(self, twins, django_assert_max_num_queries):
        stays, goes = twins
        with editing():
            for _ in range(20):
                make_route(goes)
        with django_assert_max_num_queries(12), rehearsal() as supposed:
            Merge(stays, goes).carry_out(supposed)
