"""The history page of a record: every version, any two of them compared, and the way back to one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from policies.admin.undo import let_write
from policies.admin.versions import Version, compared, versions_of
from policies.revisions import snapshot
from policies.undoing import reversion
from policies.undoing.states import called

SHOWN = 100
"""So many versions stand on one page."""

SIDES = ("from", "to")


class RecordHistory:
    """Mixin for ``ModelAdmin``: the History button shows versions instead of the admin's own log."""

    def get_urls(self) -> list[Any]:
        """``<id>/history/revert/`` before the admin's own addresses."""
        view = self.admin_site.admin_view(self.revert_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_revert"
        return [path("<path:object_id>/history/revert/", view, name=name), *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """List the versions of one record, deleted or not, newest first; two of them side by side."""
        with snapshot():
            versions = self._versions(request, object_id)
            name = called(versions[0].record())
            context = {
                **self.admin_site.each_context(request),
                "title": f"History: {name}",
                "opts": self.opts,
                "name": name,
                "change_address": self._address("change", object_id) if versions[0].there else "",
                "newest": versions[0],
                "may_revert": self._may_revert(request, versions[0]),
                "revert_address": self._address("revert", object_id),
                **_shown(request, versions),
                "comparable": sum(version.there for version in versions) > 1,
                **_comparison(request, versions),
                **(extra_context or {}),
            }
            status = 400 if context["problems"] else 200
            template = "admin/policies/object_history.html"
            return TemplateResponse(request, template, context, status=status).render()

    def revert_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST makes the record what it was after the revision ``to``, as any other save does."""
        versions = self._versions(request, object_id)
        history = HttpResponseRedirect(self._address("history", object_id))
        if request.method != "POST":
            return history
        if not self._may_revert(request, versions[0]):
            raise PermissionDenied
        asked = request.POST.get("to", "")
        wanted = {str(v.revision.number): v for v in versions if v.there}.get(asked)
        if wanted is None:
            messages.error(request, _no_version("to", asked, versions))
            return history
        if "reason" not in request.POST:
            request.POST = request.POST.copy()
            request.POST["reason"] = f"Revert to {wanted.name}"
        return self._walk_through(
            request, lambda: self._revert(request, wanted, history), typed=False
        )

    def _revert(self, request: HttpRequest, wanted: Version, history: HttpResponse) -> HttpResponse:
        """Write the old state through whatever is open."""
        back = reversion(self.model, wanted.row.id, wanted.revision.number)
        let_write(request, back)
        record = called(wanted.record())
        if back:
            self.message_user(request, f"{record} is again as in {wanted.name}.", messages.SUCCESS)
        else:
            self.message_user(
                request, f"{record} is as in {wanted.name} already: nothing was saved."
            )
        return history

    def _versions(self, request: HttpRequest, object_id: str) -> list[Version]:
        """All versions; a record that never was is not found, and one that may not be seen is refused."""
        pk = unquote(object_id)
        known = pk.isascii() and pk.isdecimal() and len(pk) < 19
        versions = versions_of(self.model, int(pk)) if known else []
        if not versions:
            raise Http404(f"{self.opts.verbose_name} {object_id} was never recorded.")
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return versions

    def _may_revert(self, request: HttpRequest, newest: Version) -> bool:
        if newest.there:
            return self.has_change_permission(request)
        return self.has_add_permission(request)

    def _address(self, page: str, object_id: str) -> str:
        return reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[object_id]
        )


def _shown(request: HttpRequest, versions: list[Version]) -> dict[str, Any]:
    """One page of versions, and where the older ones begin (``?before=``, a revision)."""
    before = request.GET.get("before", "")
    if before.isdecimal():
        versions = [version for version in versions if version.revision.number < int(before)]
    shown = versions[:SHOWN]
    return {"versions": shown, "older": shown[-1] if len(versions) > SHOWN else None}


def _comparison(request: HttpRequest, versions: list[Version]) -> dict[str, Any]:
    """The two versions that the address names, in time's order; or what is wrong with it."""
    there = {str(v.revision.number): v for v in versions if v.there}
    numbers = list(there)
    asked = {side: request.GET.get(side, "") for side in SIDES}
    if not any(asked.values()):
        chosen = dict(zip(SIDES, (numbers[1:2] or numbers[:1]) + numbers[:1], strict=True))
        return {"chosen": chosen, "problems": []}
    problems = [_no_version(*item, versions) for item in asked.items() if item[1] not in there]
    if problems:
        return {"chosen": asked, "problems": problems}
    older, newer = sorted(
        (there[number] for number in asked.values()), key=lambda v: v.revision.number
    )
    return {
        "chosen": asked,
        "problems": [],
        "two": {"older": older, "newer": newer, "differences": compared(older, newer)},
    }


def _no_version(name: str, value: str, versions: list[Version]) -> str:
    accepted = ", ".join(str(v.revision.number) for v in versions[:SHOWN] if v.there)
    return f"{name}: “{value}” is no revision after which this record stood; accepted: {accepted}."
