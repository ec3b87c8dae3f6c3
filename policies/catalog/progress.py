"""Progress of long commands: a bar on a terminal, plain lines anywhere else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TextIO

WIDTH = 30
CHUNK = 1000
"""Records per write: how often the bar moves. Larger writes are not faster."""


class Progress:
    """Says on ``stream`` which step is under way and how far it is."""

    def __init__(self, stream: TextIO | Any) -> None:
        self.stream = stream
        self.terminal = bool(getattr(stream, "isatty", lambda: False)())

    def say(self, text: str) -> None:
        """One line of text."""
        self.stream.write(f"{text}\n")

    def chunks(self, label: str, items: Sequence[Any]) -> Iterator[Sequence[Any]]:
        """The items in chunks; each one that was dealt with moves the bar. No items, no output."""
        total = len(items)
        for start in range(0, total, CHUNK):
            self._show(label, start, total)
            yield items[start : start + CHUNK]
        if total:
            self._finish(label, total)

    def _show(self, label: str, done: int, total: int) -> None:
        if self.terminal:
            filled = WIDTH * done // total
            bar = "█" * filled + "░" * (WIDTH - filled)
            self.stream.write(f"\r{label:<16} {bar} {done:,} of {total:,}")
            self.stream.flush()

    def _finish(self, label: str, total: int) -> None:
        if self.terminal:
            self._show(label, total, total)
            self.stream.write("\n")
        else:
            self.say(f"{label}: {total:,}")
