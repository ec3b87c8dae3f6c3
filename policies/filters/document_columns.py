"""The columns of the lists of licenses, of provider terms and of providers."""

from __future__ import annotations

from policies.bases import ClauseKind, ConditionKind, Evidence, Layer, Scope
from policies.filters import expressions as by
from policies.filters.catalog_columns import counted, split_columns
from policies.filters.columns import Column, plain
from policies.filters.orders import Key

NAMED = (("slug", "slug"), ("name", "name"))


def _document_columns(layer: Layer, *used: Column) -> tuple[Column, ...]:
    """What both kinds of document record; ``used`` says what rests on each."""
    return (
        Column("name", "Name", (Key("name"),), NAMED, shown=True),
        plain("status", "Status", "status", by.status_of_basis("status", "basis"), shown=True),
        plain(
            "evidence",
            "Evidence",
            "evidence",
            by.rank("evidence", "evidence", Evidence),
            shown=True,
        ),
        plain(
            "verified",
            "Verified",
            "verified_on",
            by.day("verified", "verified_on"),
            first="-",
            css="num",
            shown=True,
        ),
        *used,
        plain("basis", "Basis", "basis", "basis", drawn="code"),
        plain("verified_by", "Verified by", "verified_by", "verified_by"),
        plain("review_by", "Review by", "review_by", by.day("review_by", "review_by")),
        plain(
            "conditions",
            "Conditions",
            "condition_kinds",
            by.items("conditions", "conditions"),
            first="-",
            words=ConditionKind,
        ),
        plain("label", "Label", "shown_label", by.shown_label("label", layer)),
        plain("source_url", "Source", "source_url", "source_url", drawn="url"),
        plain("note", "Note", "note", by.opening("note", "note"), drawn="long"),
        plain("quote", "Quote", "quote", by.opening("quote", "quote"), drawn="long"),
        plain("quote_section", "Section", "quote_section", "quote_section"),
    )


def _of_provider(name: str) -> Key:
    return Key(f"{name}_count", int, using="with_usage")


LICENSE_COLUMNS = (
    *_document_columns(
        Layer.LICENSE,
        counted("models", "Models", "models_count", Key("models_count", int, using="with_usage")),
        counted("routes", "Routes", "routes_count", Key("routes_count", int, using="with_usage")),
    ),
    plain("spdx_id", "SPDX id", "spdx_id", "spdx_id", drawn="code"),
    plain("version_name", "Version", "version_name", "version_name"),
    plain("publisher", "Publisher", "publisher", "publisher"),
)

TERMS_COLUMNS = (
    *_document_columns(
        Layer.TERMS,
        counted(
            "providers",
            "Providers",
            "providers_count",
            Key("providers_count", int, using="with_providers_count"),
        ),
        counted("routes", "Routes", "routes_count", Key("routes_count", int, using="with_usage")),
    ),
    plain(
        "clause_kind",
        "Clause",
        "clause_kind",
        by.rank("clause_kind", "clause_kind", ClauseKind),
        words=ClauseKind,
    ),
    plain(
        "subject_to_license",
        "Subject to the license",
        "subject_to_license",
        by.truth("subject_to_license", "subject_to_license"),
    ),
    plain("scope", "Scope", "scope", "scope", words=Scope),
    plain("effective", "In effect", "effective", "effective"),
)

PROVIDER_COLUMNS = (
    Column("provider", "Provider", (Key("name"),), NAMED, sort="name", shown=True),
    plain("terms", "Terms", "terms.slug", by.text("terms", "terms__slug"), shown=True),
    *split_columns(_of_provider),
    plain(
        "terms_status",
        "Status of the terms",
        "terms.status",
        by.status_of_basis("terms_status", "terms__basis"),
        drawn="status",
    ),
    plain(
        "evidence",
        "Evidence",
        "terms.evidence",
        by.rank("evidence", "terms__evidence", Evidence),
        drawn="evidence",
    ),
    plain(
        "verified",
        "Verified",
        "terms.verified_on",
        by.day("verified", "terms__verified_on"),
        first="-",
    ),
    plain("docs_url", "Documentation", "docs_url", "docs_url", drawn="url"),
    plain("api_url", "API address", "api_url", "api_url", drawn="url"),
)
