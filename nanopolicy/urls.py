"""The URLs of the project: the admin, the API, whether it is well, the pages."""

from django.contrib import admin
from django.urls import include, path

from policies.api import api, health

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", api.urls),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("", include("policies.urls")),
]
