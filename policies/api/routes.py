"""The list of routes: every model at every provider, with its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.db.models import Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router

from policies.api.filtering import query_of
from policies.api.lists import Listing, Record, listed
from policies.api.params import accepts
from policies.api.schemas_lists import RoutePage, RouteRecord
from policies.export.answers import policy_object
from policies.filters import RouteContract
from policies.filters.cells import route_cells
from policies.filters.facets import Pairs
from policies.models import Policy, Route, Tally
from policies.trace import binding_conditions, speaker_of

router = Router(tags=["Lists"])
RoutesQuery = query_of(RouteContract, RouteRecord)

COLUMNS = {
    "model": "model__canonical_id",
    "modelName": "model__name",
    "owned_by": "model__owner",
    "family": "model__family__slug",
    "provider": "provider__slug",
    "providerModelId": "provider_model_id",
    "available": "available",
    "lifecycle": "lifecycle",
    "license_evidence": "model__license_evidence",
}
"""Field → the column that it is read from; all others follow from the pair."""


def route_records(keys: Sequence[int]) -> dict[int, Record]:
    """The records of these routes: one query for them, one for their pairs."""
    rows = list(
        Route.objects.filter(pk__in=keys)
        .order_by()
        .values_list("pk", "policy_id", *COLUMNS.values())
    )
    pairs = Pairs.load(notes=True, only={row[1] for row in rows})
    answered = {key: _of_pair(pair) for key, pair in pairs.items()}
    return {
        key: dict(zip(COLUMNS, columns, strict=True)) | answered[policy]
        for key, policy, *columns in rows
    }


def _of_pair(pair: Policy) -> Record:
    """What every route of one pair of documents says alike, the answer as bytes."""
    speaker = speaker_of(pair)
    answer = (pair.status, pair.basis, pair.label, pair.source_url, pair.note)
    return {
        "license": pair.license.slug if pair.license else None,
        "terms": pair.terms.slug if pair.terms else None,
        "rule": pair.rule,
        "layer": pair.layer,
        "document": speaker.slug if speaker else None,
        "evidence": speaker.evidence if speaker else None,
        "verifiedOn": speaker.verified_on if speaker else None,
        "conditions": [
            {"kind": item.kind, "detail": item.detail, "document": item.document.slug}
            for item in binding_conditions(pair)
        ],
        "distillationPolicy": orjson.Fragment(orjson.dumps(policy_object(*answer))),
    }


def _counted(contract: RouteContract) -> int:
    everything: Any = Tally.objects.totals().aggregate(routes=Sum("routes"))["routes"] or 0
    return route_cells(contract, routes=everything).counted([], everything).meant


ROUTES = Listing(
    "routes",
    RouteContract,
    RouteRecord,
    Route.objects.all,
    route_records,
    _counted,
    of_pairs=True,
)


@router.get("/v1/routes", response={200: RoutePage}, operation_id="listRoutes", summary="Routes")
@accepts(RoutesQuery)
def routes(request: HttpRequest, query: Query[RoutesQuery]) -> HttpResponseBase:  # type: ignore[valid-type]
    """Every model at every provider, filtered and sorted as the page of routes is."""
    return listed(request, query, ROUTES)
