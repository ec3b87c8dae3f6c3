"""The URLs of the project: the admin, the API, the pages."""

from django.contrib import admin
from django.urls import include, path

from policies.api import api

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", api.urls),
    path("", include("policies.urls")),
]
