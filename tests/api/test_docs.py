"""The OpenAPI document and the page made from it say what the API does."""

import tomllib
from pathlib import Path

import jsonschema
import pytest
from django.core.management import CommandError, call_command

from nanopolicy import __version__
from policies.api import reference
from policies.api.errors import KINDS
from policies.api.openapi import openapi_text
from tests.api.schema import document
from tests.pages.page import ReadPage

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "docs" / "openapi.json"
pytestmark = pytest.mark.django_db


def test_it_publishes_openapi_3_1(read):
    published = read("/api/openapi.json")

    assert published == document() | {"security": [{"token": []}, {"session": []}, {}]}
    assert published["openapi"] == "3.1.0"
    sent = [path for path, methods in published["paths"].items() if list(methods) != ["get"]]
    assert sent == ["/api/v1/check"]
    assert list(published["paths"]["/api/v1/check"]) == ["post"]


def test_it_demands_a_token_where_not_anybody_may_read(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("ann"))
    assert client.get("/api/openapi.json").json() == document()


def test_it_leads_from_answers_to_questions_that_there_are():
    whole = document()
    operations = {
        operation["operationId"]: operation
        for methods in whole["paths"].values()
        for operation in methods.values()
    }
    found = [
        link
        for operation in operations.values()
        for link in operation["responses"]["200"].get("links", {}).values()
    ]
    assert len(found) == 14
    for link in found:
        known = {one["name"] for one in operations[link["operationId"]]["parameters"]}
        assert set(link["parameters"]) <= known


def test_it_is_committed_as_it_is_published():
    """Every change of the contract shows in review."""
    stored = GOLDEN.read_text(encoding="utf-8")
    assert stored == openapi_text(), "docs/openapi.json is stale: run `manage.py openapi`."


def test_it_writes_and_compares_the_committed_document(tmp_path, capsys):
    path = tmp_path / "openapi.json"

    with pytest.raises(CommandError, match=r"openapi.json is stale: run `manage.py openapi`"):
        call_command("openapi", output=path, check=True)
    assert not path.exists()
    call_command("openapi", output=path)
    call_command("openapi", output=path)
    call_command("openapi", output=path, check=True)
    assert path.read_text(encoding="utf-8") == openapi_text()
    assert capsys.readouterr().out.splitlines() == [
        "Wrote openapi.json.",
        "openapi.json is current.",
        "openapi.json is current.",
    ]


def test_it_publishes_schemas_that_are_schemas():
    for schema in document()["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["description"]


def test_it_resolves_every_reference():
    whole = document()
    parts = ("schemas", "responses", "headers")
    named = {f"#/components/{part}/{name}" for part in parts for name in whole["components"][part]}

    def references(node):
        if isinstance(node, dict):
            for key, value in node.items():
                yield from [value] if key == "$ref" else references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    assert set(references(whole)) == named


def test_it_forbids_no_further_fields():
    """Fields are additive: a client that validates must not stumble over a new one."""
    shapes = document()["components"]["schemas"]
    closed = {name for name, shape in shapes.items() if "additionalProperties" in shape}
    assert closed == {"Questions", "Pair"}  # what is sent is strict


def test_it_has_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == __version__ == document()["info"]["version"]


def test_it_shows_every_operation_parameter_and_shape(client, public):
    page = ReadPage(client.get("/api/docs"))
    text = page.text()

    whole = document()
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in text
            for parameter in operation["parameters"]:
                assert parameter["name"] in text
                assert parameter.get("description", "") in text
    for name, schema in whole["components"]["schemas"].items():
        assert name in text
        assert set(schema["properties"]) <= set(text.split())


@pytest.mark.usefixtures("small_catalog")
def test_it_gives_examples_that_work(get, client):
    for operation in reference.operations(document()):
        address, body = operation["example"], operation["body"]
        if body:
            sent = client.post(address, body["example"], "application/json")
            assert sent.status_code == 200
        else:
            assert get(address).status_code == 200


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer"}, "integer"),
        ({"$ref": "#/components/schemas/Model"}, "Model"),
        ({"allOf": [{"$ref": "#/components/schemas/Model"}]}, "Model"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Model"}}, "list of Model"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"type": "string", "enum": ["a", "b"]}, "a | b"),
        ({"const": "text", "type": "string"}, "text"),
    ],
)
def test_it_says_a_shape_in_a_few_words(schema, words):
    assert reference.type_of(schema) == words


def test_it_tells_whether_a_login_is_needed(client, settings, django_user_model):
    settings.PUBLIC_READ = True
    assert "No login is needed." in client.get("/api/docs").content.decode()
    settings.PUBLIC_READ = False
    client.force_login(django_user_model.objects.create_user("ann"))
    assert "without either the answer is 401" in client.get("/api/docs").content.decode()


def test_it_documents_what_it_publishes():
    """The written guide names every path and every export column."""
    guide = (ROOT / "docs" / "api.md").read_text()

    for path in document()["paths"]:
        assert path in guide


def test_it_tells_every_error_where_its_type_leads(client, public):
    page = client.get("/api/docs").content.decode()

    for kind in KINDS:
        assert f'id="{kind.anchor}"' in page
        assert kind.type == f"/api/docs#{kind.anchor}"
        assert kind.meaning in page


def test_it_describes_and_exemplifies_everything():
    whole = document()
    shapes = whole["components"]["schemas"]
    for shape, schema in shapes.items():
        for name, details in schema["properties"].items():
            assert details.get("description") or "$ref" in str(details), (shape, name)
    for path, methods in whole["paths"].items():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                assert parameter["description"], (path, parameter["name"])
                assert parameter["example"] not in (None, ""), (path, parameter["name"])
                jsonschema.validate(parameter["example"], parameter["schema"])


def test_it_gives_examples_of_every_answer_that_follow_their_shapes():
    whole = document()
    answers = [
        response
        for methods in whole["paths"].values()
        for operation in methods.values()
        for response in operation["responses"].values()
        if "$ref" not in response
    ]
    for response in [*answers, *whole["components"]["responses"].values()]:
        for kind, body in response.get("content", {}).items():
            if kind != "text/csv":
                schema = {**body["schema"], "components": whole["components"]}
                jsonschema.Draft202012Validator(schema).validate(body["example"])


def test_it_tells_of_every_operation_who_may_ask_and_what_can_go_wrong():
    whole = document()
    assert whole["security"] == [{"token": []}, {"session": []}]
    for methods in whole["paths"].values():
        for operation in methods.values():
            assert {"400", "401", "403", "405", "413", "414", "429", "500"} <= set(
                operation["responses"]
            )
