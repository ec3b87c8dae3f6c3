"""Coverage: the totals, what decided, what waits, and what flipped lately."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies.models import Revision, TextModel
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    read_anew,
    save,
)

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]


@pytest.fixture(scope="module")
def recorded(kept):
    """Six routes: three allowed (one by terms), one disallowed by terms, two unknown."""
    with editing(reason="Begin"):
        opened = make_license("open-1.0", ALLOWS, name="Open License", evidence="text-read")
        vague = make_license("vague", SILENT, name="Vague License", source_url="")
        models = [make_model(f"lab/open-{n}", opened, owner="Lab") for n in range(3)]
        unclear = make_model("acme/unclear", vague, owner="Acme & Co")
        silent = make_provider("silent", name="Silent Host")
        bans = make_provider("bans", make_terms("bans", RESTRICTS, evidence="secondary"))
        grants = make_provider("grants", make_terms("grants", PERMITS, evidence="excerpt-read"))
        for model in (*models[:2], unclear):
            make_route(model, silent)
        make_route(models[2], bans)
        make_route(models[2], grants)
        make_route(unclear, grants)
    return opened


@pytest.fixture
def catalog(recorded, db):
    """The open license."""
    return read_anew(recorded)[0]


def table(page, caption):
    """A table's rows as lists of words, the plots left out."""
    (found,) = [t for t in page.find("table") if page.text(t.find("caption")) == caption]
    return [
        [page.text(cell) for cell in row if "w-bar" not in (cell.get("class") or "")]
        for row in found.find("tbody")
    ]


def test_it_says_what_is_recorded(catalog, visit):
    page = visit("/")

    assert page.texts("h1") == ["May outputs be used for distillation?"]
    assert (
        "6 routes of 4 models at 3 providers, decided by 2 licenses and 2 provider terms "
        "that meet in 5 pairs." in page.main()
    )
    assert_sound()


def test_it_shows_the_totals_by_status_as_links_to_the_lists(catalog, visit):
    page = visit("/")
    routes, models = page.find("div", "split")

    assert [page.text(a) for a in routes] == [
        "3 Allowed 50.0%",
        "1 Disallowed 16.7%",
        "2 Unknown 33.3%",
    ]
    assert [page.text(a) for a in models] == [
        "3 Allowed 75.0%",
        "0 Disallowed 0.0%",
        "1 Unknown 25.0%",
    ]
    assert [a.get("href") for a in (*routes, *models)] == [
        f"/{kind}/?status={status}"
        for kind in ("routes", "models")
        for status in ("allowed", "disallowed", "unknown")
    ]


def test_it_gives_each_plot_its_numbers_in_words(catalog, visit):
    plots = visit("/").find("{http://www.w3.org/2000/svg}svg", "bar")
    labels = [plot.get("aria-label") for plot in plots]

    assert labels[0] == "Routes: 3 allowed, 1 disallowed, 2 unknown"
    assert labels[1] == "Models: 3 allowed, 0 disallowed, 1 unknown"


def test_it_shows_what_decided(catalog, visit):
    assert table(visit("/"), "Routes by deciding layer") == [
        ["License33.3%", "2", "2", "–", "–"],
        ["Terms33.3%", "2", "1", "1", "–"],
        ["Nothing clear33.3%", "2", "–", "–", "2"],
    ]


def test_it_shows_how_far_the_deciding_text_was_read(catalog, visit):
    page = visit("/")

    assert table(page, "Routes by evidence") == [
        ["Text read", "2", "2", "–", "–"],
        ["Excerpt read", "1", "1", "–", "–"],
        ["Secondary", "1", "–", "1", "–"],
        ["Not read", "2", "–", "–", "2"],
    ]
    assert page.links()["Secondary"] == "/routes/?evidence=secondary"


CAPTIONS = [
    "Routes by deciding layer",
    "Routes by evidence",
    "Routes by age of verification",
    "Largest providers",
    "Largest owners",
]


def test_it_links_each_number_to_a_list_with_as_many_rows(catalog, visit):
    """Each address is asked, and its count compared with the number that leads there."""
    save(catalog, verified_on=date(2026, 11, 20))
    page = visit("/")
    links = [
        (page.text(cell), a.get("href"))
        for table in page.find("table")
        if page.text(table.find("caption")) in CAPTIONS
        for cell in table.iter("td")
        for a in cell.iter("a")
    ]

    assert len(links) > 30
    for count, address in links:
        assert f"{count} of 6 routes" in visit(address).main() or count == "6", address


def test_it_shows_how_long_ago_the_deciding_documents_were_verified(catalog, visit):
    for days, age in [
        (0, "Within 30 days"),
        (30, "Within 30 days"),
        (31, "31 to 90 days ago"),
        (90, "31 to 90 days ago"),
        (91, "91 to 365 days ago"),
        (366, "Longer ago"),
    ]:
        save(catalog, verified_on=date(2030, 6, 1) - timedelta(days=days))
        with time_machine.travel("2030-06-01 12:00"):
            page = visit("/")
            ages = table(page, "Routes by age of verification")
            assert ages == [[age, "2", "2", "–", "–"], ["Never", "4", "1", "1", "2"]]
            assert "2 of 6 routes" in visit(page.links()[age]).main()


def test_it_grows_older_without_a_new_revision(catalog, visit):
    """What is remembered for a revision is not how old it is."""
    save(catalog, verified_on=date(2030, 6, 1))
    for day, age in [("2030-06-02", "Within 30 days"), ("2030-08-02", "31 to 90 days ago")]:
        with time_machine.travel(day):
            assert table(visit("/"), "Routes by age of verification")[0][0] == age


def test_it_counts_the_documents_that_need_attention(catalog, visit):
    with time_machine.travel("2031-01-01"):
        save(catalog, verified_on=date(2030, 1, 1), review_by=date(2030, 12, 31))
        page = visit("/")
        (counts,) = page.find("div", "counts")

        assert "Of 2 licenses and 2 provider terms." in page.main()
        assert [page.text(item) for item in counts] == [
            "Never verified 1 license 2 terms",
            "Known only from others 0 licenses 1 terms document",
            "Read, but no quote kept 1 license 1 terms document",
            "No source URL 1 license 0 terms",
            "Past review date 1 license 0 terms",
        ]
        for link in counts.iter("a"):
            count = page.text(link).split()[0]
            listed = visit(link.get("href")).main()
            assert f"{count} of 2 " in listed or count == "2", link.get("href")


def test_it_does_not_call_a_review_late_on_its_day(catalog, visit):
    save(catalog, review_by=date(2030, 12, 31))
    with time_machine.travel("2030-12-31 12:00"):
        assert "Past review date 0 licenses 0 terms" in visit("/").main()


def test_it_ranks_what_would_help_most(catalog, visit):
    family = make_family("llamas", name="Llamas")
    for _ in range(3):
        make_route(make_model(family=family, owner="Lab"))
    page = visit("/")

    assert table(page, "Undecided documents by the routes they would settle") == [
        [
            "Llamas: no license recorded Members without a license of their own",
            *("Family", "No document", "3 routes", "3"),
        ],
        ["Vague License", "License", "Not read", "2 routes", "1"],
    ]
    for words, count in (("3 routes", 3), ("2 routes", 2)):
        listed = page.links()[words]
        assert f"{count} of 9 routes" in visit(listed).main()
        models = visit(listed.replace("/routes/", "/models/")).main()
        assert f"{3 if count == 3 else 1} of 7 models" in models


def test_it_leaves_out_what_cannot_help(catalog, visit):
    read = make_terms("read", SILENT, name="Read Terms", evidence="text-read")
    unread = make_terms("unread", SILENT, name="Unread Terms", evidence="none")
    for terms in (read, unread):
        make_route(make_model(owner="Lab"), make_provider(terms=terms))
    rows = table(visit("/"), "Undecided documents by the routes they would settle")

    assert [row[0] for row in rows] == ["Vague License", "Unread Terms"]


def test_it_shows_the_largest_providers_and_owners(catalog, visit):
    page = visit("/")

    assert table(page, "Largest providers") == [
        ["Silent Host", "3", "2", "–", "1"],
        ["grants", "2", "1", "–", "1"],
        ["bans", "1", "–", "1", "–"],
    ]
    assert table(page, "Largest owners") == [
        ["Lab", "4", "3", "1", "–"],
        ["Acme & Co", "2", "–", "–", "2"],
    ]
    assert page.links()["Silent Host"] == "/providers/silent/"
    assert page.links()["Acme & Co"] == "/routes/?owner=Acme%20%26%20Co"


def test_it_shows_the_latest_flips_and_no_first_record(catalog, visit):
    assert "No answer has changed since it was first recorded." in visit("/").main()

    save(catalog, note="A note alone flips nothing.")
    save(catalog, basis=CLOSED)
    (shown,) = visit("/").find("article", "rev")
    assert "Open License" in "".join(shown.itertext())
    assert "Revision 3" in "".join(shown.itertext())


def test_it_says_why_where_flips_come_from_no_document(catalog, visit):
    """Else nothing would tell what the revision was about."""
    with editing(reason="Its publisher says so"):
        save(TextModel.objects.filter(owner="Acme & Co").first(), license=catalog)
    (shown,) = visit("/").texts("article", "rev")
    assert "Its publisher says so" in shown

    save(catalog, basis=CLOSED)
    named = visit("/").texts("article", "rev")[0]
    assert "Open License" in named
    assert "Test" not in named


def test_it_is_honest_when_nothing_is_recorded(visit):
    page = visit("/")

    assert "No model is recorded yet." in page.main()
    assert "Nothing is recorded yet" in page.main()
    assert "What would help most" not in page.main()


def test_it_shows_the_course_of_the_answers(catalog, visit):
    """From what the first revision recorded to now; of one revision there is no course."""
    assert "Over time" not in visit("/").main()
    save(catalog, basis=CLOSED)
    page = visit("/")
    rows = [
        [page.text(cell) for cell in row] for row in page.find("table", "trend")[0].find("tbody")
    ]
    assert rows == [
        ["Allowed", "3", "", "0", "−3"],
        ["Disallowed", "1", "", "4", "+3"],
        ["Unknown", "2", "", "2", "–"],
    ]
    assert page.links()["Flips one by one"] == "/flips/"


def test_it_keeps_past_and_present_apart(catalog, visit):
    then = Revision.objects.current_number()
    save(catalog, basis=CLOSED)
    for _ in range(2):
        past, now = visit(f"/?as_of={then}"), visit("/")
        assert past.text(past.find("div", "split")[0][0]) == "3 Allowed 50.0%"
        assert now.text(now.find("div", "split")[0][0]) == "0 Allowed 0.0%"
        assert "No answer has changed" in past.main()
        assert len(now.find("article", "rev")) == 1


def test_it_needs_no_model(visit):
    """A document may be the first that is recorded."""
    make_license("open-1.0", ALLOWS)
    assert "1 license" in visit("/").text(visit("/").find("section")[3])


def test_it_reads_the_routes_anew_only_when_one_is_written(catalog, visit):
    """An edit of a document moves no route: what answers change is derived from the counts by pair."""
    counted = 'FROM "policies_route"'

    def reads():
        with CaptureQueriesContext(connection) as asked:
            page = visit("/")
        lines = table(page, "Largest owners")
        return any(counted in query["sql"] for query in asked.captured_queries), lines

    assert reads() == (True, [["Lab", "4", "3", "1", "–"], ["Acme & Co", "2", "–", "–", "2"]])
    save(catalog, basis=CLOSED)
    assert reads() == (False, [["Lab", "4", "–", "4", "–"], ["Acme & Co", "2", "–", "–", "2"]])
    save(TextModel.objects.get(canonical_id="acme/unclear"), owner="Lab")
    assert reads() == (True, [["Lab", "6", "–", "4", "2"]])


@pytest.mark.parametrize("more", [0, 2])
def test_it_costs_constant_queries(more, catalog, as_curator, django_assert_num_queries):
    """The first reader of a revision pays for the counts, the others for the account alone."""
    for n in range(more):
        make_route(make_model(owner=f"owner-{n}", license=catalog), make_provider())
    save(catalog, basis=CLOSED)

    with django_assert_num_queries(12):
        as_curator("/")
    with django_assert_num_queries(3):
        as_curator("/")
