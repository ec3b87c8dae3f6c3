"""The models.dev ``api.json`` format, parsed into providers and the text routes that they list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policies.bases import Lifecycle
from policies.catalog.problems import CatalogError
from policies.catalog.reading import read_json
from policies.catalog.values import Record, check_model_id, check_slug

ROOT = "providers"
"""What errors call the top of the file: an object of providers by id."""


@dataclass(frozen=True, slots=True)
class ListedProvider:
    """A provider as the file describes it."""

    slug: str
    name: str
    docs_url: str
    api_url: str


@dataclass(frozen=True, slots=True)
class ListedRoute:
    """A text model at a provider as the file describes it."""

    provider: str
    provider_model_id: str
    name: str
    family: str
    context_length: int | None
    release_date: str
    lifecycle: str

    @property
    def key(self) -> tuple[str, str]:
        """The route's natural key."""
        return (self.provider, self.provider_model_id)


@dataclass
class Listing:
    """Everything that the file lists; ``textless`` counts the rows that put out no text."""

    providers: dict[str, ListedProvider] = field(default_factory=dict)
    routes: dict[tuple[str, str], ListedRoute] = field(default_factory=dict)
    textless: int = 0


def read_listing(path: Path | str) -> Listing:
    """Read and check a file; raises ``CatalogError``, which names the place of the first problem."""
    return parse_listing(read_json(path, root=ROOT))


def parse_listing(value: Any) -> Listing:
    """Check a parsed file. Fields that nanopolicy has no use for may hold anything."""
    listing = Listing()
    for slug, provider in Record(value, ROOT).records():
        check_slug(provider.place, slug)
        provider.identity(slug)
        listing.providers[slug] = ListedProvider(
            slug=slug,
            name=provider.name("name", longest=200),
            docs_url=provider.url("doc"),
            api_url=provider.url("api"),
        )
        for model_id, model in provider.record("models").records():
            _add_route(listing, slug, model_id, model)
    if not listing.routes:
        raise CatalogError(ROOT, "the file lists no text model at all.")
    return listing


def _add_route(listing: Listing, provider: str, model_id: str, model: Record) -> None:
    check_model_id(model.place, model_id)
    model.identity(model_id)
    if "text" not in model.record("modalities").texts("output"):
        listing.textless += 1
        return
    limits = model.record("limit") if model.value.get("limit") is not None else None
    route = ListedRoute(
        provider=provider,
        provider_model_id=model_id,
        name=model.name("name", longest=200),
        family=family_slug(model.text("family", longest=100)),
        context_length=limits.size("context") if limits else None,
        release_date=model.date("release_date"),
        lifecycle=model.one_of("status", Lifecycle.values, default=Lifecycle.ACTIVE.value),
    )
    listing.routes[route.key] = route


def family_slug(name: str) -> str:
    """A family's slug: its name in lower case, anything else than letters and digits as hyphens."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")
