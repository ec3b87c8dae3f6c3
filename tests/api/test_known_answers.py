"""The answers that are known in advance, asked for over the API."""

from collections import Counter

import pytest

from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    assert_sound,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

pytestmark = pytest.mark.django_db


def rows_of(read, model):
    return {row["provider"]: row for row in read(f"/api/models/{model}/providers")["providers"]}


def policy(row):
    return row["distillationPolicy"]["status"], row["distillationPolicy"]["basis"]


def test_it_knows_deepseek_at_deepseek(read):
    with editing():
        terms = make_terms("deepseek", "deepseek-api-terms")
        deepseek = make_provider("deepseek", terms)
        make_route(make_model("deepseek/deepseek-v3", make_license(basis=ALLOWS)), deepseek)

    assert policy(rows_of(read, "deepseek%2Fdeepseek-v3")["deepseek"]) == (
        "allowed",
        "deepseek-api-terms",
    )


@pytest.mark.parametrize("provider", ["fireworks", "together", "nebius", "arliai"])
@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        (ALLOWS, ("allowed", "provider-output-use-terms")),
        (CLOSED, ("disallowed", "closed-provider-restriction")),
        (RESTRICTS, ("disallowed", "provider-output-use-restriction")),
        (SILENT, ("unknown", "provider-terms-unknown")),
    ],
)
def test_it_counts_a_permission_where_the_license_permits(read, provider, basis, expected):
    with editing():
        host = make_provider(provider, make_terms(basis=PERMITS))
        make_route(make_model("a", make_license(basis=basis)), host)

    assert policy(rows_of(read, "a")[provider]) == expected


@pytest.mark.parametrize("basis", [ALLOWS, CLOSED, RESTRICTS, SILENT])
def test_it_follows_an_explicit_restriction_whatever_the_license(read, basis):
    with editing():
        host = make_provider("host", make_terms(basis=RESTRICTS))
        make_route(make_model("a", make_license(basis=basis)), host)

    assert policy(rows_of(read, "a")["host"]) == ("disallowed", "provider-output-use-restriction")


def test_it_keeps_an_unknown_license_unknown_at_the_same_silent_provider(read):
    with editing():
        host = make_provider("host", make_terms(basis=SILENT))
        make_route(make_model("open", make_license(basis=ALLOWS)), host)
        make_route(make_model("unread", make_license(basis=SILENT)), host)
        make_route(make_model("bare"), host)

    assert policy(rows_of(read, "open")["host"]) == ("allowed", "permissive-open-weights")
    for model in ("unread", "bare"):
        assert policy(rows_of(read, model)["host"]) == ("unknown", "provider-terms-unknown")


def test_it_splits_an_open_qwen_model_over_56_providers_35_to_21(read):
    with editing():
        model = make_model("qwen/qwen3-32b", make_license("apache-2.0", ALLOWS), aliases=["qwen3"])
        restricting = [make_terms(basis=RESTRICTS) for _ in range(7)]
        permitting = [make_terms(basis=PERMITS) for _ in range(4)]
        for number in range(56):
            if number < 21:
                terms = restricting[number % 7]
            elif number < 25:
                terms = permitting[number - 21]
            else:
                terms = make_terms(basis=SILENT) if number % 2 else None
            make_route(model, make_provider(f"provider-{number:02}", terms))

    answer = read("/api/models/qwen3/providers")
    assert len(answer["providers"]) == 56
    statuses = Counter(row["distillationPolicy"]["status"] for row in answer["providers"])
    assert statuses == {"allowed": 35, "disallowed": 21}
    restricted = {row["provider"] for row in answer["providers"] if "disallowed" in policy(row)}
    assert restricted == {f"provider-{number:02}" for number in range(21)}
    assert_sound()
