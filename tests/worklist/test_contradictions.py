"""Records at odds with each other: each kind has a case that it must find and ones that it must not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from policies.bases import Status
from policies.worklist import Kind, contradictions
from policies.worklist.gathering import passes_on
from policies.worklist.items import Ref
from policies.worklist.notes import contradiction, says
from tests.factories import ALLOWS, CLOSED, PERMITS, RESTRICTS, SILENT
from tests.worklist.records import by_key, license, pair, terms


class TestTermsThatPermitWhatTheLicenseRestricts:
    def test_it_finds_a_pair_in_use_and_says_who_wins(self):
        documents = by_key(license(basis=RESTRICTS), terms(subject_to_license=True))
        (item,) = contradictions.permits_restricted(documents, [pair(1, 1, routes=3)])

        assert (item.kind, item.subject, item.routes) == (
            Kind.PERMITS_RESTRICTED,
            Ref("providerterms", 1, "Terms 1"),
            3,
        )
        assert item.others == (Ref("license", 1, "License 1"),)
        assert "is subject to the model's license, so the answer is disallowed" in item.why
        assert item.wanted == (("terms", "terms-1"), ("license", "license-1"))

    def test_it_says_so_where_the_permission_wins(self):
        documents = by_key(license(basis=RESTRICTS), terms(subject_to_license=False))
        (item,) = contradictions.permits_restricted(documents, [pair(1, 1)])

        assert "is not subject to the model's license, so the answer is allowed" in item.why

    @pytest.mark.parametrize(
        ("license_basis", "terms_basis", "routes"),
        [
            (ALLOWS, PERMITS, 1),
            (SILENT, PERMITS, 1),
            (RESTRICTS, SILENT, 1),
            (RESTRICTS, PERMITS, 0),
        ],
    )
    def test_it_leaves_alone_what_agrees_is_open_or_unused(
        self, license_basis, terms_basis, routes
    ):
        documents = by_key(license(basis=license_basis), terms(basis=terms_basis))
        found = contradictions.permits_restricted(documents, [pair(1, 1, routes), pair(1), pair()])

        assert found == []


class TestOneSourceWithDifferentBases:
    def test_it_finds_two_readings_of_one_address(self):
        here = license(1, ALLOWS, source_url="https://www.example.com/terms/")
        there = terms(2, RESTRICTS, source_url="http://EXAMPLE.com/terms")
        pairs = [pair(1, 2, routes=4), pair(1, None, routes=2), pair(9, 9, routes=9)]
        (item,) = contradictions.same_source(by_key(here, there), pairs)

        assert item.refs == (Ref.to(here), Ref.to(there))
        assert item.routes == 6
        assert "2 documents rest on example.com/terms" in item.why
        assert ALLOWS in item.why
        assert RESTRICTS in item.why

    def test_it_finds_two_restrictions_that_two_licenses_name_differently(self):
        same = {"source_url": "https://example.com/a"}
        documents = by_key(license(1, CLOSED, **same), license(2, RESTRICTS, **same))

        assert len(contradictions.same_source(documents, [])) == 1

    def test_it_knows_that_a_closed_family_rests_on_its_owners_terms(self):
        same = {"source_url": "https://example.com/terms"}
        documents = by_key(license(1, CLOSED, **same), terms(1, RESTRICTS, **same))

        assert contradictions.same_source(documents, []) == []

    def test_it_leaves_alone_other_addresses_equal_bases_and_none_at_all(self):
        documents = by_key(
            license(1, ALLOWS, source_url="https://example.com/a"),
            license(2, ALLOWS, source_url="https://example.com/a"),
            license(3, RESTRICTS, source_url="https://example.com/A"),
            license(4, SILENT, source_url=""),
            terms(5, RESTRICTS, source_url=""),
        )

        assert contradictions.same_source(documents, []) == []


class TestOwnersOnBothSides:
    def row(self, carried, models=2, owner="Lab"):
        return {"owner": owner, "carried": carried, "models": models}

    def test_it_finds_an_owner_with_open_and_closed_models(self):
        documents = by_key(license(1, ALLOWS), license(2, CLOSED))
        rows = [self.row(1, 1), self.row(2, 3)]
        (item,) = contradictions.mixed_owners(documents, rows, {"Lab": 10})

        assert item.why == "Lab has 1 model under an open license and 3 under a closed one."
        assert (item.routes, item.models) == (10, 4)
        assert [ref.pk for ref in item.refs] == [2, 1]
        assert item.wanted == (("owner", "Lab"),)

    def test_it_leaves_alone_owners_on_one_side(self):
        documents = by_key(license(1, ALLOWS), license(2, CLOSED), license(3, SILENT))
        rows = [self.row(1), self.row(3), self.row(None), self.row(2, owner="Other")]

        assert contradictions.mixed_owners(documents, rows, {}) == []


class TestNotes:
    @pytest.mark.parametrize(
        ("note", "status"),
        [
            ("The terms expressly permit training other models on outputs.", "disallowed"),
            ("Version 3.1 changed it. Output training is allowed; keep the notice.", "disallowed"),
            ("Outputs may be used for any purpose.", "disallowed"),
            ("Output may not be used to develop competing models.", "allowed"),
            ("Attribution is asked for (distillation is prohibited).", "allowed"),
            ("The provider forbids distilling its models.", "allowed"),
            ("Training on outputs is not permitted.", "allowed"),
        ],
    )
    def test_it_finds_a_note_that_says_the_opposite(self, note, status):
        clause = contradiction(note, Status(status))

        assert clause
        assert clause in note

    @pytest.mark.parametrize(
        ("note", "status"),
        [
            ("The terms expressly permit training other models on outputs.", "allowed"),
            ("Output may not be used to develop competing models.", "disallowed"),
            ("Output may not be used to develop competing models.", "unknown"),
            ("Training derivatives is allowed; 700M MAU clause.", "disallowed"),
            ("A separate clause bars using the Service to build competing products.", "allowed"),
            ("A ban on competing products is read as not covering outputs.", "allowed"),
            ("They forbid training on Output, unless an Order Form allows it.", "allowed"),
            ("An output is not a Derivative Model.", "allowed"),
            ("Outputs may be used, but only for research.", "disallowed"),
            ("Says nothing about outputs.", "allowed"),
            ("Outputs belong to the customer.", "disallowed"),
            ("", "allowed"),
        ],
    )
    def test_it_rather_hears_nothing_than_too_much(self, note, status):
        assert contradiction(note, Status(status)) == ""

    def test_it_says_nothing_of_a_clause_that_says_both(self):
        assert says("Outputs are allowed here and prohibited there") is None

    def test_it_reports_the_clause_the_field_and_the_basis(self):
        noted = license(1, RESTRICTS, note="Short. Outputs may be used to train any model.")
        labeled = terms(1, PERMITS, label="Distillation prohibited")
        found = contradictions.contradicting_notes(
            by_key(noted, labeled), [pair(1, None, routes=2), pair(None, 1, routes=1)]
        )

        assert [item.why for item in found] == [
            "Its note says “Outputs may be used to train any model”, and its basis is "
            "provider-output-use-restriction.",
            "Its label says “Distillation prohibited”, and its basis is provider-output-use-terms.",
        ]

    def test_it_leaves_alone_documents_that_agree_with_themselves(self):
        agreed = license(1, ALLOWS, note="Outputs may be used.", label="Distillation permitted")

        assert contradictions.contradicting_notes(by_key(agreed), []) == []


class TestFamilies:
    def row(self, own, family=1, models=1):
        return {
            "family": 7,
            "family_slug": "llamas",
            "family_name": "Llamas",
            "family_license": family,
            "license": own,
            "models": models,
            "routes": 4,
        }

    def test_it_finds_members_with_another_license(self):
        documents = by_key(license(1), license(2, RESTRICTS))
        (item,) = contradictions.family_licenses(documents, [self.row(2)])

        assert item.why == "The family carries License 1; 1 member carries License 2."
        assert item.refs[0] == Ref("family", 7, "Llamas")
        assert [ref.pk for ref in item.others] == [1, 2]
        assert item.wanted == (("family", "llamas"), ("license", "license-2"))

    def test_it_leaves_alone_members_that_repeat_the_familys_license(self):
        assert contradictions.family_licenses(by_key(license(1)), [self.row(1)]) == []


class TestRouters:
    def row(self, **changes):
        return {
            "passing": 1,
            "status": "allowed",
            "owner": "Z.ai",
            "router_slug": "router",
            "router_name": "Router",
            "upstream": 5,
            "upstream_name": "Z.AI",
            "upstream_terms": 2,
            "models": 3,
            "routes": 4,
        } | changes

    def test_it_finds_routes_that_the_owners_own_provider_restricts(self):
        documents = by_key(terms(1, SILENT), terms(2, RESTRICTS))
        (item,) = contradictions.stricter_upstream(documents, [self.row()], {5: "Z.ai"})

        assert "Z.AI restricts 3 of Z.ai's models that are allowed here." in item.why
        assert item.refs == (Ref.to(documents["terms", 1]), Ref.to(documents["terms", 2]))
        assert (item.routes, dict(item.wanted)["status"]) == (4, "allowed")

    def test_it_names_no_terms_where_the_license_alone_restricts_upstream(self):
        rows = [self.row(upstream_terms=None)]
        (item,) = contradictions.stricter_upstream(by_key(terms(1, SILENT)), rows, {5: "Z.ai"})

        assert item.others == ()

    def test_it_leaves_alone_what_a_stranger_restricts(self):
        documents = by_key(terms(1, SILENT), terms(2, RESTRICTS))
        rows = [self.row(), self.row(upstream=6)]

        assert contradictions.stricter_upstream(documents, rows, {5: "Somebody else"}) == []

    def test_it_knows_an_owners_own_provider_by_name_or_slug(self):
        providers = [
            SimpleNamespace(pk=1, name="Mistral", slug="mistral"),
            SimpleNamespace(pk=2, name="MiniMax (minimax.io)", slug="minimax"),
            SimpleNamespace(pk=3, name="Z.AI Coding Plan", slug="zai-coding"),
            SimpleNamespace(pk=4, name="Router", slug="router"),
        ]
        owners = ["Mistral AI", "MiniMax", "Z.ai", ""]

        assert contradictions.own_providers(owners, providers) == {1: "Mistral AI", 2: "MiniMax"}

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"clause_kind": "passthrough"}, True),
            ({"conditions": [{"kind": "terms-pass-down", "detail": ""}]}, True),
            ({"conditions": [{"kind": "attribution", "detail": ""}]}, False),
        ],
    )
    def test_it_knows_which_terms_pass_upstream_terms_on(self, fields, expected):
        assert passes_on(terms(1, SILENT, **fields)) is expected
