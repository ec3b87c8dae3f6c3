"""Links of a past page lead to pages of the same past: one place adds ``as_of`` to all of them."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.http import HttpResponseBase
from django.urls import Resolver404, get_script_prefix, resolve

from policies.views.moments import PARAMETER

LINK = re.compile(r'(<a\b[^>]*?\bhref=")([^"]*)("[^>]*>)')
FORM = re.compile(r"<form\b[^>]*>(?=(.*?)</form>)", re.DOTALL)
ACTION = re.compile(r'\baction="([^"]*)"')
POSTS = re.compile(r'\bmethod="?post', re.IGNORECASE)
GIVEN = re.compile(rf"(^|&){PARAMETER}=")
STAYS = "data-now"
"""The attribute of a link that leads to the present on purpose."""


def carry(response: HttpResponseBase, text: str) -> None:
    """Add ``as_of=text`` to what a response links, or redirects, to."""
    if location := response.headers.get("Location"):
        response.headers["Location"] = address(location, text)
    elif response.headers.get("Content-Type", "").startswith("text/html"):
        page: Any = response
        page.content = html(page.content.decode(page.charset), text)


def html(page: str, text: str) -> str:
    """A page whose links and GET forms to pages of ours carry ``as_of=text``."""

    def link(found: re.Match[str]) -> str:
        if STAYS in found[0]:
            return found[0]
        return f"{found[1]}{escape(address(unescape(found[2]), text))}{found[3]}"

    def form(found: re.Match[str]) -> str:
        action = ACTION.search(found[0])
        ours = is_page(urlsplit(unescape(action[1])).path) if action and action[1] else True
        if POSTS.search(found[0]) or f'name="{PARAMETER}"' in found[1] or not ours:
            return found[0]
        return f'{found[0]}<input type="hidden" name="{PARAMETER}" value="{escape(text)}">'

    return FORM.sub(form, LINK.sub(link, page))


def address(target: str, text: str) -> str:
    """An address with ``as_of``, where it leads to a page of ours and says nothing of it itself."""
    if not target.startswith(("/", "?")) or target.startswith("//"):
        return target
    parts = urlsplit(target)
    if GIVEN.search(parts.query) or (parts.path and not is_page(parts.path)):
        return target
    query = f"{parts.query}&" if parts.query else ""
    return parts._replace(query=f"{query}{PARAMETER}={quote(text, safe='')}").geturl()


@lru_cache(maxsize=10_000)
def is_page(path: str) -> bool:
    """Whether a page that reads one state answers at this path; only those know past states."""
    try:
        view: Any = resolve(f"/{unquote(path).removeprefix(get_script_prefix())}").func
    except Resolver404:
        return False
    return bool(getattr(getattr(view, "view_class", None), "reads_one_state", False))
