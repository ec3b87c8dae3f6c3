"""The admin as a part of the product: its words, its navigation, nothing inline, dates in ISO form."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.template import Context, Template
from django.test import Client

from policies.admin.columns import iso, uses
from policies.admin.impact import Count, Impact
from policies.admin.teaching import LESSONS
from policies.bases import LAYER_BASES, Basis, Layer
from policies.models import License, Move, Policy, ProviderTerms, Revision, Route, TextModel
from policies.rules import standard_label
from tests.admin.catalog import make_rows
from tests.admin.conftest import staff
from tests.admin.pages import address, confirm, list_address, save_form
from tests.factories import RESTRICTS, make_license, make_model, make_route, save

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)[^>]*>\s*\S", re.IGNORECASE)


def pages() -> list[str]:
    """One page of each kind."""
    license, model = License.objects.earliest("pk"), TextModel.objects.earliest("pk")
    spare = make_license("spare")
    return [
        "/admin/",
        "/admin/policies/",
        list_address(License),
        list_address(Route),
        list_address(Policy),
        list_address(License, "add"),
        address(license),
        address(model),
        address(license, "delete"),
        address(spare, "delete"),
        address(license, "history"),
        "/admin/password_change/",
    ]


def test_it_has_nothing_inline_and_one_heading_and_the_policy(curating):
    make_rows(1)
    for path in pages():
        response = curating.get(path)
        page = response.content.decode()
        assert response.status_code == 200, path
        assert not INLINE.search(page), path
        assert page.count("<h1") == 1, path
        assert "default-src 'self'" in response["Content-Security-Policy"]
        assert "Informational, not legal advice." in page


def test_it_would_notice_an_inline_style_script_or_handler():
    for planted in ("<style>", '<p style="x">', '<a onclick="x">', "<script>x</script>"):
        assert INLINE.search(planted)
    assert not INLINE.search('<script src="/static/x.js"></script>')


def test_it_has_nothing_inline_where_a_save_is_refused(curating):
    record = make_license("open")
    make_model(license=record)
    asked = save_form(curating, record, basis=RESTRICTS).content.decode()
    assert "Say why" in asked
    assert not INLINE.search(asked)


def test_it_greets_at_the_login_with_one_heading():
    page = Client().get("/admin/login/").content.decode()
    assert page.count("<h1") == 1
    assert not INLINE.search(page)
    assert "<nav" not in page


def test_it_marks_the_open_list_in_the_navigation(curating):
    page = curating.get(list_address(ProviderTerms)).content.decode()
    assert '<a href="/admin/policies/providerterms/" aria-current="true">Terms</a>' in page
    assert page.count('aria-current="true"') == 1


def test_it_navigates_only_where_the_user_may_go(db):
    browser = Client()
    user = staff("some")
    user.user_permissions.add(
        *staff("all", "view").user_permissions.filter(codename="view_license")
    )
    browser.force_login(user)
    page = browser.get("/admin/").content.decode()
    navigation = page.split('aria-label="Curate"')[1].split("</nav>")[0]
    assert re.findall(r">([^<]+)</a>", navigation) == ["Worklist", "Licenses"]
    assert "Provider terms" not in page


def test_it_lists_the_tables_in_the_order_of_the_work(db):
    browser = Client()
    browser.force_login(User.objects.create_superuser("root"))
    page = browser.get("/admin/").content.decode()
    headings = re.findall(r'<h2 id="section-\d">([^<]+)</h2>', page)
    assert headings == ["Documents", "Catalog", "What follows", "Clients", "Accounts"]
    page = page.split('id="section-1"')[1]
    assert page.index("Provider terms") < page.index("Families") < page.index("Tallies")


def test_it_says_so_where_there_is_nothing_to_curate(db):
    browser = Client()
    browser.force_login(staff("new"))
    page = browser.get("/admin/").content.decode()
    assert "permission to view or edit anything" in page


def test_it_has_no_sections_without_tables():
    template = Template("{% load curate %}{% curate_sections apps as found %}{{ found|length }}")
    assert template.render(Context({"apps": []})) == "0"


@pytest.mark.parametrize("layer", LAYER_BASES)
def test_it_teaches_every_basis_with_clauses_and_its_label(curating, layer):
    record = {Layer.LICENSE: License, Layer.TERMS: ProviderTerms}[layer]
    page = unescape(curating.get(list_address(record, "add")).content.decode())
    for basis in LAYER_BASES[layer]:
        told = page.split(f'<details data-basis="{basis.value}"')[1].split("</details>")[0]
        lesson = LESSONS[layer, basis]
        assert basis.meaning in told
        assert lesson.criterion in told
        assert len(lesson.examples) == 2
        assert all(clause in told for clause in lesson.examples)
        assert standard_label(layer, basis) in told
        assert (" open>" in told) is (basis == Basis.PROVIDER_TERMS_UNKNOWN)
    assert set(LESSONS) == {(side, basis) for side, known in LAYER_BASES.items() for basis in known}


def test_it_explains_every_field_that_a_curator_fills_in(curating):
    form = curating.get(list_address(License, "add")).context["adminform"].form
    unexplained = [name for name, field in form.fields.items() if not field.help_text]
    assert unexplained == ["seen_version"]


def test_it_writes_dates_and_times_in_iso_form(curating, reading):
    record = make_license("open", verified_on="2026-03-04")
    make_model(license=record)
    assert "2026-03-04" in curating.get(list_address(License)).content.decode()
    assert "2026-03-04" in reading.get(address(record)).content.decode()
    newest = Revision.objects.current()
    assert f"{newest.at:%Y-%m-%d %H:%M}" in curating.get(list_address(Revision)).content.decode()
    assert iso(None) == "–"


def test_it_shows_what_appeared_moved_and_vanished(curating):
    route = make_route()
    save(route.model, license=make_license("open"))
    confirm(curating, curating.post(address(route, "delete"), {"post": "yes", "reason": "Gone."}))
    page = curating.get(list_address(Move)).content.decode()
    for word in ("appeared", "vanished", "no license × no terms", "open × no terms"):
        assert word in page
    vanished = Move.objects.filter(after=None).get()
    assert "vanished" in curating.get(address(vanished)).content.decode()


def test_it_says_where_a_model_has_its_license_from(curating):
    family = make_model(family=None).pk
    make_rows(1)
    page = curating.get(list_address(TextModel)).content.decode()
    assert "license-0 (family)" in page
    assert family


def test_it_leads_from_a_document_to_what_it_governs(curating):
    license = make_license("open")
    make_route(model=make_model(license=license))
    make_route()
    page = curating.get(address(license)).content.decode()
    link = f"/admin/policies/route/?policy__license__id__exact={license.pk}"
    assert f'<a href="{link}">1 route</a>' in page
    assert len(curating.get(link).context["cl"].result_list) == 1
    assert "Nothing uses it yet." in curating.get(list_address(License, "add")).content.decode()
    assert uses([(0, Route, {})]) == "Nothing uses it yet."


def test_it_counts_in_words():
    none = Count()
    assert Impact(Count(1, 0), none, none).behind == "1 route got another answer"
    assert Impact(none, Count(1200, 2), Count(0, 1)).behind == (
        "1,200 routes and 2 models appeared, 1 model vanished"
    )
    assert Impact(none, none, none).behind == ""
