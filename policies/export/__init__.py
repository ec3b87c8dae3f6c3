"""The whole catalog as documents: everything, in a fixed order, of exactly one revision.

Pure reading: no clock, no request, no file. The same state gives the same bytes. A client that meets
another ``schemaVersion`` must expect fields to be gone or renamed; new fields alone do not raise it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from policies.bases import NOTICE
from policies.export.formats import DEFAULT_FORMAT, FORMATS
from policies.models import Revision, Tally
from policies.rules import RULES_VERSION

__all__ = ["CHUNK", "DEFAULT_FORMAT", "FORMATS", "SCHEMA_VERSION", "describe", "stream"]

SCHEMA_VERSION = 1
CHUNK = 500
"""Models that are held in memory at a time."""


def describe(revision: Revision | None) -> dict[str, Any]:
    """The export's ``meta``; before the first revision its number is 0 and it has no time."""
    counts = Tally.objects.by_status()
    return {
        "schemaVersion": SCHEMA_VERSION,
        "rulesVersion": RULES_VERSION,
        "revision": revision.number if revision else 0,
        "generatedAt": _utc(revision) if revision else None,
        "counts": {
            kind: {"total": sum(counts[kind].values()), **counts[kind]}
            for kind in ("models", "routes")
        },
        "notice": NOTICE,
    }


def stream(format: str, meta: dict[str, Any], *, chunk: int = CHUNK) -> Iterator[bytes]:
    """The export in one of ``FORMATS``, a model at a time.

    The caller holds a ``snapshot()`` from the reading of ``meta`` (``describe``) to the last byte.
    """
    return FORMATS[format].write(meta, chunk)


def _utc(revision: Revision) -> str:
    return revision.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
