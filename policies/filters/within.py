"""What the address of one record's page may ask: a part of its rows, or one of its versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from policies.bases import Status
from policies.filters.address import SHOWN_ACCEPTED, Problem, shorten
from policies.filters.contract import ALL, Contract
from policies.filters.fields import Whole, Word, search_box
from policies.models import Route
from policies.querysets import fold


class PageContract(Contract):
    """A page that takes no parameter; what stands in its address all the same is a mistake."""

    settings = ()

    class Meta:
        model = Route
        fields: list[str] = []

    @cached_property
    def problems(self) -> list[Problem]:
        """As of a list, in the words of a page."""
        return [
            replace(problem, sentence=f"“{shorten(problem.name)}” is not a parameter of this page")
            if problem.unknown_name
            else problem
            for problem in super().problems
        ]


class RoutesWithin(PageContract):
    """Some of one model's routes. They are all read anyway, so they are chosen in Python."""

    q = search_box()
    status = Word(Status, ALL)
    available = Word(["true", "false"], ALL)

    def keeps(self, route: Route, without: str = "") -> bool:
        """Whether the route is meant, by every filter but the one named ``without``."""
        return all(
            test(route, self.given[name])
            for name, test in _TESTS.items()
            if name in self.given and name != without
        )

    def options(self, name: str, routes: Iterable[Route]) -> Counter[str]:
        """Value of one filter → routes that have it and pass the others."""
        value_of = _VALUES[name]
        return Counter(value_of(route) for route in routes if self.keeps(route, without=name))


class VersionWithin(PageContract):
    """One version of a document by its number, and another against which it is held.

    The newest, ``last``, stands for either where it is not named.
    """

    last = 1
    version = Whole(min_value=1)
    against = Whole(min_value=1)

    @cached_property
    def problems(self) -> list[Problem]:
        """A version after the last is a mistake too."""
        found = super().problems
        return found or [
            self._beyond(name) for name in self.given if int(self.given[name]) > self.last
        ]

    def _beyond(self, name: str) -> Problem:
        named = shorten(self.given[name], 12)
        newest = range(self.last, max(0, self.last - SHOWN_ACCEPTED), -1)
        return Problem(name, named, f"Version “{named}” is not recorded", tuple(map(str, newest)))

    @property
    def numbers(self) -> tuple[int, int]:
        """The version to be read, and the one it is held against; the newest is never read twice."""
        version, against = (int(self.given.get(name, self.last)) for name in ("version", "against"))
        return (against, version) if version == self.last else (version, against)


def _mentions(route: Route, text: str) -> bool:
    names = fold(f"{route.provider.slug}\n{route.provider.name}\n{route.provider_model_id}")
    return all(word in names for word in fold(text).split())


_VALUES = {
    "status": lambda route: route.policy.status,
    "available": lambda route: "true" if route.available else "false",
}
_TESTS = {
    "q": _mentions,
    "status": lambda route, value: _VALUES["status"](route) == value,
    "available": lambda route, value: _VALUES["available"](route) == value,
}
