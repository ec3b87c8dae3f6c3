"""Writing the exports of the current revision into a storage, so that a reader never sees a half."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

import orjson
from django.core.files.base import ContentFile, File
from django.utils import timezone

from policies.export import FORMATS, describe, stream
from policies.export.manifest import Measured, described, document
from policies.export.published import CURRENT, FILES, MANIFESTS, current, is_of, read, storage
from policies.models import Revision
from policies.revisions import snapshot

KEPT = 10
SPARED = timedelta(hours=1)
"""How old a file must be to be removed: a reader may hold the manifest that named it, and another
publisher may have written it and not its manifest yet."""
NAME = re.compile(r"r(\d+)\.json")


class Outcome(NamedTuple):
    """What is published now, whether this call wrote it, and how many files it removed."""

    manifest: dict[str, Any]
    written: bool
    removed: int


class StorageFailed(RuntimeError):
    """The storage took nothing, or not all; what was published before still is."""


class Draft(NamedTuple):
    """One format, written whole to temporary files: plain and in gzip."""

    entry: dict[str, Any]
    plain: IO[bytes]
    zipped: IO[bytes]


def publish(*, keep: int = KEPT, force: bool = False) -> Outcome:
    """Publish the current revision unless it is published already, and keep the newest ``keep``.

    Files first, then the manifest in one step, then old ones are removed. The snapshot is held while
    the exports are written to temporary files, not while they go to the storage. Raises ``StorageFailed``.
    """
    before = current()
    with ExitStack() as stack:
        with snapshot():
            meta = describe(Revision.objects.current())
            if not force and before is not None and is_of(before, meta) and complete(before):
                return Outcome(before, False, 0)
            drafts = [stack.enter_context(_draft(format, meta)) for format in FORMATS]
        known = set() if before is None or force else set(paths(before))
        with _storing():
            for draft in drafts:
                _store(draft, known)
    manifest = document(meta, [draft.entry for draft in drafts])
    with _storing():
        _write(f"{MANIFESTS}/r{meta['revision']}.json", manifest)
        latest = current()
        if latest is not None and latest != before and latest["revision"] > meta["revision"]:
            return Outcome(latest, False, 0)  # another publisher was faster, with a newer revision
        _write(CURRENT, manifest)
        return Outcome(manifest, True, prune(keep))


@contextmanager
def _storing() -> Iterator[None]:
    """Each kind of storage fails with errors of its own, which a caller cannot know."""
    try:
        yield
    except Exception as error:
        raise StorageFailed(f"The storage fails: {error}") from error


def complete(manifest: dict[str, Any]) -> bool:
    """Whether every file is there that the manifest names."""
    formats = [entry["format"] for entry in manifest["files"]]
    with _storing():
        return formats == list(FORMATS) and all(storage().exists(path) for path in paths(manifest))


def paths(manifest: dict[str, Any]) -> list[str]:
    """Every file that the manifest names."""
    return [path for entry in manifest["files"] for path in (entry["path"], entry["gzip"]["path"])]


def prune(keep: int) -> int:
    """Remove all but the newest ``keep`` manifests and what those and the current one name."""
    place, numbers = storage(), []
    for name in place.listdir(MANIFESTS)[1]:
        if found := NAME.fullmatch(name):
            numbers.append(int(found[1]))
    kept = sorted(numbers, reverse=True)[:keep]
    needed = {path for manifest in _manifests(kept) for path in paths(manifest)}
    removed = 0
    for number in set(numbers) - set(kept):
        place.delete(f"{MANIFESTS}/r{number}.json")
    for name in place.listdir(FILES)[1]:
        path = f"{FILES}/{name}"
        if path not in needed and timezone.now() - place.get_modified_time(path) > SPARED:
            place.delete(path)
            removed += 1
    return removed


def _manifests(numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
    for name in (CURRENT, *(f"{MANIFESTS}/r{number}.json" for number in numbers)):
        if manifest := read(name):
            yield manifest


@contextmanager
def _draft(format: str, meta: dict[str, Any]) -> Iterator[Draft]:
    """Both files in one pass over the catalog, whatever its size. The same bytes give the same gzip."""
    with TemporaryFile() as plain, TemporaryFile() as zipped:
        measured = Measured(stream(format, meta))
        with gzip.GzipFile(filename="", mode="wb", fileobj=zipped, mtime=0) as compress:
            for piece in measured:
                plain.write(piece)
                compress.write(piece)
        size = zipped.tell()
        zipped.seek(0)
        path = f"{FILES}/{measured.sha256}.{format}"
        yield Draft(
            {
                **described(format, meta["revision"], measured),
                "path": path,
                "gzip": {
                    "path": f"{path}.gz",
                    "size": size,
                    "sha256": hashlib.file_digest(zipped, "sha256").hexdigest(),
                },
            },
            plain,
            zipped,
        )


def _store(draft: Draft, known: set[str]) -> None:
    """Save both files. One that the current manifest names already is left: its name is its content."""
    named = ((draft.entry["path"], draft.plain), (draft.entry["gzip"]["path"], draft.zipped))
    for path, content in named:
        if path not in known or not storage().exists(path):
            content.seek(0)
            _save(path, File(content, name=path), draft.entry["contentType"])


def _write(name: str, manifest: dict[str, Any]) -> None:
    content = orjson.dumps(manifest, option=orjson.OPT_APPEND_NEWLINE)
    _save(name, ContentFile(content, name=name), "application/json")


def _save(name: str, content: Any, content_type: str) -> None:
    """Under exactly this name: a storage that keeps an old file and calls the new one otherwise is unfit.

    A bucket tells the content type to readers, and would guess it from the name.
    """
    content.content_type = content_type
    saved = storage().save(name, content)
    if saved != name:
        storage().delete(saved)
        raise OSError(f"it gave {name} another name instead of replacing it")
