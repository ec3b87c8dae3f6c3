"""Lists as files: exactly the filtered list, in its order, of one revision, or an error."""

import csv
import io
import json
import tracemalloc
from collections import deque

import pytest

from policies.bases import NOTICE
from policies.models import Revision
from tests.factories import editing, make_family, make_model, make_route
from tests.pages.test_lists import LISTS, make_catalog

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]


@pytest.fixture
def fetch(client, settings):
    settings.PUBLIC_READ = True

    def get(address, status=200):
        response = client.get(address)
        assert response.status_code == status
        body = b"".join(response) if response.streaming else response.content
        return response, body.decode()

    return get


def as_rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_it_writes_exactly_the_filtered_list_in_its_order(fetch):
    make_catalog()
    query = "owner=Lab&sort=-name&license=open-1.0"
    response, text = fetch(f"/models/?{query}&format=json")
    document = json.loads(text)
    assert [row["id"] for row in document["data"]] == ["lab/open-1", "lab/open-0"]
    revision = Revision.objects.current()
    assert document["meta"] == {
        "revision": revision.number,
        "generated_at": revision.at.isoformat().replace("+00:00", "Z"),
        "list": "models",
        "filters": {"license": "open-1.0", "owner": "Lab"},
        "sort": "-name",
        "total": 2,
        "notice": NOTICE,
    }
    disposition = response.headers["Content-Disposition"]
    assert disposition == f'attachment; filename="nanopolicy-models-r{revision.number}.json"'
    assert [row["id"] for row in as_rows(fetch(f"/models/?{query}&format=csv")[1])] == [
        "lab/open-1",
        "lab/open-0",
    ]


def test_it_says_of_a_route_what_decided_it(fetch):
    make_catalog()
    rows = as_rows(fetch("/routes/?format=csv")[1])
    assert {
        name: rows[1][name]
        for name in ("model", "provider", "provider_model_id", "license", "terms", "layer")
    } == {
        "model": "lab/open-1",
        "provider": "host-1",
        "provider_model_id": "host-1/Open 1",
        "license": "open-1.0",
        "terms": "bans",
        "layer": "terms",
    }
    assert (rows[1]["status"], rows[1]["rule"]) == ("disallowed", "1")
    assert rows[1]["basis"] == "provider-output-use-restriction"
    assert rows[1]["label"] == "Provider terms restrict output use"
    assert rows[1]["source_url"] == "https://terms.example/bans"
    assert rows[1]["note"].endswith("Model-level signal: license permits distillation.")
    assert (rows[0]["conditions"], rows[1]["conditions"]) == ("attribution", "")
    assert rows[0]["decided_by"] == "open-1.0"


@pytest.mark.parametrize("address", [*LISTS, "/owners/", "/families/"])
def test_it_writes_every_list_alike_in_both_formats(address, fetch):
    make_catalog()
    make_family()
    rows = as_rows(fetch(f"{address}?format=csv")[1])
    document = json.loads(fetch(f"{address}?format=json")[1])
    assert document["meta"]["total"] == len(document["data"]) == len(rows) > 0
    for row, record in zip(rows, document["data"], strict=True):
        assert list(row) == list(record)
        assert all(name == name.lower() and name.isidentifier() for name in record)
        texts = {name: value for name, value in record.items() if isinstance(value, str)}
        assert {name: row[name] for name in texts} == texts


def test_it_writes_the_chosen_columns_alone(fetch):
    make_catalog()
    _, text = fetch("/routes/?columns=status,note&format=csv")
    assert text.splitlines()[0] == "model,model_name,status,note"


def test_it_writes_all_rows_whatever_page_the_reader_was_on(fetch, visit):
    with editing():
        for n in range(30):
            make_model(f"acme/m-{n:02}")
    page = visit("/models/?size=25")
    assert page.links()["CSV"] == "?format=csv"
    following = visit(f"/models/{page.links()['Next 5 →']}")
    assert following.links()["JSON"] == "?format=json"
    assert len(as_rows(fetch("/models/?size=25&format=csv")[1])) == 30


@pytest.mark.parametrize("query", ["status=alowed", "colour=red", "columns=x", "owner=", "sort=x"])
def test_it_refuses_a_wrong_address_in_the_format_and_writes_no_row(query, fetch):
    make_catalog()
    response, text = fetch(f"/routes/?{query}&format=json", status=400)
    assert response.headers["Content-Type"] == "application/json"
    [problem] = json.loads(text)["problems"]
    assert problem["parameter"] == query.partition("=")[0]
    assert "lab/open" not in text
    response, text = fetch(f"/routes/?{query}&format=csv", status=400)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert problem["detail"] in text


def test_it_names_field_value_and_accepted_ones(fetch):
    _, text = fetch("/models/?status=alowed&format=json", status=400)
    assert json.loads(text)["problems"] == [
        {
            "parameter": "status",
            "value": "alowed",
            "detail": "Status “alowed” is not a value. Accepted: allowed, disallowed, unknown, all.",
            "accepted": ["allowed", "disallowed", "unknown", "all"],
        }
    ]


def test_it_writes_an_empty_list_as_a_file_without_rows(fetch):
    make_catalog()
    assert json.loads(fetch("/models/?q=nowhere&format=json")[1])["data"] == []
    assert as_rows(fetch("/models/?q=nowhere&format=csv")[1]) == []


def test_it_writes_the_past_as_it_was(fetch):
    make_catalog()
    make_model("later/model")
    past = json.loads(fetch("/models/?as_of=r1&format=json")[1])
    assert [row["id"] for row in past["data"]] == ["lab/open-0", "lab/open-1", "lab/open-2"]
    assert past["meta"]["revision"] == 1


def test_it_defuses_what_a_spreadsheet_would_run(fetch):
    make_model("m", owner="=cmd()")
    assert as_rows(fetch("/models/?format=csv")[1])[0]["owner"] == "'=cmd()"


def test_it_holds_a_part_of_the_list_in_memory(client, settings, monkeypatch):
    """Three times the rows must not need twice the memory."""
    settings.PUBLIC_READ = True
    monkeypatch.setattr("policies.views.listpage.WRITTEN_AT_ONCE", 20)
    family = make_family()

    def peak():
        deque(client.get("/models/?format=csv"), maxlen=0)
        tracemalloc.start()
        deque(client.get("/models/?format=csv"), maxlen=0)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    def grow(count):
        with editing():
            for _ in range(count):
                model = make_model(family=family, license_note="x" * 1500)
                make_route(model)

    grow(80)
    few = peak()
    grow(160)
    assert peak() < 1.75 * few
