"""``manage.py export_policies``: the whole catalog with its policies, to a file or to the terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies.bases import NOTICE
from policies.export import DEFAULT_FORMAT, FORMATS, describe, stream
from policies.management.output import write_out
from policies.models import Revision
from policies.revisions import snapshot


class Command(BaseCommand):
    """Writes exactly one revision; a file appears whole or not at all."""

    help = "Export every model and route with its policy, as of the current revision."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--format`` and ``--output``."""
        parser.add_argument("--format", default=DEFAULT_FORMAT, help=", ".join(FORMATS))
        parser.add_argument("--output", type=Path, metavar="FILE", help="Default: standard output.")

    def handle(self, *args: Any, format: str, output: Path | None, **options: Any) -> None:
        """Write the export, and say on standard error what it holds."""
        if format not in FORMATS:
            raise CommandError(f"--format is {format!r}; accepted: {', '.join(FORMATS)}.")
        with snapshot():
            meta = describe(Revision.objects.current())
            write_out(stream(format, meta), self.stdout, output)
        counts = {kind: f"{meta['counts'][kind]['total']:,} {kind}" for kind in meta["counts"]}
        self.stderr.write(
            f"Revision {meta['revision']}: {counts['models']}, {counts['routes']}. {NOTICE}",
            style_func=str,
        )
