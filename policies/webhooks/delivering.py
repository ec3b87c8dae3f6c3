"""Emptying the outbox: what is due is claimed, sent, and noted as taken, waiting or given up."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from policies.models import Delivery
from policies.models.webhooks import ERROR_LENGTH
from policies.webhooks.sending import NotSent, post
from policies.webhooks.signing import headers
from policies.webhooks.targets import Refused, resolve

MAX_ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=12)
GROWTH = 4
JITTER = 0.2
CLAIMED_FOR = timedelta(minutes=5)
"""How long a claimed message is left alone; a sender that died meanwhile is followed by another."""
AT_ONCE = 200
"""Messages that one pass takes up at most, so that a pass ends."""
KEPT_FOR = timedelta(days=30)
"""How long the log keeps what was delivered or given up."""

OUTCOME = ("attempts", "next_attempt_at", "delivered_at", "last_status", "last_error")


def deliver(limit: int = AT_ONCE) -> Counter[str]:
    """Send what is due, oldest first; returns how many are now in which state.

    After a failure the webhook's other messages wait for the next pass: a dead receiver costs one
    timeout, however much waits for it. Two senders at a time share the work.
    """
    told: Counter[str] = Counter()
    failed: set[int] = set()
    for delivery in _due(timezone.now())[:limit]:
        if delivery.webhook_id in failed or not _claim(delivery):
            continue
        _attempt(delivery)
        told[delivery.state] += 1
        if delivery.state != "delivered":
            failed.add(delivery.webhook_id)
    return told


def prune() -> int:
    """Forget what was delivered or given up long ago; returns how many."""
    old = Delivery.objects.filter(
        next_attempt_at=None, created_at__lt=timezone.now() - KEPT_FOR
    ).delete()
    return old[0]


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: growing, and never twice the same.

    Without the chance all messages to a receiver that comes back would arrive at once.
    """
    pause = min(FIRST_PAUSE * GROWTH ** (attempts - 1), LONGEST_PAUSE)
    return pause * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret


def _due(now: datetime) -> QuerySet[Delivery]:
    waiting = Delivery.objects.filter(next_attempt_at__lte=now, webhook__active=True)
    return waiting.select_related("webhook").order_by("next_attempt_at", "id")


def _claim(delivery: Delivery) -> bool:
    """Whether this sender may send it: one statement, so that of two senders one succeeds."""
    until = timezone.now() + CLAIMED_FOR
    mine = Delivery.objects.filter(pk=delivery.pk, next_attempt_at=delivery.next_attempt_at).update(
        next_attempt_at=until
    )
    delivery.next_attempt_at = until
    return bool(mine)


def _attempt(delivery: Delivery) -> None:
    """Send once, outside any transaction, and note what came of it."""
    delivery.attempts += 1
    delivery.last_status, delivery.last_error = _send(delivery)
    now = timezone.now()
    if not delivery.last_error:
        delivery.delivered_at, delivery.next_attempt_at = now, None
    elif delivery.attempts >= MAX_ATTEMPTS:
        delivery.next_attempt_at = None
    else:
        delivery.next_attempt_at = now + pause(delivery.attempts)
    # Not save(), which would insert anew what was deleted with its webhook meanwhile.
    noted = {name: getattr(delivery, name) for name in OUTCOME}
    Delivery.objects.filter(pk=delivery.pk).update(**noted)


def _send(delivery: Delivery) -> tuple[int | None, str]:
    """The status, if an answer came, and what was wrong, if anything was."""
    hook, body = delivery.webhook, delivery.body.encode()
    stamp = int(timezone.now().timestamp())
    try:
        target = resolve(hook.url)
        status = post(target, body, headers(hook.secret, delivery.message, stamp, body))
    except (Refused, NotSent) as error:
        return None, str(error)[:ERROR_LENGTH]
    if 200 <= status < 300:
        return status, ""
    redirect = "; redirects are not followed" if 300 <= status < 400 else ""
    return status, f"The receiver answered {status}{redirect}."
