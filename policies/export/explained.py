"""An answer with its reasons, as a document for programs."""

from __future__ import annotations

from typing import Any

from policies.export.answers import policy_object
from policies.models import Policy
from policies.trace import Document, Trace, trace_of


def explained(policy: Policy) -> dict[str, Any]:
    """``distillationPolicy`` with the rules, the documents and the conditions behind it."""
    trace = trace_of(policy)
    answer = (policy.status, policy.basis, policy.label, policy.source_url, policy.note)
    return {
        "distillationPolicy": policy_object(*answer),
        "rules": _rules(trace),
        "documents": [_document(part.document, part.role) for part in trace.documents],
        "conditions": [
            {"kind": item.kind, "detail": item.detail, "document": item.document.slug}
            for item in trace.conditions
        ],
    }


def _rules(trace: Trace) -> list[dict[str, Any]]:
    return [
        {
            "rule": step.number,
            "code": step.code,
            "title": step.title,
            "outcome": step.outcome,
            "status": step.status or None,
            "facts": [
                {
                    "sentence": fact.sentence,
                    "document": fact.document.slug if fact.document else None,
                }
                for fact in step.facts
            ],
        }
        for step in trace.steps
    ]


def _document(document: Document, role: str) -> dict[str, Any]:
    return {
        "layer": document.layer.value,
        "slug": document.slug,
        "name": document.name,
        "decides": not role,
        "role": role,
        "basis": document.basis,
        "quote": document.quote,
        "section": document.quote_section,
        "sourceUrl": document.source_url or None,
        "evidence": document.evidence,
        "verifiedOn": document.verified_on.isoformat() if document.verified_on else None,
    }
