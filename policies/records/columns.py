"""The columns of a file of documents: one for each field that a curator may edit, and the version.

A column turns a stored value into a cell or a JSON value, and either back into a value of the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from policies.bases import Layer
from policies.catalog.values import LARGEST_INTEGER, kind_of
from policies.models import License, ProviderTerms
from policies.models.sources import validate_conditions
from policies.records import conditions

VERSION = "version"
LEFT_OUT = {"id", "created_at"}
FIRST = ("slug", VERSION, "name", "source_url", "basis")
"""What stands on the left, where a spreadsheet shows it without scrolling."""

WORDS = {True: "yes", False: "no"}
"""Booleans in CSV: spreadsheets rewrite ``true`` in the language of their user, and leave these."""
BOOLEANS = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


class Unacceptable(Exception):
    """A value cannot be taken; the message says what is accepted."""


@dataclass(frozen=True)
class Column:
    """One column and the field behind it."""

    name: str
    field: models.Field

    def cell(self, value: Any) -> str:
        """A stored value as text; blank for nothing."""
        if isinstance(value, list):
            return conditions.written(value)
        if isinstance(value, bool):
            return WORDS[value]
        return "" if value is None else str(value)

    def json(self, value: Any) -> Any:
        """A stored value as JSON has it."""
        return value.isoformat() if isinstance(value, date) else value

    def value(self, given: Any) -> Any:
        """The field's value from a cell or a JSON value; what is empty empties the field.

        Raises ``Unacceptable``.
        """
        if given not in ("", None):
            return self._reader(given)
        if not self.field.blank:
            raise Unacceptable(f"must not be empty{self._accepted}.")
        return None if self.field.null else self.field.get_default()

    def check(self, value: Any) -> None:
        """Raise ``Unacceptable`` where the field does not take the value."""
        limit = self.field.max_length
        if isinstance(value, str) and limit and len(value) > limit:
            raise Unacceptable(f"has {len(value):,} characters; at most {limit:,} are accepted.")
        if isinstance(value, str) and not self.field.blank and not value.strip():
            raise Unacceptable("must not be blank.")
        try:
            self.field.run_validators(value)
        except ValidationError as error:
            raise Unacceptable(" ".join(error.messages)) from error

    @cached_property
    def _accepted(self) -> str:
        values = [code for code, _ in self.field.flatchoices] or (
            list(WORDS.values()) if isinstance(self.field, models.BooleanField) else []
        )
        return f"; accepted: {', '.join(map(str, values))}" if values else ""

    @cached_property
    def _reader(self) -> Callable[[Any], Any]:
        readers: list[tuple[type, Callable[[Any], Any]]] = [
            (models.JSONField, _conditions),
            (models.DateField, _date),
            (models.BooleanField, self._boolean),
            (models.PositiveIntegerField, _version),
        ]
        for kind, reader in readers:
            if isinstance(self.field, kind):
                return reader
        return self._code if self.field.choices else _text

    def _boolean(self, given: Any) -> bool:
        if isinstance(given, bool):
            return given
        found = BOOLEANS.get(str(given).strip().lower())
        if found is None:
            raise Unacceptable(f"is neither yes nor no{self._accepted}.")
        return found

    def _code(self, given: Any) -> str:
        code = _text(given).strip()
        if code not in {known for known, _ in self.field.flatchoices}:
            raise Unacceptable(f"is not known{self._accepted}.")
        return code


@dataclass(frozen=True)
class Kind:
    """One of the two kinds of document: its code, its table, its columns by name."""

    code: str
    table: Any

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Every field of the table that an edit may change, and the version; in the file's order."""
        fields = {
            field.name: Column(field.name, field)
            for field in self.table._meta.concrete_fields
            if field.name not in LEFT_OUT
        }
        return {name: fields[name] for name in dict.fromkeys([*FIRST, *fields])}

    @property
    def plural(self) -> str:
        """The records in words: ``"licenses"``."""
        return str(self.table._meta.verbose_name_plural)

    def count(self, number: int) -> str:
        """``"1 license"``, ``"3 provider terms"``."""
        return f"{number:,} {self.table._meta.verbose_name if number == 1 else self.plural}"


KINDS = {
    kind.code: kind
    for kind in (Kind(Layer.LICENSE.value, License), Kind(Layer.TERMS.value, ProviderTerms))
}


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise Unacceptable(f"must be a text, not {kind_of(given)}.")
    return given


def _date(given: Any) -> date:
    text = _text(given).strip()
    try:
        if ISO_DATE.match(text):
            return date.fromisoformat(text)
    except ValueError:  # the 30th of February
        pass
    raise Unacceptable("is no date; accepted: YYYY-MM-DD (spreadsheets like to rewrite dates).")


def _version(given: Any) -> int:
    text = str(given).strip() if isinstance(given, (str, int)) else ""
    if isinstance(given, bool) or not re.fullmatch(r"[0-9]{1,10}", text):
        raise Unacceptable("must be a whole number, as exported, or empty for a new record.")
    if not 1 <= int(text) <= LARGEST_INTEGER:
        raise Unacceptable(f"must be between 1 and {LARGEST_INTEGER:,}.")
    return int(text)


def _conditions(given: Any) -> list[dict[str, str]]:
    try:
        found = conditions.read(given) if isinstance(given, str) else given
        validate_conditions(found)
    except ValidationError as error:
        raise Unacceptable(" ".join(error.messages)) from error
    return [{"kind": item["kind"], "detail": item["detail"]} for item in found]
