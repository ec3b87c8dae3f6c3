"""Why a pair has its answer: every rule with what it made of the facts, and the deciding document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policies.bases import Layer
from policies.models import Policy
from policies.rules import NOT_RECORDED, explain


@dataclass(frozen=True)
class TraceStep:
    """One rule: ``css`` is ``no``, ``hit`` or ``skip``; ``status`` stands at the deciding rule alone."""

    number: int
    title: str
    fact: str
    outcome: str
    status: str
    css: str

    @property
    def decides(self) -> bool:
        """Whether this rule gave the answer."""
        return self.css == "hit"


@dataclass(frozen=True)
class Trace:
    """The steps in order, the document that spoke (None where nothing is recorded), and the note."""

    steps: tuple[TraceStep, ...]
    document: Any
    note: str
    policy: Policy


_CSS = {"does not apply": "no", "decides": "hit", "not reached": "skip"}


def trace_of(policy: Policy) -> Trace:
    """The trace of one pair; fetch the policy with its license and terms."""
    license, terms = policy.license, policy.terms
    steps = explain(
        license.facts() if license else NOT_RECORDED, terms.facts() if terms else NOT_RECORDED
    )
    return Trace(
        steps=tuple(
            TraceStep(
                step.rule.number,
                step.rule.title,
                step.fact,
                step.outcome,
                step.status.value if step.status else "",
                _CSS[step.outcome],
            )
            for step in steps
        ),
        document={Layer.LICENSE: license, Layer.TERMS: terms}.get(Layer(policy.layer)),
        note=policy.note,
        policy=policy,
    )
