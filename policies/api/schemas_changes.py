"""The shapes of what changed, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from policies.api.schemas import DistillationPolicy, ModelId, left_out


class Change(Schema):
    """One model, or one provider row, that differs."""

    kind: Literal["model", "route"] = Field(description="A model, or a model at a provider.")
    model: ModelId
    provider: str | None = Field(
        description="The provider's slug; null: a model's own row.", examples=["fireworks"]
    )
    providerModelId: str | None = Field(  # noqa: N815
        description="What the provider calls the model; null: a model's own row.",
        examples=["accounts/fireworks/models/qwen3-32b"],
    )
    before: DistillationPolicy | None = Field(
        description="The answer at since; null: there was no such row."
    )
    after: DistillationPolicy | None = Field(
        description="The answer at revision; null: the row vanished."
    )
    record: dict[str, Any] | None = Field(
        description="The row as the export has it, a model without its providers; null: it vanished.",
        examples=[{"provider": "fireworks", "available": True}],
    )


class ChangedDocument(Schema):
    """A license or provider terms of which something public differs."""

    layer: Literal["license", "terms"] = Field(description="A license, or provider terms.")
    slug: str = Field(description="Its newest slug.", examples=["apache-2.0"])
    change: Literal["changed", "appeared", "vanished"] = Field(description="What became of it.")
    fields: list[str] = Field(description="What differs.", examples=[["note", "verified_on"]])
    flipped: bool = Field(
        description="Whether a revision since then changed the status or basis of any model or route "
        "under it; false: it changed without a flip."
    )


class ChangesMeta(Schema):
    """Between which revisions, and where to go on."""

    since: int = Field(description="The revision that the client knows.", ge=0, examples=[11])
    revision: int = Field(
        description="The revision up to which changes are told; the next since.",
        ge=0,
        examples=[12],
    )
    differing: Literal["answers", "records"] = Field(description="What makes a row differ.")
    page_size: int = Field(description="Rows on a page, at most.", ge=1, le=1000, examples=[100])
    next: str | None = Field(
        description="For after; null: this is the last page. A page before it can have few rows.",
        examples=["WzEyLCJxd2VuL3F3ZW4zLTMyYiIsIiIsIiJd"],
    )


class ChangesPage(Schema):
    """Some of the changes."""

    data: list[Change] = Field(description="The rows that differ, in the export's order.")
    documents: list[ChangedDocument] = Field(
        [],
        description="The documents that differ; on the first page alone.",
        json_schema_extra=left_out,
    )
    meta: ChangesMeta = Field(description="Between which revisions, and where to go on.")
