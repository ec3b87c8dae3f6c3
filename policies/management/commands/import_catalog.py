"""``manage.py import_catalog models-dev FILE``: somebody's catalog into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policies.bases import Via
from policies.catalog.applying import apply_tables, refresh_statistics
from policies.catalog.import_plan import ImportPlan
from policies.catalog.models_dev import Listing, read_listing
from policies.catalog.people import IMPORTER
from policies.catalog.problems import CatalogError
from policies.catalog.progress import Progress
from policies.catalog.report import plan_lines
from policies.revisions import revision, snapshot


class Command(BaseCommand):
    """Import a catalog file; the same file again changes nothing."""

    help = (
        "Import providers, models and routes from a catalog file, all or nothing. What curators "
        "changed or deleted stays; routes that the file no longer lists become unavailable."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The format, the file, and whether to write."""
        parser.add_argument("format", choices=["models-dev"], help="the file's format")
        parser.add_argument("file", help="the file, for example api.json of models.dev")
        parser.add_argument(
            "--dry-run", action="store_true", help="print what would change and write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Parse, plan, apply; bad input is one line on stderr and exit code 1."""
        try:
            listing = read_listing(options["file"])
        except CatalogError as error:
            raise CommandError(str(error)) from error
        if options["dry_run"]:
            with snapshot():
                self._print_plan(ImportPlan(listing), options["verbosity"])
            self.stdout.write("Dry run: nothing was written.")
        else:
            self._import(listing, options)

    def _import(self, listing: Listing, options: dict[str, Any]) -> None:
        progress = Progress(self.stdout)
        reason = f"Import {options['format']} file {Path(options['file']).name}."
        actor = f"{IMPORTER} {options['format']}"
        with revision(actor=actor, reason=reason, via=Via.IMPORT) as opened:
            planned = ImportPlan(listing)
            self._print_plan(planned, options["verbosity"])
            apply_tables(planned.tables, opened, progress)
            if planned:
                progress.say("Resolving what changed ...")
        if opened.committed:
            refresh_statistics()
            self.stdout.write(f"Imported as revision {opened.number}.")
        else:
            self.stdout.write("The file brings nothing new: nothing changed.")

    def _print_plan(self, planned: ImportPlan, verbosity: int) -> None:
        for line in plan_lines(planned, everything=verbosity > 1):
            self.stdout.write(line)
