"""The admin in a browser: accessible, inside the content policy, and the curator's whole way."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User

from policies.models import License, Policy, Revision, Route, Tally, TextModel
from tests.api.tokens import make_token
from tests.e2e.axe_allowed import unexplained
from tests.e2e.conftest import PASSWORD
from tests.factories import CLOSED, make_license, save
from tests.webhooks.receiver import make_hook

pytestmark = pytest.mark.e2e

CHANGE = "/admin/policies/{}/{}/change/"


def kinds() -> dict[str, str]:
    """Name → address of one page of each kind."""
    llama = License.objects.get(slug="llama-3.1").pk
    hook = make_hook().pk
    spare = make_license("spare").pk
    model = TextModel.objects.get(canonical_id="alibaba/qwen3-32b").pk
    return {
        "front page": "/admin/",
        "section": "/admin/policies/",
        "licenses": "/admin/policies/license/",
        "filtered, sorted, searched": (
            "/admin/policies/license/?q=llama&basis__exact=permissive-open-weights&o=2"
        ),
        "nothing found": "/admin/policies/license/?q=no-such-license",
        "terms": "/admin/policies/providerterms/",
        "families": "/admin/policies/family/",
        "models": "/admin/policies/textmodel/?_facets=True",
        "aliases": "/admin/policies/modelalias/",
        "providers": "/admin/policies/provider/",
        "routes": "/admin/policies/route/",
        "policies": "/admin/policies/policy/",
        "revisions": "/admin/policies/revision/",
        "changes": "/admin/policies/policychange/",
        "moves": "/admin/policies/move/",
        "tallies": "/admin/policies/tally/",
        "tokens": "/admin/policies/apitoken/",
        "new token": "/admin/policies/apitoken/add/",
        "token": CHANGE.format("apitoken", make_token()[0].pk),
        "license": CHANGE.format("license", llama),
        "new license": "/admin/policies/license/add/",
        "model": CHANGE.format("textmodel", model),
        "merge with": f"/admin/policies/textmodel/{model}/merge/?goes=qwen3",
        "merge": f"/admin/policies/textmodel/{model}/merge/?goes=alibaba/qwen3-235b-a22b",
        "split": f"/admin/policies/textmodel/{model}/split/",
        "route": CHANGE.format("route", Route.objects.earliest("pk").pk),
        "policy": CHANGE.format("policy", Policy.objects.earliest("pk").pk),
        "history": f"/admin/policies/license/{llama}/history/",
        "in use": f"/admin/policies/license/{llama}/delete/",
        "delete": f"/admin/policies/license/{spare}/delete/",
        "webhooks": "/admin/policies/webhook/",
        "new webhook": "/admin/policies/webhook/add/",
        "webhook": CHANGE.format("webhook", hook),
        "told": f"/admin/policies/delivery/?webhook__id__exact={hook}&state=waiting",
        "users": "/admin/auth/user/",
        "new user": "/admin/auth/user/add/",
        "user": f"/admin/auth/user/{User.objects.get().pk}/change/",
        "password": "/admin/password_change/",
    }


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_it_shows_every_kind_of_admin_page_to_everybody(visit, curator, theme, width):
    visitor = visit(theme=theme, width=width, user=curator)
    found = {}
    for kind, path in kinds().items():
        visitor.console.clear()
        page = visitor.open(path)
        problems = [*visitor.csp_complaints(), *(["overflows"] if visitor.overflows() else [])]
        problems += unexplained(visitor.violations())
        if page.locator("h1").count() != 1:
            problems.append("not exactly one h1")
        if problems:
            found[kind] = problems
    assert found == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_shows_refusals_to_everybody(visit, curator, theme):
    llama = License.objects.get(slug="llama-3.1")
    visitor = visit(theme=theme, user=curator)
    page = visitor.open(CHANGE.format("license", llama.pk))
    page.select_option("#id_basis", CLOSED)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="What this save would change").wait_for()
    assert visitor.csp_complaints() == []
    assert unexplained(visitor.violations()) == []

    visitor.console.clear()  # axe trips the policy itself
    save(License.objects.get(pk=llama.pk), note="Somebody else's note.")
    page.fill("#id_reason", "Section 1.b.i")
    page.get_by_role("button", name=re.compile("^Disallow")).click()
    table = page.get_by_role("table", name="Somebody else saved this record")
    assert "Somebody else's note." in table.inner_text()
    assert visitor.csp_complaints() == []
    assert unexplained(visitor.violations()) == []


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_it_shows_the_impact_to_everybody_and_lets_them_confirm_without_script(
    visit, curator, theme, width
):
    llama = License.objects.get(slug="llama-3.1")
    visitor = visit(theme=theme, width=width, user=curator, javascript=False)
    page = visitor.open(CHANGE.format("license", llama.pk))
    page.select_option("#id_basis", CLOSED)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="What this save would change").wait_for()
    assert not visitor.overflows()
    save(License.objects.get(pk=llama.pk), publisher="Meta Platforms")
    page.fill("#id_reason", "Section 1")
    page.get_by_role("button", name=re.compile("^Disallow")).click()
    kept = page.get_by_role("radiogroup", name="Basis: which to keep")
    kept.get_by_label("Mine").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.fill("#id_reason", "Section 1")
    page.get_by_role("button", name=re.compile("^Disallow")).click()
    page.get_by_text("got another answer").wait_for()
    llama.refresh_from_db()
    assert (llama.basis, llama.publisher) == (CLOSED, "Meta Platforms")


def test_it_assigns_a_license_to_all_that_match(visit, curator):
    visitor = visit(theme="dark", width=390, user=curator)
    page = visitor.open("/admin/policies/textmodel/?q=grok+code")
    found = TextModel.objects.search("grok code")
    count = found.count()
    assert count > 1
    page.check("#action-toggle")
    page.select_option("select[name=action]", "assign_license")
    page.locator("button[name=index]").click()  # Django names it Go or Run
    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("mit")
    page.get_by_role("option", name="MIT License", exact=True).click()
    page.select_option("[name=assign-license_evidence]", "publisher")
    assert not visitor.overflows()
    assert visitor.csp_complaints() == []
    assert unexplained(visitor.violations()) == []
    page.get_by_role("button", name=f"Assign to {count} models").click()
    page.fill("#id_reason", "Published as open weights.")
    page.get_by_role("button", name=re.compile("^Allow ")).click()
    page.get_by_text(f"{count} models changed, of {count} chosen.").wait_for()
    assert set(found.values_list("license__slug", "policy__status")) == {("mit", "allowed")}
    assert Revision.objects.current_number() == 2


def test_it_shows_the_admins_login_to_everybody(visit):
    for theme in ("light", "dark"):
        visitor = visit(theme=theme, width=390)
        page = visitor.open("/admin/login/")
        assert visitor.csp_complaints() == []
        assert unexplained(visitor.violations()) == []
        assert page.locator("h1").count() == 1


def answers() -> dict[int, str]:
    """Route → status, as stored."""
    return dict(Route.objects.values_list("pk", "policy__status"))


def test_it_takes_a_curator_from_the_login_to_the_flips(visit, curator):
    before, counts = answers(), Tally.objects.by_status()
    visitor = visit()
    page = visitor.open("/admin/")
    page.get_by_label("Username").fill("curator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    page.get_by_role("navigation", name="Curate").get_by_text("Licenses").click()
    page.locator("#searchbar").fill("llama 3.1")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Llama 3.1 Community License Agreement").click()

    page.select_option("#id_basis", "provider-output-use-restriction")
    page.fill("#id_note", "Outputs may train only models that carry the Llama name.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("62 routes and 17 models from allowed to disallowed").wait_for()
    assert page.get_by_role("table", name="Impact by direction").inner_text().count("62") == 1
    assert answers() == before

    page.get_by_role("button", name="Back to editing").click()
    assert page.input_value("#id_basis") == "provider-output-use-restriction"
    assert page.input_value("#id_note").startswith("Outputs may train")
    page.get_by_role("button", name="Save", exact=True).click()
    page.fill("#id_reason", "Read section 1.b.i again.")
    page.get_by_role("button", name="Disallow 62 routes and 17 models").click()
    page.get_by_text("71 routes and 17 models got another answer.").wait_for()
    page.get_by_role("link", name="Revision 2", exact=True).click()
    page.wait_for_url("**/revisions/2/")
    assert "Read section 1.b.i again." in page.get_by_role("main").inner_text()
    assert visitor.csp_complaints() == []

    governed = set(
        Route.objects.filter(policy__license__slug="llama-3.1").values_list("pk", flat=True)
    )
    flipped = {pk for pk, status in answers().items() if status != before[pk]}
    assert flipped
    assert flipped <= governed
    after = Tally.objects.by_status()
    gone = counts["routes"]["allowed"] - after["routes"]["allowed"]
    assert gone == len(flipped)
    assert after["routes"]["unknown"] == counts["routes"]["unknown"]

    model = TextModel.objects.filter(license__slug="llama-3.1").first()
    page = visitor.open(model.get_absolute_url())
    assert "Disallowed" in page.get_by_role("main").inner_text()
    shown = page.request.get(f"{visitor.base}/api/models/{model.canonical_id}/providers").json()
    own = [row for row in shown["providers"] if row["distillationPolicy"]["status"] == "disallowed"]
    assert own
    assert Revision.objects.current().actor == "curator"


def test_it_lets_a_curator_work_without_javascript(visit, curator):
    llama = License.objects.get(slug="llama-3.1")
    page = visit(user=curator, javascript=False).open(CHANGE.format("license", llama.pk))
    page.check("#id_conditions-territory-1-on")
    page.fill("[name=conditions-territory-1-detail]", "not in some countries")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("no answer changed").wait_for()
    llama.refresh_from_db()
    assert {"kind": "territory", "detail": "not in some countries"} in llama.conditions


def test_it_follows_the_admins_switch_of_theme(visit, curator):
    page = visit(user=curator, theme="light").open("/admin/")
    color = "getComputedStyle(document.body).backgroundColor"
    seen = {page.evaluate(color)}
    for _ in range(3):
        page.locator("button.theme-toggle").click()
        seen.add(page.evaluate(color))
    assert seen == {"rgb(253, 253, 254)", "rgb(17, 21, 27)"}
