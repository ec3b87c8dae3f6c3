"""The one Django app of nanopolicy."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Distillation policies: what is recorded, what follows, and how it changed."""

    name = "policies"
    verbose_name = "Distillation policies"
