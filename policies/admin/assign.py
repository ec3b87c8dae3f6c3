"""Assigning in bulk: one license, family or document of terms to all chosen records, through the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from policies.admin.base import OpenAutocomplete
from policies.admin.conflict import in_words, value_of

AT_MOST = 5000
"""Records that one action changes; more belong under a family or a provider."""

LISTED = 20
"""Chosen records that are spelled out."""

TOO_MANY = (
    f"These are more than {AT_MOST:,} records: choose fewer, or record it of their families or "
    "providers."
)
AS_RECORDED = "as-recorded"

COMES_WITH = {"textmodel.license": ("license_evidence", "license_source_url", "license_note")}
"""What is said of an assigned document beside it."""

Action = Callable[[Any, HttpRequest, Any], HttpResponse | None]


class AssignForm(forms.Form):
    """What all chosen records of a table get in ``name``, and what is said beside it."""

    def __init__(self, data: Any, model_admin: Any, name: str) -> None:
        super().__init__(data, prefix="assign")
        self.name, meta = name, model_admin.opts
        column = meta.get_field(name)
        chooser = OpenAutocomplete(column, model_admin.admin_site)
        chosen = column.formfield(widget=chooser, required=True, empty_label="Choose…")
        self.fields = {name: chosen}
        for beside in COMES_WITH.get(f"{meta.model_name}.{name}", ()):
            field = model_admin.formfield_for_dbfield(meta.get_field(beside), None)
            if hasattr(field, "choices"):
                field.choices = [
                    ("", "Choose…"),
                    *field.choices,
                    (AS_RECORDED, "As recorded of each"),
                ]
                field.initial = ""
            else:
                field.help_text = f"{field.help_text} Empty: as recorded of each."
            self.fields[beside] = field

    def values(self) -> dict[str, Any]:
        """Field → value for every record."""
        given = self.cleaned_data.items()
        return {name: value for name, value in given if value not in ("", AS_RECORDED)}


def assigning(name: str, description: str) -> Any:
    """The action of a list that asks for a record to name in ``name``, and assigns it to the chosen ones."""

    def assign(model_admin: Any, request: Any, queryset: Any) -> HttpResponse | None:
        asked = f"assign-{name}" in request.POST
        form = AssignForm(request.POST if asked else None, model_admin, name)
        if "post" in request.POST and not request.curating.again and form.is_valid():
            _write(model_admin, request, queryset, form.values())
            return None
        return _ask(model_admin, request, queryset, form)

    return _action(assign, f"assign_{name}", description)


def taking_away(name: str, description: str) -> Any:
    """The action of a list that empties ``name`` of the chosen records, so that the general rule applies."""

    def take_away(model_admin: Any, request: HttpRequest, queryset: Any) -> None:
        _write(model_admin, request, queryset, {name: None})

    return _action(take_away, f"take_away_{name}", description)


def _action(function: Action, name: str, description: str) -> Any:
    function.__name__ = name
    return admin.action(function, permissions=["change"], description=description)


def _write(model_admin: Any, request: Any, queryset: Any, values: dict[str, Any]) -> None:
    """Write the values to the records that differ; the list, which comes next, says how many did."""
    records = list(queryset[: AT_MOST + 1])
    if len(records) > AT_MOST:
        model_admin.message_user(request, TOO_MANY, messages.ERROR)
        return
    columns = {model_admin.opts.get_field(name).attname: name for name in values}
    differing = []
    for record in records:
        before = {column: getattr(record, column) for column in columns}
        for name, value in values.items():
            setattr(record, name, value)
        if any(getattr(record, column) != was for column, was in before.items()):
            differing.append(record)
    request.curating.opened.bulk_update(differing, list(values))
    text = f"{_counted(model_admin, len(differing))} changed, of {len(records):,} chosen."
    model_admin.message_user(request, text, messages.SUCCESS)


def _ask(model_admin: Any, request: Any, queryset: Any, form: AssignForm) -> HttpResponse:
    """The page of an action: what was chosen, and what it shall get."""
    count = queryset.count()
    records = list(queryset.select_related(form.name)[:LISTED])
    across = request.POST.get("select_across") == "1"
    ids = (
        [record.pk for record in records[:1]]
        if across
        else request.POST.getlist(ACTION_CHECKBOX_NAME)
    )
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"{form.fields[form.name].label} of {_counted(model_admin, count)}",
        "opts": model_admin.opts,
        "media": model_admin.media + form.media,
        "form": form,
        "chosen": [(record, _now(record, form.name)) for record in records],
        "what": form.fields[form.name].label,
        "counted": _counted(model_admin, count),
        "left": count - len(records),
        "carried": [
            ("action", request.POST["action"]),
            ("select_across", "1" if across else "0"),
            *((ACTION_CHECKBOX_NAME, pk) for pk in ids),
        ],
    }
    return TemplateResponse(request, "admin/policies/assign.html", context)


def _now(record: Any, name: str) -> str:
    return in_words(record, name, value_of(record, name))


def _counted(model_admin: Any, count: int) -> str:
    meta = model_admin.opts
    return f"{count:,} {meta.verbose_name if count == 1 else meta.verbose_name_plural}"
