"""Two records of one model become one, and one record of two models becomes two.

Written through whatever is open, a revision or a rehearsal, by which nothing is lost: versions and moves
of the record that goes are kept, and its id stays a spelling of the model that it became a part of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from policies.models import ModelAlias, Route, TextModel
from policies.querysets import fold
from policies.revisions import OpenRevision

OWN_FIELDS = (
    "name",
    "owner",
    "family",
    "license",
    "license_evidence",
    "license_source_url",
    "license_note",
    "context_length",
    "release_date",
)
"""What a model records of itself, besides its id."""


@dataclass(frozen=True)
class Merge:
    """``goes`` becomes a part of ``stays``, and is deleted; ``taken`` are the fields taken from it."""

    stays: TextModel
    goes: TextModel
    taken: Collection[str] = ()

    @property
    def differing(self) -> list[str]:
        """The fields in which the two differ."""
        columns = ((name, _column(name)) for name in OWN_FIELDS)
        return [
            name
            for name, column in columns
            if getattr(self.stays, column) != getattr(self.goes, column)
        ]

    def carry_out(self, opened: OpenRevision) -> None:
        """Write it: fields, spellings and routes first, since a model that is served cannot go."""
        for name in self.taken:
            setattr(self.stays, _column(name), getattr(self.goes, _column(name)))
        opened.save(self.stays)
        _hand_over(opened, self.goes.aliases.all(), self.stays)
        _hand_over(opened, self.goes.routes.select_related("provider"), self.stays)
        opened.delete(self.goes)


@dataclass(frozen=True)
class Split:
    """``new``, which is not saved yet, takes over some spellings and routes of ``source``.

    Its canonical id may be one of the source's spellings; that one goes along unasked.
    """

    source: TextModel
    new: TextModel
    aliases: Sequence[ModelAlias] = ()
    routes: Sequence[Route] = ()

    def carry_out(self, opened: OpenRevision) -> None:
        """Write it."""
        chosen = {alias.pk for alias in self.aliases}
        own = self.source.aliases.filter(key=fold(self.new.canonical_id)).exclude(pk__in=chosen)
        going = [*self.aliases, *own]
        opened.save(self.new)
        _hand_over(opened, going, self.new)
        _hand_over(opened, self.routes, self.new)


def _hand_over(opened: OpenRevision, rows: Iterable[Any], model: TextModel) -> None:
    """Make spellings or routes those of ``model``."""
    rows = list(rows)
    for row in rows:
        row.model = model
    opened.bulk_update(rows, ["model"])


def _column(name: str) -> str:
    return TextModel._meta.get_field(name).attname  # type: ignore[union-attr]
