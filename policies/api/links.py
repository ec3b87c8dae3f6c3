"""Where an answer leads: which of its values are another question's parameters (OpenAPI links)."""

from __future__ import annotations

from typing import Any

BODY = "$response.body#"
LISTS = ("listRoutes", "listLicenses", "listTerms", "listProviders")


def _link(operation: str, description: str, **pointers: str) -> dict[str, Any]:
    return {
        "operationId": operation,
        "description": description,
        "parameters": {name: f"{BODY}{pointer}" for name, pointer in pointers.items()},
    }


def _next(operation: str, **also: str) -> dict[str, Any]:
    """The page after this one; the value is null on the last page, which leads nowhere."""
    told = "The page after this one, where meta.next is not null."
    return {"next": _link(operation, told, after="/meta/next", **also)}


PROVIDERS = _link("listModelProviders", "The providers of a model.", canonicalId="/data/0/id")
WHY = _link("explain", "Why a model has its answer.", model="/data/0/id")
SINCE = _link("listChanges", "What changes after this answer.", since="/meta/revision")

LINKS: dict[str, dict[str, Any]] = {
    "listTextModels": {"providers": PROVIDERS, "why": WHY, "changes": SINCE},
    "searchTextModels": {"providers": PROVIDERS, "why": WHY},
    "listOpenAIModels": {"providers": PROVIDERS},
    "listChanges": _next("listChanges", since="/meta/since", differing="/meta/differing"),
    "getManifest": {
        "export": _link("exportCatalog", "The export of this very state.", as_of="/revision"),
        "changes": _link("listChanges", "What changes after this state.", since="/revision"),
    },
    **{name: _next(name, sort="/meta/sort") for name in LISTS},
}
"""Operation → name of a link → the link."""
LINKS["listRoutes"]["why"] = _link(
    "explain", "Why a route has its answer.", model="/data/0/model", provider="/data/0/provider"
)


def links_of(operation: str) -> dict[str, Any]:
    """The links of an operation's answer; none where it leads nowhere."""
    return LINKS.get(operation, {})
