"""What flips can be sorted by: each sort is a few expressions, and ends in the one place of a flip.

The database sorts. By revision it reads the revisions of a page; by anything else it must look at
every flip that is meant, as it does for a search, but hands over no more than the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from policies.bases import Basis, Status

NEWEST = "-revision"
OLDEST = "revision"
REST = (("number", True), ("kind_order", False), ("subject_id", False))
"""What every other sort ends in: newest first, models before routes, each by id. No two flips share it."""


class By(NamedTuple):
    """One thing to sort by: the ``name`` that is annotated, and what stands behind it."""

    name: str
    expression: Callable[[], Any]


def _basis_rank(side: str) -> Callable[[], Any]:
    """Bases in the order of their statuses; no answer comes last."""
    ranked = [basis for status in Status for basis in Basis if basis.status == status]
    return lambda: Case(
        *(When(**{side: basis.value}, then=Value(n)) for n, basis in enumerate(ranked)),
        default=Value(len(ranked)),
        output_field=IntegerField(),
    )


def _document(kind: str) -> Callable[[], Any]:
    """The name of the document after the flip, or before it where the subject vanished."""
    return lambda: Coalesce(
        Case(When(now="", then=F(f"before__{kind}__name")), default=F(f"after__{kind}__name")),
        Value(""),
        output_field=CharField(),
    )


SORTS: dict[str, tuple[By, ...]] = {
    "revision": (),
    "model": (By("by_model", lambda: Coalesce("model_now", "subject")),),
    "provider": (By("by_provider", lambda: Coalesce("provider__name", Value(""))),),
    "before": (By("by_before", _basis_rank("was")), By("by_after", _basis_rank("now"))),
    "after": (By("by_after", _basis_rank("now")), By("by_before", _basis_rank("was"))),
    "documents": (By("by_license", _document("license")), By("by_terms", _document("terms"))),
    "actor": (By("by_actor", lambda: F("actor")),),
    "via": (By("by_via", lambda: F("via")),),
    "reason": (By("by_reason", lambda: F("reason")),),
}
"""Sort → what is compared before the rest of the order."""


class Sort(NamedTuple):
    """An order of flips, as the address calls it: ``model`` or ``-model``."""

    name: str = NEWEST

    @property
    def leads(self) -> tuple[By, ...]:
        """What is compared before a flip's own place."""
        return SORTS[self.name.removeprefix("-")]

    @property
    def by_revision(self) -> bool:
        """Whether revisions follow each other in it, so that a page needs only some of them."""
        return not self.leads

    def columns(self, *, back: bool = False) -> list[tuple[str, bool]]:
        """The columns that are compared, each with whether it descends; with ``back`` in reverse."""
        down = self.name.startswith("-")
        order = [(by.name, down) for by in self.leads] + list(REST)
        if self.by_revision:
            order[0] = ("number", down)
        return [(name, descends != back) for name, descends in order]

    def annotated(self, rows: QuerySet) -> QuerySet:
        """The rows with what this order compares."""
        for by in self.leads:
            rows = rows.annotate(**{by.name: by.expression()})
        return rows

    def order_by(self, *, back: bool = False) -> list[str]:
        """The same for ``QuerySet.order_by``."""
        return [f"{'-' if descends else ''}{name}" for name, descends in self.columns(back=back)]

    def beyond(self, values: Sequence[Any], *, back: bool) -> Q:
        """What stands strictly behind the place with these values of ``columns``."""
        condition = Q()
        for (name, descends), value in reversed(
            list(zip(self.columns(back=back), values, strict=True))
        ):
            further = Q(**{f"{name}__{'lt' if descends else 'gt'}": value})
            condition = further | Q(**{name: value}) & condition if condition else further
        return condition

    def sorted(self, rows: list[dict[str, Any]], *, back: bool = False) -> list[dict[str, Any]]:
        """Rows of several queries in this one order."""
        for name, descends in reversed(self.columns(back=back)):
            rows.sort(key=lambda row, name=name: row[name], reverse=descends)  # type: ignore[misc]
        return rows


NEWEST_FIRST = Sort()
