"""Errors as JSON: what was wrong, where, and what would have been accepted. Never a policy."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

import orjson
from django.http import HttpResponse

JSON = "application/json"
SERVER_ERROR = "The server failed; this is no answer about any model or route."
SHOWN = 200
"""Characters of a refused value that an error repeats."""


class ApiError(Exception):
    """A request that is refused; ``response()`` is what the client gets."""

    status = HTTPStatus.BAD_REQUEST

    def response(self) -> HttpResponse:
        """The error as JSON."""
        return error_response(self.status, str(self))


class NotFound(ApiError):
    """Nothing of this name is recorded."""

    status = HTTPStatus.NOT_FOUND


class WrongParameter(ApiError):
    """A parameter that is unknown, empty, repeated, unreadable or out of range."""

    def __init__(self, why: str, parameter: str, value: str, accepted: Sequence[str]) -> None:
        super().__init__(f"{_shown(parameter)}: {why}")
        self.body = {
            "detail": str(self),
            "parameter": _shown(parameter),
            "value": _shown(value),
            "accepted": list(accepted),
        }

    def response(self) -> HttpResponse:
        """The error with the parameter, its value and the accepted values."""
        return HttpResponse(orjson.dumps(self.body), content_type=JSON, status=self.status)


def error_response(status: int, detail: str = "") -> HttpResponse:
    """``{"detail": …}`` with this status; the status's own phrase where nothing better is known."""
    body = {"detail": detail or f"{HTTPStatus(status).phrase}."}
    return HttpResponse(orjson.dumps(body), content_type=JSON, status=status)


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
