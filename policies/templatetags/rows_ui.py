"""The cells of a route in the list of routes: written in Python, since a page may have two hundred rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from policies.bases import Lifecycle
from policies.templatetags.lists_ui import bound
from policies.templatetags.policies_ui import badge, evidence, model_id

register = template.Library()


@register.simple_tag
def route_cells(row: Any, shown: Collection[str]) -> SafeString:
    """A route as ``views.lists.RouteList`` dresses it: its model, and the ``shown`` of its own cells."""
    cells = [_model(row, shown)]
    cells += [draw(row, shown) for name, draw in _CELLS.items() if name in shown]
    return mark_safe("".join(cells))  # noqa: S308  (each text is escaped)


@register.simple_tag
def available(route: Any) -> SafeString:
    """Whether a route is served, and what else is known of that."""
    life = (
        "" if route.lifecycle == Lifecycle.ACTIVE else f", {route.get_lifecycle_display().lower()}"
    )
    return format_html("{}{}", "yes" if route.available else mark_safe("<b>no longer</b>"), life)


def _model(row: Any, shown: Collection[str]) -> str:
    under = row.model.canonical_id if "provider_model_id" in shown else row.provider_model_id
    return (
        f'<th role="rowheader" scope="row" class="m1">'
        f'<a class="name" href="{escape(row.get_absolute_url())}">{escape(row.model.name)}</a>'
        f'<span class="sub">{model_id(under)}</span></th>'
    )


def _provider(row: Any, shown: Collection[str]) -> str:
    terms = "no terms recorded"
    if row.policy.terms:
        terms = "under its own terms" if row.terms_id else "terms recorded"
    return (
        f'<td role="cell" class="mb"><a href="{escape(row.provider.get_absolute_url())}">'
        f'{escape(row.provider.name)}</a><span class="sub m0">{terms}</span></td>'
    )


def _status(row: Any, shown: Collection[str]) -> str:
    basis = (
        "" if "basis" in shown else f' <span class="sub mono m0">{escape(row.policy.basis)}</span>'
    )
    binding = bound(row.policy.status, row.binding)
    return f'<td role="cell" class="ma">{badge(row.policy.status)}{binding}{basis}</td>'


def _decided_by(row: Any, shown: Collection[str]) -> str:
    rule = f"rule {row.policy.rule}"
    if row.speaker is None:
        told = f'<span class="q2">nothing recorded</span><span class="sub">{rule}</span>'
    else:
        told = (
            f'<a href="{escape(row.speaker.get_absolute_url())}">{escape(row.speaker.name)}</a>'
            f'<span class="sub">{escape(row.policy.layer)}, {rule}'
            f" · {evidence(row.speaker.evidence)}</span>"
        )
    return f'<td role="cell" class="mc">{told}</td>'


def _license(row: Any, shown: Collection[str]) -> str:
    license = row.policy.license
    told = f'<span class="mono nw">{escape(license.slug)}</span>' if license else "none recorded"
    known = f'<span class="sub nw">{escape(row.known_from)}</span>' if row.known_from else ""
    return f'<td role="cell" class="q2 m0">{told}{known}</td>'


def _available(row: Any, shown: Collection[str]) -> str:
    usual = row.available and row.lifecycle == Lifecycle.ACTIVE
    return f'<td role="cell" class="q2 {"m0" if usual else "md"}" data-l="available">{available(row)}</td>'


_CELLS = {
    "provider": _provider,
    "status": _status,
    "decided_by": _decided_by,
    "license": _license,
    "available": _available,
}
