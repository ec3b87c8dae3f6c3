"""The list of flips in the order of any column, and with the columns that were chosen."""

from __future__ import annotations

import orjson
import pytest
from django.http import QueryDict

from policies.views import flips as view
from tests.factories import read_anew, save
from tests.pages.flips import record_flips, rows

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def recorded(kept):
    return record_flips()


@pytest.fixture
def history(recorded, db):
    return read_anew(*recorded)


def as_json(client, query):
    """What the file of a question holds."""
    return orjson.loads(b"".join(client.get(f"/flips/?{query}&format=json")))


def keys(rows):
    """Revision, kind, model and provider: what tells one flip from all others."""
    return [(row["revision"], row["kind"], row["model"], row["provider"]) for row in rows]


SORTED = {
    "revision": lambda row: row["revision"],
    "model": lambda row: row["model"],
    "provider": lambda row: (row["provider"] or "").capitalize(),
    "before": lambda row: ("allowed", "disallowed", "unknown").index(row["before_status"]),
    "after": lambda row: ("allowed", "disallowed", "unknown").index(row["after_status"]),
    "documents": lambda row: (row["license"] or "", row["terms"] or ""),
    "actor": lambda row: row["actor"],
    "via": lambda row: row["via"],
    "reason": lambda row: row["reason"],
}


def turned(contract, meanwhile):
    """The pages of three, forth and then back from the last but one; with an edit on the way."""
    asked = contract.asked()
    pages, place = [], None
    while True:
        groups = asked.among(view.history())
        page = view.flip_page(asked, groups, 3, after=place, sort=contract.order)
        pages.append(page.rows)
        if not page.more:
            break
        place = view.place_of(page.rows[-1])
        if len(pages) == 1:
            meanwhile()
    places = [view.place_of(rows[0]) for rows in pages[1:]]
    back = [
        view.flip_page(asked, groups, 3, after=place, back=True, sort=contract.order).rows
        for place in places
    ]
    return [[keys(view.records(rows)) for rows in found] for found in (pages, back)]


def test_it_sorts_files_and_pages_alike(history, client, settings):
    """By each column, one way or the other; page by page forth and back, whatever is edited meanwhile."""
    settings.PUBLIC_READ = True
    for number, name in enumerate(SORTED):
        sort = f"-{name}" if number % 2 else name
        document = as_json(client, f"sort={sort}")
        whole, key = document["data"], SORTED[sort.removeprefix("-")]
        assert len(whole) == 10
        assert document["meta"]["sort"] == sort
        assert whole == sorted(whole, key=key, reverse=sort.startswith("-")), sort

        contract = view.FlipContract(QueryDict(f"sort={sort}"))
        pages, back = turned(contract, lambda sort=sort: save(history[0], note=f"By {sort}."))
        assert [key for page in pages for key in page] == keys(whole), sort
        assert [len(page) for page in pages] == [3, 3, 3, 1]
        assert back == pages[:-1], sort


def test_it_follows_links_in_another_order(history, visit, monkeypatch):
    monkeypatch.setattr(view.FlipContract, "default_size", 3)
    page = visit("/flips/?sort=model")
    [table] = page.find("table")
    sorts = [(head.get("aria-sort"), page.text(head)) for head in table.iter("th")][:6]
    assert sorts[0] == ("ascending", "Model ↑")
    assert sorts[-1] == (None, "Revision")
    assert page.links()["oldest first"] == "?sort=revision"
    assert page.links()["model ↑"] == "?sort=-model"

    names = []
    while True:
        names += [text.split()[0] for text in rows(page)]
        if "Next →" not in page.links():
            break
        page = visit(f"/flips/{page.links()['Next →']}")
    assert names == ["lab/first"] * 4 + ["lab/second"] * 6
    assert page.links()["First"] == "?sort=model"
    assert "← Previous" in page.links()


def test_it_shows_and_writes_the_chosen_columns(history, visit, client):
    """A form repeats the parameter; the margin tells the rest of a revision where they follow each other."""
    page = visit("/flips/?columns=model&columns=after&columns=via")
    heads = [page.text(head) for head in page.find("table")[0].iter("th")][:3]
    assert heads == ["Model", "After", "Made in"]
    assert page.links()["The usual columns"] == "?"
    assert page.links()["Revision 4"] == "/revisions/4/"

    page = visit("/flips/?columns=model,revision,reason&sort=reason")
    heads = [page.text(head) for head in page.find("table")[0].iter("th")][:3]
    assert heads == ["Model", "Revision", "Reason ↑"]

    document = as_json(client, "columns=provider,after")
    assert list(document["data"][0]) == [
        *("kind", "model", "provider", "subject", "after_status", "after_basis")
    ]
