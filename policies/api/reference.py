"""What the documentation page says, read from the OpenAPI document alone."""

from __future__ import annotations

import json
from typing import Any

EXAMPLES = {
    "listTextModels": "/api/explore/text-models?distillation=allowed",
    "searchTextModels": "/api/explore/search?q=qwen&distillation=allowed",
    "listOpenAIModels": "/api/v1/models?detailed=true",
    "listModelProviders": "/api/models/qwen%2Fqwen3-32b/providers",
    "listRoutes": "/api/v1/routes?status=allowed&sort=-verified&fields=model,provider,distillationPolicy",
    "listLicenses": "/api/v1/licenses?status=allowed&sort=-routes",
    "listTerms": "/api/v1/terms?q=fireworks",
    "listProviders": "/api/v1/providers?sort=-disallowed",
    "exportCatalog": "/api/export?format=json",
    "getManifest": "/api/v1/manifest",
    "listChanges": "/api/v1/changes?since=0",
    "explain": "/api/v1/explain?model=qwen%2Fqwen3-32b",
    "checkRoutes": "/api/v1/check",
}
LIMITS = (("minimum", "from"), ("maximum", "to"), ("maxLength", "of at most"))


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Each operation: path, sentence, example, parameters and answers."""
    return [
        {
            "id": operation["operationId"],
            "summary": operation["summary"],
            "method": method.upper(),
            "path": path,
            "example": EXAMPLES[operation["operationId"]],
            "body": _body(operation),
            "description": operation["description"],
            "parameters": [_parameter(one) for one in operation["parameters"]],
            "answers": _answers(operation["responses"], document["components"]["responses"]),
            "answer": _example(operation["responses"]["200"]),
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def schemas(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Each shape: its fields with type and meaning."""
    return [
        {
            "name": name,
            "description": schema["description"],
            "fields": [
                {
                    "name": field,
                    "type": type_of(details),
                    "link": _link(details),
                    "required": field in schema.get("required", ()),
                    "description": details.get("description", ""),
                }
                for field, details in schema["properties"].items()
            ],
        }
        for name, schema in sorted(document["components"]["schemas"].items())
    ]


def type_of(schema: dict[str, Any]) -> str:
    """A shape in a few words: ``integer``, ``list of Model``, ``allowed | unknown``."""
    schema = _plain(schema)
    if "$ref" in schema:
        return _name(schema["$ref"])
    if "anyOf" in schema:
        return " | ".join(type_of(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if "const" in schema:
        return schema["const"]
    if schema["type"] == "array":
        return f"list of {type_of(schema['items'])}"
    return schema["type"]


def _body(operation: dict[str, Any]) -> dict[str, str]:
    """The shape of the body that is sent, and an example; empty where none is."""
    for body in operation.get("requestBody", {}).get("content", {}).values():
        example = json.dumps(body["example"])
        return {"shape": type_of(body["schema"]), "link": _link(body["schema"]), "example": example}
    return {}


def _example(response: dict[str, Any]) -> str:
    """The first example of an answer, a line for each value."""
    bodies = response["content"].values()
    examples = (body["example"] for body in bodies if "example" in body)
    return json.dumps(next(examples), indent=2, ensure_ascii=False)


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter["schema"]
    limits = [f"{words} {schema[key]}" for key, words in LIMITS if key in schema]
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "type": " ".join([type_of(schema), *limits]),
        "choices": schema.get("enum", []),
        "default": schema.get("default", ""),
        "example": parameter["example"],
        "description": parameter.get("description", ""),
    }


def _answers(responses: dict[str, Any], shared: dict[str, Any]) -> list[dict[str, Any]]:
    """Statuses with the same body stand together."""
    groups: dict[str, dict[str, Any]] = {}
    for status, response in responses.items():
        bodies = _bodies(shared[_name(response["$ref"])] if "$ref" in response else response)
        group = groups.setdefault(str(bodies), {"statuses": [], "bodies": bodies})
        group["statuses"].append(status)
    return list(groups.values())


def _bodies(response: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"kind": kind, "shape": type_of(body["schema"]), "link": _link(body["schema"])}
        for kind, body in response.get("content", {}).items()
    ]


def _link(schema: dict[str, Any]) -> str:
    """The name of the shape that a field or an answer refers to, or nothing."""
    schema = _plain(schema)
    return _name(schema.get("$ref") or schema.get("items", {}).get("$ref", ""))


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """A reference that can be absent comes wrapped in an ``allOf`` of one."""
    return schema.get("allOf", [schema])[0]


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]
