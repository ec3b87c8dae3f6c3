"""django-ninja: response schemas read from the ORM's objects, pages by number."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, NinjaAPI, Schema

from policies.models import TextModel

PAGE_SIZE = 100

api = NinjaAPI(urls_namespace="rival", openapi_url=None, docs_url=None)


class PolicyOut(Schema):
    """``distillationPolicy``."""

    status: str
    label: str
    basis: str
    sourceUrl: str = Field(alias="source_url")  # noqa: N815
    note: str


class ModelOut(Schema):
    """A record of the list of models."""

    id: str = Field(alias="canonical_id")
    name: str
    owned_by: str = Field(alias="owner")
    family: str | None = Field(None, alias="family.slug")
    license: str | None = Field(None, alias="policy.license.slug")
    license_evidence: str
    distillationPolicy: PolicyOut = Field(alias="policy")  # noqa: N815


class PageOut(Schema):
    """A page and how many there are."""

    count: int
    results: list[ModelOut]


@api.get("models", response=PageOut)
def models(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """A hundred models."""
    found = TextModel.objects.select_related("policy__license", "family").order_by("canonical_id")
    start = (page - 1) * PAGE_SIZE
    return {"count": found.count(), "results": list(found[start : start + PAGE_SIZE])}
