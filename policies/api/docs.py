"""The OpenAPI document, and the page for people that is made from it."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from ninja import Router

from policies.api import reference
from policies.api.errors import JSON
from policies.api.params import QUERIES, NoQuery, accepts
from policies.models import Revision
from policies.revisions import snapshot

router = Router()


@router.get("/openapi.json", include_in_schema=False)
@accepts(NoQuery)
def openapi(request: HttpRequest) -> HttpResponseBase:
    """The OpenAPI 3.1 document."""
    return HttpResponse(openapi_bytes(), content_type=JSON)


@router.get("/docs", include_in_schema=False)
@accepts(NoQuery)
def docs(request: HttpRequest) -> HttpResponseBase:
    """The documentation page: without script, since the usual viewers break a strict CSP."""
    document = orjson.loads(openapi_bytes())
    context = {
        "title": "API",
        "section": "api",
        "public": settings.PUBLIC_READ,
        "operations": reference.operations(document),
        "schemas": reference.schemas(document),
    }
    with snapshot():
        context["revision"] = Revision.objects.current()
        return render(request, "policies/api_docs.html", context)


@cache
def openapi_bytes() -> bytes:
    """The document as ninja builds it from the declared operations; it changes with the code alone."""
    from policies.api import api

    document: dict[str, Any] = api.get_openapi_schema()
    for (
        query
    ) in QUERIES:  # told parameter by parameter, so the shapes themselves are not referred to
        del document["components"]["schemas"][query.__name__]
    return orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS)
