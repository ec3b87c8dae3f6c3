"""The OpenAI list shape: all models at once, policies only in detail."""

from datetime import UTC, datetime

import pytest

from policies.api.catalog import unix_time
from policies.models import TextModel
from tests.api.schema import assert_follows
from tests.factories import editing, make_license, make_model

PATH = "/api/v1/models"
RECORDED = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


@pytest.mark.usefixtures("small_catalog")
class TestOnTheSmallCatalog:
    def test_it_lists_every_model_briefly(self, read):
        answer = read(PATH)

        assert set(answer) == {"object", "data"}
        assert answer["object"] == "list"
        assert [model["id"] for model in answer["data"]] == sorted(
            TextModel.objects.values_list("canonical_id", flat=True)
        )
        assert answer["data"][3] == {
            "id": "qwen/qwen3-32b",
            "object": "model",
            "created": 1743465600,
            "owned_by": "qwen",
        }
        assert_follows(answer, PATH)
        assert read(f"{PATH}?detailed=false") == answer

    def test_it_adds_policies_in_detail(self, read):
        answer = read(f"{PATH}?detailed=true")

        assert answer["data"][3] == {
            "id": "qwen/qwen3-32b",
            "object": "model",
            "created": 1743465600,
            "owned_by": "qwen",
            "name": "Qwen3 32B",
            "context_length": 131072,
            "family": "qwen3",
            "license": "apache-2.0",
            "distillationPolicy": {
                "status": "allowed",
                "label": "License permits distillation",
                "basis": "permissive-open-weights",
                "sourceUrl": "https://www.apache.org/licenses/LICENSE-2.0",
                "note": "Permits use, reproduction and derivative works.",
            },
        }
        assert "context_length" not in answer["data"][0]
        assert_follows(answer, PATH)

    def test_it_carries_no_policy_without_being_asked(self, get):
        assert b"distillation" not in get(PATH).content

    def test_it_gives_the_time_of_recording_where_no_release_is_known(self, read):
        mystery = TextModel.objects.get(canonical_id="mystery/model")

        assert read(PATH)["data"][2]["created"] == int(mystery.created_at.timestamp())


@pytest.mark.parametrize(
    ("released", "created"),
    [
        ("2025-04-28", datetime(2025, 4, 28, tzinfo=UTC)),
        ("2025-04", datetime(2025, 4, 1, tzinfo=UTC)),
        ("2025", datetime(2025, 1, 1, tzinfo=UTC)),
        ("1969-12-31", datetime(1969, 12, 31, tzinfo=UTC)),
        ("", RECORDED.replace(microsecond=0)),
        ("2023-02-30", RECORDED.replace(microsecond=0)),
        ("0000", RECORDED.replace(microsecond=0)),
    ],
)
def test_it_reads_dates_as_precise_as_they_are_recorded(released, created):
    assert unix_time(released, RECORDED) == created.timestamp()


def test_it_is_never_paged(read):
    with editing():
        for number in range(120):
            make_model(f"m/{number}")

    assert len(read(PATH)["data"]) == 120


@pytest.mark.parametrize("models", [1, 3])
@pytest.mark.parametrize("address", [PATH, f"{PATH}?detailed=true"])
def test_it_asks_three_queries(get, django_assert_num_queries, models, address):
    with editing():
        for number in range(models):
            make_model(f"a/{number}", make_license())

    with django_assert_num_queries(3):
        assert len(get(address).json()["data"]) == models
