"""Finding the record that somebody typed: by its key or its name, else what comes close."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q
from django.db.models.functions import Length

from policies.filters.address import shorten
from policies.models import License, Provider, ProviderTerms, TextModel

LONGEST = 200
CLOSE = 8
SUGGESTED_FROM = 5000
KINDS = {
    "models": ("model", TextModel),
    "providers": ("provider", Provider),
    "licenses": ("license", License),
    "terms": ("terms document", ProviderTerms),
}
"""What can be compared, as an address has it: the noun and the table."""


class Choice(NamedTuple):
    """One input: what was typed, the record, else what is wrong and the keys that come close."""

    text: str
    record: Any = None
    problem: str = ""
    close: list[str] = []


def key_of(record: Any) -> str:
    """What names a record in addresses."""
    return str(record.canonical_id if isinstance(record, TextModel) else record.slug)


def choose(kind: str, text: str) -> Choice:
    """The record of this kind that ``text`` names; nothing typed is no mistake."""
    noun, _ = KINDS[kind]
    if not text:
        return Choice("")
    shown = shorten(text)
    if "\0" in text or len(text) > LONGEST:
        return Choice("", problem=f"No {noun} can be called “{shown}”.")
    record = _model(text) if kind == "models" else _named(kind, text)
    if record is not None:
        return Choice(text, record)
    return Choice(text, None, f"No {noun} is recorded as “{shown}”.", _close(kind, text))


def _model(text: str) -> TextModel | None:
    models = TextModel.objects.with_policy().select_related("policy__terms")
    return models.spelled(text).first()


def _named(kind: str, text: str) -> Any:
    table: Any = KINDS[kind][1]
    named = table.objects.filter(Q(slug=text.lower()) | Q(name__iexact=text))
    found = list(named.select_related("terms") if table is Provider else named)
    exact = [record for record in found if record.slug == text.lower()]
    return (exact or found or [None])[0]


def _close(kind: str, text: str) -> list[str]:
    """Keys that contain every word that was typed, the shortest first; else those spelled alike."""
    table: Any = KINDS[kind][1]
    key = "canonical_id" if kind == "models" else "slug"
    rows = table.objects.order_by(Length(key), key)
    contains = rows.search(text) if kind == "models" else rows.filter(_words(text))
    found = list(contains.values_list(key, flat=True)[:CLOSE])
    return found or _alike(text, rows.values_list(key, flat=True)[:SUGGESTED_FROM])


def _words(text: str) -> Q:
    condition = Q()
    for word in text.split():
        condition &= Q(slug__icontains=word) | Q(name__icontains=word)
    return condition


def _alike(text: str, keys: Iterable[str]) -> list[str]:
    tails = {key: key.rpartition("/")[2] for key in keys}
    close = difflib.get_close_matches(text.lower(), [*tails, *tails.values()], CLOSE, 0.5)
    return [key for key, tail in tails.items() if key in close or tail in close][:CLOSE]
