"""What Django's own admin markup fails in axe, and why it is left alone. Keep it short."""

from __future__ import annotations

import re

ALLOWED = {
    r"aria-prohibited-attr .*\.help-tooltip\.search-label-icon": (
        "The form of a user: the magnifier over the boxes of groups and permissions is a span with a "
        "label; the box that it belongs to has a label of its own."
    ),
    r"label #id_(last_login|date_joined)_[01]": (
        "The form of a user: date and time share one legend in two inputs without labels. No curator "
        "needs to set them."
    ),
}
"""A pattern for ``"<axe rule> <selector>"`` → the reason. None of these is on a page of our own."""


def unexplained(found: dict[str, list[str]]) -> list[str]:
    """The violations that no entry explains, one a line."""
    lines = [f"{rule} {selector}" for rule, selectors in found.items() for selector in selectors]
    return [line for line in lines if not any(re.fullmatch(known, line) for known in ALLOWED)]
