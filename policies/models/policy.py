"""What follows from the records, and how it changed. Written by the resolver alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from policies import querysets
from policies.bases import Basis, Layer, Status, Via
from policies.models.fields import LongText, TextColumn, vocabulary_constraint
from policies.rules import Resolution

ANSWER_FIELDS = Resolution._fields
"""The columns of one resolved answer, in the order of ``Resolution``."""


class WriterLock(models.Model):
    """The singleton row that every revision locks before it reads anything."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)

    def __str__(self) -> str:
        return "writer lock"


class Policy(models.Model):
    """The resolved answer for one (license or none, terms or none) pair.

    Models and routes point at their pair's row. Pairs that nothing uses any more are kept,
    since history refers to them.
    """

    license = models.ForeignKey("policies.License", models.CASCADE, null=True, related_name="+")
    terms = models.ForeignKey("policies.ProviderTerms", models.CASCADE, null=True, related_name="+")
    license_key = models.GeneratedField(
        expression=Coalesce("license_id", Value(0)),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    terms_key = models.GeneratedField(
        expression=Coalesce("terms_id", Value(0)),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    status = TextColumn(max_length=20, choices=Status.choices, db_index=True)
    basis = TextColumn(max_length=40, choices=Basis.choices)
    label = TextColumn(max_length=200)
    source_url = TextColumn(max_length=500, blank=True)
    note = LongText(blank=True)
    rule = models.PositiveSmallIntegerField()
    layer = TextColumn(max_length=10, choices=Layer.choices)

    objects = querysets.PolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "policies"
        ordering = ["license_key", "terms_key"]
        constraints = [
            models.UniqueConstraint(fields=["license_key", "terms_key"], name="policy_pair"),
            vocabulary_constraint("status", Status, "policy_status"),
            vocabulary_constraint("basis", Basis, "policy_basis"),
            vocabulary_constraint("layer", Layer, "policy_layer"),
            *[
                models.CheckConstraint(
                    condition=~Q(basis=basis.value) | Q(status=basis.status.value),
                    name=f"policy_{basis.name.lower()}",
                )
                for basis in Basis
            ],
        ]

    def __str__(self) -> str:
        return f"{self.license or 'no license'} × {self.terms or 'no terms'}: {self.status}"

    @property
    def answer(self) -> Resolution:
        """The stored answer, in the form in which the rules give it."""
        return Resolution(*(getattr(self, field) for field in ANSWER_FIELDS))


class Revision(models.Model):
    """One committed change of the records: who, when, why, by which door."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor = TextColumn(max_length=150)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = LongText(blank=True)
    via = TextColumn(max_length=20, choices=Via.choices)
    rules_version = models.PositiveIntegerField()

    objects = querysets.RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_number"),
            vocabulary_constraint("via", Via, "revision_via"),
        ]

    def __str__(self) -> str:
        return f"Revision {self.number}"

    def get_absolute_url(self) -> str:
        """The revision's page."""
        return reverse("revision", args=[self.number])


class PolicyChange(models.Model):
    """One pair's answer before and after one revision; an empty before means a new pair.

    ``routes`` and ``models`` count what pointed at the pair both before and after: exactly those
    whose answer this change altered. What moved is in ``Move``.
    """

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="policy_changes")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="changes")
    license_slug = TextColumn(max_length=100, blank=True)
    terms_slug = TextColumn(max_length=100, blank=True)
    before_status = TextColumn(max_length=20, blank=True)
    before_basis = TextColumn(max_length=40, blank=True)
    before_label = TextColumn(max_length=200, blank=True)
    before_source_url = TextColumn(max_length=500, blank=True)
    before_note = LongText(blank=True)
    before_rule = models.PositiveSmallIntegerField(null=True)
    before_layer = TextColumn(max_length=10, blank=True)
    after_status = TextColumn(max_length=20)
    after_basis = TextColumn(max_length=40)
    after_label = TextColumn(max_length=200)
    after_source_url = TextColumn(max_length=500, blank=True)
    after_note = LongText(blank=True)
    after_rule = models.PositiveSmallIntegerField()
    after_layer = TextColumn(max_length=10)
    routes = models.PositiveIntegerField(default=0)
    models_count = models.PositiveIntegerField("models", default=0)

    objects = querysets.PolicyChangeQuerySet.as_manager()

    class Meta:
        ordering = ["revision_id", "policy_id"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "policy"], name="policychange_unique")
        ]
        indexes = [models.Index(fields=["policy", "revision"], name="policychange_as_of")]

    def __str__(self) -> str:
        return f"{self.revision}: {self.before_status or 'new'} → {self.after_status}"


class Move(models.Model):
    """One model or route pointed at another pair; none before = appeared, none after = vanished.

    Ids are kept without a database constraint, and ``subject`` as text, since history outlives
    the rows: a model's canonical id, or a route's model id at its provider. Pairs and revisions are
    held by constraints of ``PolicyChange`` and ``TallyStep``: to look up both for each of a million
    moves takes longer than to write them.
    """

    revision = models.ForeignKey(
        Revision, models.PROTECT, db_constraint=False, db_index=False, related_name="moves"
    )
    model = models.ForeignKey(
        "policies.TextModel",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,  # its constraint with the revision has one
        related_name="+",
    )
    route = models.ForeignKey(
        "policies.Route",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,  # its constraint with the revision has one
        related_name="+",
    )
    provider = models.ForeignKey(
        "policies.Provider",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    subject = TextColumn(max_length=200)
    before = models.ForeignKey(
        Policy, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    after = models.ForeignKey(
        Policy, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["revision"], name="move_revision"),
            models.Index(fields=["provider"], name="move_provider"),
            models.Index(fields=["before"], name="move_before", condition=Q(before__isnull=False)),
            models.Index(fields=["after"], name="move_after"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "revision"], name="move_model", condition=Q(model__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["route", "revision"], name="move_route", condition=Q(route__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(model__isnull=True, route__isnull=False, provider__isnull=False)
                | Q(model__isnull=False, route__isnull=True, provider__isnull=True),
                name="move_subject",
            ),
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False), name="move_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.subject}"


class Tally(models.Model):
    """How many routes of one provider, or models of all, point at one pair.

    Only moves change it. ``provider`` empty: ``models`` counts models and ``routes`` all routes.
    """

    provider = models.ForeignKey(
        "policies.Provider", models.CASCADE, null=True, related_name="tallies"
    )
    provider_key = models.GeneratedField(
        expression=Coalesce("provider_id", Value(0)),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    policy = models.ForeignKey(Policy, models.CASCADE, related_name="tallies")
    routes = models.IntegerField(default=0)
    models_count = models.IntegerField("models", default=0)

    objects = querysets.TallyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(fields=["policy", "provider_key"], name="tally_unique"),
            models.CheckConstraint(
                condition=Q(routes__gte=0) & Q(models_count__gte=0), name="tally_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider or 'all'}: {self.routes} routes, {self.models_count} models"


class TallyStep(models.Model):
    """By how much one revision's moves changed one count; past counts are the present ones without these.

    The provider is kept without a database constraint, since history outlives it.
    """

    revision = models.ForeignKey(
        Revision,
        models.PROTECT,
        db_index=False,  # its constraint has one
        related_name="tally_steps",
    )
    provider = models.ForeignKey(
        "policies.Provider",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    provider_key = models.GeneratedField(
        expression=Coalesce("provider_id", Value(0)),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    policy = models.ForeignKey(Policy, models.PROTECT, db_index=False, related_name="+")
    routes = models.IntegerField()
    models_count = models.IntegerField("models")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "policy", "provider_key"], name="tallystep_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.routes:+} routes, {self.models_count:+} models"
