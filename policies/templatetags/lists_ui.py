"""How a list shows the columns that have no cell of their own."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from policies.bases import Evidence, Status
from policies.filters.columns import Column

register = template.Library()

NOTHING = mark_safe('<span class="q3">–</span>')
LONG = 140
"""Letters of a long text that a cell shows; the whole is on the record's page and in the files."""


@register.simple_tag
def cell(column: Column, row: Any) -> SafeString:
    """One ``td``: what the row has in the column; a quiet dash where it has nothing."""
    shown = _shown(column, column.value(row))
    css = f"md more {column.css} {'long' if column.drawn == 'long' else ''}".rstrip()
    return format_html('<td role="cell" class="{}" data-l="{}">{}</td>', css, column.label, shown)


def _shown(column: Column, value: Any) -> SafeString | str:
    if value in (None, "", []):
        return NOTHING
    drawn = _DRAWN.get(column.drawn)
    if drawn:
        return drawn(value)
    if isinstance(value, list):
        return ", ".join(_word(column, one) for one in value)
    return _cut(_word(column, value))


def _word(column: Column, value: Any) -> str:
    if column.words:
        return str(column.words(value).label)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONG else f"{text[: LONG - 1].rstrip()}…"


def _url(value: str) -> SafeString:
    return format_html(
        '<a href="{}" rel="noreferrer">{} <span aria-hidden="true">↗</span></a>',
        value,
        urlsplit(value).netloc,
    )


_DRAWN = {
    "url": _url,
    "number": lambda value: f"{value:,}",
    "code": lambda value: format_html('<span class="mono">{}</span>', value),
    "status": lambda value: mark_safe(  # noqa: S308 - a rendered template
        render_to_string("policies/_partials/badge.html", {"status": Status(value)})
    ),
    "evidence": lambda value: mark_safe(  # noqa: S308 - a rendered template
        render_to_string("policies/_partials/evidence.html", {"evidence": Evidence(value)})
    ),
}
