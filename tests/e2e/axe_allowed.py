"""What Django's own admin markup fails in axe, and why it is left alone. Keep it short."""

from __future__ import annotations

ALLOWED: dict[str, str] = {}
"""``"<axe rule> <selector>"`` → the reason."""


def unexplained(found: dict[str, list[str]]) -> list[str]:
    """The violations that no entry explains, one a line."""
    lines = [f"{rule} {selector}" for rule, selectors in found.items() for selector in selectors]
    return [line for line in lines if line not in ALLOWED]
