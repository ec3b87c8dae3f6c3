"""How fresh a document's reading is, and what it lacks: for the counts and for the lists alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import TextChoices

from policies.bases import Evidence


class Verified(TextChoices):
    """How long ago somebody last verified the document."""

    MONTH = "30-days", "Within 30 days"
    QUARTER = "90-days", "31 to 90 days ago"
    YEAR = "365-days", "91 to 365 days ago"
    OLDER = "older", "Longer ago"
    NEVER = "never", "Never"


_UP_TO = ((30, Verified.MONTH), (90, Verified.QUARTER), (365, Verified.YEAR))


def verified(verified_on: date | None, today: date) -> Verified:
    """The age of a verification on a day."""
    if verified_on is None:
        return Verified.NEVER
    days = (today - verified_on).days
    return next((age for limit, age in _UP_TO if days <= limit), Verified.OLDER)


class Attention(TextChoices):
    """What a document lacks that a curator can give."""

    NEVER_VERIFIED = "never-verified", "Never verified"
    SECONDARY = "secondary", "Known only from others"
    NO_QUOTE = "no-quote", "Read, but no quote kept"
    NO_SOURCE = "no-source", "No source URL"
    PAST_REVIEW = "past-review", "Past review date"

    def holds(self, document: Any, today: date) -> bool:
        """Whether the document needs this attention on a day; a review is not late on its day."""
        return _TESTS[self](document, today)


_TESTS: dict[Attention, Callable[[Any, date], bool]] = {
    Attention.NEVER_VERIFIED: lambda document, _: document.verified_on is None,
    Attention.SECONDARY: lambda document, _: document.evidence == Evidence.SECONDARY,
    Attention.NO_QUOTE: lambda document, _: (
        Evidence(document.evidence).claims_reading and not document.quote
    ),
    Attention.NO_SOURCE: lambda document, _: not document.source_url,
    Attention.PAST_REVIEW: lambda document, today: bool(
        document.review_by and document.review_by < today
    ),
}
