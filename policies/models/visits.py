"""When each curator last looked at the front page of the admin: what "since your last visit" means."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

VISIT_ENDS_AFTER = timedelta(minutes=30)
"""Looks that are closer together are one visit, so that a reload does not hide what is new."""


class Visit(models.Model):
    """One row a user: the newest look, and where the visit before it ended.

    Revisions are remembered by number, since they are committed in that order. No curated record: it
    has no revision and no history.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.DateTimeField()
    revision = models.PositiveBigIntegerField()
    ended_at = models.DateTimeField(null=True)
    ended_revision = models.PositiveBigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.user} at {self.at:%Y-%m-%d %H:%M}"

    def look(self, at: datetime, revision: int) -> None:
        """Another look at this time, when ``revision`` was the newest; a later one begins a visit."""
        if at - self.at > VISIT_ENDS_AFTER:
            self.ended_at, self.ended_revision = self.at, self.revision
        self.at, self.revision = at, revision
