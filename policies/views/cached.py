"""What is counted once for each state: sums over so many rows that no request should repeat them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.cache import cache

from nanopolicy import __version__
from policies.models import Revision
from policies.rules import RULES_VERSION

KEPT_FOR = 24 * 60 * 60
"""Seconds; a new revision has a new key, so this only bounds what is kept in vain."""

_ABSENT = object()

T = TypeVar("T")


def per_revision(name: str, compute: Callable[[], T], *, shown: Any = _ABSENT) -> T:
    """``compute()`` for the revision that is read now, remembered under ``name``.

    One query asks which that is, unless the caller read it already and gives it as ``shown``.

    Call it inside a page, where one snapshot is read. The value must follow from the records alone
    (no clock, no user, nothing of the address that ``name`` leaves out) and be picklable.
    """
    key = _key(name, Revision.objects.current() if shown is _ABSENT else shown)
    value = cache.get(key, _ABSENT)
    if value is _ABSENT:
        value = compute()
        cache.set(key, value, KEPT_FOR)
    return cast(T, value)


def _key(name: str, revision: Revision | None) -> str:
    """Everything that can change the value; the time tells a restored database's revisions apart."""
    state = (revision.number, revision.at.isoformat()) if revision else (0, "")
    parts = [name, *map(str, state), str(RULES_VERSION), __version__]
    return f"per-revision:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"
