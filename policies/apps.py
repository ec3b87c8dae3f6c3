"""The one Django app of nanopolicy, and the admin site that it brings."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PoliciesConfig(AppConfig):
    """Distillation policies: what is recorded, what follows, and how it changed."""

    name = "policies"
    verbose_name = "Distillation policies"


class CurateConfig(AdminConfig):
    """Django's admin, on the curators' own site."""

    default_site = "policies.site.CurateSite"
