"""Where published exports are kept: a folder, or a bucket that speaks S3."""

from __future__ import annotations

import os
import re
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage

from nanopolicy.env import ORIGIN, Env, wrong

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")
BUCKET_TIMEOUTS = {"connect_timeout": 5, "read_timeout": 30, "retries": {"max_attempts": 2}}


class AtomicFileSystemStorage(FileSystemStorage):
    """Replaces a file in one step: readers see the old one or the new one whole, also after a crash.

    Django's own storage writes into the file that is being read.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_overwrite=True, **options)

    def _save(self, name: str, content: Any) -> str:
        beside = f"{name}.{secrets.token_hex(6)}.part"
        try:
            super()._save(beside, content)  # type: ignore[misc]  # the stubs leave it out
            _to_disk(self.path(beside))
            os.replace(self.path(beside), self.path(name))  # noqa: PTH105 - names as storage has them
        except BaseException:
            self.delete(beside)
            raise
        _to_disk(os.path.dirname(self.path(name)))  # noqa: PTH120
        return name


def published(env: Env, data: Path, base: Path) -> dict[str, Any]:
    """The entry of ``STORAGES`` that the environment describes; ``data`` is the data folder."""
    folder, bucket = env.text("PUBLISH_DIR"), env.text("PUBLISH_BUCKET")
    endpoint, prefix = env.text("PUBLISH_ENDPOINT"), env.text("PUBLISH_PREFIX")
    if not bucket:
        for name, value in (("PUBLISH_ENDPOINT", endpoint), ("PUBLISH_PREFIX", prefix)):
            if value:
                raise wrong(name, value, "nothing, unless PUBLISH_BUCKET is set")
        location = base / folder if folder else data / "published"
        return {
            "BACKEND": "nanopolicy.storage.AtomicFileSystemStorage",
            "OPTIONS": {"location": location},
        }
    if folder:
        raise wrong("PUBLISH_DIR", folder, "nothing where PUBLISH_BUCKET is set")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": _bucket(bucket, endpoint, prefix),
    }


def _bucket(bucket: str, endpoint: str, prefix: str) -> dict[str, Any]:
    if not BUCKET.fullmatch(bucket):
        raise wrong("PUBLISH_BUCKET", bucket, "the name of a bucket")
    if endpoint and not ORIGIN.fullmatch(endpoint):
        raise wrong("PUBLISH_ENDPOINT", endpoint, "an address such as https://s3.example.org")
    if prefix and not PREFIX.fullmatch(prefix):
        raise wrong("PUBLISH_PREFIX", prefix, "a folder of the bucket, such as exports/nanopolicy")
    if find_spec("storages") is None or find_spec("botocore") is None:
        raise ImproperlyConfigured(
            f"PUBLISH_BUCKET is {bucket!r}, and django-storages is not installed: "
            'pip install "django-storages[s3]".'
        )
    from botocore.config import Config

    return {
        "bucket_name": bucket,
        "endpoint_url": endpoint or None,
        "location": prefix,
        "default_acl": None,
        "client_config": Config(**BUCKET_TIMEOUTS, signature_version="s3v4"),
    }


def _to_disk(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
