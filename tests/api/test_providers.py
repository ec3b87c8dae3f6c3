"""Who serves a model: one row per route, by any spelling of the model's id."""

import pytest

from tests.api.problems import problem_of
from tests.api.schema import assert_follows
from tests.factories import (
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

PATH = "/api/models/{canonicalId}/providers"


@pytest.mark.usefixtures("small_catalog")
class TestOnTheSmallCatalog:
    def test_it_shows_the_fireworks_row_to_the_letter(self, read):
        rows = read("/api/models/qwen%2Fqwen3-32b/providers")["providers"]
        row = next(row for row in rows if row["provider"] == "fireworks")

        assert row == {
            "provider": "fireworks",
            "providerModelId": "qwen3-32b",
            "available": True,
            "terms": "fireworks",
            "distillationPolicy": {
                "status": "allowed",
                "label": "Provider terms permit output use",
                "basis": "provider-output-use-terms",
                "sourceUrl": "https://fireworks.ai/terms-of-service",
                "note": "Fireworks permits use of outputs for any lawful purpose, subject to "
                "model-provider license and usage restrictions. Model-level signal: license "
                "permits distillation.",
            },
        }

    def test_it_gives_one_row_per_route_by_provider_and_its_id(self, read):
        answer = read("/api/models/qwen%2Fqwen3-32b/providers")

        assert answer["canonicalId"] == "qwen/qwen3-32b"
        assert answer["displayName"] == "Qwen3 32B"
        assert answer["supportsProviderSelection"] is True
        assert [
            (row["provider"], row["providerModelId"], row["available"], row["terms"])
            for row in answer["providers"]
        ] == [
            ("bare", "q", True, None),
            ("fireworks", "qwen3-32b", True, "fireworks"),
            ("silent", "@cf/qwen/qwen3-32b", True, "silent"),
            ("strict", "B", False, "strict"),
            ("strict", "b", True, "strict"),
        ]
        assert_follows(answer, PATH)

    @pytest.mark.parametrize(
        "spelling",
        [
            "qwen/qwen3-32b",
            "QWEN%2FQwen3-32B",
            "Qwen3-32B",
            "accounts%2Ffireworks%2Fmodels%2Fqwen3-32b",
            "accounts/fireworks/models/qwen3-32b",
            "%3Dqwen3",
        ],
    )
    def test_it_knows_the_model_by_any_spelling(self, read, spelling):
        answer = read(f"/api/models/{spelling}/providers")

        assert answer == read("/api/models/qwen%2Fqwen3-32b/providers")

    def test_it_tells_the_routes_own_terms(self, read):
        rows = read("/api/models/mystery/model/providers")["providers"]

        assert [(row["provider"], row["terms"]) for row in rows] == [
            ("bare", None),
            ("silent", "strict"),
        ]

    @pytest.mark.parametrize(
        ("model", "expected"),
        [("Acme/Gr%C3%B6%C3%9Fe", False), ("qwen/qwen3-32b", True), ("z/alone", False)],
    )
    def test_it_supports_selection_where_a_route_is_available(self, read, model, expected):
        answer = read(f"/api/models/{model}/providers")

        assert answer["supportsProviderSelection"] is expected
        assert_follows(answer, PATH)

    @pytest.mark.parametrize(
        "name",
        [
            "qwen%2Fqwen3-32",
            "qwen%252Fqwen3-32b",
            "nobody",
            "a%00b",
            "%00",
            "%FF%FE",
            "%ED%A0%80",
            "%F0%9F%A4%96",
            "a" * 3000,
            "%25",
            "..",
            "providers",
        ],
    )
    def test_it_knows_no_other_model(self, get, name):
        response = get(f"/api/models/{name}/providers")

        told = problem_of(response, 404)
        assert told["detail"] == "No model of this id or alias is recorded."
        assert_follows(response.json(), PATH, 404)


def test_it_selects_nothing_where_no_route_is_available(read):
    make_route(make_model("a"), available=False)

    answer = read("/api/models/a/providers")
    assert len(answer["providers"]) == 1
    assert answer["supportsProviderSelection"] is False


@pytest.mark.parametrize("routes", [1, 3])
def test_it_asks_four_queries(get, django_assert_num_queries, routes):
    with editing():
        model = make_model("a", make_license())
        for _ in range(routes):
            make_route(model, make_provider(terms=make_terms()))

    with django_assert_num_queries(4):
        assert len(get("/api/models/a/providers").json()["providers"]) == routes
