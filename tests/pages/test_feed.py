"""The Atom feed of the changes: well-formed, filtered as the list is, and cached by revision."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from policies.revisions import revision
from tests.factories import ALLOWS, CLOSED, editing, make_license, make_model, make_route, read_anew

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def recorded(kept):
    with editing(reason="Begin"):
        record = make_license("open-1.0", ALLOWS, name="Open & <Free> License")
        make_route(make_model("lab/open", record))
    edit(record, basis=CLOSED, reason="Read <b>again</b> & again.")
    return record


@pytest.fixture
def license(recorded, db):
    """Revision 1 makes an open license with a model and a route; 2 closes it."""
    (record,) = read_anew(recorded)
    return record


def edit(record, *, reason="Read it.", actor="curator-1", at=None, **changes):
    for name, value in changes.items():
        setattr(record, name, value)
    with revision(actor=actor, reason=reason, via="admin", at=at) as opened:
        opened.save(record)


@pytest.fixture
def read(client, settings):
    """The feed under some parameters, parsed."""
    settings.PUBLIC_READ = True

    def read_feed(query=""):
        response = client.get(f"/revisions/feed.atom{query}")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
        return ElementTree.fromstring(response.content)

    return read_feed


def texts(root, tag):
    return [element.text for element in root.iter(f"{ATOM}{tag}")]


def test_it_has_what_atom_asks_for(license, read):
    root = read("?actor=curator-1")

    assert root.tag == f"{ATOM}feed"
    for tag in ("title", "id", "updated"):
        assert len(root.findall(f"{ATOM}{tag}")) == 1
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {
        "alternate": "http://testserver/revisions/?actor=curator-1",
        "self": "http://testserver/revisions/feed.atom?actor=curator-1",
    }
    [entry] = root.findall(f"{ATOM}entry")
    for tag in ("title", "id", "updated", "summary", "author"):
        assert len(entry.findall(f"{ATOM}{tag}")) == 1
    assert entry.find(f"{ATOM}id").text.startswith("tag:testserver,")
    assert entry.find(f"{ATOM}id").text.endswith(":/revisions/2/")
    assert entry.find(f"{ATOM}link").get("href") == "http://testserver/revisions/2/"
    assert entry.find(f"{ATOM}author/{ATOM}name").text == "curator-1"
    assert datetime.fromisoformat(entry.find(f"{ATOM}updated").text)


def test_it_tells_the_reason_and_what_flipped_in_escaped_html(license, read):
    entry = read().find(f"{ATOM}entry")
    summary = entry.find(f"{ATOM}summary")

    assert entry.find(f"{ATOM}title").text == (
        "Revision 2: Open & <Free> License (1 allowed → disallowed)"
    )
    assert summary.get("type") == "html"
    assert "<p>Read &lt;b&gt;again&lt;/b&gt; &amp; again.</p>" in summary.text
    assert "basis permissive-open-weights → closed-provider-restriction" in summary.text
    assert "<li>1 route, 1 model: allowed → disallowed</li>" in summary.text


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [3, 2, 1]),
        ("?direction=any", [2]),
        ("?actor=curator-2", [3]),
        ("?via=command", [1]),
        ("?document=open-1.0&before=3", [2, 1]),
        ("?since=2031-01-01", [3]),
        ("?direction=&actor=curator-2", [3]),
    ],
)
def test_it_filters_as_the_list_does(query, numbers, license, read):
    edit(license, note="New.", actor="curator-2", at=datetime(2031, 5, 4, tzinfo=UTC))

    titles = texts(read(query), "title")[1:]
    assert [int(title.split(":")[0].split()[1]) for title in titles] == numbers


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("direction=up", "Direction “up” is not a value. Accepted: any, "),
        ("until=never", "Until “never” is not a value"),
        ("trend=models", "“trend” is not a filter of this list"),
        ("format=csv", "“format” is not a filter of this list"),
    ],
)
def test_it_refuses_a_wrong_address_in_words(query, told, license, client, settings):
    settings.PUBLIC_READ = True
    response = client.get(f"/revisions/feed.atom?{query}")

    assert response.status_code == 400
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert told in response.content.decode()


def test_it_answers_304_until_something_changes(license, client, settings):
    settings.PUBLIC_READ = True
    first = client.get("/revisions/feed.atom")
    asked = {"HTTP_IF_NONE_MATCH": first.headers["ETag"]}
    same = client.get("/revisions/feed.atom", **asked)
    assert (same.status_code, same.content) == (304, b"")
    assert client.get("/revisions/feed.atom?via=admin", **asked).status_code == 200
    since = {"HTTP_IF_MODIFIED_SINCE": first.headers["Last-Modified"]}
    assert client.get("/revisions/feed.atom", **since).status_code == 304

    edit(license, note="Another.", at=datetime(2031, 5, 4, tzinfo=UTC))
    assert client.get("/revisions/feed.atom", **asked).status_code == 200
    changed = client.get("/revisions/feed.atom", **since)
    assert changed.status_code == 200
    assert changed.headers["Last-Modified"] == "Sun, 04 May 2031 00:00:00 GMT"
    assert texts(ElementTree.fromstring(changed.content), "updated")[0] == (
        "2031-05-04T00:00:00+00:00"
    )


def test_it_carries_no_character_that_xml_refuses(license, read):
    edit(license, note="Third.", reason="A\x0bform \x1bfeed")

    assert "A\ufffdform" in texts(read(), "summary")[0]


def test_it_is_a_feed_before_the_first_revision(read):
    root = read()

    assert root.findall(f"{ATOM}entry") == []
    assert texts(root, "updated") == ["1970-01-01T00:00:00+00:00"]


def test_it_is_as_open_as_the_pages(client, settings):
    settings.PUBLIC_READ = False
    response = client.get("/revisions/feed.atom")

    assert response.status_code in (302, 401)


@pytest.mark.parametrize("more", [0, 3])
def test_it_asks_the_same_few_queries(more, license, client, settings, django_assert_num_queries):
    settings.PUBLIC_READ = True
    for n in range(more):
        edit(license, basis=ALLOWS if n % 2 else CLOSED, note=str(n))
    client.get("/revisions/feed.atom")

    with django_assert_num_queries(5):
        client.get("/revisions/feed.atom")
