"""``manage.py load_starter``: the bundled catalog into the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from policies.bases import Via
from policies.catalog.applying import apply_tables, refresh_statistics
from policies.catalog.people import STARTER
from policies.catalog.progress import Progress
from policies.catalog.starter import StarterPlan, read_starter
from policies.models import Tally
from policies.revisions import revision

REASON = "Load the starter catalog."


class Command(BaseCommand):
    """Load the starter catalog; a second run changes nothing."""

    help = (
        "Load the bundled starter catalog: licenses, terms, providers, models and routes. Running "
        "it again changes nothing, and what a curator changed or deleted since stays so."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch."""
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="put the starter's values back where curators changed or deleted records",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, plan, apply, and say what happened."""
        progress = Progress(self.stdout)
        starter = read_starter()
        with revision(actor=STARTER, reason=REASON, via=Via.IMPORT) as opened:
            planned = StarterPlan(starter, overwrite=options["overwrite"])
            apply_tables(planned.tables, opened, progress)
            if planned:
                progress.say("Resolving every model and route ...")
        if opened.committed:
            refresh_statistics()
        self._report(planned, opened.number if opened.committed else None)

    def _report(self, planned: StarterPlan, number: int | None) -> None:
        for part in planned.tables:
            label = part.table._meta.verbose_name_plural
            if part.kept:
                self.stdout.write(f"Kept as curators left them: {len(part.kept):,} {label}.")
            if part.deleted:
                self.stdout.write(
                    f"Not brought back, deleted since: {len(part.deleted):,} {label}."
                )
        if number is None:
            self.stdout.write("The starter catalog is loaded already: nothing changed.")
            return
        counts = Tally.objects.by_status()
        for kind, by_status in counts.items():
            parts = ", ".join(f"{count:,} {status}" for status, count in by_status.items())
            self.stdout.write(f"{sum(by_status.values()):,} {kind}: {parts}.")
        self.stdout.write(f"Loaded as revision {number}.")
