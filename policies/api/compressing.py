"""Answers in gzip where the client takes it.

Compression can betray a secret that stands beside text of an attacker's choice (BREACH). Documents of
the API hold no secret; the one page under ``/api/`` has a form's token in it and is left as it is.
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_gzip = GZipMiddleware(lambda request: HttpResponse())


def compressed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The response in gzip, streamed or not; pages, and clients that do not take it, get it plain."""
    if is_page(response) or not takes_gzip(request.META.get("HTTP_ACCEPT_ENCODING", "")):
        return response
    written_so = response.has_header("Content-Encoding")  # a published file
    if written_so or response.status_code == HTTPStatus.NOT_MODIFIED:
        # Names the answer that it stands for: a compressed one has a weak tag.
        response.headers["ETag"] = f"W/{response.headers['ETag'].removeprefix('W/')}"
        return response
    return _gzip.process_response(request, response)


def takes_gzip(accepted: str) -> bool:
    """Whether an ``Accept-Encoding`` names gzip, or anything at all, and does not weigh it 0."""
    weights = {}
    for part in accepted.lower().split(","):
        coding, _, parameter = part.strip().partition(";")
        weights[coding.strip()] = parameter.replace(" ", "") or "q=1"
    weight = weights.get("gzip", weights.get("*", "q=0"))
    return weight.strip("q=0.") != ""


def is_page(response: HttpResponseBase) -> bool:
    """Whether the response is a page for people, which may hold what is one reader's own."""
    return response.headers.get("Content-Type", "").startswith("text/html")
