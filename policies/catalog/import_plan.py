"""What importing a listing would do, computed from what is stored. Reads only.

- An existing route keeps its model. A new one is matched by its id, see ``matching``; what matches
  nothing becomes a model of its own, without a license and without a family that carries one.
- A model's attributes are set when it is created and never again.
- A route that the file no longer lists becomes unavailable, but only where this importer created
  or adopted it; adopted is every stored route that the file lists.
- What a person changed or deleted stays as the person left it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from policies.catalog.matching import NEW, Match, Spellings, normalizations
from policies.catalog.models_dev import ListedProvider, ListedRoute, Listing
from policies.catalog.people import People, deleted_keys, deleted_routes
from policies.catalog.tables import TablePlan, plan_table
from policies.models import Family, ModelAlias, Provider, Route, TextModel
from policies.querysets import fold
from policies.spellings import search_text

CATALOG = "models-dev"
"""What ``Route.catalog`` says of routes that this importer created or adopted."""

RouteKey = tuple[str, str]


class Matched(NamedTuple):
    """A new route's id and the model that it was matched to."""

    route: ListedRoute
    canonical_id: str
    match: Match


@dataclass
class RoutePlan(TablePlan):
    """Changes of routes; each changed one may be in several of the lists."""

    adopted: list[RouteKey] = field(default_factory=list)
    altered: list[RouteKey] = field(default_factory=list)
    returned: list[RouteKey] = field(default_factory=list)
    vanished: list[RouteKey] = field(default_factory=list)

    def change(self, key: RouteKey, column: str, value: object) -> None:
        """Set one column of a stored route."""
        setattr(self.records[key], column, value)
        self.changed.setdefault(key, []).append(column)


class ImportPlan:
    """What importing a listing would do, table by table."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.matches: list[Matched] = []
        self.providers = self._plan_providers()
        self.families = TablePlan(Family, {family.slug: family for family in Family.objects.all()})
        self.models = TablePlan(TextModel, {m.canonical_id: m for m in TextModel.objects.all()})
        self.aliases = TablePlan(ModelAlias)
        self.routes = RoutePlan(Route, self._stored_routes())
        self._people = People(Route)
        self._plan_stored_routes()
        self._plan_new_routes()

    @property
    def tables(self) -> list[TablePlan]:
        """The tables in the order in which they can be written."""
        return [self.providers, self.families, self.models, self.aliases, self.routes]

    def __bool__(self) -> bool:
        return any(self.tables)

    def _plan_providers(self) -> TablePlan:
        stored = {provider.slug: provider for provider in Provider.objects.all()}
        wanted = {slug: _provider_values(row) for slug, row in self.listing.providers.items()}
        return plan_table(Provider, wanted, stored, deleted=deleted_keys(Provider, "slug"))

    def _stored_routes(self) -> dict[RouteKey, Route]:
        slugs = {record.pk: slug for slug, record in self.providers.records.items()}
        return {
            (slugs[route.provider_id], route.provider_model_id): route
            for route in Route.objects.all()
        }

    def _plan_stored_routes(self) -> None:
        for key, route in self.routes.records.items():
            listed = self.listing.routes.get(key)
            if listed is not None:
                self._plan_listed(key, route, listed)
            elif route.catalog == CATALOG and route.available:
                self._set(key, route, "available", False, self.routes.vanished)

    def _plan_listed(self, key: RouteKey, route: Route, listed: ListedRoute) -> None:
        if route.catalog != CATALOG:
            self.routes.change(key, "catalog", CATALOG)
            self.routes.adopted.append(key)
        if route.lifecycle != listed.lifecycle:
            self._set(key, route, "lifecycle", listed.lifecycle, self.routes.altered)
        if not route.available:
            self._set(key, route, "available", True, self.routes.returned)

    def _set(
        self, key: RouteKey, route: Route, column: str, value: object, group: list[RouteKey]
    ) -> None:
        if self._is_a_persons(route, column):
            self.routes.kept.setdefault(key, []).append(column)
        else:
            self.routes.change(key, column, value)
            group.append(key)

    def _is_a_persons(self, route: Route, column: str) -> bool:
        """Making a route leaves it available without anybody's having decided that."""
        if column == "available" and route.available:
            return column in self._people.edited.get(route.pk, ())
        return self._people.hold(route.pk, column)

    def _plan_new_routes(self) -> None:
        """Plain ids come before those that normalize to something, so that they can be matched."""
        gone = deleted_routes(Route.history)
        new = [row for key, row in self.listing.routes.items() if key not in self.routes.records]
        spellings = _known_spellings(self.models.records.values())
        self._aliases_gone = deleted_keys(ModelAlias, "key")
        self._models_gone = {fold(name) for name in deleted_keys(TextModel, "canonical_id")}
        self._keys = set(ModelAlias.objects.values_list("key", flat=True))
        for row in sorted(new, key=_plainness):
            if row.key in gone or row.provider not in self.providers.records:
                self.routes.deleted.append(row.key)
            else:
                self._plan_new_route(row, spellings)
        self._index_new_models()

    def _plan_new_route(self, row: ListedRoute, spellings: Spellings) -> None:
        match = spellings.match(row.provider_model_id, row.provider)
        canonical_id = match.canonical_id or fold(row.provider_model_id)
        if match.how == NEW and canonical_id in self._models_gone:
            self.routes.deleted.append(row.key)
            return
        if match.how == NEW:
            self._add_model(canonical_id, row)
            spellings.add_model(canonical_id)
        self._add_alias(row.provider_model_id, canonical_id, spellings)
        self.matches.append(Matched(row, canonical_id, match))
        self.routes.records[row.key] = Route(
            provider=self.providers.records[row.provider],
            provider_model_id=row.provider_model_id,
            model=self.models.records[canonical_id],
            lifecycle=row.lifecycle,
            catalog=CATALOG,
        )
        self.routes.added.append(row.key)

    def _add_model(self, canonical_id: str, row: ListedRoute) -> None:
        self.models.records[canonical_id] = TextModel(
            canonical_id=canonical_id,
            name=row.name,
            family=self._family(row.family),
            context_length=row.context_length,
            release_date=row.release_date,
        )
        self.models.added.append(canonical_id)

    def _family(self, slug: str) -> Family | None:
        """A family that carries no license: an import must not license a model by its family."""
        if not slug:
            return None
        family = self.families.records.get(slug)
        if family is None:
            family = self.families.records[slug] = Family(slug=slug, name=slug)
            self.families.added.append(slug)
        return None if family.license_id else family

    def _add_alias(self, name: str, canonical_id: str, spellings: Spellings) -> None:
        key = fold(name)
        if key in self._keys or (key in self._aliases_gone and key != canonical_id):
            return
        self._keys.add(key)
        model = self.models.records[canonical_id]
        if key == canonical_id:
            name = canonical_id
        else:
            spellings.add_alias(key, canonical_id)
        self.aliases.records[key] = ModelAlias(name=name, model=model)
        self.aliases.added.append(key)

    def _index_new_models(self) -> None:
        aliases: dict[str, list[str]] = {}
        for alias in self.aliases.new_records:
            aliases.setdefault(alias.model.canonical_id, []).append(alias.name)
        for key in self.models.added:
            model = self.models.records[key]
            model.search_text = search_text(key, model.name, aliases.get(key, ()))


def _provider_values(row: ListedProvider) -> dict[str, str]:
    return {"slug": row.slug, "name": row.name, "docs_url": row.docs_url, "api_url": row.api_url}


def _known_spellings(models: Iterable[TextModel]) -> Spellings:
    spellings = Spellings()
    for model in models:
        spellings.add_model(model.canonical_id, model.owner)
    rows = ModelAlias.objects.order_by("key").values_list("key", "model__canonical_id")
    for key, canonical_id in rows:
        spellings.add_alias(key, canonical_id)
    return spellings


def _plainness(row: ListedRoute) -> tuple[int, str, int, str, str]:
    """Order of matching: fewest possible normalizations first, then by id.

    Of rows that spell one id, the one that knows most comes first: a new model takes its facts.
    """
    key = fold(row.provider_model_id)
    possible = sum(1 for _ in normalizations(key))
    unknown = sum(not fact for fact in (row.context_length, row.release_date, row.family))
    return (possible, key, unknown, row.provider_model_id, row.provider)
