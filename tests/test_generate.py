"""The generator of made-up catalogs, which scale tests and benchmarks rest on."""

from __future__ import annotations

import pytest
from django.db import transaction

from policies.models import CURATED, ModelAlias, Policy, Provider, Route, Tally, TextModel
from tests.bench.generate import generate
from tests.factories import assert_sound

pytestmark = pytest.mark.django_db


def test_it_generates_a_sound_catalog_of_the_size_asked_for():
    opened = generate(400)
    assert opened.committed
    assert Route.objects.count() == 400
    assert TextModel.objects.count() == 100
    assert ModelAlias.objects.count() == 200
    for table in CURATED:
        assert table.history.filter(revision=opened.number).count() == table.objects.count()
    assert_sound()


def test_it_generates_every_status_and_many_pairs():
    generate(400)
    for by_status in Tally.objects.by_status().values():
        assert all(by_status.values())
    assert Policy.objects.in_use().count() > 100


def test_it_gives_a_few_providers_most_of_the_routes():
    generate(400)
    first = Provider.objects.filter(slug__in=[f"provider-{n}" for n in range(10)])
    assert Route.objects.filter(provider__in=first).count() > 150


def rows_of(seed: int) -> list[tuple]:
    """What a seed generates; nothing of it remains."""
    with transaction.atomic():
        generate(60, seed=seed)
        columns = ("provider_model_id", "provider__slug", "model__license__slug", "terms__slug")
        rows = list(Route.objects.order_by("provider_model_id").values_list(*columns))
        transaction.set_rollback(True)
    return rows


def test_it_generates_the_same_rows_from_the_same_seed_only():
    assert rows_of(1) == rows_of(1)
    assert rows_of(1) != rows_of(2)
