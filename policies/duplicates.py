"""Records that may be one recorded twice: documents of one layer with one source, and tables with one name.

Nothing is refused because of it: two licenses may share a page, and two models a name. A curator decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from policies.models import Family, License, Provider, ProviderTerms, TextModel
from policies.models.sources import PolicySource
from policies.querysets import fold

NAMED = (License, ProviderTerms, Family, Provider, TextModel)
"""The tables whose names curators give."""

SHOWN = 5
"""So many twins of one record are enough to make somebody look."""


class Twin(NamedTuple):
    """A record that another may be, and what they share: ``"name"``, ``"source URL"`` or both.

    It is not ``stored`` where it is only planned, whatever id it is given meanwhile.
    """

    record: Any
    shares: str
    stored: bool

    @property
    def key(self) -> str:
        """What a form remembers of having shown it."""
        return f"{self.record.pk}:{self.shares}"


class Recorded:
    """Records by what would give a twin of theirs away, as they are when they are added."""

    def __init__(self, records: Iterable[Any] = ()) -> None:
        self._known: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for record in records:
            self.add(record)

    def add(self, record: Any) -> None:
        """Know one more."""
        for feature in _features(record):
            self._known[feature].append(record)

    def twins_of(self, record: Any) -> list[Twin]:
        """Those that may be ``record``, in the order in which they were added."""
        shared: dict[int, tuple[Any, list[str]]] = {}
        for feature in _features(record):
            for other in self._known.get(feature, ()):
                if other is not record and (other.pk is None or other.pk != record.pk):
                    shared.setdefault(id(other), (other, []))[1].append(feature[0])
        found = [
            Twin(other, " and ".join(what), other.pk is not None) for other, what in shared.values()
        ]
        return found[:SHOWN]


def twins_of(record: Any) -> list[Twin]:
    """What is stored beside ``record``, saved or not, under its name or with its source, in one query."""
    return Recorded(_candidates(record)).twins_of(record) if isinstance(record, NAMED) else []


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


def _features(record: Any) -> list[tuple[str, str]]:
    """What tells whether two records of a table are one; what is blank tells nothing."""
    features = [("name", same_name(record.name))]
    if isinstance(record, PolicySource):
        features.append(("source URL", same_text(record.source_url)))
    return [feature for feature in features if feature[1]]


def _candidates(record: Any) -> Any:
    """Few enough to be compared here, since engines fold letters each in its own way."""
    others = type(record)._default_manager.exclude(pk=record.pk).order_by("pk")
    if isinstance(record, TextModel):
        return others.filter(search_text__contains=fold(record.name)).only("canonical_id", "name")
    columns = ["slug", "name", *(["source_url"] if isinstance(record, PolicySource) else [])]
    return others.only(*columns)
