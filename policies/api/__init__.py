"""The JSON API: routing, parameters and the OpenAPI document by ninja; bytes and errors of our own."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from nanopolicy import __version__
from policies.api import (
    catalog,
    changes,
    checking,
    docs,
    documents,
    explaining,
    exporting,
    manifest,
    nowhere,
    routes,
)
from policies.api.errors import SERVER_ERROR, ApiError, WrongParameter, error_response
from policies.api.params import accepted
from policies.bases import NOTICE

logger = logging.getLogger("policies.api")

api = NinjaAPI(
    title="nanopolicy",
    version=__version__,
    description=f"May the outputs of a text model, served by a given provider, be used to train or "
    f"distil another model? {NOTICE}",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
)
api.add_router("", catalog.router)
api.add_router("", routes.router)
api.add_router("", documents.router)
api.add_router("", exporting.router)
api.add_router("", manifest.router)
api.add_router("", changes.router)
api.add_router("", explaining.router)
api.add_router("", checking.router)
api.add_router("", docs.router)
api.add_router("", nowhere.router)  # last: it matches every address


@api.exception_handler(ApiError)
def _refused(request: HttpRequest, error: ApiError) -> HttpResponse:
    return error.response()


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    name = str(error.errors[0]["loc"][-1])
    expected = accepted(request.accepted_query, name)  # type: ignore[attr-defined]
    why = f"accepted: {', '.join(expected)}."
    return WrongParameter(why, name, request.GET.get(name, ""), expected).response()


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("The API failed at %s", request.path, exc_info=error)
    return error_response(500, SERVER_ERROR)
