"""DATABASE_URL to Django's settings, for the two engines; what the parser would misread is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

ACCEPTED = (
    "postgresql://user:password@host:port/name or sqlite:///path "
    "(in a password, percent-encode the characters @ : / # ? %)"
)
POSTGRESQL = "nanopolicy.postgresql"
"""The backend of Django's, extended."""
REPLICA_PATIENCE = 2
"""Seconds that a replica has to take a connection."""
SQLITE_KEPT_OPEN = 60
"""Seconds: to open the file anew for each request takes longer than most answers. Not for ever, since a
file that was replaced under a running server must be noticed."""
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
    "PRAGMA cache_size=-8000;"
)
"""A cache of 8,000 KiB: with the usual 2 MiB, what writes many rows reads the same pages again and again."""


def _refuse(url: str, why: str) -> ImproperlyConfigured:
    """Return the error; the part that may hold a password is not shown."""
    scheme, found, rest = url.partition("://")
    shown = f"{scheme}://…{rest.rpartition('@')[2]}" if found and "@" in rest else url
    return ImproperlyConfigured(f"DATABASE_URL is {shown!r}: {why}; accepted: {ACCEPTED}.")


def _check(url: str) -> str:
    """Return the scheme of ``url``, or refuse what would be parsed into something else than was meant."""
    if any(ord(char) < 33 for char in url):
        raise _refuse(url, "it contains a blank or a control character")
    if "#" in url:
        raise _refuse(url, "an unescaped # makes it ambiguous")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refuse(url, "the host or the port cannot be read") from None
    if parts.scheme not in ("postgresql", "postgres", "sqlite") or "://" not in url:
        raise _refuse(url, "the scheme is not one of postgresql, sqlite")
    if parts.netloc.count("@") > 1 or "@" in parts.path:
        raise _refuse(url, "an unescaped @ makes it ambiguous")
    if port == 0:
        raise _refuse(url, "the port is 0")
    return parts.scheme


def _sqlite(url: str, base: Path) -> dict[str, Any]:
    path = dj_database_url.parse(url)["NAME"] if url != "sqlite:///" else ""
    if urlsplit(url).netloc or not path or path == ":memory:":
        raise _refuse(
            url, "no file is named (sqlite:///var/db.sqlite3, or four slashes for /absolute/path)"
        )
    # Relative to the project, not to wherever the command was started: else a second, empty database appears.
    file = base / path
    if not file.parent.is_dir():
        raise _refuse(url, f"the folder {file.parent} does not exist")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": SQLITE_KEPT_OPEN,
        # Immediate: a transaction that reads first and writes later would fail with "database is locked".
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
    }


def _postgresql(url: str, kept_open: int) -> dict[str, Any]:
    try:
        found: dict[str, Any] = dict(
            dj_database_url.parse(url, conn_max_age=kept_open, conn_health_checks=True)
        )
    except ValueError:
        raise _refuse(url, "it cannot be read") from None
    if not found.get("NAME") or "/" in str(found["NAME"]):
        raise _refuse(url, "it names no database, or a password holds an unescaped /")
    if not found.get("HOST"):
        raise _refuse(url, "it names no host (percent-encode the folder of a socket)")
    found["ENGINE"] = POSTGRESQL
    options = found.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 10)
    options.setdefault("application_name", "nanopolicy")
    return found


def replica(url: str, *, primary: dict[str, Any], kept_open: int) -> dict[str, Any]:
    """Return the settings of a streaming replica of ``primary``, which pages and the API read.

    It must answer soon, or the primary is asked instead.
    """
    try:
        if _check(url) == "sqlite" or "postgresql" not in primary["ENGINE"]:
            raise _refuse(url, "only PostgreSQL has replicas, so both must be PostgreSQL")
        found = _postgresql(url, kept_open)
    except ImproperlyConfigured as error:
        told = str(error).replace("DATABASE_URL", "DATABASE_REPLICA_URL", 1)
        raise ImproperlyConfigured(told) from None
    found["OPTIONS"]["connect_timeout"] = REPLICA_PATIENCE
    found["TEST"] = {"MIRROR": "default"}
    return found


def parse(url: str, *, base: Path, kept_open: int) -> dict[str, Any]:
    """Return Django's database settings for ``url``; a relative SQLite path is below ``base``.

    ``kept_open`` is for how many seconds a thread keeps its PostgreSQL connection; 0: for one request.
    """
    if _check(url) == "sqlite":
        return _sqlite(url, base)
    return _postgresql(url, kept_open)
