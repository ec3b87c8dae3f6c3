"""Lists as files to download: the same question, every row, of one state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from policies.export.files import written
from policies.export.tables import JSON, TABLE_TYPES, Record, describe_table, table
from policies.filters import Problem
from policies.models import Revision


def as_file(
    format: str, name: str, fields: Iterable[str], records: Iterable[Record], **told: Any
) -> HttpResponseBase:
    """The records as a file named after the list and the revision; ``told`` stands in JSON's meta.

    Call it inside a page: the snapshot must be open.
    """
    meta = describe_table(Revision.objects.current(), list=name, **told)
    response = written(
        table(format, fields, records, meta),
        filename=f"nanopolicy-{name}-r{meta['revision']}.{format}",
        content_type=TABLE_TYPES[format],
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def refusal(format: str, problems: Sequence[Problem]) -> HttpResponse:
    """A 400 in the format that was asked for: every problem, and no row."""
    sentences = [_sentence(problem) for problem in problems]
    if format != JSON:
        return HttpResponse("\n".join(sentences) + "\n", "text/plain; charset=utf-8", status=400)
    body = {
        "detail": " ".join(sentences),
        "problems": [
            {
                "parameter": problem.name,
                "value": problem.value,
                "detail": sentence,
                "accepted": problem.accepted,
            }
            for problem, sentence in zip(problems, sentences, strict=True)
        ],
    }
    return HttpResponse(orjson.dumps(body), TABLE_TYPES[JSON], status=400)


def _sentence(problem: Problem) -> str:
    if not problem.accepted:
        return f"{problem.sentence}."
    example = ", for example" if problem.nearest else ""
    return f"{problem.sentence}. Accepted{example}: {', '.join(problem.accepted)}."
