"""Rows of the catalog as the documents that leave the house."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet

from policies.export.answers import Answer, Answers
from policies.export.reads import RouteRow, routes_of, spellings_of
from policies.models import TextModel

MODEL_COLUMNS = ("pk", "policy_id", "canonical_id", "name", "owner", "family__slug")


class ModelRow(NamedTuple):
    """What an export needs of one model; ``policy`` is the id of its pair."""

    pk: int
    policy: int
    id: str
    name: str
    owned_by: str
    family: str | None


class Entry(NamedTuple):
    """One model with everything that hangs on it, in the export's order."""

    model: ModelRow
    aliases: list[str]
    routes: list[RouteRow]


def entries(chunk: int) -> Iterator[Entry]:
    """Every model by id in code-point order; aliases by name, routes by provider and its model id.

    Reads ``chunk`` models at a time, so memory does not grow with the catalog. The caller holds a
    snapshot: the chunks are queries of their own.
    """
    models = TextModel.objects.order_by("canonical_id")
    last = ""
    while True:
        page = entries_of(models.filter(canonical_id__gt=last)[:chunk])
        yield from page
        if len(page) < chunk:
            return
        last = page[-1].model.id


def entries_of(models: QuerySet) -> list[Entry]:
    """These models in their order, each with what hangs on it: three queries."""
    page = [ModelRow(*row) for row in models.values_list(*MODEL_COLUMNS)]
    ids = [model.pk for model in page]
    spellings, routes = spellings_of(ids), routes_of(ids)
    return [
        Entry(model, [name for name in spellings[model.pk] if name != model.id], routes[model.pk])
        for model in page
    ]


def provider_row(route: RouteRow, answer: Answer) -> dict[str, Any]:
    """One route; ``terms`` null: nobody has recorded any, which is not the same as silent terms."""
    return {
        "provider": route.provider,
        "providerModelId": route.provider_model_id,
        "available": route.available,
        "terms": answer.terms,
        "distillationPolicy": answer.json,
    }


def model_record(entry: Entry, answers: Answers) -> dict[str, Any]:
    """One model of the export, with its provider rows nested."""
    return {
        **model_alone(entry, answers[entry.model.policy]),
        "providers": [provider_row(route, answers[route.policy]) for route in entry.routes],
    }


def model_alone(entry: Entry, answer: Answer) -> dict[str, Any]:
    """One model without its provider rows."""
    model = entry.model
    return {
        "id": model.id,
        "name": model.name,
        "owned_by": model.owned_by,
        "family": model.family,
        "license": answer.license,
        "aliases": entry.aliases,
        "distillationPolicy": answer.json,
    }
