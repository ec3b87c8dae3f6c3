"""A plan in lines of text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from os.path import commonprefix

from policies.catalog.problems import shown
from policies.effects import Direction
from policies.records.applying import Outcome
from policies.records.planning import Action, FilePlan, RowPlan
from policies.records.reading import Problem

CONTEXT = 20
"""So many letters stand before the first that differs; a long text would be cut before it."""


def problem_lines(planned: FilePlan) -> Iterator[str]:
    """Each problem with its row, column and value."""
    for problem in planned.problems:
        yield f"{planned.file.unit} {_place(problem)}: {problem.message}"


def plan_lines(outcome: Outcome) -> Iterator[str]:
    """What each row would do, then what would follow."""
    planned = outcome.planned
    for row in planned.writing:
        yield f"{planned.file.unit} {row.number:,}: {row.action} {row.slug}"
        yield from _edits(row)
        for twin in row.twins:
            yield f"  recorded already? {twin.record.slug} has the same {twin.shares}"
    counts = ", ".join(f"{len(planned.of(action)):,} {words}" for action, words in COUNTED.items())
    yield f"{planned.kind.plural.capitalize()}: {counts}."
    if not planned.writing:
        return
    if not outcome.effects.plan.changes_answers:
        yield "No answer would change."
    for way in outcome.effects.directions():
        numbers = zip(way[-3:], ("route", "model", "provider"), strict=True)
        yield f"{_way(way)}: {', '.join(_many(*count) for count in numbers)}"


COUNTED = {
    Action.ADD: "to add",
    Action.CHANGE: "to change",
    Action.UNCHANGED: "unchanged",
    Action.ERROR: "with errors",
}


def _edits(row: RowPlan) -> Iterator[str]:
    for edit in row.edits:
        if row.action is Action.ADD:
            yield f"  {edit.column}: {shown(edit.new)}"
        else:
            skipped = max(0, len(commonprefix([edit.old, edit.new])) - CONTEXT)  # noqa: RUF071  (characters)
            start = "… " if skipped else ""
            old, new = shown(edit.old[skipped:]), shown(edit.new[skipped:])
            yield f"  {edit.column}: {start}{old} → {new}"


def _way(way: Direction) -> str:
    if not way.flips:
        return "no flip, another note or source"
    if way.before == way.after:
        return f"{way.before} as before, another basis"
    return f"{way.before} → {way.after}"


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _place(problem: Problem) -> str:
    """``4, column basis, value 'x'``, as far as they are known."""
    parts = [f"{problem.row:,}"]
    parts += [f"column {problem.column}"] if problem.column else []
    parts += [f"value {problem.value}"] if problem.value else []
    return ", ".join(parts)
