"""Which model a provider's id names: exactly, by alias, or after one of a few written normalizations.

A wrong match would lend a model's license to another model, so the list is short, and a vendor
prefix is dropped only where something vouches for it: the provider's own name, a path that hosts
use, or the matched model's owner or other spellings. ``-turbo`` and the like are never dropped.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from policies.querysets import fold

TAGS = ("free", "paid", "nitro", "floor", "extended", "exacto", "online", "batch", "flex")
"""Route tags: ``owner/name:free`` is the same model on other conditions."""

QUANTIZATIONS = re.compile(
    r"[-_.](fp4|fp8|fp16|bf16|int4|int8|nvfp4|mxfp4|awq|gptq|gguf|4bit|8bit|q[2-8]_k_[sml]|q[48]_0)$"
)
"""Suffixes that say how the same weights are stored."""

HOST_PATHS = frozenset({"accounts", "models", "@cf", "@hf", "workers-ai", "hf", "huggingface"})
"""Path segments of hosts; they name nobody who made a model."""

EXACT, ALIAS, NORMALIZED, NEW = "exact", "alias", "normalized", "new"
HOW = (EXACT, ALIAS, NORMALIZED, NEW)
TAG, QUANTIZATION, VENDOR = "route tag", "quantization", "vendor prefix"


class Match(NamedTuple):
    """The canonical id that a spelling stands for, how it was found, and what was dropped for it."""

    canonical_id: str | None
    how: str
    dropped: tuple[str, ...] = ()


class Spellings:
    """All known spellings of all models, by case-folded form."""

    def __init__(self) -> None:
        self._canonical: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._prefixes: dict[str, set[str]] = defaultdict(set)
        self._bare: dict[str, set[str]] = defaultdict(set)

    def add_model(self, canonical_id: str, owner: str = "") -> None:
        """Make a model known under its canonical id."""
        self._canonical[fold(canonical_id)] = canonical_id
        self._owners[canonical_id] = _letters(owner)
        self._note_prefix(canonical_id, canonical_id)

    def add_alias(self, key: str, canonical_id: str) -> None:
        """Make a further spelling of a model known."""
        self._aliases.setdefault(key, canonical_id)
        self._note_prefix(key, canonical_id)

    def match(self, spelling: str, provider: str) -> Match:
        """The model that ``provider`` means by ``spelling``; NEW where nothing known fits."""
        key = fold(spelling)
        if key in self._canonical:
            return Match(self._canonical[key], EXACT)
        if key in self._aliases:
            return Match(self._aliases[key], ALIAS)
        for candidate, vendors, dropped in normalizations(key):
            found, more = self._find(candidate)
            if found and self._vouched(found, vendors, provider):
                return Match(found, NORMALIZED, tuple(dict.fromkeys((*dropped, *more))))
        return Match(None, NEW)

    def _find(self, candidate: str) -> tuple[str | None, tuple[str, ...]]:
        """The model of a candidate; a bare name also finds the only model that adds a vendor to it."""
        found = self._canonical.get(candidate) or self._aliases.get(candidate)
        if found is None and len(self._bare.get(candidate, ())) == 1:
            return next(iter(self._bare[candidate])), (VENDOR,)
        return found, ()

    def _note_prefix(self, spelling: str, canonical_id: str) -> None:
        *segments, bare = fold(spelling).split("/")
        self._prefixes[canonical_id].update(segments)
        self._bare[bare].add(canonical_id)

    def _vouched(self, canonical_id: str, vendors: Iterable[str], provider: str) -> bool:
        owner = self._owners.get(canonical_id, "")
        known = HOST_PATHS | self._prefixes[canonical_id]
        return all(
            vendor in known or _alike(vendor, provider) or _alike(vendor, owner)
            for vendor in vendors
        )


def normalizations(key: str) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """What a case-folded spelling may stand for, the closest first.

    Yields (candidate, vendor segments dropped, names of what was dropped).
    """
    for base, dropped in _suffixes(key):
        segments = base.split("/")
        for count in range(len(segments)):
            if segments[count]:
                names = (*dropped, VENDOR) if count else dropped
                yield "/".join(segments[count:]), tuple(segments[:count]), names


def _suffixes(key: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield key, ()
    stem, colon, tag = key.rpartition(":")
    tagged = bool(colon) and tag in TAGS
    if tagged:
        yield stem, (TAG,)
    base = stem if tagged else key
    plain = QUANTIZATIONS.sub("", base)
    if plain != base:
        yield plain, ((TAG, QUANTIZATION) if tagged else (QUANTIZATION,))


def _alike(vendor: str, name: str) -> bool:
    """``mistralai`` and ``Mistral AI``, ``meta-llama`` and ``Meta``: one begins with the other."""
    left, right = _letters(vendor), _letters(name)
    shorter = min(len(left), len(right))
    return shorter >= 3 and (left.startswith(right) or right.startswith(left))


def _letters(text: str) -> str:
    return "".join(character for character in fold(text) if character.isalnum())
