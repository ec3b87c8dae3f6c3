"""The curators' site: Django's admin with a worklist, and a front page about the work.

Whichever app registers first makes the site, so this file imports the admins only once it is asked.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from policies.revisions import snapshot


class CurateSite(AdminSite):
    """All of the admin; whoever is staff may see the worklist, each form asks its own permission."""

    site_title = "nanopolicy"
    site_header = "nanopolicy"
    index_title = "Curate"
    enable_nav_sidebar = False
    empty_value_display = "–"

    def get_urls(self) -> list[Any]:
        """The worklist's addresses, before the admin's own, the last of which takes everything."""
        from policies.admin.worklist import follow

        return [
            path("worklist/", self.admin_view(require_safe(self.worklist)), name="worklist"),
            path("worklist/next/", self.admin_view(require_safe(follow)), name="worklist-next"),
            *super().get_urls(),
        ]

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The login; what was typed while an earlier one ended goes through it, and back into its form."""
        from policies.admin import drafts

        draft = drafts.Draft.carried(request)
        if draft and "username" not in request.POST:
            return drafts.ask_login(request, draft)
        carried = {drafts.FIELD: draft.signed} if draft else {}
        response = super().login(request, {**carried, **(extra_context or {})})
        if response.status_code != HTTPStatus.FOUND or not self.has_permission(request):
            return response
        if draft:
            return drafts.hand_back(request, draft)
        if request.POST.get(drafts.FIELD):
            messages.warning(request, drafts.LOST)
        return response

    def worklist(self, request: HttpRequest) -> HttpResponse:
        """What waits for a curator."""
        from policies.admin.worklist import worklist

        with snapshot():
            response: Any = worklist(request, self.each_context(request))
            return response.render()

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The front page: what waits, what one did, and what others did meanwhile."""
        from policies.admin.home import home

        return super().index(request, {**home(request), **(extra_context or {})})
