"""Earlier versions of a document, in full and field by field; and addresses that ask for nothing."""

import pytest

from tests.factories import (
    ALLOWS,
    CLOSED,
    RESTRICTS,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    read_anew,
    save,
)

pytestmark = pytest.mark.django_db

NAMING = [{"kind": "naming", "detail": "Names start with Open"}]


@pytest.fixture(scope="module")
def recorded(kept):
    record = make_license(
        "open", ALLOWS, name="Open", note="First.", quote="Old words.", conditions=NAMING,
        internal_note="Counsel thinks otherwise",
    )  # fmt: skip
    make_route(make_model("m", record), make_provider("p"))
    save(record, basis=CLOSED, note="Second.")
    save(record, basis=ALLOWS, name="Open 2", quote="New words.")
    return record


@pytest.fixture
def license(recorded, db):
    """Three versions: allowed with a condition, restricted, allowed again with a new name."""
    (record,) = read_anew(recorded)
    return record


def test_it_shows_an_earlier_version_in_full_and_marks_it(license, visit):
    """As it was read then; what it governs today is not shown beside it."""
    page = visit("/licenses/open/?version=1")
    assert page.texts("h1") == ["Open"]
    assert "Version 1 of 3, no longer in force. Recorded by tester with revision 1" in page.main()
    assert "replaced with revision 5" in page.main()
    assert "Allowed with 1 condition License permits distillation. First." in page.main()
    assert page.texts("blockquote") == ["Old words."]
    assert page.links()["The current version"] == "/licenses/open/"
    assert "Where used" not in page.main()
    assert "Disallowed Closed model family" in visit("/licenses/open/?version=2").main()


def test_it_shows_the_current_version_unmarked(license, visit):
    """By its number or without one."""
    for address in ("/licenses/open/", "/licenses/open/?version=3"):
        words = visit(address).main()
        assert "no longer in force" not in words
        assert "Where used" in words


@pytest.mark.parametrize(
    ("query", "heads", "rows"),
    [
        (
            "version=1",
            ["Version 1", "Version 3"],
            ["name Open Open 2", "note First. Second.", "quote Old words. New words."],
        ),
        (
            "version=2&against=1",
            ["Version 1", "Version 2"],
            [
                "note First. Second.",
                "basis permissive-open-weights closed-provider-restriction",
            ],
        ),
        (
            "version=3&against=2",
            ["Version 2", "Version 3"],
            [
                "name Open Open 2",
                "quote Old words. New words.",
                "basis closed-provider-restriction permissive-open-weights",
            ],
        ),
        ("version=2&against=2", [], []),
    ],
)
def test_it_holds_any_two_versions_against_each_other(query, heads, rows, license, visit):
    """The older stands left, whichever was asked for first."""
    page = visit(f"/licenses/open/?{query}")
    tables = [t for t in page.find("table") if page.text(t.find("caption")) == "Differences"]
    found = [page.text(row) for table in tables for row in table.findall(".//tr")]
    assert found[1:] == rows
    assert found[:1] == ([" ".join(["Field", *heads])] if rows else [])
    assert rows or "The two versions say the same." in page.main()


def test_it_leads_to_every_version(license, visit):
    """From the history, and by a plain form."""
    page = visit("/licenses/open/")
    assert page.links()["2"] == "/licenses/open/?version=2"
    assert page.links()["First recorded"] == "/licenses/open/?version=1"
    selects = [s for s in page.find("select") if s.get("name") in ("version", "against")]
    assert [page.text(select) for select in selects] == ["123", "123"]


def test_it_keeps_internal_notes_of_the_past_to_the_staff(license, visit, as_curator, client):
    """An earlier note is as internal as the present one."""
    save(license, internal_note="")
    assert "Counsel thinks otherwise" in as_curator("/licenses/open/?version=1").main()
    client.logout()
    html = visit("/licenses/open/?version=1").html
    assert "Counsel" not in html
    assert "nternal note" not in html


def test_it_shows_terms_as_they_were_too(visit):
    """With the fields that only terms have."""
    terms = make_terms("t", RESTRICTS, name="T", effective="2025-01-01")
    save(terms, effective="2026-01-01")
    words = visit("/terms/t/?version=1").main()
    assert "Effective 2025-01-01" in words
    assert "effective 2025-01-01 2026-01-01" in words


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("version=4", "Version “4” is not recorded, so no page is shown."),
        ("version=1&against=9", "Version “9” is not recorded"),
        ("version=0", "Version “0” is not a value"),
        ("version=one", "Version “one” is not a value"),
        ("version=", "“version” is empty"),
        ("version=1&version=2", "“version” is given 2 times"),
        (f"version={10**30}", "is not recorded"),
        ("versoin=1", "“versoin” is not a parameter of this page"),
    ],
)
def test_it_refuses_a_wrong_version_in_words(query, sentence, license, visit):
    """And shows no reading, which could be taken for the one that was asked for."""
    page = visit(f"/licenses/open/?{query}", status=400)
    assert sentence in page.main()
    assert "First." not in page.main()
    assert "Allowed" not in page.main()


@pytest.mark.parametrize("address", ["/routes/1/", "/providers/p/", "/terms/t/", "/models/m/"])
def test_it_refuses_a_parameter_that_a_page_does_not_have(address, visit):
    """A filter that is not understood must not look as if it had been applied."""
    route = make_route(make_model("m"), make_provider("p", make_terms("t")))
    address = address.replace("/1/", f"/{route.pk}/")
    page = visit(f"{address}?statsu=allowed", status=400)
    assert "“statsu” is not a parameter of this page, so no page is shown." in page.main()
    assert visit(address)
