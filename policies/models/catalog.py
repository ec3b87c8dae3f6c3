"""What is served by whom: families, text models, their aliases, providers and routes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from policies import querysets
from policies.bases import LicenseEvidence, Lifecycle
from policies.models.fields import (
    LongText,
    SlugColumn,
    TextColumn,
    UrlColumn,
    http_url_constraint,
    length_constraint,
    validate_partial_date,
    vocabulary_constraint,
)
from policies.models.history import Curated, RevisionHistory, positive_version

MODEL_ID_LENGTH = 200
POINTER = ["policy"]
"""Written by the resolver; its history is ``Move``, so record history leaves it out."""


class Family(Curated):
    """A line of models; its license covers the members that have none of their own."""

    slug = SlugColumn(max_length=100, unique=True)
    name = TextColumn(max_length=200)
    license = models.ForeignKey(
        "policies.License", models.PROTECT, null=True, blank=True, related_name="families"
    )
    internal_note = LongText(blank=True, max_length=4000)

    history = RevisionHistory(user_model=settings.AUTH_USER_MODEL)
    objects = querysets.FamilyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "families"
        ordering = ["slug"]
        constraints = [
            positive_version("family_version"),
            models.CheckConstraint(condition=~Q(slug="") & ~Q(name=""), name="family_named"),
            length_constraint("family_lengths", slug=100, name=200, internal_note=4000),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The models of this family."""
        return f"{reverse('models')}?family={self.slug}"


class TextModel(Curated):
    """A text model, and how we know which license it carries."""

    canonical_id = TextColumn(max_length=MODEL_ID_LENGTH, unique=True)
    name = TextColumn(max_length=200)
    owner = TextColumn(max_length=100, blank=True, db_index=True)
    family = models.ForeignKey(Family, models.PROTECT, null=True, blank=True, related_name="models")
    license = models.ForeignKey(
        "policies.License", models.PROTECT, null=True, blank=True, related_name="models"
    )
    license_evidence = TextColumn(
        max_length=20, choices=LicenseEvidence.choices, default=LicenseEvidence.NONE
    )
    license_source_url = UrlColumn(blank=True)
    license_note = LongText(blank=True, max_length=2000)
    context_length = models.PositiveIntegerField(null=True, blank=True)
    release_date = TextColumn(max_length=10, blank=True, validators=[validate_partial_date])
    policy = models.ForeignKey(
        "policies.Policy", models.PROTECT, related_name="models", editable=False
    )
    search_text = models.TextField(default="", editable=False)

    history = RevisionHistory(
        user_model=settings.AUTH_USER_MODEL, excluded_fields=[*POINTER, "search_text"]
    )
    objects = querysets.TextModelQuerySet.as_manager()

    class Meta:
        verbose_name = "model"
        ordering = ["canonical_id"]
        constraints = [
            positive_version("model_version"),
            models.CheckConstraint(condition=~Q(canonical_id="") & ~Q(name=""), name="model_named"),
            http_url_constraint("license_source_url", "model_http_url"),
            vocabulary_constraint("license_evidence", LicenseEvidence, "model_license_evidence"),
            length_constraint(
                "model_lengths",
                canonical_id=MODEL_ID_LENGTH,
                name=200,
                owner=100,
                license_source_url=500,
                license_note=2000,
                release_date=10,
            ),
        ]

    def __str__(self) -> str:
        return self.canonical_id

    def get_absolute_url(self) -> str:
        """The model's page."""
        return reverse("model", args=[self.canonical_id])

    @property
    def effective_license(self):
        """The model's own license, else its family's, else None."""
        return self.license or (self.family.license if self.family else None)


class ModelAlias(Curated):
    """Any spelling of a model's id, its canonical one included; unique without regard to case."""

    name = TextColumn(max_length=MODEL_ID_LENGTH)
    key = TextColumn(max_length=2 * MODEL_ID_LENGTH, unique=True, editable=False)
    model = models.ForeignKey(TextModel, models.CASCADE, related_name="aliases")

    history = RevisionHistory(user_model=settings.AUTH_USER_MODEL)
    objects = querysets.AliasQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "model aliases"
        ordering = ["key"]
        constraints = [
            positive_version("alias_version"),
            models.CheckConstraint(condition=~Q(key=""), name="alias_key_present"),
            length_constraint("alias_lengths", name=MODEL_ID_LENGTH, key=2 * MODEL_ID_LENGTH),
        ]

    def __str__(self) -> str:
        return self.name


class Provider(Curated):
    """A gateway or host that serves models under terms of its own."""

    slug = SlugColumn(max_length=100, unique=True)
    name = TextColumn(max_length=200)
    docs_url = UrlColumn(blank=True)
    api_url = UrlColumn(blank=True)
    terms = models.ForeignKey(
        "policies.ProviderTerms", models.PROTECT, null=True, blank=True, related_name="providers"
    )
    internal_note = LongText(blank=True, max_length=4000)

    history = RevisionHistory(user_model=settings.AUTH_USER_MODEL)
    objects = querysets.ProviderQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            positive_version("provider_version"),
            models.CheckConstraint(condition=~Q(slug="") & ~Q(name=""), name="provider_named"),
            http_url_constraint("docs_url", "provider_docs_http_url"),
            http_url_constraint("api_url", "provider_api_http_url"),
            length_constraint(
                "provider_lengths",
                slug=100,
                name=200,
                docs_url=500,
                api_url=500,
                internal_note=4000,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The provider's page."""
        return reverse("provider", args=[self.slug])


class Route(Curated):
    """One model served by one provider under the provider's own id."""

    # Indexes are in Meta, one for each column: every move of a pointer writes all of them on PostgreSQL.
    model = models.ForeignKey(TextModel, models.PROTECT, db_index=False, related_name="routes")
    provider = models.ForeignKey(Provider, models.PROTECT, db_index=False, related_name="routes")
    provider_model_id = TextColumn(max_length=MODEL_ID_LENGTH)
    available = models.BooleanField(default=True)
    lifecycle = TextColumn(max_length=20, choices=Lifecycle.choices, default=Lifecycle.ACTIVE)
    terms = models.ForeignKey(
        "policies.ProviderTerms",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="routes",
    )
    catalog = TextColumn(max_length=50, blank=True, editable=False)
    # Without a constraint in the database, as in ``Move``: it would be checked at every move, one by one.
    policy = models.ForeignKey(
        "policies.Policy",
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="routes",
        editable=False,
    )

    history = RevisionHistory(user_model=settings.AUTH_USER_MODEL, excluded_fields=POINTER)
    objects = querysets.RouteQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            positive_version("route_version"),
            models.UniqueConstraint(
                fields=["provider", "provider_model_id"],
                name="route_unique",
                violation_error_message="This provider already has a route with this model id.",
            ),
            models.CheckConstraint(condition=~Q(provider_model_id=""), name="route_named"),
            vocabulary_constraint("lifecycle", Lifecycle, "route_lifecycle"),
            length_constraint("route_lengths", provider_model_id=MODEL_ID_LENGTH, catalog=50),
        ]
        indexes = [
            models.Index(fields=["provider", "id"], name="route_provider_page"),
            models.Index(fields=["model", "id"], name="route_model_page"),
            models.Index(fields=["policy", "id"], name="route_policy_page"),
            models.Index(fields=["terms"], name="route_terms", condition=Q(terms__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.provider_model_id} at {self.provider}"

    def get_absolute_url(self) -> str:
        """The route's page."""
        return reverse("route", args=[self.pk])

    @property
    def effective_terms(self):
        """The route's own terms, else its provider's, else None."""
        return self.terms or self.provider.terms
