"""The admin's door to the records: every POST runs inside one revision, or is refused and asked again.

The revision is opened, and with it the writer lock taken, before the admin loads the object; so what
a form compares itself with cannot change under it, and all of a request is written or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from policies.admin.impact import impact_of
from policies.bases import Via
from policies.revisions import OpenRevision, ReasonRequired, RevisionError, revision

REASON_LENGTH = 2000
NOTHING_CHANGED = "Nothing differs from what is stored, so nothing was saved."

reason_field = forms.CharField(max_length=REASON_LENGTH, required=False)


@dataclass
class Curating:
    """What one request to a curated admin is about; templates and forms find it at hand.

    ``refused`` says why a first attempt was undone, and is shown at the reason. Messages are held
    back until the revision is committed, since an undone attempt must not announce success.
    """

    reason: str = ""
    refused: str = ""
    opened: OpenRevision | None = None
    wrote: bool = False
    held: list[tuple[Any, int, dict[str, Any]]] = field(default_factory=list)


class RevisionDoor:
    """Mixin for ``ModelAdmin``: form, inlines, list-editable, delete and actions, each in a revision."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Add or change one record, with its inlines."""
        view = super().changeform_view
        return self._walk_through(request, view, object_id, form_url, extra_context)

    def changelist_view(self, request, extra_context=None):
        """List records; a POST is an edit in the list or an action."""
        view = super().changelist_view
        return self._walk_through(request, view, extra_context, again=_without_confirmation)

    def delete_view(self, request, object_id, extra_context=None):
        """Ask, then delete one record."""
        view = super().delete_view
        return self._walk_through(request, view, object_id, extra_context, again=_as_if_not_posted)

    def message_user(self, request, message, level=messages.INFO, **kwargs):
        """Hold messages back while a revision is open."""
        curating = getattr(request, "curating", None)
        if curating is None or curating.opened is None:
            super().message_user(request, message, level, **kwargs)
        else:
            curating.held.append((message, level, kwargs))

    def log_change(self, request, obj, message):
        """Log a change, unless nothing differed and so nothing was written."""
        return super().log_change(request, obj, message) if request.curating.wrote else None

    def _walk_through(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        *args: Any,
        again: Callable[[HttpRequest], None] = lambda request: None,
    ) -> HttpResponse:
        curating = request.curating = Curating(reason=request.POST.get("reason", ""))
        if request.method == "POST":
            try:
                response = self._in_revision(request, view, *args)
            except (ReasonRequired, ValidationError) as error:
                curating.refused = _refusal(error)
                curating.opened, curating.held = None, []
                again(request)
                response = view(request, *args)
            except RevisionError as error:
                curating.opened = None
                self.message_user(request, str(error), messages.ERROR)
                return HttpResponseRedirect(request.get_full_path())
        else:
            response = view(request, *args)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            response.context_data["curating"] = curating
        return response

    def _in_revision(self, request, view, *args) -> HttpResponse:
        curating = request.curating
        reason = reason_field.clean(curating.reason)
        with revision(
            actor=request.user, reason=reason, via=Via.ADMIN, reason_required=True
        ) as opened:
            curating.opened = opened
            response = view(request, *args)
        curating.opened = None
        self._announce(request, opened)
        return response

    def _announce(self, request: HttpRequest, opened: OpenRevision) -> None:
        """Say what was committed; success of what wrote nothing becomes "nothing changed"."""
        successes = (messages.SUCCESS,)
        for message, level, kwargs in request.curating.held:
            if opened.committed or level not in successes:
                self.message_user(request, message, level, **kwargs)
        if opened.committed:
            self.message_user(request, _what_followed(opened), messages.SUCCESS)
        elif any(level in successes for _, level, _ in request.curating.held):
            self.message_user(request, NOTHING_CHANGED, messages.INFO)


def _what_followed(opened: OpenRevision) -> str:
    return format_html(
        '<a href="{}">Revision {}</a>: {}.',
        reverse("revision", args=[opened.number]),
        opened.number,
        impact_of(opened.plan).behind or "no answer changed",
    )


def _refusal(error: ReasonRequired | ValidationError) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return f"Say why: {impact_of(error.plan).ahead}. Nothing is saved yet, and your input is kept."


def _without_confirmation(request: HttpRequest) -> None:
    """A confirmed action is asked again; an edit in the list keeps its input."""
    request.POST = request.POST.copy()
    request.POST.pop("post", None)


def _as_if_not_posted(request: HttpRequest) -> None:
    """The delete page takes any POST for a confirmation."""
    request.POST = QueryDict()
