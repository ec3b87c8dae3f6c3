"""The OpenAPI 3.1 document: what ninja builds from the operations, and what holds for all of them.

Who may ask, the errors that any address can give, the heads of answers, and examples are told here
once; an operation declares its own answer and parameters alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

import orjson

from policies.api.errors import KINDS, PROBLEM, Kind, problem
from policies.api.examples import example_of, example_of_parameter
from policies.api.links import links_of
from policies.api.schemas import Error

Node = dict[str, Any]

SHARED = "#/components/responses/"
HEADERS = {
    "ETag": "Stands for the revision, the question and the way of answering; send it back as "
    "If-None-Match.",
    "Nanopolicy-Revision": "The number of the revision that the answer shows, and no other.",
    "Cache-Control": "Keep the answer if you like, and ask again each time: unchanged is a 304.",
    "Vary": "What of the request the answer depends on.",
    "RateLimit-Policy": "The quota and its window in seconds, where requests are limited.",
    "RateLimit": "What is left of the quota and in how many seconds it begins anew.",
}
SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "npk_…",
        "description": "A token, made in the admin or by `manage.py token create`. Where an installation "
        "lets anybody read, none is needed; a wrong one is refused there too.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The session of a login, for reading in a browser.",
    },
}


@cache
def openapi_bytes(*, public: bool = False) -> bytes:
    """The document, which changes with the code alone; ``public`` where anybody may read."""
    whole = document()
    if public:
        whole["security"].append({})
    return orjson.dumps(whole, option=orjson.OPT_NON_STR_KEYS)


def openapi_text() -> str:
    """The document as it is committed: a line for each value, so that a change shows as one."""
    options = orjson.OPT_NON_STR_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(document(), option=options).decode()


def document() -> Node:
    """The document as a tree."""
    from policies.api import api

    # Through JSON, since ninja shares parts of it between calls.
    whole: Node = orjson.loads(
        orjson.dumps(api.get_openapi_schema(), option=orjson.OPT_NON_STR_KEYS)
    )
    components = whole["components"]
    components["schemas"]["Error"] = Error.model_json_schema()
    _untitled(whole)
    components["responses"] = {kind.code: _error(kind) for kind in KINDS} | {
        "not-modified": {
            "description": "Nothing changed since the answer of this ETag.",
            "headers": _headers("ETag", "Nanopolicy-Revision", "Cache-Control", "Vary"),
        }
    }
    components["headers"] = {
        name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()
    }
    components["securitySchemes"] = SECURITY
    whole["security"] = [{name: []} for name in SECURITY]
    for operation in operations(whole):
        _complete(operation, components["schemas"])
        if links := links_of(operation["operationId"]):
            operation["responses"]["200"]["links"] = links
    # Query strings are told parameter by parameter, so their shapes are referred to by nothing.
    components["schemas"] = _referred(whole)
    return whole


def _untitled(node: Any) -> None:
    """Leave out the titles that are made of names: they say nothing and fill the document."""
    if isinstance(node, dict):
        if isinstance(node.get("title"), str) and "version" not in node:
            del node["title"]
        for part in node.values():
            _untitled(part)
    elif isinstance(node, list):
        for part in node:
            _untitled(part)


def operations(whole: Node) -> Iterator[Node]:
    """Every operation of the document."""
    for methods in whole["paths"].values():
        yield from methods.values()


def _complete(operation: Node, schemas: Node) -> None:
    for parameter in operation["parameters"]:
        _exemplify(parameter, operation["operationId"])
    for sent in operation.get("requestBody", {}).get("content", {}).values():
        sent["example"] = example_of(sent["schema"], schemas)
    responses = operation["responses"]
    possible = {
        HTTPStatus.NOT_FOUND: any(one["in"] == "path" for one in operation["parameters"]),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "requestBody" in operation,
    }
    own = {status: told for status, told in responses.items() if int(status) < 400}
    for told in own.values():
        told["headers"] = _headers(*HEADERS)
        for kind, body in told.get("content", {}).items():
            if kind != "text/csv":
                body["example"] = example_of(body["schema"], schemas)
    shared = {
        str(kind.status.value): {"$ref": f"{SHARED}{kind.code}"}
        for kind in KINDS
        if possible.get(kind.status, True) or str(kind.status.value) in responses
    }
    unchanged = {} if "requestBody" in operation else {"304": {"$ref": f"{SHARED}not-modified"}}
    operation["responses"] = dict(sorted((own | unchanged | shared).items()))


def _exemplify(parameter: Node, operation: str) -> None:
    """One example; ninja copies a shape's list of examples to where OpenAPI wants a map."""
    schema = parameter["schema"]
    schema.pop("description", None)  # stands at the parameter
    found = parameter.pop("examples", None) or schema.get("enum") or [schema.get("const")]
    schema.pop("examples", None)
    parameter["example"] = example_of_parameter(
        operation, parameter["name"], schema.get("default", found[0])
    )


def _error(kind: Kind) -> Node:
    example = problem(kind.status) | OF_PARAMETER_ERROR.get(kind.code, {})
    return {
        "description": kind.meaning,
        "content": {
            PROBLEM: {"schema": {"$ref": "#/components/schemas/Error"}, "example": example}
        },
        "headers": _headers("Cache-Control", "Vary", "RateLimit-Policy", "RateLimit"),
    }


def _headers(*names: str) -> Node:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _referred(whole: Node) -> Node:
    """The shapes that an answer, a body or another such shape refers to."""
    schemas = whole["components"]["schemas"]
    found: set[str] = set()
    asked = [whole["paths"], whole["components"]["responses"]]
    while asked:
        new = set(_references(asked.pop())) & schemas.keys() - found
        found |= new
        asked += [schemas[name] for name in new]
    return {name: schemas[name] for name in sorted(found)}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value.rpartition("/")[2]
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


OF_PARAMETER_ERROR = {
    "wrong-parameter": {
        "detail": "distillation: accepted: allowed, disallowed, unknown, all.",
        "parameter": "distillation",
        "value": "alowed",
        "accepted": ["allowed", "disallowed", "unknown", "all"],
    }
}
