"""Models and their providers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Path, Query, Router

from policies.api import schemas
from policies.api.answering import answer, json_response
from policies.api.decided import decided
from policies.api.errors import NotFound
from policies.api.params import AsOf, ModelsQuery, OpenAIModelsQuery, SearchQuery, accepts
from policies.export import reads
from policies.export.answers import Answer, answers
from policies.export.records import provider_row
from policies.models import Policy, Revision, TextModel
from policies.querysets import TextModelQuerySet
from policies.views.cached import per_revision

router = Router(tags=["Models"])
SPELLING: Any = Path(description="The id or any alias, case ignored; its slash encoded or plain.")
ERRORS = {400: schemas.Error, 401: schemas.Error, 405: schemas.Error}

RECORD_COLUMNS = (
    "policy_id",
    "canonical_id",
    "name",
    "owner",
    "family__slug",
    "license_evidence",
)
LISTING_COLUMNS = (
    "policy_id",
    "canonical_id",
    "owner",
    "release_date",
    "created_at",
    "name",
    "context_length",
    "family__slug",
)


@router.get(
    "/explore/text-models",
    response={200: schemas.ModelPage, **ERRORS},
    operation_id="listTextModels",
    summary="Text models",
)
@accepts(ModelsQuery)
def text_models(request: HttpRequest, query: Query[ModelsQuery]) -> HttpResponseBase:
    """Text models, filtered by their model-level status."""
    status = "" if query.distillation == "all" else query.distillation

    def page(size: int, start: int) -> list[reads.ListedModel]:
        return reads.page_of_models(status, size=size, start=start)

    return _page(request, query, _of_status(query, TextModel.objects.all()), page)


@router.get(
    "/explore/search",
    response={200: schemas.ModelPage, **ERRORS},
    operation_id="searchTextModels",
    summary="Search",
)
@accepts(SearchQuery)
def search(request: HttpRequest, query: Query[SearchQuery]) -> HttpResponseBase:
    """Text models of which every word of q is part of the id, the name or an alias."""
    found = _of_status(query, TextModel.objects.search(query.q))

    def page(size: int, start: int) -> list[reads.ListedModel]:
        rows = found.order_by("canonical_id").values_list(*RECORD_COLUMNS)
        return list(rows[start : start + size])

    return _page(request, query, found, page)


@router.get(
    "/v1/models",
    response={200: schemas.OpenAIModelList, **ERRORS},
    operation_id="listOpenAIModels",
    summary="OpenAI model list",
)
@accepts(OpenAIModelsQuery)
def openai_models(request: HttpRequest, query: Query[OpenAIModelsQuery]) -> HttpResponseBase:
    """All models in the OpenAI list shape; policies come with detailed=true."""
    describe = _detailed if query.detailed == "true" else _brief

    def build(revision: Revision | None) -> HttpResponseBase:
        found = answers(Policy.objects.all())
        rows = TextModel.objects.order_by("canonical_id").values_list(*LISTING_COLUMNS)
        data = [describe(found[policy], *row) for policy, *row in rows]
        return json_response({"object": "list", "data": data})

    return answer(request, query, build)


@router.get(
    "/models/{path:canonicalId}/providers",
    response={200: schemas.ModelProviders, **ERRORS, 404: schemas.Error},
    operation_id="listModelProviders",
    summary="Providers of a model",
)
@accepts(AsOf)
def model_providers(
    request: HttpRequest,
    query: Query[AsOf],
    canonicalId: str = SPELLING,  # noqa: N803
) -> HttpResponseBase:
    """Each route of a model, which any of its spellings names, and what follows for it."""

    def build(revision: Revision | None) -> HttpResponseBase:
        model = _spelled(canonicalId)
        routes = reads.routes_of([model.pk])[model.pk]
        found = decided((route.policy for route in routes), revision)
        document = {
            "canonicalId": model.id,
            "displayName": model.name,
            "supportsProviderSelection": any(route.available for route in routes),
            "providers": [provider_row(route, found[route.policy]) for route in routes],
        }
        return json_response(document)

    return answer(request, query, build)


def _of_status(query: ModelsQuery, models: TextModelQuerySet) -> TextModelQuerySet:
    return models if query.distillation == "all" else models.with_status(query.distillation)


def _page(
    request: HttpRequest,
    query: ModelsQuery,
    chosen: TextModelQuerySet,
    page: Callable[[int, int], list[reads.ListedModel]],
) -> HttpResponseBase:
    """The models that are ``chosen``, of which ``page`` reads so many from a place on."""
    name = f"api:models:{query.distillation}:{getattr(query, 'q', '')}"

    def build(revision: Revision | None) -> HttpResponseBase:
        total = per_revision(name, chosen.count, shown=revision)
        models = page(query.page_size, (query.page - 1) * query.page_size)
        found = decided((model[0] for model in models), revision)
        meta = {
            "distillation": query.distillation,
            "revision": revision.number if revision else 0,
            "total": total,
            "page": query.page,
            "page_size": query.page_size,
            "pages": -(-total // query.page_size),
        }
        data = [_record(found[model[0]], *model) for model in models]
        return json_response({"data": data, "meta": meta})

    return answer(request, query, build)


def _record(
    answer: Answer,
    policy: int,
    canonical_id: str,
    name: str,
    owner: str,
    family: str | None,
    license_evidence: str,
) -> dict[str, Any]:
    return {
        "id": canonical_id,
        "name": name,
        "owned_by": owner,
        "family": family,
        "license": answer.license,
        "license_evidence": license_evidence,
        "distillationPolicy": answer.json,
    }


def _brief(
    answer: Answer, canonical_id: str, owner: str, released: str, recorded: datetime, *rest: Any
) -> dict[str, Any]:
    return {
        "id": canonical_id,
        "object": "model",
        "created": unix_time(released, recorded),
        "owned_by": owner,
    }


def _detailed(answer: Answer, *row: Any) -> dict[str, Any]:
    name, context_length, family = row[-3:]
    known = {"context_length": context_length} if context_length else {}
    return {
        **_brief(answer, *row),
        "name": name,
        **known,
        "family": family,
        "license": answer.license,
        "distillationPolicy": answer.json,
    }


def unix_time(released: str, recorded: datetime) -> int:
    """The start of a release date as precise as recorded (``2025``, ``2025-04``), else ``recorded``."""
    start = _start_of(released) if released else None
    return int(recorded.timestamp()) if start is None else start


@lru_cache(maxsize=4096)
def _start_of(released: str) -> int | None:
    year, month, day = f"{released}-01-01".split("-")[:3]
    try:
        return int(datetime(int(year), int(month), int(day), tzinfo=UTC).timestamp())
    except ValueError:  # a date that no calendar has
        return None


def _spelled(name: str) -> reads.NamedModel:
    # Aliases hold no NUL, and PostgreSQL fails on the question.
    model = None if "\0" in name else reads.model_spelled(name)
    if model is None:
        raise NotFound("No model of this id or alias is recorded.")
    return model
