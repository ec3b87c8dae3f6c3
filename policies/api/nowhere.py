"""Every address that means nothing: a 404 in JSON, also where debugging would show a page of Django's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from policies.api.errors import NotFound

router = Router()


@router.api_operation(
    ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"],
    "/{path:rest}",
    include_in_schema=False,
)
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Refuse, and say where the addresses are listed."""
    raise NotFound("There is nothing at this address; /api/docs lists what there is.")
