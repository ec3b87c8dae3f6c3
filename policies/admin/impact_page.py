"""The page between a save and its effect: what it would do to answers, one by one, and why it is right."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Model, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from policies.admin.conflict import Change, changes_between
from policies.admin.impact import Count, in_words, outcome
from policies.admin.samples import Sample, sample_of
from policies.bases import Layer
from policies.effects import Effects, Example, Transition, touched_since
from policies.export.cells import defuse
from policies.models import Policy
from policies.models.sources import PolicySource
from policies.resolution import Plan
from policies.rules import Resolution
from policies.supposed import FIRST_SUPPOSED_ID
from policies.supposing import Edit, Rehearsal

CONFIRMED, EDIT_AGAIN, AS_CSV = "_impact", "_edit", "_csv"
"""What the page posts: what it showed, and its other two buttons."""

NAMES = {"confirmed": CONFIRMED, "again": EDIT_AGAIN, "csv": AS_CSV}

OWN = {"csrfmiddlewaretoken", "reason", CONFIRMED, EDIT_AGAIN, AS_CSV}
"""Fields of the page itself; all others are carried through it."""

EXAMPLES = 50
RECORDS = 20
"""So many records of a bulk edit are spelled out."""


class Record(NamedTuple):
    """One record of the change: its table, name and address (empty if new), what happens, its fields."""

    table: str
    name: str
    href: str
    what: str
    fields: list[Any]


class Row(NamedTuple):
    """One model (no provider) or route that flips; none has no status; bases only where it stays."""

    name: str
    spelled: str
    href: str
    provider: str
    before: str
    after: str
    bases: list[str]
    decided_by: str


class Rewording(NamedTuple):
    """Answers of one pair that get another label, note or source, and nothing else."""

    documents: list[Model]
    count: Count
    changes: list[Change]


def impact_page(model_admin: Any, request: Any, supposed: Rehearsal, trouble: str) -> HttpResponse:
    """What a rehearsed POST would do, with the POST in hidden fields; or every flip as CSV.

    ``trouble`` says why the page is shown again.
    """
    effects = supposed.effects()
    if AS_CSV in request.POST:
        return _as_csv(effects.examples(None))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "What this save would change",
        "opts": model_admin.opts,
        "trouble": trouble,
        "reason": request.POST.get("reason", ""),
        "typed": request.curating.typed,
        **rehearsed(supposed, effects),
        "sample": _sample(list(supposed.edits.values())),
        "carried": _carried(request),
        "names": NAMES,
    }
    context["outcome"] = request.curating.button or context["outcome"]
    response = TemplateResponse(request, "admin/policies/impact.html", context)
    return response.render()  # here, where the records still read as they would be


def rehearsed(supposed: Rehearsal, effects: Effects) -> dict[str, Any]:
    """What a page shows of a rehearsal: the records, the effects, and the token that confirms them."""
    edits = list(supposed.edits.values())
    return {
        "records": _records(edits),
        "edited": len(edits),
        "records_left": max(0, len(edits) - RECORDS),
        **told(effects),
        "deletes": all(edit.after is None for edit in edits),
        "revision": supposed.number - 1,
        "confirmed": f"{supposed.number - 1}.{effects.fingerprint}",
    }


def _sample(edits: list[Edit]) -> Sample | None:
    """What clients will read of the document, where the change is one document that stays."""
    records = [edit.after for edit in edits if isinstance(edit.after, PolicySource)]
    return sample_of(records[0]) if len(edits) == len(records) == 1 else None


def told(effects: Effects) -> dict[str, Any]:
    """What the tables of the impact show; ask inside the rehearsal."""
    ways = effects.directions()
    return {
        "ways": [(way, Count(way.routes, way.models), in_words(way)) for way in ways],
        "examples": [_told_example(example) for example in effects.examples(EXAMPLES)],
        "flips": sum(way.routes + way.models for way in ways if way.flips),
        "rewordings": _rewordings([t for t in effects.transitions if not t.flips]),
        "outcome": outcome(ways),
    }


def is_as_shown(plan: Plan, confirmed: str, number: int) -> bool:
    """Whether the plan of revision ``number`` does what was confirmed; nothing was: no answer changes."""
    if not confirmed:
        return not plan.changes_answers
    since, _, shown = confirmed.partition(".")
    if not since.isdecimal() or shown != Effects(plan).fingerprint:
        return False
    return int(since) == number - 1 or not touched_since(plan, int(since), number)


def _records(edits: Iterable[Edit]) -> list[Record]:
    """The first of the change: what is new or would go, and then what would only differ."""
    edits = sorted(edits, key=lambda edit: None not in (edit.before, edit.after))
    first = edits[:RECORDS]
    gone = {(type(edit.before), edit.before.pk): edit.before for edit in edits if not edit.after}
    named: dict[tuple[type, str], list[Any]] = {}
    for before, after in (
        (edit.before, edit.after) for edit in first if edit.before and edit.after
    ):
        for key in after._meta.concrete_fields:
            if key.is_relation and getattr(before, key.attname) != getattr(after, key.attname):
                named.setdefault((type(after), key.name), []).extend((before, after))
                target = (key.related_model, getattr(before, key.attname))
                if target in gone:  # the tables read as if it were gone already
                    setattr(before, key.name, gone[target])
    for (_, name), rows in named.items():  # one query for all, instead of one for each
        prefetch_related_objects(rows, name)
    return [_told(edit) for edit in first]


def _told(edit: Edit) -> Record:
    record = edit.after or edit.before
    what = "would be deleted" if edit.after is None else ""
    if edit.before is None:
        what = "new" if record.pk >= FIRST_SUPPOSED_ID else "would be recorded again"
    fields = [] if what else changes_between(record, edit.before, edit.after)
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_change"
    href = "" if edit.before is None else reverse(name, args=[record.pk])
    return Record(str(record._meta.verbose_name), str(record), href, what, fields)


def _told_example(example: Example) -> Row:
    """A row of the table; what is not there now has no page."""
    subject, before, after = example.subject, example.before, example.after
    model = subject if example.kind == "model" else subject.model
    return Row(
        name=model.name,
        spelled=subject.canonical_id if example.kind == "model" else subject.provider_model_id,
        href="" if before is None else subject.get_absolute_url(),
        provider="" if example.kind == "model" else str(subject.provider),
        before=before.status if before else "",
        after=after.status if after else "",
        bases=[before.basis, after.basis]
        if before and after and before.status == after.status
        else [],
        decided_by=f"{Layer(after.layer).label.lower()}, rule {after.rule}" if after else "–",
    )


def _rewordings(found: Sequence[Transition]) -> list[Rewording]:
    """The first pairs whose answers would only be worded otherwise, the largest first."""
    counts: dict[tuple[int | None, Any, Any], dict[str, int]] = {}
    for t in found:
        sums = counts.setdefault((t.policy_id, t.before, t.after), {"route": 0, "model": 0})
        sums[t.kind] += t.count
    first = sorted(counts.items(), key=lambda item: -sum(item[1].values()))[:EXAMPLES]
    pairs = Policy.objects.select_related("license", "terms").in_bulk(key[0] for key, _ in first)
    return [
        Rewording(
            [document for document in (pairs[pk].license, pairs[pk].terms) if document],
            Count(sums["route"], sums["model"]),
            _reworded(before, after),
        )
        for (pk, before, after), sums in first
    ]


def _reworded(before: Resolution, after: Resolution) -> list[Change]:
    names = {"label": "label", "note": "note", "source_url": "source"}
    sides = ((label, getattr(before, name), getattr(after, name)) for name, label in names.items())
    return [Change(*side) for side in sides if side[1] != side[2]]


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the POST, to be posted again."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in OWN
        for value in values
    ]


def _as_csv(examples: Iterable[Example]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="impact.csv"'
    writer = csv.writer(response)
    writer.writerow(["model", "provider", "provider_model_id", "before", "after", "decided_by"])
    for example in examples:
        subject, row = example.subject, _told_example(example)
        own = ["", ""]
        if example.kind == "route":
            own = [subject.provider.slug, subject.provider_model_id]
            subject = subject.model
        cells = [subject.canonical_id, *own, row.before, row.after, row.decided_by]
        writer.writerow([defuse(cell) for cell in cells])
    return response
