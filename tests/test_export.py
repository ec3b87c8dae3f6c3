"""The export: everything, in a fixed order, of one revision, the same bytes for the same state."""

import csv
import io
from collections import Counter
from datetime import timedelta, timezone

import orjson
import pytest
from django.db import connection

from policies.bases import NOTICE
from policies.export import CHUNK, FORMATS, SCHEMA_VERSION, describe, stream
from policies.export.cells import restore
from policies.export.formats import CSV_COLUMNS
from policies.models import ModelAlias, Provider, Revision, Route, TextModel
from policies.rules import RULES_VERSION
from tests.api.schema import assert_follows
from tests.factories import (
    CLOSED,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)
from tests.golden.catalog import record_small_catalog
from tests.golden.compare import assert_golden

pytestmark = pytest.mark.django_db
NAMES = ["ndjson", "json", "csv"]


def export(name: str, chunk: int = CHUNK) -> bytes:
    return b"".join(stream(name, describe(Revision.objects.current()), chunk=chunk))


def read_csv() -> list[dict]:
    rows = csv.DictReader(io.StringIO(export("csv").decode(), newline=""))
    return [{key: restore(cell) for key, cell in row.items()} for row in rows]


@pytest.mark.parametrize("name", NAMES)
def test_it_writes_the_committed_bytes(name):
    record_small_catalog()

    assert_golden(f"export.{name}", export(name))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("chunk", [1, 2, 5, 6])
def test_it_writes_the_same_however_it_is_cut(name, chunk):
    record_small_catalog()

    assert export(name, chunk) == export(name)


@pytest.mark.parametrize("name", NAMES)
def test_it_writes_the_same_whatever_the_rows_went_through(name):
    record_small_catalog()
    before = export(name)
    license = make_license("zzz")
    provider = make_provider("zzz")
    with editing() as opened:
        opened.delete(license)
        opened.delete(provider)
    for route in Route.objects.order_by("-pk"):
        save(route, lifecycle="beta")

    after = export(name)
    if name == "json":
        before, after = (orjson.loads(one)["models"] for one in (before, after))
    assert after == before


def test_it_holds_everything():
    record_small_catalog()
    models = [orjson.loads(line) for line in export("ndjson").splitlines()]

    assert [model["id"] for model in models] == list(
        TextModel.objects.order_by("canonical_id").values_list("canonical_id", flat=True)
    )
    routes = {(r["provider"], r["providerModelId"]) for m in models for r in m["providers"]}
    assert routes == set(Route.objects.values_list("provider__slug", "provider_model_id"))
    assert sum(len(model["providers"]) for model in models) == Route.objects.count() == 9
    spellings = {alias for model in models for alias in model["aliases"]}
    assert spellings | {model["id"] for model in models} == set(
        ModelAlias.objects.values_list("name", flat=True)
    )


def test_it_says_the_same_in_every_format():
    record_small_catalog()
    lines = [orjson.loads(line) for line in export("ndjson").splitlines()]
    document = orjson.loads(export("json"))
    rows = read_csv()

    assert document["models"] == lines
    expected = []
    for model in lines:
        expected.append(flat(model, {"terms": None, **model}))
        expected += [flat(model, row) for row in model["providers"]]
    assert rows == expected


def flat(model: dict, row: dict) -> dict:
    policy = row["distillationPolicy"]
    return {
        "model": model["id"],
        "provider": row.get("provider", ""),
        "provider_model_id": row.get("providerModelId", ""),
        "license": model["license"] or "",
        "terms": row["terms"] or "",
        "status": policy["status"],
        "basis": policy["basis"],
        "label": policy["label"],
        "source_url": policy.get("sourceUrl", ""),
        "note": policy["note"],
    }


def test_it_follows_its_schema():
    record_small_catalog()

    assert_follows(orjson.loads(export("json")), "/api/export")
    for line in export("ndjson").splitlines():
        assert_follows(orjson.loads(line), "/api/export", kind="application/x-ndjson")


def test_it_defuses_formulas_in_csv_alone():
    record_small_catalog()
    raw = list(csv.reader(io.StringIO(export("csv").decode(), newline="")))
    cells = {cell for row in raw for cell in row}

    assert {"'@cf/qwen/qwen3-32b", "'-m", "'=Acme keeps its outputs"} <= cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert tuple(raw[0]) == CSV_COLUMNS
    assert b"'@cf" not in export("json") + export("ndjson")


def test_it_describes_its_state():
    record_small_catalog()

    assert describe(Revision.objects.current()) == {
        "schemaVersion": SCHEMA_VERSION,
        "rulesVersion": RULES_VERSION,
        "revision": 1,
        "generatedAt": "2026-11-24T09:30:00.123456Z",
        "counts": {
            "models": {"total": 5, "allowed": 2, "disallowed": 2, "unknown": 1},
            "routes": {"total": 9, "allowed": 4, "disallowed": 4, "unknown": 1},
        },
        "notice": NOTICE,
    }


def test_it_counts_what_it_holds():
    record_small_catalog()
    document = orjson.loads(export("json"))
    models = document["models"]

    found = {
        "models": Counter(one["distillationPolicy"]["status"] for one in models),
        "routes": Counter(
            row["distillationPolicy"]["status"] for one in models for row in one["providers"]
        ),
    }
    for kind, counts in document["meta"]["counts"].items():
        assert counts.pop("total") == found[kind].total()
        assert counts == found[kind]


def test_it_tells_its_time_in_utc():
    revision = Revision(number=3)
    make_license()
    stored = Revision.objects.current()
    revision.at = stored.at.astimezone(timezone(timedelta(hours=5)))

    assert describe(revision)["generatedAt"] == describe(stored)["generatedAt"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ndjson", b""), ("csv", ",".join(CSV_COLUMNS).encode() + b"\r\n")],
)
def test_it_exports_nothing_before_anything_is_recorded(name, expected):
    assert export(name) == expected


def test_it_describes_nothing_before_anything_is_recorded():
    document = orjson.loads(export("json"))

    assert document["models"] == []
    assert document["meta"]["revision"] == 0
    assert document["meta"]["generatedAt"] is None
    assert document["meta"]["counts"]["routes"]["total"] == 0
    assert_follows(document, "/api/export")


def test_it_shows_family_licenses_and_own_terms():
    with editing():
        family = make_family("f", make_license("of-the-family", CLOSED))
        model = make_model("a", family=family)
        make_route(model, make_provider("p", make_terms("of-the-provider")))
        make_route(
            model, Provider.objects.get(), provider_model_id="x", terms=make_terms("of-the-route")
        )

    (record,) = orjson.loads(export("json"))["models"]
    assert record["license"] == "of-the-family"
    assert {row["terms"] for row in record["providers"]} == {"of-the-provider", "of-the-route"}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_it_asks_six_queries_and_four_where_the_database_writes(
    django_assert_num_queries, rows, name
):
    queries = 4 if connection.vendor == "postgresql" and name != "csv" else 6
    with editing():
        for number in range(rows):
            make_route(make_model(f"a/{number}", make_license(), aliases=[f"b{number}"]))

    with django_assert_num_queries(queries):
        export(name)


def test_it_knows_three_formats():
    assert list(FORMATS) == NAMES
    assert all(format.name == name for name, format in FORMATS.items())
