"""The query strings that are accepted, and the strictness that no typing error slips through."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponseBase
from ninja import Schema
from ninja.decorators import decorate_view
from pydantic import BeforeValidator, Field

from policies.api.errors import WrongParameter
from policies.views.moments import DAY, NUMBER, TIME

MAX_PAGE = 1_000_000
MAX_PAGE_SIZE = 1000
MAX_WORDS = 200
SPACE = r"\x09-\x0d\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
TEXT = rf"^[^\x00]*[^\x00{SPACE}][^\x00]*$"
"""``SPACE`` is what ``str.strip`` takes away; other languages mean other characters by ``\\s``."""
MOMENT = rf"^({NUMBER.pattern}|{DAY.pattern}|{TIME.pattern})$"
BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def _plain_whole_number(value: Any) -> Any:
    """Refuse what Python would read as a number though no client means it: ``1_0``, ``+5``, ``٣``."""
    if isinstance(value, str) and not re.fullmatch(r"[1-9][0-9]{0,8}", value):
        raise ValueError("not a plain whole number")
    return value


WholeNumber = Annotated[int, BeforeValidator(_plain_whole_number)]
Filter = Literal["allowed", "disallowed", "unknown", "all"]


def no_default(schema: dict[str, Any]) -> None:
    """An absent parameter has no value of its own, so the document must not show one."""
    schema.pop("default", None)


def text(schema: dict[str, Any]) -> None:
    """What every text is refused for: a NUL, or nothing but space."""
    no_default(schema)
    schema["pattern"] = TEXT


def cursor(schema: dict[str, Any]) -> None:
    """How a place in a list is written."""
    no_default(schema)
    schema["pattern"] = "^[A-Za-z0-9_-]+$"


def _moment(schema: dict[str, Any]) -> None:
    """How a moment is written; whether there is such a day, and whether it is past, no pattern tells."""
    no_default(schema)
    schema["pattern"] = MOMENT


class NoQuery(Schema):
    """For addresses that take no parameters."""


class AsOf(Schema):
    """The past state that an answer shows."""

    as_of: str = Field(
        "",
        min_length=1,
        max_length=40,
        description="A day (its end, in UTC), a time with its zone, or a revision: the state of "
        "then. Left out, the current one.",
        examples=["2026-11-24", "2026-11-24T09:30Z", "r12"],
        json_schema_extra=_moment,
    )


class ModelsQuery(AsOf):
    """The filter and the page of a list."""

    distillation: Filter = Field("all", description="Model-level status; all is no filter.")
    page: WholeNumber = Field(1, ge=1, le=MAX_PAGE, description="Counted from 1.")
    page_size: WholeNumber = Field(100, ge=1, le=MAX_PAGE_SIZE, description="Models on a page.")


class SearchQuery(ModelsQuery):
    """A searched list."""

    type: Literal["text"] = Field("text", description="The kind of model; only text models exist.")
    q: str = Field(
        "",
        min_length=1,
        max_length=MAX_WORDS,
        description="Each word must be part of the id, the name or an alias; case is ignored.",
        json_schema_extra=text,
    )


class OpenAIModelsQuery(AsOf):
    """How much of each model to tell."""

    detailed: Literal["true", "false"] = Field(
        "false", description="Adds name, context length where known, license and policy."
    )


class ExportQuery(AsOf):
    """The format of the export."""

    format: Literal["ndjson", "json", "csv"] = Field(
        "ndjson", description="One model a line, one JSON document, or one route a line."
    )


def accepts(query: type[Schema]) -> Callable[[Callable], Callable]:
    """Refuse every query string that is not exactly made of the fields of ``query``.

    Runs before the framework parses, since parsing already replaces broken bytes and drops repeats.
    """

    def check(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @functools.wraps(run)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                refuse_wrong(request.META.get("QUERY_STRING", ""), query)
            except WrongParameter as error:
                return error.response()
            request.accepted_query = query  # type: ignore[attr-defined] # for what ninja refuses
            return run(request, *args, **kwargs)

        return checked

    return decorate_view(check)


def refuse_wrong(query_string: str, query: type[Schema]) -> None:
    """Raise ``WrongParameter`` for the first parameter that is not acceptable by name or by form."""
    pairs = list(read_pairs(query_string))
    names = [name for name, _ in pairs]
    for name, value in pairs:
        if name not in query.model_fields:
            known = list(query.model_fields)
            raise WrongParameter("this parameter is not known here.", name, value, known)
        expected = accepted(query, name)
        if not value.strip():
            raise WrongParameter("the value is empty.", name, value, expected)
        if "\0" in value:
            raise WrongParameter("the value contains a NUL character.", name, value, expected)
        if names.count(name) > 1:
            given = ", ".join(text for other, text in pairs if other == name)
            raise WrongParameter("given more than once.", name, given, expected)


def read_pairs(query_string: str) -> Iterator[tuple[str, str]]:
    """Names and values of a query string; raises ``WrongParameter`` where bytes cannot be text."""
    raw = query_string.encode("latin-1", "replace")  # WSGI hands over bytes in this disguise
    for part in filter(None, raw.split(b"&")):
        name, _, value = part.partition(b"=")
        where = name.decode(errors="replace"), value.decode(errors="replace")
        yield _text(name, where), _text(value, where)


def _text(raw: bytes, where: tuple[str, str]) -> str:
    if BROKEN_ESCAPE.search(raw):
        raise WrongParameter(
            "a % is not followed by two hexadecimal digits.", *where, ["%25 for a %"]
        )
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        raise WrongParameter(
            "the bytes are not UTF-8.", *where, ["percent-encoded UTF-8"]
        ) from None


def accepted(query: type[Schema], name: str) -> list[str]:
    """In words or as values, what a parameter accepts; read from its own declaration."""
    schema = _declared(query)[name]
    if "examples" in schema:
        return schema["examples"]
    if "enum" in schema:
        return schema["enum"]
    if "const" in schema:
        return [schema["const"]]
    if schema["type"] == "integer":
        return [f"a whole number from {schema['minimum']} to {schema['maximum']}"]
    return [f"{schema['minLength']} to {schema['maxLength']} characters"]


@functools.cache
def _declared(query: type[Schema]) -> dict[str, Any]:
    """Once for each class: making a schema takes longer than most answers."""
    properties: dict[str, Any] = query.model_json_schema()["properties"]
    return properties
