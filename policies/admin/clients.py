"""What clients will read of a document, in its form: drawn anew while somebody types, and nothing written.

Where there is no script, the button "Show what clients will see" draws it; the impact shows it as well.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from policies.admin.columns import column
from policies.admin.impact_page import EDIT_AGAIN
from policies.admin.samples import sample_of
from policies.bases import LAYER_BASES

TYPED = ("basis", "label", "note", "source_url", "quote", "evidence")


class ShowsClients:
    """Mixin for the admins of documents: the row ``clients_see``, and the view that draws it anew."""

    opts: Any
    model: Any
    admin_site: Any
    has_view_permission: Callable[..., bool]
    has_add_permission: Callable[..., bool]

    def get_urls(self) -> list[Any]:
        """The admin's own addresses, after that of the sample."""
        view = self.admin_site.admin_view(require_POST(self.sample_view))
        return [path("sample/", view, name=self._sample_name), *super().get_urls()]

    def render_change_form(self, request, context, *args, **kwargs):
        """Give the form the button for those who have no script."""
        context["show_clients"] = EDIT_AGAIN
        return super().render_change_form(request, context, *args, **kwargs)

    @column("Clients will see")
    def clients_see(self, obj: Any) -> str:
        """What follows from the document as it stands in the form."""
        address = reverse(f"admin:{self._sample_name}")
        context = {"sample": sample_of(obj), "address": address}
        return render_to_string("admin/policies/clients_see.html", context)

    def sample_view(self, request: HttpRequest) -> HttpResponse:
        """The same for what is posted; writes nothing."""
        if not (self.has_view_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        accepted = LAYER_BASES[self.model.layer]
        given = {name: request.POST.get(name, "").strip() for name in TYPED}
        if given["basis"] not in accepted:
            text = f"basis: {given['basis']!r} is not known; accepted: {', '.join(accepted)}."
            status = HTTPStatus.BAD_REQUEST
            return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
        record = self.model(**given)
        if hasattr(record, "subject_to_license"):
            record.subject_to_license = "subject_to_license" in request.POST
        context = {"sample": sample_of(record)}
        return HttpResponse(render_to_string("admin/policies/sample.html", context))

    @property
    def _sample_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_sample"
