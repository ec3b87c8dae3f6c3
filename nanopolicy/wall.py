"""The login wall: everything needs a login, unless public reading is switched on."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from policies.api import bearer, throttle
from policies.api.bearer import Asker
from policies.api.errors import ApiError

API = "/api/"
DOCS = "/api/docs"
ADMIN = "/admin/"
READING = ("GET", "HEAD", "OPTIONS")
ASKING = "/api/v1/check"
"""To which a question is sent, that has no room in an address; nothing is written by it."""


class LoginWallMiddleware(LoginRequiredMiddleware):
    """Sends anonymous visitors to the login, and admits to ``/api/`` or answers in JSON."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        """Answer for the API before its URL is resolved, so that unknown paths tell a stranger nothing."""
        if not request.path_info.startswith(API) or hasattr(request, "asker"):
            return None  # or is admitted already
        refused = admit(request)
        if refused is not None and refused.status_code == HTTPStatus.UNAUTHORIZED:
            return _login_of_a_person(request) or refused
        return refused

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Let through what was admitted or is public; otherwise do as Django does."""
        if request.path_info.startswith(API) or is_public(request):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


def _login_of_a_person(request: HttpRequest) -> HttpResponseBase | None:
    """To the login from the one page for people under the API, where a browser asks for it."""
    by_browser = "text/html" in request.headers.get("Accept", "")
    if request.path_info == DOCS and by_browser and "Authorization" not in request.headers:
        return redirect_to_login(request.get_full_path())
    return None


def is_public(request: HttpRequest) -> bool:
    """Tell whether anybody may make this request; the admin is never public."""
    return (
        settings.PUBLIC_READ
        and (request.method in READING or request.path_info == ASKING)
        and not request.path_info.startswith(ADMIN)
    )


def admit(request: HttpRequest) -> HttpResponseBase | None:
    """Let a request to the API in, by token, session or public reading, or return why not.

    Every request counts for whoever makes it; one that is refused counts for its address.
    """
    refused: HttpResponse | None = None
    try:
        asker = _asker(request)
    except ApiError as error:
        asker, refused = Asker(client_address(request)), error.response()
    request.asker, spent = asker, throttle.spend(asker.name)  # type: ignore[attr-defined]
    if spent is not None:
        request.spent = spent  # type: ignore[attr-defined]
        refused = spent.refusal() or refused
    if refused is None and asker.token is not None:
        bearer.note_use(asker.token, timezone.now())
    return refused


def _asker(request: HttpRequest) -> Asker:
    """A wrong, expired or revoked token is refused also where anybody may read."""
    token = bearer.token_of(request)
    if token is not None:
        bearer.refuse_out_of_scope(token, request.path_info)
        return Asker(f"token {token.pk}", token=token)
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        return Asker(f"user {request.user.pk}")
    if is_public(request):
        return Asker(client_address(request), anonymous=True)
    raise bearer.Unauthenticated


def client_address(request: HttpRequest) -> str:
    """Return the address that throttling counts by.

    Only the entries that trusted proxies appended to X-Forwarded-For are believed: the
    ``PROXY_COUNT``-th from the right. What stands further left is the client's own invention.
    """
    remote: str = request.META.get("REMOTE_ADDR", "")
    if not settings.PROXY_COUNT:
        return remote
    chain = [
        part.strip()
        for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if part.strip()
    ]
    return chain[-settings.PROXY_COUNT] if len(chain) >= settings.PROXY_COUNT else remote
