"""The admin's door to the records: a POST is rehearsed, shown where answers would change, then done.

The rehearsal runs the same view on one state of the records, writes nothing and holds no lock. What is
confirmed runs in one revision, which takes the lock before the view loads anything; and it is undone, and
the new impact shown, where it would do something else than was confirmed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
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
from policies.admin.impact_page import AS_CSV, CONFIRMED, EDIT_AGAIN, impact_page, is_as_shown
from policies.bases import Via
from policies.resolution import Plan
from policies.revisions import OpenRevision, RevisionError, revision
from policies.supposing import Rehearsal, rehearsal

REASON_LENGTH = 2000
NOTHING_CHANGED = "Nothing differs from what is stored, so nothing was saved."
MOVED_ON = "Other records were saved since you looked, and this save would now do something else."
SAY_WHY = "Say why this is right: published answers change."

reason_field = forms.CharField(max_length=REASON_LENGTH, required=False)

View = Callable[[], HttpResponse]


class ImpactDiffers(Exception):
    """What is about to be committed is not what was confirmed."""


@dataclass
class Curating:
    """What one request to a curated admin is about; templates and forms find it at hand.

    ``opened`` is the rehearsal, then the revision. ``button`` names what the view does, where that says more
    than what becomes of the answers. ``again`` asks forms to show their input instead of
    saving it; ``typed`` says whether anybody typed input at all. Messages are held back until the revision
    is committed, since a rehearsal must not announce success.
    """

    reason: str = ""
    refused: str = ""
    button: str = ""
    again: bool = False
    typed: bool = True
    opened: OpenRevision | None = None
    wrote: bool = False
    held: list[tuple[Any, int, dict[str, Any]]] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether this is the real thing."""
        return self.opened is not None and not isinstance(self.opened, Rehearsal)

    def begin(self, opened: OpenRevision) -> None:
        """Start a pass, with nothing left of an earlier one."""
        self.opened, self.wrote, self.held = opened, False, []


class RevisionDoor:
    """Mixin for ``ModelAdmin``: form, inlines, list-editable, delete and actions, through one door."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Add or change one record, with its inlines."""
        view = super().changeform_view
        return self._walk_through(
            request, lambda: view(request, object_id, form_url, extra_context)
        )

    def changelist_view(self, request, extra_context=None):
        """List records; a POST is an edit in the list or an action."""
        view = super().changelist_view
        return self._walk_through(request, lambda: view(request, extra_context), _unconfirmed)

    def delete_view(self, request, object_id, extra_context=None):
        """Ask, then delete one record."""
        view = super().delete_view
        return self._walk_through(
            request, lambda: view(request, object_id, extra_context), _unasked
        )

    def message_user(self, request, message, level=messages.INFO, **kwargs):
        """Hold messages back while a revision is open."""
        curating = getattr(request, "curating", None)
        if curating is None or curating.opened is None:
            super().message_user(request, message, level, **kwargs)
        else:
            curating.held.append((message, level, kwargs))

    def log_addition(self, request, obj, message):
        """Log what is added, unless it is only rehearsed."""
        return super().log_addition(request, obj, message) if request.curating.writes else None

    def log_change(self, request, obj, message):
        """Log a change, unless nothing differed and so nothing was written."""
        curating = request.curating
        return (
            super().log_change(request, obj, message)
            if curating.writes and curating.wrote
            else None
        )

    def log_deletions(self, request, queryset):
        """Log deletions, unless they are only rehearsed."""
        return super().log_deletions(request, queryset) if request.curating.writes else []

    def _walk_through(
        self,
        request: HttpRequest,
        view: View,
        undo: Callable[[HttpRequest], None] = lambda _: None,
        *,
        typed: bool = True,
    ) -> HttpResponse:
        curating = request.curating = Curating(request.POST.get("reason", ""), typed=typed)
        curating.refused = _why_not(curating.reason)
        if request.method != "POST":
            response = view()
        elif EDIT_AGAIN in request.POST or curating.refused:
            response = self._again(request, view, undo)
        else:
            try:
                response = self._post(request, view)
            except RevisionError as error:
                curating.opened = None
                self.message_user(request, str(error), messages.ERROR)
                return HttpResponseRedirect(request.get_full_path())
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            response.context_data["curating"] = curating
        return response

    def _again(self, request: HttpRequest, view: View, undo: Callable) -> HttpResponse:
        """The form with its input, or what an action asks first; one that asks nothing ends in its list."""
        request.curating.again = True
        undo(request)
        with rehearsal(actor=request.user) as supposed:
            request.curating.begin(supposed)
            response = view()
        request.curating.opened = None
        return HttpResponseRedirect(request.get_full_path()) if supposed.edits else response

    def _post(self, request: HttpRequest, view: View) -> HttpResponse:
        """What was confirmed, or what changes no answer, is done; else the impact is shown."""
        confirmed, trouble = request.POST.get(CONFIRMED, ""), ""
        if confirmed and AS_CSV not in request.POST:
            if request.curating.reason.strip():
                try:
                    return self._in_revision(request, view, confirmed)
                except ImpactDiffers:
                    trouble = MOVED_ON
            else:
                trouble = SAY_WHY
        while True:  # once more only where somebody saves between the rehearsal and the revision
            response = self._rehearse(request, view, trouble)
            if response is not None:
                return response
            with suppress(ImpactDiffers):
                return self._in_revision(request, view, "")

    def _rehearse(self, request: HttpRequest, view: View, trouble: str) -> HttpResponse | None:
        """The view's answer where it saves nothing; the impact; or None where no answer changes."""
        with rehearsal(actor=request.user) as supposed:
            request.curating.begin(supposed)
            response: HttpResponse | None = view()
            if supposed.edits:
                page = supposed.resolve().changes_answers
                response = impact_page(self, request, supposed, trouble) if page else None
        request.curating.opened = None
        if not supposed.edits:
            self._announce(request, supposed)
        return response

    def _in_revision(self, request: HttpRequest, view: View, confirmed: str) -> HttpResponse:
        """The real thing; raises ``ImpactDiffers``, and all is undone, where it is not what was confirmed."""

        def check(plan: Plan) -> None:
            if not is_as_shown(plan, confirmed, opened.number):
                raise ImpactDiffers

        curating = request.curating
        actor: Any = request.user
        reason = curating.reason
        with revision(actor=actor, reason=reason, via=Via.ADMIN, check=check) as opened:
            curating.begin(opened)
            response = view()
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


def _why_not(reason: str) -> str:
    """What is wrong with a reason; empty where nothing is."""
    try:
        reason_field.clean(reason)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _unconfirmed(request: HttpRequest) -> None:
    """A confirmed action is asked again; an edit in the list keeps its input."""
    request.POST = request.POST.copy()
    request.POST.pop("post", None)


def _unasked(request: HttpRequest) -> None:
    """The delete page takes any POST for a confirmation."""
    request.POST = QueryDict()
