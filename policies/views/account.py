"""Logging in and out, and what the data is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from policies.bases import Status
from policies.models import License, ProviderTerms, Tally
from policies.views.base import Page


@method_decorator(login_not_required, name="dispatch")
class Login(auth.LoginView):
    """The login; a visitor who has one already is sent on."""

    template_name = "policies/login.html"
    redirect_authenticated_user = True
    extra_context = {"title": "Log in", "statuses": list(Status), "revision": ""}


class Logout(auth.LogoutView):
    """Ends the session; by POST alone."""


class About(Page, TemplateView):
    """Where the data comes from and what it is worth."""

    template_name = "policies/about.html"
    section = "about"
    title = "About the data"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Counts of what is recorded."""
        totals = Tally.objects.by_status()
        return super().get_context_data(
            routes=sum(totals["routes"].values()),
            models=sum(totals["models"].values()),
            licenses=License.objects.count(),
            terms=ProviderTerms.objects.count(),
            **kwargs,
        )
