"""The login wall: everything needs a login, unless public reading is switched on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

API = "/api/"
ADMIN = "/admin/"
READING = ("GET", "HEAD", "OPTIONS")


class LoginWallMiddleware(LoginRequiredMiddleware):
    """Sends anonymous visitors to the login, and answers 401 in JSON under ``/api/``."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Answer for the API before its URL is resolved, so that unknown paths tell a stranger nothing."""
        if (
            request.path_info.startswith(API)
            and not request.user.is_authenticated
            and not is_public(request)
        ):
            return unauthorized()
        return None

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Let anonymous reading through when it is public; otherwise do as Django does."""
        if is_public(request):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


def is_public(request: HttpRequest) -> bool:
    """Tell whether anybody may make this request; the admin is never public."""
    return (
        settings.PUBLIC_READ
        and request.method in READING
        and not request.path_info.startswith(ADMIN)
    )


def unauthorized() -> JsonResponse:
    """Return the 401 of the API; it names the ways in and holds no data."""
    response = JsonResponse({"detail": "Authentication required."}, status=401)
    response.headers["WWW-Authenticate"] = 'Session realm="nanopolicy"'
    return response


def client_address(request: HttpRequest) -> str:
    """Return the address that login throttling counts by.

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
