"""Examples for the OpenAPI document: of parameters, and of answers put together from their fields."""

from __future__ import annotations

from typing import Any

OF_PARAMETER = {
    "q": "qwen",
    "canonicalId": "qwen/qwen3-32b",
    "model": "alibaba/qwen3-32b",
    "owner": "Alibaba",
    "family": "qwen3-open",
    "provider": "groq",
    "license": "apache-2.0",
    "terms": "groq-terms",
    "since": "0",
    "as_of": "r1",
}
"""Parameters whose declaration shows no value that a client would send; these work in the starter catalog."""

BY_NAME = "WyJuYW1lIiwxLCJBIiwiYSJd"
OF_OPERATION = {
    ("listRoutes", "after"): "WyJtb2RlbCIsMTAwLCJhbGliYWJhL3F3ZW4zLTMyYiIsMV0",
    ("listLicenses", "after"): BY_NAME,
    ("listTerms", "after"): BY_NAME,
    ("listProviders", "after"): BY_NAME,
    ("listChanges", "after"): "WzEsImFsaWJhYmEvcXdlbjMtMzJiIiwiIiwiIl0",
}
"""(Operation, parameter) → an example of it where each operation has its own values."""

PLAIN = {"integer": 1, "boolean": True, "string": ""}


def example_of_parameter(operation: str, name: str, declared: Any) -> Any:
    """An example of a parameter: one that works, else what its declaration shows."""
    return OF_OPERATION.get((operation, name), OF_PARAMETER.get(name, declared))


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
