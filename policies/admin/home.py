"""The admin's front page: what waits, what one did, what others did meanwhile, and how much there is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import OperationalError
from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from policies.admin.worklist import Links, counted, waiting
from policies.models import (
    CURATED,
    Family,
    License,
    ModelAlias,
    Provider,
    ProviderTerms,
    Revision,
    Route,
    Tally,
    TextModel,
    Visit,
)
from policies.querysets import number_of
from policies.revisions import snapshot
from policies.views.cached import per_revision

WAITING, EDITS, NAMED = 5, 8, 3

NAMES = {
    License: "name",
    ProviderTerms: "name",
    Family: "name",
    TextModel: "canonical_id",
    ModelAlias: "name",
    Provider: "name",
    Route: "provider_model_id",
}
"""What a record is called in the list of edits."""

LOOK = ["at", "revision", "ended_at", "ended_revision"]
KINDS = {"+": "added", "~": "", "-": "deleted"}


class Written(NamedTuple):
    """A record that a revision wrote: what happened, its name, and its form unless it is gone."""

    name: str
    happened: str
    href: str


def home(request: HttpRequest) -> dict[str, Any]:
    """Everything that the front page shows beside the tables; then the visit is remembered."""
    user: Any = request.user
    with snapshot():
        newest = Revision.objects.current_number()
        visit = Visit.objects.filter(pk=user.pk).first() or Visit(
            user_id=user.pk, at=timezone.now(), revision=newest
        )
        visit.look(timezone.now(), newest)
        items, opens = waiting(), Links(user)
        context = {
            "waiting": [opens.row(item) for item in items[:WAITING]],
            "waiting_count": len(items),
            "kinds": counted(items),
            "totals": [
                (label, count, _changelist(table))
                for table, label, count in per_revision("curators' totals", _totals)
                if opens.may(table, "view", "change")
            ],
            **_edits(user, visit),
        }
    _remember(visit)
    return context


def _remember(visit: Visit) -> None:
    """Save the visit: the one thing that a look writes. A busy database must not hide the page."""
    try:
        Visit.objects.bulk_create(
            [visit], update_conflicts=True, unique_fields=["user"], update_fields=LOOK
        )
    except OperationalError:
        return


def _edits(user: Any, visit: Visit) -> dict[str, Any]:
    """One's own newest revisions, and those of others since the last visit ended."""
    revisions = _with_counts(Revision.objects.order_by("-number"))
    own = list(revisions.filter(user=user.pk)[:EDITS])
    since = visit.ended_revision
    missed: list[Any] = []
    more = 0
    if since is not None:
        others = Revision.objects.filter(number__gt=since).exclude(user=user.pk)
        missed = list(_with_counts(others.order_by("-number"))[:EDITS])
        more = max(0, others.count() - EDITS) if len(missed) == EDITS else 0
    written = _written([*own, *missed])
    return {
        "own": [_edit(row, written) for row in own],
        "since": visit.ended_at,
        "missed": [_edit(row, written) for row in missed],
        "missed_more": more,
    }


def _with_counts(revisions: QuerySet) -> QuerySet:
    return revisions.annotate(
        **{_count(table): number_of(table.history.model.objects, "revision") for table in CURATED}
    )


def _count(table: Any) -> str:
    return f"wrote_{table._meta.model_name}"


def _edit(revision: Any, written: dict[tuple[int, str], list[Written]]) -> dict[str, Any]:
    """One revision with the records it wrote: by name where they are few, else by number.

    A model's id is a spelling of it as well; the two are told once.
    """
    records: list[Written] = []
    numbers: list[str] = []
    for table in CURATED:
        count = getattr(revision, _count(table))
        named = written.get((revision.number, str(table._meta.model_name)), [])
        told = {(record.name, record.happened) for record in records}
        records += [record for record in named if (record.name, record.happened) not in told]
        if count and not named:
            meta = table._meta
            noun = meta.verbose_name if count == 1 else meta.verbose_name_plural
            numbers.append(f"{count:,} {noun}")
    return {"revision": revision, "records": records, "numbers": numbers}


def _written(revisions: Iterable[Any]) -> dict[tuple[int, str], list[Written]]:
    """(revision, table) → its records, for tables of which the revision wrote few: one query."""
    parts = []
    for table in CURATED:
        few = [row.number for row in revisions if 0 < getattr(row, _count(table)) <= NAMED]
        parts.append(_versions(table, few))
    first, *others = parts
    found: dict[tuple[int, str], list[Written]] = {}
    for number, name, pk, kind, text, stands in first.union(*others, all=True).order_by():
        href = reverse(f"admin:policies_{name}_change", args=[pk]) if stands else ""
        found.setdefault((number, name), []).append(Written(text, KINDS[kind], href))
    return found


def _versions(table: Any, numbers: list[int]) -> QuerySet:
    live = table._default_manager.filter(pk=OuterRef("id")).order_by()
    rows = table.history.model.objects.filter(revision__in=numbers).order_by()
    return rows.annotate(
        table=Value(table._meta.model_name), title=F(NAMES[table]), stands=Exists(live)
    ).values_list("revision_id", "table", "id", "history_type", "title", "stands")


def _totals() -> list[tuple[str, str, int]]:
    """What is counted of the whole catalog: table, what it is called, rows."""
    counts = Tally.objects.by_status()
    routes, models = (sum(counts[kind].values()) for kind in ("routes", "models"))
    tables = (Family, Provider, License, ProviderTerms)
    others = [
        (str(t._meta.model_name), str(t._meta.verbose_name_plural).capitalize(), t.objects.count())
        for t in tables
    ]
    return [("route", "Routes", routes), ("textmodel", "Models", models), *others]


def _changelist(table: str) -> str:
    """The address of a table's list."""
    return reverse(f"admin:policies_{table}_changelist")
