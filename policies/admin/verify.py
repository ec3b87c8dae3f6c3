"""Reading a text again and finding it unchanged: one step, for one document or for many.

Who, when and how far it was read are recorded as a revision; no answer changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from policies.admin.door import REASON_LENGTH
from policies.admin.nextup import following, next_address
from policies.admin.worklist import FROM
from policies.bases import Evidence, Via
from policies.revisions import RevisionError, revision

UNCHANGED = "Read again, unchanged."
FIELDS = ("verified_on", "verified_by", "evidence", "review_by")
LEVELS = (Evidence.TEXT_READ, Evidence.EXCERPT_READ, Evidence.SECONDARY)
LISTED = 5


class NotVerified(RevisionError):
    """Some documents cannot be verified so; each argument says of one why."""


class ReadAgainForm(forms.Form):
    """What is recorded of the reading. ``seen`` are documents with the versions that were shown."""

    evidence = forms.ChoiceField(required=False, label="How far it was read")
    reason = forms.CharField(
        required=False,
        max_length=REASON_LENGTH,
        initial=UNCHANGED,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, data: Any = None, *, present: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        levels = {Evidence(level) for level in present}
        labels = ", ".join(level.label for level in Evidence if level in levels)
        as_is = f"As recorded ({labels})" if len(levels) == 1 else "As recorded of each"
        kept = [("", as_is)] if levels != {Evidence.NONE} else [("", "Choose…")]
        choices = [*kept, *((level.value, level.label) for level in LEVELS)]
        self.fields["evidence"].choices = choices


@dataclass(frozen=True)
class Reading:
    """One reading of texts that were found unchanged; an empty ``evidence`` keeps each document's own."""

    user: Any
    on: date
    evidence: str = ""
    reason: str = ""

    @property
    def review_by(self) -> date:
        """The day by which the texts should be read once more."""
        return self.on + timedelta(days=settings.REVIEW_INTERVAL_DAYS)

    @property
    def by(self) -> str:
        """The reader's name."""
        return (self.user.get_full_name() or self.user.get_username())[:150]

    def record(self, table: Any, seen: dict[int, int]) -> Any:
        """Record it of the documents with these ids and versions, as one revision, which is returned.

        Raises ``NotVerified``, and writes nothing, where one of them cannot be verified so.
        """
        with revision(actor=self.user, reason=self.reason or UNCHANGED, via=Via.ADMIN) as opened:
            documents = list(table.objects.filter(pk__in=seen).order_by("pk"))
            refused = [sentence for row in documents if (sentence := self._refusal(row, seen))]
            if len(documents) < len(seen):
                refused.append("A document was deleted meanwhile.")
            if refused:
                raise NotVerified(*refused)
            for document in documents:
                document.verified_on, document.verified_by = self.on, self.by
                document.review_by = self.review_by
                document.evidence = self.evidence or document.evidence
            opened.bulk_update(documents, FIELDS)
        return opened

    def _refusal(self, document: Any, seen: dict[int, int]) -> str:
        """Why this reading cannot be recorded of a document, or an empty text."""
        level = self.evidence or document.evidence
        if document.version != seen[document.pk]:
            return f"{document} was changed since this page was opened: look at it once more."
        if level == Evidence.NONE:
            return f"Say how far {document} was read: its evidence is “{Evidence.NONE.label}”."
        if document.lacks_quote(level):
            return f"{document} has no quote: add the sentence that you read in its form."
        return ""


class ReadAgain:
    """Mixin for the admins of documents: the action in the list, and the page that asks and does it."""

    actions = ("read_again",)
    opts: Any
    model: Any
    admin_site: Any
    has_change_permission: Callable[..., bool]

    @admin.action(permissions=["change"], description="Read again today, unchanged")
    def read_again(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        """Ask how far the selected documents were read."""
        return self._ask_reading(request, list(queryset.order_by("name", "pk")))

    def get_urls(self) -> list[Any]:
        """The admin's own addresses, after that of the verification."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_verify"
        view = self.admin_site.admin_view(self.verify_view)
        return [path("verify/", view, name=name), *super().get_urls()]

    def render_change_form(self, request, context, *args, **kwargs):
        """Tell the form how its document is verified in one step."""
        document = context.get("original")
        if document is not None and self.has_change_permission(request, document):
            here = following(request, document)
            context["verify"] = {
                "address": self._address_of("verify"),
                "seen": f"{document.pk}:{document.version}",
                "at_once": document.evidence != Evidence.NONE,
                "origin": f"{FROM}{here.kind.value}" if here else "",
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        """GET asks about the document ``id``; POST records the reading of all that are ``seen``."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._record_reading(request, _versions(request.POST.getlist("seen")))
        wanted = request.GET.get("id", "")
        found = self.model.objects.filter(pk=wanted) if _is_id(wanted) else []
        return self._ask_reading(request, list(found)) if found else self._back_to_list(request)

    def _record_reading(self, request: HttpRequest, seen: dict[int, int]) -> HttpResponse:
        documents = list(self.model.objects.filter(pk__in=seen).order_by("name", "pk"))
        if not documents:
            return self._back_to_list(request)
        form = ReadAgainForm(request.POST, present=[row.evidence for row in documents])
        if form.is_valid():
            reading = Reading(request.user, timezone.localdate(), **form.cleaned_data)
            try:
                opened = reading.record(self.model, seen)
            except NotVerified as error:
                form.add_error(None, list(error.args[:LISTED]))
            else:
                _announce(request, reading, documents, opened)
                return HttpResponseRedirect(self._after_reading(request, documents))
        return self._ask_reading(request, documents, form)

    def _ask_reading(
        self, request: HttpRequest, documents: list[Any], form: Any = None
    ) -> HttpResponse:
        many = str(self.opts.verbose_name_plural)
        present = [document.evidence for document in documents]
        reading = Reading(request.user, timezone.localdate())
        context = {
            **self.admin_site.each_context(request),
            "title": "Read again, unchanged",
            "opts": self.opts,
            "documents": documents,
            "what": str(documents[0]) if len(documents) == 1 else f"{len(documents)} {many}",
            "form": form or ReadAgainForm(present=present),
            "reading": reading,
            "action_address": self._address_of("verify"),
            "nextup": following(request, documents[0]) if len(documents) == 1 else None,
        }
        return TemplateResponse(request, "admin/policies/verify.html", context)

    def _after_reading(self, request: HttpRequest, documents: list[Any]) -> str:
        """To the next piece of work, else to the one document, else to the list."""
        if len(documents) > 1:
            return self._address_of("changelist")
        pk = documents[0].pk
        return next_address(request, documents[0]) or self._address_of("change", pk)

    def _back_to_list(self, request: HttpRequest) -> HttpResponse:
        messages.error(request, "Choose the documents that you read again.")
        return HttpResponseRedirect(self._address_of("changelist"))

    def _address_of(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)


def _announce(request: HttpRequest, reading: Reading, documents: list[Any], opened: Any) -> None:
    meta = documents[0]._meta
    names = f"{len(documents)} {meta.verbose_name_plural} were"
    text = format_html(
        '{} read again on {} and found unchanged, as <a href="{}">revision {}</a>; review by {}.',
        f"{documents[0]} was" if len(documents) == 1 else names,
        reading.on,
        reverse("revision", args=[opened.number]),
        opened.number,
        reading.review_by,
    )
    messages.success(request, text)


def _versions(seen: Iterable[str]) -> dict[int, int]:
    """``id:version`` texts as id → version; what is neither is no document."""
    pairs = (text.partition(":") for text in seen)
    return {int(pk): int(version) for pk, _, version in pairs if _is_id(pk) and _is_id(version)}


def _is_id(text: str) -> bool:
    """Digits that fit into a key on both engines."""
    return text.isascii() and text.isdigit() and len(text) < 19
