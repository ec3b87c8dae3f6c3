"""Whether this process lives, and whether it can answer: for whoever starts, watches and routes to it.

Neither needs a login, and neither tells anything but that: what is wrong in detail is in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

import orjson
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from policies.api.errors import JSON
from policies.models import Revision

logger = logging.getLogger("policies.api")

OK = "ok"


@never_cache
@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; the database is not asked."""
    return _told(HTTPStatus.OK, {"status": "alive"})


@never_cache
@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 where answers can be read from a database of this release, else 503 with what is missing."""
    checks: dict[str, str] = {}
    for name, check in CHECKS.items():
        try:
            checks[name] = check()
        except DatabaseError:
            logger.exception("Not ready: %s", name)
            checks[name] = "failed"
        if checks[name] != OK:
            return _told(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "unready", "checks": checks})
    return _told(HTTPStatus.OK, {"status": "ready", "checks": checks})


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} to apply" if missing else OK


def _revision() -> str:
    return OK if Revision.objects.current() else "none recorded"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "revision": _revision,
}
"""What it takes to answer, each of which needs the one before."""


def _told(status: HTTPStatus, document: dict[str, object]) -> HttpResponse:
    return HttpResponse(orjson.dumps(document), content_type=JSON, status=status)
