"""The decision: every combination of facts, against the contract written down a second time."""

from __future__ import annotations

from itertools import product

import pytest

from policies.bases import LAYER_BASES, STANDARD_LABELS, Basis, Layer, Status
from policies.rules import NOT_RECORDED, RULES, Facts, explain, resolve

LICENSES = [
    NOT_RECORDED,
    *(
        Facts(basis, recorded=True, source_url="https://license.example", note="License note")
        for basis in LAYER_BASES[Layer.LICENSE]
    ),
]
TERMS = [
    NOT_RECORDED,
    *(
        Facts(
            basis,
            recorded=True,
            source_url="https://terms.example",
            note="Terms note.",
            subject_to_license=subject,
        )
        for basis, subject in product(LAYER_BASES[Layer.TERMS], (True, False))
    ),
]
TABLE = list(product(LICENSES, TERMS))

RESTRICTIONS = {"provider-output-use-restriction", "closed-provider-restriction"}
PERMISSIONS = {"deepseek-api-terms", "permissive-open-weights", "provider-output-use-terms"}


def expected(license: Facts, terms: Facts) -> tuple[str, str, str, int]:
    """(status, basis, layer, rule) by a plain reading of the contract, sharing no code."""
    license_says, terms_say = str(license.basis), str(terms.basis)
    if terms_say in RESTRICTIONS:
        return "disallowed", terms_say, "terms", 1
    if terms_say in PERMISSIONS:
        if not terms.subject_to_license or license_says in PERMISSIONS:
            return "allowed", terms_say, "terms", 2
    elif license_says in PERMISSIONS:
        return "allowed", license_says, "license", 3
    if license_says in RESTRICTIONS:
        return "disallowed", license_says, "license", 4
    speaker = "license" if license.recorded else "terms" if terms.recorded else "none"
    return "unknown", "provider-terms-unknown", speaker, 5


@pytest.mark.parametrize(("license", "terms"), TABLE)
def test_it_decides_every_combination_as_the_contract_says(license, terms):
    answer = resolve(license, terms)

    assert (answer.status, answer.basis, answer.layer, answer.rule) == expected(license, terms)


def test_it_covers_the_whole_table():
    assert len(TABLE) == 5 * 11
    assert {resolve(*facts).rule for facts in TABLE} == {rule.number for rule in RULES}


@pytest.mark.parametrize(("license", "terms"), TABLE)
def test_it_never_allows_without_a_recorded_permission(license, terms):
    if resolve(license, terms).status == "allowed":
        assert {str(license.basis), str(terms.basis)} & PERMISSIONS
        assert resolve(license, terms).source_url


@pytest.mark.parametrize(("license", "terms"), TABLE)
def test_it_never_lets_silence_change_the_licenses_own_answer(license, terms):
    if terms.basis == "provider-terms-unknown":
        assert resolve(license, terms).status == resolve(license, NOT_RECORDED).status


@pytest.mark.parametrize(("license", "terms"), TABLE)
def test_it_takes_source_and_label_from_the_speaker_alone(license, terms):
    answer = resolve(license, terms)
    speaker = {"license": license, "terms": terms, "none": NOT_RECORDED}[answer.layer]

    assert answer.source_url == speaker.source_url
    assert answer.label == STANDARD_LABELS[Layer(answer.layer), Basis(answer.basis)]


def test_it_prefers_the_speakers_own_label():
    license = Facts(Basis.PERMISSIVE_OPEN_WEIGHTS, recorded=True, label="Apache says yes")
    terms = Facts(Basis.PROVIDER_TERMS_UNKNOWN, recorded=True, label="Silent house")

    assert resolve(license, terms).label == "Apache says yes"
    assert resolve(NOT_RECORDED, terms).label == "Silent house"


NOTES = [
    # license basis, terms basis, subject, note
    (None, None, True, "No license or provider terms are recorded."),
    ("permissive-open-weights", None, True, "L."),
    (None, "provider-terms-unknown", True, "T."),
    (
        "permissive-open-weights",
        "provider-output-use-restriction",
        False,
        "T. Model-level signal: license permits distillation.",
    ),
    (
        "provider-output-use-restriction",
        "deepseek-api-terms",
        False,
        "T. Model-level signal: license restricts output use.",
    ),
    (
        "closed-provider-restriction",
        "closed-provider-restriction",
        False,
        "T. Model-level signal: closed model family restricts distillation.",
    ),
    (
        None,
        "provider-output-use-terms",
        False,
        "T. Model-level signal: no clear license policy is recorded.",
    ),
    (
        None,
        "provider-output-use-terms",
        True,
        "T. The provider's permission is subject to the model's license.",
    ),
    (
        "provider-terms-unknown",
        "provider-output-use-terms",
        True,
        "L. The provider's permission is subject to the model's license.",
    ),
    (
        "closed-provider-restriction",
        "provider-output-use-terms",
        True,
        "L. The provider's permission is subject to the model's license.",
    ),
]


def facts_of(basis: str | None, note: str, subject: bool = True) -> Facts:
    if basis is None:
        return NOT_RECORDED
    return Facts(Basis(basis), recorded=True, note=note, subject_to_license=subject)


@pytest.mark.parametrize(("license", "terms", "subject", "note"), NOTES)
def test_it_composes_the_note(license, terms, subject, note):
    answer = resolve(facts_of(license, "L"), facts_of(terms, "T.", subject))

    assert answer.note == note


def test_it_gives_an_uncounted_permission_no_label_that_permits():
    terms = facts_of("provider-output-use-terms", "T")

    assert resolve(NOT_RECORDED, terms).label == "No clear provider policy is recorded"


def test_it_leaves_an_empty_note_empty():
    assert resolve(facts_of("permissive-open-weights", "  "), NOT_RECORDED).note == ""


def test_it_gives_the_fireworks_answer_to_the_letter():
    license = Facts(Basis.PERMISSIVE_OPEN_WEIGHTS, recorded=True)
    terms = Facts(
        Basis.PROVIDER_OUTPUT_USE_TERMS,
        recorded=True,
        source_url="https://fireworks.ai/terms-of-service",
        note="Fireworks permits use of outputs for any lawful purpose, subject to model-provider "
        "license and usage restrictions.",
    )

    assert resolve(license, terms)[:5] == (
        "allowed",
        "provider-output-use-terms",
        "Provider terms permit output use",
        "https://fireworks.ai/terms-of-service",
        "Fireworks permits use of outputs for any lawful purpose, subject to model-provider "
        "license and usage restrictions. Model-level signal: license permits distillation.",
    )


@pytest.mark.parametrize(("license", "terms"), TABLE)
def test_it_explains_the_answer_it_gives(license, terms):
    answer, steps = resolve(license, terms), explain(license, terms)

    assert [step.rule for step in steps] == list(RULES)
    deciding = [step for step in steps if step.outcome == "decides"]
    assert [step.rule.number for step in deciding] == [answer.rule]
    assert deciding[0].status == answer.status
    for step in steps:
        reached = step.rule.number <= answer.rule
        assert (step.outcome == "not reached") is not reached
        layers = tuple(fact.layer for fact in step.facts)
        assert layers == (step.rule.reads if reached else ())
        assert all(fact.sentence.endswith(".") for fact in step.facts)
        assert (step.status is None) is (step.outcome != "decides")


def test_it_says_why_a_permission_did_not_count():
    steps = explain(NOT_RECORDED, facts_of("provider-output-use-terms", "T"))

    [terms, license] = steps[1].facts
    assert "subject to the model's license, which does not allow" in terms.sentence
    assert license.sentence == "No license is recorded."


def test_it_numbers_the_rules_and_keeps_their_codes():
    assert [(rule.number, rule.code) for rule in RULES] == [
        (1, "provider-restricts"),
        (2, "provider-permits"),
        (3, "license-allows"),
        (4, "license-restricts"),
        (5, "no-clear-signal"),
    ]


def test_it_gives_every_basis_one_status_and_a_layer_that_may_record_it():
    for basis in Basis:
        assert basis.status in Status
        assert basis.recorded_by
        assert basis.meaning.endswith(".")


def test_it_has_a_standard_label_for_every_layer_and_basis():
    recordable = {(layer, basis) for layer, bases in LAYER_BASES.items() for basis in bases}

    assert set(STANDARD_LABELS) == recordable | {(Layer.NONE, Basis.PROVIDER_TERMS_UNKNOWN)}
