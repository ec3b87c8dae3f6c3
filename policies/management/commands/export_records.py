"""``manage.py export_records``: licenses or provider terms, to be edited and imported again."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from policies.management.output import write_out
from policies.records.columns import KINDS
from policies.records.writing import FORMATS
from policies.revisions import snapshot


class Command(BaseCommand):
    """Writes every document of one kind; ``import_records`` reads it back."""

    help = "Export all licenses or all provider terms, for import_records to read back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The kind, ``--format`` and ``--output``."""
        parser.add_argument("kind", choices=KINDS, help="which documents")
        parser.add_argument("--format", choices=FORMATS, default="csv")
        parser.add_argument("--output", type=Path, metavar="FILE", help="Default: standard output.")

    def handle(
        self, *args: Any, kind: str, format: str, output: Path | None, **options: Any
    ) -> None:
        """Write the file, and say on standard error what it holds."""
        chosen = KINDS[kind]
        with snapshot():
            records = list(chosen.table.objects.order_by("slug"))
        write_out([FORMATS[format].write(chosen, records)], self.stdout, output)
        self.stderr.write(f"{chosen.count(len(records))}.", style_func=str)
