"""The contract of the list of flips."""

from __future__ import annotations

import re
from datetime import time
from functools import cached_property

import django_filters
from django import forms
from django.http import QueryDict

from policies.export.tables import TABLE_TYPES
from policies.filters.address import Problem
from policies.filters.fields import Whole, Word, page_size, search_box, sorting
from policies.filters.flip_columns import FLIP_COLUMNS
from policies.filters.listed import ColumnContract
from policies.filters.revisions import HIGHEST, Day, Named, moment, torn, without_blanks
from policies.models import License, Move, Provider, ProviderTerms
from policies.timeline.asked import KINDS, Asked
from policies.timeline.rows import Place
from policies.timeline.sorting import NEWEST, SORTS, Sort
from policies.timeline.ways import ANY, DIRECTIONS

PLACE = re.compile(rf"([1-9]\d{{0,17}})-({'|'.join(KINDS)})-([1-9]\d{{0,17}})")


class Somewhere(django_filters.Filter):
    """A place in the list of flips: revision, kind and id of one that stands there."""

    field_class = forms.RegexField
    examples = True

    def __init__(self, **kwargs: object) -> None:
        super().__init__(regex=f"^{PLACE.pattern}$", max_length=50, **kwargs)

    def accepted(self) -> list[str]:
        """An example of the form."""
        return ["1-model-1"]


class FlipContract(ColumnContract):
    """Flips by revision, day, kind, direction, document, provider and the model's text."""

    default_size = 50
    vocabulary = FLIP_COLUMNS
    default_sort = NEWEST
    settings = ("sort", "columns", "size", "before", "after", "format")

    q = search_box("unused")
    direction = Word(DIRECTIONS)
    kind = Word(KINDS)
    revision = Whole(min_value=1, max_value=HIGHEST)
    document = Named(License, ProviderTerms)
    provider = Named(Provider)
    since = Day()
    until = Day()
    sort = sorting(SORTS)
    size = page_size()
    before = Somewhere()
    after = Somewhere()
    format = Word(TABLE_TYPES)

    class Meta:
        model = Move
        fields: list[str] = []

    def __init__(self, data: QueryDict) -> None:
        super().__init__(without_blanks(data), Move.objects.none())

    @cached_property
    def problems(self) -> list[Problem]:
        """A page cannot be before one flip and after another."""
        return [*super().problems, *torn(self.given)]

    def asked(self, direction: str = "") -> Asked:
        """What is meant, as the timeline takes it; what merely appeared only where it is asked for."""
        given = self.given
        document, provider = given.get("document"), given.get("provider")
        licenses, terms = self.filters["document"].ids(document) if document else (None, None)
        return Asked(
            direction=direction or given.get("direction", ANY),
            kind=given.get("kind", ""),
            revision=int(given["revision"]) if "revision" in given else None,
            since=moment(given["since"], time.min) if "since" in given else None,
            until=moment(given["until"], time.max) if "until" in given else None,
            licenses=licenses,
            terms=terms or frozenset(),
            providers=self.filters["provider"].ids(provider)[0] if provider else None,
            words=self.search_text,
        )

    @property
    def order(self) -> Sort:
        """The sort in force, as the timeline takes it."""
        return Sort(self.sort)

    def place(self, name: str) -> Place | None:
        """The place that ``before`` or ``after`` names."""
        found = PLACE.fullmatch(self.given.get(name, ""))
        if found is None:
            return None
        return Place(int(found[1]), KINDS.index(found[2]), int(found[3]))


def name_of(place: Place) -> str:
    """A place as an address has it."""
    return f"{place.revision}-{KINDS[place.kind]}-{place.id}"
