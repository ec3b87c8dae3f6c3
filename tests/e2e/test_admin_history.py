"""The way back in a browser: two versions compared, a revert through its impact, and a revision undone."""

from __future__ import annotations

import re

import pytest

from policies.models import License, Revision, Route
from tests.e2e.axe_allowed import unexplained
from tests.factories import CLOSED, editing, save
from tests.invariants import assert_invariants

pytestmark = pytest.mark.e2e

HISTORY = "/admin/policies/license/{}/history/"


def answers() -> dict[int, str]:
    """Route → status, as stored."""
    return dict(Route.objects.values_list("pk", "policy__status"))


def problems(visitor) -> list[str]:
    """What is wrong with the page that is open, whoever looks at it."""
    found = [*visitor.csp_complaints(), *(["overflows"] if visitor.overflows() else [])]
    found += unexplained(visitor.violations())
    visitor.console.clear()  # axe trips the policy itself
    return found


def closed_llama() -> License:
    """The license as somebody misread it, with revision 2."""
    llama = License.objects.get(slug="llama-3.1")
    save(llama, basis=CLOSED, note="Misread.")
    return llama


def test_it_takes_a_curator_back_without_script(visit, curator):
    before = answers()
    llama = closed_llama()
    flipped = answers()
    assert flipped != before
    visitor = visit(width=390, user=curator, javascript=False)

    page = visitor.open(f"/admin/policies/license/{llama.pk}/change/")
    page.get_by_role("link", name="History").click()
    page.get_by_label("From revision 1", exact=True).check()
    page.get_by_role("button", name="Compare the two chosen versions").click()
    compared = page.get_by_role("table", name="Differences").inner_text()
    assert "Misread." in compared
    assert CLOSED in compared

    page.get_by_role("button", name="Revert to this version of revision 1").click()
    page.get_by_role("heading", name="What this save would change").wait_for()
    assert page.input_value("#id_reason").startswith("Revert to version 1 of 20")
    assert answers() == flipped
    page.get_by_role("button", name="Back", exact=True).click()
    page.get_by_role("button", name="Revert to this version of revision 1").click()
    page.get_by_role("button", name=re.compile("^Allow 62 routes")).click()
    page.get_by_text("is again as in version 1").wait_for()
    assert answers() == before
    assert "Revert to version 1" in page.get_by_role("table", name="Versions").inner_text()
    assert_invariants()

    visitor.open("/revisions/3/").get_by_role("link", name="Undo this revision").click()
    assert page.input_value("#id_reason").startswith("Undo of revision 3: Revert to version 1")
    page.get_by_role("button", name="Undo revision 3").click()
    page.get_by_text("Revision 3 is undone.").wait_for()
    assert answers() == flipped
    assert Revision.objects.current().actor == "curator"
    assert not visitor.overflows()
    assert_invariants()


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_it_shows_the_way_back_to_everybody(visit, curator, theme, width):
    llama = closed_llama()
    with editing() as opened:
        gone = list(Route.objects.order_by("pk").values_list("pk", flat=True)[:2])
        for route in Route.objects.filter(pk__in=gone):
            opened.delete(route)
    visitor = visit(theme=theme, width=width, user=curator)
    found = {}
    for path in (
        f"{HISTORY.format(llama.pk)}?from=1&to=2",
        f"{HISTORY.format(llama.pk)}?from=1&to=9",
        f"/admin/policies/route/{gone[0]}/history/",
        "/admin/policies/revision/2/undo/",
        "/admin/policies/revision/3/undo/",
        "/admin/policies/revision/1/undo/",
    ):
        page = visitor.open(path)
        assert page.locator("h1").count() == 1
        if wrong := problems(visitor):
            found[path] = wrong
    assert found == {}
    page = visitor.open("/admin/policies/revision/1/undo/")
    assert "stand in the way" in page.get_by_role("main").inner_text()

    page = visitor.open("/admin/policies/revision/3/undo/")
    page.get_by_role("button", name="Undo revision 3").click()
    page.get_by_text("Revision 3 is undone.").wait_for()
    assert Route.objects.filter(pk__in=gone).count() == 2
    assert_invariants()
