"""Who asks with a token: ``Authorization: Bearer npk_…``. What is no token never counts as none."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from policies.api.errors import ApiError, error_response
from policies.bases import TokenScope
from policies.models import ApiToken

logger = logging.getLogger("policies.api")

REALM = 'Bearer realm="nanopolicy"'
REACH = {TokenScope.READ: ("/api/",), TokenScope.EXPORT: ("/api/export", "/api/v1/manifest")}
"""Scope → the beginnings of the addresses that it covers."""


class Asker(NamedTuple):
    """Who makes a request: ``name`` for counting, a token, or ``anonymous`` where anybody may read."""

    name: str
    token: ApiToken | None = None
    anonymous: bool = False


class Unauthenticated(ApiError):
    """Nobody is recognized; ``code`` is RFC 6750's word for what is wrong with a token, if one was sent."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, why: str = "Authentication required.", code: str = "") -> None:
        super().__init__(why)
        self.challenge = f'{REALM}, error="{code}"' if code else REALM

    def response(self) -> HttpResponse:
        """The error, with the way in."""
        response = super().response()
        response.headers["WWW-Authenticate"] = self.challenge
        return response


class OutOfScope(ApiError):
    """The token may not ask this."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self, token: ApiToken, needed: TokenScope) -> None:
        scopes = ", ".join(token.scopes)
        super().__init__(f"The scopes of the token {token.prefix} ({scopes}) do not cover this.")
        self.needed = needed

    def response(self) -> HttpResponse:
        """The error, with the scope that would do."""
        told = error_response(self.status, str(self), accepted=[self.needed.value])
        told.headers["WWW-Authenticate"] = (
            f'{REALM}, error="insufficient_scope", scope="{self.needed.value}"'
        )
        return told


def token_of(request: HttpRequest) -> ApiToken | None:
    """The usable token that a request carries, or None where it carries no credentials of this kind.

    Raises ``Unauthenticated`` for any other. Basic credentials are a proxy's own business.
    """
    header = request.META.get("HTTP_AUTHORIZATION", "").strip()
    scheme, _, text = header.partition(" ")
    if not header or scheme.lower() == "basic":
        return None
    if scheme.lower() != "bearer":
        raise Unauthenticated("Send the token as: Authorization: Bearer npk_….", "invalid_request")
    token = ApiToken.of_text(text.strip())
    why = token.refusal(timezone.now()) if token else "This is no token that was issued here."
    if token is None or why:
        raise Unauthenticated(why, "invalid_token")
    return token


def refuse_out_of_scope(token: ApiToken, path: str) -> None:
    """Raise ``OutOfScope`` where none of the token's scopes covers the address."""
    if not any(path.startswith(REACH[TokenScope(scope)]) for scope in token.scopes):
        raise OutOfScope(token, TokenScope.READ)


def note_use(token: ApiToken, at: datetime) -> None:
    """Remember that the token was used, every ten minutes, without ever waiting or failing.

    Where a writer is at work, or nothing can be written, the next request tries again.
    """
    if not token.use_is_worth_noting(at):
        return
    try:
        with _without_waiting(), transaction.atomic():
            # On PostgreSQL a row that another request is noting is skipped, and not waited for.
            free = ApiToken.objects.select_for_update(skip_locked=True).filter(
                pk=token.pk, last_used_at=token.last_used_at
            )
            ApiToken.objects.filter(pk__in=[row.pk for row in free]).update(last_used_at=at)
    except DatabaseError as error:
        logger.debug("The use of token %s was not noted: %s", token.prefix, error)


@contextmanager
def _without_waiting() -> Iterator[None]:
    """SQLite has one writer: take the lock at once or not at all. Elsewhere rows are locked."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        [patience] = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")
