"""The exports of a revision as files in a storage: which are there, and whether they are current.

``manifest.json`` names the files, each of which is called by its own SHA-256: a reader that holds a
manifest finds exactly the files it names, whatever is published meanwhile.
"""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

import orjson
from django.core.files import File
from django.core.files.storage import Storage, storages

CURRENT = "manifest.json"
FILES, MANIFESTS = "files", "manifests"
IDENTITY = ("schemaVersion", "rulesVersion", "revision", "generatedAt", "counts", "notice")
"""What of an export's ``meta`` must agree for its files to be the same; the time tells a restored
database's revisions apart."""
ADDED = ("path", "gzip")
"""What a published manifest tells of a file beyond what the API's does."""

log = logging.getLogger(__name__)


class Found(NamedTuple):
    """An open file, its bytes, and whether they are gzip."""

    file: File
    size: int
    zipped: bool


def storage() -> Storage:
    """Where published exports are."""
    return storages["published"]


def current() -> dict[str, Any] | None:
    """The manifest that was published last, or None where there is none that can be read."""
    return read(CURRENT)


def read(name: str) -> dict[str, Any] | None:
    """One manifest; a storage that fails is told in the log and is no reason to fail as well."""
    try:
        with storage().open(name) as file:
            found: dict[str, Any] = orjson.loads(file.read())
    except FileNotFoundError:
        return None
    except Exception:
        log.warning("The published %s cannot be read.", name, exc_info=True)
        return None
    return found


def is_of(manifest: dict[str, Any] | None, meta: dict[str, Any]) -> bool:
    """Whether the manifest's files are the export that ``meta`` describes."""
    return manifest is not None and all(manifest.get(key) == meta[key] for key in IDENTITY)


def find(meta: dict[str, Any], format: str, *, zipped: bool) -> Found | None:
    """The published file of one format, if what is published is what ``meta`` describes."""
    manifest = current()
    if manifest is None or not is_of(manifest, meta):
        return None
    for entry in manifest["files"]:
        if entry["format"] == format:
            told = entry["gzip"] if zipped else entry
            return _opened(told["path"], told["size"], zipped)
    return None


def told(meta: dict[str, Any]) -> dict[str, Any] | None:
    """The published manifest as the API tells it, if it is the one of ``meta``."""
    manifest = current()
    if manifest is None or not is_of(manifest, meta):
        return None
    files = [{k: v for k, v in entry.items() if k not in ADDED} for entry in manifest["files"]]
    return {**manifest, "files": files}


def _opened(path: str, size: int, zipped: bool) -> Found | None:
    """The file, unless it is gone or cut short: then the export is written anew."""
    try:
        file = storage().open(path)
        if file.size == size:
            return Found(file, size, zipped)
        file.close()
        log.warning("The published %s has %s bytes and not %s.", path, file.size, size)
    except Exception:
        log.warning("The published %s cannot be opened.", path, exc_info=True)
    return None
