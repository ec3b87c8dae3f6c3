"""Logging in and out, and what the data is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from policies.models import License, ProviderTerms, Tally
from policies.views.base import Page


@method_decorator(login_not_required, name="dispatch")
class Login(auth.LoginView):
    """The login; a visitor who has one already is sent on."""

    template_name = "policies/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds what a failed attempt is told of the limit."""
        return super().get_context_data(
            title="Log in",
            attempts=settings.AXES_FAILURE_LIMIT,
            pause=int(settings.AXES_COOLOFF_TIME.total_seconds() // 60),
            **kwargs,
        )


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
