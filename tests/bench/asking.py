"""Requests to Django in this process: the whole middleware, no socket, no test client in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.test import RequestFactory, override_settings

from policies.api import decided
from policies.api.kept import answers

MANY = (10**9, 60)
"""A quota that is counted, as in production, and never spent."""

Job = Callable[[], bytes]


class Asker:
    """Makes jobs that ask for one address each."""

    def __init__(self) -> None:
        self._handler = WSGIHandler()

    def job(
        self,
        address: str,
        *,
        status: int = 200,
        anew: bool = False,
        first: bool = False,
        **headers: str,
    ) -> Job:
        """A job that gives the body.

        ``anew`` forgets before it the answers that the API keeps, ``first`` all that is kept of a state.
        """
        path, _, query = address.partition("?")
        environ = RequestFactory().get(path, headers=headers).environ | {"QUERY_STRING": query}

        def ask() -> bytes:
            if anew or first:
                answers.forget()
            if first:
                decided.forget()
                cache.clear()
            response = self._handler.get_response(WSGIRequest(dict(environ)))
            body = b"".join(response)
            response.close()
            assert response.status_code == status, (address, response.status_code, body[:500])
            return body

        return ask

    def tag(self, address: str) -> str:
        """The ETag of an address."""
        response: Any = self._handler.get_response(RequestFactory().get(address))
        response.close()
        return response.headers["ETag"]


@contextmanager
def asking() -> Iterator[Asker]:
    """Anybody may ask, the product and the others."""
    with override_settings(
        ROOT_URLCONF="tests.bench.rivals.urls",
        PUBLIC_READ=True,
        ALLOWED_HOSTS=["*"],
        DEBUG=False,
        API_RATE=MANY,
    ):
        yield Asker()
