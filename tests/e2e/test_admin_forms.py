"""The form of a document in a browser: it teaches, shows what clients will see, and flags a twin."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session

from policies.models import ProviderTerms
from tests.e2e.axe_allowed import unexplained
from tests.factories import RESTRICTS

pytestmark = pytest.mark.e2e

ADD = "/admin/policies/providerterms/add/"


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_it_follows_the_typing(visit, curator, theme, width):
    visitor = visit(user=curator, theme=theme, width=width)
    page = visitor.open(ADD)
    guide, box = page.locator("details[open]"), page.locator("#clients-see")
    assert guide.get_attribute("data-basis") == "provider-terms-unknown"
    assert page.get_by_role("button", name="Show what clients will see").count() == 0

    page.select_option("#id_basis", RESTRICTS)
    box.get_by_text("Provider terms restrict output use").wait_for()
    assert guide.get_attribute("data-basis") == RESTRICTS
    page.fill("#id_note", "Outputs <b>must not</b> train")
    box.get_by_text("Outputs <b>must not</b> train. Model-level signal").wait_for()
    page.select_option("#id_evidence", "text-read")
    box.get_by_text("A quote is required").wait_for()
    page.fill("#id_quote", "You shall not train.")
    page.fill("#id_source_url", "https://fireworks.ai/terms-of-service/#4")
    page.fill("#id_label", "Own label")
    box.get_by_text("Own label.").wait_for()
    assert box.get_by_text("Before it can be saved").count() == 0
    _seen_by_everybody(visitor)

    page.fill("#id_name", "FIREWORKS AI terms")
    page.fill("#id_slug", "fireworks-again")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("has the same name and source URL").wait_for()
    _seen_by_everybody(visitor)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was added successfully").wait_for()
    assert ProviderTerms.objects.get(slug="fireworks-again").label == "Own label"


def test_it_says_so_where_the_server_cannot_be_asked(visit, curator):
    page = visit(user=curator).open(ADD)
    Session.objects.all().delete()
    page.fill("#id_note", "Typed after the login ended.")
    page.wait_for_selector("#clients-see.stale")
    after = "getComputedStyle(document.getElementById('clients-see'), '::after').content"
    assert "Not up to date" in page.evaluate(after)
    assert "Log in" not in page.locator("#clients-see").inner_text()


def test_it_teaches_without_javascript(visit, curator):
    page = visit(user=curator, javascript=False).open(ADD)
    page.locator(f"details[data-basis={RESTRICTS}] summary").click()
    page.get_by_text("build or train a competing model or service").wait_for()
    page.select_option("#id_basis", RESTRICTS)
    page.fill("#id_note", "Typed without a script.")
    page.get_by_role("button", name="Show what clients will see").click()
    box = page.locator("#clients-see")
    box.get_by_text("Typed without a script. Model-level signal").wait_for()
    box.get_by_text("A source URL is required").wait_for()
    assert page.url.endswith(f"{ADD}#clients-see")
    assert page.input_value("#id_note") == "Typed without a script."
    assert not ProviderTerms.objects.filter(note="Typed without a script.").exists()


def _seen_by_everybody(visitor) -> None:
    assert visitor.csp_complaints() == []
    assert not visitor.overflows()
    assert unexplained(visitor.violations()) == []
    visitor.console.clear()  # axe trips the policy itself
