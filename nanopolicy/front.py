"""Before sessions, forms and addresses: what the API was asked before, by whoever has no session.

Clients poll, and most of what they ask for is unchanged. Who may ask is decided here as the wall does
it, by a token or by public reading; everything else goes on to the wall.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from nanopolicy.replicas import where_it_is_read
from nanopolicy.wall import API, admit
from policies.api.answering import is_understood, known

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def middleware(get_response: GetResponse) -> GetResponse:
    """Answer at once what was understood before, and hand on the rest."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if not _may_be_known(request):
            return get_response(request)
        refused = admit(request)
        if refused is not None:
            return refused
        with where_it_is_read(request):
            found = known(request)
        return get_response(request) if found is None else found

    return respond


def _may_be_known(request: HttpRequest) -> bool:
    return (
        request.path_info.startswith(API)
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and is_understood(request)
    )
