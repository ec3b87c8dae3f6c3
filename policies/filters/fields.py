"""The kinds of values that an address may carry; each knows which ones it accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from policies.filters.facets import NOTHING
from policies.models import TextModel

PAGE_SIZES = (25, 50, 100, 200)
SUGGESTED_FROM = 5000
SEARCH_LENGTH = 200


class Word(django_filters.ChoiceFilter):
    """One value of a closed vocabulary."""

    def __init__(self, vocabulary: Iterable[Any], *extra: str, **kwargs: Any) -> None:
        values = [str(getattr(item, "value", item)) for item in vocabulary] + list(extra)
        super().__init__(choices=[(value, value) for value in values], **kwargs)

    def __deepcopy__(self, memo: Any) -> Word:
        """For each reading of an address: the vocabulary, which nothing changes, is shared."""
        twin = copy(self)
        twin.method = self.method
        return twin

    def accepted(self) -> list[str]:
        """Every value, in order."""
        return [value for value, _ in self.extra["choices"]]


class RecordedField(forms.CharField):
    """The natural key of a record, or ``-`` for none."""

    def __init__(self, *, known: Callable[[str], bool], **kwargs: Any) -> None:
        self.known = known
        super().__init__(**kwargs)

    def validate(self, value: str) -> None:
        """Refuse what nobody recorded."""
        super().validate(value)
        if value and not self.known(value):
            raise ValidationError("Not recorded.")


class Recorded(django_filters.Filter):
    """One value that stands in a column of the catalog, or ``-`` for none recorded."""

    field_class = RecordedField

    def __init__(self, table: Any, column: str, *, optional: bool = True, **kwargs: Any) -> None:
        self.table, self.column, self.optional = table, column, optional
        super().__init__(known=self.is_known, max_length=SEARCH_LENGTH, **kwargs)

    def is_known(self, value: str) -> bool:
        """Whether the value occurs, or means that none is recorded."""
        return (self.optional and value == NOTHING) or self in self.parent.known

    def occurrences(self, value: str) -> QuerySet | None:
        """The rows that have the value; None where nothing need, or can, be asked for."""
        if not value or value == NOTHING or "\0" in value or len(value) > SEARCH_LENGTH:
            return None
        return self.table.objects.order_by().filter(**{self.column: value})

    def accepted(self) -> list[str]:
        """The values that occur, at most as many as can be compared for a suggestion."""
        column = self.table.objects.exclude(**{self.column: ""}).order_by(self.column)
        return list(column.values_list(self.column, flat=True).distinct()[:SUGGESTED_FROM])

    def filter(self, queryset: QuerySet, value: str) -> QuerySet:
        """The rows with this value; ``-`` means an empty text or no related record."""
        if value != NOTHING:
            return super().filter(queryset, value)
        relation, _, _ = self.field_name.rpartition("__")
        is_text = self.table is TextModel
        return queryset.filter(
            **({self.field_name: ""} if is_text else {f"{relation}__isnull": True})
        )


class Whole(django_filters.Filter):
    """A positive whole number."""

    field_class = forms.IntegerField
    examples = True

    def accepted(self) -> list[str]:
        """The first page always exists."""
        return ["1"]


def search_box(method: str = "search") -> django_filters.CharFilter:
    """Free text; the one parameter that may be empty."""
    return django_filters.CharFilter(method=method, max_length=SEARCH_LENGTH)


def sorting(sorts: Iterable[str]) -> Word:
    """The names of sorts, each also reversed."""
    names = list(sorts)
    return Word([*names, *(f"-{name}" for name in names)])


def page_size() -> Word:
    """The sizes of page on offer."""
    return Word(PAGE_SIZES)
