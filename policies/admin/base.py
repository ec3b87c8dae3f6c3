"""The shared base of every curated admin, and the one of what is only to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect
from django.forms import Field, Textarea
from django.http import HttpRequest

from policies.admin.columns import column, uses
from policies.admin.deletion import DeletionGuard
from policies.admin.door import RevisionDoor
from policies.admin.forms import CuratedForm, ListFormSet, RowForm
from policies.admin.history import RecordHistory
from policies.admin.nextup import SaveAndNext
from policies.models import TextModel


class NamedAutocomplete(AutocompleteSelect):
    """Without a placeholder the empty control has no accessible name."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """Django's attributes, and the placeholder."""
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": "None recorded"}


class OpenAutocomplete(NamedAutocomplete):
    """The same; and without scripts a plain choice among all, so only where these are some hundreds."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        """Every choice, where Django's own has the chosen one alone."""
        return super(AutocompleteMixin, self).optgroups(name, list(value), attrs)

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """Nothing chosen is no value where one is required."""
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return attrs | {"data-placeholder": "Choose…"} if self.is_required else attrs


class CuratedAdmin(SaveAndNext, RevisionDoor, DeletionGuard, RecordHistory, admin.ModelAdmin):
    """Configuration goes into the subclass; what is written goes through the open revision.

    ``help_texts`` maps field names to what a curator should know; ``also_filtered_by`` names lookups
    that links from other pages use and that no filter in the list offers.
    """

    form = CuratedForm
    help_texts: dict[str, str] = {}
    also_filtered_by: tuple[str, ...] = ()
    list_per_page = 50
    show_full_result_count = False

    class Media:
        js = ["js/admin.js"]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form class, told what the request is about."""
        form = super().get_form(request, obj, change, **kwargs)
        form.curating = request.curating
        return form

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Field | None:
        """Every field with its help text, and a long text as high as a note is."""
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if formfield:
            formfield.label = str(formfield.label).replace(" url", " URL")
            formfield.help_text = self.help_texts.get(db_field.name, formfield.help_text)
            if isinstance(formfield.widget, Textarea):
                formfield.widget.attrs["rows"] = 4
        return formfield

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """A search by name, which says in words that nothing is chosen."""
        if db_field.name in self.get_autocomplete_fields(request):
            many = db_field.related_model is TextModel
            widget = NamedAutocomplete if many else OpenAutocomplete
            kwargs.setdefault("widget", widget(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Save through the revision, and note whether anything differed."""
        request.curating.wrote = request.curating.opened.save(obj)

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        """Delete and save the rows of an inline through the revision."""
        opened = request.curating.opened
        formset.save(commit=False)
        for record in formset.deleted_objects:
            opened.delete(record)
        saved = [record for record, _ in formset.changed_objects] + formset.new_objects
        wrote = [opened.save(record) for record in saved]
        request.curating.wrote |= any(wrote) or bool(formset.deleted_objects)

    def get_changelist_form(self, request: Any, **kwargs: Any) -> Any:
        """Rows in the list know their version as well."""
        return super().get_changelist_form(request, **{"form": RowForm, **kwargs})

    def get_changelist_formset(self, request: Any, **kwargs: Any) -> Any:
        """The rows of the list share one reason."""
        formset = super().get_changelist_formset(request, **{"formset": ListFormSet, **kwargs})
        formset.curating = request.curating
        return formset

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Also the filters of "where used" links."""
        return lookup in self.also_filtered_by or super().lookup_allowed(lookup, value, request)

    def view_on_site(self, obj: Any) -> str:
        """The record's public page."""
        return obj.get_absolute_url()

    @column("Where used")
    def where_used(self, obj: Any) -> str:
        """What uses the record, with links; nothing uses one that is not stored yet."""
        return uses(self.users(obj) if obj.pk else [])

    def users(self, obj: Any) -> list[tuple]:
        """What uses a record: counts, tables and filters, where ``where_used`` is among the fields."""
        return []


class PlainAdmin(admin.ModelAdmin):
    """Tables that hold no curated record, as webhooks: Django's own forms, and no revision."""

    help_texts: dict[str, str] = {}
    list_per_page = 50
    show_full_result_count = False
    change_form_template = "admin/change_form.html"
    delete_confirmation_template = "admin/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/delete_selected_confirmation.html"
    object_history_template = "admin/object_history.html"

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Field | None:
        """Every field with its help text."""
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if formfield:
            formfield.help_text = self.help_texts.get(db_field.name, formfield.help_text)
        return formfield


class ReadOnlyAdmin(admin.ModelAdmin):
    """Computed tables: nobody adds, changes or deletes a row, whatever their permissions."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False
