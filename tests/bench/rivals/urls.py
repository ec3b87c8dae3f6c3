"""The product's addresses, those of the others that are importable, and a view that does nothing."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tests.bench.rivals.ninja_api import api
from tests.bench.rivals.packages import has_drf


def empty(request: HttpRequest) -> HttpResponse:
    """Django and the middleware, and nothing else."""
    return HttpResponse()


urlpatterns = [
    path("rival/empty", empty),
    path("api/rival/empty", empty),
    path("rival/ninja/", api.urls),
    *([path("rival/drf/", include("tests.bench.rivals.drf"))] if has_drf() else []),
    path("", include("nanopolicy.urls")),
]
