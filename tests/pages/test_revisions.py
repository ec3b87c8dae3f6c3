"""The list of revisions: who, when, why, and what flipped."""

from datetime import UTC, datetime

import orjson
import pytest

from policies.views import revisions as view
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    assert_sound,
    editing,
    make_license,
    read_anew,
)
from tests.pages.revisions import edit, flips, make_catalog, make_history

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalog():
    return make_catalog()


@pytest.fixture(scope="module")
def recorded(kept):
    catalog = make_catalog()
    make_history(catalog)
    return catalog


@pytest.fixture
def history(recorded, db):
    return read_anew(*recorded)


def test_it_lists_who_when_why_and_what_flipped(catalog, visit):
    license, _, _ = catalog
    number = edit(license, basis=CLOSED, at=datetime(2031, 5, 4, 9, 31, tzinfo=UTC))
    page = visit("/revisions/")
    newest = page.find("article", "rev")[0]

    assert number == 2
    assert page.texts("h2", "day")[0] == "4 May 2031"
    assert "4 flips in 1 revision" in page.main()
    assert page.text(newest).startswith("Revision 2 09:31 UTC curator-1, by admin Open License")
    assert "Read it again." in page.text(newest)
    assert "basis permissive-open-weights →to closed-provider-restriction" in page.text(newest)
    assert page.links()["Open License"] == "/licenses/open-1.0/"
    assert flips(page)[0] == "3Allowedto→Disallowedroutes, 1 model"
    assert_sound()


def test_it_tells_a_change_of_the_basis_alone(catalog, visit):
    _, _, terms = catalog
    edit(terms, basis=RESTRICTS)
    edit(terms, basis=CLOSED)

    assert flips(visit("/revisions/"))[0] == "3Disallowedto→Disallowedroutes, basis only"


def test_it_says_when_nothing_flipped(catalog, visit):
    edit(catalog[0], note="Another note.")

    newest = visit("/revisions/").find("article", "rev")[0]
    assert "No answer flipped." in "".join(newest.itertext())


def test_it_does_not_link_to_what_was_deleted(visit):
    license = make_license("gone", name="Gone License")
    with editing() as opened:
        opened.delete(license)
    page = visit("/revisions/")

    assert "Gone License" in page.main()
    assert "Gone License" not in page.links()


def test_it_links_to_the_name_of_today(catalog, visit):
    edit(catalog[0], slug="open-2.0")

    assert visit("/revisions/1/").links()["Open License"] == "/licenses/open-2.0/"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("actor=curator-2", [5, 3]),
        ("via=admin", [5, 3, 2]),
        ("direction=any", [4, 2]),
        ("direction=allowed-disallowed", [2]),
        ("direction=disallowed-allowed", [4]),
        ("direction=appeared", [1]),
        ("direction=vanished", []),
        ("document=open-1.0", [4, 3, 2, 1]),
        ("document=bans", [1]),
        ("since=2031-05-05", [5, 4]),
        ("since=2031-05-04&until=2031-05-04", [3, 2]),
        ("actor=curator-2&via=admin&direction=&document=&since=&until=2031-05-04", [3]),
        ("actor=&via=&direction=&document=&since=&until=", [5, 4, 3, 2, 1]),
    ],
)
def test_it_filters(query, expected, history, visit):
    shown = visit(f"/revisions/?{query}").find("article", "rev")

    assert [int(article.find("header/a").text.split()[1]) for article in shown] == expected


def test_it_says_that_nothing_matches(history, visit):
    page = visit("/revisions/?since=2031-05-06")

    assert "No revision matches these filters" in page.main()
    assert page.links()["All changes"] == "/revisions/"


def test_it_keeps_what_was_asked_in_the_form(history, visit):
    page = visit("/revisions/?actor=curator-2&via=admin&since=2031-05-04")
    chosen = [page.text(e) for e in page.find("option") if e.get("selected") is not None]

    assert chosen == ["curator-2", "Admin"]
    assert "2031-05-04" in [e.get("value") for e in page.find("input")]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("via=door", "Via “door” is not a value"),
        ("actor=nobody", "Actor “nobody” is not a value"),
        ("actor=%00", "is not a value"),
        ("direction=allowed", "Direction “allowed” is not a value"),
        ("document=nothing", "Document “nothing” is not a value"),
        ("document=%00", "is not a value"),
        ("since=yesterday", "Since “yesterday” is not a value"),
        ("since=2031-02-30", "Since “2031-02-30” is not a value"),
        ("since=0000-01-01", "is not a value"),
        ("until=9999-12-31&until=9999-12-31", "“until” is given 2 times"),
        ("before=0", "Before “0” is not a value"),
        ("after=two", "After “two” is not a value"),
        (f"before=1{'0' * 20}", "is not a value"),
        ("before=2&after=1", "cannot be asked for at once"),
        ("trend=families", "Trend “families” is not a value"),
        ("format=xml", "Format “xml” is not a value"),
        ("page=2", "“page” is not a filter of this list"),
        ("curator=curator-1", "“curator” is not a filter of this list"),
    ],
)
def test_it_refuses_a_wrong_address_and_shows_no_list(query, told, history, visit):
    page = visit(f"/revisions/?{query}", status=400)

    assert told in page.main()
    assert "so no list is shown" in page.main()
    assert page.find("article", "rev") == []


def test_it_takes_the_last_day_that_there_is(history, visit):
    assert len(visit("/revisions/?until=9999-12-31").find("article", "rev")) == 5


def numbers_of(page):
    return [int(a.find("header/a").text.split()[1]) for a in page.find("article", "rev")]


def test_it_pages_by_numbers_and_keeps_the_filters(history, visit, monkeypatch):
    monkeypatch.setattr(view.RevisionContract, "default_size", 2)
    page = visit("/revisions/?actor=curator-2")
    assert numbers_of(page) == [5, 3]
    assert "2 of 2 revisions" in page.main()
    assert not {"Older →", "← Newer", "Newest"} & page.links().keys()

    page = visit("/revisions/?via=admin")
    assert numbers_of(page) == [5, 3]
    assert "2 of 3 revisions" in page.main()
    assert page.links()["Older →"] == "?via=admin&before=3"

    page = visit("/revisions/?via=admin&before=3")
    assert numbers_of(page) == [2]
    assert "Older →" not in page.links()
    assert page.links()["← Newer"] == "?via=admin&after=2"
    assert numbers_of(visit("/revisions/?via=admin&after=2")) == [5, 3]


def test_it_repeats_and_drops_nothing_while_revisions_are_added(history, visit, monkeypatch):
    monkeypatch.setattr(view.RevisionContract, "default_size", 2)
    first = visit("/revisions/")
    edit(history[0], note="Meanwhile.")
    second = visit(f"/revisions/{first.links()['Older →']}")

    assert numbers_of(first) + numbers_of(second) == [5, 4, 3, 2]


def test_it_links_its_feed_and_file_with_the_filters(history, visit):
    page = visit("/revisions/?via=admin&since=2031-05-04")

    assert (
        page.links()["Atom feed of this list"] == "/revisions/feed.atom?via=admin&since=2031-05-04"
    )
    assert page.links()["CSV"] == "?via=admin&since=2031-05-04&format=csv"
    [alternate] = [e for e in page.find("link") if e.get("rel") == "alternate"]
    assert alternate.get("href") == "/revisions/feed.atom?via=admin&since=2031-05-04"
    assert alternate.get("type") == "application/atom+xml"


def test_it_finds_a_document_by_a_former_name_and_after_its_deletion(catalog, visit):
    edit(catalog[0], slug="open-2.0")
    assert numbers_of(visit("/revisions/?document=open-1.0")) == [2, 1]
    assert numbers_of(visit("/revisions/?document=open-2.0")) == [2, 1]

    gone = make_license("gone")
    with editing() as opened:
        opened.delete(gone)
    assert numbers_of(visit("/revisions/?document=gone")) == [4, 3]


def test_it_counts_a_move_between_pairs_that_answer_alike_as_no_flip(catalog, visit):
    number = edit(catalog[1], license=make_license("also-open", ALLOWS))

    assert number not in numbers_of(visit("/revisions/?direction=any"))
    assert number not in numbers_of(visit("/revisions/?direction=basis"))


def lines(response):
    return b"".join(response).decode().splitlines()


def test_it_gives_the_same_list_as_a_file(history, visit, client, monkeypatch):
    monkeypatch.setattr(view, "AT_ONCE", 1)
    response = client.get("/revisions/?direction=any&format=csv")
    head, *rows = lines(response)

    assert head.startswith("revision,at,actor,via,reason,documents,before_status,after_status")
    assert [row.split(",")[0] for row in rows] == ["4", "2"]
    assert rows[1].endswith("curator-1,admin,Read it again.,open-1.0,allowed,disallowed,3,1")
    assert "nanopolicy-changes-r5.csv" in response.headers["Content-Disposition"]

    document = orjson.loads(b"".join(client.get("/revisions/?actor=curator-2&format=json")))
    assert document["meta"]["filters"] == {"actor": "curator-2"}
    assert [row["revision"] for row in document["data"]] == [5, 3]
    assert document["data"][0]["before_status"] is None


def test_it_says_null_in_a_file_for_an_answer_that_is_new(history, visit, client):
    document = orjson.loads(b"".join(client.get("/revisions/?format=json")))
    first = [row for row in document["data"] if row["revision"] == 1 and row["after_status"]]

    assert first
    assert {row["before_status"] for row in first} == {None}


def test_it_refuses_a_file_of_a_wrong_question(history, visit, client):
    told = client.get("/revisions/?direction=up&format=csv")
    assert told.status_code == 400
    assert "Direction “up” is not a value. Accepted: any, " in told.content.decode()

    told = client.get("/revisions/?direction=up&format=json")
    assert told.status_code == 400
    assert orjson.loads(told.content)["problems"][0]["parameter"] == "direction"


def test_it_is_empty_before_the_first_revision(visit):
    assert "Nothing has been recorded yet" in visit("/revisions/").main()


EVERY_FILTER = "&".join(
    ["direction=any", "document=open-1.0", "actor=curator-1", "via=admin", "since=2020-01-01"]
)


@pytest.mark.parametrize("query", ["", EVERY_FILTER])
@pytest.mark.parametrize("more", [0, 2])
def test_it_lists_in_constant_queries(
    more, query, catalog, as_curator, django_assert_num_queries, django_assert_max_num_queries
):
    for n in range(1 + more):
        edit(catalog[0], basis=CLOSED if n % 2 == 0 else ALLOWS)
        edit(catalog[2], basis=RESTRICTS if n % 2 == 0 else PERMITS)
    with django_assert_max_num_queries(12):  # the history is read for the first time
        as_curator(f"/revisions/?{query}")

    with django_assert_num_queries(10 if query else 9):
        as_curator(f"/revisions/?{query}")
