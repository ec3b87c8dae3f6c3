"""Read a JSON file that somebody else wrote, trusting nothing about it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from policies.catalog.problems import CatalogError, inside, shown

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 24


class Object(dict):
    """A JSON object that remembers a key that stood in it twice."""

    twice: str | None = None


def read_json(path: Path | str, *, root: str) -> Any:
    """The file's value, checked throughout for what no database takes; ``root`` names its top.

    Raises ``CatalogError`` where the file is missing, too large, not UTF-8, not JSON, nested too
    deeply, or holds a key twice, a NUL or half a character anywhere.
    """
    return json_of(_text(read_bytes(path)), root=root)


def json_of(text: str, *, root: str) -> Any:
    """The value of a JSON text, checked as ``read_json`` says."""
    value = _parse(text)
    _check(value, root)
    return value


def read_bytes(path: Path | str) -> bytes:
    """A file's content; raises ``CatalogError`` where it is missing or too large."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CatalogError("", f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CatalogError("", f"{shown(str(path))} is not a file name: {error}.") from error
    if len(content) > MAX_BYTES:
        raise CatalogError("", f"{path} is larger than the {MAX_BYTES:,} bytes that are accepted.")
    return content


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogError(
            "", f"The file is not UTF-8 text: byte {error.start:,} is wrong."
        ) from error


def _parse(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise CatalogError("", f"The file is not JSON: {error.msg} at {where}.") from error
    except RecursionError as error:
        raise CatalogError("", f"The file is nested more than {MAX_DEPTH} levels deep.") from error
    except ValueError as error:  # an integer of thousands of digits
        raise CatalogError("", "The file holds a number that is too long.") from error


def _object(pairs: list[tuple[str, Any]]) -> Object:
    found = Object(pairs)
    if len(found) < len(pairs):
        found.twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
    return found


def _constant(name: str) -> NoReturn:
    raise CatalogError("", f"The file holds {name}, which is not JSON.")


def _check(value: Any, root: str) -> None:
    """Walk everything, without recursion: the file decides how deep that would go."""
    waiting = [(root, value, 0)]
    while waiting:
        place, here, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise CatalogError(place, f"nested more than {MAX_DEPTH} levels deep.")
        if isinstance(here, str):
            _check_text(place, here)
        elif isinstance(here, (Object, list)):
            waiting += (
                (inside(place, key), child, depth + 1) for key, child in _children(place, here)
            )


def _children(place: str, value: Object | list) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, list):
        yield from enumerate(value)
        return
    if value.twice is not None:
        raise CatalogError(inside(place, value.twice), "stands there twice.")
    for key, child in value.items():
        _check_text(inside(place, key), key)
        if isinstance(child, (str, Object, list)):
            yield key, child


def _check_text(place: str, text: str) -> None:
    if "\0" in text:
        raise CatalogError(place, "holds a NUL character.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise CatalogError(place, "holds half a character (a lone surrogate).") from error
