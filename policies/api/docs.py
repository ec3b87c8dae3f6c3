"""The OpenAPI document, and the page for people that is made from it."""

from __future__ import annotations

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from ninja import Router

from policies.api import reference
from policies.api.errors import JSON, KINDS
from policies.api.openapi import openapi_bytes
from policies.api.params import NoQuery, accepts
from policies.models import Revision
from policies.revisions import snapshot

router = Router()


@router.get("/openapi.json", include_in_schema=False)
@accepts(NoQuery)
def openapi(request: HttpRequest) -> HttpResponseBase:
    """The OpenAPI 3.1 document."""
    return HttpResponse(openapi_bytes(public=settings.PUBLIC_READ), content_type=JSON)


@router.get("/docs", include_in_schema=False)
@accepts(NoQuery)
def docs(request: HttpRequest) -> HttpResponseBase:
    """The documentation page: without script, since the usual viewers break a strict CSP."""
    document = orjson.loads(openapi_bytes())
    context = {
        "title": "API",
        "section": "api",
        "public": settings.PUBLIC_READ,
        "rate": settings.API_RATE,
        "kinds": KINDS,
        "operations": reference.operations(document),
        "schemas": reference.schemas(document),
    }
    with snapshot():
        context["revision"] = Revision.objects.current()
        return render(request, "policies/api_docs.html", context)
