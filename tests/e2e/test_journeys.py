"""What reviewers come for, in a browser: an allowed route and why, yesterday's edit, a list to take along."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from django.utils import timezone

from policies.models import License, Route
from policies.revisions import revision
from tests.factories import CLOSED

pytestmark = pytest.mark.e2e


@pytest.fixture(autouse=True)
def _public(settings, _catalog):
    settings.PUBLIC_READ = True


def test_it_finds_an_allowed_route_of_a_qwen_model_and_says_why(visit):
    visitor = visit()
    page = visitor.open("/")
    page.keyboard.press("/")
    page.keyboard.type("qwen3-32b")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Qwen3 32B", exact=True).first.click()
    page.wait_for_url("**/models/alibaba/qwen3-32b/")

    served = Route.objects.filter(model__canonical_id="alibaba/qwen3-32b")
    allowed = served.with_status("allowed")
    assert f"{allowed.count()}" in page.locator("main").inner_text()
    page.get_by_text("Why, rule by rule").first.click()
    trace = page.locator("ol.trace").first
    assert trace.locator("li").count() == 5
    assert trace.locator("li.hit .st").inner_text().strip() == "Allowed"
    license = License.objects.get(slug="apache-2.0")
    assert license.quote[:40] in trace.inner_text()
    assert trace.locator(f'a[href="{license.source_url}"]').is_visible()
    assert visitor.csp_complaints() == []


def test_it_shows_what_yesterdays_edit_of_a_license_changed(visit):
    with revision(
        actor="alice",
        reason="Read section 1.b.i again.",
        via="admin",
        at=timezone.now() + timedelta(seconds=1),
    ) as opened:
        license = License.objects.get(slug="llama-3.1")
        license.basis = CLOSED
        opened.save(license)
    page = visit().open("/")
    page.get_by_role("navigation").get_by_role("link", name="Changes").click()
    main = page.get_by_role("main")
    assert "Read section 1.b.i again." in main.inner_text()
    page.get_by_role("link", name="Revision 2").first.click()
    page.wait_for_url("**/revisions/2/")
    shown = page.get_by_role("main").inner_text()
    assert "permissive-open-weights" in shown
    assert CLOSED in shown
    assert "62" in shown

    page = visit().open("/licenses/llama-3.1/?as_of=r1")
    assert page.locator("main .verdict, main").first.is_visible()
    assert "Allowed" in page.get_by_role("main").inner_text()
    page.get_by_role("navigation").get_by_role("link", name="Routes").click()
    page.wait_for_url("**as_of=r1**")


def test_it_takes_exactly_the_filtered_list_along(visit):
    page = visit().open("/routes/?q=qwen")
    page.get_by_role("navigation", name="Filters").get_by_text("Unknown").first.click()
    page.wait_for_url("**status=unknown**")
    with page.expect_download() as loading:
        page.get_by_role("link", name="CSV", exact=True).click()
    with loading.value.path().open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    expected = Route.objects.search("qwen").with_status("unknown")
    assert len(rows) == expected.count() > 0
    assert {row["status"] for row in rows} == {"unknown"}
