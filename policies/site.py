"""The curators' site: Django's admin with a worklist, and a front page about the work.

Whichever app registers first makes the site, so this file imports the admins only once it is asked.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import path
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
