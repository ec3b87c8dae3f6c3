"""Where a command's bytes go: a file, whole or not at all, or the terminal."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError


def write_out(pieces: Iterable[bytes], stdout: Any, output: Path | None) -> None:
    """To ``output``, or to a command's standard output where there is none."""
    if output is not None:
        write_atomically(output, pieces)
        return
    binary = getattr(stdout._out, "buffer", None)
    write = binary.write if binary else lambda piece: stdout.write(piece.decode(), ending="")
    try:
        for piece in pieces:
            write(piece)
        (binary or stdout).flush()
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
