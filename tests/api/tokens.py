"""Tokens for tests."""

from __future__ import annotations

from typing import Any

from policies.bases import TokenScope
from policies.models import ApiToken


def make_token(name: str = "mirror", *scopes: str, **fields: Any) -> tuple[ApiToken, str]:
    """A token that may read, and its text."""
    token = ApiToken(name=name, scopes=list(scopes) or [TokenScope.READ.value], **fields)
    text = token.issue(by="test")
    token.save()
    return token, text


def bearer(text: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"authorization": f"Bearer {text}"}
