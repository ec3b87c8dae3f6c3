"""The bundled starter catalog: read, planned against the database, applied as one revision."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from policies.catalog.people import People, deleted_keys, deleted_routes
from policies.catalog.tables import TablePlan, plan_table
from policies.models import (
    Family,
    License,
    ModelAlias,
    Provider,
    ProviderTerms,
    Route,
    TextModel,
)
from policies.querysets import fold
from policies.spellings import search_text

FOLDER = Path(__file__).resolve().parent.parent / "starter"
CATALOG = "starter"
"""What ``Route.catalog`` says of routes that the starter brought."""
READER = "starter catalog"
"""What stands as the verifier of a text that was read for the starter."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Starter:
    """The bundled facts, as they stand in the files."""

    licenses: Rows
    terms: Rows
    providers: Rows
    models: Rows
    routes: Rows


def read_starter(folder: Path = FOLDER) -> Starter:
    """Read the five bundled files."""
    return Starter(
        licenses=json.loads((folder / "licenses.json").read_bytes()),
        terms=json.loads((folder / "provider_terms.json").read_bytes()),
        providers=json.loads((folder / "providers.json").read_bytes()),
        models=json.loads(gzip.decompress((folder / "models.json.gz").read_bytes())),
        routes=json.loads(gzip.decompress((folder / "routes.json.gz").read_bytes())),
    )


class StarterPlan:
    """What loading the starter would do, table by table. Reads only.

    Without ``overwrite``, values that a person gave stay, and so do the lifecycle and the
    availability of routes that another importer has taken charge of.
    """

    def __init__(self, starter: Starter, *, overwrite: bool = False) -> None:
        self.starter, self.overwrite = starter, overwrite
        self.licenses = self._by_slug(License, starter.licenses, _license_values)
        self.terms = self._by_slug(ProviderTerms, starter.terms, _terms_values)
        self.families = self._by_slug(Family, _families(starter.models), dict)
        self._known_providers = set(Provider.objects.values_list("slug", flat=True))
        self.providers = self._by_slug(Provider, starter.providers, self._provider_values)
        self.models = self._plan_models()
        self.aliases = self._plan_aliases()
        self.routes = self._plan_routes()

    @property
    def tables(self) -> list[TablePlan]:
        """The tables in the order in which they can be written."""
        return [
            self.licenses,
            self.terms,
            self.families,
            self.providers,
            self.models,
            self.aliases,
            self.routes,
        ]

    def __bool__(self) -> bool:
        return any(self.tables)

    def _by_slug(self, table: Any, rows: Rows, values: Callable[[dict], dict]) -> TablePlan:
        wanted = {row["slug"]: values(row) for row in rows}
        stored = {record.slug: record for record in table.objects.all()}
        gone = deleted_keys(table, "slug")
        return plan_table(table, wanted, stored, deleted=gone, overwrite=self.overwrite)

    def _provider_values(self, row: dict[str, Any]) -> dict[str, Any]:
        """A stored provider's names and addresses are left to later imports of fresher files."""
        terms = self.terms.records.get(row["terms"])
        if row["slug"] in self._known_providers and not self.overwrite:
            return {"terms": terms}
        return {**row, "terms": terms}

    def _plan_models(self) -> TablePlan:
        stored = {model.canonical_id: model for model in TextModel.objects.all()}
        stored |= self._namesakes(stored)
        wanted = {row["id"]: self._model_values(row) for row in self._meant_rows(stored)}
        for key in wanted.keys() - stored.keys():
            wanted[key]["canonical_id"] = key
        gone = deleted_keys(TextModel, "canonical_id")
        planned = plan_table(TextModel, wanted, stored, deleted=gone, overwrite=self.overwrite)
        aliases = {row["id"]: row["aliases"] for row in self.starter.models}
        for key in planned.added:
            model = planned.records[key]
            model.search_text = search_text(key, model.name, [key, *aliases[key]])
        return planned

    def _meant_rows(self, stored: dict[str, TextModel]) -> Rows:
        """The rows that say something of a model: of several that a person merged, the first it is known by.

        That is its own id's row, if it has one.
        """
        meant: dict[int, str] = {}
        for key in (row["id"] for row in self.starter.models if row["id"] in stored):
            model = stored[key]
            if key == model.canonical_id or model.pk not in meant:
                meant[model.pk] = key
        return [
            row
            for row in self.starter.models
            if row["id"] not in stored or meant[stored[row["id"]].pk] == row["id"]
        ]

    def _namesakes(self, stored: dict[str, TextModel]) -> dict[str, TextModel]:
        """Starter ids under which another stored model is known, for good: it is the one meant.

        For good is its own canonical id in other letters, or an alias that a person gave it.
        """
        ids = {fold(row["id"]): row["id"] for row in self.starter.models if row["id"] not in stored}
        found = ModelAlias.objects.select_related("model").in_bulk(list(ids), field_name="key")
        people = People(ModelAlias) if found else None
        return {
            ids[key]: alias.model
            for key, alias in found.items()
            if _is_canonical(alias)
            or (people and people.hold(alias.pk, "model_id") and not self.overwrite)
        }

    def _model_values(self, row: dict[str, Any]) -> dict[str, Any]:
        values = {name: row[name] for name in _MODEL_COLUMNS}
        return {
            **values,
            "family": self.families.records.get(row["family"].casefold()),
            "license": self.licenses.records.get(row["license"]),
        }

    def _plan_aliases(self) -> TablePlan:
        """A model's own id always stays its own; other spellings go where the starter says."""
        stored = {alias.key: alias for alias in ModelAlias.objects.select_related("model")}
        own = {key for key, alias in stored.items() if _is_canonical(alias)}
        wanted = {}
        for row in self.starter.models:
            model = self.models.records.get(row["id"])
            if model is not None:
                for name in (row["id"], *row["aliases"]):
                    key = fold(name)
                    if key not in own and key not in wanted:
                        new = {} if key in stored else {"name": name}
                        wanted[key] = {**new, "model": model}
        gone = deleted_keys(ModelAlias, "key")
        return plan_table(ModelAlias, wanted, stored, deleted=gone, overwrite=self.overwrite)

    def _plan_routes(self) -> TablePlan:
        slugs = {record.pk: slug for slug, record in self.providers.records.items()}
        stored = {
            (slugs[route.provider_id], route.provider_model_id): route
            for route in Route.objects.all()
        }
        wanted = {}
        unserved = []
        for row in self.starter.routes:
            key = (row["provider"], row["provider_model_id"])
            values = self._route_values(row, stored.get(key))
            if values["model"] is None or values["provider"] is None:
                unserved.append(key)
            else:
                wanted[key] = values
        gone = deleted_routes(Route.history)
        planned = plan_table(Route, wanted, stored, deleted=gone, overwrite=self.overwrite)
        planned.deleted += unserved
        return planned

    def _route_values(self, row: dict[str, Any], stored: Route | None) -> dict[str, Any]:
        values = {
            "provider": self.providers.records.get(row["provider"]),
            "model": self.models.records.get(row["model"]),
            "provider_model_id": row["provider_model_id"],
        }
        if stored is None:
            return {**values, "lifecycle": row["lifecycle"], "catalog": CATALOG}
        if self.overwrite or stored.catalog == CATALOG:
            return {**values, "lifecycle": row["lifecycle"], "available": True}
        return values


def _is_canonical(alias: ModelAlias) -> bool:
    return alias.key == fold(alias.model.canonical_id)


_MODEL_COLUMNS = ("name", "owner", "license_evidence", "context_length", "release_date")
_DOCUMENT_COLUMNS = (
    "slug",
    "name",
    "source_url",
    "basis",
    "quote",
    "quote_section",
    "note",
    "internal_note",
    "evidence",
)


def _document_values(row: dict[str, Any], *own: str) -> dict[str, Any]:
    values = {name: row[name] for name in (*_DOCUMENT_COLUMNS, *own)}
    read_on = row["read_on"]
    return {
        **values,
        "verified_on": date.fromisoformat(read_on) if read_on else None,
        "verified_by": READER if read_on else "",
    }


def _license_values(row: dict[str, Any]) -> dict[str, Any]:
    values = _document_values(row, "spdx_id", "publisher", "conditions")
    return {**values, "version_name": row["version"]}


def _terms_values(row: dict[str, Any]) -> dict[str, Any]:
    return _document_values(row, "subject_to_license", "label", "clause_kind", "effective")


def _families(models: Rows) -> Rows:
    """The families that models name; a slug is the lower-case name."""
    names = sorted({row["family"] for row in models if row["family"]}, reverse=True)
    return [{"slug": slug, "name": name} for slug, name in {n.casefold(): n for n in names}.items()]
