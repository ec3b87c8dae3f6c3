"""What people decided about the records of one table, as told by the records' own history.

The rule that every importer of a catalog keeps: a value whose latest change was not a catalog's belongs
to a person, and stays; so does what somebody edited in a spreadsheet and imported. So does the absence
of a record that somebody deleted; importers never delete, hence every deletion in the history is a person's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from policies.bases import Via
from policies.models import Provider

STARTER = "load_starter"
IMPORTER = "import_catalog"
"""What the actors of catalogs' revisions are called, or begin with."""

_BY_CATALOG = Q(revision__via=Via.IMPORT) & (
    Q(revision__actor=STARTER) | Q(revision__actor__startswith=IMPORTER)
)


class People:
    """People's edits, creations and deletions in one table.

    ``edited``: record id → columns whose latest change is a person's, creation apart;
    ``imported``: record id → columns whose latest change is an import's, creation apart;
    ``created``: ids of records that a person made.
    """

    def __init__(self, table: Any) -> None:
        self.edited: dict[int, set[str]] = defaultdict(set)
        self.imported: dict[int, set[str]] = defaultdict(set)
        self.created: set[int] = set()
        self._fields = [field.attname for field in table.history.model.tracked_fields]
        history = table.history.order_by("id", "history_id")
        touched = history.exclude(_BY_CATALOG).order_by().values("id")
        versions = history.filter(id__in=touched).annotate(by_catalog=_BY_CATALOG)
        columns = ("id", "history_type", "by_catalog", *self._fields)
        self._read(versions.values_list(*columns).iterator())

    def _read(self, versions: Iterable[tuple]) -> None:
        before: dict[int, tuple] = {}
        for pk, kind, by_catalog, *values in versions:
            by_person = not by_catalog
            if kind == "+" and by_person:
                self.created.add(pk)
            elif kind == "~" and pk in before:
                self._note_changes(pk, before[pk], values, by_person=by_person)
            before[pk] = tuple(values)

    def _note_changes(self, pk: int, old: Any, new: Any, *, by_person: bool) -> None:
        changed = {
            name for name, was, now in zip(self._fields, old, new, strict=True) if was != now
        }
        latest, other = (self.edited, self.imported) if by_person else (self.imported, self.edited)
        latest[pk] |= changed
        other[pk] -= changed

    def hold(self, pk: int, column: str) -> bool:
        """Whether a person, not an import, gave the record's column its present value."""
        made = pk in self.created and column not in self.imported.get(pk, ())
        return made or column in self.edited.get(pk, ())


def deleted_keys(table: Any, column: str) -> set[str]:
    """Natural keys under which somebody deleted a record; one made anew since may carry the key."""
    return set(table.history.filter(history_type="-").values_list(column, flat=True))


def deleted_routes(route_history: Any) -> set[tuple[str, str]]:
    """(provider slug, provider's model id) of deleted routes, whether or not the provider remains."""
    gone = route_history.filter(history_type="-").values_list("provider_id", "provider_model_id")
    rows = set(gone)
    if not rows:
        return set()
    slugs = dict(Provider.history.order_by("history_id").values_list("id", "slug"))
    return {(slugs[provider], name) for provider, name in rows if provider in slugs}
