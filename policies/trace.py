"""Why a pair has its answer: every rule with the facts it read, and the documents behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from policies.bases import ConditionKind, Layer, Status
from policies.models import License, Policy, ProviderTerms
from policies.rules import NOT_RECORDED, Step, explain

Document = License | ProviderTerms


class Condition(NamedTuple):
    """What a document still demands where it allows."""

    kind: str
    detail: str
    document: Document

    @property
    def words(self) -> str:
        """The condition as it ends a sentence that begins "allowed, if"."""
        return self.detail or str(ConditionKind(self.kind).label).lower()


class Evidence(NamedTuple):
    """One document of a pair and the part that it plays; ``role`` is empty for the one that decides."""

    document: Document
    role: str


class TraceFact(NamedTuple):
    """A sentence on a fact, and the document that it is from: None where nothing is recorded."""

    sentence: str
    document: Document | None


@dataclass(frozen=True)
class TraceStep:
    """One rule: ``css`` is ``no``, ``hit`` or ``skip``; ``status`` stands at the deciding rule alone."""

    number: int
    code: str
    title: str
    facts: tuple[TraceFact, ...]
    outcome: str
    status: str
    css: str

    @property
    def decides(self) -> bool:
        """Whether this rule gave the answer."""
        return self.css == "hit"


@dataclass(frozen=True)
class Trace:
    """The steps in order, the documents (the one that spoke first), and what still binds."""

    steps: tuple[TraceStep, ...]
    documents: tuple[Evidence, ...]
    conditions: tuple[Condition, ...]
    policy: Policy


_CSS = {"does not apply": "no", "decides": "hit", "not reached": "skip"}


def speaker_of(pair: Policy) -> Document | None:
    """The document that decided the pair's answer."""
    return {Layer.LICENSE.value: pair.license, Layer.TERMS.value: pair.terms}.get(pair.layer)


def binding_conditions(pair: Policy) -> list[Condition]:
    """What the pair's documents still demand where they allow; nothing binds where they do not."""
    if pair.status != Status.ALLOWED:
        return []
    return [
        Condition(item["kind"], item["detail"], record)
        for record in (pair.license, pair.terms)
        if record
        for item in record.conditions
    ]


def trace_of(policy: Policy) -> Trace:
    """The trace of one pair; fetch the policy with its license and terms."""
    license, terms = policy.license, policy.terms
    steps = explain(
        license.facts() if license else NOT_RECORDED, terms.facts() if terms else NOT_RECORDED
    )
    return Trace(
        steps=tuple(_step(step, policy) for step in steps),
        documents=_documents(policy),
        conditions=tuple(binding_conditions(policy)),
        policy=policy,
    )


def _step(step: Step, policy: Policy) -> TraceStep:
    documents = {Layer.LICENSE: policy.license, Layer.TERMS: policy.terms}
    return TraceStep(
        number=step.rule.number,
        code=step.rule.code,
        title=step.rule.title,
        facts=tuple(TraceFact(fact.sentence, documents[fact.layer]) for fact in step.facts),
        outcome=step.outcome,
        status=step.status.value if step.status else "",
        css=_CSS[step.outcome],
    )


def _documents(pair: Policy) -> tuple[Evidence, ...]:
    speaker = speaker_of(pair)
    if speaker is None:
        return ()
    found = [Evidence(speaker, "")]
    if speaker is pair.terms and pair.license:
        found.append(Evidence(pair.license, _role_of_license(pair.license, pair.terms)))
    elif speaker is pair.license and pair.terms:
        found.append(Evidence(pair.terms, _role_of_terms(pair.terms)))
    return tuple(found)


def _role_of_license(license: License, terms: ProviderTerms) -> str:
    """What the model's license adds where the provider's terms decided."""
    allows = license.status is Status.ALLOWED
    if terms.status is Status.DISALLOWED:
        return {
            Status.ALLOWED: "Overridden: the license alone would allow.",
            Status.DISALLOWED: "The license restricts as well.",
            Status.UNKNOWN: "The license gives no clear signal.",
        }[license.status]
    if terms.subject_to_license and allows:
        return "The permission is subject to the license, which allows."
    return f"The permission holds whatever the license says; it {_SAYS[license.status]}."


_SAYS = {
    Status.ALLOWED: "allows",
    Status.DISALLOWED: "restricts",
    Status.UNKNOWN: "gives no clear signal",
}


def _role_of_terms(terms: ProviderTerms) -> str:
    """What the provider's terms add where the license decided."""
    if terms.status is Status.ALLOWED:
        return "Does not count: the permission is subject to the license, which does not allow."
    return "The terms are silent on outputs."
