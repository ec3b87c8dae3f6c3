"""The flips one by one: every model and route whose answer a revision changed, as a page or a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.views.generic import TemplateView

from policies.filters import link
from policies.filters.fields import PAGE_SIZES
from policies.filters.flips import FlipContract, name_of
from policies.timeline.asked import KINDS, Asked
from policies.timeline.past import History, history
from policies.timeline.rows import FlipPage, every_flip, flip_count, flip_page, place_of
from policies.timeline.sorting import NEWEST, OLDEST
from policies.timeline.ways import ANY, APPEARED, DIRECTIONS, status_of
from policies.views.asking import Input, asked, keeping
from policies.views.base import Page
from policies.views.download import as_file, refusal
from policies.views.flipped import documents, told
from policies.views.listing import choices, explained, heads
from policies.views.saved import views_of

FIELDS = (
    *("revision", "at", "actor", "via", "reason", "kind", "model", "provider", "subject"),
    *("license", "terms", "before_status", "before_basis", "after_status", "after_basis"),
)
AROUND = ("older", "newer", "newest")
TOLD_BESIDE = frozenset({"revision", "actor", "reason"})
"""What stands once beside the flips of a revision, where they are in the order of revisions."""


class FlipList(Page, TemplateView):
    """Every flip, newest revision first unless another order is asked for."""

    template_name = "policies/flips.html"
    section = "revisions"
    title = "Flips"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A page of the list, or all of it as a file."""
        contract = self.contract = FlipContract(request.GET)
        form = request.GET.get("format", "")
        if not form or "format" in {problem.name for problem in contract.problems}:
            return super().get(request, *args, **kwargs)
        if contract.problems:
            return refusal(form, contract.problems)
        asked = contract.asked()
        groups = asked.among(history())
        total = flip_count(asked, groups)
        filters = {
            name: contract.given[name] for name in ("q", *contract.wanted) if name in contract.given
        }
        return as_file(
            form,
            "flips",
            fields(contract),
            records(every_flip(asked, groups, sort=contract.order)),
            filters=filters,
            sort=contract.sort,
            total=total,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of flips; a wrong address shows what is wrong and no list."""
        contract = self.contract
        past = None if contract.problems else history()
        context = super().get_context_data(
            problems=[explained(problem, contract) for problem in contract.problems],
            given=contract.given,
            asking=asked(inputs(contract, past), contract),
            keeping=keeping(contract, "sort", "columns", "size"),
            **kwargs,
        )
        if past is None:
            return context
        return context | {"saved": views_of(self.request, "flips"), **listed(contract, past)}


def inputs(contract: FlipContract, past: History | None) -> tuple[Input, ...]:
    """What the form asks for; with the ``past``, each choice tells how many flips it would show."""
    kinds = {"": "Models and routes", **{kind: f"{kind.capitalize()}s" for kind in KINDS}}
    directions = {"" if way == ANY else way: words for way, words in DIRECTIONS.items()}
    return (
        Input("q", "Model", kind="search", hint="any"),
        Input("direction", "Direction", _counted("direction", directions, contract, past)),
        Input("kind", "Of", _counted("kind", kinds, contract, past)),
        Input("document", "Document", hint="its id"),
        Input("provider", "Provider", hint="its id"),
        Input("revision", "Revision", hint="any", css="few"),
        Input("since", "Since", kind="date"),
        Input("until", "Until", kind="date"),
    )


def _counted(
    name: str, options: dict[str, str], contract: FlipContract, past: History | None
) -> dict[str, str]:
    """The options with what the history knows of each, the other filters in force."""
    meant = None if past is None else contract.asked()
    if past is None or meant is None or meant.by_subject:
        return options
    return {
        value: f"{words} ({flip_count(asks, asks.among(past)):,})"
        for value, words in options.items()
        for asks in [_asking(meant, name, value)]
    }


def _asking(meant: Asked, name: str, value: str) -> Asked:
    """The same question with another direction, or of another kind."""
    if name == "kind":
        return replace(meant, kind=value)
    return replace(meant, direction=value or ANY)


def listed(contract: FlipContract, past: History) -> dict[str, Any]:
    """The rows of one page, how many there are in all, and how many of them merely appeared."""
    asked = contract.asked()
    groups = asked.among(past)
    grouped = contract.order.by_revision
    before, after = contract.place("before"), contract.place("after")
    back = before is not None
    page = flip_page(
        asked, groups, contract.size, after=before or after, back=back, sort=contract.order
    )
    shown = [column for column in contract.shown if not grouped or column.name not in TOLD_BESIDE]
    return {
        "revisions": by_revision(page.rows) if grouped else [],
        "rows": [] if grouped else list(map(told, page.rows)),
        "shown": {column.name: True for column in shown},
        "heads": [] if grouped else heads(shown, contract),
        "sorts": sorts(contract),
        "choices": choices(contract),
        "listed": len(page.rows),
        "total": flip_count(asked, groups),
        "appeared": left_out(contract, past),
        "links": links(page, contract),
    }


def sorts(contract: FlipContract) -> list[dict[str, Any]]:
    """The orders on offer: both by revision, then by each other column that is shown."""
    times = [
        {"label": words, "href": link(contract.given, sort=name), "current": name == contract.sort}
        for name, words in ((NEWEST, "newest first"), (OLDEST, "oldest first"))
    ]
    others = [column for column in contract.shown if column.name != OLDEST]
    return times + [
        {
            "label": f"{head['column'].label.lower()} {head['arrow']}".strip(),
            "href": head["href"],
            "current": bool(head["aria"]),
        }
        for head in heads(others, contract)
    ]


def fields(contract: FlipContract) -> list[str]:
    """What a file holds: all, or what stands in the chosen columns; always in the same order."""
    columns = contract.shown if "columns" in contract.given else contract.vocabulary
    chosen = {name for column in columns for name, _ in column.fields}
    return [name for name in FIELDS if name in chosen]


def by_revision(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows under the revision that flipped them: who, when and why is told once."""
    return [
        {
            "number": number,
            "id": f"r{number}",
            "at": flips[0]["at"],
            "actor": flips[0]["actor"],
            "reason": flips[0]["reason"],
            "rows": flips,
        }
        for number, group in groupby(map(told, rows), key=lambda row: row["revision"])
        if (flips := list(group))
    ]


def left_out(contract: FlipContract, past: History) -> int:
    """How many first answers an otherwise equal question would add, where the history knows it."""
    asked = contract.asked(APPEARED)
    if "direction" in contract.given or asked.by_subject:
        return 0
    return sum(asked.number_in(row) for row in asked.among(past))


def links(page: FlipPage, contract: FlipContract) -> dict[str, Any]:
    """The addresses of the pages around, of the files, and of what appeared."""
    asked = {k: v for k, v in contract.given.items() if k not in ("before", "after", "format")}
    whole = {k: v for k, v in asked.items() if k != "size"}
    first, last = (
        (name_of(place_of(row)) for row in (page.rows[0], page.rows[-1])) if page.rows else ("", "")
    )
    back, forth = "before" in contract.given, "after" in contract.given
    names = AROUND if contract.sort == NEWEST else ("next", "previous", "first")
    around = (
        link(asked, after=last) if last and (page.more or back) else "",
        link(asked, before=first) if first and (forth or (back and page.more)) else "",
        link(asked) if back or forth else "",
    )
    return {
        **dict(zip(names, around, strict=True)),
        "start": around[2],
        "sizes": [
            {"size": size, "href": link({**whole, "size": str(size)})}
            for size in PAGE_SIZES
            if size != contract.size
        ],
        "csv": link(whole, format="csv"),
        "json": link(whole, format="json"),
        "appeared": link(whole, direction=APPEARED),
    }


def records(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Flips as a file holds them; ``subject`` is the id that the record had when it moved there."""
    for row in rows:
        slugs = {document.kind: document.slug for document in documents(row)}
        yield {
            "revision": row["number"],
            "at": row["at"],
            "actor": row["actor"],
            "via": row["via"],
            "reason": row["reason"],
            "kind": KINDS[row["kind_order"]],
            "model": row["model_now"],
            "provider": row["provider__slug"],
            "subject": row["subject"],
            "license": slugs.get("license"),
            "terms": slugs.get("terms"),
            "before_status": status_of(row["was"]) or None,
            "before_basis": row["was"] or None,
            "after_status": status_of(row["now"]) or None,
            "after_basis": row["now"] or None,
        }
