"""What changed: revisions, newest first, with the flips derived from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404
from django.views.generic import TemplateView

from policies import timeline
from policies.bases import Via
from policies.models import CURATED, License, ProviderTerms, Revision, Route, TextModel
from policies.views.base import Page

PER_PAGE = 20
EXAMPLES = 100
NOT_FOR_READERS = {"internal_note", "version", "created_at", "key"}
"""Fields whose history is curators' business, or says nothing."""


class RevisionList(Page, TemplateView):
    """Every revision: who, when, why, and what flipped."""

    template_name = "policies/revisions.html"
    section = "revisions"
    title = "Changes"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of revisions; a wrong filter shows the error and no list."""
        problems = self.problems()
        found = Revision.objects.all()
        if via := self.request.GET.get("via"):
            found = found.filter(via=via)
        if actor := self.request.GET.get("actor"):
            found = found.filter(actor=actor)
        page = Paginator(found if not problems else found.none(), PER_PAGE).get_page(
            self.request.GET.get("page")
        )
        return super().get_context_data(
            problems=problems,
            page=page,
            summaries=summaries(page.object_list),
            actors=Revision.objects.order_by("actor").values_list("actor", flat=True).distinct(),
            vias=Via.choices,
            given=self.request.GET,
            **kwargs,
        )

    def problems(self) -> list[str]:
        """What is wrong with the address, in sentences."""
        given, found = self.request.GET, []
        for name in given:
            if name not in ("via", "actor", "page"):
                found.append(f"“{name}” is not a filter of this list; accepted: via, actor, page.")
            elif len(given.getlist(name)) > 1:
                found.append(f"“{name}” is given more than once.")
        if given.get("via") and given["via"] not in Via.values:
            accepted = ", ".join(Via.values)
            found.append(f"Door “{given['via']}” is not a value; accepted: {accepted}.")
        if "page" in given and not (given["page"].isascii() and given["page"].isdigit()):
            found.append(f"Page “{given['page']}” is not a number.")
        return found

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
        shown = Revision.objects.filter(number=kwargs["number"]).first()
        if shown is None:
            raise Http404(f"There is no revision {kwargs['number']}.")
        routes = timeline.flipped("route", shown.number)
        models = timeline.flipped("model", shown.number)
        return super().get_context_data(
            title=f"Revision {shown.number}",
            shown=shown,
            via=Via(shown.via).label,
            directions=timeline.directions_by_revision([shown.number])[shown.number],
            records=_records(shown.number),
            flipped_routes=_named_routes(routes[:EXAMPLES]),
            flipped_models=_named_models(models[:EXAMPLES]),
            routes_total=len(routes),
            models_total=len(models),
            **kwargs,
        )


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
            "documents": documents[revision.number][:3],
            "more": max(0, len(documents[revision.number]) - 3),
        }
        for revision in revisions
    ]


def _documents(numbers: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for table in (License, ProviderTerms):
        rows = table.history.filter(revision_id__in=numbers).exclude(history_type="-")
        for version in rows.order_by("revision_id", "slug"):
            found[version.revision_id].append(version.instance)
    return found


def _records(number: int) -> list[dict[str, Any]]:
    """What the revision wrote, table by table: counts, and fields before and after for a few."""
    found = []
    for table in CURATED:
        versions = table.history.filter(revision_id=number).order_by("history_id")
        count = versions.count()
        if count:
            shown = [_record(version) for version in versions[:10]] if count <= 10 else []
            name = table._meta.verbose_name if count == 1 else table._meta.verbose_name_plural
            found.append({"name": name, "count": count, "versions": shown})
    return found


def _record(version: Any) -> dict[str, Any]:
    kinds = {"+": "added", "~": "changed", "-": "deleted"}
    previous = version.prev_record if version.history_type == "~" else None
    delta = version.diff_against(previous) if previous else None
    changes = [
        {"field": change.field.replace("_", " "), "old": change.old, "new": change.new}
        for change in (delta.changes if delta else [])
        if change.field not in NOT_FOR_READERS
    ]
    return {"name": str(version.instance), "kind": kinds[version.history_type], "changes": changes}


def _named_routes(rows: list[timeline.FlippedSubject]) -> list[dict[str, Any]]:
    routes = Route.objects.select_related("model", "provider").in_bulk([row.id for row in rows])
    return [{"row": row, "route": routes.get(row.id)} for row in rows]


def _named_models(rows: list[timeline.FlippedSubject]) -> list[dict[str, Any]]:
    models = TextModel.objects.in_bulk([row.id for row in rows])
    return [{"row": row, "model": models.get(row.id)} for row in rows]
