"""The shapes of the answers, for the OpenAPI document; tests hold every answer to them.

Views send bytes and never build these objects: encoding a policy once per pair is several times faster.
Fields are additive, so no shape forbids further ones.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from policies.bases import Basis, LicenseEvidence, Status


def left_out(schema: dict[str, Any]) -> None:
    """The field is absent where nothing is known: it has no default value."""
    schema.pop("default", None)


ModelId = Annotated[
    str, Field(description="The model's canonical id.", examples=["qwen/qwen3-32b"])
]
ModelName = Annotated[str, Field(description="The model's name.", examples=["Qwen3 32B"])]
Owner = Annotated[str, Field(description="Who made the model.", examples=["qwen"])]
FamilySlug = Annotated[
    str | None, Field(description="The family's slug; null: none recorded.", examples=["qwen"])
]
LicenseSlug = Annotated[
    str | None,
    Field(
        description="The effective license's slug; null: none recorded.", examples=["apache-2.0"]
    ),
]
TermsSlug = Annotated[
    str | None,
    Field(
        description="The effective terms' slug; null: nobody has recorded any, which is not silence.",
        examples=["fireworks-terms"],
    ),
]
ProviderSlug = Annotated[str, Field(description="The provider's slug.", examples=["fireworks"])]
ProviderModelId = Annotated[
    str,
    Field(
        description="What the provider calls the model.",
        examples=["accounts/fireworks/models/qwen3-32b"],
    ),
]
Available = Annotated[bool, Field(description="Whether the route is served now.")]
RevisionNumber = Annotated[
    int, Field(description="The number of the state shown.", ge=0, examples=[12])
]


def one_of(vocabulary: Any) -> dict[str, Any]:
    """The codes of a closed vocabulary."""
    return {"enum": list(vocabulary.values)}


class DistillationPolicy(Schema):
    """The answer: may outputs be used for distillation, on which basis, and who says so."""

    status: str = Field(description="The answer.", json_schema_extra=one_of(Status))
    label: str = Field(
        description="A summary for people.",
        min_length=1,
        examples=["Provider terms permit output use"],
    )
    basis: str = Field(
        description="The rule basis from which the status follows.",
        json_schema_extra=one_of(Basis),
        examples=["provider-output-use-terms"],
    )
    sourceUrl: str = Field(  # noqa: N815
        "",
        description="The license or terms that decided; left out when none is recorded.",
        pattern="^https?://",
        examples=["https://fireworks.ai/terms-of-service"],
        json_schema_extra=left_out,
    )
    note: str = Field(
        description="A short explanation, with its caveats; empty where none is recorded.",
        examples=[
            "Fireworks permits use of outputs for any lawful purpose, subject to model-provider "
            "license and usage restrictions. Model-level signal: license permits distillation."
        ],
    )


class Model(Schema):
    """A text model with its model-level answer."""

    id: ModelId
    name: ModelName
    owned_by: Owner
    family: FamilySlug
    license: LicenseSlug
    license_evidence: str = Field(
        description="How it is known which license the model carries.",
        json_schema_extra=one_of(LicenseEvidence),
    )
    distillationPolicy: DistillationPolicy  # noqa: N815


class Meta(Schema):
    """Which part of which state a list shows."""

    distillation: str = Field(
        description="The filter in force.", json_schema_extra={"enum": [*Status.values, "all"]}
    )
    revision: RevisionNumber
    total: int = Field(description="How many models pass the filter.", ge=0, examples=[1])
    page: int = Field(description="The page shown, counted from 1.", ge=1)
    page_size: int = Field(description="Models on a page.", ge=1, le=1000, examples=[100])
    pages: int = Field(description="How many pages there are.", ge=0)


class ModelPage(Schema):
    """One page of models, by id in code-point order."""

    data: list[Model]
    meta: Meta


class OpenAIModel(Schema):
    """A model in the OpenAI list shape; the fields from ``name`` on come with ``detailed=true``."""

    id: ModelId
    object: Literal["model"] = Field(description="As OpenAI's list has it.")
    created: int = Field(
        description="Release date, else the time of recording, in Unix time.",
        examples=[1745798400],
    )
    owned_by: Owner
    name: ModelName = Field("", json_schema_extra=left_out)
    context_length: int = Field(
        0,
        ge=1,
        description="Tokens of context, where known.",
        examples=[131072],
        json_schema_extra=left_out,
    )
    family: FamilySlug = Field(None, json_schema_extra=left_out)
    license: LicenseSlug = Field(None, json_schema_extra=left_out)
    distillationPolicy: DistillationPolicy = Field(  # type: ignore[assignment] # noqa: N815
        None, json_schema_extra=left_out
    )


class OpenAIModelList(Schema):
    """All models at once."""

    object: Literal["list"] = Field(description="As OpenAI's list has it.")
    data: list[OpenAIModel]


class ProviderRow(Schema):
    """One route of a model."""

    provider: ProviderSlug
    providerModelId: ProviderModelId  # noqa: N815
    available: Available
    terms: TermsSlug
    distillationPolicy: DistillationPolicy  # noqa: N815


class ModelProviders(Schema):
    """Who serves a model, and what follows for each route."""

    canonicalId: ModelId  # noqa: N815
    displayName: ModelName  # noqa: N815
    supportsProviderSelection: bool = Field(  # noqa: N815
        description="Whether an available route exists."
    )
    providers: list[ProviderRow]


class ExportedModel(Schema):
    """One model of the export, with its provider rows."""

    id: ModelId
    name: ModelName
    owned_by: Owner
    family: FamilySlug
    license: LicenseSlug
    aliases: list[str] = Field(
        description="Other spellings of the id.", examples=[["Qwen/Qwen3-32B"]]
    )
    distillationPolicy: DistillationPolicy  # noqa: N815
    providers: list[ProviderRow]


class Counts(Schema):
    """How many models or routes have which status."""

    total: int = Field(description="All of them.", ge=0, examples=[56])
    allowed: int = Field(description="Those that are allowed.", ge=0, examples=[35])
    disallowed: int = Field(description="Those that are disallowed.", ge=0, examples=[21])
    unknown: int = Field(description="Those that are unknown.", ge=0, examples=[0])


class ExportCounts(Schema):
    """What the export holds."""

    models: Counts
    routes: Counts


class ExportMeta(Schema):
    """Which state was exported, under which rules."""

    schemaVersion: int = Field(description="The version of this shape.")  # noqa: N815
    rulesVersion: int = Field(description="The version of the rules.")  # noqa: N815
    revision: RevisionNumber
    generatedAt: str | None = Field(  # noqa: N815
        description="The revision's own time; null before the first revision.",
        examples=["2026-11-24T09:30:00Z"],
    )
    counts: ExportCounts
    notice: str = Field(
        description="The caveats that every export carries.",
        examples=["Informational, not legal advice. …"],
    )


class ExportDocument(Schema):
    """The JSON export."""

    meta: ExportMeta
    models: list[ExportedModel]


class Error(Schema):
    """Problem details (RFC 9457): what was wrong; never an answer about a model or a route."""

    type: str = Field(description="Names the kind of error, for ever; about:blank: see the title.")
    title: str = Field(description="The kind of error in words, the same each time.")
    status: int = Field(description="The HTTP status.", ge=400, le=599)
    detail: str = Field(description="What was wrong this time.")
    parameter: str = Field("", description="The wrong parameter.", json_schema_extra=left_out)
    value: str = Field("", description="What was given for it.", json_schema_extra=left_out)
    accepted: list[str] = Field(
        [], description="What would do instead.", json_schema_extra=left_out
    )
