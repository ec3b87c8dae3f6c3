"""Merging two models and splitting one, each on a page of its own, through the door."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode

from policies.admin.base import OpenAutocomplete
from policies.admin.merging_forms import GOES, MergeForm, SplitForm
from policies.merging import OWN_FIELDS, Merge
from policies.models import TextModel

SUGGESTED = 20
"""Models that are offered where what was typed is no spelling of any."""

CHANGED = "Somebody changed these records since the page was opened: look at them once more."
HANDED_OVER = ("policies.change_route", "policies.change_modelalias")


class MergesAndSplits:
    """Mixin for the admin of models: two pages beside each form, and the action that leads to one."""

    opts: Any
    admin_site: Any
    help_texts: dict[str, str]
    _walk_through: Callable[..., HttpResponse]
    message_user: Callable[..., None]

    def get_urls(self) -> list[Any]:
        """The two pages, before the addresses that take everything."""
        pages = {"merge": self.merge_view, "split": self.split_view}
        return [
            *(
                path(
                    f"<path:object_id>/{name}/",
                    self.admin_site.admin_view(view),
                    name=f"{self.opts.app_label}_{self.opts.model_name}_{name}",
                )
                for name, view in pages.items()
            ),
            *super().get_urls(),
        ]

    def may(self, request: HttpRequest, action: str) -> bool:
        """Whether this user may merge models (which deletes one) or split one (which adds one)."""
        needed = (f"policies.{action}_textmodel", "policies.change_textmodel", *HANDED_OVER)
        return request.user.has_perms(needed)

    def render_change_form(self, request, context, *args, **kwargs):
        """Tell the form which of the two pages its user may open."""
        if context.get("original") is not None:
            context["reshape"] = {
                "merge": self.may(request, "delete"),
                "split": self.may(request, "add"),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(permissions=["delete"], description="Merge two models…")
    def merge_two(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """On to the page; the model with more routes is the one that stays."""
        pair = sorted(queryset[:3], key=lambda model: -model.routes_count)
        if len(pair) != 2:
            self.message_user(request, "Choose exactly two models to merge.", messages.ERROR)
            return None
        return HttpResponseRedirect(merge_address(*pair))

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask which other model becomes a part of this one, then field by field; do it."""
        if not self.may(request, "delete"):
            raise PermissionDenied
        return self._walk_through(request, lambda: self._merge(request, object_id))

    def split_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask what goes to a new model, and what that is; do it."""
        if not self.may(request, "add"):
            raise PermissionDenied
        return self._walk_through(request, lambda: self._split(request, object_id))

    def _merge(self, request: Any, object_id: str) -> HttpResponse:
        stays = _model(object_id)
        typed = request.GET.get(GOES, "").replace("\0", "").strip()  # PostgreSQL refuses a NUL
        goes = _known().spelled(typed).first()
        if goes is None or goes == stays:
            return self._ask_for_other(request, stays, typed, goes)
        trouble = _trouble(request, stays, goes)
        posted = request.POST if request.method == "POST" and not trouble else None
        form = MergeForm(posted, Merge(stays, goes))
        if posted is not None and not request.curating.again and form.is_valid():
            return self._merged(request, form)
        context = {
            "form": form,
            "trouble": trouble,
            "stays": stays,
            "goes": goes,
            "swapped": merge_address(goes, stays),
            "moves": [(model, model.routes.count(), _others(model)) for model in (stays, goes)],
            "seen": _seen(stays, goes),
        }
        return self._show(request, "merge", f"Merge {goes} into {stays}", stays, context)

    def _merged(self, request: Any, form: MergeForm) -> HttpResponse:
        stays, goes = form.found.stays, form.found.goes
        gone, request.curating.button = goes.canonical_id, "Merge the two models"
        Merge(stays, goes, form.taken).carry_out(request.curating.opened)
        text = f"{gone} is now a spelling of {stays}, and its routes are {stays}'s."
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(_page_of(stays, "change"))

    def _ask_for_other(self, request: Any, stays: Any, typed: str, goes: Any) -> HttpResponse:
        trouble = ""
        if goes is not None:
            trouble = f"“{typed}” is a spelling of {stays} itself."
        elif typed:
            trouble = f"“{typed}” is no spelling of any model."
        alike = TextModel.objects.search(typed).exclude(pk=stays.pk) if typed else []
        context = {
            "stays": stays,
            "typed": typed,
            "trouble": trouble,
            "alike": [(model, merge_address(stays, model)) for model in alike[:SUGGESTED]],
        }
        return self._show(request, "merge_with", f"Merge with {stays}", stays, context)

    def _split(self, request: Any, object_id: str) -> HttpResponse:
        source = _model(object_id)
        posted, trouble = request.POST or None, _trouble(request, source)
        made: Any = forms.modelform_factory(
            TextModel,
            form=SplitForm,
            fields=["canonical_id", *OWN_FIELDS],
            formfield_callback=partial(self._plain_field, request=request),
        )
        form = made(posted, source)
        may_write = posted is not None and not trouble and not request.curating.again
        if may_write and form.is_valid():
            request.curating.button = "Split the model"
            form.split().carry_out(request.curating.opened)
            text = f"{form.instance} is split off from {source}."
            self.message_user(request, text, messages.SUCCESS)
            return HttpResponseRedirect(_page_of(form.instance, "change"))
        context = {"form": form, "trouble": trouble, "source": source, "seen": _seen(source)}
        return self._show(request, "split", f"Split {source}", source, context)

    def _plain_field(self, column: Any, *, request: HttpRequest, **kwargs: Any) -> Any:
        """A field as in the model's form; what names a record can be chosen without scripts too."""
        if column.is_relation:
            return column.formfield(
                widget=OpenAutocomplete(column, self.admin_site),
                help_text=self.help_texts.get(column.name, ""),
                empty_label="None recorded",
            )
        return self.formfield_for_dbfield(column, request, **kwargs)

    def _show(
        self, request: Any, page: str, title: str, record: Any, context: dict[str, Any]
    ) -> HttpResponse:
        form = context.get("form")
        shared = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "original": record,
            "media": self.media + form.media if form is not None else self.media,
        }
        return TemplateResponse(request, f"admin/policies/{page}.html", {**shared, **context})


def merge_address(stays: TextModel, goes: TextModel) -> str:
    """The page that merges ``goes`` into ``stays``."""
    return f"{_page_of(stays, 'merge')}?{urlencode({GOES: goes.canonical_id})}"


def _page_of(model: TextModel, page: str) -> str:
    return reverse(f"admin:policies_textmodel_{page}", args=[model.pk])


def _known() -> Any:
    return TextModel.objects.select_related("family", "license")


def _model(object_id: str) -> TextModel:
    """The model that an address names; within a revision that is what is stored."""
    key = unquote(object_id)
    found = _known().filter(pk=key).first() if key.isascii() and key.isdigit() else None
    if found is None:
        raise Http404(f"There is no model {key}.")
    return found


def _others(model: TextModel) -> list[str]:
    return list(model.aliases.other_spellings().values_list("name", flat=True))


def _seen(*models: TextModel) -> str:
    """The versions that a page shows."""
    return " ".join(f"{model.pk}:{model.version}" for model in models)


def _trouble(request: HttpRequest, *models: TextModel) -> str:
    """What is wrong with a POST that saw other versions of these records; else nothing."""
    late = request.method == "POST" and request.POST.get("seen") != _seen(*models)
    return CHANGED if late else ""
