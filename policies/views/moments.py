"""Which moment an address asks for: ``as_of``, read strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from policies import asof
from policies.filters.address import Problem, link, shorten
from policies.models import Revision

PARAMETER = "as_of"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(
    rf"{DAY.pattern}T[0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}})?(Z|[+-][0-9]{{2}}:[0-9]{{2}})"
)
NUMBER = re.compile(r"r?([0-9]{1,18})")


class WrongMoment(ValueError):
    """The address asks for no moment that can be shown; ``problem`` says why, and what can be."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(why)
        now = timezone.now()
        accepted = [f"{now:%Y-%m-%d}", f"{now:%Y-%m-%dT%H:%MZ}"]
        if number := Revision.objects.current_number():
            accepted.append(f"r{number}")
        self.problem = Problem(PARAMETER, text, why, tuple(accepted), nearest=True)


@dataclass(frozen=True)
class Moment:
    """A moment of the past, as the address says it, and the newest ``revision`` by then, if any.

    ``until`` is when it is over: a day at its end.
    """

    text: str
    until: datetime
    revision: Revision | None

    @property
    def day(self) -> date:
        """The day that answers reckon with, in UTC."""
        return self.until.date()

    @property
    def number(self) -> int:
        """The revision's number; 0 is before the first."""
        return self.revision.number if self.revision else 0

    @property
    def label(self) -> str:
        """The moment in words."""
        if NUMBER.fullmatch(self.text):
            return f"revision {self.number}"
        return self.text if DAY.fullmatch(self.text) else self.text.replace("T", " ")


def taken_from(request: HttpRequest) -> Moment | None:
    """The moment that the request asks for, if it does; raises ``WrongMoment``.

    It is taken out of ``request.GET``: what a page lists or counts need not know of it.
    """
    texts = request.GET.getlist(PARAMETER)
    if not texts:
        return None
    rest = request.GET.copy()
    del rest[PARAMETER]
    request.GET = QueryDict(rest.urlencode())
    if len(texts) > 1:
        raise WrongMoment(texts[-1], f"“{PARAMETER}” is given {len(texts)} times")
    return read(texts[0])


def read(text: str) -> Moment:
    """What a text means: the end of a day, a time, or a revision by number."""
    if not text.strip():
        raise WrongMoment(text, f"“{PARAMETER}” is empty")
    if number := NUMBER.fullmatch(text):
        return _numbered(text, int(number[1]))
    start = _start(text)
    if start > timezone.now():
        raise WrongMoment(text, f"As of “{shorten(text)}” is in the future")
    until = datetime.combine(start, time.max, UTC) if DAY.fullmatch(text) else start
    return Moment(text, until, asof.revision_at(until))


def _numbered(text: str, number: int) -> Moment:
    revision = Revision.objects.filter(number=number).first()
    if revision is None and number:
        raise WrongMoment(text, f"As of “{text}” is a revision that is not there")
    return Moment(text, revision.at if revision else timezone.now(), revision)


def _start(text: str) -> datetime:
    """The time that a text names, or the start of the day, in UTC."""
    try:
        if DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time.min, UTC)
        if TIME.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # no such day, or one that the calendar does not reach
    why = f"As of “{shorten(text)}” is not a day, a time with its zone, or a revision"
    raise WrongMoment(text, why)


def picker(query: QueryDict, path: str) -> dict[str, object]:
    """For the form that asks for another date: what it keeps, its latest day, the page as it is now.

    The place in a list is not kept: another state has other rows.
    """
    given: Any = query.dict()
    kept = link(given).replace("%00", "%EF%BF%BD")  # HTML has no way to write a NUL
    return {
        "hidden": [pair for pair in parse_qsl(kept.removeprefix("?")) if "\0" not in pair[1]],
        "latest": timezone.localdate(),
        "now": path + kept.removesuffix("?"),
    }
