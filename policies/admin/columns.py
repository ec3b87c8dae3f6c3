"""Cells of lists and read-only rows: status, evidence, dates and counts with their links."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from policies.bases import Evidence, Status

NOTHING = "–"


def badge(status: str) -> SafeString:
    """Glyph and word of a status, as everywhere in the product."""
    return render_to_string("policies/_partials/badge.html", {"status": Status(status)})


def verdict(status: str, basis: str) -> SafeString:
    """The badge with the basis beneath."""
    return format_html('{}<span class="sub mono">{}</span>', badge(status), basis)


def gauge(evidence: str) -> SafeString:
    """The evidence gauge: bars and words."""
    return render_to_string("policies/_partials/evidence.html", {"evidence": Evidence(evidence)})


def iso(value: date | datetime | None) -> str:
    """A date as YYYY-MM-DD, a time with minutes in UTC, nothing as a dash."""
    if isinstance(value, datetime):
        return localtime(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if value else NOTHING


def changelist(model: type[Model], **filters: Any) -> str:
    """The address of a model's list in the admin, filtered."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def count_link(count: int, model: type[Model], **filters: Any) -> SafeString | str:
    """A count that leads to what it counts; zero is a quiet dash."""
    if not count:
        return NOTHING
    return format_html('<a href="{}">{}</a>', changelist(model, **filters), f"{count:,}")


def uses(found: Iterable[tuple[int, type[Model], dict[str, Any]]]) -> SafeString | str:
    """``"17 models, 62 routes"`` with links, for the read-only row "where used"."""
    rows = [
        (changelist(model, **filters), f"{count:,} {_noun(model, count)}")
        for count, model, filters in found
        if count
    ]
    return format_html_join(", ", '<a href="{}">{}</a>', rows) or "Nothing uses it yet."


def column(description: str, *, order: str | None = None) -> Callable[[Any], Any]:
    """``admin.display`` with the words that our columns need."""
    return admin.display(description=description, ordering=order)


def _noun(model: type[Model], count: int) -> str:
    meta = model._meta
    return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)
