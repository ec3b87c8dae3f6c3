"""The Content-Security-Policy header from Django 6's own ``SECURE_CSP`` setting, on Django 5 too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

HEADER = "Content-Security-Policy"
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def _own(get_response: GetResponse) -> GetResponse:
    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        policy = "; ".join(
            f"{name} {' '.join(sources)}" for name, sources in settings.SECURE_CSP.items()
        )
        response.headers.setdefault(HEADER, policy)
        return response

    return respond


def middleware(get_response: GetResponse) -> Callable[[HttpRequest], Any]:
    """Return Django's own middleware where it has one, else ours; both read the same setting."""
    if django.VERSION < (6, 0):
        return _own(get_response)
    from django.middleware.csp import ContentSecurityPolicyMiddleware

    return ContentSecurityPolicyMiddleware(get_response)
