"""What changed: revisions, newest first, with the flips derived from them, as a page or a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.views.generic import TemplateView

from policies.bases import Via
from policies.filters import link
from policies.filters.revisions import FeedContract, RevisionContract
from policies.models import Revision
from policies.timeline.past import History
from policies.timeline.ways import DIRECTIONS
from policies.views.asking import Input, asked, choice, keeping
from policies.views.base import Page
from policies.views.download import as_file, refusal
from policies.views.listing import explained
from policies.views.summaries import by_day, summaries
from policies.views.trends import trend_of

AT_ONCE = 500
"""Revisions of a file that are held in memory."""

FIELDS = (
    *("revision", "at", "actor", "via", "reason", "documents"),
    *("before_status", "after_status", "routes", "models"),
)


class RevisionList(Page, TemplateView):
    """Every revision: who, when, why, and what flipped."""

    template_name = "policies/revisions.html"
    section = "revisions"
    title = "Changes"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A page of the list, or all of it as a file."""
        contract = self.contract = RevisionContract(request.GET, Revision.objects.all())
        form = request.GET.get("format", "")
        if not form or "format" in {problem.name for problem in contract.problems}:
            return super().get(request, *args, **kwargs)
        if contract.problems:
            return refusal(form, contract.problems)
        asked = contract.wanted
        return as_file(form, "changes", FIELDS, _records(contract.qs, contract.past), filters=asked)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of revisions by day; a wrong address shows what is wrong and no list."""
        contract = self.contract
        context = super().get_context_data(
            problems=[explained(problem, contract) for problem in contract.problems],
            given=contract.given,
            asking=asked(inputs(contract.filters["actor"].names), contract),
            keeping=keeping(contract, "trend"),
            **kwargs,
        )
        if not contract.problems:
            shown = page_of(contract)
            context |= {
                "days": by_day(summaries(shown.revisions, contract.past)),
                "total": shown.total,
                "listed": len(shown.revisions),
                "links": links(shown, contract),
                "trend": trend_of(
                    contract.past, contract.given, self.moment.until if self.moment else None
                ),
            }
        return context


def inputs(actors: Iterable[str]) -> tuple[Input, ...]:
    """What the form asks for."""
    return (
        Input("direction", "Direction", choice(DIRECTIONS.items(), "All revisions")),
        Input("document", "Document", hint="its id"),
        Input("actor", "Curator", choice(((name, name) for name in actors), "Any")),
        Input("via", "Door", choice(Via.choices, "Any")),
        Input("since", "Since", kind="date"),
        Input("until", "Until", kind="date"),
    )


class Shown(NamedTuple):
    """The revisions of one page, newest first, of ``total``; whether there are newer and older ones."""

    revisions: list[Revision]
    total: int
    newer: bool
    older: bool


def page_of(contract: FeedContract) -> Shown:
    """The page before one revision, or the one after it, else the newest: two queries."""
    rows, size = contract.qs, contract.default_size
    before, after = (contract.given.get(name) for name in ("before", "after"))
    total = rows.count()
    if after:
        found = list(rows.filter(number__gt=after).order_by("number")[: size + 1])
        return Shown(found[:size][::-1], total, len(found) > size, True)
    if before:
        rows = rows.filter(number__lt=before)
    found = list(rows.order_by("-number")[: size + 1])
    return Shown(found[:size], total, bool(before), len(found) > size)


def links(shown: Shown, contract: RevisionContract) -> dict[str, str]:
    """The addresses of the pages around, of the feed, of the file, and of the other trend."""
    given, revisions = contract.given, shown.revisions
    asked = contract.wanted
    older = shown.older and revisions
    newer = shown.newer and revisions
    other = "routes" if given.get("trend") == "models" else "models"
    return {
        "older": link(asked, before=revisions[-1].number) if older else "",
        "newer": link(asked, after=revisions[0].number) if newer else "",
        "newest": link(asked) if "before" in given or "after" in given else "",
        "feed": reverse("revisions-feed") + link(asked).removesuffix("?"),
        "csv": link(asked, format="csv"),
        "trend": link({**given, "trend": other}),
    }


def _records(rows: QuerySet, past: History) -> Iterator[dict[str, Any]]:
    """A row for each revision and direction; one without a direction where nothing flipped."""
    before = None
    while True:
        older = rows if before is None else rows.filter(number__lt=before)
        some = list(older.order_by("-number")[:AT_ONCE])
        for summary in summaries(some, past):
            yield from _flat(summary)
        if len(some) < AT_ONCE:
            return
        before = some[-1].number


def _flat(summary: dict[str, Any]) -> Iterable[dict[str, Any]]:
    revision = summary["revision"]
    told = {
        "revision": revision.number,
        "at": revision.at,
        "actor": revision.actor,
        "via": revision.via,
        "reason": revision.reason,
        "documents": [document["slug"] for document in summary["documents"]],
    }
    none = {"before": None, "after": None, "routes": 0, "models": 0}
    for way in summary["directions"] or [none]:
        yield {
            **told,
            "before_status": way["before"] or None,
            "after_status": way["after"] or None,
            "routes": way["routes"],
            "models": way["models"],
        }
