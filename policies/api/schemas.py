"""The shapes of the answers, for the OpenAPI document; tests hold every answer to them.

Views send bytes and never build these objects: encoding a policy once per pair is several times faster.
Fields are additive, so no shape forbids further ones.
"""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from policies.bases import Basis, LicenseEvidence, Status


def _left_out(schema: dict[str, Any]) -> None:
    """The field is absent where nothing is known: it has no default value."""
    schema.pop("default", None)


def _one_of(vocabulary: Any) -> dict[str, Any]:
    return {"enum": list(vocabulary.values)}


class DistillationPolicy(Schema):
    """The answer: may outputs be used for distillation, on which basis, and who says so."""

    status: str = Field(json_schema_extra=_one_of(Status))
    label: str = Field(description="A summary for people.", min_length=1)
    basis: str = Field(
        description="The rule basis from which the status follows.",
        json_schema_extra=_one_of(Basis),
    )
    sourceUrl: str = Field(  # noqa: N815
        "",
        description="The license or terms that decided; left out when none is recorded.",
        pattern="^https?://",
        json_schema_extra=_left_out,
    )
    note: str = Field(
        description="A short explanation, with its caveats; empty where none is recorded."
    )


class Model(Schema):
    """A text model with its model-level answer."""

    id: str
    name: str
    owned_by: str
    family: str | None
    license: str | None = Field(description="The effective license's slug; null: none recorded.")
    license_evidence: str = Field(
        description="How it is known which license the model carries.",
        json_schema_extra=_one_of(LicenseEvidence),
    )
    distillationPolicy: DistillationPolicy  # noqa: N815


class Meta(Schema):
    """Which part of which state a list shows."""

    distillation: str = Field(json_schema_extra={"enum": [*Status.values, "all"]})
    revision: int = Field(description="The number of the state shown.", ge=0)
    total: int = Field(ge=0)
    page: int = Field(ge=1)
    page_size: int = Field(ge=1, le=1000)
    pages: int = Field(ge=0)


class ModelPage(Schema):
    """One page of models, by id in code-point order."""

    data: list[Model]
    meta: Meta


class OpenAIModel(Schema):
    """A model in the OpenAI list shape; the fields from ``name`` on come with ``detailed=true``."""

    id: str
    object: Literal["model"]
    created: int = Field(description="Release date, else the time of recording, in Unix time.")
    owned_by: str
    name: str = Field("", json_schema_extra=_left_out)
    context_length: int = Field(0, ge=1, description="Where known.", json_schema_extra=_left_out)
    family: str | None = Field(None, json_schema_extra=_left_out)
    license: str | None = Field(None, json_schema_extra=_left_out)
    distillationPolicy: DistillationPolicy = Field(  # type: ignore[assignment] # noqa: N815
        None, json_schema_extra=_left_out
    )


class OpenAIModelList(Schema):
    """All models at once."""

    object: Literal["list"]
    data: list[OpenAIModel]


class ProviderRow(Schema):
    """One route of a model."""

    provider: str
    providerModelId: str  # noqa: N815
    available: bool
    terms: str | None = Field(
        description="The effective terms' slug; null: nobody has recorded any, which is not silence."
    )
    distillationPolicy: DistillationPolicy  # noqa: N815


class ModelProviders(Schema):
    """Who serves a model, and what follows for each route."""

    canonicalId: str  # noqa: N815
    displayName: str  # noqa: N815
    supportsProviderSelection: bool = Field(  # noqa: N815
        description="Whether an available route exists."
    )
    providers: list[ProviderRow]


class ExportedModel(Schema):
    """One model of the export, with its provider rows."""

    id: str
    name: str
    owned_by: str
    family: str | None
    license: str | None
    aliases: list[str]
    distillationPolicy: DistillationPolicy  # noqa: N815
    providers: list[ProviderRow]


class Counts(Schema):
    """How many models or routes have which status."""

    total: int = Field(ge=0)
    allowed: int = Field(ge=0)
    disallowed: int = Field(ge=0)
    unknown: int = Field(ge=0)


class ExportCounts(Schema):
    """What the export holds."""

    models: Counts
    routes: Counts


class ExportMeta(Schema):
    """Which state was exported, under which rules."""

    schemaVersion: int  # noqa: N815
    rulesVersion: int  # noqa: N815
    revision: int = Field(ge=0)
    generatedAt: str | None = Field(  # noqa: N815
        description="The revision's own time; null before the first revision."
    )
    counts: ExportCounts
    notice: str


class ExportDocument(Schema):
    """The JSON export."""

    meta: ExportMeta
    models: list[ExportedModel]


class Error(Schema):
    """What was wrong; an error is never an answer about a model or a route."""

    detail: str
    parameter: str = Field("", description="The wrong parameter.", json_schema_extra=_left_out)
    value: str = Field("", description="What was given for it.", json_schema_extra=_left_out)
    accepted: list[str] = Field([], json_schema_extra=_left_out)
