"""A small catalog with one of everything that an answer can be, recorded at a fixed time."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

RECORDED = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC)
FIREWORKS_NOTE = (
    "Fireworks permits use of outputs for any lawful purpose, subject to model-provider license "
    "and usage restrictions."
)


def record_small_catalog() -> None:
    """Revision 1: five models, six providers, nine routes."""
    with editing(at=RECORDED):
        _record(_licenses(), _providers())


def _licenses() -> dict:
    return {
        "apache": make_license(
            "apache-2.0",
            ALLOWS,
            source_url="https://www.apache.org/licenses/LICENSE-2.0",
            note="Permits use, reproduction and derivative works",
        ),
        "llama": make_license(
            "llama-2",
            RESTRICTS,
            source_url="https://ai.meta.com/llama/license/",
            note='Section 1.b.v: "You will not use the Llama Materials …"',
        ),
        "closed": make_license(
            "acme-closed",
            CLOSED,
            label="=Acme keeps its outputs",
            source_url="https://acme.example/terms?a=1&b=2",
            note="'Quoted', over\ntwo lines, with a comma",
        ),
    }


def _providers() -> dict:
    fireworks = make_terms(
        "fireworks",
        PERMITS,
        source_url="https://fireworks.ai/terms-of-service",
        note=FIREWORKS_NOTE,
    )
    deepseek = make_terms(
        "deepseek",
        "deepseek-api-terms",
        subject_to_license=False,
        source_url="https://deepseek.example/terms",
        note="Inputs and outputs may train other models.",
    )
    strict = make_terms(
        "strict", RESTRICTS, source_url="https://strict.example/tos", note="No competing models."
    )
    silent = make_terms("silent", SILENT, source_url="", note="Says nothing about outputs.")
    return {
        "fireworks": make_provider("fireworks", fireworks),
        "deepseek": make_provider("deepseek", deepseek),
        "strict": make_provider("strict", strict),
        "silent": make_provider("silent", silent),
        "bare": make_provider("bare"),
        "idle": make_provider("idle"),
    }


def _record(licenses: dict, providers: dict) -> None:
    qwen = make_model(
        "qwen/qwen3-32b",
        name="Qwen3 32B",
        owner="qwen",
        family=make_family("qwen3", licenses["apache"]),
        license_evidence="publisher",
        context_length=131072,
        release_date="2025-04",
        aliases=["Qwen3-32B", "accounts/fireworks/models/qwen3-32b", "=qwen3"],
    )
    llama = make_model("meta/llama-2-70b", licenses["llama"], name="Llama 2 70B", owner="meta")
    make_model("Acme/Größe", licenses["closed"], name="Größe ☃", owner="acme")
    unknown = make_model("mystery/model")
    make_model("z/alone", licenses["apache"])
    make_route(qwen, providers["silent"], provider_model_id="@cf/qwen/qwen3-32b")
    make_route(qwen, providers["fireworks"], provider_model_id="qwen3-32b")
    make_route(qwen, providers["strict"], provider_model_id="b")
    make_route(qwen, providers["strict"], provider_model_id="B", available=False)
    make_route(qwen, providers["bare"], provider_model_id="q")
    make_route(llama, providers["fireworks"], provider_model_id="llama-2-70b")
    make_route(llama, providers["deepseek"], provider_model_id="llama")
    own_terms = providers["strict"].terms
    make_route(unknown, providers["silent"], provider_model_id="m", terms=own_terms)
    make_route(unknown, providers["bare"], provider_model_id="-m", available=False)
