"""Reading pages and the API from a streaming replica, so that the primary has the writers to itself.

Whoever wrote something reads the primary for a while, as does the admin always, and everybody does
while the replica is away or behind: an answer of long ago must not be taken for today's.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse

from nanopolicy.wall import ADMIN, API, READING

PRIMARY, REPLICA = "default", "replica"
PIN = "primary"
"""The cookie of whoever wrote something lately."""
PINNED_FOR = 30
"""Seconds that one reads the primary after writing."""
BEHIND = 30
"""Seconds that the replica may lag."""
ASKED_EVERY = 5.0
"""Seconds for which it is believed that the replica is usable, or is not."""
STATE = """
SELECT EXISTS (SELECT FROM pg_stat_wal_receiver)
   AND (pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
        OR now() - pg_last_xact_replay_timestamp() < make_interval(secs => %s))
"""
"""Connected to the primary, and all applied, or not long behind: while nothing is written no time passes."""

log = logging.getLogger(__name__)


class Health:
    """Whether the replica can be read, asked every few seconds and not for each request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._usable = False
        self._until = 0.0

    def usable(self) -> bool:
        """What was found last, or is found now; while one thread asks, the others believe the last."""
        if monotonic() >= self._until and self._lock.acquire(blocking=False):
            try:
                found = _is_usable()
                if found != self._usable:
                    log.log(
                        logging.INFO if found else logging.WARNING,
                        "Reading from the %s.",
                        REPLICA if found else "primary: the replica is away or behind",
                    )
                self._usable, self._until = found, monotonic() + ASKED_EVERY
            finally:
                self._lock.release()
        return self._usable and self._connects()

    def _connects(self) -> bool:
        """Whether it takes this request's connection: it may have gone since it was asked."""
        try:
            connections[REPLICA].close_if_health_check_failed()
            connections[REPLICA].ensure_connection()
        except DatabaseError:
            log.warning("The replica takes no connection; reading from the primary.")
            self._usable = False
        return self._usable


health = Health()
"""One for the process, whoever asks."""


class ReplicaMiddleware:
    """Stands inside of sessions and the wall, so that logins and tokens are read where they are written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if REPLICA not in connections.settings:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a reader from the replica, and remember who wrote."""
        if request.method not in READING:
            return _pinned(request, self.get_response(request))
        with where_it_is_read(request):
            return self.get_response(request)


@contextmanager
def where_it_is_read(request: HttpRequest) -> Iterator[None]:
    """Answer a reader from the replica, where there is one that may be read; else from the primary."""
    if REPLICA not in connections.settings or not may_lag(request) or not health.usable():
        yield
        return
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        # Now, from the primary: a session that the replica does not have yet would be a logout.
        _ = request.user.is_authenticated
    with from_replica():
        yield


def may_lag(request: HttpRequest) -> bool:
    """Whether the reader may see what was so a moment ago."""
    return PIN not in request.COOKIES and not request.path_info.startswith((ADMIN, "/readyz"))


@contextmanager
def from_replica() -> Iterator[None]:
    """Let this thread's default connection be the replica's: for the ORM, cursors and snapshots alike.

    A router would leave out whatever asks a connection itself, and one state must come from one place.
    """
    primary = connections[PRIMARY]
    connections[PRIMARY] = connections[REPLICA]
    try:
        yield
    finally:
        connections[PRIMARY] = primary


def _pinned(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not request.path_info.startswith(API):  # what is sent there is a question
        response.set_cookie(
            PIN,
            "1",
            max_age=PINNED_FOR,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def _is_usable() -> bool:
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(STATE, [BEHIND])
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        connections[REPLICA].close()
        return False
