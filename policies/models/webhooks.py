"""Who is told of new revisions, and the outbox of what is still to be told. No curated records."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from policies.bases import WebhookEvent
from policies.models.fields import (
    TextColumn,
    UrlColumn,
    http_url_constraint,
    length_constraint,
    vocabulary_constraint,
)

NAME_LENGTH = 80
MARK = "whsec_"
SECRET_BYTES = 32
ERROR_LENGTH = 300


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes it: ``whsec_`` and base64 of 32 random bytes."""
    return MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


class Webhook(models.Model):
    """An address that is told of new revisions.

    The secret is kept as it is, since every message is signed with it. Whoever reads it can forge a
    notice, which makes a receiver ask the API for what changed and tells it nothing else.
    """

    name = TextColumn(
        max_length=NAME_LENGTH,
        unique=True,
        error_messages={"unique": "There is a webhook of this name already."},
    )
    url = UrlColumn("address")
    event = TextColumn(
        "told of",
        max_length=20,
        choices=WebhookEvent.choices,
        default=WebhookEvent.REVISION,
    )
    active = models.BooleanField(default=True)
    secret = TextColumn(max_length=80, default=new_secret, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = TextColumn(max_length=150, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(url="") & Q(secret__startswith=MARK),
                name="webhook_complete",
            ),
            http_url_constraint("url", "webhook_url_http"),
            vocabulary_constraint("event", WebhookEvent, "webhook_event"),
            length_constraint(
                "webhook_lengths", name=NAME_LENGTH, url=500, secret=80, created_by=150
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message to one webhook: waiting while ``next_attempt_at`` is set, delivered, or given up.

    ``body`` is kept as it was signed, so that every attempt says the same under one ``message``.
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    revision = models.ForeignKey("policies.Revision", models.PROTECT, related_name="+")
    message = TextColumn(max_length=40, unique=True)
    body = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(null=True, default=timezone.now)
    delivered_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = TextColumn(max_length=ERROR_LENGTH, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(next_attempt_at=None), name="delivery_state"
            ),
            length_constraint("delivery_lengths", message=40, last_error=ERROR_LENGTH),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="delivery_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"revision {self.revision_id} to {self.webhook}"

    @property
    def state(self) -> str:
        """``delivered``, ``waiting`` or ``given up``."""
        if self.delivered_at is not None:
            return "delivered"
        return "given up" if self.next_attempt_at is None else "waiting"

    def again(self, at: datetime) -> None:
        """Due anew at this time, with all attempts before it."""
        self.attempts, self.next_attempt_at, self.delivered_at = 0, at, None
