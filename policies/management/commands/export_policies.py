"""``manage.py export_policies``: the whole catalog with its policies, to a file or to the terminal."""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies.bases import NOTICE
from policies.export import DEFAULT_FORMAT, FORMATS, describe, stream
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
            self._write(stream(format, meta), output)
        counts = {kind: f"{meta['counts'][kind]['total']:,} {kind}" for kind in meta["counts"]}
        self.stderr.write(
            f"Revision {meta['revision']}: {counts['models']}, {counts['routes']}. {NOTICE}",
            style_func=str,
        )

    def _write(self, pieces: Iterable[bytes], output: Path | None) -> None:
        if output is not None:
            write_atomically(output, pieces)
            return
        binary = getattr(self.stdout._out, "buffer", None)
        write = (
            binary.write if binary else lambda piece: self.stdout.write(piece.decode(), ending="")
        )
        try:
            for piece in pieces:
                write(piece)
            (binary or self.stdout).flush()
        except BrokenPipeError:  # the reader, such as head, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_atomically(target: Path, pieces: Iterable[bytes]) -> None:
    """Write beside ``target``, then replace it: readers see the old file or the new one whole."""
    try:
        if target.exists() and not target.is_file():
            raise CommandError(f"--output {target} is not a regular file.")
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".nanopolicy-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o666 & ~_umask())  # mkstemp made it for the owner alone
            Path(name).replace(target)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise CommandError(f"--output {target} cannot be written: {error.strerror}.") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
