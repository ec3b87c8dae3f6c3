r"""Conditions in one cell: ``kind: detail; kind: detail``, and back without loss.

A backslash takes away the meaning of what follows it: ``\;`` is a semicolon in a detail, ``\\`` a
backslash, and before a space at the edge of a detail it keeps that space.
"""

from __future__ import annotations

from typing import NamedTuple

from django.core.exceptions import ValidationError

ESCAPE, END, COLON = "\\", ";", ":"


class Letter(NamedTuple):
    """One character of a cell, and whether a backslash stood before it."""

    text: str
    kept: bool


def written(conditions: list[dict[str, str]]) -> str:
    """The conditions in their order, as one text."""
    return "; ".join(
        f"{entry['kind']}: {_escaped(entry['detail'])}" if entry["detail"] else entry["kind"]
        for entry in conditions
    )


def read(cell: str) -> list[dict[str, str]]:
    """The conditions of a cell; whether their kinds are known is not asked here."""
    parts: list[list[Letter]] = [[]]
    for letter in _letters(cell):
        if letter == (END, False):
            parts.append([])
        else:
            parts[-1].append(letter)
    return [_condition(part) for part in map(_stripped, parts) if part]


def _escaped(detail: str) -> str:
    letters = [ESCAPE + letter if letter in (ESCAPE, END) else letter for letter in detail]
    for edge in {0, len(letters) - 1}:
        if letters[edge].isspace():
            letters[edge] = ESCAPE + letters[edge]
    return "".join(letters)


def _letters(cell: str) -> list[Letter]:
    letters, kept = [], False
    for text in cell:
        if text == ESCAPE and not kept:
            kept = True
        else:
            letters.append(Letter(text, kept))
            kept = False
    if kept:
        raise ValidationError("ends in a lone backslash: write \\\\ for a backslash.")
    return letters


def _stripped(part: list[Letter]) -> list[Letter]:
    first, last = 0, len(part)
    while first < last and _is_blank(part[first]):
        first += 1
    while last > first and _is_blank(part[last - 1]):
        last -= 1
    return part[first:last]


def _is_blank(letter: Letter) -> bool:
    return letter.text.isspace() and not letter.kept


def _condition(part: list[Letter]) -> dict[str, str]:
    colon = part.index((COLON, False)) if (COLON, False) in part else len(part)  # type: ignore[arg-type]
    kind, detail = part[:colon], _stripped(part[colon + 1 :])
    return {"kind": _joined(kind).strip(), "detail": _joined(detail)}


def _joined(letters: list[Letter]) -> str:
    return "".join(letter.text for letter in letters)
