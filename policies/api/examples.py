"""Examples for the OpenAPI document: of parameters, and of answers put together from their fields."""

from __future__ import annotations

from typing import Any

OF_PARAMETER = {
    "q": "qwen",
    "canonicalId": "qwen/qwen3-32b",
    "model": "qwen/qwen3-32b",
    "owner": "qwen",
    "family": "qwen",
    "provider": "fireworks",
    "license": "apache-2.0",
    "terms": "fireworks",
    "after": "WyJtb2RlbCIsMTAwXQ",
    "since": "12",
    "as_of": "2026-11-24",
}
"""Parameters whose declaration shows no value that a client would send."""

PLAIN = {"integer": 1, "boolean": True, "string": ""}


def example_of(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """An example of a shape: its own, else one of its first choices, else put together from its parts."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for key in ("examples", "enum"):
        if key in schema:
            return schema[key][0]
    if "const" in schema:
        return schema["const"]
    for key in ("anyOf", "allOf"):
        if key in schema:
            return example_of(schema[key][0], schemas)
    if "properties" in schema:
        return {name: example_of(one, schemas) for name, one in schema["properties"].items()}
    if schema["type"] == "array":
        return [example_of(schema["items"], schemas)]
    return PLAIN[schema["type"]]
