"""The worklist: what waits to be read, in which order, and everything together."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from policies.models import Family, License, ProviderTerms
from policies.worklist import Kind, gather, waiting
from policies.worklist.notes import contradiction
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)
from tests.worklist.records import license, pair, terms

TODAY = date(2026, 11, 24)
STARTER = Path(__file__).resolve().parent.parent.parent / "policies" / "starter"


class TestReading:
    def test_it_counts_a_review_as_late_from_the_day_after(self):
        due = license(1, review_by=date(2026, 11, 24), verified_on=TODAY)

        assert waiting.neglected([], [due], TODAY) == []
        (item,) = waiting.neglected([], [due], date(2026, 11, 25))
        assert item.why == "Its review was due on 2026-11-24, 1 day ago."

    def test_it_puts_the_longest_overdue_first(self):
        late = license(1, review_by=date(2026, 11, 1), verified_on=TODAY)
        later = license(2, review_by=date(2026, 1, 1), verified_on=TODAY)
        found = waiting.neglected([pair(1, routes=100)], [late, later], TODAY)

        assert [item.subject.pk for item in found] == [2, 1]

    def test_it_ranks_what_was_never_read_or_only_reported_by_what_it_governs(self):
        documents = [
            license(1, SILENT),
            terms(2, RESTRICTS),
            terms(3, RESTRICTS, evidence="secondary", verified_on=TODAY),
            terms(4, RESTRICTS, evidence="text-read", verified_on=TODAY),
        ]
        pairs = [pair(1, 2, routes=2, models_count=1), pair(None, 2, routes=3), pair(1, 4)]
        found = waiting.neglected(pairs, documents, TODAY)

        assert [(item.kind, item.subject.pk, item.routes, item.models) for item in found] == [
            (Kind.NEVER_VERIFIED, 2, 5, 1),
            (Kind.NEVER_VERIFIED, 1, 3, 1),
            (Kind.SECONDARY, 3, 0, 0),
        ]
        assert found[2].why.endswith("; recorded on 2026-11-24.")

    def test_it_ranks_the_undecided_by_what_they_would_settle(self):
        vague, clear = license(1, SILENT), license(2, ALLOWS)
        silent = terms(1, SILENT, evidence="text-read")
        pairs = [pair(1, 1, routes=2), pair(1, None, routes=3), pair(2, 1, 9, "allowed")]
        family = {
            "document": family_of(7),
            "family": True,
            "kind": "Family",
            "routes": 6,
            "models": 1,
        }
        found = waiting.undecided(pairs, [vague, clear, silent], [family])

        assert [(item.subject.key, item.routes) for item in found] == [
            ("family:7", 6),
            ("license:1", 5),
        ]
        assert found[0].wanted == (("family", "f"), ("license", "-"), ("status", "unknown"))
        assert found[1].wanted == (("license", "license-1"), ("status", "unknown"))


def family_of(pk):
    """An unsaved family."""
    return Family(pk=pk, slug="f", name="F")


@pytest.fixture
def everything(db):
    """One of each kind, and what must not be found beside it."""
    open_one = make_license("open", ALLOWS, verified_on=TODAY)
    closed = make_license("closed", CLOSED, verified_on=TODAY)
    vague = make_license("vague", SILENT, verified_on=TODAY)
    make_license("late", ALLOWS, verified_on=TODAY, review_by=date(2026, 1, 1))
    make_license("unread", ALLOWS, note="Outputs may not be used.")
    make_license("twin", RESTRICTS, verified_on=TODAY, source_url=open_one.source_url)
    grants = make_terms("grants", PERMITS, verified_on=TODAY, evidence="secondary")
    passing = make_terms("passing", SILENT, clause_kind="passthrough", verified_on=TODAY)
    bans = make_terms("bans", RESTRICTS, verified_on=TODAY)
    router = make_provider("router", passing)
    lab = make_provider("lab", bans, name="Lab")
    free = make_model("lab/free", open_one, owner="Lab")
    make_route(free, router)
    make_route(free, lab)
    make_route(make_model("lab/shut", closed, owner="Lab"), make_provider("grants", grants))
    make_route(make_model("acme/vague", vague, owner="Acme"), make_provider("silent"))
    make_model("other/m", closed, owner="Other", family=make_family("open-family", open_one))


def test_it_gathers_every_kind_in_order(everything):
    found = [(item.kind.value, item.subject.name, item.routes) for item in gather(TODAY)]

    assert found == [
        ("undecided", "vague", 1),
        ("past-review", "late", 0),
        ("never-verified", "unread", 0),
        ("secondary", "grants", 1),
        ("permits-restricted", "grants", 1),
        ("same-source", "open", 2),
        ("mixed-owner", "closed", 3),
        ("note", "unread", 0),
        ("family-license", "open-family", 0),
        ("pass-through", "passing", 1),
    ]
    assert [kind.value for kind in Kind] == [kind for kind, _, _ in found]


def test_it_explains_every_kind():
    for kind in Kind:
        assert kind.hint.endswith(".")
        assert kind.advice.endswith(".")


def test_it_gathers_nothing_from_nothing(db):
    assert gather(TODAY) == []


@pytest.mark.parametrize("more", [0, 3])
def test_it_gathers_with_a_constant_number_of_queries(everything, more, django_assert_num_queries):
    for number in range(more):
        vague = make_license(f"more-{number}", SILENT)
        make_route(make_model(license=vague, owner=f"Owner {number}"))

    with django_assert_num_queries(9):
        gather(TODAY)


def test_it_finds_no_note_of_the_bundled_catalog_at_odds():
    """The word rules were tuned on these; a hit here is a false one, or a record to mend."""
    for table, name in ((License, "licenses"), (ProviderTerms, "provider_terms")):
        records = json.loads((STARTER / f"{name}.json").read_text())
        assert records
        for record in records:
            document = table(basis=record["basis"])
            assert contradiction(record["note"], document.status) == "", record["slug"]
