"""The product's addresses, a stock Django admin list of routes for whoever asks, and empty views."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from policies.models import Route


class OpenSite(AdminSite):
    """Asks nobody to log in, so that the measured request is the list alone."""

    def has_permission(self, request: Any) -> bool:
        """Everybody may look."""
        return True


class StockRoutes(ModelAdmin):
    """A hundred routes a page with the columns of the product's list, as Django's manual has it."""

    list_display = (
        "model",
        "provider",
        "status",
        "basis",
        "label",
        "license",
        "terms",
        "available",
        "lifecycle",
    )
    list_per_page = 100
    list_select_related = ("model", "provider", "policy__license", "policy__terms")

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """Everybody may look."""
        return True

    def status(self, route: Route) -> str:
        """The answer."""
        return route.policy.status

    def basis(self, route: Route) -> str:
        """Its basis."""
        return route.policy.basis

    def label(self, route: Route) -> str:
        """Its label."""
        return route.policy.label

    def license(self, route: Route) -> str:
        """The effective license."""
        return str(route.policy.license or "")

    def terms(self, route: Route) -> str:
        """The effective terms."""
        return str(route.policy.terms or "")


stock = OpenSite("stock")
stock.register(Route, StockRoutes)


def empty(request: HttpRequest) -> HttpResponse:
    """Django and the middleware, and nothing else."""
    return HttpResponse()


urlpatterns = [
    path("stock/", stock.urls),
    path("empty", empty),
    path("api/empty", empty),
    path("", include("nanopolicy.urls")),
]
