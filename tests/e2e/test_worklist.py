"""The curator's worklist in a browser: through it with save and next, and readings that found nothing new."""

from __future__ import annotations

import pytest

from policies.models import License, Policy, Revision
from tests.e2e.axe_allowed import unexplained
from tests.invariants import assert_invariants

pytestmark = pytest.mark.e2e

PAGES = {
    "worklist": "/admin/worklist/",
    "one kind": "/admin/worklist/?kind=pass-through",
    "wrong kind": "/admin/worklist/?kind=nonsense",
    "read again": "/admin/policies/license/verify/?id={}",
    "from the worklist": "/admin/policies/license/{}/change/?next=worklist:undecided",
    "stale list": "/admin/policies/license/?attention=secondary",
}


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_it_shows_the_pages_of_the_work_to_everybody(visit, curator, theme, width):
    visitor = visit(theme=theme, width=width, user=curator)
    license = License.objects.get(slug="llama-3.1").pk
    for name, path in PAGES.items():
        visitor.open(path.format(license))
        assert visitor.csp_complaints() == [], name
        assert unexplained(visitor.violations()) == [], name
        assert not visitor.overflows(), name
        visitor.console.clear()


@pytest.mark.parametrize("javascript", [True, False])
def test_it_leads_through_the_worklist(visit, curator, javascript):
    page = visit(user=curator, javascript=javascript).open("/admin/worklist/?kind=undecided")
    names = page.locator("table.work a.name").all_inner_texts()
    page.locator("table.work a.name").first.click()
    assert page.locator("#id_name").input_value() == names[0]

    page.select_option("#id_basis", "closed-provider-restriction")
    page.fill("#id_source_url", "https://example.com/terms")
    page.select_option("#id_evidence", "secondary")
    page.click("text=Save and next")
    page.wait_for_selector("#impact_form")
    page.fill("#id_reason", "The owner's terms restrict outputs.")
    page.locator("#impact_form button").first.click()

    page.wait_for_selector(".messagelist")
    assert page.locator("#id_name").input_value() == names[1]
    assert License.objects.get(name=names[0]).basis == "closed-provider-restriction"
    page.goto(page.url.partition("/admin/")[0] + "/admin/worklist/?kind=undecided")
    assert names[0] not in page.locator("table.work a.name").all_inner_texts()
    assert_invariants()


def test_it_records_a_reading_in_one_step(visit, curator):
    before = list(Policy.objects.order_by("pk").values())
    license = License.objects.get(slug="apache-2.0")
    page = visit(user=curator).open(f"/admin/policies/license/{license.pk}/change/")
    page.click("text=Read again today, unchanged")
    page.wait_for_selector(".messagelist")

    license.refresh_from_db()
    assert license.verified_by == "curator"
    assert Revision.objects.current().reason == "Read again, unchanged."
    assert list(Policy.objects.order_by("pk").values()) == before
    assert_invariants()
