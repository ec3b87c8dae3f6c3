"""A form field for a document's conditions: one row per kind, a box to tick and a detail. No script.

A kind that is recorded twice gets two rows, so that no entry is lost by opening and saving a form.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from policies.bases import ConditionKind
from policies.models.sources import validate_conditions

Entry = dict[str, Any]
"""``{"kind": …, "detail": …, "on": bool}``: one row as it was shown or posted."""


class ConditionsWidget(forms.Widget):
    """Rows named ``<name>-<kind>-<n>-on`` and ``<name>-<kind>-<n>-detail``."""

    template_name = "admin/policies/conditions.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Every kind has a row, those of ``value`` are ticked."""
        context = super().get_context(name, value, attrs)
        entries: dict[str, list[Entry]] = defaultdict(list)
        for entry in value or []:
            entries[entry["kind"]].append({"on": True, **entry})
        rows = []
        for kind in ConditionKind:
            shown = entries[kind.value] or [{"on": False, "detail": ""}]
            for number, entry in enumerate(shown, start=1):
                prefix = f"{name}-{kind.value}-{number}"
                rows.append({"prefix": prefix, "label": kind.label, "kind": kind.value, **entry})
        context["widget"]["rows"] = rows
        return context

    def _render(self, template_name: str, context: Any, renderer: Any = None) -> SafeString:
        """With the project's templates: the form renderer knows those of installed apps alone."""
        return render_to_string(template_name, context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Entry]:
        """The rows that are ticked or have a detail, in the order of the kinds."""
        entries = []
        for kind in ConditionKind.values:
            number = 1
            while f"{name}-{kind}-{number}-detail" in data:
                prefix = f"{name}-{kind}-{number}"
                on, detail = f"{prefix}-on" in data, data[f"{prefix}-detail"].strip()
                if on or detail:
                    entries.append({"kind": kind, "detail": detail, "on": on})
                number += 1
        return entries

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Unticked boxes are not posted; what tells is whether the rows were."""
        return not any(key.startswith(f"{name}-") for key in data)

    def id_for_label(self, id_: str) -> str:
        """The rows have labels of their own; the field's label is their legend."""
        return ""


class ConditionsField(forms.Field):
    """A list of ``{"kind", "detail"}``, as ``PolicySource.conditions`` keeps it."""

    widget = ConditionsWidget

    def clean(self, value: Any) -> list[dict[str, str]]:
        """Ticked rows become conditions; a detail without a tick is asked about, never dropped."""
        for entry in value or []:
            if not entry.get("on", True):
                label = ConditionKind(entry["kind"]).label
                raise ValidationError(
                    f"“{label}” has a detail but is not ticked: tick it, or clear its detail."
                )
        conditions = [{"kind": e["kind"], "detail": e["detail"]} for e in value or []]
        validate_conditions(conditions)
        return conditions

    def has_changed(self, initial: Any, data: Any) -> bool:
        """The order of the conditions says nothing."""
        return sorted(map(_key, initial or [])) != sorted(map(_key, data or []))


def in_stored_order(conditions: list[dict[str, str]], stored: list[Any]) -> list[dict[str, str]]:
    """Keep the order that is stored, new kinds last: reordering alone is no edit."""
    kinds = [entry["kind"] for entry in stored]
    known = [entry for entry in conditions if entry["kind"] in kinds]
    added = [entry for entry in conditions if entry["kind"] not in kinds]
    return sorted(known, key=lambda entry: kinds.index(entry["kind"])) + added


def written_out(conditions: list[dict[str, str]]) -> str:
    """``"Attribution: keep the notice; Naming"`` for tables and messages."""
    texts = []
    for entry in conditions:
        label = ConditionKind(entry["kind"]).label
        texts.append(f"{label}: {entry['detail']}" if entry["detail"] else label)
    return "; ".join(texts)


def _key(entry: Entry) -> tuple[str, str, bool]:
    return entry["kind"], entry["detail"], entry.get("on", True)
