"""Errors of catalog files: each names the place in the file where it stands."""

from __future__ import annotations

LONGEST_KEY = 60


class CatalogError(Exception):
    """A catalog file cannot be used; nothing was written. ``place`` is empty for the whole file."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)
        self.place, self.problem = place, problem


def inside(place: str, key: object) -> str:
    """The place of ``key`` inside ``place``, safe to print on one line of a terminal."""
    text = str(key)
    if not text.isprintable() or not text:
        text = ascii(text)
    if len(text) > LONGEST_KEY:
        text = f"{text[:LONGEST_KEY]}…"
    return f"{place}.{text}" if place else text


def shown(value: object) -> str:
    """A wrong value, short and safe to print."""
    text = ascii(value) if not str(value).isprintable() else repr(value)
    return text if len(text) <= LONGEST_KEY else f"{text[:LONGEST_KEY]}…"
