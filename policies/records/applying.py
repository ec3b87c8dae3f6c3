"""An import rehearsed, then done: exactly what was shown, in one revision, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from policies import resolution
from policies.bases import Via
from policies.effects import Direction, Effects, Example, touched_since
from policies.records.planning import FilePlan, plan_file
from policies.records.reading import RecordFile
from policies.resolution import Plan, Scope
from policies.revisions import OpenRevision, RevisionError, revision
from policies.supposing import rehearsal


@dataclass
class Outcome:
    """What an import would do to the records, and what would follow for the answers.

    ``revision`` is the newest one at that time.
    """

    planned: FilePlan
    revision: int
    answers: Plan = field(default_factory=Plan)
    directions: list[Direction] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """The same for two outcomes that write the same and mean the same."""
        rows = [(row.action.value, row.slug, row.edits) for row in self.planned.writing]
        text = repr(rows) + Effects(self.answers).fingerprint
        return sha256(text.encode()).hexdigest()[:32]

    @property
    def token(self) -> str:
        """What a confirmation carries: when this was computed, and the fingerprint."""
        return f"{self.revision}-{self.fingerprint}"


class ImportRefused(RevisionError):
    """Nothing was written: the file has errors, or would do something else than was shown."""


def rehearse(file: RecordFile, *, examples: int = 0) -> Outcome:
    """What importing the file would do, with so many examples of answers that flip.

    Nothing is written and no lock is held.
    """
    with rehearsal() as supposed:
        planned = _write(file, supposed)
        effects = Effects(supposed.resolve())
        return Outcome(
            planned,
            supposed.revision,
            effects.plan,
            effects.directions(),
            effects.examples(examples),
        )


def import_file(file: RecordFile, *, actor: Any, reason: str, shown: str = "") -> OpenRevision:
    """Write everything that the file changes; returns the revision.

    Raises ``ImportRefused`` where the file has errors, or where ``shown``, the token of what was
    confirmed, is not of what would be done now; ``ReasonRequired`` where answers change and the
    reason is blank.
    """
    with revision(actor=actor, reason=reason, via=Via.IMPORT, reason_required=True) as opened:
        planned = _write(file, opened)
        if planned.problems:
            raise ImportRefused("The file has errors, so nothing was imported.")
        answers = resolution.plan(Scope.of_revision(opened.number))
        if shown and _moved(Outcome(planned, opened.number - 1, answers), shown):
            raise ImportRefused(
                "Nothing was imported: somebody saved records since you looked. This is what the "
                "import would do now."
            )
    return opened


def _write(file: RecordFile, opened: OpenRevision) -> FilePlan:
    """Plan, and write what is planned unless something is wrong."""
    planned = plan_file(file)
    if planned.writing and not planned.problems:
        opened.bulk_create([row.record for row in planned.added])
        columns = {edit.column for row in planned.changed for edit in row.edits}
        opened.bulk_update([row.record for row in planned.changed], sorted(columns))
    return planned


def _moved(outcome: Outcome, shown: str) -> bool:
    """Whether something else would be written, or other routes and models be concerned."""
    since, _, fingerprint = shown.partition("-")
    if fingerprint != outcome.fingerprint or not (since.isascii() and since.isdecimal()):
        return True
    return touched_since(outcome.answers, int(since), outcome.revision + 1)
