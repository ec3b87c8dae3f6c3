"""``manage.py import_records FILE``: edited licenses or provider terms back into the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policies.catalog.problems import CatalogError
from policies.catalog.reading import read_bytes
from policies.records.applying import Outcome, import_file, rehearse
from policies.records.columns import KINDS
from policies.records.reading import read_file
from policies.records.report import plan_lines, problem_lines
from policies.revisions import ReasonRequired

ACTOR = "import_records"


class Command(BaseCommand):
    """Imports a file of documents, all or nothing; the same file again changes nothing."""

    help = (
        "Import licenses or provider terms from a CSV or JSON file, as export_records writes it: all "
        "of it, or nothing where a row has an error. Nothing is ever deleted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, what it holds, whether to write, and why."""
        parser.add_argument("file", help="a CSV or JSON file")
        parser.add_argument("--kind", choices=KINDS, help="where the columns do not tell")
        parser.add_argument(
            "--dry-run", action="store_true", help="print what would change and write nothing"
        )
        parser.add_argument("--reason", default="", help="required where an answer changes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, plan, apply; errors go to stderr, and the exit code is 1."""
        kind = KINDS.get(options["kind"])
        try:
            file = read_file(read_bytes(options["file"]), kind)
        except CatalogError as error:
            raise CommandError(f"{error} Nothing was imported.") from error
        with rehearse(file) as outcome:
            self._refuse_problems(outcome)
            for line in plan_lines(outcome):
                self.stdout.write(line)
            shown = outcome.token
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")
            return
        try:
            opened = import_file(file, actor=ACTOR, reason=options["reason"], shown=shown)
        except ReasonRequired as error:
            raise CommandError(f"{error} Say why with --reason. Nothing was imported.") from error
        if opened.committed:
            self.stdout.write(f"Imported as revision {opened.number}.")
        else:
            self.stdout.write("The file holds what is stored already: nothing changed.")

    def _refuse_problems(self, outcome: Outcome) -> None:
        lines = list(problem_lines(outcome.planned))
        for line in lines:
            self.stderr.write(line)
        if lines:
            number = "1 error" if len(lines) == 1 else f"{len(lines):,} errors"
            raise CommandError(f"{number}. Nothing was imported.")
