"""The shapes of an explanation, for the OpenAPI document."""

from __future__ import annotations

from typing import Literal

from ninja import Schema
from pydantic import Field

from policies.api.schemas import (
    Available,
    DistillationPolicy,
    ModelId,
    ModelName,
    ProviderModelId,
    ProviderSlug,
    RevisionNumber,
    left_out,
    one_of,
)
from policies.bases import Basis, ConditionKind, Evidence, LicenseEvidence


class ExplainedFact(Schema):
    """What a rule read."""

    sentence: str = Field(
        description="The fact in words.", examples=["The license permits distillation."]
    )
    document: str | None = Field(
        description="The slug of the document that it is from; null: nothing is recorded.",
        examples=["apache-2.0"],
    )


class ExplainedRule(Schema):
    """One rule, and what became of it."""

    rule: int = Field(description="Its place: the first that applies decides.", ge=1)
    code: str = Field(description="Its name, for ever.", examples=["license-allows"])
    title: str = Field(
        description="Its name in words.", examples=["The license allows, the provider is silent"]
    )
    outcome: str = Field(
        description="Whether it applied.",
        json_schema_extra={"enum": ["does not apply", "decides", "not reached"]},
    )
    status: str | None = Field(
        description="The status that follows, of the rule that decided; else null.",
        examples=["allowed"],
    )
    facts: list[ExplainedFact] = Field(description="What it read.")


class ExplainedDocument(Schema):
    """A document that had a part in the answer, as a curator read it."""

    layer: Literal["license", "terms"] = Field(description="A license, or provider terms.")
    slug: str = Field(description="Its slug.", examples=["apache-2.0"])
    name: str = Field(description="Its name.", examples=["Apache License 2.0"])
    decides: bool = Field(description="Whether it decided.")
    role: str = Field(
        description="The part that it played otherwise; empty where it decided.",
        examples=["The terms are silent on outputs."],
    )
    basis: str = Field(description="What was recorded of it.", json_schema_extra=one_of(Basis))
    quote: str = Field(description="Its own words, or empty.", examples=["reproduce, prepare …"])
    section: str = Field(description="Where they stand, or empty.", examples=["2"])
    sourceUrl: str | None = Field(  # noqa: N815
        description="Where to read it.", examples=["https://www.apache.org/licenses/LICENSE-2.0"]
    )
    evidence: str = Field(
        description="How much of it was read.", json_schema_extra=one_of(Evidence)
    )
    verifiedOn: str | None = Field(  # noqa: N815
        description="When it was last read; null: never.", examples=["2026-11-24"]
    )


class ExplainedCondition(Schema):
    """What a document still demands where it allows."""

    kind: str = Field(description="The kind of condition.", json_schema_extra=one_of(ConditionKind))
    detail: str = Field(
        description="The condition in words, or empty.", examples=["keep the notices"]
    )
    document: str = Field(
        description="The slug of the document that demands it.", examples=["apache-2.0"]
    )


class Explained(Schema):
    """An answer, and what it rests on."""

    distillationPolicy: DistillationPolicy = Field(description="The answer.")  # noqa: N815
    rules: list[ExplainedRule] = Field(description="Every rule, in order.")
    documents: list[ExplainedDocument] = Field(description="The one that decided first.")
    conditions: list[ExplainedCondition] = Field(description="What binds; empty unless allowed.")


class ExplainedModel(Schema):
    """The model; its own answer is there unless a provider was asked for."""

    id: ModelId
    name: ModelName
    licenseKnownFrom: str = Field(  # noqa: N815
        description="How it is known which license the model carries.",
        json_schema_extra=one_of(LicenseEvidence),
    )
    distillationPolicy: DistillationPolicy = Field(  # type: ignore[assignment] # noqa: N815
        None, description="The answer.", json_schema_extra=left_out
    )
    rules: list[ExplainedRule] = Field(
        [], description="Every rule, in order.", json_schema_extra=left_out
    )
    documents: list[ExplainedDocument] = Field(
        [], description="The one that decided first.", json_schema_extra=left_out
    )
    conditions: list[ExplainedCondition] = Field(
        [], description="What binds; empty unless allowed.", json_schema_extra=left_out
    )


class ExplainedRoute(Explained):
    """A model at a provider."""

    provider: ProviderSlug
    providerModelId: ProviderModelId  # noqa: N815
    available: Available


class ExplainMeta(Schema):
    """Which state was explained."""

    revision: RevisionNumber
    notice: str = Field(description="The caveats.", examples=["Informational, not legal advice. …"])


class Explanation(Schema):
    """The model with its own answer, and its routes with theirs."""

    meta: ExplainMeta = Field(description="Which state was explained.")
    model: ExplainedModel = Field(description="The model.")
    providers: list[ExplainedRoute] = Field(description="Its routes by provider.")
