"""Routes by what their models share, counted once for each state of the catalog.

Counting them reads every route. An edit of a document moves none of them: it changes what pairs
answer, so the counts by pair are remembered until a model or a route is written or moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from policies.models import Move, Revision, Route, TextModel
from policies.views.cached import per_revision
from policies.views.coverage import grouped

Counts = Counter[tuple[Any, int]]
"""(owner, or id of a family or None; id of a pair) → routes."""

AT_ONCE = 10_000
"""Routes in memory at a time."""

WRITTEN: tuple[Any, ...] = (Move, TextModel.history.model, Route.history.model)
"""Where it stands that a model or a route was moved or written."""


class Served(NamedTuple):
    """All routes by pair and by their model's owner, and by its family."""

    owner: Counts
    family: Counts

    @classmethod
    def read(cls, since: Revision | None) -> Served:
        """From memory, else in one query; ``since`` is the revision that moved or wrote routes last."""
        return cls(*per_revision("routes by owner and by family", _counted, shown=since))

    def splits(self, name: str, answers: Mapping[int, str]) -> dict[Any, dict[str, int]]:
        """Each ``owner``, or id of a ``family``, as ``{status: routes}`` by the ``answers`` of the pairs."""
        counts: Counts = getattr(self, name)
        return grouped((value, answers[pair], n) for (value, pair), n in counts.items())


def _counted() -> tuple[Counts, Counts]:
    """Counted here and not by the database, which would sort a million routes to group them."""
    rows = Route.objects.order_by().values_list("model__owner", "model__family", "policy")
    owners: Counts = Counter()
    families: Counts = Counter()
    for (owner, family, pair), count in Counter(rows.iterator(AT_ONCE)).items():
        owners[owner, pair] += count
        families[family, pair] += count
    return owners, families


def with_written(revisions: QuerySet) -> QuerySet:
    """Annotate ``written`` and ``written_at``: the newest revision that moved or wrote a model or a route."""
    newest = (
        Coalesce(
            Subquery(table.objects.order_by("-revision").values("revision")[:1]),
            Value(0),
            output_field=BigIntegerField(),
        )
        for table in WRITTEN
    )
    of_it = Revision.objects.filter(number=OuterRef("written")).values("at")
    return revisions.annotate(written=Greatest(*newest)).annotate(written_at=Subquery(of_it))


def last_written(revision: Any) -> Revision | None:
    """That revision of one that is read ``with_written``, if any; a past one stands for itself."""
    if not hasattr(revision, "written"):
        return revision
    return Revision(number=revision.written, at=revision.written_at) if revision.written else None
