"""A reader of the API, and the small catalog it reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.golden.catalog import record_small_catalog


@pytest.fixture
def public(settings) -> None:
    """Anybody may read, so that no query for a session is counted."""
    settings.PUBLIC_READ = True


@pytest.fixture(scope="module")
def recorded_catalog(kept) -> None:
    record_small_catalog()


@pytest.fixture
def small_catalog(recorded_catalog, db) -> None:
    """Recorded once for those tests of a module that ask for it."""


@pytest.fixture
def get(client, db, public) -> Callable[..., Any]:
    """The response to a GET of this address; ``body`` is what was sent, streamed or not."""

    def get(address: str, **headers: str) -> Any:
        response = client.get(address, headers=headers)
        response.body = b"".join(response)
        return response

    return get


@pytest.fixture
def read(get) -> Callable[[str], Any]:
    """The JSON of a successful GET."""

    def read(address: str) -> Any:
        response = get(address)
        assert response.status_code == 200, response.content
        assert response.headers["Content-Type"] == "application/json"
        return response.json()

    return read
