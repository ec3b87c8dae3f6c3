"""CSV cells that no spreadsheet takes for a formula, and the way back."""

from __future__ import annotations

from io import StringIO

MARK = "'"
RISKY = ("=", "+", "-", "@", "\t", "\r", MARK)


def defuse(cell: str) -> str:
    """Put one ``'`` in front of a cell that a spreadsheet would run, or that starts with ``'``."""
    return MARK + cell if cell.startswith(RISKY) else cell


def restore(cell: str) -> str:
    """Take one ``'`` away: ``restore(defuse(cell)) == cell`` for every text."""
    return cell.removeprefix(MARK)


def drained(buffer: StringIO) -> bytes:
    """What was written so far, which the buffer then forgets."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
