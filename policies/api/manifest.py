"""The manifest: which revision is current, how many answers there are, and what the export's files are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router
from pydantic import Field

from policies.api import schemas
from policies.api.answering import answer, json_response
from policies.api.catalog import ERRORS
from policies.api.params import AsOf, accepts
from policies.export import FORMATS, describe, published
from policies.export.manifest import manifest
from policies.models import Revision
from policies.views.cached import per_revision

router = Router(tags=["Export"])


class ManifestFile(schemas.Schema):
    """One format of the export."""

    format: str = Field(description="The format.", json_schema_extra={"enum": list(FORMATS)})
    name: str = Field(
        description="The name of the file when it is saved.", examples=["nanopolicy-r12.ndjson"]
    )
    contentType: str = Field(  # noqa: N815
        description="Its content type.", examples=["application/x-ndjson"]
    )
    size: int = Field(description="Its bytes, uncompressed.", ge=0, examples=[2_097_152])
    sha256: str = Field(
        description="The SHA-256 of these bytes, in hexadecimal.",
        pattern="^[0-9a-f]{64}$",
        examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    )


class Manifest(schemas.ExportMeta):
    """The export's meta, and its files."""

    files: list[ManifestFile] = Field(description="A file for each format.")


@router.get(
    "/v1/manifest",
    response={200: Manifest, **ERRORS},
    operation_id="getManifest",
    summary="Manifest",
)
@accepts(AsOf)
def manifest_of(request: HttpRequest, query: Query[AsOf]) -> HttpResponseBase:
    """The state in a few numbers, with size and SHA-256 of each file of its export.

    To fetch exactly these files, ask for the export as_of this revision.
    """

    def build(revision: Revision | None) -> HttpResponseBase:
        def tell() -> dict[str, Any]:
            """What was published tells its hashes already; else every file is written once."""
            return published.told(describe(revision)) or manifest(revision)

        return json_response(per_revision("manifest", tell, shown=revision))

    return answer(request, query, build)
