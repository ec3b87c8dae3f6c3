"""The policy object of a pair, encoded once for all records that point at it."""

from __future__ import annotations

from typing import NamedTuple

import orjson
from django.db.models import QuerySet

COLUMNS = (
    "pk",
    "license__slug",
    "terms__slug",
    "status",
    "basis",
    "label",
    "source_url",
    "note",
)


class Answer(NamedTuple):
    """One resolved pair: its effective documents' slugs and its answer, as bytes and as texts."""

    license: str | None
    terms: str | None
    status: str
    basis: str
    label: str
    source_url: str
    note: str
    json: orjson.Fragment


Answers = dict[int, Answer]
"""Policy id → its answer."""


def policy_object(status: str, basis: str, label: str, source_url: str, note: str) -> dict:
    """``distillationPolicy`` as clients parse it; ``sourceUrl`` is left out where none is recorded."""
    source = {"sourceUrl": source_url} if source_url else {}
    return {"status": status, "label": label, "basis": basis, **source, "note": note}


def answers(policies: QuerySet) -> Answers:
    """Fetch and encode these policies, in one query."""
    found = {}
    for pk, *row in policies.order_by().values_list(*COLUMNS):
        encoded = orjson.Fragment(orjson.dumps(policy_object(*row[2:])))
        found[pk] = Answer._make((*row, encoded))
    return found
