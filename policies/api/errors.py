"""Errors as problem details (RFC 9457): what was wrong, where, what would be accepted. Never a policy."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson
from django.http import HttpResponse

JSON = "application/json"
PROBLEM = "application/problem+json"
SERVER_ERROR = "The server failed; this is no answer about any model or route."
SHOWN = 200
"""Characters of a refused value that an error repeats."""


class Kind(NamedTuple):
    """One kind of error: its code (for ever), status, title (the same each time), and what to do."""

    code: str
    status: HTTPStatus
    title: str
    meaning: str

    @property
    def type(self) -> str:
        """The URI reference that names the kind; it leads to the documentation page."""
        return f"/api/docs#{self.anchor}"

    @property
    def anchor(self) -> str:
        """Where the documentation page tells of the kind."""
        return f"problem-{self.code}"


KINDS = (
    Kind(
        "wrong-parameter",
        HTTPStatus.BAD_REQUEST,
        "Wrong parameter",
        "A parameter is unknown, empty, repeated, unreadable or out of range. The error names the "
        "parameter, the value that was given and what is accepted instead.",
    ),
    Kind(
        "unauthenticated",
        HTTPStatus.UNAUTHORIZED,
        "Authentication required",
        "There is no token and no session, or the token is wrong, expired or revoked. A wrong token is "
        "never read as none.",
    ),
    Kind(
        "out-of-scope",
        HTTPStatus.FORBIDDEN,
        "Out of scope",
        "The token is sound and its scopes do not cover this address.",
    ),
    Kind(
        "not-found",
        HTTPStatus.NOT_FOUND,
        "Not found",
        "Nothing is recorded under this name, or nothing is at this address.",
    ),
    Kind(
        "wrong-method",
        HTTPStatus.METHOD_NOT_ALLOWED,
        "Wrong method",
        "The address has other methods; the header Allow lists them.",
    ),
    Kind(
        "body-too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "Body too large",
        "The body of the request has more bytes than are read.",
    ),
    Kind(
        "wrong-content-type",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "Wrong content type",
        "The body is of a kind that is not read here; send JSON, and say so.",
    ),
    Kind(
        "address-too-long",
        HTTPStatus.REQUEST_URI_TOO_LONG,
        "Address too long",
        "The path or the query string has more bytes than are read.",
    ),
    Kind(
        "too-many-requests",
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many requests",
        "The quota of the window is spent. Wait for as many seconds as Retry-After says.",
    ),
    Kind(
        "server-error",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Server error",
        "The server failed. It is no answer: never read it as one about a model or a route.",
    ),
)
OF_STATUS = {kind.status: kind for kind in reversed(KINDS)}
"""The kind that an error is of where only its status is known."""


class ApiError(Exception):
    """A request that is refused; ``response()`` is what the client gets."""

    status = HTTPStatus.BAD_REQUEST

    def response(self) -> HttpResponse:
        """The error as problem details."""
        return error_response(self.status, str(self))


class NotFound(ApiError):
    """Nothing of this name is recorded."""

    status = HTTPStatus.NOT_FOUND


class WrongParameter(ApiError):
    """A parameter that is unknown, empty, repeated, unreadable or out of range."""

    def __init__(self, why: str, parameter: str, value: str, accepted: Sequence[str]) -> None:
        super().__init__(f"{_shown(parameter)}: {why}")
        self.told = {
            "parameter": _shown(parameter),
            "value": _shown(value),
            "accepted": list(accepted),
        }

    def response(self) -> HttpResponse:
        """The error with the parameter, its value and the accepted values."""
        return error_response(self.status, str(self), **self.told)


def error_response(status: int, detail: str = "", **told: Any) -> HttpResponse:
    """Problem details of this status; the title of its kind where nothing better is known."""
    body = problem(status, detail) | told
    return HttpResponse(orjson.dumps(body), content_type=PROBLEM, status=status)


def problem(status: int, detail: str = "") -> dict[str, Any]:
    """``{"type", "title", "status", "detail"}``."""
    known = HTTPStatus(status)
    kind = OF_STATUS.get(known)
    title = kind.title if kind else known.phrase
    return {
        "type": kind.type if kind else "about:blank",
        "title": title,
        "status": int(status),
        "detail": detail or f"{title}.",
    }


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
