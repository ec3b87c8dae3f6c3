"""The export over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router

from policies.api import schemas
from policies.api.answering import answer
from policies.api.compressing import takes_gzip
from policies.api.params import ExportQuery, accepts
from policies.export import FORMATS, describe, published, stream
from policies.export.files import ready, written
from policies.export.manifest import file_name
from policies.models import Revision

router = Router(tags=["Export"])

CONTENT: dict[str, Any] = {
    "application/x-ndjson": {"schema": {"$ref": "#/components/schemas/ExportedModel"}},
    "text/csv": {"schema": {"type": "string"}},
}


@router.get(
    "/export",
    response={
        200: schemas.ExportDocument,
        400: schemas.Error,
        401: schemas.Error,
        405: schemas.Error,
    },
    operation_id="exportCatalog",
    summary="Export",
    openapi_extra={"responses": {200: {"content": CONTENT}}},
)
@accepts(ExportQuery)
def export(request: HttpRequest, query: Query[ExportQuery]) -> HttpResponseBase:
    """Everything, in a fixed order, of exactly one revision.

    It is written to a file before the first byte leaves, or was so when the revision was published.
    """

    def build(revision: Revision | None) -> HttpResponseBase:
        meta = describe(revision)
        told = {
            "filename": file_name(query.format, meta["revision"]),
            "content_type": FORMATS[query.format].content_type,
        }
        zipped = takes_gzip(request.headers.get("Accept-Encoding", ""))
        found = published.find(meta, query.format, zipped=zipped)
        if found is None:
            return written(stream(query.format, meta), **told)
        response = ready(found.file, size=found.size, **told)
        if found.zipped:
            response.headers["Content-Encoding"] = "gzip"
        return response

    return answer(request, query, build, reads_request=True)
