"""What clients will read of a document as it stands in a form: the rules' own answer, and where."""

from __future__ import annotations

from typing import NamedTuple

from django.core.exceptions import ValidationError

from policies.bases import Basis, Layer, Status
from policies.models.sources import PolicySource
from policies.rules import NOT_RECORDED, Facts, Resolution, resolve

PERMISSIVE = Facts(basis=Basis.PERMISSIVE_OPEN_WEIGHTS, recorded=True)

ON_MODELS = (
    "On a model under this license, and on its routes whose provider says nothing clear of outputs."
)
ON_ROUTES = "On a route under these terms to a model whose license permits."
WITHHELD = "Where the license does not permit, this permission does not count."
SILENT = (
    "Only on a route to a model without a recorded license: silent terms leave every other answer "
    "to the license."
)


class Sample(NamedTuple):
    """An answer, on which models or routes clients read it, and what is lacking before it can be saved."""

    answer: Resolution
    where: str
    lacking: list[str]


def sample_of(record: PolicySource) -> Sample:
    """What follows from a document, whether it is stored or only typed."""
    facts = record.facts()
    try:
        record.clean()
        lacking = []
    except ValidationError as error:
        lacking = error.messages
    return Sample(*_answer(record.layer, facts), lacking)


def _answer(layer: Layer, facts: Facts) -> tuple[Resolution, str]:
    if layer is Layer.LICENSE:
        return resolve(facts, NOT_RECORDED), ON_MODELS
    if facts.status is Status.UNKNOWN:
        return resolve(NOT_RECORDED, facts), SILENT
    withheld = facts.status is Status.ALLOWED and facts.subject_to_license
    return resolve(PERMISSIVE, facts), f"{ON_ROUTES} {WITHHELD}" if withheld else ON_ROUTES
