"""Why a model, or its routes at one provider, has its answer."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router
from pydantic import Field

from policies.api.answering import answer, json_response
from policies.api.catalog import ERRORS
from policies.api.errors import NotFound
from policies.api.params import AsOf, accepts, text
from policies.api.schemas import Error
from policies.api.schemas_explain import Explanation
from policies.models import Revision
from policies.views.explaining import NotRecorded, document, found, routes_at

router = Router(tags=["Explanations"])


class ExplainQuery(AsOf):
    """Which answers to explain."""

    model: str = Field(
        min_length=1,
        max_length=200,
        description="The model's id or an alias, in any case.",
        examples=["qwen/qwen3-32b"],
        json_schema_extra=text,
    )
    provider: str = Field(
        "",
        min_length=1,
        max_length=200,
        description="A provider's slug or name: its routes alone. Left out, the model and all routes.",
        examples=["fireworks"],
        json_schema_extra=text,
    )


@router.get(
    "/v1/explain",
    response={200: Explanation, **ERRORS, 404: Error},
    operation_id="explain",
    summary="Why",
)
@accepts(ExplainQuery)
def explain(request: HttpRequest, query: Query[ExplainQuery]) -> HttpResponseBase:
    """Every rule with the facts that it read, the documents behind them, and what binds an allowance.

    Rules are in order: each says whether it applied, and the one that decided which status follows.
    """

    def build(revision: Revision | None) -> HttpResponseBase:
        try:
            model = found("models", "model", query.model)
            host = found("providers", "provider", query.provider) if query.provider else None
            routes = routes_at(model, host)
        except NotRecorded as missing:
            raise NotFound(missing.sentence()) from None
        return json_response(document(model, host, routes, revision))

    return answer(request, query, build)
