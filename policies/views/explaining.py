"""An explanation as it is asked for: which model, which of its routes, and the document of both."""

from __future__ import annotations

from typing import Any

from policies.bases import NOTICE
from policies.export.explained import explained
from policies.models import Provider, Revision, Route, TextModel
from policies.views.choosing import choose


class NotRecorded(LookupError):
    """Nothing of this name, or no such route, is recorded; ``close`` are names that resemble it."""

    def __init__(self, problem: str, close: list[str]) -> None:
        super().__init__(problem)
        self.close = close

    def sentence(self, when: str = "") -> str:
        """What is wrong, as of when, and what comes close."""
        close = f" Close to it: {', '.join(self.close)}." if self.close else ""
        return f"{str(self).removesuffix('.')}{when}.{close}"


def found(kind: str, name: str, text: str) -> Any:
    """The record (``models`` or ``providers``) that is meant by the text given for ``name``."""
    choice = choose(kind, text.strip())
    if choice.record is not None:
        return choice.record
    raise NotRecorded(choice.problem or f"{name} is empty.", choice.close)


def routes_at(model: TextModel, host: Provider | None) -> list[Route]:
    """The model's routes by provider, or those at one provider; having none there is an error."""
    routes = sorted(
        model.routes.with_policy(),
        key=lambda route: (route.provider.name.casefold(), route.provider_model_id),
    )
    if host is None:
        return routes
    there = [route for route in routes if route.provider_id == host.pk]
    if not there:
        others = ", ".join(sorted({route.provider.slug for route in routes}))
        served = f"These do: {others}." if others else "No provider is recorded that does."
        raise NotRecorded(f"{host.name} is not recorded as serving {model}. {served}", [])
    return there


def document(
    model: TextModel, host: Provider | None, routes: list[Route], revision: Revision | None
) -> dict[str, Any]:
    """The answers with their reasons; the model's own is left out where a provider is asked for."""
    return {
        "meta": {"revision": revision.number if revision else 0, "notice": NOTICE},
        "model": {
            "id": model.canonical_id,
            "name": model.name,
            "licenseKnownFrom": model.license_evidence,
            **({} if host else explained(model.policy)),
        },
        "providers": [
            {
                "provider": route.provider.slug,
                "providerModelId": route.provider_model_id,
                "available": route.available,
                **explained(route.policy),
            }
            for route in routes
        ],
    }
