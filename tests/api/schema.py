"""Answers held to the published OpenAPI document."""

from __future__ import annotations

from typing import Any

import jsonschema
import orjson

from policies.api.docs import openapi_bytes


def document() -> dict[str, Any]:
    return orjson.loads(openapi_bytes())


def schema_of(path: str, status: int, kind: str = "application/json") -> dict[str, Any]:
    """The schema of one answer, in which the references of the whole document work."""
    whole = document()
    response = whole["paths"][path]["get"]["responses"][str(status)]
    return {**response["content"][kind]["schema"], "components": whole["components"]}


def assert_follows(
    answer: Any, path: str, status: int = 200, kind: str = "application/json"
) -> None:
    jsonschema.Draft202012Validator(schema_of(path, status, kind)).validate(answer)
