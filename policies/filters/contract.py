"""What all addresses share: search and filters, read strictly."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import QuerySet, Value
from django.http import QueryDict

from policies.filters.address import Problem, misused, not_a_value
from policies.filters.facets import OF_PAIR, Pairs
from policies.filters.fields import Recorded, Word

ALL = "all"
DEFAULT_SIZE = 50


class Contract(django_filters.FilterSet):
    """The query-string contract of one page.

    A wrong value never widens a list: while there are ``problems``, ``qs`` is empty. ``settings``
    are the parameters that filter nothing.
    """

    settings: tuple[str, ...] = ()
    default_size = DEFAULT_SIZE
    data: QueryDict

    def __init__(self, data: QueryDict, queryset: QuerySet, **kwargs: Any) -> None:
        super().__init__(data=data, queryset=queryset, **kwargs)

    @cached_property
    def pairs(self) -> Pairs:
        """Every pair of documents: read once, asked for the rows and for the counts."""
        return Pairs.load()

    @cached_property
    def problems(self) -> list[Problem]:
        """What is wrong with the address; nothing is listed while there is anything."""
        found = misused(self.data, self.names, may_be_empty=["q"])
        told = {problem.name for problem in found}
        for name in self.form.errors:
            if name not in told:
                value = self.data.get(name, "")
                item = self.filters[name]
                choices: list[str] = item.accepted() if hasattr(item, "accepted") else []
                examples = getattr(item, "examples", False)
                found.append(not_a_value(name, self.label(name), value, choices, examples=examples))
        return found

    @cached_property
    def known(self) -> set[Recorded]:
        """The filters whose value occurs in the column that it is of: one query for all of them."""
        asked = []
        for name, item in self.filters.items():
            if isinstance(item, Recorded):
                rows = item.occurrences(str(self.data.get(name, "")).strip())
                if rows is not None:
                    asked.append(rows.annotate(parameter=Value(name)).values_list("parameter"))
        if not asked:
            return set()
        first, *others = asked
        return {self.filters[name] for (name,) in first.union(*others).order_by()}

    @staticmethod
    def label(name: str) -> str:
        """A parameter's name as a sentence begins."""
        return {"q": "Search"}.get(name, name.replace("_", " ").capitalize())

    @cached_property
    def names(self) -> list[str]:
        """The parameters that the list knows: filters first, then settings in their own order."""
        places = {name: place for place, name in enumerate(self.settings)}
        return sorted(self.filters, key=lambda name: places.get(name, -1))

    @cached_property
    def given(self) -> dict[str, str]:
        """The parameters that were given and mean something: filters first, then settings.

        Only a vocabulary's own "all" means nothing: somebody may search for the word.
        """
        texts = {name: str(self.data.get(name, "")).strip() for name in self.names}
        return {
            name: text
            for name, text in texts.items()
            if text and not (text == ALL and isinstance(self.filters[name], Word))
        }

    @cached_property
    def wanted(self) -> dict[str, str]:
        """The filters among them, without search."""
        return {k: v for k, v in self.given.items() if k != "q" and k not in self.settings}

    def sound(self) -> Contract:
        """The same question by what is right about the address alone."""
        wrong = {problem.name for problem in self.problems}
        data = QueryDict(mutable=True)
        data.update({k: v for k, v in self.given.items() if k not in wrong})
        return type(self)(data, self.queryset)

    @property
    def search_text(self) -> str:
        """What is searched for."""
        return self.given.get("q", "")

    @property
    def size(self) -> int:
        """How many rows a page has."""
        return int(self.given.get("size", self.default_size))

    @property
    def qs(self) -> QuerySet:
        """The rows that are meant; none at all while something is wrong."""
        return self.queryset.none() if self.problems else self.narrowed(self.given)

    @cached_property
    def matching(self) -> list[int]:
        """Ids of the pairs with every value that is asked of them; whoever knows them already sets them."""
        return sorted(self.pairs.matching(self.given))

    def narrowed(self, names: Iterable[str]) -> QuerySet:
        """The rows by the named filters alone; what is asked of pairs is asked together."""
        queryset = self.queryset
        asked = {name: self.given[name] for name in names if name in self.given}
        if asked.keys() & OF_PAIR.keys():
            queryset = self.of_pairs(queryset)
        for name, value in asked.items():
            if name not in OF_PAIR and name not in self.settings:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def of_pairs(self, queryset: QuerySet) -> QuerySet:
        """The rows at the pairs that match."""
        return queryset.filter(policy__in=self.matching)

    def search(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Every word of the search is a substring of id, name or an alias."""
        return queryset.search(value)  # type: ignore[attr-defined]
