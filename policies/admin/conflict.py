"""A save that came too late: what was read, what is stored now, and what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.admin.utils import display_for_value
from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from policies.admin.conditions import written_out

if TYPE_CHECKING:
    from policies.admin.forms import VersionedForm

NOTHING = "–"


NOT_AN_EDIT = {"id", "version", "created_at", "key", "policy", "search_text"}
"""Columns that no curator edits."""


class Change(NamedTuple):
    """One field before and after, in words."""

    label: str
    before: str
    after: str


class Difference(NamedTuple):
    """One field, in words: as the form was opened (empty if unknown), as stored now, as typed.

    ``choice`` names the control that decides between the two; empty where only they edited the field.
    """

    name: str
    label: str
    opened: str
    theirs: str
    mine: str
    choice: str


@dataclass(frozen=True)
class Conflict:
    """Why a save was refused, field by field."""

    summary: str
    rows: list[Difference]

    @classmethod
    def between(cls, form: VersionedForm, seen: int) -> Conflict:
        """The input of ``form``, begun at version ``seen``, against the stored record."""
        record = form.instance
        opened = record.history.filter(version=seen).order_by("-history_id").first()
        rows = [_difference(form, name, opened) for name in form.changed_data]
        return cls(f"{_who(record)} Nothing of yours is saved yet.", rows)

    @property
    def merged(self) -> set[str]:
        """The fields that only the others edited, and that are taken over from them."""
        return {row.name for row in self.rows if not row.choice}

    @property
    def in_one_line(self) -> str:
        """The summary and both sides, where there is no room for a table."""
        sides = [
            f"{row.label}: stored now “{row.theirs}”, your input “{row.mine}”."
            for row in self.rows
            if row.choice
        ]
        return " ".join([self.summary, *sides])


def changes_between(record: Any, before: Any, after: Any) -> list[Change]:
    """The fields in which two versions of ``record`` differ; none where there is no earlier one."""
    if before is None:
        return []
    changes = []
    for field in record._meta.concrete_fields:
        if field.name in NOT_AN_EDIT:
            continue
        if getattr(before, field.attname) != getattr(after, field.attname):
            sides = [in_words(record, field.name, value_of(v, field.name)) for v in (before, after)]
            changes.append(Change(str(field.verbose_name), *sides))
    return changes


def in_words(record: models.Model, name: str, value: Any) -> str:
    """A field's value as a curator would read it."""
    field = record._meta.get_field(name)
    choices = dict(getattr(field, "flatchoices", ()))
    if isinstance(value, list):
        return written_out(value) or NOTHING
    if value in choices:
        return str(choices[value])
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return NOTHING if value == "" else str(display_for_value(value, NOTHING))


def value_of(record: Any, name: str) -> Any:
    """A field of a record or of one of its old versions; None where it names what is gone."""
    try:
        return getattr(record, name)
    except ObjectDoesNotExist:
        return None


def _difference(form: VersionedForm, name: str, opened: Any) -> Difference:
    record = form.instance
    column = record._meta.get_field(name)
    typed = form[name].data
    untouched = opened is not None and not form.fields[name].has_changed(
        column.value_from_object(opened), typed
    )
    return Difference(
        name,
        str(form[name].label),
        in_words(record, name, value_of(opened, name)) if opened else "",
        in_words(record, name, value_of(record, name)),
        in_words(record, name, form.cleaned_data.get(name, typed)),
        "" if untouched else form.choice_of(name),
    )


def _who(record: Any) -> str:
    revision = record.history.select_related("revision").latest("history_id").revision
    return f"Revision {revision.number} by {revision.actor} saved this meanwhile."
