"""Signatures as Standard Webhooks defines them, so that receivers can verify with a ready library."""

from __future__ import annotations

import base64
import hashlib
import hmac

from policies.models.webhooks import MARK


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the base64 HMAC-SHA256 over ``message.timestamp.body``.

    The time is signed, so that a receiver can refuse an old message that somebody repeats.
    """
    key = base64.b64decode(secret.removeprefix(MARK))
    signed = f"{message}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def headers(secret: str, message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers by which a receiver knows message, time and sender."""
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message, timestamp, body),
    }
