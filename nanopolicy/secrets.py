"""The secret key: given by the environment, or generated once into a file that only its owner reads."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

ACCEPTED = (
    "at least 50 characters, 5 of them different; "
    "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
)


def checked(name: str, key: str) -> str:
    """Return ``key``, or refuse a weak one without showing it."""
    if len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            f"{name} is too weak (the value is not shown); accepted: {ACCEPTED}."
        )
    return key


def private_folder(path: Path) -> None:
    """Make the folder ``path`` for its owner alone, unless it exists; a failure is told in words."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR is {str(path)!r}, which cannot be made ({error.strerror}); accepted: a folder that "
            "the server may write, or both DATABASE_URL and SECRET_KEY instead."
        ) from None


def generated(path: Path) -> str:
    """Return the key kept at ``path``, made on the first call.

    Written beside and then linked into place: of two processes that start together one wins, and
    neither ever reads half a key.
    """
    if not path.exists():
        beside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
            with contextlib.suppress(FileExistsError):
                os.link(beside, path)
        finally:
            beside.unlink()
    return checked(f"The key in {path}", path.read_text().strip())
