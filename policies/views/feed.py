"""The changes as an Atom feed: the list of revisions under the same parameters."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.text import Truncator
from django.views.generic import View

from nanopolicy import __version__
from policies.bases import CAVEAT
from policies.filters import link
from policies.filters.revisions import FeedContract
from policies.models import Revision
from policies.rules import RULES_VERSION
from policies.views.base import Page
from policies.views.download import refusal
from policies.views.revisions import page_of
from policies.views.summaries import summaries

NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
BEFORE_THE_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


class Atom(Atom1Feed):
    """An Atom feed that was updated when its newest entry was: an empty one must not say "now"."""

    def latest_post_date(self) -> datetime:
        """When the newest entry was made; else when the records last changed."""
        dates = [item["updateddate"] for item in self.items]
        return max(dates, default=self.feed["changed"])


class RevisionFeed(Page, View):
    """The newest revisions that the parameters mean; a wrong one is a 400 in words."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The feed, or 304 where the reader has just that."""
        contract = FeedContract(request.GET, Revision.objects.all())
        if contract.problems:
            return refusal("text", contract.problems)
        newest = Revision.objects.current()
        changed = newest.at if newest else BEFORE_THE_FIRST
        tag = _etag(request, newest)
        response = get_conditional_response(
            request, etag=tag, last_modified=int(changed.timestamp())
        )
        if response is None:
            response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
            _feed(request, contract, changed).write(response, "utf-8")
        response.headers["ETag"] = tag
        response.headers["Last-Modified"] = http_date(changed.timestamp())
        response.headers["Cache-Control"] = "private, no-cache"
        return response


def _feed(request: HttpRequest, contract: FeedContract, changed: datetime) -> Atom:
    asked = link(contract.wanted).removesuffix("?")
    absolute = request.build_absolute_uri
    told = ", ".join(f"{name} {value}" for name, value in contract.wanted.items())
    feed = Atom(
        title=_clean(f"nanopolicy: changes{f' ({told})' if told else ''}"),
        link=absolute(reverse("revisions") + asked),
        description=f"Who changed what, why, and which answers flipped. {CAVEAT}",
        language="en",
        feed_url=absolute(reverse("revisions-feed") + asked),
        changed=changed,
    )
    for summary in summaries(page_of(contract).revisions, contract.past):
        revision = summary["revision"]
        address = absolute(revision.get_absolute_url())
        feed.add_item(
            title=_clean(title_of(summary)),
            link=address,
            description=_clean(
                render_to_string("policies/feed_entry.html", {"summary": summary}).strip()
            ),
            author_name=_clean(revision.actor),
            pubdate=revision.at,
            updateddate=revision.at,
            unique_id=tag_uri(address, revision),
        )
    return feed


def tag_uri(address: str, revision: Revision) -> str:
    """A name that stays the entry's for ever: host, day of the revision, path."""
    parts = urlsplit(address)
    return f"tag:{parts.hostname},{revision.at:%Y-%m-%d}:{parts.path}"


def title_of(summary: dict[str, Any]) -> str:
    """The revision, its documents, else its reason, and what flipped."""
    names = ", ".join(document["name"] for document in summary["documents"])
    what = names or summary["revision"].reason or "no reason given"
    flips = ", ".join(
        f"{way['routes'] or way['models']:,} {way['before'] or 'new'} → {way['after'] or 'gone'}"
        for way in summary["directions"]
    )
    told = Truncator(what).chars(100)
    return f"Revision {summary['revision'].number}: {told}{f' ({flips})' if flips else ''}"


def _clean(text: str) -> str:
    """Text without the characters that XML cannot carry."""
    return NOT_IN_XML.sub("\ufffd", text)


def _etag(request: HttpRequest, newest: Revision | None) -> str:
    """Everything that can change the feed; the time tells a restored database's revisions apart."""
    state = f"{newest.number} {newest.at.isoformat()}" if newest else "0"
    parts = [state, str(RULES_VERSION), __version__, request.build_absolute_uri()]
    return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'
