"""The contract of the list of revisions."""

from __future__ import annotations

from datetime import UTC, datetime, time

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from policies.bases import Via
from policies.filters.contract import Contract
from policies.filters.fields import Recorded, Word, page_number
from policies.models import Revision


class Day(django_filters.Filter):
    """A date in UTC, as ``YYYY-MM-DD``."""

    field_class = forms.DateField

    def __init__(self, **kwargs: object) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def accepted(self) -> list[str]:
        """Today, as an example of the form."""
        return [timezone.now().date().isoformat()]


class RevisionContract(Contract):
    """Revisions by who made them, by which door, when, and whether answers flipped."""

    default_size = 20
    sorts = {"newest": ("-number",)}
    settings = ("page",)

    actor = Recorded(Revision, "actor", optional=False, field_name="actor")
    via = Word(Via)
    flips = Word(["only"], method="with_flips")
    since = Day(method="from_day")
    until = Day(method="to_day")
    page = page_number()

    class Meta:
        model = Revision
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet) -> None:
        super().__init__(without_blanks(data), queryset)

    def with_flips(self, queryset: QuerySet, _name: str, _value: str) -> QuerySet:
        """Revisions that changed an answer which already stood."""
        return queryset.changing_answers()  # type: ignore[attr-defined]

    def from_day(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Revisions of that day and later ones."""
        return queryset.filter(at__gte=moment(value, time.min))

    def to_day(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Revisions up to the end of that day."""
        return queryset.filter(at__lte=moment(value, time.max))


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
