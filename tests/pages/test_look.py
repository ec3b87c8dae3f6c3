"""The shared frame and the tags that draw an answer: what every page has, and what none may have."""

import re

import pytest
from django.conf import settings as project
from django.template import Context, Template
from django.urls import reverse

from policies.bases import CAVEAT, ConditionKind, Evidence, Status
from policies.models import Policy, Route
from policies.trace import trace_of
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

CSS = project.BASE_DIR / "static" / "css"
SECTIONS = {
    "home": "Coverage",
    "models": "Models",
    "routes": "Routes",
    "licenses": "Licenses",
    "terms-list": "Terms",
    "providers": "Providers",
    "matrix": "Matrix",
    "revisions": "Changes",
    "rules": "Rules",
}


def draw(source, **context):
    return Template("{% load policies_ui %}" + source).render(Context(context)).strip()


@pytest.mark.parametrize("status", Status)
def test_it_says_a_status_by_shape_word_and_color(status):
    html = draw("{% badge status %}", status=status.value)

    assert f'href="#{status.tone}"' in html
    assert f">{status.label}</span>" in html
    assert f'class="st {status.tone}"' in html


@pytest.mark.parametrize(
    ("status", "conditions", "words"),
    [
        ("allowed", 0, ""),
        ("allowed", 1, "with 1 condition<"),
        ("allowed", 3, "with 3 conditions<"),
        ("disallowed", 3, ""),
        ("unknown", 3, ""),
    ],
)
def test_it_counts_conditions_only_where_they_bind(status, conditions, words):
    html = draw("{% badge status conditions=n %}", status=status, n=conditions)

    assert (words in html) if words else ("condition" not in html)


@pytest.mark.parametrize("status", ["", "permitted", "Allowed", None])
def test_it_draws_no_badge_for_what_is_no_status(status):
    """An error is better than a page that shows an answer nobody gave."""
    with pytest.raises(ValueError, match="is not a valid Status"):
        draw("{% badge status %}", status=status)


def test_it_has_a_word_for_no_answer():
    assert draw('{% badge_or "" "gone" %}') == '<span class="st">gone</span>'
    assert draw('{% badge_or "allowed" "gone" %}') == draw('{% badge "allowed" %}')


@pytest.mark.parametrize(
    ("level", "bars"), [("text-read", 3), ("excerpt-read", 2), ("secondary", 1), ("none", 0)]
)
def test_it_shows_evidence_as_a_gauge_with_words(level, bars):
    html = draw("{% evidence level %}", level=level)

    assert html.count('class="on"') == bars
    assert html.count('class="off"') == 3 - bars
    assert html.endswith(f"{Evidence(level).label}</span>")


def test_it_stacks_a_bar_that_fills_its_width():
    html = draw("{% bar split %}", split={"allowed": 1, "disallowed": 2, "unknown": 1})
    places = [
        (float(x), float(width))
        for x, width in re.findall(r'x="([\d.]+)%" y="-2" width="([\d.]+)%"', html)
    ]

    assert places == [(0.0, 25.0), (25.0, 50.0), (75.0, 25.0)]
    assert 'aria-label="1 allowed, 2 disallowed, 1 unknown"' in html
    assert "viewBox" not in html


def test_it_draws_an_empty_bar_of_nothing():
    html = draw("{% bar split %}", split={})

    assert "<rect" not in html
    assert "0 allowed, 0 disallowed, 0 unknown" in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("gpt-4", '<span class="mid">gpt-4</span>'),
        ("a/b", '<span class="mid"><span class="pre">a/</span><wbr>b</span>'),
        ("a/b/c", '<span class="mid"><span class="pre">a/b/</span><wbr>c</span>'),
        ("<b>/&", '<span class="mid"><span class="pre">&lt;b&gt;/</span><wbr>&amp;</span>'),
    ],
)
def test_it_breaks_ids_after_their_prefix_and_escapes_them(text, html):
    assert draw("{% model_id text %}", text=text) == html


def test_it_shows_zero_as_a_quiet_dash():
    assert draw("{% count 0 %}") == '<span class="q3">–</span>'
    assert draw("{% count 12345 %}") == "12,345"


@pytest.mark.parametrize("kind", ConditionKind)
def test_it_names_every_kind_of_condition(kind):
    assert draw("{{ kind|condition_label }}", kind=kind.value) == kind.label


# --- the trace -------------------------------------------------------------------------------------


def pair_of(license=None, terms=None):
    make_route(make_model(license=license), make_provider(terms=terms))
    found = Policy.objects.select_related("license", "terms")
    return found.get(pk=Route.objects.latest("pk").policy_id)


def traced(**documents):
    trace = trace_of(pair_of(**documents))
    return trace, draw('{% include "policies/_partials/trace.html" %}', trace=trace)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("license", "terms", "deciding"),
    [
        (ALLOWS, RESTRICTS, 1),
        (ALLOWS, PERMITS, 2),
        (ALLOWS, SILENT, 3),
        (CLOSED, SILENT, 4),
        (SILENT, SILENT, 5),
        (SILENT, PERMITS, 5),
    ],
)
def test_it_traces_every_rule_up_to_the_one_that_decides(license, terms, deciding):
    trace, html = traced(license=make_license("l", license), terms=make_terms("t", terms))

    assert [step.css for step in trace.steps] == [
        *["no"] * (deciding - 1),
        "hit",
        *["skip"] * (5 - deciding),
    ]
    assert [step.decides for step in trace.steps].index(True) == deciding - 1
    assert trace.steps[deciding - 1].status == trace.policy.status
    assert html.count("does not apply") == deciding - 1
    assert html.count("not reached") == 5 - deciding
    assert html.count('class="doc"') == 1


@pytest.mark.django_db
def test_it_opens_the_document_that_decides():
    license = make_license(
        "open-1.0",
        ALLOWS,
        name="Open License",
        quote="You may train <others>.",
        quote_section="2.b",
        note="Read by us",
        evidence="text-read",
        conditions=[{"kind": "naming", "detail": "Keep the name"}],
        internal_note="Nobody else should see this.",
    )
    trace, html = traced(license=license)

    assert [(part.document, part.role) for part in trace.documents] == [(license, "")]
    assert '<a href="/licenses/open-1.0/">Open License</a>' in html
    assert '<blockquote class="quote">You may train &lt;others&gt;.</blockquote>' in html
    assert "Section 2.b" in html
    assert "Text read" in html
    assert "never verified" in html
    assert 'href="https://licenses.example/open-1.0"' in html
    assert "Read by us." in html
    assert '<b>Naming</b><span>Keep the name<span class="sub">Open License</span></span>' in html
    assert "Nobody else" not in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("text-read", "No quote is recorded."),
        ("secondary", "No quote is recorded; the reading rests on others’ reports."),
        ("none", "No quote is recorded; the text has not been read."),
    ],
)
def test_it_says_when_there_is_no_quote(level, words):
    _, html = traced(terms=make_terms("bans", RESTRICTS, evidence=level))

    assert words in html
    assert "<blockquote" not in html


@pytest.mark.django_db
def test_it_says_when_nobody_speaks():
    trace, html = traced()

    assert trace.documents == ()
    assert "No license or provider terms are recorded." in html


# --- the frame -------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", SECTIONS)
def test_it_frames_every_section_alike(name, visit):
    make_route(make_model(license=make_license()))
    page = visit(reverse(name))
    nav = next(e for e in page.find("nav") if e.get("aria-label") == "Main")

    assert [page.text(a) for a in nav] == list(SECTIONS.values())
    assert [page.text(a) for a in nav if a.get("aria-current") == "page"] == [SECTIONS[name]]
    assert page.find("title")[0].text.endswith(" · nanopolicy")
    assert page.find("html")[0].get("lang") == "en"
    assert page.links()["Skip to content"] == "#main"
    assert CAVEAT in page.text(page.find("footer")[0])


@pytest.mark.django_db
def test_it_searches_from_everywhere(visit):
    form = next(e for e in visit("/rules/").find("form") if e.get("role") == "search")

    assert form.get("action") == "/search/"
    assert [e.get("name") for e in form.iter("input")] == ["q"]
    assert form.get("method") is None


@pytest.mark.django_db
def test_it_leads_nowhere_that_does_not_exist(visit, client):
    """Every address of the frame answers; none is a promise for later."""
    make_route(make_model(license=make_license()))
    page = visit("/")
    frame = [page.find("header")[0], page.find("footer")[0]]
    addresses = {a.get("href") for part in frame for a in part.iter("a")}

    assert len(addresses) >= 12
    for address in sorted(addresses):
        response = client.get(address)
        assert response.status_code == 200, address
        assert b"".join(response), address


@pytest.mark.django_db
def test_it_offers_the_admin_to_the_staff_alone(visit, client, django_user_model):
    assert visit("/rules/").links()["Log in"] == "/login/"

    client.force_login(django_user_model.objects.create_user("reader"))
    page = visit("/rules/")
    assert "Curate" not in page.links()
    assert "reader" in page.text(page.find("header")[0])

    client.force_login(django_user_model.objects.create_user("curator", is_staff=True))
    page = visit("/rules/")
    assert page.links()["Curate"] == "/admin/"
    assert page.texts("button")[-1] == "Log out"


@pytest.mark.django_db
def test_it_names_the_state_that_is_shown(visit):
    assert "Nothing is recorded yet" in visit("/rules/").main()

    make_license()
    page = visit("/rules/")
    assert page.links()["Revision 1"] == "/revisions/1/"


def test_it_takes_every_color_from_the_tokens():
    """Hue means status: a color that stands outside the tokens would mean something else."""
    for path in CSS.glob("*.css"):
        if path.name != "tokens.css":
            colors = re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", path.read_text())
            assert [c for c in colors if not re.fullmatch(r"#(fff|000)", c)] == [], path.name


def test_it_gives_every_token_a_light_and_a_dark_value():
    tokens = (CSS / "tokens.css").read_text()
    colored = re.findall(r"--([\w-]+):\s*([^;]*#[^;]*);", tokens)

    assert len(colored) >= 18
    assert [name for name, value in colored if not value.startswith("light-dark(")] == []


def test_it_loads_every_stylesheet_that_there_is():
    """Each page loads the common ones; what one kind of page needs is loaded there alone."""
    pages = (project.BASE_DIR / "templates" / "policies").rglob("*.html")
    named = "".join(path.read_text() for path in pages)
    loaded = set(re.findall(r"css/([\w-]+\.css)", named))

    assert loaded == {path.name for path in CSS.glob("*.css")} - {"admin.css"}


def test_it_loads_nothing_from_elsewhere():
    for path in [*CSS.glob("*.css"), *(project.BASE_DIR / "static/js").glob("*.js")]:
        assert not re.search(r"https?://|@import|url\((?!#)", path.read_text()), path.name
