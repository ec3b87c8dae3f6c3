"""Counts beside the filters of a list: every facet from one grouped read.

A ``Cell`` is a group of routes or models that share everything a facet can ask: their pair of
documents and a few columns. There are a few hundred pairs however many routes there are, so what
depends on the pair is asked of each pair once, in Python, for the counts and for the filter alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies import asof
from policies.bases import Basis, ConditionKind, Evidence, LicenseEvidence, Lifecycle, Status
from policies.filters.freshness import verified
from policies.models import Policy
from policies.trace import binding_conditions, speaker_of

NOTHING = "-"
"""The value that means "none recorded"; no slug can be one hyphen."""

NOT_SHOWN = ("internal_note", "quote", "note")


def _slug(record: Any) -> str:
    return record.slug if record else NOTHING


def _evidence(pair: Policy) -> str:
    speaker = speaker_of(pair)
    return speaker.evidence if speaker else NOTHING


def _verified(pair: Policy) -> str:
    speaker = speaker_of(pair)
    return verified(speaker.verified_on, asof.today()) if speaker else NOTHING


def decided_by(status: str, layer: str) -> str:
    """``license``, ``terms`` or ``nothing``: rule 5 decides nothing, whichever document speaks in it."""
    return "nothing" if status == Status.UNKNOWN else layer


TERMS_SAY = ("none", "silent", "restrict", "permit")
"""What provider terms say of outputs; ``none`` where none are recorded, which is not silence."""

_SAY = {Status.UNKNOWN: "silent", Status.DISALLOWED: "restrict", Status.ALLOWED: "permit"}


def terms_say(terms: Any) -> str:
    """One of ``TERMS_SAY``."""
    return _SAY[terms.status] if terms else "none"


PairTest = Callable[[Policy], Iterable[str]]

OF_PAIR: dict[str, PairTest] = {
    "status": lambda pair: [pair.status],
    "basis": lambda pair: [pair.basis],
    "license": lambda pair: [_slug(pair.license)],
    "terms": lambda pair: [_slug(pair.terms)],
    "terms_say": lambda pair: [terms_say(pair.terms)],
    "rule": lambda pair: [str(pair.rule)],
    "layer": lambda pair: [pair.layer],
    "decided": lambda pair: [decided_by(pair.status, pair.layer)],
    "evidence": lambda pair: [_evidence(pair)],
    "verified": lambda pair: [_verified(pair)],
    "condition": lambda pair: {item.kind for item in binding_conditions(pair)},
}
"""What a filter may ask of a pair: parameter → the values that the pair has."""


class Pairs(dict[int, Policy]):
    """Every resolved pair with its documents, by id: one query."""

    @classmethod
    def load(cls, *, notes: bool = False, only: Iterable[int] | None = None) -> Pairs:
        """Read them, or ``only`` those of some ids, without the documents' long texts."""
        long = [f"{layer}__{name}" for layer in ("license", "terms") for name in NOT_SHOWN]
        rows = Policy.objects.select_related("license", "terms").defer(*long)
        rows = rows if notes else rows.defer("note")
        rows = rows if only is None else rows.filter(pk__in=set(only))
        return cls({pair.pk: pair for pair in rows.order_by()})

    def matching(self, wanted: Mapping[str, str]) -> set[int]:
        """Ids of the pairs that have every wanted value; parameters of no pair are ignored."""
        tests = [(OF_PAIR[name], value) for name, value in wanted.items() if name in OF_PAIR]
        return {
            key for key, pair in self.items() if all(value in test(pair) for test, value in tests)
        }


@dataclass(frozen=True)
class Cell:
    """``count`` routes or models with the same pair and the same further ``columns``."""

    pair: Policy | None
    count: int
    columns: Mapping[str, str | Sequence[str]] = field(default_factory=dict)

    def values(self, name: str) -> Iterable[str]:
        """The values that these rows have for the parameter ``name``."""
        if self.pair and name in OF_PAIR:
            return OF_PAIR[name](self.pair)
        found = self.columns.get(name) or NOTHING
        return [found] if isinstance(found, str) else found

    def missed(self, wanted: Mapping[str, str]) -> list[str]:
        """The names of the wanted values that these rows do not have."""
        return [name for name, value in wanted.items() if value not in self.values(name)]


def counts(
    names: Iterable[str], cells: Iterable[Cell], wanted: Mapping[str, str]
) -> tuple[int, dict[str, Counter[str]]]:
    """How many rows have every wanted value, and for each name: value → what a click on it would show.

    A click leaves the *other* wanted values in force, so rows that miss one value count for its name
    alone.
    """
    found: dict[str, Counter[str]] = {name: Counter() for name in names}
    meant = 0
    for cell in cells:
        missed = cell.missed(wanted)
        meant += 0 if missed else cell.count
        if len(missed) > 1:
            continue
        for name in found.keys() & missed if missed else found:
            for value in cell.values(name):
                found[name][value] += cell.count
    return meant, found


@dataclass(frozen=True)
class Facet:
    """One group of filter links: a closed list of values in its own order, or what occurs, by count.

    ``drawn`` says how a value is shown: ``text``, ``status`` (with its glyph), ``evidence`` or ``code``.
    """

    name: str
    title: str
    choices: tuple[tuple[str, str], ...] = ()
    drawn: str = "text"
    first: int = 8
    unnamed: str = "(none recorded)"


STATUS = Facet("status", "Status", tuple(Status.choices), "status")
MODEL_STATUS = Facet("status", "Model-level status", tuple(Status.choices), "status")
HAS_MODELS = Facet("status", "Has models that are", tuple(Status.choices), "status")
BASIS = Facet("basis", "Basis", tuple((basis.value, basis.value) for basis in Basis), "code")
EVIDENCE = Facet("evidence", "Evidence", (*Evidence.choices, (NOTHING, "No document")), "evidence")
READING = Facet("evidence", "Evidence", tuple(Evidence.choices), "evidence")
LICENSE_EVIDENCE = Facet("license_evidence", "License known from", tuple(LicenseEvidence.choices))
CONDITION = Facet("condition", "Conditions", tuple(ConditionKind.choices))
LIFECYCLE = Facet("lifecycle", "Lifecycle", tuple(Lifecycle.choices))
OWNER = Facet("owner", "Owner")
FAMILY = Facet("family", "Family", drawn="code", first=5)
LICENSE = Facet("license", "License", drawn="code")
TERMS = Facet("terms", "Provider terms", drawn="code", first=6, unnamed="(no terms recorded)")
PROVIDER = Facet("provider", "Provider")
AVAILABLE = Facet("available", "Available", (("true", "Available"), ("false", "Not available")))
