"""Answers that were given lately, as bytes: the same question about the same state is not asked twice.

In the memory of one process and bounded there. What changes an answer is in its key, so nothing is
ever taken out for being old; what nobody asks for any more is pushed out by what somebody does.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from threading import Lock

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from policies.api.errors import JSON

ALL_TOGETHER = 32 << 20
"""Bytes of all that is kept; the oldest use goes first."""
BIGGEST = 1 << 20
"""Bytes of one answer; a larger one is made anew each time."""


class Kept:
    """Key → body, of at most so many bytes together; safe to use from many threads."""

    def __init__(self, most: int = ALL_TOGETHER, biggest: int = BIGGEST) -> None:
        self._most, self._biggest = most, biggest
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()
        self.size = 0

    def find(self, key: str) -> bytes | None:
        """The body of this key, which is now the last to go."""
        with self._lock:
            body = self._bodies.get(key)
            if body is not None:
                self._bodies.move_to_end(key)
        return body

    def has(self, key: str) -> bool:
        """Whether there is a body of this key, which is not asked for yet."""
        return key in self._bodies

    def keep(self, key: str, body: bytes) -> None:
        """Remember a body, unless it is too big, in the place of those that were not used for longest."""
        if len(body) > self._biggest:
            return
        with self._lock:
            self.size += len(body) - len(self._bodies.pop(key, b""))
            self._bodies[key] = body
            while self.size > self._most:
                _, oldest = self._bodies.popitem(last=False)
                self.size -= len(oldest)

    def forget(self) -> None:
        """Remember nothing."""
        with self._lock:
            self._bodies.clear()
            self.size = 0


answers = Kept()
"""The process's own."""


def find(key: str) -> HttpResponse | None:
    """The answer that is kept under ``key``."""
    body = answers.find(key)
    return None if body is None else HttpResponse(body, content_type=JSON)


def made(key: str, build: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer under ``key``, or what ``build`` makes, which is kept if it is whole and small JSON.

    The key names the state and the whole question. Who asks must not show in what ``build`` makes.
    """
    found = find(key)
    if found is not None:
        return found
    response = build()
    # A file is sent as a stream, and is kept elsewhere where it is published.
    if isinstance(response, HttpResponse) and _is_json(response):
        answers.keep(key, response.content)
    return response


def _is_json(response: HttpResponse) -> bool:
    return (
        response.status_code == HTTPStatus.OK
        and response.headers["Content-Type"] == JSON
        and not response.cookies
    )
