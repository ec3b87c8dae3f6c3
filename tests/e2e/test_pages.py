"""Every page kind in both themes and at both widths: accessible, inside the policy, never sideways."""

from __future__ import annotations

import pytest

from policies.models import License, Route, TextModel
from tests.factories import CLOSED, save

pytestmark = pytest.mark.e2e

KINDS = {
    "home": "/",
    "models": "/models/?q=qwen&size=25",
    "no models": "/models/?q=nothing-is-called-so",
    "model": "/models/alibaba/qwen3-32b/",
    "routes": "/routes/?status=allowed&size=25",
    "wrong routes": "/routes/?status=alowed",
    "route": None,
    "licenses": "/licenses/?size=25",
    "license": "/licenses/llama-3.1/",
    "terms list": "/terms/?size=25",
    "terms": "/terms/openai-terms/",
    "providers": "/providers/?size=25",
    "provider": "/providers/groq/",
    "matrix": "/matrix/?cell=llama-3.1,openrouter-terms",
    "wrong matrix": "/matrix/?sort=size",
    "families": "/matrix/families/?cell=qwen3-open,openrouter",
    "compare": "/compare/",
    "nothing to compare": "/compare/models/?a=qwen3-32b&b=qwen3-32",
    "comparison": "/compare/terms/?a=openrouter-terms&b=nvidia-terms",
    "revisions": "/revisions/",
    "revision": "/revisions/2/",
    "older reading": "/licenses/llama-3.1/?version=1",
    "flips": "/flips/?size=25",
    "families of models": "/families/?size=25",
    "owners": "/owners/?size=25",
    "search": "/search/?q=llama",
    "past": "/models/?as_of=r1&q=qwen&size=25",
    "wrong moment": "/?as_of=yesterday",
    "rules": "/rules/",
    "about": "/about/",
    "API": "/api/docs",
    "not found": "/nowhere/",
}

READ_OUT = {("light", 1280), ("dark", 390)}
"""axe runs once in each theme and once at each width: a color does not depend on the width."""


@pytest.fixture(autouse=True)
def _public(settings, _catalog):
    settings.PUBLIC_READ = True
    save(License.objects.get(slug="llama-3.1"), basis=CLOSED, note="Read again.")


@pytest.mark.parametrize(
    ("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)]
)
def test_it_shows_every_kind_of_page_to_everybody(visit, theme, width):
    visitor = visit(theme=theme, width=width)
    found = {}
    for kind, path in KINDS.items():
        visitor.console.clear()
        visitor.open(path or f"/routes/{Route.objects.earliest('pk').pk}/")
        problems = [*visitor.csp_complaints(), *(["overflows"] if visitor.overflows() else [])]
        if (theme, width) in READ_OUT:
            problems += [f"{rule}: {nodes[:3]}" for rule, nodes in visitor.violations().items()]
        if problems:
            found[kind] = problems
    assert found == {}


def test_it_shows_the_login_to_everybody(visit):
    for theme in ("light", "dark"):
        visitor = visit(theme=theme, width=390)
        visitor.open("/login/")
        assert visitor.csp_complaints() == []
        assert visitor.violations() == {}


def test_it_would_notice_a_page_that_is_not_accessible(visit):
    visitor = visit()
    visitor.open("/rules/")
    visitor.page.evaluate(
        "document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=x>')"
    )

    assert "image-alt" in visitor.violations()


def test_it_would_notice_one_link_of_many_that_is_too_faint(visit):
    visitor = visit()
    visitor.open("/models/?size=25")
    assert "color-contrast" not in visitor.violations()
    visitor.page.evaluate(
        "[...document.querySelectorAll('tbody th a')].at(-1).style.color = '#ccc'"
    )

    assert "color-contrast" in visitor.violations()


def test_it_would_notice_a_style_that_the_policy_stops(visit):
    visitor = visit()
    visitor.open("/rules/")
    visitor.page.evaluate(
        "document.querySelector('h1').insertAdjacentHTML('afterend', '<p style=\"color: red\">x</p>')"
    )
    visitor.page.wait_for_timeout(100)

    assert visitor.csp_complaints()


def test_it_works_without_javascript(visit):
    page = visit(javascript=False).open("/models/")
    page.get_by_role("navigation", name="Filters").get_by_text("Disallowed").first.click()
    page.wait_for_url("**status=disallowed**")
    listed = TextModel.objects.with_status("disallowed").count()
    assert f"of {listed}" in page.get_by_role("main").inner_text()

    page.locator("main input[name=q]").fill("claude opus")
    page.locator("main button", has_text="Search").click()
    page.wait_for_url("**q=claude**")
    assert "status=disallowed" in page.url


def test_it_focuses_the_search_with_a_slash_and_finds(visit):
    page = visit().open("/")
    page.keyboard.press("/")
    page.keyboard.type("qwen3-32b")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=qwen3-32b")

    page.get_by_role("link", name="Qwen3 32B", exact=True).first.click()
    page.get_by_text("Why, rule by rule").first.click()
    assert page.get_by_text("The license allows, the provider is silent").first.is_visible()
