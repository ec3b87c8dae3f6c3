"""One message for each active webhook, written in the transaction of the revision that it tells of."""

from __future__ import annotations

import secrets
from datetime import UTC

import orjson

from policies.bases import WebhookEvent
from policies.models import Delivery, Revision, Webhook


def enqueue(revision: Revision, *, answers_changed: bool) -> None:
    """Put a notice of ``revision`` into the outbox; one query where no webhook is active."""
    hooks = Webhook.objects.filter(active=True)
    if not answers_changed:
        hooks = hooks.exclude(event=WebhookEvent.ANSWERS)
    body = ""
    notices = []
    for hook in hooks:
        body = body or notice(revision, answers_changed)
        message = f"msg_{revision.number}_{secrets.token_hex(8)}"
        notices.append(Delivery(webhook=hook, revision=revision, message=message, body=body))
    if notices:
        Delivery.objects.bulk_create(notices)


def notice(revision: Revision, answers_changed: bool) -> str:
    """The body: which revision there is now, and no content of it, which the API gives.

    Messages may come late, twice or out of order; the number tells the receiver what is newest.
    """
    at = revision.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return orjson.dumps(
        {
            "type": "revision.created",
            "timestamp": at,
            "data": {
                "revision": revision.number,
                "generatedAt": at,
                "rulesVersion": revision.rules_version,
                "answersChanged": answers_changed,
            },
        }
    ).decode()
