"""How every endpoint answers: one snapshot, an ETag from the revision alone, bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import NamedTuple, TypeVar

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from ninja import Schema

from nanopolicy import __version__
from policies.api import kept
from policies.api.errors import JSON, ApiError
from policies.api.moments import moment_of
from policies.asof import as_of
from policies.models import Revision
from policies.revisions import snapshot
from policies.rules import RULES_VERSION

REVISION_HEADER = "Nanopolicy-Revision"

UNKNOWN = "answer_is_not_kept"
"""Set on a request of which ``known`` found nothing."""

Build = Callable[[Revision | None], HttpResponseBase]
Response = TypeVar("Response", bound=HttpResponseBase)


Place = tuple[str, str]
"""A path and a query string."""


class Asked(NamedTuple):
    """A question in its one form, the tag of its newest answer, which told of this revision, and how to
    answer it again where that does not depend on more of a request than its address. Of a past state
    there is no tag: which revision is meant is asked anew.
    """

    question: str
    tag: str
    revision: Revision | None
    again: Callable[[HttpRequest], HttpResponseBase] | None


class Understood:
    """What was asked lately, of questions that were found to be right ones."""

    MOST = 1000

    def __init__(self) -> None:
        self._asked: dict[Place, Asked] = {}

    def find(self, place: Place) -> Asked | None:
        """What is asked there, if that was found out before."""
        return self._asked.get(place)

    def keep(self, place: Place, asked: Asked) -> None:
        """Remember what was asked there; of very many, all are forgotten."""
        if len(self._asked) >= self.MOST:
            self.forget()
        self._asked[place] = asked

    def forget(self) -> None:
        """Remember nothing."""
        self._asked.clear()


understood = Understood()
"""The process's own."""


def _as_read(revision: Revision | None) -> Revision | None:
    return revision


def is_understood(request: HttpRequest) -> bool:
    """Whether ``known`` may have the answer: somebody asked the same before."""
    return request.method == "GET" and understood.find(_place(request)) is not None


def known(request: HttpRequest) -> HttpResponseBase | None:
    """The answer to a question that was understood before, without taking it apart again, else None.

    Most of what is asked for is unchanged or kept, and then costs one row and no transaction.
    """
    asked = understood.find(_place(request))
    if asked is None:
        return None
    found = _at_hand(request, asked)
    if found is not None or asked.again is None:
        return found
    try:
        return asked.again(request)
    except ApiError as error:
        return error.response()


def _at_hand(request: HttpRequest, asked: Asked) -> HttpResponseBase | None:
    """The 304 or the kept answer; where neither can be, nothing is read."""
    if not asked.tag or not (_has_one(request) or kept.answers.has(asked.tag)):
        return None
    revision = Revision.objects.newest()
    same = revision is asked.revision  # the object itself, which is found sooner than a hash
    tag = asked.tag if same else _etag(request, asked.question, revision, "")
    found = _kept(request, tag, revision)
    if found is None:
        setattr(request, UNKNOWN, True)  # not to be looked for again
    return found


def answer(
    request: HttpRequest,
    query: Schema | None,
    build: Build,
    *,
    also: str = "",
    told: Callable[[Revision | None], Revision | None] = _as_read,
    reads_request: bool = False,
) -> HttpResponseBase:
    """What ``build`` makes of the current revision, or 304 where the client has just that.

    With ``as_of`` in the query, the revision and all that ``build`` reads are those of then. All
    reading happens in one snapshot, so the revision that is told is the one that is shown. ``also`` is
    what else the answer depends on. ``told`` may refuse the question, or give an earlier revision than
    the one that was read, where that is the one of which ``build`` tells. ``build`` is asked again for
    other requests of this address, unless it looks at the request itself (``reads_request``).
    """
    asked = query.model_dump_json() if query else ""
    today = not getattr(query, "as_of", "")
    if today and _has_one(request) and not hasattr(request, UNKNOWN):
        revision = told(Revision.objects.newest())
        found = _kept(request, _etag(request, asked, revision, also), revision)
        if found is not None:
            return found
    with reading(query) as current:
        revision = told(current)
        tag = _etag(request, asked, revision, also)
        # Django's stubs leave out that None is returned where no condition decides.
        response = get_conditional_response(request, etag=tag) or kept.made(
            tag, lambda: build(revision)
        )
    again = None if reads_request else partial(answer, query=query, build=build)
    if (today or again) and not also and told is _as_read:
        understood.keep(_place(request), Asked(asked, tag if today else "", revision, again))
    return _tagged(response, tag, revision)


def _kept(request: HttpRequest, tag: str, revision: Revision | None) -> HttpResponseBase | None:
    found = get_conditional_response(request, etag=tag) or kept.find(tag)
    return None if found is None else _tagged(found, tag, revision)


def _has_one(request: HttpRequest) -> bool:
    """Whether the client has an answer already, and asks for another one only if it differs."""
    return "HTTP_IF_NONE_MATCH" in request.META


def _place(request: HttpRequest) -> Place:
    return request.path_info, request.META.get("QUERY_STRING", "")


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


def _etag(request: HttpRequest, asked: str, revision: Revision | None, also: str) -> str:
    """Everything that can change an answer; the time tells a restored database's revisions apart."""
    state = (revision.number, revision.at.isoformat()) if revision else (0, "")
    parts = [*map(str, state), str(RULES_VERSION), __version__, request.path_info, asked, also]
    return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'
