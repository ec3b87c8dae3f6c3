"""Lists as files: the same records in both formats, safe in a spreadsheet."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest

from policies.bases import NOTICE
from policies.export.tables import describe_table, table
from policies.models import Revision
from policies.revisions import snapshot
from tests import factories

ROWS = [
    {"name": "=1+1", "count": 2, "open": True, "on": date(2026, 11, 1), "kinds": ["a", "b"]},
    {"name": "-", "count": 0, "open": False, "on": None, "kinds": []},
]
FIELDS = ["name", "count", "open", "on", "kinds"]


def written(format, rows=ROWS, meta=None):
    return b"".join(table(format, FIELDS, rows, meta or {}))


def test_it_writes_json_with_its_own_types():
    document = json.loads(written("json", meta={"total": 2}))
    assert document["meta"] == {"total": 2}
    assert document["data"][0] == {**ROWS[0], "on": "2026-11-01"}
    assert document["data"][1] == ROWS[1]


def test_it_writes_csv_that_no_spreadsheet_runs():
    rows = list(csv.reader(io.StringIO(written("csv").decode(), newline="")))
    assert rows == [
        FIELDS,
        ["'=1+1", "2", "true", "2026-11-01", "a; b"],
        ["'-", "0", "false", "", ""],
    ]


def test_it_writes_a_time_alike_in_both_formats():
    rows = [{"at": datetime(2026, 11, 1, 9, 30, tzinfo=UTC)}]
    [_, cell] = b"".join(table("csv", ["at"], rows, {})).decode().split()
    assert cell == "2026-11-01T09:30:00Z"
    assert json.loads(b"".join(table("json", ["at"], rows, {})))["data"] == [{"at": cell}]


@pytest.mark.parametrize("format", ["csv", "json"])
def test_it_writes_an_empty_list_as_a_file_without_rows(format):
    text = written(format, rows=[], meta={"total": 0}).decode()
    assert (
        text
        == {
            "csv": "name,count,open,on,kinds\r\n",
            "json": '{"meta":{"total":0},"data":[\n]}\n',
        }[format]
    )


@pytest.mark.django_db
def test_it_describes_the_state_by_the_revisions_own_time():
    assert describe_table(None)["revision"] == 0
    factories.make_license()
    revision = Revision.objects.current()
    with snapshot():
        meta = describe_table(revision, list="models")
    assert meta["revision"] == 1
    assert meta["list"] == "models"
    assert meta["notice"] == NOTICE
    shown = json.loads(b"".join(table("json", [], [], meta)))["meta"]["generated_at"]
    assert shown.endswith("Z")
    assert shown.startswith(revision.at.isoformat()[:19])
