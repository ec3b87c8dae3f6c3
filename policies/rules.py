"""The decision itself: five rules as ordered data, and the two ways to ask them.

Pure Python over closed facts: no model, no database, no clock. ``resolve`` answers,
``explain`` says what each rule made of the facts. The rules page, the documentation and
the tests loop over ``RULES``; nothing else names a rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from policies.bases import STANDARD_LABELS, Basis, Layer, Status

RULES_VERSION = 1
"""Raised when the same facts may get another answer than before."""

NOTHING_RECORDED_NOTE = "No license or provider terms are recorded."
SUBJECT_TO_LICENSE_NOTE = "The provider's permission is subject to the model's license."


@dataclass(frozen=True, slots=True)
class Facts:
    """What one document, license or terms, says of outputs.

    ``basis`` is never empty: no document *is* ``provider-terms-unknown`` with
    ``recorded=False``. ``subject_to_license`` has a meaning for terms alone: their
    permission counts only where the license itself allows.
    """

    basis: Basis = Basis.PROVIDER_TERMS_UNKNOWN
    recorded: bool = False
    label: str = ""
    source_url: str = ""
    note: str = ""
    subject_to_license: bool = True

    @property
    def status(self) -> Status:
        """The status that the recorded basis implies."""
        return self.basis.status


NOT_RECORDED = Facts()
"""The facts where nobody has recorded a document."""


class Resolution(NamedTuple):
    """One resolved answer: the contract's policy object, and which rule and layer decided."""

    status: str
    basis: str
    label: str
    source_url: str
    note: str
    rule: int
    layer: str


class Fact(NamedTuple):
    """A sentence about what one layer's document records, or that none is recorded."""

    layer: Layer
    sentence: str


class Step(NamedTuple):
    """What one rule made of the facts, for a trace.

    ``outcome`` is ``"decides"``, ``"does not apply"`` or ``"not reached"``; ``status`` is the
    answer of the deciding rule and None elsewhere; ``facts`` are those that the rule looked at,
    none where it was not reached.
    """

    rule: Rule
    outcome: str
    facts: tuple[Fact, ...]
    status: Status | None


def _is_silent(terms: Facts) -> bool:
    return terms.status is Status.UNKNOWN


def _permission_counts(license: Facts, terms: Facts) -> bool:
    return terms.status is Status.ALLOWED and (
        not terms.subject_to_license or license.status is Status.ALLOWED
    )


def _permission_withheld(license: Facts, terms: Facts) -> bool:
    return terms.status is Status.ALLOWED and not _permission_counts(license, terms)


def _undecided_speaker(license: Facts, terms: Facts) -> Layer:
    if license.recorded:
        return Layer.LICENSE
    return Layer.TERMS if terms.recorded else Layer.NONE


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rule table.

    ``applies(license, terms)`` is the condition; ``speaker`` the layer whose document decides,
    None where the rule leaves it to what is recorded; ``reads`` the layers whose facts it looks at.
    """

    number: int
    code: str
    title: str
    sentence: str
    speaker: Layer | None
    reads: tuple[Layer, ...]
    applies: Callable[[Facts, Facts], bool]


RULES: tuple[Rule, ...] = (
    Rule(
        1,
        "provider-restricts",
        "The provider restricts explicitly",
        "The provider's terms record a restriction: disallowed, whatever the license says.",
        Layer.TERMS,
        (Layer.TERMS,),
        lambda license, terms: terms.status is Status.DISALLOWED,
    ),
    Rule(
        2,
        "provider-permits",
        "The provider permits explicitly",
        "The provider's terms record a permission: allowed. A permission that is subject to the "
        "model's license counts only where the license itself allows.",
        Layer.TERMS,
        (Layer.TERMS, Layer.LICENSE),
        _permission_counts,
    ),
    Rule(
        3,
        "license-allows",
        "The license allows, the provider is silent",
        "The license records a permission and the provider's terms say nothing clear, or none are "
        "recorded: allowed.",
        Layer.LICENSE,
        (Layer.LICENSE, Layer.TERMS),
        lambda license, terms: license.status is Status.ALLOWED and _is_silent(terms),
    ),
    Rule(
        4,
        "license-restricts",
        "The license restricts",
        "The license, or the owner's terms of a closed family, records a restriction: disallowed.",
        Layer.LICENSE,
        (Layer.LICENSE,),
        lambda license, terms: license.status is Status.DISALLOWED,
    ),
    Rule(
        5,
        "no-clear-signal",
        "No clear signal",
        "Nothing above applies: unknown. Silence never turns an unknown into a permission.",
        None,
        (Layer.LICENSE, Layer.TERMS),
        lambda license, terms: True,
    ),
)


def standard_label(layer: Layer, basis: Basis) -> str:
    """The label of an answer whose speaker carries none of its own."""
    return STANDARD_LABELS[layer, basis]


def resolve(license: Facts, terms: Facts) -> Resolution:
    """Decide one (license, terms) pair by the first rule that applies.

    Pass ``NOT_RECORDED`` for a document that nobody has recorded; a model's own policy is its
    license with ``NOT_RECORDED`` terms.
    """
    rule = _deciding_rule(license, terms)
    layer = rule.speaker or _undecided_speaker(license, terms)
    speaker = {Layer.LICENSE: license, Layer.TERMS: terms, Layer.NONE: NOT_RECORDED}[layer]
    basis = speaker.basis if rule.speaker else Basis.PROVIDER_TERMS_UNKNOWN
    return Resolution(
        status=basis.status.value,
        basis=basis.value,
        label=speaker.label or standard_label(layer, basis),
        source_url=speaker.source_url,
        note=_compose_note(layer, rule, license, terms),
        rule=rule.number,
        layer=layer.value,
    )


def explain(license: Facts, terms: Facts) -> list[Step]:
    """Every rule in order, with whether it applied and on which fact."""
    deciding = _deciding_rule(license, terms)
    status = Status(resolve(license, terms).status)
    steps = []
    for rule in RULES:
        if rule.number < deciding.number:
            outcome = "does not apply"
        else:
            outcome = "decides" if rule is deciding else "not reached"
        facts = () if outcome == "not reached" else _facts_read(rule, license, terms)
        steps.append(Step(rule, outcome, facts, status if rule is deciding else None))
    return steps


def _deciding_rule(license: Facts, terms: Facts) -> Rule:
    return next(rule for rule in RULES if rule.applies(license, terms))


def _compose_note(layer: Layer, rule: Rule, license: Facts, terms: Facts) -> str:
    if layer is Layer.NONE:
        return NOTHING_RECORDED_NOTE
    parts = [_ended((terms if layer is Layer.TERMS else license).note)]
    if rule.speaker is Layer.TERMS:
        signal = standard_label(Layer.LICENSE, license.basis)
        parts.append(f"Model-level signal: {signal[0].lower()}{signal[1:]}.")
    elif _permission_withheld(license, terms):
        parts.append(SUBJECT_TO_LICENSE_NOTE)
    return " ".join(part for part in parts if part)


def _ended(note: str) -> str:
    note = note.strip()
    return note if not note or note.endswith(".") else f"{note}."


def _facts_read(rule: Rule, license: Facts, terms: Facts) -> tuple[Fact, ...]:
    sentences = {Layer.LICENSE: _license_fact(license), Layer.TERMS: _terms_fact(license, terms)}
    return tuple(Fact(layer, sentences[layer]) for layer in rule.reads)


def _license_fact(license: Facts) -> str:
    if not license.recorded:
        return "No license is recorded."
    return f"The license records {license.basis.value}."


def _terms_fact(license: Facts, terms: Facts) -> str:
    if not terms.recorded:
        return "No provider terms are recorded."
    if _is_silent(terms):
        return "The provider's terms are silent on outputs."
    withheld = _permission_withheld(license, terms)
    tail = ", subject to the model's license, which does not allow" if withheld else ""
    return f"The provider's terms record {terms.basis.value}{tail}."
