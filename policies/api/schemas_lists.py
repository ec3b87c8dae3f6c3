"""The shapes of the lists that page by cursor, for the OpenAPI document.

The fields of a record are declared here alone: what can be asked for by ``fields``, in this order.
"""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

from policies.api.schemas import (
    Available,
    Counts,
    DistillationPolicy,
    FamilySlug,
    LicenseSlug,
    ModelId,
    ModelName,
    Owner,
    ProviderModelId,
    ProviderSlug,
    RevisionNumber,
    TermsSlug,
    one_of,
)
from policies.bases import (
    Basis,
    ClauseKind,
    ConditionKind,
    Evidence,
    Layer,
    LicenseEvidence,
    Lifecycle,
    Scope,
    Status,
)


def _trimmed(schema: dict[str, Any]) -> None:
    """With ``fields`` any of them can be absent."""
    schema.pop("required")


class Record(Schema):
    """One record of a list."""

    model_config = ConfigDict(json_schema_extra=_trimmed)


Day = Annotated[str | None, Field(json_schema_extra={"format": "date"}, examples=["2026-11-24"])]
Text = Annotated[str | None, Field(examples=["…"])]
Url = Annotated[str | None, Field(examples=["https://fireworks.ai/terms-of-service"])]
Count = Annotated[int, Field(ge=0, examples=[35])]


class Condition(Schema):
    """What a document still demands where it allows."""

    kind: str = Field(description="Its kind.", json_schema_extra=one_of(ConditionKind))
    detail: str = Field(
        description="It in words; empty: the kind says it all.", examples=["keep the notice"]
    )


class BindingCondition(Condition):
    """A condition that binds in this route's answer."""

    document: str = Field(description="The slug of the document.", examples=["apache-2.0"])


class RouteRecord(Record):
    """One model at one provider, with its answer."""

    model: ModelId
    modelName: ModelName  # noqa: N815
    owned_by: Owner
    family: FamilySlug
    provider: ProviderSlug
    providerModelId: ProviderModelId  # noqa: N815
    available: Available
    lifecycle: str = Field(
        description="Where the route stands in its life.", json_schema_extra=one_of(Lifecycle)
    )
    license: LicenseSlug
    license_evidence: str = Field(
        description="How it is known which license the model carries.",
        json_schema_extra=one_of(LicenseEvidence),
    )
    terms: TermsSlug
    rule: int = Field(description="The number of the rule that decided.", ge=1, le=5)
    layer: str = Field(
        description="Which kind of document speaks.", json_schema_extra=one_of(Layer)
    )
    document: str | None = Field(
        description="The slug of the document that speaks; null: nothing is recorded.",
        examples=["fireworks-terms"],
    )
    evidence: str | None = Field(
        description="How far that document was read; null: there is none.",
        examples=[Evidence.TEXT_READ.value],
    )
    verifiedOn: Day = Field(description="When it was last read; null: never.")  # noqa: N815
    conditions: list[BindingCondition] = Field(
        description="What binds; nothing where the answer does not allow."
    )
    distillationPolicy: DistillationPolicy = Field(description="The answer.")  # noqa: N815


class DocumentRecord(Record):
    """What a curator recorded of one document."""

    slug: str = Field(description="Its name in addresses, for ever.", examples=["apache-2.0"])
    name: str = Field(description="Its name.", examples=["Apache License 2.0"])
    status: str = Field(
        description="What its basis implies; of a route the rules decide.",
        json_schema_extra=one_of(Status),
    )
    basis: str = Field(description="What it was read to say.", json_schema_extra=one_of(Basis))
    label: str = Field(
        description="The curator's words for it, or the standard ones.",
        examples=["License permits distillation"],
    )
    sourceUrl: Url = Field(description="Where it stands; null: not recorded.")  # noqa: N815
    note: Text = Field(description="An explanation; null: none.")
    quote: Text = Field(description="The sentence that decides, verbatim; null: none kept.")
    quoteSection: Text = Field(description="Where in it the quote stands.")  # noqa: N815
    conditions: list[Condition] = Field(description="What it demands where it allows.")
    evidence: str = Field(description="How far it was read.", json_schema_extra=one_of(Evidence))
    verifiedOn: Day = Field(description="When it was last read; null: never.")  # noqa: N815
    verifiedBy: Text = Field(description="Who read it; null: nobody is recorded.")  # noqa: N815
    reviewBy: Day = Field(  # noqa: N815
        description="By when it should be read again; null: no day is set."
    )


class LicenseRecord(DocumentRecord):
    """A model's license, or the owner's terms of a closed family."""

    spdxId: Text = Field(description="Its SPDX id; null: it has none.")  # noqa: N815
    versionName: Text = Field(description="The version of the text.")  # noqa: N815
    publisher: Text = Field(description="Who published it.")
    models: Count = Field(description="Models whose effective license it is.")
    routes: Count = Field(description="Routes of those models.")


class TermsRecord(DocumentRecord):
    """A provider's terms on outputs."""

    clauseKind: str = Field(  # noqa: N815
        description="The kind of clause on outputs.", json_schema_extra=one_of(ClauseKind)
    )
    subjectToLicense: bool = Field(  # noqa: N815
        description="Whether a permission counts only where the license allows."
    )
    scope: str = Field(
        description="Which of the provider's offers it covers.", json_schema_extra=one_of(Scope)
    )
    effective: Text = Field(description="Since when it holds, as the text says it.")
    providers: Count = Field(description="Providers whose own terms these are.")
    routes: Count = Field(description="Routes whose effective terms these are.")


class ProviderRecord(Record):
    """Who serves models, under which terms, with how many answers of each kind."""

    slug: ProviderSlug
    name: str = Field(description="Its name.", examples=["Fireworks"])
    terms: TermsSlug
    docsUrl: Url = Field(description="Its documentation; null: not recorded.")  # noqa: N815
    apiUrl: Url = Field(description="Where its API answers; null: not recorded.")  # noqa: N815
    routes: Counts = Field(description="Its routes by status.")


class ListMeta(Schema):
    """Which part of which state a list shows."""

    revision: RevisionNumber
    total: int = Field(description="How many records pass the filters.", ge=0, examples=[56])
    page_size: int = Field(description="Records on a page.", ge=1, le=1000, examples=[100])
    sort: str = Field(description="The order in force.", examples=["model"])
    next: str | None = Field(
        description="The value of `after` for the next page; null: this is the last.",
        examples=["WyJtb2RlbCIsMTAwXQ"],
    )


class RoutePage(Schema):
    """One page of routes."""

    data: list[RouteRecord] = Field(description="The records.")
    meta: ListMeta = Field(description="Which part is shown.")


class LicensePage(Schema):
    """One page of licenses."""

    data: list[LicenseRecord] = Field(description="The records.")
    meta: ListMeta = Field(description="Which part is shown.")


class TermsPage(Schema):
    """One page of provider terms."""

    data: list[TermsRecord] = Field(description="The records.")
    meta: ListMeta = Field(description="Which part is shown.")


class ProviderPage(Schema):
    """One page of providers."""

    data: list[ProviderRecord] = Field(description="The records.")
    meta: ListMeta = Field(description="Which part is shown.")
