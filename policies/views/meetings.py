"""Where two records meet the same third one, and whether they answer alike there.

Two models meet at a provider, two providers over a model, two licenses under the same terms, two
documents of terms over the same license.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from policies.bases import Status
from policies.filters.facets import NOTHING
from policies.models import License, Policy, Provider, ProviderTerms, Route, Tally, TextModel
from policies.views.choosing import key_of

SHOWN = 50
"""At most so many are listed; the others are counted, and the lists have them."""


class Kind(NamedTuple):
    """What records of one kind meet, and the filters of routes that name the one and the other."""

    own: str
    other: str
    table: Any
    noun: tuple[str, str]
    nothing: str = ""


KINDS = {
    "models": Kind("model", "provider", Provider, ("provider", "providers")),
    "providers": Kind("provider", "model", TextModel, ("model", "models")),
    "licenses": Kind(
        "license", "terms", ProviderTerms, ("document of terms", "terms"), "No terms recorded"
    ),
    "terms": Kind("terms", "license", License, ("license", "licenses"), "No license recorded"),
}


class Answer(NamedTuple):
    """One answer at a meeting, how many routes have it, and their list."""

    policy: Policy
    routes: int
    href: str


class Meeting:
    """What two records answer with one third record, whose id is ``key``, 0 for none."""

    def __init__(self, key: int) -> None:
        self.key = key
        self.sides: tuple[Counter[Policy], Counter[Policy]] = (Counter(), Counter())
        self.record: Any = None
        self.answers: list[list[Answer]] = []

    @property
    def signs(self) -> list[set[tuple[str, str]]]:
        """The statuses and bases of each side."""
        return [{(policy.status, policy.basis) for policy in side} for side in self.sides]

    @property
    def alike(self) -> bool:
        """Whether both sides answer with the same statuses on the same bases."""
        of_a, of_b = self.signs
        return of_a == of_b

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Another status before another basis, and many routes before few."""
        of_a, of_b = ({status for status, _ in signs} for signs in self.signs)
        return of_a == of_b, -sum(side.total() for side in self.sides), self.key


class Comparison:
    """All meetings of ``a`` and ``b``: three queries, however many there are."""

    def __init__(self, kind: str, a: Any, b: Any) -> None:
        self.kind, self.records = KINDS[kind], (a, b)
        found = self._met()
        both = sorted((m for m in found if all(m.sides)), key=lambda meeting: meeting.rank)
        differing = [meeting for meeting in both if not meeting.alike]
        alike = [meeting for meeting in both if meeting.alike]
        self.differ_count, self.alike_count, self.both_count = map(len, (differing, alike, both))
        self.differing, self.alike = differing[:SHOWN], alike[:SHOWN]
        self._fill([*self.differing, *self.alike])
        self.sides = [self._side(side, found) for side in (0, 1)]

    def _met(self) -> list[Meeting]:
        own = [record.pk for record in self.records]
        rows = list(self._rows(own))
        policies = Policy.objects.select_related("license", "terms").in_bulk(
            {policy for _, _, policy, _ in rows}
        )
        found: dict[int, Meeting] = {}
        for record, key, policy, routes in rows:
            meeting = found.setdefault(key or 0, Meeting(key or 0))
            meeting.sides[own.index(record)][policies[policy]] += routes
        return list(found.values())

    def _rows(self, own: list[int]) -> Iterable[tuple[int, int | None, int, int]]:
        """Record, what it meets, the pair that decides, and by how many routes."""
        if self.kind.nothing:
            pairs = Tally.objects.totals().filter(
                **{f"policy__{self.kind.own}__in": own}, routes__gt=0
            )
            columns = (f"policy__{self.kind.own}", f"policy__{self.kind.other}", "policy", "routes")
            return pairs.order_by().values_list(*columns)
        routes = Route.objects.filter(**{f"{self.kind.own}__in": own}).order_by()
        grouped = routes.values_list(self.kind.own, self.kind.other, "policy")
        return grouped.annotate(routes=Count("pk"))

    def _fill(self, meetings: list[Meeting]) -> None:
        records = self.kind.table.objects.in_bulk({meeting.key for meeting in meetings})
        for meeting in meetings:
            meeting.record = records.get(meeting.key)
            other = key_of(meeting.record) if meeting.record else NOTHING
            meeting.answers = [
                [
                    Answer(policy, routes, self.href(side, **{self.kind.other: other}))
                    for policy, routes in meeting.sides[side].most_common()
                ]
                for side in (0, 1)
            ]

    def _side(self, side: int, found: list[Meeting]) -> dict[str, Any]:
        split = dict.fromkeys(Status.values, 0)
        for meeting in found:
            for policy, routes in meeting.sides[side].items():
                split[policy.status] += routes
        return {
            "record": self.records[side],
            "split": split,
            "routes": sum(split.values()),
            "href": self.href(side),
            "status_href": self.href(side, status=""),
            "only": sum(1 for meeting in found if not meeting.sides[1 - side]),
        }

    def href(self, side: int, **more: str) -> str:
        """The list of one side's routes."""
        asked = {self.kind.own: key_of(self.records[side]), **more}
        return f"{reverse('routes')}?{urlencode(asked)}"
