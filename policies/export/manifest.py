"""What one revision's export consists of: its ``meta``, and the size and SHA-256 of every file.

A client that mirrors the catalog asks for this small document, and fetches a file only where its
SHA-256 is another one. The API and published snapshots tell it in the same shape.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from policies.export import FORMATS, describe, stream
from policies.models import Revision


class Measured:
    """Pieces of bytes passed through; ``size`` and ``sha256`` are those of what went by so far."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._hash = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._hash.update(piece)
            self.size += len(piece)
            yield piece

    @property
    def sha256(self) -> str:
        """In hexadecimal."""
        return self._hash.hexdigest()


def manifest(revision: Revision | None) -> dict[str, Any]:
    """The manifest of the current revision; the caller holds a snapshot in which it read that.

    It writes every format once, to nowhere: seconds for a million routes. Remember the result for
    the revision.
    """
    meta = describe(revision)
    return document(meta, [_measured(name, meta) for name in FORMATS])


def document(meta: dict[str, Any], files: list[dict[str, Any]]) -> dict[str, Any]:
    """A manifest of these files: the export's own ``meta``, then ``files``."""
    return {**meta, "files": files}


def described(format: str, revision: int, measured: Measured) -> dict[str, Any]:
    """One entry of ``files``, once all of ``measured`` went by."""
    return {
        "format": format,
        "name": file_name(format, revision),
        "contentType": FORMATS[format].content_type,
        "size": measured.size,
        "sha256": measured.sha256,
    }


def file_name(format: str, revision: int) -> str:
    """The name under which a browser saves the export of a revision."""
    return f"nanopolicy-r{revision}.{format}"


def _measured(format: str, meta: dict[str, Any]) -> dict[str, Any]:
    measured = Measured(stream(format, meta))
    deque(measured, maxlen=0)
    return described(format, meta["revision"], measured)
