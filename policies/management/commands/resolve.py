"""``manage.py resolve``: recompute every answer, or check that none differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policies.resolution.audit import differences
from policies.revisions import resolve_everything, snapshot

SHOWN = 20
REASON = "Recompute every answer."


class Command(BaseCommand):
    """Resolve everything; needed after the rules changed."""

    help = "Recompute every answer and count, as one revision where anything differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch."""
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; list what differs and exit 1 if anything does",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check or resolve."""
        if options["check"]:
            self._check()
            return
        opened = resolve_everything(actor="resolve", reason=REASON)
        if opened.committed:
            self.stdout.write(f"Recomputed as revision {opened.number}.")
        else:
            self.stdout.write("Every answer is as the rules say: nothing changed.")

    def _check(self) -> None:
        with snapshot():
            found = differences()
        if not found:
            self.stdout.write("Every stored answer equals its recomputation.")
            return
        for line in found[:SHOWN]:
            self.stdout.write(line)
        if len(found) > SHOWN:
            self.stdout.write(f"and {len(found) - SHOWN:,} more")
        raise CommandError(f"Differences found: {len(found):,}.")
