"""What clients will see of a document: in its form, while it is typed, and before it is saved."""

from __future__ import annotations

import pytest

from policies.admin.samples import ON_MODELS, ON_ROUTES, SILENT, WITHHELD, sample_of
from policies.bases import LAYER_BASES, Basis, Layer
from policies.models import License, Policy, ProviderTerms, Revision
from tests.admin.pages import address, fields_of, is_impact, list_address, open_form, press_save
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)
from tests.factories import SILENT as UNKNOWN

LICENSES, TERMS = "/admin/policies/license/sample/", "/admin/policies/providerterms/sample/"
SIGNAL = "Model-level signal: license permits distillation."


def terms(basis: str, **fields) -> ProviderTerms:
    return ProviderTerms(basis=basis, note="Typed", source_url="https://t.example", **fields)


@pytest.mark.parametrize(
    ("record", "label", "note", "where"),
    [
        (
            License(basis=CLOSED, note="Typed", source_url="https://l.example"),
            "Closed model family restricts distillation",
            "Typed.",
            ON_MODELS,
        ),
        (terms(PERMITS), "Provider terms permit output use", f"Typed. {SIGNAL}", WITHHELD),
        (terms(PERMITS, subject_to_license=False, label="Own"), "Own", SIGNAL, ON_ROUTES),
        (terms(RESTRICTS), "Provider terms restrict output use", SIGNAL, ON_ROUTES),
        (terms(UNKNOWN), "No clear provider policy is recorded", "Typed.", SILENT),
    ],
)
def test_it_says_what_the_rules_would(record, label, note, where):
    sample = sample_of(record)
    assert (sample.answer.label, sample.lacking) == (label, [])
    assert sample.answer.note.endswith(note)
    assert sample.where.endswith(where)


@pytest.mark.parametrize(
    ("layer", "basis"), [(layer, basis) for layer, known in LAYER_BASES.items() for basis in known]
)
def test_it_shows_the_documents_own_words_whatever_its_basis(layer, basis):
    table = License if layer is Layer.LICENSE else ProviderTerms
    sample = sample_of(table(basis=basis.value, note="Own words", source_url="https://x.example"))
    assert sample.answer.layer == layer
    assert sample.answer.status == basis.status
    assert sample.answer.note.startswith("Own words.")


def test_it_says_what_is_lacking_before_it_can_be_saved():
    sample = sample_of(License(basis=CLOSED, evidence="text-read"))
    assert len(sample.lacking) == 2
    assert "A source URL is required" in sample.lacking[0]
    assert "A quote is required" in sample.lacking[1]


@pytest.mark.django_db
class TestPages:
    def test_it_answers_as_the_stored_policy_does_once_saved(self, curating):
        with editing():
            record = make_terms("t", PERMITS, note="Outputs are free", label="Free")
            make_route(make_model(license=make_license("l", ALLOWS)), make_provider("p", record))
        stored = Policy.objects.get(license__slug="l", terms=record)
        assert sample_of(record).answer == stored.answer

    def test_it_draws_anew_what_is_typed_and_writes_nothing(self, curating):
        before = Revision.objects.current_number()
        typed = {
            "basis": RESTRICTS,
            "label": " Mine ",
            "note": "<b>No</b>",
            "evidence": "text-read",
        }
        page = curating.post(TERMS, typed).content.decode()
        assert "<b>Mine.</b> &lt;b&gt;No&lt;/b&gt;. Model-level signal" in page
        assert "A quote is required" in page
        assert Revision.objects.current_number() == before

    def test_it_knows_whether_a_permission_is_subject_to_the_license(self, curating):
        typed = {"basis": PERMITS, "source_url": "https://t.example"}
        free = curating.post(TERMS, typed).content.decode()
        bound = curating.post(TERMS, typed | {"subject_to_license": "on"}).content.decode()
        assert WITHHELD in bound
        assert WITHHELD not in free

    @pytest.mark.parametrize("basis", ["", "allowed", PERMITS])
    def test_it_refuses_a_basis_that_a_license_cannot_record(self, curating, basis):
        response = curating.post(LICENSES, {"basis": basis})
        assert response.status_code == 400
        assert f"basis: {basis!r} is not known; accepted: {ALLOWS}" in response.content.decode()

    def test_it_is_no_page_for_strangers_or_for_reading(self, curating, client):
        assert client.post(LICENSES, {"basis": ALLOWS}).status_code == 302
        assert curating.get(LICENSES).status_code == 405

    def test_it_stands_in_the_form_with_a_button_for_those_without_script(self, curating):
        record = make_license("open", ALLOWS)
        make_model(license=record)
        page = curating.get(address(record))
        assert 'id="clients-see"' in page.content.decode()
        typed = fields_of(page, "license_form") | {"basis": CLOSED, "label": "Typed", "_edit": "1"}
        again = curating.post(address(record), typed)
        assert not is_impact(again)
        shown = again.content.decode().split('id="clients-see"')[1].split("field-conditions")[0]
        assert "<b>Typed.</b>" in shown
        assert "Disallowed" in shown
        assert f'<details data-basis="{CLOSED}" class="chosen" open>' in again.content.decode()
        assert open_form(curating, record)["basis"] == ALLOWS

    def test_it_stands_in_the_form_of_a_new_document(self, curating):
        page = curating.get(list_address(ProviderTerms, "add")).content.decode()
        shown = page.split('id="clients-see"')[1].split("field-conditions")[0]
        assert "No clear provider policy is recorded" in shown

    def test_it_shows_readers_what_is_stored_and_no_button(self, reading):
        page = reading.get(address(make_license("open", ALLOWS))).content.decode()
        assert "License permits distillation" in page
        assert "Show what clients will see" not in page

    def test_it_is_on_the_page_before_the_save(self, curating):
        record = make_license("open", ALLOWS)
        make_model(license=record)
        page = press_save(curating, record, basis=CLOSED, note="They say no")
        assert is_impact(page)
        assert page.context["sample"].answer.note == "They say no."
        assert "Clients will see" in page.content.decode()
        model = record.models.get()
        assert press_save(curating, model, license="").context["sample"] is None

    def test_it_reads_bases_of_the_other_layer_as_wrong(self, curating):
        wrong = {"basis": Basis.PERMISSIVE_OPEN_WEIGHTS.value}
        assert curating.post(TERMS, wrong).status_code == 400
