"""Which pages of other origins may read answers: those that ``CORS_ORIGINS`` names, and no other.

Sessions are never allowed across origins: such a page asks with a token, or what is public.
"""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

SENT = "Authorization, Content-Type, If-None-Match"
SHOWN = "ETag, Nanopolicy-Revision, RateLimit, RateLimit-Policy, Retry-After"
METHODS = "GET, HEAD, OPTIONS, POST"
REMEMBERED = 600
"""Seconds for which a browser need not ask again."""


def preflight(request: HttpRequest) -> HttpResponse | None:
    """The answer to a browser that asks whether a page of an allowed origin may ask.

    It carries no credentials, so it is answered before anybody is recognized, and tells no data.
    """
    asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if not asks or _origin(request) is None:
        return None
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Allow-Headers"] = SENT
    response.headers["Access-Control-Max-Age"] = str(REMEMBERED)
    del response.headers["Content-Type"]
    return response


def share(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let a page of an allowed origin read the answer."""
    if not settings.CORS_ORIGINS:
        return
    patch_vary_headers(response, ["Origin"])
    origin = _origin(request)
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = SHOWN


def _origin(request: HttpRequest) -> str | None:
    origin = request.META.get("HTTP_ORIGIN", "")
    return origin if origin in settings.CORS_ORIGINS else None
