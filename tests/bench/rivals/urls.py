"""The product's addresses, those of the others that are importable, and a view that does nothing."""

from django.urls import include, path

from tests.bench.rivals.ninja_api import api
from tests.bench.rivals.packages import has_drf
from tests.bench.urls import empty

urlpatterns = [
    path("rival/empty", empty),
    path("api/rival/empty", empty),
    path("rival/ninja/", api.urls),
    *([path("rival/drf/", include("tests.bench.rivals.drf"))] if has_drf() else []),
    path("", include("nanopolicy.urls")),
]
