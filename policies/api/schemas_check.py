"""The shapes of many questions at once and of their answers, for the OpenAPI document."""

from __future__ import annotations

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field

from policies.api.bodies import Text
from policies.api.schemas import ProviderRow, RevisionNumber, one_of
from policies.bases import Status

MOST = 1000
"""Questions in one request."""


class Pair(BaseModel):
    """One question: a model at a provider."""

    model_config = ConfigDict(extra="forbid", strict=True)

    model: Text = Field(
        description="The model's id or an alias, in any case.", examples=["qwen/qwen3-32b"]
    )
    provider: Text = Field(description="The provider's slug.", examples=["fireworks"])
    providerModelId: Text | None = Field(  # noqa: N815
        None,
        description="What the provider calls the model, where it serves it under several names.",
        examples=["accounts/fireworks/models/qwen3-32b"],
    )


class Questions(BaseModel):
    """What to check."""

    model_config = ConfigDict(extra="forbid", strict=True)

    pairs: list[Pair] = Field(description="Answered in this order.", min_length=1, max_length=MOST)


class CheckError(Schema):
    """Why there is no route to answer for."""

    code: str = Field(
        description="The kind of error, for ever.",
        json_schema_extra={"enum": ["unknown-model", "unknown-provider", "unknown-route"]},
    )
    detail: str = Field(
        description="The error in words.", examples=["No model of this id or alias is recorded."]
    )


class Checked(Schema):
    """The answer to one question."""

    model: str = Field(description="As asked.", examples=["Qwen3-32B"])
    provider: str = Field(description="As asked.", examples=["fireworks"])
    providerModelId: str | None = Field(  # noqa: N815
        description="As asked; null: not asked for.", examples=["qwen3-32b"]
    )
    canonicalId: str | None = Field(  # noqa: N815
        description="The model that is meant; null: none is.", examples=["qwen/qwen3-32b"]
    )
    status: str = Field(
        description="The answer: of several routes the strictest, with an error unknown.",
        json_schema_extra=one_of(Status),
    )
    routes: list[ProviderRow] = Field(description="The routes that are meant.")
    error: CheckError | None = Field(description="Why there is none; else null.")


class CheckMeta(Schema):
    """Which state was asked."""

    revision: RevisionNumber


class CheckedPairs(Schema):
    """The answers, in the order of the questions."""

    data: list[Checked] = Field(description="One answer for each question.")
    meta: CheckMeta = Field(description="Which state was asked.")
