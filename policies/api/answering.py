"""How every endpoint answers: one snapshot, an ETag from the revision alone, bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from ninja import Schema

from nanopolicy import __version__
from policies.api import kept
from policies.api.errors import JSON
from policies.api.moments import moment_of
from policies.asof import as_of
from policies.models import Revision
from policies.revisions import snapshot
from policies.rules import RULES_VERSION

REVISION_HEADER = "Nanopolicy-Revision"

Build = Callable[[Revision | None], HttpResponseBase]
Response = TypeVar("Response", bound=HttpResponseBase)


def answer(
    request: HttpRequest,
    query: Schema | None,
    build: Build,
    *,
    also: str = "",
    told: Callable[[Revision | None], Revision | None] = lambda current: current,
) -> HttpResponseBase:
    """What ``build`` makes of the current revision, or 304 where the client has just that.

    With ``as_of`` in the query, the revision and all that ``build`` reads are those of then. All
    reading happens in one snapshot, so the revision that is told is the one that is shown. ``also`` is
    what else the answer depends on. ``told`` may refuse the question, or give an earlier revision than
    the one that was read, where that is the one of which ``build`` tells.
    """
    if not getattr(query, "as_of", ""):
        # One row, and no transaction around it: most of what is asked for is unchanged or kept.
        revision = told(Revision.objects.newest())
        tag = _etag(request, query, revision, also)
        known = get_conditional_response(request, etag=tag) or kept.find(tag)
        if known is not None:
            return _tagged(known, tag, revision)
    with reading(query) as current:
        revision = told(current)
        tag = _etag(request, query, revision, also)
        # Django's stubs leave out that None is returned where no condition decides.
        response = get_conditional_response(request, etag=tag) or kept.made(
            tag, lambda: build(revision)
        )
    return _tagged(response, tag, revision)


def _tagged(response: HttpResponseBase, tag: str, revision: Revision | None) -> HttpResponseBase:
    response.headers["ETag"] = tag
    return named(response, revision)


def named(response: Response, revision: Revision | None) -> Response:
    """The response with the number of the one state that it shows, 0 before the first revision."""
    response.headers[REVISION_HEADER] = str(revision.number if revision else 0)
    return response


@contextmanager
def reading(query: Schema | None) -> Iterator[Revision | None]:
    """One snapshot of the state that is asked for, and its newest revision: of ``as_of``, or today's."""
    with ExitStack() as stack:
        stack.enter_context(snapshot())
        moment = moment_of(getattr(query, "as_of", ""))
        if moment is None:
            yield Revision.objects.newest()
        else:
            stack.enter_context(as_of(moment.number, moment.day))
            yield moment.revision


def json_response(document: object) -> HttpResponse:
    """A document as bytes."""
    return HttpResponse(orjson.dumps(document), content_type=JSON)


def _etag(request: HttpRequest, query: Schema | None, revision: Revision | None, also: str) -> str:
    """Everything that can change an answer; the time tells a restored database's revisions apart."""
    state = (revision.number, revision.at.isoformat()) if revision else (0, "")
    asked = request.path_info, query.model_dump_json() if query else ""
    parts = [*map(str, state), str(RULES_VERSION), __version__, *asked, also]
    return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'
