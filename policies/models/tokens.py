"""Tokens of the API: who may ask without a login. No curated record: no revision, no history."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from policies import querysets
from policies.bases import TokenScope
from policies.models.fields import TextColumn, length_constraint

NAME_LENGTH = 80
MARK = "npk_"
PREFIX_LENGTH, SECRET_LENGTH = 8, 40
LETTERS = string.ascii_letters + string.digits
GOOD_FOR = timedelta(days=90)
"""From its making to its end, unless told otherwise."""
USE_NOTED_EVERY = timedelta(minutes=10)
"""How old the last noted use must be: a use a second must not be a write a second."""


def validate_scopes(scopes: Any) -> None:
    """Refuse anything but a list of different scopes, at least one."""
    if not isinstance(scopes, list) or not scopes or len(set(map(str, scopes))) != len(scopes):
        raise ValidationError("Give at least one scope, each once.", "scopes")
    for scope in scopes:
        if scope not in TokenScope.values:
            accepted = ", ".join(TokenScope.values)
            raise ValidationError(f"“{scope}” is not a scope; accepted: {accepted}.", "scopes")


class ApiToken(models.Model):
    """One token: its hash and what it may ask for, never its text.

    ``prefix`` is the readable beginning, by which it is found and told from others. Whoever reads
    this table cannot ask with it. A row is revoked and not deleted, so that a name in a log stays
    explained.
    """

    name = TextColumn(
        max_length=NAME_LENGTH,
        unique=True,
        error_messages={"unique": "There is a token of this name already; names are used once."},
    )
    prefix = TextColumn(max_length=len(MARK) + PREFIX_LENGTH, unique=True, editable=False)
    sha256 = TextColumn(max_length=64, editable=False)
    scopes = models.JSONField(validators=[validate_scopes])
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = TextColumn(max_length=150, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = querysets.ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "API token"
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(prefix=""), name="apitoken_named"),
            length_constraint(
                "apitoken_lengths",
                name=NAME_LENGTH,
                prefix=len(MARK) + PREFIX_LENGTH,
                sha256=64,
                created_by=150,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def issue(self, *, by: str) -> str:
        """Give the unsaved token its secret and return the text, which nothing keeps."""
        prefix, secret = (_letters(length) for length in (PREFIX_LENGTH, SECRET_LENGTH))
        text = f"{MARK}{prefix}_{secret}"
        self.prefix, self.sha256, self.created_by = (
            text[: len(MARK) + PREFIX_LENGTH],
            _hash(text),
            by,
        )
        return text

    @classmethod
    def of_text(cls, text: str) -> ApiToken | None:
        """The token whose text this is, usable or not. The comparison takes the same time for any."""
        prefix = text[: len(MARK) + PREFIX_LENGTH]
        readable = text.isascii() and "\0" not in prefix
        found = cls.objects.filter(prefix=prefix).first() if readable else None
        same = hmac.compare_digest(_hash(text), found.sha256 if found else "0" * 64)
        return found if same else None

    def refusal(self, at: datetime) -> str:
        """Why the token cannot be used at this time, or nothing where it can."""
        if self.revoked_at is not None:
            return f"The token {self.prefix} was revoked."
        if self.expires_at is not None and self.expires_at <= at:
            return f"The token {self.prefix} expired on {self.expires_at:%Y-%m-%d %H:%M} UTC."
        return ""

    def revoke(self, at: datetime) -> bool:
        """Refuse the token from now on, for ever; False where that was so already."""
        return bool(type(self).objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=at))

    def state(self, at: datetime) -> str:
        """``usable``, ``expired`` or ``revoked``."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.refusal(at) else "usable"

    def use_is_worth_noting(self, at: datetime) -> bool:
        """Whether the noted use is old enough to be replaced."""
        return self.last_used_at is None or at - self.last_used_at >= USE_NOTED_EVERY


def _letters(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def _hash(text: str) -> str:
    """Plain SHA-256 suffices: 40 random letters cannot be guessed, unlike a password."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
