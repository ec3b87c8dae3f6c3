"""The middleware around everything under ``/api/``: errors in JSON, and what every answer's head says.

Django itself answers in HTML where no view of ours is reached (a wrong host, a suspicious request, a
crash in another middleware). HEAD is answered as GET, of which the server sends the head alone.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from policies.api import cors
from policies.api.compressing import compressed, is_page
from policies.api.errors import JSON, PROBLEM, SERVER_ERROR, error_response

ROOT = "/api/"
MAX_QUERY = 4096
"""Bytes of a query string; the longest sensible one has a few hundred."""
MAX_PATH = 4096

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def middleware(get_response: GetResponse) -> GetResponse:
    """Guard the API and leave every other path alone."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ROOT):
            return get_response(request)
        response = _oversized(request) or cors.preflight(request)
        if response is None:
            response = compressed(request, _told_in_json(request, _answer(request, get_response)))
        return _headed(request, response)

    return respond


def _answer(request: HttpRequest, get_response: GetResponse) -> HttpResponseBase:
    if request.method != "HEAD":
        return get_response(request)
    request.method = "GET"
    try:
        return get_response(request)
    finally:
        request.method = "HEAD"


def _oversized(request: HttpRequest) -> HttpResponseBase | None:
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
        return _methods(request, response)
    if status < 400 or response.headers.get("Content-Type") in (JSON, PROBLEM):
        return response
    return error_response(status, SERVER_ERROR if status >= 500 else "")


def _methods(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """Which methods the address has: to OPTIONS an answer, to any other an error."""
    own = {name.strip() for name in response.headers.get("Allow", "").split(",")} - {""}
    allowed = ", ".join(sorted(own | {"OPTIONS"} | ({"HEAD"} if "GET" in own else set())))
    if request.method == "OPTIONS":
        told = HttpResponse(status=HTTPStatus.NO_CONTENT)
        del told.headers["Content-Type"]
    else:
        told = error_response(
            HTTPStatus.METHOD_NOT_ALLOWED, f"This address has the methods {allowed}."
        )
    told.headers["Allow"] = allowed
    return told


def _headed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """What depends on who asked and how."""
    patch_vary_headers(response, ["Accept-Encoding", "Authorization", "Cookie"])
    response.headers["Cache-Control"] = _kept(request, response)
    spent = getattr(request, "spent", None)
    if spent is not None:
        for name, value in spent.headers.items():
            response.headers[name] = value
    cors.share(request, response)
    return response


def _kept(request: HttpRequest, response: HttpResponseBase) -> str:
    """By whom the answer may be kept: whatever is kept is asked for again, which is a 304."""
    if response.status_code >= 400:
        return "no-store"
    asker = getattr(request, "asker", None)
    shared = asker is not None and asker.anonymous and not is_page(response)
    return "public, no-cache" if shared else "private, no-cache"
