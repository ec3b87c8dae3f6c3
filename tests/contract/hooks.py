"""What schemathesis cannot know by itself; it imports this file in its own environment."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import schemathesis

NDJSON = "application/x-ndjson"
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


@schemathesis.check
def lines_follow_their_shape(ctx: Any, response: Any, case: Any) -> None:
    """The document tells the shape of one line, and a state of before the first revision has none."""
    if response.headers.get("content-type") != [NDJSON] or response.status_code != 200:
        return
    whole = case.operation.schema.raw_schema
    told = whole["paths"]["/api/export"]["get"]["responses"]["200"]["content"][NDJSON]["schema"]
    validator = jsonschema_rs.Draft202012Validator({**told, "components": whole["components"]})
    for line in response.content.splitlines():
        assert validator.is_valid(json.loads(line)), line
