"""How answers look: one tag for a badge, one for a gauge, one for a bar, everywhere the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from policies.bases import CAVEAT, ConditionKind, Evidence, Status
from policies.rules import RULES_VERSION

register = template.Library()


@register.simple_tag
def caveat() -> str:
    """What every page says after "Informational, not legal advice."."""
    return CAVEAT


@register.simple_tag
def rules_version() -> int:
    """The version of the rules that decided what is shown."""
    return RULES_VERSION


@lru_cache(maxsize=500)
def drawn(partial: str, **context: Any) -> SafeString:
    """A small partial for a closed vocabulary: rendered once, since a list shows it hundreds of times."""
    found = render_to_string(f"policies/_partials/{partial}.html", context).strip()
    return mark_safe(found)  # noqa: S308  (a rendered template)


@register.simple_tag
def badge(status: str, conditions: int = 0) -> SafeString:
    """Glyph and word of a status; conditions are counted only where they bind."""
    found = Status(status)
    return drawn("badge", status=found, conditions=conditions if found is Status.ALLOWED else 0)


@register.simple_tag
def badge_or(status: str, word: str) -> SafeString:
    """A badge, or a word where there is no answer on this side of a change."""
    return badge(status) if status else format_html('<span class="st">{}</span>', word)


@register.simple_tag
def glyph(status: str) -> SafeString:
    """The glyph alone; hide a word beside it."""
    return drawn("glyph", status=Status(status))


@register.simple_tag
def evidence(level: str) -> SafeString:
    """Three bars and a word: how far a text was read."""
    return drawn("evidence", evidence=Evidence(level))


_FILLS = {"allow": 'class="f-allow"', "deny": 'fill="url(#hatch)"', "unk": 'fill="url(#dots)"'}


@register.simple_tag
def bar(split: Mapping[str, int], size: str = "", label: str = "") -> SafeString:
    """A stacked bar of ``{status: count}``, with its numbers as text for those who do not see it."""
    total = sum(split.get(status, 0) for status in Status.values)
    parts, x = "", 0.0
    for status in Status:
        share = 100 * split.get(status.value, 0) / total if total else 0
        if share:
            at = f'x="{x:.2f}%" y="-2" width="{share:.2f}%" height="200%"'
            parts += f"<rect {at} {_FILLS[status.tone]}/>"
            x += share
    spoken = ", ".join(f"{split.get(s.value, 0):,} {s.value}" for s in Status)
    css = f"bar {size}" if size else "bar"
    return format_html(
        '<svg class="{}" role="img" aria-label="{}">{}</svg>',
        css,
        f"{label}: {spoken}" if label else spoken,
        mark_safe(parts),  # noqa: S308  (numbers and our own words)
    )


@register.inclusion_tag("policies/_partials/split.html")
def split(counts: Mapping[str, int], href: str, label: str = "") -> dict[str, Any]:
    """Big numbers under a bar; ``href`` ends where the status is to be appended."""
    total = sum(counts.get(status, 0) for status in Status.values)
    parts = [
        {
            "status": status.value,
            "count": counts.get(status.value, 0),
            "percent": f"{100 * counts.get(status.value, 0) / total:.1f}%" if total else "–",
            "href": f"{href}{status.value}",
        }
        for status in Status
    ]
    return {"split": counts, "parts": parts, "label": label}


@register.simple_tag
def model_id(text: str) -> SafeString:
    """An id whose prefix is quiet and which may break after its slashes, never in its tail."""
    prefix, slash, tail = str(text).rpartition("/")
    if not slash:
        return format_html('<span class="mid">{}</span>', tail)
    return format_html('<span class="mid"><span class="pre">{}/</span><wbr>{}</span>', prefix, tail)


NOTHING = mark_safe('<span class="q3">–</span>')


@register.simple_tag
def count(number: int | None) -> SafeString | str:
    """A number with thousands marks; zero is a quiet dash."""
    return f"{number:,}" if number else NOTHING


@register.simple_tag
def count_link(number: int | None, href: str) -> SafeString | str:
    """The same, as a link to the list that it counts, where there is anything."""
    return format_html('<a href="{}">{}</a>', href, f"{number:,}") if number else NOTHING


@register.simple_tag
def number_of(line: Mapping[str, Any], status: str = "") -> SafeString | str:
    """A line's routes, all or of one status, as a link to exactly these where it has a ``list``."""
    number = line["split"][status] if status else line["total"]
    if not line.get("list"):
        return count(number)
    return count_link(number, f"{line['list']}&status={status}" if status else line["list"])


@register.filter
def status_of(value: str) -> Status:
    """The status behind its code."""
    return Status(value)


@register.filter
def attr(value: Any, name: str) -> Any:
    """One attribute of a vocabulary member."""
    return getattr(value, name)


@register.filter
def condition_label(kind: str) -> str:
    """A condition's kind in words."""
    return str(ConditionKind(kind).label)


@register.filter
def host(url: str) -> str:
    """The host of an address."""
    return urlsplit(url).netloc


@register.filter
def bare_url(url: str) -> str:
    """An address without its scheme."""
    return url.partition("://")[2] or url
