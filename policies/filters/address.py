"""The address of a list: reading it strictly, and writing it with one thing changed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

SHOWN_ACCEPTED = 12
PLACES = ("after", "before")
"""The parameters that say where in a list its page starts."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the address: what, and the values that would have been right.

    ``accepted`` are values of ``name``, or names of parameters where the name itself is unknown;
    with ``nearest`` only those that resemble the wrong one.
    """

    name: str
    value: str
    sentence: str
    accepted: tuple[str, ...] = field(default=())
    unknown_name: bool = False
    nearest: bool = False


def not_a_value(
    name: str, label: str, value: str, accepted: Iterable[str], *, examples: bool = False
) -> Problem:
    """The problem of a value outside its vocabulary; of a long one, the nearest are named.

    ``examples`` are not all that would be accepted either.
    """
    choices = list(accepted)
    long = len(choices) > SHOWN_ACCEPTED
    if long:
        choices = difflib.get_close_matches(value.lower(), choices, SHOWN_ACCEPTED, 0.5)
    told = f"{label} “{shorten(value)}” is not a value"
    return Problem(name, value, told, tuple(choices), nearest=long or examples)


def misused(data: QueryDict, accepted: Iterable[str], may_be_empty: Iterable[str]) -> list[Problem]:
    """Parameters that are unknown, repeated, or empty where emptiness means nothing."""
    known, optional = list(accepted), set(may_be_empty)
    found = []
    for name, values in data.lists():
        shown = shorten(name)
        if name not in known:
            found.append(
                Problem(
                    name, values[-1], f"“{shown}” is not a filter of this list", tuple(known), True
                )
            )
        elif len(values) > 1:
            found.append(Problem(name, values[-1], f"“{shown}” is given {len(values)} times"))
        elif not values[0].strip() and name not in optional:
            found.append(Problem(name, "", f"“{shown}” is empty"))
    return found


def shorten(text: str, limit: int = 80) -> str:
    """The text as an error may repeat it: without NUL, and not longer than a line."""
    text = text.replace("\0", "�")
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def link(params: Mapping[str, str], **changes: Any) -> str:
    """``?…`` with some parameters set (or, by None, left out). Any change forgets the page."""
    merged: dict[str, Any] = {**params, **dict.fromkeys(PLACES), **changes}
    kept = {name: value for name, value in merged.items() if value not in (None, "")}
    return f"?{urlencode(kept)}"
