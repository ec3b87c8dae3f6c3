"""A trace as lines for a terminal: the answer, the five rules, the documents, what binds."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from policies.bases import Evidence, Layer, Status
from policies.models import Policy
from policies.trace import Document, Trace, TraceStep

GLYPHS = {Status.ALLOWED: "✓", Status.DISALLOWED: "✕", Status.UNKNOWN: "?"}
NAMES = 8
"""How wide the names before an answer's values are."""

Paint = Callable[[str, str], str]
"""``(style, text)`` → the text in that style: a status's code, or ``strong``."""


def answer_lines(policy: Policy, paint: Paint, width: int) -> Iterator[str]:
    """Status, label, basis, source and note of one answer."""
    status = Status(policy.status)
    word = paint(status.value, f"{GLYPHS[status]} {status.label}")
    yield f"{word}  {paint('strong', policy.label)}"
    yield _named("basis", policy.basis, width)
    yield _named("source", policy.source_url or "none recorded", width)
    yield _named("note", policy.note or "none recorded", width)


def trace_lines(trace: Trace, paint: Paint, width: int, known_from: str = "") -> Iterator[str]:
    """Every rule, then each document with its words, then what binds an allowance.

    ``known_from`` says how it is known that the model carries its license.
    """
    yield paint("strong", "Why, rule by rule")
    for step in trace.steps:
        yield from _step(step, paint, width)
    for part in trace.documents:
        yield ""
        yield from _document(part.document, part.role, paint, width)
        if part.document.layer is Layer.LICENSE and known_from:
            yield _wrapped(f"That the model carries it is known from: {known_from}.", width)
    if trace.conditions:
        yield ""
        yield paint("strong", "Allowed, if")
        for condition in trace.conditions:
            named = f"{condition.kind}: {condition.detail}" if condition.detail else condition.kind
            yield _wrapped(f"{named} ({condition.document.name})", width, first="  - ", rest="    ")


def _step(step: TraceStep, paint: Paint, width: int) -> Iterator[str]:
    outcome = paint(step.status, step.status) if step.decides else step.outcome
    title = f"{step.number}. {step.title}"
    yield f"  {paint('strong', title) if step.decides else title}: {outcome}"
    for fact in step.facts:
        source = f" [{fact.document.name}]" if fact.document else ""
        yield _wrapped(f"{fact.sentence}{source}", width, first="     ", rest="     ")


def _document(document: Document, role: str, paint: Paint, width: int) -> Iterator[str]:
    kind = "license" if document.layer is Layer.LICENSE else "terms"
    yield f"{paint('strong', document.name)} ({kind} {document.slug})"
    if role:
        yield _wrapped(role, width)
    if document.quote:
        yield _wrapped(f"“{document.quote}”", width, first="    ", rest="    ")
    else:
        yield "  No quote is recorded."
    verified = f"verified {document.verified_on}" if document.verified_on else "never verified"
    section = document.quote_section
    place = [f"section {section}" if section[0].isdigit() else section] if section else []
    yield _wrapped(", ".join([*place, Evidence(document.evidence).label.lower(), verified]), width)
    yield f"  {document.source_url or 'no source URL'}"


def _named(name: str, value: str, width: int) -> str:
    return _wrapped(value, width, first=f"  {name:<{NAMES}}", rest=" " * (NAMES + 2))


def _wrapped(text: str, width: int, first: str = "  ", rest: str = "  ") -> str:
    """The text within the width; addresses and ids are never broken."""
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
