"""The middleware around everything under ``/api/``: whatever goes wrong there is told in JSON.

Django itself answers in HTML where no view of ours is reached (a wrong host, a suspicious request, a
crash in another middleware). HEAD is answered as GET, of which the server sends the head alone.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from policies.api.errors import JSON, SERVER_ERROR, error_response

ROOT = "/api/"
METHODS = "GET, HEAD, OPTIONS"
MAX_QUERY = 4096
"""Bytes of a query string; the longest sensible one has a few hundred."""
MAX_PATH = 4096


def middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Guard the API and leave every other path alone."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ROOT):
            return get_response(request)
        return _oversized(request) or _told_in_json(request, _answer(request, get_response))

    return respond


def _answer(
    request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase:
    if request.method != "HEAD":
        return get_response(request)
    request.method = "GET"
    try:
        return get_response(request)
    finally:
        request.method = "HEAD"


def _oversized(request: HttpRequest) -> HttpResponse | None:
    """Refuse before anything parses it: Django would stop at 1,000 parameters, in HTML."""
    too_long = len(request.META.get("QUERY_STRING", "")) > MAX_QUERY
    if too_long or len(request.path_info) > MAX_PATH:
        return error_response(
            HTTPStatus.REQUEST_URI_TOO_LONG,
            f"The path may have {MAX_PATH} bytes and the query string {MAX_QUERY}.",
        )
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if _announced(request.META.get("CONTENT_LENGTH")) > limit:
        return error_response(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A request body may have {limit} bytes."
        )
    return None


def _announced(content_length: str | None) -> int:
    try:
        return int(content_length or 0)
    except ValueError:  # Django takes nonsense for no body as well
        return 0


def _told_in_json(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    status = response.status_code
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return _methods(request)
    if status < 400 or response.headers.get("Content-Type") == JSON:
        return response
    return error_response(status, SERVER_ERROR if status >= 500 else "")


def _methods(request: HttpRequest) -> HttpResponse:
    """Which methods there are: to OPTIONS an answer, to any other an error."""
    if request.method == "OPTIONS":
        told = HttpResponse(status=HTTPStatus.NO_CONTENT)
        del told.headers["Content-Type"]
    else:
        told = error_response(HTTPStatus.METHOD_NOT_ALLOWED, f"The API only reads: {METHODS}.")
    told.headers["Allow"] = METHODS
    return told
