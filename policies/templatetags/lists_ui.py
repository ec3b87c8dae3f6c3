"""How a list shows the columns that have no cell of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from policies.bases import Status
from policies.filters.columns import Column
from policies.filters.facets import NOTHING as NONE_RECORDED
from policies.filters.facets import Facet
from policies.templatetags.policies_ui import NOTHING, badge, bar, count_link, evidence, glyph

register = template.Library()

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
    "status": badge,
    "evidence": evidence,
}


@register.simple_tag
def bound(status: str, conditions: Collection[Any]) -> SafeString | str:
    """What still binds where a row is allowed."""
    if status != Status.ALLOWED or not conditions:
        return ""
    plural = "" if len(conditions) == 1 else "s"
    return format_html('<span class="sub">with {} condition{}</span>', len(conditions), plural)


@register.simple_tag
def split_cells(row: Any, href: str, shown: Any = None) -> SafeString:
    """A row's routes as far as their columns are ``shown`` (all if None): a bar and four numbers.

    ``href`` is the list of these routes; the row has a ``routes_total`` and a ``split``.
    """
    cells = _status_cells(row.split, href, shown)
    if shown is None or "routes" in shown:
        drawn = bar(row.split, "mini") if row.routes_total else ""
        total = f"<b>{count_link(row.routes_total, href)}</b>"
        cells = [f'<td role="cell" class="m0">{drawn}</td>', _number("mb", "routes", total), *cells]
    return mark_safe("".join(cells))  # noqa: S308  (each part is escaped)


@register.simple_tag
def models_cells(row: Any, href: str, shown: Any) -> SafeString:
    """A row's models in the same way: ``models_total``, and ``models_split`` where it is shown."""
    cells = _status_cells(row.models_split, href, shown, "mm", "models_")
    if "models" in shown:
        cells = [_number("mm", "models", f"<b>{count_link(row.models_total, href)}</b>"), *cells]
    return mark_safe("".join(cells))  # noqa: S308  (each part is escaped)


def _status_cells(
    split: Mapping[str, int], href: str, shown: Any, css: str = "md", prefix: str = ""
) -> list[str]:
    return [
        _number(css, status, count_link(split.get(status), f"{href}&status={status}"))
        for status in Status.values
        if shown is None or f"{prefix}{status}" in shown
    ]


def _number(css: str, label: str, number: str) -> str:
    return f'<td role="cell" class="num {css}" data-l="{label}">{number}</td>'


@register.simple_tag
def facet_items(facet: Facet, items: Iterable[Mapping[str, Any]]) -> SafeString:
    """The ``li`` of some values of a facet, ``items`` of ``views.listing.facet_groups``.

    Written in Python: a page may have six hundred of them.
    """
    return mark_safe("".join(_facet_item(facet.drawn, item) for item in items))  # noqa: S308  (escaped)


def _facet_item(drawn: str, item: Mapping[str, Any]) -> str:
    count = "" if item["count"] is None else f'<span class="ct">{item["count"]:,}</span>'
    inside = (
        f'<span class="box" aria-hidden="true"></span><span>{_named(drawn, item)}</span>{count}'
    )
    if item["count"] == 0 and not item["chosen"]:
        return f'<li><span class="none">{inside}</span></li>'
    current = ' aria-current="true"' if item["chosen"] else ""
    return f'<li><a href="{escape(item["href"])}"{current}>{inside}</a></li>'


def _named(drawn: str, item: Mapping[str, Any]) -> str:
    value, label = item["value"], escape(item["label"])
    if drawn == "status":
        return f'<span class="{Status(value).tone}">{glyph(value)}</span> {label}'
    if drawn == "code" and value != NONE_RECORDED:
        return f'<span class="mono" title="{escape(value)}">{label}</span>'
    return label
