"""Save and next: a form that was opened from the worklist leads on to the next piece of that kind."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from policies.admin.worklist import FROM, after
from policies.worklist import Kind, Ref

FIELD, BUTTON = "_nextup", "_next"
"""Names of the hidden field (``kind>record``) and of the button."""


class NextUp(NamedTuple):
    """The kind that one is working through, and what comes next: its key, and its name if known.

    Both are empty after the last.
    """

    kind: Kind
    then: str = ""
    name: str = ""

    @property
    def value(self) -> str:
        """What the form's hidden field carries."""
        return f"{self.kind.value}>{self.then}"


class SaveAndNext:
    """Mixin for ``ModelAdmin``: the button, and where it leads. It never changes what is saved."""

    def render_change_form(self, request, context, *args, **kwargs):
        """Tell the form which piece of work it is part of."""
        context["nextup"] = following(request, context.get("original"))
        return super().render_change_form(request, context, *args, **kwargs)

    def response_post_save_change(self, request, obj):
        """On to the next piece of work, where that was asked for."""
        onward = next_address(request, obj) if BUTTON in request.POST else ""
        if onward:
            return HttpResponseRedirect(onward)
        return super().response_post_save_change(request, obj)


def following(request: HttpRequest, record: Any) -> NextUp | None:
    """What comes after ``record``, for a form whose address names a kind; None for any other form.

    A refused save only repeats what the form sent: in the middle of a change nobody reads the worklist.
    """
    if request.method == "POST":
        kind, _, then = request.POST.get(FIELD, "").partition(">")
        return NextUp(Kind(kind), then) if kind in Kind.values else None
    origin = request.GET.get("next", "")
    kind = origin.removeprefix(FROM)
    if record is None or kind == origin or kind not in Kind.values:
        return None
    then = after(kind, Ref.to(record))
    return NextUp(Kind(kind), then.key, then.name) if then else NextUp(Kind(kind))


def next_address(request: HttpRequest, record: Any) -> str:
    """Where a posted form leads next; empty where it is part of no work."""
    here = following(request, record)
    if here is None:
        return ""
    asked = {"kind": here.kind.value, "then": here.then, "done": Ref.to(record).key}
    return f"{reverse('admin:worklist-next')}?{urlencode(asked)}"
