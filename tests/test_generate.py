"""The generator of made-up catalogs, which scale tests and benchmarks rest on."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(("seed", "same"), [(1, True), (2, False)])
def test_it_generates_the_same_rows_from_the_same_seed(seed, same):
    def rows():
        return list(
            Route.objects.order_by("provider_model_id").values_list(
                "provider_model_id", "provider__slug", "model__license__slug", "terms__slug"
            )
        )

    generate(60)
    before = rows()
    wipe()
    generate(60, seed=seed)
    assert (rows() == before) is same


def wipe() -> None:
    """Empty every table, the history included, as only a test may."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    tables = [model._meta.db_table for model in apps.get_app_config("policies").get_models()]
    with connection.cursor() as cursor:
        for sql in connection.ops.sql_flush(no_style(), tables, allow_cascade=True):
            cursor.execute(sql)
