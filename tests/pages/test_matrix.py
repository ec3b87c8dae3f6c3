"""The matrices: every pair in its cell, sums that list as many routes, and the chosen cell's trace."""

import pytest

from policies.models import Revision
from tests.factories import (
    ALLOWS,
    RESTRICTS,
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)
from tests.pages.matrix import cell_links, grid, make_catalog

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]


@pytest.fixture(scope="module")
def catalog(kept):
    return make_catalog()


def test_it_shows_every_pair_in_its_cell_with_the_sums(catalog, visit):
    page = visit("/matrix/")

    assert "Every pair that serves a route: 12 verdicts for 13 routes." in page.main()
    assert grid(page) == {
        None: [
            *("All routes", "No terms recorded"),
            *("all that are silent", "quiet"),
            *("all that restrict", "strict"),
            *("all that permit", "free"),
        ],
        "open-1.0": ["5", "1", "2", "2", "1", "1", "1", "1"],
        "No license recorded": ["4", "1", "1", "1", "1", "1", "1", "1"],
        "shut": ["4", "1", "1", "1", "1", "1", "1", "1"],
        "All licenses": ["13", "3", "4", "4", "3", "3", "3", "3"],
    }
    assert_sound()


def test_it_bands_rows_by_license_and_groups_columns_by_what_the_terms_say(catalog, visit):
    page = visit("/matrix/")
    (table,) = page.find("table", "mx")
    bands = [page.text(row) for row in page.find("tr", "band")]
    groups = [page.text(th) for th in table.iter("th") if th.get("scope") == "colgroup"]

    assert bands == ["License allows 1", "No clear license 1", "License restricts 1"]
    assert groups == ["No terms", "Silent 1", "Restrict 1", "Permit 1"]


def test_it_labels_each_cell_in_full(catalog, visit):
    links = cell_links(visit("/matrix/"))

    assert "Open License × quiet-terms: allowed, 2 routes" in links
    assert "Open License × strict-terms: disallowed, 1 route" in links
    assert "No license recorded × No terms recorded: unknown, 1 route" in links
    assert "Shut License × free-terms: disallowed, 1 route" in links


def test_it_lists_as_many_routes_as_each_number_says(catalog, visit):
    """Sums lead to their list; a cell leads to its trace, which leads to its list."""
    for address in ("/matrix/", "/matrix/?provider=quiet", "/matrix/?status=allowed"):
        for label, link in cell_links(visit(address)).items():
            href = link.get("href")
            if href.startswith("?"):
                chosen = visit(f"/matrix/{href.partition('#')[0]}")
                (said,) = chosen.find("p", "say")[0].iter("a")
                href = said.get("href")
            count = visit(href).main().partition(" of 13 routes")[0].rpartition(" ")[2]
            assert sum(int(n) for n in label.split() if n.isdigit()) == int(
                count if count.isdigit() else 13
            ), (address, label)


def test_it_opens_the_trace_of_the_chosen_cell_and_outlines_it(catalog, visit):
    page = visit("/matrix/?cell=open-1.0,quiet-terms")
    outlined = [label for label, a in cell_links(page).items() if a.get("aria-current")]

    assert outlined == ["Open License × quiet-terms: allowed, 2 routes"]
    assert "Open License × quiet-terms: 2 routes" in page.main()
    assert page.texts("li", "hit")[0].startswith("3 The license allows, the provider is silent")
    assert page.links()["2 routes"] == "/routes/?license=open-1.0&terms=quiet-terms"


def test_it_keeps_the_question_in_every_cells_address(catalog, visit):
    links = cell_links(visit("/matrix/?license=open&sort=name"))
    hrefs = [a.get("href") for a in links.values() if a.get("href").startswith("?")]

    assert len(hrefs) == 4
    assert all(h.startswith("?license=open&sort=name&cell=open-1.0%2C") for h in hrefs)
    assert all(h.endswith("#cell") for h in hrefs)


def test_it_says_what_the_rules_would_answer_where_no_route_is(catalog, visit):
    page = visit("/matrix/?cell=unused,strict-terms")

    assert "unused × strict-terms: no route. The rules would answer:" in page.main()
    assert page.texts("li", "hit")[0].startswith("1 The provider restricts")


def test_it_says_what_it_leaves_out_and_shows_it(catalog, visit):
    page = visit("/matrix/")
    assert (
        "Shown: 2 of 3 licenses and 3 of 4 terms. "
        "Left out: 1 license and 1 terms without a route today." in page.main()
    )
    page = visit(f"/matrix/{page.links()['Show them']}")
    assert "Shown: 3 of 3 licenses and 4 of 4 terms. Nothing is left out." in page.main()
    assert grid(page)["unused"] == ["–", *[""] * 8]
    assert page.links()["Only those with routes"] == "?"


def test_it_leaves_out_the_smallest_beyond_what_a_page_can_hold(catalog, visit, monkeypatch):
    monkeypatch.setattr("policies.views.sheets.MOST", (2, 2))
    page = visit("/matrix/")

    assert list(grid(page)) == [None, "open-1.0", "No license recorded", "All licenses"]
    assert "with fewer routes" in page.main()
    sums = [a for a in cell_links(page).values() if a.get("href").startswith("/routes/")]
    assert sums == [], "no list has the sum of a part"


@pytest.mark.parametrize(
    ("query", "rows", "heads"),
    [
        ("license=open", ["open-1.0"], 8),
        ("license=SHUT+license", ["shut"], 8),
        ("terms=strict", ["open-1.0", "No license recorded", "shut"], 3),
        ("status=unknown", ["No license recorded"], 6),
        ("provider=free", ["open-1.0", "No license recorded", "shut"], 3),
        ("family=beta", ["shut"], 8),
        ("family=beta&provider=free", ["shut"], 3),
        ("owner=Other", ["No license recorded"], 8),
        ("owner=Lab&status=allowed", ["open-1.0"], 6),
    ],
)
def test_it_narrows_rows_columns_and_counts(query, rows, heads, catalog, visit):
    shown = grid(visit(f"/matrix/?{query}"))

    assert list(shown) == [None, *rows, "All licenses"]
    assert len(shown[None]) == heads


def test_it_sorts_rows_and_columns(catalog, visit):
    with editing():
        second = make_license("a-license", ALLOWS, name="A License")
        model = make_model("lab/second", second)
        bans = make_provider("bans", make_terms("a-ban", RESTRICTS))
        for number in range(4):
            make_route(model, bans, provider_model_id=f"r-{number}")

    def rows(query):
        return list(grid(visit(f"/matrix/?{query}")))[1:3]

    assert rows("") == ["open-1.0", "a-license"]
    assert rows("sort=name") == ["a-license", "open-1.0"]
    assert rows("sort=restrict") == ["a-license", "open-1.0"]
    assert rows("sort=silent") == ["open-1.0", "a-license"]
    heads = grid(visit("/matrix/?terms=a-ban"))[None]
    assert heads[-1] == "a-ban"
    both = [grid(visit(f"/matrix/?columns={by}"))[None] for by in ("routes", "name")]
    assert [h for h in both[0] if h in ("a-ban", "strict")] == ["a-ban", "strict"]
    make_route(catalog[0], make_provider("z", make_terms("zz-terms", RESTRICTS, name="0")))
    assert grid(visit("/matrix/?columns=name"))[None][4:6] == ["all that restrict", "zz"]


def test_it_marks_the_group_by_which_rows_are_sorted(catalog, visit):
    page = visit("/matrix/?sort=silent")
    (head,) = [th for th in page.find("th") if th.get("aria-sort")]

    assert page.text(head) == "all that are silent"
    assert page.links()["all that restrict"] == "?sort=restrict"


@pytest.mark.parametrize(
    ("address", "sentence", "link"),
    [
        ("/matrix/?sort=size", "Sort “size” is not a value", "?sort=permit"),
        ("/matrix/?columns=sum", "Columns “sum” is not a value", "?columns=name"),
        ("/matrix/?status=maybe", "Status “maybe” is not a value", "?status=unknown"),
        ("/matrix/?all=yes", "All “yes” is not a value", "?all=true"),
        ("/matrix/?provider=quite", "Provider “quite” is not a value", "?provider=quiet"),
        ("/matrix/?family=gamma", "Family “gamma” is not a value", "?"),
        ("/matrix/?cell=open,quiet-terms", "Cell “open,quiet-terms” is not a value", "?"),
        ("/matrix/?cell=open-1.0", "Cell “open-1.0” is not a value", "?"),
        ("/matrix/?cell=a,b,c", "Cell “a,b,c” is not a value", "?"),
        ("/matrix/?license=%00", "License “�” is not a value", "?"),
        ("/matrix/?color=red", "“color” is not a filter of this list", "?"),
        ("/matrix/?status=allowed&status=unknown", "“status” is given 2 times", "?"),
        ("/matrix/families/?owner=Lab", "“owner” is not a filter of this list", "?"),
        ("/matrix/families/?cell=alpha,-", "Cell “alpha,-” is not a value", "?"),
        ("/matrix/families/?cell=alpha,nowhere", "Cell “alpha,nowhere” is not a value", "?"),
        ("/matrix/families/?sort=size", "Sort “size” is not a value", "?sort=name"),
    ],
)
def test_it_shows_no_grid_for_a_wrong_address(address, sentence, link, catalog, visit):
    page = visit(address, status=400)
    alert = next(e for e in page.find("div") if e.get("role") == "alert")

    assert sentence in page.text(alert)
    assert link in [a.get("href") for a in alert.iter("a")]
    assert page.find("table") == []


def test_it_says_that_nothing_matches(catalog, visit):
    page = visit("/matrix/?license=nothing-like-it")

    assert "An empty matrix says nothing about permission." in page.main()
    assert page.find("table") == []


def test_it_is_honest_when_nothing_is_recorded(visit):
    for address in ("/matrix/", "/matrix/families/"):
        assert "Nothing is recorded yet. An empty matrix says nothing" in visit(address).main()


def test_it_counts_the_chosen_pair_by_the_filters_in_force(catalog, visit):
    cell = "cell=open-1.0,quiet-terms"
    for query, routes in [
        ("", "2 routes"),
        ("provider=quiet&", "2 routes"),
        ("family=alpha&", "2 routes"),
        ("family=beta&", "no route"),
        ("status=unknown&", "no route"),
        ("status=allowed&", "2 routes"),
    ]:
        page = visit(f"/matrix/?{query}{cell}")
        assert f"Open License × quiet-terms: {routes}" in page.main(), query


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (
            "/matrix/?format=csv&license=open",
            [
                "license,terms,status,routes",
                "open-1.0,'-,allowed,1",
                "open-1.0,quiet-terms,allowed,2",
                "open-1.0,strict-terms,disallowed,1",
                "open-1.0,free-terms,allowed,1",
            ],
        ),
        (
            "/matrix/families/?format=csv&provider=quiet",
            [
                "family,provider,status,routes",
                "alpha,quiet,allowed,2",
                "alpha,quiet,unknown,1",
                "beta,quiet,disallowed,1",
            ],
        ),
    ],
)
def test_it_gives_the_same_cells_as_a_file(address, lines, catalog, client, settings):
    settings.PUBLIC_READ = True
    response = client.get(address)

    assert response.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in response.headers["Content-Disposition"]
    assert b"".join(response.streaming_content).decode().splitlines() == lines


def test_it_refuses_a_file_for_a_wrong_address(catalog, client, settings):
    settings.PUBLIC_READ = True
    response = client.get("/matrix/?format=csv&sort=size")

    assert response.status_code == 400
    assert "Sort “size” is not a value" in response.content.decode()
    assert client.get("/matrix/?format=xml").status_code == 400


def test_it_follows_an_edit_at_once(catalog, visit):
    """What is remembered is remembered for one revision."""
    assert grid(visit("/matrix/"))["open-1.0"][2] == "2"
    make_route(
        catalog[0],
        make_provider(
            "quiet-2", catalog[0].routes.get(provider_model_id="a second route").provider.terms
        ),
    )

    assert grid(visit("/matrix/"))["open-1.0"][2] == "3"


def test_it_keeps_past_and_present_apart(catalog, visit):
    then = Revision.objects.current_number()
    make_route(catalog[0], make_provider("later", catalog[0].routes.last().provider.terms))
    later = Revision.objects.current_number()
    for _ in range(2):
        assert grid(visit("/matrix/"))["open-1.0"][0] == "6"
        assert grid(visit(f"/matrix/?as_of={then}"))["open-1.0"][0] == "5"
        assert grid(visit(f"/matrix/families/?as_of={then}"))["alpha"][0] == "9"
        assert grid(visit(f"/matrix/families/?as_of={later}"))["alpha"][0] == "10"


@pytest.mark.parametrize("more", [0, 6])
def test_it_costs_constant_queries(more, catalog, as_curator, django_assert_max_num_queries):
    for number in range(more):
        host = make_provider(terms=make_terms(f"more-{number}"))
        make_route(make_model(license=make_license(), family=make_family()), host)
    for address in (
        *("/matrix/", "/matrix/?cell=open-1.0,quiet-terms", "/matrix/?all=true"),
        *("/matrix/?provider=quiet&family=alpha&owner=Lab", "/matrix/families/"),
        "/matrix/families/?cell=alpha,quiet",
    ):
        with django_assert_max_num_queries(12):
            as_curator(address)


def test_it_stays_light_with_83_licenses_and_159_terms(visit):
    """Some 300 pairs in 13,000 places: what is empty weighs next to nothing."""
    with editing():
        licenses = [make_license(f"license-{n}") for n in range(83)]
        models = [make_model(f"lab/m-{n}", license) for n, license in enumerate(licenses)]
        hosts = [make_provider(f"host-{n}", make_terms(f"terms-{n}")) for n in range(159)]
        for number in range(300):
            make_route(models[number % 83], hosts[number % 159], provider_model_id=f"r-{number}")
    page = visit("/matrix/?all=true")

    assert "Shown: 83 of 83 licenses and 159 of 159 terms." in page.main()
    assert len(page.find("td")) > 83 * 159
    assert len(page.html) < 500_000
