"""Any page for a past moment: marked, linked to its own past, and exact."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from policies.models import License, Revision
from policies.views import carrying
from tests.factories import (
    CLOSED,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = FIRST + timedelta(days=10)
PRESENT_ONLY = ("/admin/", "/api/", "/login/", "/logout/")


@pytest.fixture
def model():
    """The first revision records an open license and two routes."""
    with editing(at=FIRST):
        license = make_license("open", name="Open")
        model = make_model("lab/one", license, owner="Lab", aliases=["one"])
        for _ in range(2):
            make_route(model, make_provider(terms=make_terms()))
    return model


def go_on(model):
    """The second revision closes the license, renames the model, drops a route and adds two."""
    with editing(at=LATER) as opened:
        license = License.objects.get()
        license.basis = CLOSED
        opened.save(license)
        model.name = "Number one"
        opened.save(model)
        opened.delete(model.routes.last())
        make_terms("late")
        for _ in range(2):
            make_route(model, terms=make_terms())


@pytest.fixture
def history(model):
    """Both."""
    go_on(model)
    return model


def now_and_then(history):
    """The addresses of every kind of page."""
    route = history.routes.select_related("provider").first()
    return [
        *(reverse(name) for name in PLAIN),
        "/routes/?status=allowed&q=one",
        "/search/?q=one",
        history.get_absolute_url(),
        route.get_absolute_url(),
        route.provider.get_absolute_url(),
        "/licenses/open/",
        "/revisions/1/",
        "/terms/",
    ]


MOMENTS = {
    "2026-02-28": 0,
    "2026-03-01": 1,
    "2026-03-01T11:59:59Z": 0,
    "2026-03-01T12:00Z": 1,
    "2026-03-01T14:00:00+02:00": 1,
    "2026-03-01T12:00:00+00:30": 0,
    "2026-03-11": 2,
    "r1": 1,
    "2": 2,
    "r0": 0,
}
WRONG = """
yesterday 2026-13-01 2026-02-30 2999-01-01 2999-01-01T00:00Z r3 20260301 2026-03-01T12:00 2026-W10-1
٢٠٢٦-٠٣-٠١ r-1 999999999999999999999999999999 0001-01-01T00:00+05:00 0000-01-01 <b>
"""
WRONG = ["", " ", "\0", *WRONG.split()]

PLAIN = [
    *("home", "models", "routes", "licenses", "providers", "families", "owners", "matrix"),
    *("matrix-families", "compare", "flips", "revisions", "rules", "about"),
]


MARKS = re.compile(
    r'<aside class="past".*?</aside>|<details class="when">.*?</details>|(\?|&amp;|%3F|%26)as_of(=|%3D)r1'
    r'|<input type="hidden" name="as_of" value="r1">',
    re.DOTALL,
)


def unmarked(page):
    return MARKS.sub("", page.html).split()


def test_it_shows_every_page_as_it_was(visit, model):
    """Byte for byte, but for the marks of the past; though everything has changed since."""
    addresses = now_and_then(model)
    with time_machine.travel(FIRST, tick=False):
        kept = {address: unmarked(visit(address)) for address in addresses}
    go_on(model)
    for address in addresses:
        assert unmarked(visit(with_moment(address, "r1"))) == kept[address], address
        if address not in ("/rules/", "/revisions/1/", "/compare/"):
            assert unmarked(visit(address)) != kept[address], f"{address} shows no change"


def test_it_marks_every_page_of_the_past(visit, history):
    for address in now_and_then(history):
        page = visit(with_moment(address, "2026-03-05"))
        assert "As of 2026-03-05." in page.text(page.find("aside", "past")[0])
        assert "revision 1 of 2026-03-01 12:00 UTC" in page.text()
        assert "Revision 2" not in page.main()


def test_it_counts_as_of_then(visit, history):
    assert "2 routes" in visit("/routes/?as_of=2026-03-05").main()
    assert "3 routes" in visit("/routes/?as_of=2026-03-11").main()
    assert "0 of 2 routes" in visit("/routes/?status=allowed&as_of=2026-03-05").main()
    assert "2 routes" in visit("/routes/?status=disallowed&as_of=2026-03-05").main()


def test_it_understands_days_times_and_revisions(visit, history):
    for text, number in MOMENTS.items():
        page = visit(with_moment("/licenses/", text))
        shown = f"revision {number} of" if number else "nothing was recorded by then"
        assert shown in page.text(page.find("aside", "past")[0]), text


@pytest.mark.parametrize("address", ["/", "/routes/?status=allowed", "/licenses/open/"])
def test_it_refuses_what_is_no_moment_and_shows_nothing(address, visit, history):
    for text in WRONG:
        page = visit(with_moment(address, text), status=400)
        assert "so no page is shown" in page.main()
        assert text.strip("\0 ") in page.main()
        assert "Accepted, for example" in page.main()
        assert not page.find("table")
        assert "lab/one" not in page.main()


def test_it_refuses_a_moment_that_is_given_twice(visit, history):
    page = visit("/routes/?as_of=2026-03-01&as_of=2026-03-02", status=400)
    assert "“as_of” is given 2 times" in page.main()


@pytest.mark.parametrize("name", ["csv", "json"])
def test_it_refuses_in_the_format_that_was_asked_for(name, client, settings, history):
    settings.PUBLIC_READ = True
    answer = client.get(f"/routes/?format={name}&as_of=never")
    assert answer.status_code == 400
    assert "As of “never” is not a day" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_it_says_when_nothing_was_recorded_by_then(visit, history):
    for address in ["/", *(reverse(name) for name in PLAIN)]:
        page = visit(with_moment(address, "2026-02-01"))
        assert "nothing was recorded by then" in page.text()
        assert "Nothing was recorded by then" in page.main()


def test_it_marks_a_page_that_was_not_there_yet(visit, history):
    page = visit("/terms/late/?as_of=2026-03-05", status=404)
    assert "As of 2026-03-05." in page.text()
    assert "this says nothing about permission" in page.main()
    assert page.links()["See this page as it is now"] == "/terms/late/"
    assert "late" in visit("/terms/late/").main()


def test_it_leads_to_pages_of_the_same_past(as_curator, history):
    for address in now_and_then(history):
        page = as_curator(with_moment(address, "2026-03-05"))
        for element in page.find("a"):
            target = urlsplit(element.get("href") or "")
            moment = parse_qs(target.query).get("as_of")
            own = not target.netloc and not target.path.startswith(PRESENT_ONLY)
            if not own or not (target.path or target.query) or "data-now" in element.attrib:
                assert moment is None
            else:
                assert moment in (["2026-03-05"], ["r0"], ["r1"]), element.get("href")
        for form in page.find("form"):
            given = [e.get("value") for e in form.iter("input") if e.get("name") == "as_of"]
            assert given == ([] if form.get("method") == "post" else ["2026-03-05"])


def test_it_leads_back_to_the_present(visit, history):
    page = visit("/routes/?as_of=r1&status=allowed&q=one")
    assert page.links()["See this page as it is now"] == "/routes/?status=allowed&q=one"
    assert visit("/?as_of=r1").links()["See this page as it is now"] == "/"
    assert not visit("/routes/").find("aside", "past")


def test_it_asks_for_a_date_and_keeps_the_question(visit, history):
    page = visit("/routes/?status=disallowed&size=25&q=one")
    form = next(f for f in page.find("form") if page.text(f).startswith("End of the day"))
    inputs = {e.get("name"): e.get("value") for e in form.iter("input")}
    assert inputs == {"status": "disallowed", "size": "25", "q": "one", "as_of": None}
    assert form.get("action") == "/routes/"


def test_it_follows_another_spelling_into_the_past(client, settings, history):
    settings.PUBLIC_READ = True
    answer = client.get("/models/one/?as_of=2026-03-05")
    assert answer.headers["Location"] == "/models/lab/one/?as_of=2026-03-05"


def test_it_costs_at_most_one_query_more_than_the_present(client, settings, history):
    settings.PUBLIC_READ = True
    newest = Revision.objects.current_number()
    for address in now_and_then(history):
        if "q=" in address:  # a search asks once more, for names that only Python folds
            continue
        client.get(address)  # what is read once per process is read
        cache.clear()
        now = queries_of(client, address)
        cache.clear()
        assert queries_of(client, with_moment(address, f"r{newest}")) <= now + 1, address


def queries_of(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def with_moment(address, text):
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'as_of': text})}"


CARRIED = {
    '<a href="/routes/">': '<a href="/routes/?as_of=r1">',
    '<a class="b" href="/routes/?q=a&amp;x=%2F#top" title="t">': (
        '<a class="b" href="/routes/?q=a&amp;x=%2F&amp;as_of=r1#top" title="t">'
    ),
    '<a href="?sort=-id">': '<a href="?sort=-id&amp;as_of=r1">',
    '<a href="?">': '<a href="?as_of=r1">',
    '<a href="/models/lab/one%2Ftwo/">': '<a href="/models/lab/one%2Ftwo/?as_of=r1">',
    '<form action="/routes/">x</form>': (
        '<form action="/routes/"><input type="hidden" name="as_of" value="r1">x</form>'
    ),
    "<form>x</form>": '<form><input type="hidden" name="as_of" value="r1">x</form>',
}
LEFT = [
    '<a href="#main">',
    '<a href="">',
    '<a href="https://example.org/routes/">',
    '<a href="//example.org/routes/">',
    '<a href="mailto:a@example.org">',
    '<a href="/admin/">',
    '<a href="/static/css/tokens.css">',
    '<a href="/api/docs">',
    '<a href="/login/">',
    '<a href="/nowhere">',
    '<a href="/routes/?as_of=r2">',
    '<a href="/routes/?q=1&amp;as_of=r2">',
    '<a href="/routes/" data-now>',
    '<form method="post" action="/routes/">x</form>',
    '<form action="/admin/">x</form>',
    '<form action="/routes/"><input name="as_of"></form>',
    '<link href="/routes/">',
]


@pytest.mark.parametrize(("before", "after"), CARRIED.items())
def test_it_carries_the_moment_along(before, after):
    assert carrying.html(before, "r1") == after


@pytest.mark.parametrize("text", LEFT)
def test_it_leaves_alone_what_knows_no_past_or_says_its_own(text):
    assert carrying.html(text, "r1") == text


def test_it_escapes_what_it_carries():
    page = carrying.html('<a href="/"></a><form>x</form>', '2026-03-01T12:00+02:00"')
    assert 'href="/?as_of=2026-03-01T12%3A00%2B02%3A00%22"' in page
    assert 'value="2026-03-01T12:00+02:00&quot;"' in page
