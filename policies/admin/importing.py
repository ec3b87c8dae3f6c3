"""Licenses and terms out of the admin and back: a download of the list, and an upload that shows its plan.

The file travels with its confirmation, so nothing of it is kept on the server; what is confirmed is
planned anew under the writer lock, and done only if it still is what was shown.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html

from policies.admin.columns import changelist
from policies.admin.door import SAY_WHY, reason_field
from policies.admin.impact import impact_of
from policies.admin.impact_page import told
from policies.catalog.problems import CatalogError
from policies.models import Revision
from policies.records.applying import ImportRefused, Outcome, import_file, rehearse
from policies.records.columns import KINDS, Kind
from policies.records.reading import RecordFile, read_file
from policies.records.writing import FORMATS
from policies.revisions import OpenRevision, ReasonRequired, snapshot

MAX_BYTES = 1_500_000
"""Packed into a form, so much still fits the size that a request may have."""

SHOWN_PROBLEMS = 100
FILE_NAME = 200


class UploadForm(forms.Form):
    """A file, taken apart as soon as it is cleaned."""

    file = forms.FileField(
        label="CSV or JSON file",
        widget=forms.FileInput(
            attrs={"accept": ".csv,.json,.txt,.tsv", "aria-describedby": "id_file_help"}
        ),
    )

    def __init__(self, kind: Kind, *args: Any) -> None:
        super().__init__(*args)
        self.kind = kind
        self.content = b""

    def clean_file(self) -> RecordFile:
        """The records of the file, or what is wrong with it as a whole."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(
                f"The file has {upload.size:,} bytes; at most {MAX_BYTES:,} are accepted here. "
                "manage.py import_records takes larger ones."
            )
        self.content = upload.read()
        return taken_apart(self.content, self.kind)


class ConfirmForm(forms.Form):
    """What the plan page posts: the file, what was shown, and why it is right."""

    content = forms.CharField(strip=False)
    name = forms.CharField(max_length=FILE_NAME, required=False)
    shown = forms.CharField(max_length=100)
    reason = reason_field

    def __init__(self, kind: Kind, *args: Any) -> None:
        super().__init__(*args)
        self.kind = kind

    def clean_content(self) -> RecordFile:
        """The records of the file that was uploaded before."""
        return taken_apart(unpacked(self.cleaned_data["content"]), self.kind)


class RecordsInOut:
    """Mixin for the admin of a document table: two downloads and an import beside its list."""

    change_list_template = "admin/policies/import_list.html"

    @property
    def kind(self) -> Kind:
        """Which documents these are."""
        return next(kind for kind in KINDS.values() if kind.table is self.model)

    def get_urls(self) -> list[Any]:
        """``import/`` and ``export/<format>/``, before the addresses of single records."""
        guarded, name = self.admin_site.admin_view, f"policies_{self.opts.model_name}"
        downloads = [
            path(
                f"export/{format}/",
                guarded(partial(self.export_view, format=format)),
                name=f"{name}_export_{format}",
            )
            for format in FORMATS
        ]
        upload = path("import/", guarded(self.import_view), name=f"{name}_import")
        return [upload, *downloads, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with its tools."""
        tools = {"may_import": self.may_import(request), "list_filter": request.GET.urlencode()}
        return super().changelist_view(request, {**tools, **(extra_context or {})})

    def may_import(self, request: HttpRequest) -> bool:
        """Whoever may add and change records one by one."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def export_view(self, request: HttpRequest, *, format: str) -> HttpResponse:
        """All records of the list as it is filtered, as a file to edit and import again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        with snapshot():
            try:
                records = list(self.get_changelist_instance(request).queryset.order_by("slug"))
            except IncorrectLookupParameters:
                return HttpResponseRedirect(changelist(self.model))
            number = Revision.objects.current_number()
        response = HttpResponse(
            FORMATS[format].write(self.kind, records), content_type=FORMATS[format].content_type
        )
        name = f"{self.kind.plural.replace(' ', '-')}-{number}.{format}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file; show what it would do; do it."""
        if not self.may_import(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._ask(request, UploadForm(self.kind))
        if "content" in request.POST:
            return self._confirmed(request)
        form = UploadForm(self.kind, request.POST, request.FILES)
        if not form.is_valid():
            return self._ask(request, form)
        name = str(form.files["file"])[-FILE_NAME:]
        posted = {"content": packed(form.content), "name": name, "reason": ""}
        return self._show(request, form.cleaned_data["file"], posted)

    def _confirmed(self, request: HttpRequest) -> HttpResponse:
        form = ConfirmForm(self.kind, request.POST)
        if not form.is_valid() and "content" in form.errors:
            again = UploadForm(self.kind, {}, {})
            again.errors["file"] = form.errors["content"]
            return self._ask(request, again)
        file = form.cleaned_data["content"]
        trouble = (
            " ".join(str(error) for error in form.errors["reason"])
            if "reason" in form.errors
            else ""
        )
        if not trouble:
            try:
                shown, reason = form.cleaned_data.get("shown", "-"), form.cleaned_data["reason"]
                opened = import_file(file, actor=request.user, reason=reason, shown=shown)
            except ReasonRequired:
                trouble = SAY_WHY
            except ImportRefused as error:
                trouble = str(error)
            else:
                return self._done(request, opened)
        return self._show(request, file, request.POST, trouble)

    def _ask(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        """The page that asks for a file, with what is wrong with the last one."""
        context = {"form": form, "max_bytes": MAX_BYTES, "columns": self.kind.columns.values()}
        return self._page(
            request, "admin/policies/import.html", f"Import {self.kind.plural}", context
        )

    def _show(
        self, request: HttpRequest, file: RecordFile, posted: Any, trouble: str = ""
    ) -> HttpResponse:
        """What the import would do, row by row and for the answers, or what is wrong with the file."""
        with rehearse(file) as outcome:
            context = {
                "planned": outcome.planned,
                "problems": outcome.planned.problems[:SHOWN_PROBLEMS],
                "posted": {name: posted.get(name, "") for name in ("content", "name", "reason")},
                "trouble": trouble,
                "form": UploadForm(self.kind),
                "max_bytes": MAX_BYTES,
                **_effects(outcome),
            }
            title = "What this import would change"
            if outcome.planned.problems:
                title = "What is wrong with this file"
            response = self._page(request, "admin/policies/import_plan.html", title, context)
            return response.render()  # here, where the records read as they would be

    def _page(
        self, request: HttpRequest, template: str, title: str, context: dict[str, Any]
    ) -> TemplateResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "kind": self.kind,
            "title": title,
        }
        return TemplateResponse(request, template, {**shared, **context})

    def _done(self, request: HttpRequest, opened: OpenRevision) -> HttpResponse:
        if opened.committed:
            what = impact_of(opened.plan).behind or "no answer changed"
            link = Revision(number=opened.number).get_absolute_url()
            message = format_html('<a href="{}">Revision {}</a>: {}.', link, opened.number, what)
            self.message_user(request, message, messages.SUCCESS)
        else:
            self.message_user(
                request, "The file holds what is stored already: nothing was imported."
            )
        return HttpResponseRedirect(changelist(self.model))


def taken_apart(content: bytes, kind: Kind) -> RecordFile:
    """The records of a file; what is wrong with it as a whole is a ``ValidationError``."""
    try:
        return read_file(content, kind)
    except CatalogError as error:
        raise forms.ValidationError(f"{error} Nothing was imported.") from error


def packed(content: bytes) -> str:
    """A file's content as a text that a hidden field can carry."""
    return base64.urlsafe_b64encode(zlib.compress(content)).decode()


def unpacked(text: str) -> bytes:
    """What was packed; whatever else came is a ``ValidationError``, however large it would become."""
    opener = zlib.decompressobj()
    try:
        content = opener.decompress(
            base64.b64decode(text, altchars=b"-_", validate=True), MAX_BYTES
        )
    except (binascii.Error, zlib.error, ValueError) as error:
        raise forms.ValidationError("The file was damaged on its way: choose it again.") from error
    if not opener.eof:
        raise forms.ValidationError("The file was damaged on its way: choose it again.")
    return content


def _effects(outcome: Outcome) -> dict[str, Any]:
    """What follows for the answers, and the token of all of it; nothing where a row is wrong."""
    return {**told(outcome.effects), "revision": outcome.revision, "shown": outcome.token}
