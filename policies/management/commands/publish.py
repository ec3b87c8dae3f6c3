"""``manage.py publish``: the exports of the current revision as files, for a web server or a CDN."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from policies.export.publishing import KEPT, StorageFailed, publish

MOST = 1000


class Command(BaseCommand):
    """Does nothing where the current revision is published already, so a timer may run it often."""

    help = "Publish the exports of the current revision, and remove old ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--keep`` and ``--force``."""
        parser.add_argument(
            "--keep",
            default=str(KEPT),
            metavar="N",
            help=f"How many revisions to keep, the newest ones (1 to {MOST}; {KEPT}).",
        )
        parser.add_argument(
            "--force", action="store_true", help="Write the files anew, whatever is there."
        )

    def handle(self, *args: Any, keep: str, force: bool, **options: Any) -> None:
        """Publish, and say what is published now."""
        keep = str(keep)
        if not (keep.isascii() and keep.isdigit() and 1 <= int(keep) <= MOST):
            raise CommandError(f"--keep is {keep!r}; accepted: a whole number from 1 to {MOST}.")
        try:
            outcome = publish(keep=int(keep), force=force)
        except StorageFailed as error:
            raise CommandError(str(error)) from error
        number = outcome.manifest["revision"]
        if not outcome.written:
            self.stdout.write(f"Revision {number} is published already.")
            return
        files = outcome.manifest["files"]
        plain, zipped = (
            filesizeformat(sum(size)).replace("\xa0", " ")
            for size in zip(*((file["size"], file["gzip"]["size"]) for file in files), strict=True)
        )
        removed = f" {outcome.removed} old files removed." if outcome.removed else ""
        self.stdout.write(
            f"Revision {number} is published: {len(files)} files, {plain}, in gzip {zipped}.{removed}"
        )
