"""The kinds of work that wait, and one piece of it: plain data that a cache can keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import TextChoices


class Kind(TextChoices):
    """Why something waits; in the order in which a curator should take them up."""

    UNDECIDED = "undecided", "Undecided"
    PAST_REVIEW = "past-review", "Past review date"
    NEVER_VERIFIED = "never-verified", "Never verified"
    SECONDARY = "secondary", "Known only from others"
    PERMITS_RESTRICTED = "permits-restricted", "Terms permit what the license restricts"
    SAME_SOURCE = "same-source", "One source, different bases"
    MIXED_OWNER = "mixed-owner", "Open and closed by one owner"
    NOTE = "note", "Note against its basis"
    FAMILY_LICENSE = "family-license", "Other license than the family's"
    PASS_THROUGH = "pass-through", "Upstream is stricter"

    @property
    def hint(self) -> str:
        """What is in this part of the list, in one sentence."""
        return _HINTS[self][0]

    @property
    def advice(self) -> str:
        """What to do about each piece of it."""
        return _HINTS[self][1]


_HINTS = {
    Kind.UNDECIDED: (
        "Most unknown routes first.",
        "Read the text, quote its sentence on outputs, and choose the basis that it supports.",
    ),
    Kind.PAST_REVIEW: (
        "Longest overdue first.",
        "Open the source. Unchanged: say so with “Read again”. Changed: record what it says now.",
    ),
    Kind.NEVER_VERIFIED: (
        "Nobody has recorded a reading.",
        "Read the text and record the day, how far it was read, and its sentence on outputs.",
    ),
    Kind.SECONDARY: (
        "What others report of a text that was not read.",
        "Find the text itself and read it; a report can be wrong or old.",
    ),
    Kind.PERMITS_RESTRICTED: (
        "Pairs in use.",
        "Read both, and check whether the permission is subject to the model's license.",
    ),
    Kind.SAME_SOURCE: (
        "Two readings of one address cannot both be right.",
        "Read the source once more; correct the basis or the address of one record.",
    ),
    Kind.MIXED_OWNER: (
        "Often right, and worth a look: the models of one owner are on both sides.",
        "Check that each model names the license that its own weights carry.",
    ),
    Kind.NOTE: (
        "Clients read both.",
        "Correct whichever is wrong, the note or the basis.",
    ),
    Kind.FAMILY_LICENSE: (
        "A member's own license wins over the family's.",
        "Clear the member's license where it is a slip; else say in its license note why it differs.",
    ),
    Kind.PASS_THROUGH: (
        "Routers that pass upstream terms on.",
        "Where the upstream's terms bind, record them as the terms of these routes.",
    ),
}


class Ref(NamedTuple):
    """A record by table and key, with its name at the time."""

    table: str
    pk: int
    name: str

    @classmethod
    def to(cls, record: Any) -> Ref:
        """The reference to a license, terms or family."""
        return cls(record._meta.model_name, record.pk, str(record))

    @property
    def key(self) -> str:
        """``table:pk``: what an address says."""
        return f"{self.table}:{self.pk}"


@dataclass(frozen=True)
class Item:
    """One piece of work: what, why, what else it is about, and how much of the catalog it concerns.

    ``wanted`` are the filters of the list that shows the routes concerned; unless ``exact``, it shows
    others too.
    """

    kind: Kind
    subject: Ref
    why: str
    routes: int = 0
    models: int = 0
    others: tuple[Ref, ...] = ()
    wanted: tuple[tuple[str, str], ...] = ()
    exact: bool = True

    @property
    def refs(self) -> tuple[Ref, ...]:
        """Every record that the item links to, the one to begin with first."""
        return (self.subject, *self.others)


def by_weight(items: Iterable[Item]) -> list[Item]:
    """Those that concern most first; ties always fall in the same order."""
    return sorted(items, key=lambda item: (-item.routes, -item.models, item.subject.name, item.why))
