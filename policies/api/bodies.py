"""The bodies that are accepted: as strict as the query strings, and refused in the same words."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Annotated, Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja.decorators import decorate_view
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from policies.api.errors import JSON, ApiError, WrongParameter, error_response

BODY = "body"
"""What an error calls the body as a whole."""


UNKNOWN = "extra_forbidden"
"""Pydantic's code for a name that the shape does not have."""


class WrongContentType(ApiError):
    """The body is in no format that is read."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def _plain(text: str) -> str:
    """A text that both databases can be asked for: no NUL, no half of a surrogate pair."""
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("not a text")
    return text


Text = Annotated[
    str,
    Field(min_length=1, max_length=200, json_schema_extra={"pattern": r"^[^\x00]*$"}),
    AfterValidator(_plain),
]
"""A name in a body."""


def takes(shape: type[BaseModel]) -> Callable[[Callable], Callable]:
    """Refuse every body that is not JSON of exactly this shape, before the framework reads it."""

    def check(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @functools.wraps(run)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                _refuse_wrong(request, shape)
            except RequestDataTooBig:
                return error_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            except ApiError as error:
                return error.response()
            return run(request, *args, **kwargs)

        return checked

    return decorate_view(check)


def _refuse_wrong(request: HttpRequest, shape: type[BaseModel]) -> None:
    if request.content_type != JSON:
        raise WrongContentType(f"Send the body as {JSON}.")
    try:
        document = json.loads(request.body, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise WrongParameter("not JSON in UTF-8.", BODY, "", ["a JSON object"]) from None
    try:
        shape.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        expected = _names(shape, first["loc"]) if first["type"] == UNKNOWN else [first["msg"]]
        raise WrongParameter(
            f"{first['msg']}.", _path(first["loc"]), _shown(first), expected
        ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a name that is repeated would be taken for its last value, so it is refused."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        name = next(name for name in names if names.count(name) > 1)
        raise WrongParameter("given more than once.", name, "", ["once"])
    return found


def _path(place: Iterable[int | str]) -> str:
    """Where in the body: ``pairs[3].provider``."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return path.removeprefix(".") or BODY


def _shown(error: Any) -> str:
    """The wrong value, where it is one and not what is around a missing one."""
    if error["type"] == "missing" or isinstance(error["input"], list | dict):
        return ""
    return json.dumps(error["input"])


def _names(shape: Any, place: Iterable[int | str]) -> list[str]:
    """The names that are known where an unknown one was given."""
    *above, _ = place
    for part in above:
        if isinstance(part, str):  # a number is a place in the list that the name before it is
            [shape] = shape.model_fields[part].annotation.__args__
    return list(shape.model_fields)
