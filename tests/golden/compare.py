"""Comparing with a committed file, byte by byte."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

FOLDER = Path(__file__).parent


def assert_golden(name: str, found: bytes) -> None:
    """``found`` is the committed file; ``UPDATE_GOLDEN=1`` replaces it, for a change that is meant."""
    path = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(found)
    expected = path.read_bytes()
    difference = difflib.unified_diff(
        expected.decode().splitlines(), found.decode().splitlines(), "committed", "found", n=1
    )
    assert found == expected, "\n".join(difference)
