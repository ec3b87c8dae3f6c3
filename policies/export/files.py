"""A file that is written whole before its first byte is sent; see ``docs/adr/0003``."""

from __future__ import annotations

from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import IO

from django.http import FileResponse


class WrittenFile(FileResponse):
    """A file that is sent in larger pieces than Django's 4 KiB."""

    block_size = 1 << 16


def written(parts: Iterable[bytes], *, filename: str, content_type: str) -> WrittenFile:
    """The response that sends ``parts``, all of which are read before this returns.

    A failure half-way is then an error and not a shorter file, the length is known, and a slow
    client holds no snapshot open.
    """
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        file.writelines(parts)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return WrittenFile(file, as_attachment=True, filename=filename, content_type=content_type)


def ready(file: IO[bytes], *, size: int, filename: str, content_type: str) -> WrittenFile:
    """The response that sends a file that was written before."""
    response = WrittenFile(file, as_attachment=True, filename=filename, content_type=content_type)
    response.headers["Content-Length"] = str(size)
    return response
