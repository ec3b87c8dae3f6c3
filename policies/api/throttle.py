"""How often one client may ask: so many requests in each window of time, counted in the cache.

The header fields are those of the IETF draft "RateLimit header fields for HTTP".
"""

from __future__ import annotations

import hashlib
import time
from http import HTTPStatus
from typing import NamedTuple

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.http import HttpResponse

from policies.api.errors import error_response

CACHE = "api-rate"
POLICY = '"default"'


class Spent(NamedTuple):
    """``used`` of ``quota`` requests in a ``window`` of seconds, which ends in ``reset`` seconds."""

    quota: int
    window: int
    used: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """What every answer tells of it."""
        left = max(0, self.quota - self.used)
        return {
            "RateLimit-Policy": f"{POLICY};q={self.quota};w={self.window}",
            "RateLimit": f"{POLICY};r={left};t={self.reset}",
        }

    def refusal(self) -> HttpResponse | None:
        """The 429 of a client that has spent its quota, else None."""
        if self.used <= self.quota:
            return None
        told = (
            f"{self.quota} requests in {self.window} seconds are spent; wait {self.reset} seconds."
        )
        response = error_response(HTTPStatus.TOO_MANY_REQUESTS, told)
        response.headers["Retry-After"] = str(self.reset)
        return response


def spend(client: str) -> Spent | None:
    """Count one request of a client; None where nothing is limited.

    Windows begin at the same moment for all, so one key a client and window is enough.
    """
    if settings.API_RATE is None:
        return None
    quota, window = settings.API_RATE
    number, gone = divmod(int(time.time()), window)
    key = f"{hashlib.sha256(client.encode()).hexdigest()}:{number}"
    cache = caches[CACHE]
    return Spent(quota, window, _counted(cache, key, window), window - gone)


def _counted(cache: BaseCache, key: str, window: int) -> int:
    """How often the key was counted in its window, with this time; most times it was before."""
    for _ in range(2):
        try:
            return cache.incr(key)
        except ValueError:
            if cache.add(key, 1, window):
                return 1
    return 1  # the window ended in between
