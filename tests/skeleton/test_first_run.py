"""``manage.py first_run``: a curator and a catalog, made once."""

import io

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command

from policies.management.commands import first_run
from policies.models import CURATED, Policy, Revision, TextModel
from tests.factories import make_license, make_model

pytestmark = pytest.mark.django_db


def run() -> str:
    """Run the command and return what it printed."""
    out = io.StringIO()
    call_command("first_run", stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def recorded(db):
    """Something recorded, so that the bundled catalog (seconds) is not loaded."""
    return make_model(license=make_license())


def password_in(printed: str) -> str:
    """Return the password line: the last one that is indented."""
    return [line.strip() for line in printed.splitlines() if line.startswith("    ")][-1]


def test_it_makes_a_curator_whose_password_is_printed(recorded, rf):
    printed = run()
    user = authenticate(rf.post("/login/"), username="curator", password=password_in(printed))
    assert user is not None
    assert user.is_staff
    assert not user.is_superuser
    assert [group.name for group in user.groups.all()] == ["Curators"]


@pytest.mark.parametrize("model", CURATED, ids=lambda model: model.__name__)
@pytest.mark.parametrize("action", ["add", "change", "delete", "view"])
def test_it_lets_the_curator_curate(recorded, model, action):
    run()
    user = get_user_model().objects.get()
    assert user.has_perm(f"policies.{action}_{model._meta.model_name}")


@pytest.mark.parametrize("model", [Policy, Revision], ids=lambda model: model.__name__)
def test_it_lets_the_curator_only_see_what_is_resolved(recorded, model):
    run()
    user = get_user_model().objects.get()
    assert user.has_perm(f"policies.view_{model._meta.model_name}")
    for action in ("add", "change", "delete"):
        assert not user.has_perm(f"policies.{action}_{model._meta.model_name}")


def test_it_gives_the_curator_no_power_over_accounts(recorded):
    run()
    granted = get_user_model().objects.get().get_all_permissions()
    assert {name.partition(".")[0] for name in granted} == {"policies"}


def test_it_changes_nothing_the_second_time(recorded):
    run()
    password, revision = get_user_model().objects.get().password, Revision.objects.current_number()
    assert run() == "Already set up.\n"
    assert get_user_model().objects.get().password == password
    assert Revision.objects.current_number() == revision


def test_it_makes_no_account_where_there_is_one(recorded):
    get_user_model().objects.create_user("ann")
    assert run() == "Already set up.\n"
    assert get_user_model().objects.count() == 1


def test_it_leaves_the_group_as_somebody_set_it(recorded):
    first_run.curators().permissions.clear()
    run()
    assert get_user_model().objects.get().get_all_permissions() == set()


def test_it_makes_no_account_when_the_group_cannot_be_made(recorded, monkeypatch):
    def broken():
        raise RuntimeError("no group")

    monkeypatch.setattr(first_run, "curators", broken)
    with pytest.raises(RuntimeError, match="no group"):
        run()
    assert not get_user_model().objects.exists()


def test_it_does_not_load_over_what_is_recorded(recorded):
    run()
    assert list(TextModel.objects.all()) == [recorded]


@pytest.mark.slow
def test_it_loads_the_starter_catalog_into_nothing():
    printed = run()
    assert TextModel.objects.count() == 1288
    assert Revision.objects.count() == 1
    assert password_in(printed)
    assert run() == "Already set up.\n"
