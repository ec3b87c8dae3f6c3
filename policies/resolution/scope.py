"""Which records a resolution looks at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from policies.models import Family, License, Provider, ProviderTerms, Route, TextModel

FEW = 1000
"""Up to so many touched ids stand in a query as literals; more are read from the history."""


@dataclass(frozen=True)
class Scope:
    """Which records to look at, as ids or as subqueries of ids; None means all of that table."""

    licenses: Any = ()
    terms: Any = ()
    families: Any = ()
    models: Any = ()
    providers: Any = ()
    routes: Any = ()

    @classmethod
    def everything(cls) -> Scope:
        """All records: for ``manage.py resolve`` and after rules changed."""
        return cls(None, None, None, None, None, None)

    @classmethod
    def of_revision(cls, number: int, written: Collection[tuple[type, str]]) -> Scope:
        """What the revision's own history says it touched; ``written`` says where to look."""
        tables = (License, ProviderTerms, Family, TextModel, Provider, Route)
        changed = {table for table, kind in written if kind != "-"}
        return cls(*(_touched(table, number) if table in changed else () for table in tables))


def is_empty(ids: Any) -> bool:
    """Whether a scope's part names nothing; a subquery counts as something."""
    return ids is not None and not isinstance(ids, QuerySet) and not ids


def within(**columns: Any) -> Q:
    """Rows whose column is in one of the given parts of a scope; None is every row."""
    condition = Q(pk__in=[])
    for column, ids in columns.items():
        if ids is None:
            return Q()
        if not is_empty(ids):
            condition |= Q(**{f"{column}__in": ids})
    return condition


def _touched(table: Any, number: int) -> Any:
    rows = table.history.filter(revision_id=number).exclude(history_type="-").order_by()
    ids = list(rows.values_list("id", flat=True).distinct()[: FEW + 1])
    return ids if len(ids) <= FEW else rows.values("id")
