"""Which flips are meant: what the groups of the history can tell of it, without a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from policies.timeline.past import Flips, History
from policies.timeline.ways import ANY, goes

KINDS = ("model", "route")


@dataclass(frozen=True)
class Asked:
    """Which flips are meant. ``licenses`` and ``terms`` are ids of documents on either side."""

    direction: str = ANY
    kind: str = ""
    revision: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    licenses: frozenset[int] | None = None
    terms: frozenset[int] = field(default=frozenset())
    providers: frozenset[int] | None = None
    words: str = ""

    @property
    def by_subject(self) -> bool:
        """Whether it takes more than pairs and revisions to tell what is meant."""
        return self.providers is not None or bool(self.words.strip())

    def among(self, past: History) -> list[Flips]:
        """The groups of flips in which what is meant can be, oldest first."""
        return [row for row in past.flips if self._means(row) and self.number_in(row)]

    def number_in(self, row: Flips) -> int:
        """How many flips of one group are of a kind that is meant."""
        kinds = [self.kind] if self.kind else KINDS
        return sum(getattr(row, f"{kind}s") for kind in kinds)

    def _means(self, row: Flips) -> bool:
        return (
            goes(row.before, row.after, self.direction)
            and self.revision in (None, row.revision)
            and (self.since is None or row.at >= self.since)
            and (self.until is None or row.at <= self.until)
            and (self.licenses is None or any(map(self._documented, row.documents)))
        )

    def _documented(self, pair: tuple[int, int]) -> bool:
        return pair[0] in (self.licenses or ()) or pair[1] in self.terms
