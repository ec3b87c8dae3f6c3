"""The list of flips: what it shows, how it filters and pages, and its files."""

from __future__ import annotations

import orjson
import pytest

from policies.views import flips as view
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    editing,
    make_provider,
    make_route,
    read_anew,
    save,
)
from tests.pages.flips import record_flips, rows

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]


@pytest.fixture(scope="module")
def recorded(kept):
    return record_flips()


@pytest.fixture
def history(recorded, db):
    return read_anew(*recorded)


def told(page):
    """Revision, what flipped and where, of each row."""
    numbers = [page.text(head).split()[1] for head in page.find("h2") if head.find("a") is not None]
    return [
        (number, *(page.text(cell) for cell in list(row)[:2]))
        for number, table in zip(numbers, page.find("table"), strict=True)
        for row in table.find("tbody")
    ]


def test_it_tells_each_flip_newest_first(history, visit):
    page = visit("/flips/")

    assert told(page) == [
        ("4", "lab/second", "the model itself"),
        ("4", "lab/second", "Other"),
        ("3", "lab/first", "Host"),
        ("3", "lab/second", "Host"),
        ("2", "lab/first", "the model itself"),
        ("2", "lab/second", "the model itself"),
        *(("2", f"lab/{name}", host) for name in ("first", "second") for host in ("Host", "Other")),
    ]
    assert page.texts("h2")[1] == "10 flips"
    assert (
        "Disallowed closed-provider-restriction Disallowed provider-output-use-restriction"
        in (rows(page)[2])
    )
    assert "Closed License" not in page.main()
    assert page.links()["Silent terms"] == "/terms/silent/"
    assert page.links()["Open License"] == "/licenses/open-1.0/"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("kind=model", "422"),
        ("kind=route", "4332222"),
        ("direction=allowed-disallowed", "222222"),
        ("direction=disallowed-unknown", "44"),
        ("direction=basis", "33"),
        ("direction=vanished", ""),
        ("direction=appeared", "111111"),
        ("direction=appeared&kind=model", "11"),
        ("revision=3", "33"),
        ("revision=99", ""),
        ("document=silent", "3322"),
        ("document=silent&direction=allowed-disallowed", "22"),
        ("document=closed-1.0", ""),
        ("provider=host", "3322"),
        ("provider=host&direction=basis", "33"),
        ("provider=host&direction=appeared", "11"),
        ("q=second", "443222"),
        ("q=LAB+first&kind=route", "322"),
        ("since=2020-01-01&until=2020-12-31", ""),
        ("since=2020-01-01", "4433222222"),
        ("q=&direction=&kind=&revision=&document=&provider=&since=&until=", "4433222222"),
    ],
)
def test_it_filters(query, numbers, history, visit, client):
    page = visit(f"/flips/?{query}")
    assert "".join(number for number, *_ in told(page)) == numbers
    count = len(numbers)
    assert page.texts("h2")[1] == f"{count} flip{'' if count == 1 else 's'}"

    document = orjson.loads(b"".join(client.get(f"/flips/?{query}&format=json")))
    assert "".join(str(row["revision"]) for row in document["data"]) == numbers
    assert document["meta"]["total"] == count


def test_it_counts_beside_each_choice_what_it_would_show(history, visit):
    """The counts follow the other filters; a search is counted by the list alone."""
    page = visit("/flips/?kind=route&since=2020-01-01")
    direction, kind = ([page.text(o) for o in e.iter("option")] for e in page.find("select"))
    assert direction[:3] == ["Any flip (7)", "Allowed → disallowed (4)", "Allowed → unknown (0)"]
    assert kind == ["Models and routes (10)", "Models (3)", "Routes (7)"]
    assert "Any flip (" not in visit("/flips/?q=first").main()


def test_it_offers_other_sizes_and_keeps_views(history, as_curator, client):
    """A view of the flips opens as it was saved."""
    page = as_curator("/flips/?kind=route")
    assert page.links()["25 a page"] == "?kind=route&size=25"
    saved = {"list": "flips", "query": "kind=route", "name": "Of routes"}
    assert client.post("/saved/", saved).headers["Location"] == "/flips/?kind=route"
    assert as_curator("/flips/").links()["Of routes"] == "/flips/?kind=route"


def test_it_says_how_many_merely_appeared(history, visit):
    page = visit("/flips/")
    assert "First answers of what was added are left out: 6 appeared." in page.main()
    assert page.links()["6 appeared"] == "?direction=appeared"

    assert "appeared." not in visit("/flips/?revision=2").main()
    assert "appeared." not in visit("/flips/?direction=basis").main()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("kind=family", "Kind “family” is not a value"),
        ("direction=up", "Direction “up” is not a value"),
        ("revision=0", "Revision “0” is not a value"),
        ("revision=two", "Revision “two” is not a value"),
        ("document=none", "Document “none” is not a value"),
        ("document=%00", "is not a value"),
        ("provider=hots", "Provider “hots” is not a value"),
        ("since=soon", "Since “soon” is not a value"),
        ("size=7", "Size “7” is not a value"),
        ("sort=family", "Sort “family” is not a value"),
        ("columns=model,family", "“family” in “columns” is not a column of this list"),
        ("after=4", "After “4” is not a value"),
        ("after=4-family-1", "is not a value"),
        ("before=1-model-0", "is not a value"),
        (f"after=4-model-1{'0' * 30}", "is not a value"),
        ("after=4-model-1&before=1-model-1", "cannot be asked for at once"),
        ("q=%00", "is not a value"),
        ("page=2", "“page” is not a filter of this list"),
        ("kind=model&kind=route", "“kind” is given 2 times"),
    ],
)
def test_it_refuses_a_wrong_address_and_shows_no_list(query, message, history, visit, client):
    page = visit(f"/flips/?{query}", status=400)

    assert message in page.main()
    assert "so no list is shown" in page.main()
    assert page.find("table") == []
    for form in ("csv", "json"):
        answer = client.get(f"/flips/?{query}&format={form}")
        assert answer.status_code == 400
        assert message in answer.content.decode()


def test_it_pages_without_dropping_or_repeating_one(history, visit, monkeypatch):
    monkeypatch.setattr(view.FlipContract, "default_size", 3)
    whole = told(visit("/flips/?size=25"))
    seen, address, pages = [], "", []
    while True:
        page = visit(f"/flips/{address}")
        pages.append(told(page))
        seen += pages[-1]
        if "Older →" not in page.links():
            break
        address = page.links()["Older →"]
        save(history[0], note=f"Revision {len(seen)}.")  # meanwhile
    assert seen == whole

    back = []
    while "← Newer" in page.links():
        page = visit(f"/flips/{page.links()['← Newer']}")
        back.append(told(page))
    assert back[::-1] == pages[:-1]


def test_it_says_where_nothing_is_beyond(history, visit):
    page = visit("/flips/?after=1-route-99")

    assert "Nothing stands beyond this place." in page.main()
    assert page.links()["Where the list begins"] == "?"
    assert "Nothing stands" in visit("/flips/?sort=model&after=1-route-99").main()


def test_it_gives_the_same_rows_as_a_file(history, client, settings):
    settings.PUBLIC_READ = True
    save(history[3], name="=evil()")
    response = client.get("/flips/?direction=basis&format=csv")
    head, *lines = b"".join(response).decode().splitlines()

    assert head == ",".join(view.FIELDS)
    assert len(lines) == 2
    assert ",route,lab/first,host," in lines[0]
    assert lines[0].endswith(
        "open-1.0,silent,disallowed,closed-provider-restriction,disallowed,"
        "provider-output-use-restriction"
    )
    assert "nanopolicy-flips-r5.csv" in response.headers["Content-Disposition"]


def test_it_names_what_was_deleted_since(history, visit):
    route = history[2].routes.first()
    with editing() as opened:
        opened.delete(route)
    page = visit("/flips/?direction=vanished")

    assert len(rows(page)) == 1
    assert "deleted since" in rows(page)[0]
    assert "gone" in rows(page)[0]
    assert "deleted since" in rows(visit("/flips/?revision=3"))[0]


def test_it_is_empty_before_anything_is_recorded(visit):
    page = visit("/flips/")

    assert "No flip matches. An empty list says nothing about permission." in page.main()
    assert page.links().get("All flips") is None


@pytest.mark.parametrize("more", [0, 4])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "sort=documents&after=2-model-1",
        "q=lab&provider=host&document=silent&since=2020-01-01&kind=route&size=25",
    ],
)
def test_it_asks_at_most_twelve_queries(
    more, query, history, as_curator, django_assert_max_num_queries
):
    license, terms, first, _ = history
    for n in range(more):
        save(license, basis=ALLOWS if n % 2 else CLOSED)
        save(terms, basis=PERMITS if n % 2 else RESTRICTS)
        make_route(first, make_provider(terms=terms))

    with django_assert_max_num_queries(12):
        as_curator(f"/flips/?{query}")
