"""The cells of a matrix: written in Python, since a template spends a second on some thousands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from policies.templatetags.policies_ui import glyph

register = template.Library()


@register.simple_tag
def cells(line: Iterable[dict[str, Any]]) -> SafeString:
    """The cells of one line, as ``views.drawing`` gives them; an empty one is an empty ``td``."""
    return mark_safe("".join(map(_cell, line)))  # noqa: S308  (each text is escaped)


def _cell(cell: dict[str, Any]) -> str:
    classes = [name for name in ("sum", "keep") if cell.get(name)]
    if cell.get("start") or cell.get("keep"):
        classes.append("gs")
    own = f' class="{" ".join(classes)}"' if classes else ""
    return f"<td{own}>{_content(cell) if 'marks' in cell else ''}</td>"


def _content(cell: dict[str, Any]) -> str:
    tone = f'class="c-{cell["tone"]}"'
    if not cell["href"]:
        return f"<span {tone}>{_marks(cell)}</span>"
    label = f'aria-label="{escape(cell["label"])}"'
    return f'<a {tone} href="{escape(cell["href"])}" {label}>{_marks(cell)}</a>'


def _marks(cell: dict[str, Any]) -> str:
    """Glyph and count of each status; a sum of several statuses is a bare number."""
    if cell.get("sum") and len(cell["marks"]) > 1:
        return f'<span class="q2">{cell["total"]}</span>'
    return "".join(f"{glyph(status)}{count}" for status, count in cell["marks"])
