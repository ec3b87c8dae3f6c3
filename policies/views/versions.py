"""An earlier version of a record, to be read in full and field by field against another."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import Http404

from policies.models import Revision
from policies.views.past import Difference, differences_between, names_of


class PastVersion(NamedTuple):
    """A version that was replaced: the record as it was, who wrote it, and what replaced it.

    ``differences`` lead from the version ``against`` which it is held, or to it, in time's order.
    """

    number: int
    record: Any
    revision: Revision
    until: Revision | None
    against: int
    differences: list[Difference]


def version_of(record: Any, number: int, against: int, *, staff: bool) -> PastVersion:
    """Version ``number`` of the record, in one query; 404 where its history does not hold it."""
    wanted = {number, number + 1, against}
    history = type(record).history.filter(id=record.pk, version__in=wanted)
    rows = {row.version: row for row in history.select_related("revision").order_by("-history_id")}
    for missing in {number, against} - rows.keys():
        raise Http404(f"Version {missing} of {record} is not kept.")
    replaced = rows.get(number + 1)
    old, new = (rows[key] for key in sorted((number, against)))
    names = names_of(record, [old, new])
    return PastVersion(
        number,
        rows[number].instance,
        rows[number].revision,
        replaced.revision if replaced else None,
        against,
        differences_between(record, old, new, names, staff=staff),
    )
