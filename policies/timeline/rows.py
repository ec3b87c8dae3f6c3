"""Flips one by one: each model or route whose status or basis a revision changed, a page at a time.

A flip is a move between pairs that answered differently, or the change of a pair under what had
arrived there before and had not moved on. Both are asked of the table of moves, in the order that
is wanted; by revision, only the revisions that a page needs are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from policies.bases import Basis, Status
from policies.models import Move, PolicyChange, TextModel
from policies.timeline.asked import KINDS, Asked
from policies.timeline.past import Flips
from policies.timeline.sorting import NEWEST_FIRST, Sort
from policies.timeline.ways import ANY, APPEARED, BASIS, EVERY, VANISHED, sides

COLUMNS = (
    *("number", "at", "actor", "via", "reason"),
    *("kind_order", "subject_id", "subject", "was", "now"),
    *("model_now", "provider__name", "provider__slug"),
    *(
        f"{side}__{document}__{name}"
        for side in ("before", "after")
        for document in ("license", "terms")
        for name in ("slug", "name")
    ),
)


class Place(NamedTuple):
    """Where a flip stands in the list: by revision, kind (0 for models) and id of what flipped."""

    revision: int
    kind: int
    id: int

    @property
    def order(self) -> tuple[int, int, int]:
        """Newest revision first."""
        return (-self.revision, self.kind, self.id)


class FlipPage(NamedTuple):
    """Some flips in order; ``more``: whether others follow in the direction that was read."""

    rows: list[dict[str, Any]]
    more: bool


def flip_page(
    asked: Asked,
    groups: list[Flips],
    size: int,
    *,
    after: Place | None = None,
    back: bool = False,
    sort: Sort = NEWEST_FIRST,
) -> FlipPage:
    """``size`` flips behind ``after`` (before it, with ``back``), in two queries, or in four by more.

    ``groups`` is what ``asked.among`` told: it bounds the revisions that are read.
    """
    bounds = _bounds(asked, groups, size + 1, after, back, sort)
    beyond = None
    if after:
        values = _values(after, sort)
        bounds, beyond = (bounds, sort.beyond(values, back=back)) if values else (None, None)
    if bounds is None:
        return FlipPage([], False)
    rows: list[dict[str, Any]] = []
    for source in _sources(asked):
        found = _named(_within(source, *bounds), sort)
        found = found.filter(beyond) if beyond else found
        rows += _told_of(found, sort).order_by(*sort.order_by(back=back))[: size + 1]
    rows = sort.sorted(rows, back=back)
    page = rows[:size][::-1] if back else rows[:size]
    return FlipPage(page, len(rows) > size)


def every_flip(
    asked: Asked, groups: list[Flips], at_once: int = 2000, sort: Sort = NEWEST_FIRST
) -> Iterator[dict[str, Any]]:
    """Every flip in order, never more than ``at_once`` in memory."""
    if not sort.by_revision and groups:
        low, high = groups[0].revision, groups[-1].revision
        first, second = (
            _told_of(_named(_within(rows, low, high), sort).order_by(), sort)
            for rows in _sources(asked)
        )
        ordered = first.union(second, all=True).order_by(*sort.order_by())
        yield from ordered.iterator(at_once)
        return
    after = None
    while True:
        page = flip_page(asked, groups, at_once, after=after, sort=sort)
        yield from page.rows
        if not page.more:
            return
        after = place_of(page.rows[-1])


def flip_count(asked: Asked, groups: Iterable[Flips]) -> int:
    """How many flips are meant: known from the groups, unless a provider or words are asked for."""
    if not asked.by_subject:
        return sum(asked.number_in(row) for row in groups)
    groups = list(groups)
    if not groups:
        return 0
    moves, changes = (
        _within(rows, groups[0].revision, groups[-1].revision)
        .order_by()
        .values(one=Value(1))
        .annotate(total=Count("pk"))
        .values("total")
        for rows in _sources(asked)
    )
    return sum(row["total"] for row in moves.union(changes, all=True).order_by())


def place_of(row: dict[str, Any]) -> Place:
    """Where a row stands."""
    return Place(row["number"], row["kind_order"], row["subject_id"])


def _values(place: Place, sort: Sort) -> list[Any]:
    """What an order compares of the flip at a place: read anew, so that a new name moves no page.

    Empty where nothing flipped there; by revision the place itself says it all.
    """
    known = {"number": place.revision, "kind_order": place.kind, "subject_id": place.id}
    if not sort.by_revision:
        there = {"number": place.revision, f"{KINDS[place.kind]}_id": place.id}
        for rows in _sources(Asked(direction=EVERY)):
            if found := _named(rows.filter(**there), sort).values(*_compared(sort)).first():
                return [found[name] for name in _compared(sort)]
        return []
    return [known[name] for name in _compared(sort)]


def _compared(sort: Sort) -> list[str]:
    return [name for name, _ in sort.columns()]


def _bounds(
    asked: Asked, groups: list[Flips], wanted: int, after: Place | None, back: bool, sort: Sort
) -> tuple[int, int] | None:
    """The first and last revision that a page can come from."""
    upwards = sort.columns(back=back)[0] == ("number", False)
    if after and sort.by_revision:
        groups = [
            row
            for row in groups
            if (row.revision >= after.revision if upwards else row.revision <= after.revision)
        ]
    if not groups:
        return None
    if asked.by_subject or not sort.by_revision:
        return groups[0].revision, groups[-1].revision
    order = groups if upwards else groups[::-1]
    there = 0
    for row in order:
        if there >= wanted and row.revision != order[0].revision:
            break
        there += asked.number_in(row) if not after or row.revision != after.revision else 0
        end = row.revision
    low, high = sorted([order[0].revision, end])
    return low, high


def _within(rows: QuerySet, low: int, high: int) -> QuerySet:
    return rows.filter(number__gte=low, number__lte=high)


def _sources(asked: Asked) -> list[QuerySet]:
    """Moves that flipped, and arrivals whose pair flipped later; the same columns, unordered."""
    return [_filtered(moved(asked), asked), _filtered(_changed(asked), asked)]


def moved(asked: Asked) -> QuerySet:
    """Moves between two pairs that answered differently: ``was`` and ``now``, by revision ``number``."""
    rows: QuerySet = Move.objects.annotate(
        number=F("revision_id"), was=_basis_at("before", "lt"), now=_basis_at("after", "lte")
    )
    rows = _told(rows, "revision").filter(~Q(was=F("now")), _going(asked.direction))
    if asked.licenses is None:
        return rows
    return rows.filter(_documented("before", asked) | _documented("after", asked))


def _changed(asked: Asked) -> QuerySet:
    """What had arrived at a pair and was still there when the pair's answer changed."""
    rows: QuerySet = Move.objects.annotate(
        number=F("after__changes__revision_id"),
        was=F("after__changes__before_basis"),
        now=F("after__changes__after_basis"),
    )
    rows = _told(rows, "after__changes__revision").filter(
        ~Q(was=""), ~Q(was=F("now")), _going(asked.direction), number__gt=F("revision_id")
    )
    for kind in KINDS:
        left = Move.objects.filter(
            **{kind: OuterRef(f"{kind}_id")},
            revision__gt=OuterRef("revision_id"),
            revision__lte=OuterRef("number"),
        )
        rows = rows.filter(~Exists(left))
    return rows if asked.licenses is None else rows.filter(_documented("after", asked))


def _going(direction: str) -> Q:
    """``was`` and ``now`` in a direction; that they differ is asked elsewhere."""
    if direction == EVERY:
        return Q()
    if direction in (ANY, VANISHED, APPEARED):
        before = Q(was="") if direction == APPEARED else ~Q(was="")
        return before if direction != VANISHED else before & Q(now="")
    if direction != BASIS:
        before_bases, after_bases = sides(direction)
        return Q(was__in=before_bases, now__in=after_bases)
    alike = [sides(f"{status}-{status}") for status in Status.values]
    return reduce(or_, (Q(was__in=was, now__in=now) for was, now in alike))


def _documented(pair: str, asked: Asked) -> Q:
    return Q(**{f"{pair}__license__in": sorted(asked.licenses or ())}) | Q(
        **{f"{pair}__terms__in": sorted(asked.terms)}
    )


def _basis_at(pair: str, lookup: str) -> Case:
    """The basis of the pair before or after the move's own revision; empty for no pair."""
    changes = PolicyChange.objects.filter(
        policy=OuterRef(f"{pair}_id"), **{f"revision__{lookup}": OuterRef("revision_id")}
    ).order_by("-revision_id")
    newest = Subquery(changes.values("after_basis")[:1])
    return Case(
        When(**{pair: None}, then=Value("")),
        default=Coalesce(newest, Value(Basis.PROVIDER_TERMS_UNKNOWN.value)),
        output_field=CharField(),
    )


def _told(rows: QuerySet, revision: str) -> QuerySet:
    """Who made the revision, when and why."""
    return rows.annotate(
        **{name: F(f"{revision}__{name}") for name in ("at", "actor", "via", "reason")}
    )


def _filtered(rows: QuerySet, asked: Asked) -> QuerySet:
    """The filters that both sources share."""
    if asked.kind:
        rows = rows.filter(**{f"{asked.kind}__isnull": False})
    if asked.providers is not None:
        rows = rows.filter(provider__in=asked.providers)
    if asked.words.strip():
        found = TextModel.objects.search(asked.words).order_by()
        subject = Q()
        for word in asked.words.split():
            subject &= Q(subject__icontains=word)
        rows = rows.filter(Q(model__in=found) | Q(route__model__in=found) | subject)
    return rows


def _named(rows: QuerySet, sort: Sort) -> QuerySet:
    """The rows with what names them, and with what the order compares."""
    rows = rows.annotate(
        kind_order=Case(
            When(model__isnull=False, then=Value(0)), default=Value(1), output_field=IntegerField()
        ),
        subject_id=Coalesce("model_id", "route_id"),
        model_now=Coalesce("model__canonical_id", "route__model__canonical_id"),
    )
    return sort.annotated(rows)


def _told_of(rows: QuerySet, sort: Sort) -> QuerySet:
    return rows.values(*COLUMNS, *(by.name for by in sort.leads))
