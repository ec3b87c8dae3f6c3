"""From which revision to which, and how one of the two states is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from policies.asof import as_of
from policies.models import Revision


@dataclass(frozen=True)
class Span:
    """After revision ``since`` (0: from nothing) up to and including ``until``.

    ``whole``: a row also differs where anything else that the export tells of it does, as its name, its
    aliases or whether it is available; otherwise its answer alone counts.
    """

    since: int
    until: int
    whole: bool = False

    @property
    def begun(self) -> dict[str, int]:
        """Whatever was logged since, also after ``until``, as a filter of what has a revision."""
        return {"revision__gt": self.since}


@contextmanager
def state(number: int) -> Iterator[None]:
    """Read the state after this revision; the caller holds a snapshot."""
    if number == Revision.objects.current_number():
        yield
    else:
        with as_of(number):
            yield
