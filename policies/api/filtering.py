"""Query strings of the lists: what a page's own contract accepts, told to the OpenAPI document.

One FilterSet serves both a page and its list of the API, so that a filter never means two things.
"""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import QuerySet
from django.http import QueryDict
from ninja import Schema
from pydantic import Field, create_model

from policies.api.errors import WrongParameter
from policies.api.params import MAX_PAGE_SIZE, AsOf, WholeNumber, cursor, no_default, text
from policies.filters import ListContract, Problem
from policies.filters.facets import NOTHING
from policies.filters.fields import SEARCH_LENGTH, Word

MAX_CURSOR = 3000
MAX_FIELDS = 500
NONE = f"; {NOTHING} is none recorded"
CLOCKED = ("verified", "attention")
"""Filters that ask how long ago something was: their answer changes with the day."""

MEANINGS = {
    "q": "Each word must be part of a name or an id; case is ignored.",
    "status": "The status; all is no filter.",
    "basis": "The rule basis.",
    "rule": "The number of the rule that decided.",
    "layer": "Which kind of document speaks.",
    "decided": "Which kind of document decided; nothing is rule 5.",
    "evidence": "How far the document that speaks was read.",
    "verified": "How long ago the document that speaks was last read.",
    "provider": "The provider's slug.",
    "license": "The slug of the effective license" + NONE + ".",
    "terms": "The slug of the terms" + NONE + ".",
    "terms_say": "What the effective terms say of outputs; none is not silence.",
    "condition": "The kind of a condition that binds where the answer allows.",
    "license_evidence": "How it is known which license the model carries.",
    "model": "The model's canonical id.",
    "owner": "Who made the model" + NONE + ".",
    "family": "The slug of the model's family" + NONE + ".",
    "available": "Whether the route is served now.",
    "lifecycle": "Where the route stands in its life.",
    "attention": "What the document lacks.",
    "sort": "The order; with a minus in front it is reversed.",
}


class ListQuery(AsOf):
    """Which part of a list, and how much of each record."""

    page_size: WholeNumber = Field(100, ge=1, le=MAX_PAGE_SIZE, description="Records on a page.")
    after: str = Field(
        "",
        min_length=1,
        max_length=MAX_CURSOR,
        description="meta.next of the page before: what follows it in the same order.",
        json_schema_extra=cursor,
    )
    fields: str = ""


def query_of(contract: type[ListContract], shape: type[Schema]) -> Any:
    """The query string of a list: its page's filters and sorts, and what ``ListQuery`` has.

    ``shape`` is that of its records, any fields of which can be asked for.
    """
    declared: dict[str, Any] = {"fields": (str, _fields(list(shape.model_fields)))} | {
        name: (_kind(item), Field("", description=MEANINGS[name], **_limits(item)))
        for name, item in contract.base_filters.items()
        if name == "sort" or name not in contract.settings
    }
    return create_model(
        contract.__name__.replace("Contract", "Query"), __base__=ListQuery, **declared
    )


def contract_of(contract: type[ListContract], query: Schema, queryset: QuerySet) -> ListContract:
    """The page's reading of the same question; raises ``WrongParameter`` for what is wrong in it."""
    data = QueryDict(mutable=True)
    names = [name for name in contract.base_filters if name in type(query).model_fields]
    data.update({name: value for name in names if (value := getattr(query, name))})
    asked = contract(data, queryset)
    for problem in asked.problems:
        raise _refused(problem)
    return asked


def depends_on_the_day(query: Schema) -> bool:
    """Whether the same question can have another answer tomorrow, without a new revision."""
    return any(getattr(query, name, "") for name in CLOCKED)


def _fields(names: list[str]) -> Any:
    one = "|".join(names)

    def told(schema: dict[str, Any]) -> None:
        no_default(schema)
        schema.update(pattern=f"^({one})(,({one}))*$", examples=[",".join(names[:2])])

    return Field(
        "",
        min_length=1,
        max_length=MAX_FIELDS,
        description="Names of fields, separated by commas: each record has these alone.",
        json_schema_extra=told,
    )


def _kind(item: Any) -> Any:
    return Literal[tuple(item.accepted())] if isinstance(item, Word) else str


def _limits(item: Any) -> dict[str, Any]:
    if isinstance(item, Word):
        return {"json_schema_extra": no_default}
    return {"min_length": 1, "max_length": SEARCH_LENGTH, "json_schema_extra": text}


def _refused(problem: Problem) -> WrongParameter:
    if problem.name == "after":
        why = "not a place in this list in this order."
        return WrongParameter(why, "after", problem.value, ["meta.next of a page in this order"])
    return WrongParameter(f"{problem.sentence}.", problem.name, problem.value, problem.accepted)
