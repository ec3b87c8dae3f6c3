"""The list of revisions and the page of one: who, when, why, what was written and what flipped."""

from datetime import UTC, datetime

import orjson
import pytest

from policies.models import ModelAlias, Provider, Revision, TextModel
from policies.revisions import resolve_everything, revision
from policies.views import revision as revision_page
from policies.views import revisions as view
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
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalog():
    """Three routes of one open model; in one revision, the first."""
    with editing(reason="Begin", actor="founder"):
        license = make_license("open-1.0", ALLOWS, name="Open License")
        model = make_model("lab/open", license)
        terms = make_terms("bans", SILENT, name="Ban terms")
        for n in range(3):
            make_route(model, make_provider(f"host-{n}", terms, name=f"Host {n}"))
    return license, model, terms


def edit(record, *, actor="curator-1", reason="Read it again.", at=None, via="admin", **changes):
    for name, value in changes.items():
        setattr(record, name, value)
    with revision(actor=actor, reason=reason, via=via, at=at) as opened:
        opened.save(record)
    return opened.number


def flips(page):
    return [page.text(item) for listed in page.find("ul", "flips") for item in listed]


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


@pytest.fixture
def history(catalog):
    """Revisions 2 to 5: two curators, two doors, two days, two of which changed answers."""
    license, model, _ = catalog
    first, second = datetime(2031, 5, 4, 23, 59, tzinfo=UTC), datetime(2031, 5, 5, tzinfo=UTC)
    edit(license, basis=CLOSED, at=first)
    edit(license, note="Only a note.", actor="curator-2", at=first)
    edit(license, basis=ALLOWS, via="command", at=second)
    edit(model, name="Another name", actor="curator-2", at=second)


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


def test_it_repeats_and_drops_nothing_while_revisions_are_added(
    history, catalog, visit, monkeypatch
):
    monkeypatch.setattr(view.RevisionContract, "default_size", 2)
    first = visit("/revisions/")
    edit(catalog[0], note="Meanwhile.")
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


def test_it_shows_one_revision_in_full(catalog, visit):
    number = edit(catalog[0], basis=CLOSED, name="Closed License")
    page = visit(f"/revisions/{number}/")

    assert page.texts("h1") == ["Revision 2"]
    assert page.texts("dd")[:5] == [
        "curator-1",
        page.texts("dd")[1],
        "Admin",
        "Read it again.",
        "version 1",
    ]
    assert flips(page) == ["3Allowedto→Disallowedroutes, 1 model"]
    [table] = page.find("table")
    way = "Allowed permissive-open-weights Disallowed closed-provider-restriction Closed License"
    assert [page.text(row) for row in table.find("tbody")] == [
        f"lab/open the model itself {way}",
        *(f"lab/open Host {n} {way} × Ban terms" for n in range(3)),
    ]
    assert "1 license" in page.texts("h3")
    assert "name Open License →to Closed License" in page.main()
    assert "basis permissive-open-weights →to closed-provider-restriction" in page.main()
    assert_sound()


def test_it_names_related_records_and_not_their_numbers(catalog, visit):
    other = make_license("other", CLOSED, name="Other License")
    number = edit(catalog[1], license=other)
    page = visit(f"/revisions/{number}/")

    assert "license Open License →to Other License" in page.main()
    assert flips(page) == ["3Allowedto→Disallowedroutes, 1 model"]


def test_it_shows_internal_notes_to_the_staff_alone(catalog, client, visit, django_user_model):
    number = edit(catalog[0], internal_note="Our lawyer doubts it.")
    assert "Our lawyer doubts it." not in visit(f"/revisions/{number}/").html

    client.force_login(django_user_model.objects.create_user("reader"))
    assert "Our lawyer doubts it." not in visit(f"/revisions/{number}/").html

    client.force_login(django_user_model.objects.create_user("curator", is_staff=True))
    assert "Our lawyer doubts it." in visit(f"/revisions/{number}/").html


def test_it_tells_what_was_added_and_deleted(catalog, visit):
    with editing() as opened:
        alias = ModelAlias(name="open-alias", model=catalog[1])
        opened.bulk_create([alias])
    added = visit(f"/revisions/{opened.number}/").main()
    with editing() as opened:
        opened.delete(ModelAlias.objects.get(key="open-alias"))
    deleted = visit(f"/revisions/{opened.number}/").main()

    assert "1 model alias open-alias added" in added
    assert "1 model alias open-alias deleted" in deleted


def test_it_names_what_has_been_deleted_since(visit):
    model = make_model("lab/gone", make_license("short"))
    number = edit(model.license, basis=CLOSED)
    with editing() as opened:
        for alias in model.aliases.all():
            opened.delete(alias)
        opened.delete(TextModel.objects.get(pk=model.pk))
    page = visit(f"/revisions/{number}/")

    assert "deleted since" in page.main()
    assert "/models/lab/gone/" not in page.links().values()


def test_it_counts_a_large_write_and_lists_none_of_it(catalog, visit):
    with editing() as opened:
        opened.bulk_create([ModelAlias(name=f"alias-{n}", model=catalog[1]) for n in range(11)])
    page = visit(f"/revisions/{opened.number}/")

    assert "11 model aliases" in page.texts("h3")
    assert "alias-1" not in page.main()


def test_it_lists_the_first_subjects_of_many(catalog, visit, monkeypatch):
    monkeypatch.setattr(revision_page, "SUBJECTS", 2)
    number = edit(catalog[0], basis=CLOSED)
    page = visit(f"/revisions/{number}/")

    assert "The first 2 are shown." in page.main()
    assert len(list(page.find("table")[0].find("tbody"))) == 2
    assert page.links()["In the list of flips"] == f"/flips/?revision={number}"


def test_it_leads_to_the_revisions_around_and_to_the_state_after(history, visit):
    links = visit("/revisions/3/").links()

    assert links["← Revision 2"] == "/revisions/2/"
    assert links["Revision 4 →"] == "/revisions/4/"
    assert links["The state after it"] == "/?as_of=r3"
    assert not [words for words in visit("/revisions/1/").links() if words.startswith("←")]
    assert not [words for words in visit("/revisions/5/").links() if words.endswith("→")]


def test_it_tells_a_recomputation_from_an_edit(catalog, visit):
    policy = catalog[1].policy
    type(policy).objects.filter(pk=policy.pk).update(note="Drifted.")
    opened = resolve_everything(actor="resolve", reason="Repair")

    assert opened.committed
    assert "No record: every answer was recomputed." in visit(f"/revisions/{opened.number}/").main()


@pytest.mark.parametrize("number", [0, 2, 10**20])
def test_it_knows_no_other_revision(number, catalog, visit):
    visit(f"/revisions/{number}/", status=404)


@pytest.mark.parametrize("more", [0, 3])
def test_it_shows_one_in_constant_queries(more, catalog, as_curator, django_assert_max_num_queries):
    """It writes every table, moves and changes, makes appear and vanish."""
    family = make_family("kin", catalog[0])
    gone = make_route(catalog[1], make_provider("leaver"))
    models = [make_model(f"lab/kin-{n}", family=family) for n in range(1 + more)]
    for model in models:
        make_route(model, make_provider(terms=catalog[2]))
    other = make_license("other", CLOSED, name="Other License")
    with editing() as opened:
        edit(catalog[0], basis=CLOSED)
        edit(catalog[2], basis=RESTRICTS)
        edit(family, license=other)
        edit(Provider.objects.get(slug="host-0"), terms=None)
        for model in models:
            edit(model, name="Renamed", license=other)
            make_route(model, make_provider(terms=catalog[2]))
        edit(catalog[1].routes.first(), available=False, terms=catalog[2])
        opened.bulk_create([ModelAlias(name="another", model=catalog[1])])
        opened.delete(gone)

    with django_assert_max_num_queries(12):
        page = as_curator(f"/revisions/{opened.number}/")
    assert len(page.texts("h3")) == 7
    assert "license Open License →to Other License" in page.main()
    assert "available yes →to no" in page.main()


def test_it_reads_every_revision_of_an_answer_that_comes_and_goes(catalog, visit):
    """Each direction has its words: new, gone, and from one answer to another."""
    assert flips(visit("/revisions/1/")) == ["3newto→Allowedroutes, 1 model"]
    route = catalog[1].routes.first()
    with editing() as opened:
        opened.delete(route)

    assert flips(visit(f"/revisions/{opened.number}/")) == ["1Allowedto→goneroute"]
    assert Revision.objects.current_number() == opened.number
