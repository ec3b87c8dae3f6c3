"""``manage.py deliver``: send what waits in the outbox of the webhooks."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from policies.webhooks.delivering import deliver, prune

LONGEST = 3600


class Command(BaseCommand):
    """One pass, for a timer; or a pass every so many seconds until it is asked to end."""

    help = "Tell the webhooks of new revisions: one pass, or one every --loop seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--loop``."""
        parser.add_argument(
            "--loop",
            type=_seconds,
            metavar="SECONDS",
            help=f"Stay, and look again after so many seconds (1 to {LONGEST}).",
        )

    def handle(self, *args: Any, loop: int | None, **options: Any) -> None:
        """Send, and say what came of it where anything did."""
        if loop is None:
            self._pass(quiet=False)
            return
        with _asked_to_end() as end:
            while not end.is_set():
                self._pass(quiet=True)
                close_old_connections()
                end.wait(loop)

    def _pass(self, *, quiet: bool) -> None:
        told = deliver()
        prune()
        if told or not quiet:
            states = ("delivered", "waiting", "given up")
            self.stdout.write(", ".join(f"{told[state]} {state}" for state in states) + ".")


@contextmanager
def _asked_to_end() -> Iterator[threading.Event]:
    """An event that a signal sets, so that a pass is finished and no message is left claimed."""
    end = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: end.set()) for number in numbers}
    try:
        yield end
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _seconds(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= LONGEST:
        return int(text)
    raise ArgumentTypeError(f"{text!r}; accepted: a whole number from 1 to {LONGEST}.")
