"""The contracts of the list of revisions and of its feed."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.http import QueryDict
from django.utils import timezone

from policies.bases import Via
from policies.export.tables import TABLE_TYPES
from policies.filters.address import Problem
from policies.filters.contract import Contract
from policies.filters.fields import SEARCH_LENGTH, SUGGESTED_FROM, RecordedField, Whole, Word
from policies.models import License, ProviderTerms, Revision
from policies.timeline.past import History, history
from policies.timeline.ways import DIRECTIONS, goes

HIGHEST = 2**62
"""Higher numbers than revisions reach; the databases refuse to compare with much more."""


class Day(django_filters.Filter):
    """A date in UTC, as ``YYYY-MM-DD``."""

    field_class = forms.DateField
    examples = True

    def __init__(self, **kwargs: object) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def accepted(self) -> list[str]:
        """The newest revision's, as an example of the form."""
        newest = Revision.objects.current()
        return [(newest.at if newest else timezone.now()).date().isoformat()]


class Actor(django_filters.Filter):
    """Who made a revision; the names are read once."""

    field_class = RecordedField

    def __init__(self, **kwargs: object) -> None:
        super().__init__(known=self.is_known, **kwargs)

    def is_known(self, value: str) -> bool:
        """Whether somebody of that name made a revision."""
        return value in self.names

    @cached_property
    def names(self) -> list[str]:
        """Everybody who ever made one, in order."""
        names = Revision.objects.order_by("actor").values_list("actor", flat=True)
        return list(names.distinct())

    def accepted(self) -> list[str]:
        """The same names."""
        return self.names


class Named(django_filters.Filter):
    """The slug of a record of some tables, as it is today or ever was: history outlives the records."""

    field_class = RecordedField

    def __init__(self, *tables: Any, **kwargs: object) -> None:
        self.tables = tables
        self.found: dict[str, list[frozenset[int]]] = {}
        super().__init__(known=self.is_known, max_length=SEARCH_LENGTH, **kwargs)

    def is_known(self, value: str) -> bool:
        """Whether a record ever carried the slug; PostgreSQL refuses to be asked for a NUL."""
        return "\0" not in value and any(self.ids(value))

    def ids(self, slug: str) -> list[frozenset[int]]:
        """Of each table the ids that ever carried the slug: one query."""
        if slug not in self.found:
            versions = [
                table.history.filter(slug=slug).order_by().values_list(Value(place), "id")
                for place, table in enumerate(self.tables)
            ]
            rows = list(versions[0].union(*versions[1:]).order_by())
            self.found[slug] = [
                frozenset(key for kind, key in rows if kind == place)
                for place in range(len(self.tables))
            ]
        return self.found[slug]

    def accepted(self) -> list[str]:
        """The slugs of today, at most as many as can be compared for a suggestion."""
        slugs = [table.objects.order_by().values_list("slug", flat=True) for table in self.tables]
        return sorted(set(slugs[0].union(*slugs[1:])))[:SUGGESTED_FROM]

    def filter(self, queryset: QuerySet, value: str) -> QuerySet:
        """The revisions that wrote a version of such a record."""
        wrote = Q()
        for table, ids in zip(self.tables, self.ids(value), strict=True):
            wrote |= Q(Exists(table.history.filter(revision=OuterRef("pk"), id__in=ids)))
        return queryset.filter(wrote)


class FeedContract(Contract):
    """Revisions by who made them, by which door, when, of which document, and by what flipped.

    ``before`` and ``after`` are revision numbers between which a page lies: a number does not move
    while revisions are added.
    """

    default_size = 20
    settings: tuple[str, ...] = ("before", "after")

    direction = Word(DIRECTIONS, method="going")
    document = Named(License, ProviderTerms)
    actor = Actor(field_name="actor")
    via = Word(Via)
    since = Day(method="from_day")
    until = Day(method="to_day")
    before = Whole(min_value=1, max_value=HIGHEST)
    after = Whole(min_value=1, max_value=HIGHEST)

    class Meta:
        model = Revision
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet) -> None:
        super().__init__(without_blanks(data), queryset)

    @cached_property
    def problems(self) -> list[Problem]:
        """A page cannot be before one revision and after another."""
        return [*super().problems, *torn(self.given)]

    @cached_property
    def past(self) -> History:
        """All flips, read once."""
        return history()

    def going(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Revisions with a flip in that direction; exact, since flips are derived and not guessed."""
        flipped = {row.revision for row in self.past.flips if goes(row.before, row.after, value)}
        return queryset.filter(number__in=flipped)

    def from_day(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Revisions of that day and later ones."""
        return queryset.filter(at__gte=moment(value, time.min))

    def to_day(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Revisions up to the end of that day."""
        return queryset.filter(at__lte=moment(value, time.max))


class RevisionContract(FeedContract):
    """The same for people: with trends above the list, and as a file."""

    settings = (*FeedContract.settings, "trend", "format")

    trend = Word(["routes", "models"])
    format = Word(TABLE_TYPES)


def torn(given: dict[str, str]) -> list[Problem]:
    """The problem of an address that names a place before the page and one behind it."""
    if "before" not in given or "after" not in given:
        return []
    told = "“before” and “after” cannot be asked for at once"
    return [Problem("before", given["before"], told)]


def without_blanks(data: QueryDict) -> QueryDict:
    """A form sends each of its fields: an empty one means any, so it is no part of the question."""
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        if values != [""]:
            kept.setlist(name, values)
    return kept


def moment(day: str, clock: time) -> datetime:
    """A time in UTC of a day that the contract has accepted."""
    return datetime.combine(datetime.strptime(day, "%Y-%m-%d").date(), clock, tzinfo=UTC)
