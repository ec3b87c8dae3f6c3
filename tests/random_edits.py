"""Random edits of a small catalog: each takes what is open, a revision or a rehearsal, and a chooser."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from policies.bases import LAYER_BASES, Layer
from policies.merging import OWN_FIELDS, Merge, Split
from policies.models import (
    CURATED,
    Family,
    License,
    ModelAlias,
    Provider,
    ProviderTerms,
    Route,
    TextModel,
)
from policies.revisions import DocumentInUse
from tests.factories import CLOSED, RESTRICTS

TODAY = timezone.now().date()
YESTERDAY = TODAY - timedelta(days=1)


def some(table, rng):
    """A record of the table, or None."""
    rows = list(table.objects.order_by("pk"))
    return rng.choice(rows) if rows else None


def maybe(table, rng):
    """A record of the table, or nothing."""
    return rng.choice([None, some(table, rng)])


def edit_license(opened, rng):
    if document := some(License, rng):
        document.basis = rng.choice(LAYER_BASES[Layer.LICENSE]).value
        document.note = rng.choice(["", "One", "Two 100 % sure: it's “so”."])
        document.conditions = rng.choice([[], [{"kind": "naming", "detail": "50 %"}]])
        document.verified_on = rng.choice([None, "2026-11-24"])
        document.review_by = rng.choice([None, YESTERDAY, TODAY])
        opened.save(document)


def edit_terms(opened, rng):
    if document := some(ProviderTerms, rng):
        document.basis = rng.choice(LAYER_BASES[Layer.TERMS]).value
        document.subject_to_license = rng.random() < 0.5
        document.review_by = rng.choice([None, YESTERDAY, TODAY])
        opened.save(document)


def edit_model(opened, rng):
    if model := some(TextModel, rng):
        model.license, model.family = maybe(License, rng), maybe(Family, rng)
        model.context_length = rng.choice([None, 8192])
        opened.save(model)


def edit_family(opened, rng):
    if family := some(Family, rng):
        family.license = maybe(License, rng)
        opened.save(family)


def edit_provider(opened, rng):
    if provider := some(Provider, rng):
        provider.terms = maybe(ProviderTerms, rng)
        opened.save(provider)


def edit_route(opened, rng):
    if route := some(Route, rng):
        route.terms, route.model = maybe(ProviderTerms, rng), some(TextModel, rng)
        route.available = rng.random() < 0.5
        opened.save(route)


def add_documents(opened, rng):
    slug = f"new-{rng.random()}"
    license = License(slug=slug, name="New", basis=CLOSED, source_url="https://x.example/")
    opened.save(license)
    terms = ProviderTerms(slug=slug, name="New", basis=RESTRICTS, source_url="https://x.example/")
    opened.bulk_create([terms])


def add_models(opened, rng):
    models = [
        TextModel(
            canonical_id=f"new/{rng.random()}",
            name="New",
            license=maybe(License, rng),
            family=maybe(Family, rng),
        )
        for _ in range(2)
    ]
    opened.bulk_create(models)
    opened.bulk_create([ModelAlias(name=f"Alias-{rng.random()}", model=models[0])])


def add_route(opened, rng):
    route = Route(
        model=some(TextModel, rng),
        provider=some(Provider, rng),
        terms=maybe(ProviderTerms, rng),
        provider_model_id=f"new-{rng.random()}",
    )
    opened.save(route)


def assign_license(opened, rng):
    """What a bulk action does."""
    models = list(TextModel.objects.order_by("pk"))
    license = maybe(License, rng)
    changed = [model for model in models if model.license != license]
    for model in changed:
        model.license = license
    opened.bulk_update(changed, ["license"])


def merge_models(opened, rng):
    """Some fields are taken from the one that goes."""
    if len(models := list(TextModel.objects.order_by("pk"))) > 1:
        Merge(*rng.sample(models, 2), rng.sample(OWN_FIELDS, 3)).carry_out(opened)


def split_model(opened, rng):
    """One of its routes, if it has any, goes to a new model under one of its spellings, if it has others."""
    if source := some(TextModel, rng):
        spellings = list(source.aliases.other_spellings().order_by("pk"))
        name = rng.choice(spellings).name if spellings else f"split/{rng.random()}"
        new = TextModel(canonical_id=name, name=name, license=maybe(License, rng))
        Split(source, new, routes=list(source.routes.order_by("pk")[:1])).carry_out(opened)


def delete_something(opened, rng):
    record = some(rng.choice(CURATED), rng)
    if record is not None and not isinstance(record, ModelAlias):
        try:
            opened.delete(record)
        except DocumentInUse as refused:
            opened.reason += str(refused)


EDITS = [
    edit_license,
    edit_terms,
    edit_model,
    edit_family,
    edit_provider,
    edit_route,
    add_documents,
    add_models,
    add_route,
    assign_license,
    merge_models,
    split_model,
    delete_something,
]
