"""Lists by cursor: any list of the pages, as JSON. A list declares its contract and its records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Schema

from policies import asof
from policies.api.answering import answer, json_response
from policies.api.errors import WrongParameter
from policies.api.filtering import contract_of, depends_on_the_day
from policies.filters import ListContract
from policies.filters.facets import OF_PAIR
from policies.filters.orders import page_of
from policies.models import Revision
from policies.views.cached import per_revision

Record = dict[str, Any]


def _counted(contract: ListContract) -> int:
    return contract.qs.count()


@dataclass(frozen=True)
class Listing:
    """One list: ``records`` gives, for the rows of these keys, key → every field of ``shape``.

    ``count`` is asked once for each question and revision, as is, where rows have an answer
    (``of_pairs``), which pairs are meant.
    """

    name: str
    contract: type[ListContract]
    shape: type[Schema]
    queryset: Callable[[], QuerySet]
    records: Callable[[Sequence[Any]], dict[Any, Record]]
    count: Callable[[Any], int] = _counted
    of_pairs: bool = False

    @property
    def fields(self) -> list[str]:
        """The names of the fields of a record, in order."""
        return list(self.shape.model_fields)


def listed(request: HttpRequest, query: Any, listing: Listing) -> HttpResponseBase:
    """One page of a list: ``{"data": [record…], "meta": {…}}``."""

    def build(revision: Revision | None) -> HttpResponseBase:
        fields = _fields(query.fields, listing)
        asked = contract_of(listing.contract, query, listing.queryset())
        if listing.of_pairs and asked.given.keys() & OF_PAIR.keys():
            asked.matching = _remembered(listing, "pairs", asked, revision, lambda: asked.matching)
        total = _remembered(listing, "total", asked, revision, lambda: listing.count(asked))
        page = page_of(asked.qs, asked.order, asked.place, query.page_size, total)
        records = listing.records(page.keys)
        meta = {
            "revision": revision.number if revision else 0,
            "total": total,
            "page_size": query.page_size,
            "sort": asked.sort,
            "next": page.next or None,
        }
        whole = (records[key] for key in page.keys)
        data = [{name: record[name] for name in fields} for record in whole]
        return json_response({"data": data, "meta": meta})

    day = str(timezone.now().date()) if depends_on_the_day(query) else ""
    return answer(request, query, build, also=day)


def _remembered(
    listing: Listing,
    what: str,
    asked: ListContract,
    revision: Revision | None,
    find: Callable[[], Any],
) -> Any:
    """What is found once for each question, revision and day, whichever page of the answer is shown."""
    filters = {k: v for k, v in asked.given.items() if k not in asked.settings}
    name = f"api:{listing.name}:{what}:{asof.today()}:{urlencode(filters)}"
    return per_revision(name, find, shown=revision)


def _fields(text: str, listing: Listing) -> list[str]:
    """The fields that are asked for, in the record's own order; all where none are named."""
    if not text:
        return listing.fields
    asked = text.split(",")
    for name in asked:
        if name not in listing.fields:
            raise WrongParameter(f"“{name}” is not a field.", "fields", text, listing.fields)
    return [name for name in listing.fields if name in asked]
