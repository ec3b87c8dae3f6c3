"""The columns of the lists of models, of routes, of families and of owners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from policies.bases import ConditionKind, LicenseEvidence, Lifecycle, Status
from policies.filters import expressions as by
from policies.filters.columns import Column, plain
from policies.filters.orders import Key
from policies.models import Route
from policies.querysets import number_of

SPLIT = {
    Status.ALLOWED: "Allowed",
    Status.DISALLOWED: "Disallowed",
    Status.UNKNOWN: "Unknown",
}


def counted(name: str, label: str, path: str, key: Key, **more: Any) -> Column:
    """A column of numbers, the largest first."""
    return plain(name, label, path, key, first="-", css="num", drawn="number", shown=True, **more)


def split_columns(key: Callable[[str], Key]) -> tuple[Column, ...]:
    """Routes, and how many of them have each status; ``key`` gives what each is sorted by."""
    return (
        counted("routes", "Routes", "routes_total", key("routes")),
        *(
            counted(status.value, label, f"split.{status.value}", key(status.value), status=status)
            for status, label in SPLIT.items()
        ),
    )


def _of_model(name: str) -> Key:
    routes = Route.objects.all() if name == "routes" else Route.objects.with_status(name)
    return Key(f"{name}_count", int, lambda: number_of(routes, "model"))


def _of_group(name: str) -> Key:
    return Key("routes_total" if name == "routes" else f"split.{name}", int)


ANSWER = (
    plain("basis", "Basis", "policy.basis", "policy__basis", drawn="code"),
    plain("rule", "Rule", "policy.rule", Key("policy__rule", int), css="num", drawn="number"),
    plain(
        "evidence", "Evidence", "speaker.evidence", by.spoken_evidence("evidence"), drawn="evidence"
    ),
    plain(
        "verified",
        "Verified",
        "speaker.verified_on",
        by.spoken_day("verified", "verified_on"),
        first="-",
    ),
    plain(
        "verified_by",
        "Verified by",
        "speaker.verified_by",
        by.spoken_text("verified_by", "verified_by"),
    ),
    plain("review_by", "Review by", "speaker.review_by", by.spoken_day("review_by", "review_by")),
    plain(
        "conditions",
        "Conditions",
        "condition_kinds",
        by.binding("conditions"),
        first="-",
        words=ConditionKind,
    ),
    plain("label", "Label", "policy.label", "policy__label"),
    plain("source_url", "Source", "policy.source_url", "policy__source_url", drawn="url"),
    plain("note", "Note", "policy.note", by.opening("note", "policy__note"), drawn="long"),
)
"""What an answer and the document that decided it say; of models and of routes alike."""

STATUS = plain("status", "Status", "policy.status", "policy__status", shown=True)
LICENSE = plain(
    "license",
    "License",
    "policy.license.slug",
    by.text("license", "policy__license__slug"),
    shown=True,
)


def _facts(model: str = "") -> dict[str, Column]:
    """Columns by name of what is recorded of a model; ``model`` is the way to it from a row."""

    def path(name: str) -> str:
        return f"{model}.{name}" if model else name

    def key(name: str) -> str:
        return path(name).replace(".", "__")

    columns = (
        plain("owner", "Owner", path("owner"), key("owner")),
        plain(
            "family",
            "Family",
            path("family.slug"),
            by.text("family", key("family.slug")),
            drawn="code",
        ),
        plain(
            "context",
            "Context",
            path("context_length"),
            by.number("context", key("context_length")),
            first="-",
            css="num",
            drawn="number",
        ),
        plain(
            "released", "Released", path("release_date"), key("release_date"), first="-", css="num"
        ),
        plain(
            "license_evidence",
            "License known from",
            path("license_evidence"),
            by.rank("license_evidence", key("license_evidence"), LicenseEvidence),
            words=LicenseEvidence,
        ),
    )
    return {column.name: column for column in columns}


_OWN, _SERVED = _facts(), _facts("model")

MODEL_COLUMNS = (
    Column(
        "model",
        "Model",
        (Key("canonical_id"),),
        (("id", "canonical_id"), ("name", "name")),
        sort="id",
        shown=True,
    ),
    STATUS,
    LICENSE,
    *split_columns(_of_model),
    replace(_OWN["released"], shown=True),
    *(_OWN[name] for name in ("owner", "family", "context", "license_evidence")),
    plain(
        "license_source_url",
        "License source",
        "license_source_url",
        "license_source_url",
        drawn="url",
    ),
    plain(
        "license_note",
        "License note",
        "license_note",
        by.opening("license_note", "license_note"),
        drawn="long",
    ),
    *ANSWER,
)

ROUTE_COLUMNS = (
    Column(
        "model",
        "Model",
        (Key("model__canonical_id"),),
        (("model", "model.canonical_id"), ("model_name", "model.name")),
        shown=True,
    ),
    plain("provider", "Provider", "provider.slug", "provider__slug", shown=True),
    STATUS,
    Column(
        "decided_by",
        "Decided by",
        (by.spoken_text("decided_by", "slug"),),
        (("decided_by", "speaker.slug"), ("layer", "policy.layer")),
        shown=True,
    ),
    LICENSE,
    plain("available", "Available", "available", by.truth("available", "available"), shown=True),
    plain(
        "provider_model_id",
        "Id at the provider",
        "provider_model_id",
        "provider_model_id",
        drawn="code",
    ),
    plain(
        "lifecycle",
        "Lifecycle",
        "lifecycle",
        by.rank("lifecycle", "lifecycle", Lifecycle),
        words=Lifecycle,
    ),
    plain(
        "terms", "Terms", "policy.terms.slug", by.text("terms", "policy__terms__slug"), drawn="code"
    ),
    *(_SERVED[name] for name in ("owner", "family", "license_evidence", "context", "released")),
    plain("added", "Added", "added_on", Key("id", int), first="-"),
    *ANSWER,
)

FAMILY_COLUMNS = (
    Column("family", "Family", (Key("pk"),), (("family", "pk"), ("name", "name")), shown=True),
    Column(
        "license",
        "License",
        (Key("license_slug"),),
        (("license", "license_slug"), ("license_status", "license_status")),
        shown=True,
    ),
    counted("models", "Models", "models_total", Key("models_total", int)),
    *split_columns(_of_group),
)

OWNER_COLUMNS = (
    plain("owner", "Owner", "pk", "pk", shown=True),
    counted("models", "Models", "models_total", Key("models_total", int)),
    *(
        counted(
            f"models_{status.value}",
            f"Models {label.lower()}",
            f"models_split.{status.value}",
            Key(f"models_split.{status.value}", int),
            status=status,
        )
        for status, label in SPLIT.items()
    ),
    *split_columns(_of_group),
)
