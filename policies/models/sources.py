"""What a curator records of one document: a model's license or a provider's terms."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from policies import querysets
from policies.bases import (
    LAYER_BASES,
    Basis,
    ClauseKind,
    ConditionKind,
    Evidence,
    Layer,
    Scope,
    Status,
)
from policies.models.fields import (
    LongText,
    SlugColumn,
    TextColumn,
    UrlColumn,
    http_url_constraint,
    length_constraint,
    vocabulary_constraint,
)
from policies.models.history import Curated, RevisionHistory, positive_version
from policies.rules import Facts, standard_label


def basis_column(layer: Layer) -> TextColumn:
    """A column for the bases that a document of this layer may record."""
    choices = [
        (basis.value, f"{basis.value} ({basis.status.label})") for basis in LAYER_BASES[layer]
    ]
    return TextColumn(max_length=40, choices=choices, default=Basis.PROVIDER_TERMS_UNKNOWN.value)


def validate_conditions(value: Any) -> None:
    """Refuse anything but a list of ``{"kind": …, "detail": …}`` with kinds of the closed list."""
    if not isinstance(value, list):
        raise ValidationError("Conditions are a list of objects with kind and detail.")
    accepted = ", ".join(ConditionKind.values)
    for position, item in enumerate(value, start=1):
        if not isinstance(item, dict) or set(item) != {"kind", "detail"}:
            raise ValidationError(f"Condition {position} needs exactly the keys kind and detail.")
        if item["kind"] not in ConditionKind.values:
            raise ValidationError(
                f"Condition {position}: kind {item['kind']!r} is not known; accepted: {accepted}."
            )
        detail = item["detail"]
        if not isinstance(detail, str) or len(detail) > 500 or "\0" in detail:
            raise ValidationError(f"Condition {position}: detail is a text of at most 500 letters.")


class PolicySource(Curated):
    """One document as a curator read it. ``note`` is for clients, ``internal_note`` is not."""

    layer: Layer
    basis: models.Field

    slug = SlugColumn(max_length=100, unique=True)
    name = TextColumn(max_length=200)
    source_url = UrlColumn(blank=True)
    label = TextColumn(max_length=200, blank=True)
    note = LongText(blank=True, max_length=2000)
    internal_note = LongText(blank=True, max_length=4000)
    quote = LongText(blank=True, max_length=4000)
    quote_section = TextColumn(max_length=200, blank=True)
    conditions = models.JSONField(default=list, blank=True, validators=[validate_conditions])
    evidence = TextColumn(max_length=20, choices=Evidence.choices, default=Evidence.NONE)
    verified_on = models.DateField(null=True, blank=True)
    verified_by = TextColumn(max_length=150, blank=True)
    review_by = models.DateField(null=True, blank=True)

    objects = querysets.SourceQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A basis other than unknown rests on a text that others can open, and on its own words."""
        super().clean()
        wrong = {}
        if self.basis != Basis.PROVIDER_TERMS_UNKNOWN and not self.source_url:
            wrong["source_url"] = f"A source URL is required for the basis {self.basis}."
        if self.lacks_quote():
            wrong["quote"] = (
                f"A quote is required for the basis {self.basis} where the evidence is "
                f"{self.evidence}: the sentence that was read, verbatim. Without one, record the "
                f"evidence as {Evidence.SECONDARY.value} or {Evidence.NONE.value}."
            )
        if wrong:
            raise ValidationError(wrong)

    def lacks_quote(self, evidence: str = "") -> bool:
        """Whether a reading is claimed for a decided basis (``evidence`` instead of one's own), unquoted."""
        claimed = evidence or self.evidence
        return (
            self.basis != Basis.PROVIDER_TERMS_UNKNOWN
            and claimed in Evidence.values
            and Evidence(claimed).claims_reading
            and not self.quote.strip()
        )

    @property
    def status(self) -> Status:
        """The status that the recorded basis implies."""
        return Basis(self.basis).status

    @property
    def shown_label(self) -> str:
        """The curator's label, else the standard one."""
        return self.label or standard_label(self.layer, Basis(self.basis))

    def facts(self) -> Facts:
        """What the rules need to know of this document."""
        return Facts(
            basis=Basis(self.basis),
            recorded=True,
            label=self.label,
            source_url=self.source_url,
            note=self.note,
            subject_to_license=getattr(self, "subject_to_license", True),
        )


def source_constraints(layer: Layer) -> list[models.BaseConstraint]:
    """The constraints of both document tables, named after the layer."""
    prefix = layer.value
    return [
        vocabulary_constraint("basis", LAYER_BASES[layer], f"{prefix}_basis"),
        vocabulary_constraint("evidence", Evidence, f"{prefix}_evidence"),
        http_url_constraint("source_url", f"{prefix}_http_url"),
        models.CheckConstraint(
            condition=Q(basis=Basis.PROVIDER_TERMS_UNKNOWN.value) | ~Q(source_url=""),
            name=f"{prefix}_source_for_basis",
            violation_error_message=(
                "source_url: a source URL is required for every basis but provider-terms-unknown."
            ),
        ),
        models.CheckConstraint(condition=~Q(slug="") & ~Q(name=""), name=f"{prefix}_named"),
        positive_version(f"{prefix}_version"),
        length_constraint(
            f"{prefix}_lengths",
            slug=100,
            name=200,
            source_url=500,
            label=200,
            note=2000,
            internal_note=4000,
            quote=4000,
            quote_section=200,
            verified_by=150,
        ),
    ]


class License(PolicySource):
    """A model's license; for a closed family, its owner's terms."""

    layer = Layer.LICENSE

    basis = basis_column(Layer.LICENSE)
    spdx_id = TextColumn("SPDX id", max_length=100, blank=True)
    version_name = TextColumn("version of the text", max_length=100, blank=True)
    publisher = TextColumn(max_length=200, blank=True)

    history = RevisionHistory(user_model=settings.AUTH_USER_MODEL)

    class Meta(PolicySource.Meta):
        constraints = [
            *source_constraints(Layer.LICENSE),
            length_constraint("license_own_lengths", spdx_id=100, version_name=100, publisher=200),
        ]

    def get_absolute_url(self) -> str:
        """The license's page."""
        return reverse("license", args=[self.slug])


class ProviderTerms(PolicySource):
    """A provider's terms on API outputs. A permission is subject to the license by default."""

    layer = Layer.TERMS

    basis = basis_column(Layer.TERMS)
    subject_to_license = models.BooleanField(default=True)
    clause_kind = TextColumn(max_length=50, choices=ClauseKind.choices, default=ClauseKind.UNSEEN)
    effective = TextColumn(max_length=200, blank=True)
    scope = TextColumn(max_length=20, choices=Scope.choices, default=Scope.API)

    history = RevisionHistory(user_model=settings.AUTH_USER_MODEL)

    class Meta(PolicySource.Meta):
        verbose_name_plural = "provider terms"
        constraints = [
            *source_constraints(Layer.TERMS),
            vocabulary_constraint("clause_kind", ClauseKind, "terms_clause_kind"),
            vocabulary_constraint("scope", Scope, "terms_scope"),
            length_constraint("terms_own_lengths", effective=200),
        ]

    def get_absolute_url(self) -> str:
        """The terms' page."""
        return reverse("terms", args=[self.slug])
