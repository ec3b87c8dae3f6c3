"""Many routes at once: the only address to which something is sent, and nothing is written by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Body, Query, Router
from ninja.utils import check_csrf

from policies.api import schemas
from policies.api.answering import json_response, named, reading
from policies.api.bodies import takes
from policies.api.catalog import ERRORS
from policies.api.errors import ApiError, error_response
from policies.api.params import AsOf, accepts
from policies.api.schemas_check import CheckedPairs, Pair, Questions
from policies.bases import Status
from policies.export.answers import Answers, answers
from policies.export.reads import RouteRow, routes_of
from policies.export.records import provider_row
from policies.models import ModelAlias, Policy, Provider
from policies.querysets import fold

router = Router(tags=["Models"])

STRICTEST_FIRST = (Status.DISALLOWED, Status.UNKNOWN, Status.ALLOWED)
"""Of several routes that are meant, the first of these that any has is the answer to the question."""


class CookieWithoutCsrf(ApiError):
    """A browser sends the cookie along with whatever any page makes it send."""

    status = HTTPStatus.FORBIDDEN

    def response(self) -> HttpResponse:
        """The error; no scope of a token is what is missing here."""
        return error_response(self.status, str(self), type="about:blank", title="Forbidden")


@router.post(
    "/v1/check",
    response={200: CheckedPairs, **ERRORS, 415: schemas.Error},
    operation_id="checkRoutes",
    summary="Check many routes",
)
@accepts(AsOf)
@takes(Questions)
def check(request: HttpRequest, query: Query[AsOf], questions: Body[Questions]) -> HttpResponseBase:
    """What follows for each of up to 1,000 models at providers, in the order of the questions.

    Nothing is written. With a token no CSRF token is needed; the cookie of a login needs one.
    """
    _refuse_bare_cookie(request)
    with reading(query) as revision:
        known = _Known(questions.pairs)
        data = [known.answer(pair) for pair in questions.pairs]
        number = revision.number if revision else 0
        return named(json_response({"data": data, "meta": {"revision": number}}), revision)


def _refuse_bare_cookie(request: HttpRequest) -> None:
    with_token = request.asker.token is not None  # type: ignore[attr-defined]
    if not with_token and request.user.is_authenticated and check_csrf(request) is not None:
        raise CookieWithoutCsrf(
            "With the cookie of a login a CSRF token is needed too (X-CSRFToken); a token of the API "
            "needs none."
        )


class _Model(NamedTuple):
    canonical_id: str
    routes: dict[str, list[RouteRow]]
    """By provider."""


class _Known:
    """All that is recorded of the models and providers in question: four queries whatever their number."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self.providers = set(
            Provider.objects.filter(slug__in={pair.provider for pair in pairs})
            .order_by()
            .values_list("slug", flat=True)
        )
        keys = {fold(pair.model) for pair in pairs}
        spelled = ModelAlias.objects.filter(key__in=keys).order_by()
        rows = list(spelled.values_list("key", "model_id", "model__canonical_id"))
        routes = routes_of([model for _, model, _ in rows])
        self.models = {key: _Model(name, _by_provider(routes[pk])) for key, pk, name in rows}
        pairs_of_documents = {route.policy for found in routes.values() for route in found}
        self.answers: Answers = answers(Policy.objects.filter(pk__in=pairs_of_documents))

    def answer(self, pair: Pair) -> dict[str, Any]:
        """One question with its answer; where nothing is recorded, never one that allows."""
        model = self.models.get(fold(pair.model))
        routes = [
            route
            for route in (model.routes.get(pair.provider, []) if model else [])
            if pair.providerModelId in (None, route.provider_model_id)
        ]
        found = {self.answers[route.policy].status for route in routes} or {Status.UNKNOWN}
        return {
            **pair.model_dump(),
            "canonicalId": model.canonical_id if model else None,
            "status": next(status.value for status in STRICTEST_FIRST if status in found),
            "routes": [provider_row(route, self.answers[route.policy]) for route in routes],
            "error": None if routes else self._error(pair, model),
        }

    def _error(self, pair: Pair, model: _Model | None) -> dict[str, str]:
        if model is None:
            return _problem("unknown-model", "No model of this id or alias is recorded.")
        if pair.provider not in self.providers:
            return _problem("unknown-provider", "No provider of this slug is recorded.")
        return _problem("unknown-route", "This provider is not recorded as serving the model so.")


def _problem(code: str, detail: str) -> dict[str, str]:
    return {"code": code, "detail": detail}


def _by_provider(routes: Iterable[RouteRow]) -> dict[str, list[RouteRow]]:
    found: dict[str, list[RouteRow]] = defaultdict(list)
    for route in routes:
        found[route.provider].append(route)
    return found
