"""The worklist's page, and the way from one piece of work to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from policies.filters import Contract, Problem, link
from policies.filters.fields import Whole, Word
from policies.models import License
from policies.revisions import snapshot
from policies.views.cached import per_revision
from policies.views.listing import explained
from policies.worklist import Item, Kind, Ref, gather

FIRST = 6
"""Of each kind, so many are shown beside the others."""

PAGE = 100
FROM = "worklist:"
"""What the address of a form begins its ``next`` with, when one comes from the worklist."""

AGAIN = (Kind.PAST_REVIEW, Kind.NEVER_VERIFIED, Kind.SECONDARY)
"""Kinds whose work may be a reading that finds the text unchanged."""


class WorklistContract(Contract):
    """The address of the worklist."""

    settings = ("page",)

    kind = Word(Kind)
    page = Whole(min_value=1)

    class Meta:
        model = License
        fields: list[str] = []


def waiting() -> list[Item]:
    """The worklist of today and of the state that is read now; gathered once for each."""
    today = timezone.localdate()
    with snapshot():
        return per_revision(f"worklist {today}", lambda: gather(today))


def worklist(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Everything that waits, a part of each kind; with ``kind`` all of one, a hundred a page."""
    contract = WorklistContract(request.GET, License.objects.none())
    items = waiting()
    kind, page = contract.given.get("kind", ""), 1
    shown = [item for item in items if item.kind == kind]
    problems = list(contract.problems)
    if not problems:
        page = int(contract.given.get("page", 1))
        problems = _beyond(page, len(shown))
    context |= {
        "title": "Worklist",
        "problems": [explained(problem, contract) for problem in problems],
        "kinds": counted(items, kind),
        "total": len(items),
    }
    if not problems:
        opens = Links(request.user)
        parts = [shown[(page - 1) * PAGE : page * PAGE]] if kind else _by_kind(items)
        context["sections"] = [_section(part, items, opens, kind) for part in parts]
        context |= _pages(page, len(shown), kind) if len(shown) > PAGE else {}
    template = "admin/policies/worklist.html"
    return TemplateResponse(request, template, context, status=400 if problems else 200)


def follow(request: HttpRequest) -> HttpResponse:
    """On to the record ``then`` of a kind if it still waits, else to the first that is not ``done``."""
    kind, then, done = (request.GET.get(name, "") for name in ("kind", "then", "done"))
    order = sequence(kind)
    rest = [ref for ref in order if ref.key == then] or [ref for ref in order if ref.key != done]
    if then and rest:
        return HttpResponseRedirect(form_address(rest[0], kind))
    if kind in Kind.values:
        messages.info(request, f"That was the last of “{Kind(kind).label}”.")
    return HttpResponseRedirect(f"{reverse('admin:worklist')}?{urlencode({'kind': kind})}")


def sequence(kind: str) -> list[Ref]:
    """The records of one kind in their order, each once."""
    return list(dict.fromkeys(item.subject for item in waiting() if item.kind == kind))


def after(kind: str, here: Ref) -> Ref | None:
    """The record whose turn comes after ``here``, which may also be one that an item merely names."""
    items = [item for item in waiting() if item.kind == kind]
    order = list(dict.fromkeys(item.subject for item in items))
    told = [item.subject for item in items if here.key in {ref.key for ref in item.refs}]
    subject = next((ref for ref in order if ref.key == here.key), told[0] if told else None)
    place = order.index(subject) + 1 if subject else 0
    return order[place] if place < len(order) else None


def counted(items: Iterable[Item], chosen: str = "") -> list[dict[str, Any]]:
    """Every kind with its number of items, and the address of its list."""
    counts = Counter(item.kind for item in items)
    address = reverse("admin:worklist")
    return [
        {
            "kind": kind,
            "count": counts[kind],
            "href": f"{address}{link({'kind': kind.value})}",
            "chosen": kind == chosen,
        }
        for kind in Kind
    ]


class Links:
    """Which forms a user may open, asked once for each table."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.known: dict[str, bool] = {}

    def row(self, item: Item) -> dict[str, Any]:
        """An item with the addresses of its records and of the routes and models concerned."""
        wanted = urlencode(item.wanted)
        of_models = urlencode([(k, v) for k, v in item.wanted if k not in ("provider", "terms")])
        return {
            "item": item,
            "href": self.form(item.subject, item.kind),
            "others": [(ref, self.form(ref, item.kind)) for ref in item.others],
            "routes_href": f"{reverse('routes')}?{wanted}" if wanted else "",
            "models_href": f"{reverse('models')}?{of_models}" if of_models else "",
            "again": self.reading(item),
        }

    def form(self, ref: Ref, kind: Kind) -> str:
        """The address of a record's form, empty where the user may not see it."""
        return form_address(ref, kind.value) if self.may(ref.table, "view", "change") else ""

    def reading(self, item: Item) -> str:
        """The address of the page that records a reading which found nothing new."""
        if item.kind not in AGAIN or not self.may(item.subject.table, "change"):
            return ""
        address = reverse(f"admin:policies_{item.subject.table}_verify")
        return f"{address}?{urlencode({'id': item.subject.pk})}&next={FROM}{quote(item.kind.value)}"

    def lists(self, kind: Kind) -> list[tuple[str, str]]:
        """Where the documents of a kind can be verified together: names of lists, and addresses."""
        if kind not in AGAIN:
            return []
        return [
            (label, reverse(f"admin:policies_{table}_changelist") + link({"attention": kind.value}))
            for table, label in (("license", "Licenses"), ("providerterms", "Provider terms"))
            if self.may(table, "view", "change")
        ]

    def may(self, table: str, *actions: str) -> bool:
        """Whether one of the actions is the user's on a table."""
        key = f"{table} {actions}"
        if key not in self.known:
            names = (f"policies.{action}_{table}" for action in actions)
            self.known[key] = any(self.user.has_perm(name) for name in names)
        return self.known[key]


def form_address(ref: Ref, kind: str) -> str:
    """A record's form, opened from one kind of the worklist."""
    return f"{reverse(f'admin:policies_{ref.table}_change', args=[ref.pk])}?next={FROM}{kind}"


def _by_kind(items: list[Item]) -> list[list[Item]]:
    parts = ([item for item in items if item.kind == kind][:FIRST] for kind in Kind)
    return [part for part in parts if part]


def _section(part: list[Item], items: list[Item], opens: Links, chosen: str) -> dict[str, Any]:
    kind = part[0].kind if part else Kind(chosen)
    count = sum(item.kind == kind for item in items)
    return {
        "kind": kind,
        "count": count,
        "rows": [opens.row(item) for item in part],
        "lists": opens.lists(kind),
        "all": "" if chosen or count == len(part) else link({"kind": kind.value}),
    }


def _beyond(page: int, count: int) -> list[Problem]:
    last = max(1, -(-count // PAGE))
    if page <= last:
        return []
    return [Problem("page", str(page), f"Page {page} is after the last", (str(last),))]


def _pages(page: int, count: int, kind: str) -> dict[str, Any]:
    """What the pager needs to know of one page of a kind."""
    start, stop = (page - 1) * PAGE, min(page * PAGE, count)
    given = {"kind": kind}
    return {
        "page": {"start": start, "stop": stop},
        "count": count,
        "first": link(given) if page > 2 else "",
        "previous": link(given, page=page - 1) if page > 1 else "",
        "next": link(given, page=page + 1) if stop < count else "",
        "following": min(PAGE, count - stop),
    }
