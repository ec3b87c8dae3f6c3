"""The product with a planted fault, that schemathesis has to find: a status that no document knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nanopolicy.wsgi import application as product

SOUND, BROKEN = b'"status":"unknown"', b'"status":"perhaps"'  # as long, so that the length holds


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Everything as it is, but for one answer."""
    environ.pop("HTTP_ACCEPT_ENCODING", None)
    answer = product(environ, start_response)
    if environ["PATH_INFO"] != "/api/explore/text-models":
        return answer
    return [b"".join(answer).replace(SOUND, BROKEN)]
