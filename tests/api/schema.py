"""Answers held to the published OpenAPI document."""

from __future__ import annotations

from typing import Any

import jsonschema
import orjson

from policies.api.errors import PROBLEM
from policies.api.openapi import openapi_bytes


def document() -> dict[str, Any]:
    return orjson.loads(openapi_bytes())


def schema_of(path: str, status: int, kind: str = "") -> dict[str, Any]:
    """The schema of one answer, in which the references of the whole document work."""
    whole = document()
    [operation] = whole["paths"][path].values()
    response = operation["responses"][str(status)]
    if "$ref" in response:
        response = whole["components"]["responses"][response["$ref"].rpartition("/")[2]]
    kind = kind or (PROBLEM if status >= 400 else "application/json")
    return {**response["content"][kind]["schema"], "components": whole["components"]}


def assert_follows(answer: Any, path: str, status: int = 200, kind: str = "") -> None:
    jsonschema.Draft202012Validator(schema_of(path, status, kind)).validate(answer)
