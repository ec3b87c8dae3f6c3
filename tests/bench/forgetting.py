"""Lets a request over HTTP say that its answer is to be made anew, which the product offers nobody."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Bench-Forget"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def middleware(get_response: GetResponse) -> GetResponse:
    """Forget what the API keeps of its answers where the header is sent."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if HEADER in request.headers:
            from policies.api.kept import answers

            answers.forget()
        return get_response(request)

    return respond
