"""What schemathesis cannot know by itself; it imports this file in its own environment."""

from __future__ import annotations

import json
from typing import Any

import schemathesis

OF_THE_DATA = {
    "as_of",
    "since",
    "after",
    "provider",
    "license",
    "terms",
    "model",
    "owner",
    "family",
}
"""Parameters of which a well-formed value may be one that is not recorded, or not there yet."""


@schemathesis.check
def refuses_only_what_depends_on_the_data(ctx: Any, response: Any, case: Any) -> None:
    """A well-formed request is refused for a value that only the data can tell, or for its length."""
    well_formed = case.meta is not None and case.meta.generation.mode.is_positive
    if well_formed and response.status_code == 400:
        problem = response.json()
        assert problem.get("parameter") in OF_THE_DATA, problem


@schemathesis.deserializer("application/x-ndjson")
def first_line(ctx: Any, response: Any) -> Any:
    """The document tells the shape of a line; all are written alike, and tests read them all."""
    line, _, _ = response.content.partition(b"\n")
    return json.loads(line)
