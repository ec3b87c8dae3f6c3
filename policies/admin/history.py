"""The history page of a record: its versions, each with its revision and what differed."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from policies.admin.conflict import Change, changes_between

SHOWN = 100
"""The newest versions that the page shows."""

KINDS = {"+": "Added", "~": "Changed", "-": "Deleted"}


class Version(NamedTuple):
    """One version of a record."""

    kind: str
    past: Any
    edits: list[Change]


class RecordHistory:
    """Mixin for ``ModelAdmin``: the History button shows versions instead of the admin's own log."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """List the versions of one record, newest first."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404(f"{self.opts.verbose_name} {object_id} does not exist.")
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"History: {record}",
            "opts": self.opts,
            "object": record,
            "versions": versions_of(record),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/policies/object_history.html", context)


def versions_of(record: Any) -> list[Version]:
    """The newest versions of ``record`` with what each changed; the oldest added it."""
    past = list(
        record.history.select_related("revision", "history_user").order_by("-history_id")[
            : SHOWN + 1
        ]
    )
    versions = [
        Version(KINDS[newer.history_type], newer, changes_between(record, older, newer))
        for newer, older in zip(past, [*past[1:], None], strict=True)
    ]
    return versions[:SHOWN]
