"""An import rehearsed, then done: exactly what was shown, in one revision, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from policies.bases import Via
from policies.effects import Effects, touched_since
from policies.records.planning import FilePlan, plan_file
from policies.records.reading import RecordFile
from policies.resolution import Plan
from policies.revisions import OpenRevision, RevisionError, revision
from policies.supposing import rehearsal


@dataclass
class Outcome:
    """What an import would do to the records, and what would follow for the answers.

    ``revision`` is the newest one at that time. The effects are to be asked where the records still
    read as they would be.
    """

    planned: FilePlan
    revision: int
    effects: Effects

    @property
    def token(self) -> str:
        """What a confirmation carries: the same where the same is written and means the same."""
        rows = [(row.action.value, row.slug, row.edits) for row in self.planned.writing]
        text = repr(rows) + self.effects.fingerprint
        return f"{self.revision}-{sha256(text.encode()).hexdigest()[:32]}"

    def is_as_shown(self, token: str) -> bool:
        """Whether this is what was confirmed, and concerns the same routes and models."""
        since, _, fingerprint = token.partition("-")
        if fingerprint != self.token.partition("-")[2] or not (
            since.isascii() and since.isdecimal()
        ):
            return False
        return not touched_since(self.effects.plan, int(since), self.revision + 1)


class ImportRefused(RevisionError):
    """Nothing was written: the file has errors, or would do something else than was shown."""


@contextmanager
def rehearse(file: RecordFile) -> Iterator[Outcome]:
    """Read the records as they would be after the import. Nothing is written and no lock is held."""
    with rehearsal() as supposed:
        planned = _write(file, supposed)
        yield Outcome(planned, supposed.revision, Effects(supposed.resolve()))


def import_file(file: RecordFile, *, actor: Any, reason: str, shown: str = "") -> OpenRevision:
    """Write everything that the file changes; returns the revision.

    Raises ``ImportRefused`` where the file has errors, or where ``shown``, the token of what was
    confirmed, is not of what would be done now; ``ReasonRequired`` where answers change and the
    reason is blank.
    """

    def check(plan: Plan) -> None:
        outcome = Outcome(planned, opened.number - 1, Effects(plan))
        if shown and not outcome.is_as_shown(shown):
            raise ImportRefused(
                "Nothing was imported: somebody saved records since you looked. This is what the "
                "import would do now."
            )

    with revision(
        actor=actor, reason=reason, via=Via.IMPORT, reason_required=True, check=check
    ) as opened:
        planned = _write(file, opened)
        if planned.problems:
            raise ImportRefused("The file has errors, so nothing was imported.")
    return opened


def _write(file: RecordFile, opened: OpenRevision) -> FilePlan:
    """Plan, and write what is planned unless something is wrong."""
    planned = plan_file(file)
    if planned.writing and not planned.problems:
        opened.bulk_create([row.record for row in planned.added])
        columns = {edit.column for row in planned.changed for edit in row.edits}
        opened.bulk_update([row.record for row in planned.changed], sorted(columns))
    return planned
