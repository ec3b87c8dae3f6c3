"""Undoing a whole revision: what it would set back, what that does to answers, and why it cannot be."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from policies.admin.columns import changelist
from policies.admin.door import REASON_LENGTH, Curating, RevisionDoor
from policies.admin.impact_page import EDIT_AGAIN, NAMES, rehearsed
from policies.models import CURATED, Revision
from policies.revisions import RevisionError
from policies.supposing import rehearsal
from policies.undoing import NotSetBack, Refusal, SettingBack, undoing
from policies.undoing.states import called

SAY_WHY = "Say why it is undone."
REFUSALS = 50
"""So many records are named that stand in the way."""


class NotAllowed(RevisionError):
    """Somebody's permissions do not cover what would be written."""


def let_write(request: Any, back: SettingBack) -> None:
    """Write what sets records back through whatever is open; raises ``NotAllowed`` for whoever may not."""
    lacking = [
        f"{action} {table._meta.verbose_name_plural}"
        for action, table in sorted(back.needs, key=lambda need: (need[0], CURATED.index(need[1])))
        if not request.user.has_perm(f"policies.{action}_{table._meta.model_name}")
    ]
    if lacking:
        raise NotAllowed(f"You may not {', '.join(lacking)}, which this would do.")
    back.write(request.curating.opened)


class Obstacle(NamedTuple):
    """One record in the way, as told; ``href`` leads to its form, or to its past where it is gone."""

    table: str
    name: str
    href: str
    why: str
    revision: int | None


class UndoRevision(RevisionDoor):
    """Mixin for the admin of revisions: ``<number>/undo/`` shows what undoing would do, and does it."""

    opts: Any
    admin_site: Any
    has_view_permission: Any

    def get_urls(self) -> list[Any]:
        """The undo's address before the admin's own."""
        view = self.admin_site.admin_view(self.undo_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_undo"
        return [path("<int:number>/undo/", view, name=name), *super().get_urls()]

    def undo_view(self, request: Any, number: int) -> HttpResponse:
        """GET rehearses the undo; POST does it, through the door of any other save."""
        undone = Revision.objects.filter(number=number).first()
        if undone is None:
            raise Http404(f"There is no revision {number}.")
        if not self.has_view_permission(request, undone):
            raise PermissionDenied
        if request.method == "POST" and EDIT_AGAIN not in request.POST:
            if request.POST.get("reason", "").strip():
                return self._walk_through(request, lambda: self._undo(request, undone), typed=False)
            return self._ask(request, undone, SAY_WHY)
        return self._ask(request, undone)

    def _undo(self, request: Any, undone: Revision) -> HttpResponse:
        """Write the undo through whatever is open."""
        back = undoing(undone.number)
        let_write(request, back)
        if back:
            self.message_user(request, f"{undone} is undone.", messages.SUCCESS)
        else:
            self.message_user(request, f"Nothing is left of {undone}: nothing was saved.")
        return HttpResponseRedirect(changelist(Revision))

    def _ask(self, request: Any, undone: Revision, trouble: str = "") -> HttpResponse:
        """What undoing would do, with the reason to confirm; or what stands in the way."""
        reason = f"Undo of revision {undone.number}: {undone.reason}".removesuffix(": ")
        context = {
            **self.admin_site.each_context(request),
            "title": f"Undo revision {undone.number}",
            "opts": self.opts,
            "undone": undone,
            "trouble": trouble,
            "reason": reason[:REASON_LENGTH],
            "names": NAMES,
        }
        with rehearsal(actor=request.user) as supposed:
            request.curating = Curating(typed=False, opened=supposed)
            try:
                back = undoing(undone.number)
                let_write(request, back)
            except NotSetBack as refused:
                context["obstacles"] = [_told(refusal) for refusal in refused.args[:REFUSALS]]
                context |= {
                    "in_the_way": len(refused.args),
                    "more": max(0, len(refused.args) - REFUSALS),
                }
            except NotAllowed as refused:
                context["trouble"] = str(refused)
            else:
                changes = supposed.resolve().changes_answers
                context |= {"back": back, "changes_answers": changes}
                context |= rehearsed(supposed, supposed.effects())
            response = TemplateResponse(request, "admin/policies/undo.html", context)
            return response.render()  # here, where the records read as they would be


def _told(refusal: Refusal) -> Obstacle:
    record, meta = refusal.record, refusal.record._meta
    page = "history" if record._state.adding else "change"
    href = reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[record.pk])
    return Obstacle(str(meta.verbose_name), called(record), href, refusal.why, refusal.revision)
