"""Forms of curated records: they know which version they edit, and they ask for a reason.

A form is built inside the open revision, so ``instance`` is what is stored, and cannot change before
the save. A save that was begun from another version is refused, with both sides shown.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from policies.admin.conditions import ConditionsField, in_stored_order
from policies.admin.conflict import Conflict
from policies.admin.door import REASON_LENGTH, Curating
from policies.admin.teaching import SOURCE_HELP, basis_guide
from policies.duplicates import Twin, twins_of
from policies.models import ModelAlias
from policies.models.catalog import MODEL_ID_LENGTH
from policies.querysets import fold

REASON_HELP = (
    "Asked for on the next page where published answers would change. Name the section that you "
    "read, or what the owner said; it is kept for good with the revision."
)

THEIRS = "theirs"

TWINS = "_twins"
"""The field in which a form carries the twins that it has shown."""


class VersionField(forms.IntegerField):
    """The version that the form shows; it travels along and is no change in itself."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Never: what counts is the other fields."""
        return False


class ReasonField(forms.CharField):
    """Why; it belongs to the revision and not to the record."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Never: a reason alone is nothing to save."""
        return False


class VersionedForm(forms.ModelForm):
    """Refuses to save over a version that its user has not seen."""

    seen_version = VersionField(required=False)
    conflict: Conflict | None = None
    tabulates = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken: set[str] = set()
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version
            self.taken = {name for name in self.fields if self._takes_theirs(name)}

    def choice_of(self, name: str) -> str:
        """The control with which a refused save chooses whose value of a field is kept."""
        return self.add_prefix(f"{name}-choice")

    def _takes_theirs(self, name: str) -> bool:
        return self.is_bound and self.data.get(self.choice_of(name)) == THEIRS

    def _widget_data_value(self, widget: Any, html_name: str) -> Any:
        """What is stored, where theirs is taken; so it is validated and shown like something typed."""
        for name in self.taken:
            if self.add_prefix(name) == html_name:
                return self.get_initial_for_field(self.fields[name], name)
        return super()._widget_data_value(widget, html_name)

    def clean(self) -> dict[str, Any]:
        """Compare versions; only input that differs from what is stored can conflict."""
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and self.changed_data:
            seen = cleaned.get("seen_version")
            if seen is None:
                self.add_error(None, "The form does not say which version it edits: open it again.")
            elif seen != self.instance.version:
                self._refuse(seen)
        return cleaned

    def _refuse(self, seen: int) -> None:
        """Show both sides; the next save, made in sight of them, counts from what is stored now."""
        self.conflict = Conflict.between(self, seen)
        self.taken |= self.conflict.merged
        self.data = self.data.copy()
        self.data[self.add_prefix("seen_version")] = str(self.instance.version)
        text = self.conflict.summary if self.tabulates else self.conflict.in_one_line
        self.add_error(None, ValidationError(text, code="stale"))


class RowForm(VersionedForm):
    """One row of a list or of another record's form: the table's head is no label for its fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.say_whose(name)

    def say_whose(self, name: str) -> None:
        """Name the field and the row to those who do not see the table."""
        row = self.instance if self.instance.pk else "new row"
        self.fields[name].widget.attrs["aria-label"] = f"{self[name].label}: {row}"


class CuratedForm(VersionedForm):
    """The form of one record, with the reason that its revision will carry."""

    reason = ReasonField(
        required=False,
        max_length=REASON_LENGTH,
        help_text=REASON_HELP,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
    curating: Curating | None = None
    tabulates = True

    def is_valid(self) -> bool:
        """Not where its input is only to be shown again, or while a twin of the record was not shown."""
        again = self.curating and self.curating.again
        return super().is_valid() and not again and not self.flags

    @cached_property
    def twins(self) -> list[Twin]:
        """Records that this one may be already; of what is posted, ask once it is cleaned."""
        return twins_of(self.instance) if getattr(self.instance, "name", "") else []

    @cached_property
    def flags(self) -> bool:
        """Whether the name or source was edited so that there is a twin which was not shown before."""
        if not self.is_bound or not {"name", "source_url"} & set(self.changed_data):
            return False
        shown = self.data.get(TWINS, "").split(",")
        return any(twin.key not in shown for twin in self.twins)

    @property
    def twins_shown(self) -> str:
        """What the form remembers of having shown."""
        return ",".join(twin.key for twin in self.twins)


class SourceForm(CuratedForm):
    """The form of a license or of provider terms."""

    conditions = ConditionsField(required=False, help_text=SOURCE_HELP["conditions"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "basis" in self.fields:
            basis = self["basis"]
            basis.help_text = basis_guide(self.instance.layer, basis.value())

    def clean_conditions(self) -> list[dict[str, str]]:
        """Conditions in the order that is stored, so that a save without an edit saves nothing."""
        return in_stored_order(self.cleaned_data["conditions"], self.instance.conditions)


class ModelForm(CuratedForm):
    """The form of a text model."""

    def clean_canonical_id(self) -> str:
        """An id that is another model's spelling would make that spelling ambiguous."""
        canonical_id = self.cleaned_data["canonical_id"]
        refuse_taken_spelling(canonical_id, own=self.instance.pk)
        return canonical_id


class SpellingMixin:
    """Cleans an alias: its key is computed, so the form must look for a collision itself."""

    def clean_name(self) -> str:
        """Refuse a spelling that exists, in whatever case."""
        name = self.cleaned_data["name"]
        if not self.instance.pk or fold(name) != self.instance.key:
            refuse_taken_spelling(name)
        return name


class AliasForm(SpellingMixin, CuratedForm):
    """The form of one alias."""


class AliasRowForm(SpellingMixin, RowForm):
    """One alias as a row in its model's form; the reason stands in that form."""


class SpellingFormSet(forms.BaseInlineFormSet):
    """The aliases of one model."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """The box that deletes a row is named like the row's other fields."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.say_whose("DELETE")

    def clean(self) -> None:
        """Two new rows with one spelling would meet in the database."""
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            key = fold(getattr(form, "cleaned_data", {}).get("name") or "")
            if key and key in seen and not self._should_delete_form(form):
                form.add_error("name", "This spelling stands here twice.")
            seen.add(key)


class ListFormSet(forms.BaseModelFormSet):
    """Rows edited in the list; one reason for all of them."""

    curating: Curating | None = None

    def is_valid(self) -> bool:
        """Not where its input is only to be shown again."""
        return super().is_valid() and not (self.curating and self.curating.again)


def refuse_taken_spelling(name: str, own: int | None = None) -> None:
    """Raise where ``name`` is an alias of a model other than ``own``, or too long once folded."""
    key = fold(name)
    if len(key) > 2 * MODEL_ID_LENGTH:
        raise ValidationError("This spelling is too long.")
    taken = ModelAlias.objects.filter(key=key).exclude(model=own).select_related("model").first()
    if taken:
        raise ValidationError(f"This spelling already belongs to {taken.model}.")
