"""What the pages ask that merge two models or split one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from policies.admin.conflict import in_words, value_of
from policies.admin.forms import refuse_taken_spelling
from policies.merging import OWN_FIELDS, Merge, Split
from policies.models import TextModel
from policies.querysets import fold

STAYS, GOES = "stays", "goes"


class MergeForm(forms.Form):
    """Of each field in which two models differ: whose value is kept."""

    def __init__(self, data: Any, found: Merge) -> None:
        super().__init__(data, prefix="keep")
        self.found = found
        choices = [(STAYS, found.stays.canonical_id), (GOES, found.goes.canonical_id)]
        for name in found.differing:
            label = TextModel._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            self.fields[name] = forms.ChoiceField(choices=choices, label=label, initial=STAYS)

    @property
    def rows(self) -> list[tuple[Any, str, str]]:
        """Each field with what either model records."""
        pair = (self.found.stays, self.found.goes)
        return [
            (self[name], *(in_words(model, name, value_of(model, name)) for model in pair))
            for name in self.fields
        ]

    @property
    def taken(self) -> list[str]:
        """The fields of which the other's value is kept."""
        return [name for name, kept in self.cleaned_data.items() if kept == GOES]


class SplitForm(forms.ModelForm):
    """The model that is split off, and what it takes along."""

    routes: Any = forms.ModelMultipleChoiceField(
        None, required=False, widget=forms.CheckboxSelectMultiple
    )
    aliases: Any = forms.ModelMultipleChoiceField(
        None, required=False, widget=forms.CheckboxSelectMultiple, label="Spellings"
    )

    def __init__(self, data: Any, source: TextModel) -> None:
        same = {name: getattr(source, name) for name in OWN_FIELDS if name != "name"}
        super().__init__(data, initial=same)
        self.source, taken = source, self.fields
        taken["routes"].queryset = source.routes.select_related("provider").order_by(
            "provider__slug", "provider_model_id"
        )
        taken["aliases"].queryset = source.aliases.other_spellings()

    def clean_canonical_id(self) -> str:
        """Free, or a spelling of the model that is split."""
        canonical_id = self.cleaned_data["canonical_id"]
        if fold(canonical_id) == fold(self.source.canonical_id):
            raise ValidationError("This is the id of the model that you split: choose another.")
        refuse_taken_spelling(canonical_id, own=self.source.pk)
        return canonical_id

    def clean(self) -> dict[str, Any]:
        """A model that takes nothing along is simply a new one."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["routes"] and not cleaned["aliases"]:
            self.add_error(
                None, "Tick at least one route or spelling that belongs to the new model."
            )
        return cleaned

    @property
    def own(self) -> list[Any]:
        """The fields of the new model."""
        return [self[name] for name in self.fields if name not in ("routes", "aliases")]

    def split(self) -> Split:
        """What was asked for."""
        chosen = self.cleaned_data
        return Split(self.source, self.instance, list(chosen["aliases"]), list(chosen["routes"]))
