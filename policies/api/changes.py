"""What changed since a revision: the rows that a client who knows that one has to take over."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Literal, NamedTuple

import orjson
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from pydantic import Field

from policies.api.answering import answer, json_response
from policies.api.catalog import ERRORS
from policies.api.errors import WrongParameter
from policies.api.params import MAX_PAGE_SIZE, WholeNumber, accepts, cursor
from policies.api.schemas_changes import ChangesPage
from policies.differences import Difference, Key, Row, Span, changed_documents, page
from policies.models import Revision

router = Router(tags=["Changes"])

NUMBER = re.compile(r"r?(0|[1-9][0-9]{0,17})")
LONGEST_CURSOR = 2500


class ChangesQuery(Schema):
    """Since when, and which part of the changes."""

    since: str = Field(
        min_length=1,
        max_length=20,
        description="The number of the revision that the client knows; 0 is before the first.",
        examples=["12", "r12"],
        json_schema_extra={"pattern": f"^{NUMBER.pattern}$"},
    )
    differing: Literal["answers", "records"] = Field(
        "answers",
        description="Rows whose distillationPolicy differs, or those of which anything that the "
        "export tells does: to keep a copy of the catalog.",
    )
    page_size: WholeNumber = Field(100, ge=1, le=MAX_PAGE_SIZE, description="Rows on a page.")
    after: str = Field(
        "",
        min_length=1,
        max_length=LONGEST_CURSOR,
        description="meta.next of the page before: what follows it, up to the same revision.",
        json_schema_extra=cursor,
    )


class Place(NamedTuple):
    """Behind which row to go on, and up to which revision the first page told the changes."""

    until: int
    key: Key

    @property
    def cursor(self) -> str:
        """The place as an address carries it."""
        return urlsafe_b64encode(orjson.dumps([self.until, *self.key])).decode().rstrip("=")


@router.get(
    "/v1/changes",
    response={200: ChangesPage, **ERRORS},
    operation_id="listChanges",
    summary="Changes since a revision",
)
@accepts(ChangesQuery)
def changes(request: HttpRequest, query: Query[ChangesQuery]) -> HttpResponseBase:
    """Every model and provider row that differs between a revision and now, before and after.

    The net difference: what changed and changed back is left out. In the order of the export, a model
    before its provider rows. All pages tell the changes up to the revision of the first one.
    """

    def last(current: Revision | None) -> Revision | None:
        """The revision up to which this page tells the changes."""
        newest = current.number if current else 0
        since = _known(query.since, newest)
        until = _place(query.after, since, newest).until if query.after else newest
        return current if until == newest else Revision.objects.filter(number=until).first()

    def build(revision: Revision | None) -> HttpResponseBase:
        until = revision.number if revision else 0
        since = _known(query.since, until)
        place = _place(query.after, since, until) if query.after else None
        span = Span(since, until, whole=query.differing == "records")
        found = page(span, query.page_size, place.key if place else None)
        document: dict[str, Any] = {"data": [_change(row) for row in found.rows]}
        if place is None:
            document["documents"] = [one._asdict() for one in changed_documents(span)]
        document["meta"] = {
            "since": since,
            "revision": span.until,
            "differing": query.differing,
            "page_size": query.page_size,
            "next": Place(span.until, found.last).cursor if found.last else None,
        }
        return json_response(document)

    return answer(request, query, build, told=last)


def _known(text: str, newest: int) -> int:
    """The revision that is meant; one to come cannot be told from."""
    number = NUMBER.fullmatch(text)
    if number and int(number[1]) <= newest:
        return int(number[1])
    why = "this revision is not there (yet)." if number else "not a revision."
    raise WrongParameter(why, "since", text, [f"a revision from 0 to {newest}"])


def _place(cursor: str, since: int, newest: int) -> Place:
    """The place that a cursor names; nothing but what an earlier page gave is one."""
    try:
        until, *key = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        found = Place(until, Key(*key))
        sound = (
            type(until) is int
            and since <= until <= newest
            and all(isinstance(part, str) and "\0" not in part for part in key)
            and found.cursor == cursor
        )
    except (ValueError, TypeError):
        sound = False
    if not sound:
        raise WrongParameter(
            "not a place in these changes.", "after", cursor, ["meta.next of a page"]
        )
    return found


def _change(row: Difference) -> dict[str, Any]:
    key = row.key
    return {
        "kind": "route" if key.provider else "model",
        "model": key.model,
        "provider": key.provider or None,
        "providerModelId": key.provider_model_id or None,
        "before": _policy(row.before),
        "after": _policy(row.after),
        "record": row.after.record if row.after else None,
    }


def _policy(row: Row | None) -> Any:
    return row.answer.json if row else None
