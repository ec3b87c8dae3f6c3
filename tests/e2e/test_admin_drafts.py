"""A login that expires while a curator types, in a browser: nothing is lost, nothing is saved unasked."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session

from policies.models import License, Revision
from tests.e2e.axe_allowed import unexplained
from tests.e2e.conftest import PASSWORD

pytestmark = pytest.mark.e2e

NOTE = "Typed for an hour:\n“outputs” may train <only> Llama."


@pytest.mark.parametrize("javascript", [True, False])
def test_it_brings_what_was_typed_through_the_login(visit, curator, javascript):
    llama = License.objects.get(slug="llama-3.1")
    before = Revision.objects.current_number()
    visitor = visit(user=curator, theme="dark", width=390, javascript=javascript)
    page = visitor.open(f"/admin/policies/license/{llama.pk}/change/")
    page.fill("#id_note", NOTE)
    page.check("#id_conditions-territory-1-on")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_text("what you typed is kept on this page").wait_for()
    _seen_by_everybody(visitor, axe=javascript)
    for password in ("not-the-password", PASSWORD):
        page.get_by_label("Username").fill("curator")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="What you typed is kept").wait_for()
    _seen_by_everybody(visitor, axe=javascript)
    page.get_by_role("button", name="Continue editing").click()

    page.wait_for_selector("#id_note")
    assert page.input_value("#id_note") == NOTE
    assert page.is_checked("#id_conditions-territory-1-on")
    assert page.url.endswith(f"/admin/policies/license/{llama.pk}/change/")
    assert Revision.objects.current_number() == before

    page.get_by_role("button", name="Save", exact=True).click()
    page.fill("#id_reason", "Read once more.")
    page.locator("#impact_form button").first.click()
    page.wait_for_selector(".messagelist")
    llama.refresh_from_db()
    assert llama.note.replace("\r\n", "\n") == NOTE


def _seen_by_everybody(visitor, *, axe: bool) -> None:
    """``axe`` itself needs scripts."""
    assert visitor.csp_complaints() == []
    assert not visitor.overflows()
    assert visitor.page.locator("h1").count() == 1
    if axe:
        assert unexplained(visitor.violations()) == []
        visitor.console.clear()  # it trips the policy itself
