"""What was typed survives a login that expired: it goes through the login page and back into its form.

A form that is posted without a login is answered with the login page, which carries the fields, signed.
After the login a page sends them to where they came from as "back to editing", so nothing is saved unasked.
Nothing is kept on the server.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.views import csrf

from policies.admin.door import RevisionDoor
from policies.admin.impact_page import AS_CSV, CONFIRMED, EDIT_AGAIN

FIELD = "draft"
"""The field of the login page that carries a draft."""

SALT = "policies.admin.drafts"
LIMIT = 400_000
"""So many characters are carried; the longest form of one record has a tenth of it."""

PAGES = ("_add", "_change", "_changelist")
LEFT_OUT = {"csrfmiddlewaretoken", FIELD, CONFIRMED, EDIT_AGAIN, AS_CSV}

LOST = "What you had typed was too long, or is too old, to be carried through the login."


class Draft(NamedTuple):
    """The fields of a form that could not be taken, and its address."""

    path: str
    fields: list[list[str]]

    @classmethod
    def of(cls, request: HttpRequest) -> Draft:
        """What this request posts."""
        fields = [
            [name, value]
            for name, values in request.POST.lists()
            if name not in LEFT_OUT
            for value in values
        ]
        return cls(request.get_full_path(), fields)

    @classmethod
    def carried(cls, request: HttpRequest) -> Draft | None:
        """What the login page carried; None where that is nothing, forged or too old."""
        text = request.POST.get(FIELD, "")
        if not text or len(text) > LIMIT:
            return None
        try:
            return cls(*signing.loads(text, salt=SALT, max_age=settings.SESSION_COOKIE_AGE))
        except signing.BadSignature:
            return None

    @property
    def signed(self) -> str:
        """The text to carry; empty where it would be too long."""
        if sum(len(name) + len(value) for name, value in self.fields) > LIMIT:
            return ""
        text = signing.dumps(list(self), salt=SALT, compress=True)
        return text if len(text) <= LIMIT else ""


class DraftsMiddleware:
    """Stands between the check of the form's token and the login wall, which would lose what was posted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; the work is done once the view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Ask whoever posts a curated form without a login to log in first."""
        if is_typed(request) and not admin.site.has_permission(request):
            return ask_login(request, Draft.of(request))
        return None


def is_typed(request: HttpRequest) -> bool:
    """Whether this posts a form whose input can be shown again."""
    match = request.resolver_match
    if request.method != "POST" or match is None or not match.url_name:
        return False
    return match.url_name.endswith(PAGES) and isinstance(
        getattr(match.func, "model_admin", None), RevisionDoor
    )


def ask_login(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The login page with a draft; status 403, since nothing was done."""
    signed = draft.signed
    context = {
        **admin.site.each_context(request),
        "title": "Log in",
        "form": AdminAuthenticationForm(request),
        "app_path": f"{reverse('admin:login')}?{urlencode({'next': draft.path})}",
        "next": draft.path,
        "username": request.user.get_username(),
        FIELD: signed,
        "lost": "" if signed else LOST,
    }
    return _answer(request, "admin/login.html", context, 403)


def hand_back(request: HttpRequest, draft: Draft, status: int = 200) -> HttpResponse:
    """The page that takes a draft back into its form."""
    context = {
        **admin.site.each_context(request),
        "title": "What you typed is kept",
        "path": draft.path,
        "fields": draft.fields,
        "again": EDIT_AGAIN,
    }
    return _answer(request, "admin/policies/draft.html", context, status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is of an earlier login, in this or another window, is offered again as a draft.

    Only where the browser says that a page of our own sent it: what a stranger's page posts is refused.
    """
    own = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    draft = Draft.of(request) if is_typed(request) else Draft.carried(request)
    if not own or draft is None:
        return csrf.csrf_failure(request, reason)
    if admin.site.has_permission(request):
        return hand_back(request, draft, 403)
    return ask_login(request, draft)


def _answer(request: HttpRequest, name: str, context: dict[str, Any], status: int) -> HttpResponse:
    response = TemplateResponse(request, name, context, status=status)
    add_never_cache_headers(response)
    return response.render()
