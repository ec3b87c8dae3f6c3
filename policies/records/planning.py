"""What a file of documents would do to the stored ones, row by row. Reads only; nothing is ever deleted.

A record is found by its slug. A column that the file leaves out leaves the field alone, and an empty
cell empties it. ``version`` says which version the row was exported from: where another is stored, a
row that would change something is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

from policies.catalog.problems import shown
from policies.duplicates import Recorded, Twin
from policies.records.columns import VERSION, Column, Kind, Unacceptable
from policies.records.reading import Problem, RecordFile, Row


class Action(StrEnum):
    """What a row does."""

    ADD = "add"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    ERROR = "error"


class Edit(NamedTuple):
    """One field of one record, before and after, as cells of the file have them."""

    column: str
    old: str
    new: str


@dataclass
class RowPlan:
    """What one row does; ``record`` carries the new values where it adds or changes.

    ``twins`` are records that it may be already: no error, and worth a look.
    """

    number: int
    slug: str
    action: Action
    record: Any = None
    edits: list[Edit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)


@dataclass
class FilePlan:
    """What the whole file does; with a single problem in it, nothing at all."""

    file: RecordFile
    rows: list[RowPlan]

    @property
    def kind(self) -> Kind:
        """Which records the file holds."""
        return self.file.kind

    @cached_property
    def problems(self) -> list[Problem]:
        """Everything that is wrong, in the order of the file."""
        found = [*self.file.problems, *(problem for row in self.rows for problem in row.problems)]
        return sorted(found, key=lambda problem: problem.row)

    def of(self, action: Action) -> list[RowPlan]:
        """The rows that do this."""
        return [row for row in self.rows if row.action is action]

    @property
    def added(self) -> list[RowPlan]:
        """Rows that bring a new record."""
        return self.of(Action.ADD)

    @property
    def changed(self) -> list[RowPlan]:
        """Rows that change a stored record."""
        return self.of(Action.CHANGE)

    @property
    def writing(self) -> list[RowPlan]:
        """Rows that would write something, in the order of the file."""
        return [row for row in self.rows if row.action in (Action.ADD, Action.CHANGE)]

    @property
    def unchanged(self) -> int:
        """How many rows say what is stored already."""
        return len(self.of(Action.UNCHANGED))

    @property
    def ahead(self) -> str:
        """``"add 1 and change 3 licenses"``: the outcome in words; blank where nothing differs."""
        added, changed = len(self.added), len(self.changed)
        if added and changed:
            return f"add {added:,} and change {self.kind.count(changed)}"
        return (
            f"add {self.kind.count(added)}"
            if added
            else (f"change {self.kind.count(changed)}" if changed else "")
        )


def plan_file(file: RecordFile) -> FilePlan:
    """Compare a file with the stored records."""
    stored = {record.slug: record for record in file.kind.table.objects.order_by()}
    recorded = Recorded(stored.values())
    seen: dict[str, int] = {}
    rows = []
    for row in file.rows:
        slug = _slug_of(row)
        planned = _Planning(file.kind, row, stored.get(slug)).plan()
        if slug and slug in seen:
            problem = f"stands in {file.unit} {seen[slug]:,} already."
            planned.problems.append(Problem(row.number, "slug", shown(slug), problem))
        seen.setdefault(slug, row.number)
        if planned.problems:
            planned.action, planned.record, planned.edits = Action.ERROR, None, []
        elif {"name", "source_url"} & {edit.column for edit in planned.edits}:
            planned.twins = recorded.twins_of(planned.record)
        if planned.action is Action.ADD:
            recorded.add(planned.record)
        rows.append(planned)
    return FilePlan(file, rows)


def _slug_of(row: Row) -> str:
    slug = row.values.get("slug")
    return slug.strip() if isinstance(slug, str) else ""


class _Planning:
    """The plan of one row against the stored record, None where there is none."""

    def __init__(self, kind: Kind, row: Row, stored: Any) -> None:
        self.kind, self.row, self.stored = kind, row, stored
        self.record = stored or kind.table()
        self.planned = RowPlan(row.number, _slug_of(row), Action.UNCHANGED)
        self.version: int | None = None

    def plan(self) -> RowPlan:
        """Read the values, compare, check what differs."""
        values = self._values()
        if not self.planned.slug:
            if "slug" in self.row.values:
                self._refuse("slug", "must be a text that is not empty: a record is found by it.")
        elif self.stored is None:
            self._plan_new(values)
        else:
            self._plan_stored(values)
        if self.planned.edits and not self.planned.problems:
            self._check_whole()
        return self.planned

    def _values(self) -> dict[str, Any]:
        """The row's values by column; what cannot be read becomes a problem."""
        values = {}
        for name, given in self.row.values.items():
            column = self.kind.columns.get(name)
            if column is None or name == "slug":
                continue
            try:
                if name == VERSION:
                    self.version = None if given in ("", None) else column.value(given)
                else:
                    values[name] = column.value(given)
            except Unacceptable as error:
                self._refuse(name, str(error))
        return values

    def _plan_new(self, values: dict[str, Any]) -> None:
        self.planned.action, self.planned.record = Action.ADD, self.record
        if self.version is not None:
            self._refuse(
                VERSION,
                f"no {self.kind.table._meta.verbose_name} has this slug: it was renamed or deleted "
                "since the export. Leave the version empty to add it anew.",
            )
        values = {"slug": self.planned.slug, **values}
        if "name" not in self.row.values:
            self._refuse("name", "is missing: a new record needs one.")
        for name, value in values.items():
            column = self.kind.columns[name]
            self._set(column, value, old="")

    def _plan_stored(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            column = self.kind.columns[name]
            before = getattr(self.record, name)
            if not _same(before, value):
                self.planned.action, self.planned.record = Action.CHANGE, self.record
                self._set(column, value, old=column.cell(before))
        if self.planned.edits and VERSION in self.row.values:
            self._refuse_stale()

    def _set(self, column: Column, value: Any, *, old: str) -> None:
        try:
            column.check(value)
        except Unacceptable as error:
            self._refuse(column.name, str(error))
        setattr(self.record, column.name, value)
        if (new := column.cell(value)) != old:
            self.planned.edits.append(Edit(column.name, old, new))

    def _refuse_stale(self) -> None:
        if self.version == self.stored.version or any(
            problem.column == VERSION for problem in self.planned.problems
        ):
            return
        sides = "; ".join(
            f"{edit.column}: stored {shown(edit.old)}, in the file {shown(edit.new)}"
            for edit in self.planned.edits
        )
        self._refuse(
            VERSION,
            f"version {self.stored.version} is stored: the record was saved since this row was "
            f"exported. {sides}. Decide on each, then write {self.stored.version}.",
        )

    def _check_whole(self) -> None:
        """What the fields only allow together."""
        try:
            self.record.clean()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self._refuse(name if name in self.kind.columns else "", " ".join(messages))

    def _refuse(self, column: str, message: str) -> None:
        given = self.row.values.get(column)
        value = "" if given in ("", None) else shown(given)
        self.planned.problems.append(Problem(self.row.number, column, value, message))


def _same(stored: Any, value: Any) -> bool:
    """Whether nothing differs; spreadsheets rewrite line ends, which nobody sees."""
    if isinstance(stored, str) and isinstance(value, str):
        return _lines(stored) == _lines(value)
    return bool(stored == value)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
