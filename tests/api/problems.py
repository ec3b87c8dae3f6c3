"""What every error of the API looks like."""

from __future__ import annotations

from typing import Any

from policies.api.errors import OF_STATUS, PROBLEM
from tests.api.schema import assert_follows

MEMBERS = {"type", "title", "status", "detail"}
LIST = "/api/explore/text-models"


def problem_of(response: Any, status: int) -> dict[str, Any]:
    """The problem details of a response, which are as RFC 9457 and the OpenAPI document have them."""
    assert response.status_code == status
    assert response.headers["Content-Type"] == PROBLEM
    assert response.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = response.json()
    assert_follows(body, LIST, 400)
    assert set(body) >= MEMBERS
    assert body["status"] == status
    kind = OF_STATUS.get(response.status_code)
    assert body["type"] == (kind.type if kind else "about:blank")
    return body
