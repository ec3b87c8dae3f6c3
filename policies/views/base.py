"""What all pages share: one state from the first query to the last, and which state it is."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from policies.asof import as_of
from policies.export.tables import TABLE_TYPES
from policies.filters import link
from policies.models import Revision
from policies.revisions import snapshot
from policies.views import carrying, moments
from policies.views.download import refusal


class Page:
    """A page that reads one committed state; mix in before a Django view class.

    ``section`` marks the entry of the navigation, ``title`` is the heading; ``problems`` in the context
    are what is wrong with the address. With ``as_of`` in its
    address the page answers for a past moment (``moment``); its view need not know.
    """

    section = ""
    title = ""
    reads_one_state = True
    moment: moments.Moment | None = None
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer inside a snapshot, in the past state where one is asked for."""
        with snapshot():
            try:
                self.moment = moments.taken_from(request)
            except moments.WrongMoment as wrong:
                return self._refused(request, wrong)
            if self.moment is None:
                return self._answered(request, *args, **kwargs)
            with as_of(self.moment.number, self.moment.day):
                try:
                    response = self._answered(request, *args, **kwargs)
                except Http404:
                    response = self._not_there(request)
        carrying.carry(response, self.moment.text)
        return response

    @cached_property
    def revision(self) -> Revision | None:
        """The revision that the page shows; None where nothing is recorded."""
        return self.moment.revision if self.moment else Revision.objects.current()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the revision shown, the section, the title and what past states need."""
        return super().get_context_data(**{**self._frame(), **kwargs})  # type: ignore[misc]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        """A wrong address is an error to machines as well, whatever the page shows of it."""
        if context.get("problems"):
            kwargs["status"] = 400
        return super().render_to_response(context, **kwargs)  # type: ignore[misc]

    def _answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Render inside the snapshot too: templates run queries."""
        response: Any = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if getattr(response, "is_rendered", True) is False:
            response.render()
        return response

    def _frame(self) -> dict[str, Any]:
        request, past = self.request, self.moment
        return {
            "revision": self.revision,
            "section": self.section,
            "title": self.title,
            "past": past,
            "picker": moments.picker(request.GET, request.path),
        }

    def _refused(self, request: HttpRequest, wrong: moments.WrongMoment) -> HttpResponse:
        problem, kept = wrong.problem, request.GET.dict()
        if (format := request.GET.get("format", "")) in TABLE_TYPES:
            return refusal(format, [problem])
        explained = {
            "sentence": problem.sentence,
            "links": [
                {"label": text, "href": link(kept, **{problem.name: text})}
                for text in problem.accepted
            ],
            "nearest": problem.nearest,
            "clear": link(kept),
        }
        context = {**self._frame(), "title": "No such moment", "problems": [explained]}
        return render(request, "policies/mistaken.html", context, status=400)

    def _not_there(self, request: HttpRequest) -> HttpResponse:
        context = {**self._frame(), "title": "Not recorded then"}
        return render(request, "policies/not_then.html", context, status=404)
