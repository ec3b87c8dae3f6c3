"""What changed: revisions, newest first, with the flips derived from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import Http404
from django.views.generic import TemplateView

from policies import timeline
from policies.bases import Via
from policies.filters.revisions import RevisionContract
from policies.models import License, ProviderTerms, Revision, Route, TextModel
from policies.timeline import SUBJECT_TABLES, FlippedSubject
from policies.views.base import Page
from policies.views.listing import Pager, beyond, explained, pager_links
from policies.views.written import live_address, records, with_counts, with_live_key

DOCUMENTS = 3
SUBJECTS = 100
LISTED_UP_TO = 20_000
"""Beyond so many flips a revision's subjects are counted, not listed."""


class RevisionList(Page, TemplateView):
    """Every revision: who, when, why, and what flipped."""

    template_name = "policies/revisions.html"
    section = "revisions"
    title = "Changes"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of revisions by day; a wrong address shows what is wrong and no list."""
        contract = RevisionContract(self.request.GET, Revision.objects.all())
        count = 0 if contract.problems else contract.qs.count()
        pager = Pager(1 if contract.problems else contract.page, contract.default_size, count)
        problems = [*contract.problems, *beyond(pager)]
        context = super().get_context_data(
            problems=[explained(problem, contract) for problem in problems],
            given=contract.given,
            actors=_actors(),
            vias=Via.choices,
            **kwargs,
        )
        if not problems:
            page = contract.ordered()[pager.start : pager.stop]
            context |= {
                "days": by_day(summaries(page)),
                **pager_links(pager, contract),
                "sizes": (),
            }
        return context

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        """A wrong address is an error to machines as well."""
        if context["problems"]:
            kwargs["status"] = 400
        return super().render_to_response(context, **kwargs)


class RevisionPage(Page, TemplateView):
    """One revision: the records it wrote, and each answer that it flipped."""

    template_name = "policies/revision.html"
    section = "revisions"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The revision with its records' changed fields and its flips, named."""
        wanted: Any = Revision.objects.filter(number=kwargs["number"])
        shown = with_counts(wanted.with_reach()).first()
        if shown is None:
            raise Http404(f"There is no revision {kwargs['number']}.")
        small = shown.reach <= LISTED_UP_TO
        flipped = timeline.flipped_of_kinds(SUBJECT_TABLES, shown.number) if small else {}
        return super().get_context_data(
            title=f"Revision {shown.number}",
            shown=shown,
            via=Via(shown.via).label,
            directions=directions_of(flipped) if small else _many_directions(shown.number),
            records=records(shown, staff=bool(self.request.user.is_staff)),
            subjects=_subjects(flipped),
            **kwargs,
        )


def _actors() -> list[str]:
    names = Revision.objects.order_by("actor").values_list("actor", flat=True)
    return list(names.distinct())


def flip_count(directions: Iterable[dict[str, Any]]) -> int:
    """How many models and routes flipped."""
    return sum(way["routes"] + way["models"] for way in directions)


def by_day(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Summaries by day in UTC, with the flips and revisions of each."""
    days = groupby(found, key=lambda summary: summary["revision"].at.date())
    return [
        {
            "day": day,
            "summaries": (summaries := list(group)),
            "flips": sum(flip_count(summary["directions"]) for summary in summaries),
        }
        for day, group in days
    ]


def summaries(revisions: Iterable[Revision]) -> list[dict[str, Any]]:
    """Revisions with their directions and the documents that they wrote, in few queries."""
    revisions = list(revisions)
    numbers = [revision.number for revision in revisions]
    directions = timeline.directions_by_revision(numbers)
    documents = _documents(numbers)
    return [
        {
            "revision": revision,
            "via": Via(revision.via).label,
            "directions": directions[revision.number],
            "documents": documents[revision.number][:DOCUMENTS],
            "more": max(0, len(documents[revision.number]) - DOCUMENTS),
        }
        for revision in revisions
    ]


def _documents(numbers: list[int]) -> dict[int, list[dict[str, str]]]:
    """Revision → the documents it wrote, with their basis before and after where it changed."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for table in (License, ProviderTerms):
        versions = table.history.filter(revision_id__in=numbers)
        rows = with_live_key(_with_former_basis(versions, table), table)
        for row in rows.order_by("revision_id", "slug"):
            changed = row.former_basis not in (None, row.basis)
            found[row.revision_id].append(
                {
                    "name": row.name,
                    "href": live_address(table, row),
                    "before": row.former_basis if changed else "",
                    "after": row.basis,
                }
            )
    return found


def _with_former_basis(versions: QuerySet, table: Any) -> QuerySet:
    former = table.history.model.objects.filter(
        id=OuterRef("id"), version=OuterRef("former_version")
    )
    return versions.annotate(
        former_version=F("version") - 1,
        former_basis=Subquery(former.order_by("-history_id").values("basis")[:1]),
    )


def directions_of(flipped: dict[str, list[FlippedSubject]]) -> list[dict[str, Any]]:
    """Subjects summed by direction, without another query."""
    return timeline.directions(
        timeline.Flip(row.before, row.after, int(kind == "route"), int(kind == "model"), "", "")
        for kind, rows in flipped.items()
        for row in rows
    )


def _many_directions(number: int) -> list[dict[str, Any]]:
    return timeline.directions_by_revision([number])[number]


def _subjects(flipped: dict[str, list[FlippedSubject]]) -> list[dict[str, Any]]:
    """The models and routes that flipped, the first of each kind named."""
    return [
        {"kind": kind, "count": len(rows), "rows": NAMED[kind](rows[:SUBJECTS])}
        for kind, rows in flipped.items()
        if rows
    ]


def _named_models(rows: list[FlippedSubject]) -> list[dict[str, Any]]:
    models = TextModel.objects.in_bulk([row.id for row in rows])
    return [{"flip": row, "model": models.get(row.id)} for row in rows]


def _named_routes(rows: list[FlippedSubject]) -> list[dict[str, Any]]:
    routes = Route.objects.select_related("model", "provider").in_bulk([row.id for row in rows])
    found = [(row, routes.get(row.id)) for row in rows]
    return [
        {"flip": row, "route": route, "model": route.model if route else None}
        for row, route in found
    ]


NAMED = {"model": _named_models, "route": _named_routes}
