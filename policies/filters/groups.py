"""The contracts of the lists of families and of owners: few groups, filtered and sorted in Python.

What they count is summed over all routes, once for each revision; see ``policies.views.groups``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict

from policies.bases import Status
from policies.filters.catalog_columns import FAMILY_COLUMNS, OWNER_COLUMNS
from policies.filters.columns import sorts_of, value_at
from policies.filters.contract import ALL
from policies.filters.facets import NOTHING
from policies.filters.fields import Recorded, Word, search_box, sorting
from policies.filters.listed import ListContract
from policies.filters.orders import Key, Place, Slice, sliced
from policies.models import Family, License, TextModel
from policies.querysets import fold

Split = dict[str, int]


@dataclass(frozen=True)
class Group:
    """Models that share an owner or a family: how many of them, and of their routes, by status."""

    pk: str
    name: str
    models_split: Split
    split: Split
    license_slug: str = ""
    license_name: str = ""
    license_status: str = ""

    @property
    def models_total(self) -> int:
        """All its models."""
        return sum(self.models_split.values())

    @property
    def routes_total(self) -> int:
        """All their routes."""
        return sum(self.split.values())

    @property
    def statuses(self) -> tuple[str, ...]:
        """The answers that its models have."""
        return tuple(status for status, count in self.models_split.items() if count)


class GroupContract(ListContract):
    """What both lists can be asked; ``status`` keeps groups that have a model of it."""

    ties = (Key("pk"),)

    q = search_box()
    status = Word(Status, ALL)

    def __init__(self, data: QueryDict, records: Sequence[Group], **kwargs: Any) -> None:
        self.records = records
        super().__init__(data, TextModel.objects.none(), **kwargs)

    def asking(self, params: dict[str, str]) -> GroupContract:
        """The contract of the same list with other parameters."""
        data = QueryDict(mutable=True)
        data.update(params)
        return type(self)(data, self.records)

    @cached_property
    def meant(self) -> list[Group]:
        """The groups that are meant, in the sort in force; none while something is wrong."""
        found = [] if self.problems else filter(self._keeps, self.found)
        return sorted(found, key=self._values, reverse=self.order.descending)

    @cached_property
    def found(self) -> list[Group]:
        """The groups that the search finds, whatever the filters."""
        words = fold(self.search_text).split()
        return [group for group in self.records if _mentions(group, words)]

    def ordered(self) -> Any:
        """Every group that is meant, in the sort in force."""
        return self.meant

    def slice(self, count: int) -> Slice:
        """The keys of one page."""
        return sliced(self.order, self.place, self.size, count, self._beyond)

    def _beyond(self, place: Place | None, backwards: bool, limit: int) -> list[tuple[str, tuple]]:
        rows = [(group.pk, self._values(group)) for group in self.meant]
        if backwards:
            rows.reverse()
        if place is not None:
            falls = self.order.descending != backwards
            edge = place.values
            rows = [row for row in rows if (row[1] < edge if falls else row[1] > edge)]
        return rows[:limit]

    def _values(self, group: Group) -> tuple:
        return tuple(value_at(group, key.name) for key in self.order.keys)

    def _keeps(self, group: Group) -> bool:
        status, license = (self.given.get(name) for name in ("status", "license"))
        return (status is None or status in group.statuses) and (
            license is None or license == (group.license_slug or NOTHING)
        )


class FamilyContract(GroupContract):
    """The list of families; ``license`` is the family's own."""

    vocabulary = FAMILY_COLUMNS
    license = Recorded(License, "slug")
    sort = sorting(sorts_of(FAMILY_COLUMNS))

    class Meta:
        model = Family
        fields: list[str] = []


class OwnerContract(GroupContract):
    """The list of owners."""

    vocabulary = OWNER_COLUMNS
    sort = sorting(sorts_of(OWNER_COLUMNS))

    class Meta:
        model = TextModel
        fields: list[str] = []


def _mentions(group: Group, words: Sequence[str]) -> bool:
    text = fold(f"{group.pk}\n{group.name}")
    return all(word in text for word in words)
