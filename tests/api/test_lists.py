"""The explore lists: filter, search, order and paging over one state."""

import pytest

from policies.models import Revision, TextModel
from tests.api.schema import assert_follows
from tests.factories import CLOSED, editing, make_license, make_model, save

MODELS = "/api/explore/text-models"
SEARCH = "/api/explore/search"
ALL_IDS = ["Acme/Größe", "meta/llama-2-70b", "mystery/model", "qwen/qwen3-32b", "z/alone"]


def ids(answer):
    return [model["id"] for model in answer["data"]]


@pytest.mark.usefixtures("small_catalog")
class TestOnTheSmallCatalog:
    def test_it_shows_a_model_whole(self, read):
        answer = read(MODELS)

        assert answer["data"][3] == {
            "id": "qwen/qwen3-32b",
            "name": "Qwen3 32B",
            "owned_by": "qwen",
            "family": "qwen3",
            "license": "apache-2.0",
            "license_evidence": "publisher",
            "distillationPolicy": {
                "status": "allowed",
                "label": "License permits distillation",
                "basis": "permissive-open-weights",
                "sourceUrl": "https://www.apache.org/licenses/LICENSE-2.0",
                "note": "Permits use, reproduction and derivative works.",
            },
        }
        assert_follows(answer, MODELS)

    def test_it_leaves_out_a_source_that_nobody_recorded(self, read):
        model = read(f"{SEARCH}?q=mystery")["data"][0]

        assert model["license"] is None
        assert model["distillationPolicy"] == {
            "status": "unknown",
            "label": "No policy is recorded",
            "basis": "provider-terms-unknown",
            "note": "No license or provider terms are recorded.",
        }

    def test_it_lists_all_without_a_filter(self, read):
        answer = read(MODELS)

        assert ids(answer) == ALL_IDS
        assert answer["meta"] == {
            "distillation": "all",
            "revision": 1,
            "total": 5,
            "page": 1,
            "page_size": 100,
            "pages": 1,
        }
        assert read(f"{MODELS}?distillation=all") == answer

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("allowed", ["qwen/qwen3-32b", "z/alone"]),
            ("disallowed", ["Acme/Größe", "meta/llama-2-70b"]),
            ("unknown", ["mystery/model"]),
        ],
    )
    @pytest.mark.parametrize("path", [MODELS, SEARCH])
    def test_it_filters_by_the_models_own_status(self, read, path, status, expected):
        answer = read(f"{path}?distillation={status}")

        assert ids(answer) == expected
        assert {one["distillationPolicy"]["status"] for one in answer["data"]} == {status}
        assert answer["meta"]["distillation"] == status
        assert answer["meta"]["total"] == len(expected)

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("qwen", ["qwen/qwen3-32b"]),
            ("QWEN3+32b", ["qwen/qwen3-32b"]),
            ("32b+qwen", ["qwen/qwen3-32b"]),
            ("accounts%2Ffireworks", ["qwen/qwen3-32b"]),
            ("%3Dqwen3", ["qwen/qwen3-32b"]),
            ("GRÖSSE", ["Acme/Größe"]),
            ("%E2%98%83", ["Acme/Größe"]),
            ("qwen+llama", []),
            ("l%25a", []),
            ("l_ama", []),
            ("%5C", []),
            ("l", ["meta/llama-2-70b", "mystery/model", "qwen/qwen3-32b", "z/alone"]),
        ],
    )
    def test_it_finds_models_of_which_every_word_is_part(self, read, words, expected):
        answer = read(f"{SEARCH}?type=text&q={words}")

        assert ids(answer) == expected
        assert_follows(answer, SEARCH)

    def test_it_applies_search_and_filter_together(self, read):
        assert ids(read(f"{SEARCH}?q=l&distillation=allowed")) == ["qwen/qwen3-32b", "z/alone"]

    def test_it_takes_no_word_for_no_restriction(self, read):
        assert ids(read(SEARCH)) == ALL_IDS

    @pytest.mark.parametrize("size", [1, 2, 3, 5])
    def test_it_pages_without_dropping_or_repeating(self, read, size):
        first = read(f"{MODELS}?page_size={size}")
        pages = [
            read(f"{MODELS}?page_size={size}&page={number}")
            for number in range(1, first["meta"]["pages"] + 1)
        ]

        assert [one for page in pages for one in ids(page)] == ALL_IDS
        assert {page["meta"]["total"] for page in pages} == {5}
        assert all(len(page["data"]) <= size for page in pages)

    def test_it_has_nothing_after_the_last_page(self, read):
        answer = read(f"{MODELS}?page=1000000&page_size=1000")

        assert answer["data"] == []
        assert answer["meta"]["total"] == 5
        assert answer["meta"]["pages"] == 1


def test_it_answers_before_anything_is_recorded(read):
    answer = read(MODELS)

    assert answer["data"] == []
    assert answer["meta"] == {
        "distillation": "all",
        "revision": 0,
        "total": 0,
        "page": 1,
        "page_size": 100,
        "pages": 0,
    }
    assert_follows(answer, MODELS)


def test_it_orders_ids_by_code_point(read):
    for name in ("b", "C", "a-b", "a/b", "ab", "a_b", "é", "y", "Z", "1", "𝒳", "豈"):
        make_model(name)

    found = ids(read(MODELS))
    assert found == sorted(found)
    assert len(found) == 12


def test_it_shows_an_edit_at_once(read):
    license = make_license()
    make_model("a", license)
    assert read(MODELS)["data"][0]["distillationPolicy"]["status"] == "allowed"
    before = read(MODELS)["meta"]["revision"]

    save(license, basis=CLOSED)

    answer = read(MODELS)
    assert answer["data"][0]["distillationPolicy"]["status"] == "disallowed"
    assert answer["meta"]["revision"] == before + 1 == Revision.objects.current_number()


@pytest.mark.parametrize("models", [1, 3])
@pytest.mark.parametrize(
    "address", [MODELS, f"{MODELS}?distillation=allowed", f"{SEARCH}?q=a&page_size=2"]
)
def test_it_asks_four_queries(get, django_assert_num_queries, models, address):
    with editing():
        for number in range(models):
            make_model(f"a/{number}", make_license())

    with django_assert_num_queries(4):
        assert get(address).json()["meta"]["total"] == models


def test_it_escapes_nothing_that_a_name_contains(read):
    name = 'quote " backslash \\ tag </script> line\u2028 end'
    make_model("a", name=name)

    assert read(MODELS)["data"][0]["name"] == name == TextModel.objects.get().name
