"""Values out of parsed JSON, each of the type and size that a column takes, or an error with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from django.core.exceptions import ValidationError

from policies.catalog.problems import CatalogError, inside, shown
from policies.models.fields import DATE_PATTERN, SLUG_PATTERN, validate_http_url
from policies.querysets import fold

LARGEST_INTEGER = 2**31 - 1
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    type(None): "null",
}


class Record:
    """A JSON object at a place of the file, read field by field."""

    def __init__(self, value: Any, place: str) -> None:
        if not isinstance(value, dict):
            raise CatalogError(place, f"must be an object, not {kind_of(value)}.")
        self.value, self.place = value, place

    def at(self, key: str) -> str:
        """The place of one field."""
        return inside(self.place, key)

    def records(self) -> Iterator[tuple[str, Record]]:
        """The fields, which must all be objects."""
        for key, value in self.value.items():
            yield key, Record(value, self.at(key))

    def record(self, key: str) -> Record:
        """A field that is an object."""
        return Record(self.required(key), self.at(key))

    def required(self, key: str) -> Any:
        """A field that must be there."""
        if key not in self.value:
            raise CatalogError(self.at(key), "is missing.")
        return self.value[key]

    def text(self, key: str, *, longest: int) -> str:
        """A text of one line, blank where it is null or missing."""
        value = self.value.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise CatalogError(self.at(key), f"must be a text, not {kind_of(value)}.")
        line = " ".join(value.split())  # tabs and line ends at the end of a name are common
        check_line(self.at(key), line, longest=longest)
        return line

    def name(self, key: str, *, longest: int) -> str:
        """A text of one line that is not blank."""
        self.required(key)
        return self.text(key, longest=longest) or self._blank(key)

    def identity(self, key: str) -> None:
        """The record's own id: the key under which the record stands."""
        value = self.required("id")
        if value != key:
            raise CatalogError(
                self.at("id"), f"must be {shown(key)} like its key, not {shown(value)}."
            )

    def url(self, key: str) -> str:
        """An http(s) address; blank where missing, or where it is a template to be filled in."""
        value = self.text(key, longest=500)
        if not value or "${" in value:
            return ""
        try:
            validate_http_url(value)
        except ValidationError as error:
            raise CatalogError(
                self.at(key), f"must be an http or https address, not {shown(value)}."
            ) from error
        return value

    def size(self, key: str) -> int | None:
        """A count, None where it is missing, null or 0."""
        value = self.value.get(key)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise CatalogError(self.at(key), f"must be a whole number, not {kind_of(value)}.")
        if not 0 <= value <= LARGEST_INTEGER:
            raise CatalogError(self.at(key), f"must be between 0 and {LARGEST_INTEGER:,}.")
        return value or None

    def date(self, key: str) -> str:
        """A date as precise as the source, ``2026-11`` included; blank where the text is no date.

        Real files hold slips like ``2025-25-11``; a date decides nothing, so they cost only itself.
        """
        value = self.text(key, longest=50)
        return value if re.match(DATE_PATTERN, value) else ""

    def one_of(self, key: str, accepted: Collection[str], *, default: str) -> str:
        """One of a few codes, the default where it is missing."""
        value = self.text(key, longest=50) or default
        if value not in accepted:
            raise CatalogError(
                self.at(key), f"{shown(value)} is not known; accepted: {', '.join(accepted)}."
            )
        return value

    def texts(self, key: str) -> list[str]:
        """A list of texts."""
        value = self.required(key)
        if not isinstance(value, list):
            raise CatalogError(self.at(key), f"must be a list, not {kind_of(value)}.")
        for position, item in enumerate(value):
            if not isinstance(item, str):
                raise CatalogError(
                    inside(self.at(key), position), f"must be a text, not {kind_of(item)}."
                )
        return value

    def _blank(self, key: str) -> str:
        raise CatalogError(self.at(key), "is blank.")


def check_line(place: str, text: str, *, longest: int) -> None:
    """One line, no control characters, of at most ``longest`` characters."""
    if len(text) > longest:
        raise CatalogError(
            place, f"has {len(text):,} characters; at most {longest:,} are accepted."
        )
    if _CONTROLS.search(text):
        raise CatalogError(place, "holds a control character.")


def check_slug(place: str, text: str, *, longest: int = 100) -> None:
    """A slug of lower-case letters, digits, dots, underscores and hyphens."""
    check_line(place, text, longest=longest)
    if not re.match(SLUG_PATTERN, text):
        raise CatalogError(
            place, "an id has lower-case letters, digits, dots, underscores and hyphens only."
        )


def check_model_id(place: str, text: str, *, longest: int = 200) -> None:
    """A provider's own id of a model: anything of one line without spaces around it."""
    check_line(place, text, longest=longest)
    if not text or text != text.strip():
        raise CatalogError(place, "an id is not blank and has no spaces around it.")
    check_line(place, fold(text), longest=longest)


def kind_of(value: Any) -> str:
    """What a JSON value is, in a word or two."""
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "a number")
