"""Resolving, editing and reading at a size, against raw SQL and plain Django."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle

from django.core import serializers
from django.db import connection
from django.test import Client, override_settings

from policies import export, resolution
from policies.models import License, Policy, Revision, Route, TextModel
from policies.resolution.audit import differences
from policies.revisions import revision, snapshot
from policies.supposing import rehearsal
from tests.bench import plain
from tests.bench.timing import Ratio, compare

RUNS = 3
MILLION = 1_000_000
"""Routes from which on resolving has aims: what it costs at all counts for more with fewer."""
MANY = 100_000
"""Routes of a license from which on its edit has one."""
BASES = ("closed-provider-restriction", "permissive-open-weights")
PAGE_OF_ROUTES = """
SELECT r.id, r.provider_model_id, m.canonical_id, p.name, y.status, y.basis
FROM policies_route r JOIN policies_textmodel m ON m.id = r.model_id
JOIN policies_provider p ON p.id = r.provider_id JOIN policies_policy y ON y.id = r.policy_id
ORDER BY m.canonical_id, r.id LIMIT 100
"""


def measure() -> Iterator[Ratio]:
    """Every case on the catalog that is there."""
    with plain.prepared():
        yield from resolving()
        yield from editing()
    yield from reading()


def editing() -> Iterator[Ratio]:
    """The license that governs most routes."""
    license = License.objects.with_usage().order_by("-routes_count").first()
    print(f"the edited license governs {license.routes_count:,} routes")
    yield compare(
        "edit of that license / raw UPDATE of its routes",
        edits(license),
        plain.flips(license.pk),
        target=1 / 50 if license.routes_count >= MANY else None,
    )
    yield compare(
        "preview of that edit, with counts and 50 examples / the edit itself",
        previews(license),
        edits(license),
        target=1,
    )


def reading() -> Iterator[Ratio]:
    """Pages and exports."""
    client = Client()
    with override_settings(PUBLIC_READ=True, ALLOWED_HOSTS=["*"], DEBUG=False):
        yield compare(
            "routes page / raw SQL of its rows",
            lambda: fetched(client, "/routes/?size=100"),
            lambda: run(PAGE_OF_ROUTES, []),
        )
        yield compare(
            "JSON page of 100 models / Django's serializer of the rows",
            lambda: fetched(client, "/api/explore/text-models"),
            serialized_page,
        )
    yield compare("export as NDJSON / json.dumps over the ORM", exported, plain_export, runs=3)


def resolving() -> Iterator[Ratio]:
    """A settled catalog, against a status on each route that one statement decides."""
    postgres, million = connection.vendor == "postgresql", Route.objects.count() >= MILLION
    for what, job, aim in (
        ("what resolving would change", plan_all, (0.1 if postgres else 0.3) if million else None),
        ("resolve --check, with history and counts", check_all, None),
    ):
        name = f"{what}, settled / raw UPDATE … CASE of all routes"
        yield compare(name, job, plain.decide_all, runs=RUNS, target=aim)


def plan_all() -> None:
    """Look for what differs from the documents, and find nothing."""
    with snapshot():
        assert not resolution.plan(resolution.Scope.everything())


def check_all() -> None:
    """Look for what differs from the documents, the history and the counts, and find nothing."""
    with snapshot():
        assert not differences()


def edits(license: License):
    """A job that flips the license back and forth."""
    turns = cycle(BASES)

    def edit() -> None:
        with revision(actor="bench", reason="Measure.", via="command") as opened:
            stored = License.objects.get(pk=license.pk)
            stored.basis = next(turns)
            opened.save(stored)

    return edit


def previews(license: License):
    """A job that says what flipping the license would do, as the admin shows it."""

    def preview() -> None:
        with rehearsal() as supposed:
            stored = License.objects.get(pk=license.pk)
            stored.basis = next(basis for basis in BASES if basis != stored.basis)
            supposed.save(stored)
            supposed.resolve()
            effects = supposed.effects()
            assert effects.directions()
            assert effects.examples(50)
            assert effects.fingerprint

    return preview


def run(sql: str, parameters: list) -> None:
    """One statement, and its rows if it has any."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        if cursor.description:
            cursor.fetchall()


def fetched(client: Client, address: str) -> bytes:
    """One page, whole."""
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content


def serialized_page() -> str:
    """The rows of the JSON page as Django serializes them, policies included."""
    models = list(TextModel.objects.select_related("policy").order_by("canonical_id")[:100])
    policies = Policy.objects.filter(pk__in={model.policy_id for model in models})
    return serializers.serialize("json", [*models, *policies])


def exported() -> int:
    """The bytes of the product's export."""
    with snapshot():
        meta = export.describe(Revision.objects.current())
        return sum(len(piece) for piece in export.stream("ndjson", meta))


def plain_export() -> int:
    """The same content as a newcomer to Django would write it."""
    total = 0
    models = TextModel.objects.select_related("policy__license", "family").prefetch_related(
        "aliases", "routes__provider", "routes__policy__terms"
    )
    for model in models.order_by("canonical_id").iterator(chunk_size=500):
        record = {
            "id": model.canonical_id,
            "name": model.name,
            "aliases": [alias.name for alias in model.aliases.all()],
            "distillationPolicy": plain_policy(model.policy),
            "providers": [
                {
                    "provider": route.provider.slug,
                    "providerModelId": route.provider_model_id,
                    "available": route.available,
                    "distillationPolicy": plain_policy(route.policy),
                }
                for route in model.routes.all()
            ],
        }
        total += len(json.dumps(record))
    return total


def plain_policy(policy: Policy) -> dict[str, str]:
    """A policy object, encoded anew for every route."""
    fields = ("status", "label", "basis", "source_url", "note")
    return {name: getattr(policy, name) for name in fields}
