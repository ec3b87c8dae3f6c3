"""The export over HTTP: the bytes of the export, with a length and a name."""

import pytest
from django.db import connection

from policies.export import FORMATS
from tests.factories import editing, make_license, make_model, make_route
from tests.golden.compare import FOLDER

EXPORT = "/api/export"
TYPES = {
    "ndjson": "application/x-ndjson",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
}


@pytest.mark.usefixtures("small_catalog")
@pytest.mark.parametrize("name", FORMATS)
def test_it_sends_the_export_whole(get, name):
    response = get(f"{EXPORT}?format={name}")

    assert response.status_code == 200
    assert response.body == (FOLDER / f"export.{name}").read_bytes()
    assert response.headers["Content-Type"] == TYPES[name]
    assert response.headers["Content-Length"] == str(len(response.body))
    disposition = response.headers["Content-Disposition"]
    assert disposition == f'attachment; filename="nanopolicy-r1.{name}"'


@pytest.mark.usefixtures("small_catalog")
def test_it_sends_ndjson_unless_told_otherwise(get):
    assert get(EXPORT).body == get(f"{EXPORT}?format=ndjson").body


@pytest.mark.parametrize("name", FORMATS)
def test_it_sends_the_same_bytes_for_the_same_state(get, name):
    make_route(make_model("a", make_license()))

    first, second = get(f"{EXPORT}?format={name}"), get(f"{EXPORT}?format={name}")
    assert first.body == second.body
    assert first.headers["ETag"] == second.headers["ETag"]


def test_it_sends_an_empty_export_before_anything_is_recorded(get):
    response = get(f"{EXPORT}?format=ndjson")

    assert response.status_code == 200
    assert response.body == b""
    assert "nanopolicy-r0.ndjson" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", FORMATS)
def test_it_asks_six_queries_and_four_where_the_database_writes(
    get, django_assert_num_queries, rows, name
):
    queries = 4 if connection.vendor == "postgresql" and name != "csv" else 6
    with editing():
        for number in range(rows):
            make_route(make_model(f"a/{number}", make_license()))

    with django_assert_num_queries(queries):
        assert get(f"{EXPORT}?format={name}").status_code == 200
