"""``manage.py resolve`` and its check."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from policies.bases import Status
from policies.models import Policy, Revision, Route, Tally, TextModel
from policies.resolution.audit import differences
from tests.factories import (
    assert_sound,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """The command's output."""
    out = StringIO()
    call_command("resolve", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def route() -> Route:
    """A restricted route of an allowed model."""
    return make_route(make_model(license=make_license()), make_provider(terms=make_terms()))


def test_it_finds_nothing_where_all_is_well(route):
    assert run("--check") == "Every stored answer equals its recomputation.\n"


def test_it_opens_no_revision_where_nothing_differs(route):
    before = Revision.objects.count()
    assert run() == "Every answer is as the rules say: nothing changed.\n"
    assert Revision.objects.count() == before


def test_it_lists_a_wrong_answer_and_fails(route):
    Policy.objects.filter(pk=route.policy_id).update(
        status=Status.ALLOWED, basis="provider-output-use-terms"
    )
    out = StringIO()
    with pytest.raises(CommandError, match="Differences found: 2"):
        call_command("resolve", "--check", stdout=out)
    assert "stored allowed (provider-output-use-terms), recomputed disallowed" in out.getvalue()


def test_it_writes_nothing_when_it_only_checks(route):
    Policy.objects.filter(pk=route.policy_id).update(note="Damaged.")
    before = Revision.objects.count()
    with pytest.raises(CommandError):
        run("--check")
    assert Policy.objects.get(pk=route.policy_id).note == "Damaged."
    assert Revision.objects.count() == before


def test_it_lists_twenty_differences_and_counts_the_others(route):
    other = make_route(make_model(), make_provider()).policy_id
    models = [make_model(license=make_license()) for _ in range(22)]
    TextModel.objects.filter(pk__in=[model.pk for model in models]).update(policy=other)
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("resolve", "--check", stdout=out)
    lines = out.getvalue().splitlines()
    found = int(str(raised.value).removeprefix("Differences found: ").removesuffix("."))
    assert found > 22
    assert len(lines) == 21
    assert lines[-1] == f"and {found - 20} more"


@pytest.mark.parametrize("damage", ["answer", "pointer", "pointer that leads nowhere", "count"])
def test_it_repairs_what_was_damaged(route, damage):
    right = Policy.objects.get(pk=route.policy_id).answer
    if damage == "answer":
        Policy.objects.filter(pk=route.policy_id).update(
            status=Status.UNKNOWN, basis="provider-terms-unknown"
        )
    elif damage == "pointer":
        Route.objects.filter(pk=route.pk).update(policy=route.model.policy)
    elif damage == "pointer that leads nowhere":
        Route.objects.filter(pk=route.pk).update(policy=2**40)
        assert "points at 1099511627776" in " ".join(differences())
    else:
        Tally.objects.update(routes=7)
    out = run()
    route.refresh_from_db()
    assert route.policy.answer == right
    if damage != "count":
        newest = Revision.objects.current()
        assert out == f"Recomputed as revision {newest.number}.\n"
        assert (newest.actor, newest.via) == ("resolve", "command")
    assert_sound()
