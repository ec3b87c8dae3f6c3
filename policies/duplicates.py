"""Records that may be one recorded twice: documents of one layer with one source, and tables with one name.

Nothing is refused because of it: two licenses may share a page, and two models a name. A curator decides.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from policies.models import Family, License, Provider, ProviderTerms, TextModel
from policies.models.sources import PolicySource
from policies.querysets import fold

NAMED = (License, ProviderTerms, Family, Provider, TextModel)
"""The tables whose names curators give."""

SHOWN = 5
"""So many twins of one record are enough to make somebody look."""


class Twin(NamedTuple):
    """A stored record that another may be, and what they share: ``"name"``, ``"source URL"`` or both."""

    record: Any
    shares: str

    @property
    def key(self) -> str:
        """What a form remembers of having shown it."""
        return f"{self.record.pk}:{self.shares}"


def twins_of(record: Any) -> list[Twin]:
    """What is stored beside ``record``, saved or not, under its name or with its source, in one query."""
    if not isinstance(record, NAMED):
        return []
    own = _features(record)
    found = []
    for other in _candidates(record):
        theirs = _features(other)
        shared = [what for what, value in own.items() if value and theirs[what] == value]
        if shared:
            found.append(Twin(other, " and ".join(shared)))
    return found[:SHOWN]


def same_name(name: str) -> str:
    """One spelling for names that a reader would take for one."""
    return " ".join(fold(name).split())


def same_text(url: str) -> str:
    """One spelling for the addresses that lead to one text: of any scheme, with or without ``www.``.

    Host case, a last slash and a fragment do not count; a fragment that is a path of its own does.
    """
    address, _, fragment = url.strip().partition("#")
    host, slash, path = address.partition("://")[2].partition("/")
    bare = f"{host.lower().removeprefix('www.')}{slash}{path}".rstrip("/")
    return f"{bare}#{fragment}" if fragment.startswith(("/", "!")) else bare


def _features(record: Any) -> dict[str, str]:
    """What tells whether two records of a table are one."""
    features = {"name": same_name(record.name)}
    if isinstance(record, PolicySource):
        features["source URL"] = same_text(record.source_url)
    return features


def _candidates(record: Any) -> Any:
    """Few enough to be compared here, since engines fold letters each in its own way."""
    others = type(record)._default_manager.exclude(pk=record.pk).order_by("pk")
    if isinstance(record, TextModel):
        return others.filter(search_text__contains=fold(record.name)).only("canonical_id", "name")
    columns = ["slug", "name", *(["source_url"] if isinstance(record, PolicySource) else [])]
    return others.only(*columns)
