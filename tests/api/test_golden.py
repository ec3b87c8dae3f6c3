"""One committed answer of every kind: whatever a change does to any of them shows in review.

``UPDATE_GOLDEN=1`` writes them anew, for a change that is meant.
"""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from policies.models import License
from tests.factories import CLOSED, editing
from tests.golden.catalog import RECORDED
from tests.golden.compare import assert_golden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_catalog")]

ANSWERS = {
    "text-models": "/api/explore/text-models?distillation=disallowed",
    "search": "/api/explore/search?q=acme",
    "models": "/api/v1/models?detailed=true",
    "providers": "/api/models/qwen%2Fqwen3-32b/providers",
    "routes": "/api/v1/routes?provider=strict",
    "licenses": "/api/v1/licenses",
    "terms": "/api/v1/terms",
    "hosts": "/api/v1/providers",
    "manifest": "/api/v1/manifest",
    "changes": "/api/v1/changes?since=1&differing=records",
    "explain": "/api/v1/explain?model=meta/llama-2-70b",
}
QUESTIONS = {
    "pairs": [
        {"model": "Qwen3-32B", "provider": "strict"},
        {"model": "meta/llama-2-70b", "provider": "fireworks", "providerModelId": "llama-2-70b"},
        {"model": "meta/llama-2-70b", "provider": "idle"},
    ]
}


@pytest.fixture(autouse=True)
def _edited(small_catalog, db):
    """A day later one license is closed and another gets a quote, so that something changed."""
    with editing(at=RECORDED + timedelta(days=1)) as opened:
        for license in License.objects.filter(slug__in=["apache-2.0", "llama-2"]):
            if license.slug == "llama-2":
                license.quote = "You will not use the Llama Materials …"
            else:
                license.basis = CLOSED
            opened.save(license)


def assert_answers(name: str, document) -> None:
    readable = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    assert_golden(f"answers/{name}.json", readable)


@pytest.mark.parametrize("name", ANSWERS)
def test_it_answers_as_committed(read, name):
    document = read(ANSWERS[name])
    for row in document["data"] if name == "models" else ():
        if row["id"] != "qwen/qwen3-32b":  # without a release date: when it was recorded
            row["created"] = 0
    assert_answers(name, document)


def test_it_checks_as_committed(client, public):
    sent = client.post("/api/v1/check", QUESTIONS, "application/json")
    assert_answers("check", sent.json())
