"""Every model as a line of JSON that PostgreSQL writes, so that no route passes through Python.

The bytes are those that ``policies.export.records`` make of the same rows. ``to_json`` of a text escapes what
orjson escapes and leaves no control character: with one as quote and another as delimiter, a line of JSON
stands as it is in what ``COPY`` calls CSV. What comes of a pair stands in a line as its id between two marks.
"""

# ruff: noqa: S608  (the statement is made of the texts below alone)
from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import orjson
from django.db import connection

from policies.export.answers import Answers
from policies.shadows import Shadowing

MARK = b"\x02"
# Encoded once, and not for each row that is joined: OFFSET 0 keeps PostgreSQL from that.
FAMILIES = "SELECT id, to_json(slug)::text AS slug FROM policies_family OFFSET 0"
PROVIDERS = """
SELECT id, slug, '{"provider":' || to_json(slug)::text || ',"providerModelId":' AS opening
FROM policies_provider OFFSET 0
"""
ROUTES = f"""
SELECT r.model_id, string_agg(
  v.opening || to_json(r.provider_model_id)::text
  || CASE WHEN r.available THEN ',"available":true,' ELSE ',"available":false,' END
  || E'\\x02' || r.policy_id || E'\\x02}}',
  ',' ORDER BY v.slug, r.provider_model_id) AS lines
FROM policies_route r JOIN ({PROVIDERS}) v ON v.id = r.provider_id GROUP BY r.model_id
"""
ALIASES = """
SELECT a.model_id, string_agg(to_json(a.name)::text, ',' ORDER BY a.name) AS names
FROM policies_modelalias a JOIN policies_textmodel m ON m.id = a.model_id
WHERE a.name <> m.canonical_id GROUP BY a.model_id
"""
LINES = f"""
SELECT '{{"id":' || to_json(m.canonical_id)::text || ',"name":' || to_json(m.name)::text
  || ',"owned_by":' || to_json(m.owner)::text || ',"family":' || coalesce(f.slug, 'null')
  || E',"license":\\x02l' || m.policy_id || E'\\x02,"aliases":[' || coalesce(aliases.names, '')
  || E'],"distillationPolicy":\\x02p' || m.policy_id || E'\\x02,"providers":['
  || coalesce(routes.lines, '') || ']}}'
FROM policies_textmodel m LEFT JOIN ({FAMILIES}) f ON f.id = m.family_id
LEFT JOIN ({ALIASES}) aliases ON aliases.model_id = m.id
LEFT JOIN ({ROUTES}) routes ON routes.model_id = m.id
ORDER BY m.canonical_id
"""
COPY = f"""
COPY ({LINES}) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', ESCAPE E'\\x01', DELIMITER E'\\x03')
"""


def can_copy() -> bool:
    """Whether the database can write what is read here: ``COPY`` passes by what hides its tables."""
    hidden = any(isinstance(wrapper, Shadowing) for wrapper in connection.execute_wrappers)
    return connection.vendor == "postgresql" and not hidden


def copied(chunk: int, answers: Answers) -> Iterator[bytes]:
    """The lines of ``chunk`` models at a time, by id in code-point order; ``answers`` are those of all pairs.

    The connection serves nothing else until the last line; a failure raises Django's database error.
    """
    texts = Texts(answers)
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(COPY) as lines:
        rest = iter(lines)
        while block := b"".join(islice(rest, chunk)):
            pieces = block.split(MARK)
            pieces[1::2] = [texts[name] for name in pieces[1::2]]
            yield b"".join(pieces)


class Texts(dict[bytes, bytes]):
    """What the marks stand for: a pair's id for the end of a route, with a letter for a value of a model."""

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self._answers = answers

    def __missing__(self, name: bytes) -> bytes:
        answer = self._answers[int(name.lstrip(b"lp"))]
        if name.startswith(b"l"):
            text = orjson.dumps(answer.license)
        elif name.startswith(b"p"):
            text = orjson.dumps(answer.json)
        else:
            terms, policy = orjson.dumps(answer.terms), orjson.dumps(answer.json)
            text = b'"terms":' + terms + b',"distillationPolicy":' + policy
        self[name] = text
        return text
