"""The export over HTTP."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router

from policies.api import schemas
from policies.api.answering import answer
from policies.api.params import ExportQuery, accepts
from policies.export import FORMATS, describe, stream
from policies.models import Revision

router = Router(tags=["Export"])

CONTENT: dict[str, Any] = {
    "application/x-ndjson": {"schema": {"$ref": "#/components/schemas/ExportedModel"}},
    "text/csv": {"schema": {"type": "string"}},
}


class WrittenFile(FileResponse):
    """A file that is sent in larger pieces than Django's 4 KiB."""

    block_size = 1 << 16


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

    It is written to a file before the first byte leaves: a failure half-way is an error and not a
    shorter export, the length is known, and a slow client holds no snapshot open.
    """

    def build(revision: Revision | None) -> HttpResponseBase:
        meta = describe(revision)
        file = TemporaryFile()  # noqa: SIM115 - the response closes it
        try:
            file.writelines(stream(query.format, meta))
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return WrittenFile(
            file,
            as_attachment=True,
            filename=f"nanopolicy-r{meta['revision']}.{query.format}",
            content_type=FORMATS[query.format].content_type,
        )

    return answer(request, query, build)
