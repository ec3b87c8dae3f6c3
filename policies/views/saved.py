"""Saved views: the address of a list under a name, one's own or shared."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.views.generic import FormView, View

from policies.filters.address import PLACES
from policies.models import Revision, SavedView
from policies.models.saved import NAME_LENGTH

NOT_SAVED = (*PLACES, "format")
"""Where a page starts and how it is written are no part of what a list shows."""

LISTS = {
    "models": "models",
    "routes": "routes",
    "families": "families",
    "owners": "owners",
    "licenses": "licenses",
    "terms": "terms-list",
    "providers": "providers",
    "flips": "flips",
}
"""List → the name of its address."""


def views_of(request: HttpRequest, name: str) -> dict[str, Any]:
    """For the panel of a list: the views that the reader can open, and what a new one would hold."""
    user: Any = request.user
    readable = SavedView.objects.filter(list=name).readable_by(user).select_related("owner")
    found = list(readable)
    own = [view for view in found if view.owner_id == user.pk]
    return {
        "list": name,
        "own": own,
        "shared": [view for view in found if view.owner_id != user.pk],
        "query": without(request.META.get("QUERY_STRING", ""), *NOT_SAVED),
        "limit": NAME_LENGTH,
    }


def without(query: str, *names: str) -> str:
    """A query string with some parameters left out."""
    data = QueryDict(query, mutable=True)
    for name in names:
        data.pop(name, None)
    return data.urlencode()


def address_of(name: str, query: str) -> str:
    """The list at this query; a list that does not exist is a 404."""
    try:
        path = reverse(LISTS[name])
    except (KeyError, NoReverseMatch) as error:
        raise Http404(f"There is no list {name}.") from error
    return f"{path}?{query}" if query else path


class SaveForm(forms.ModelForm):
    """A name for an address; a name that the reader has used already must be replaced knowingly."""

    replace = forms.BooleanField(required=False)

    class Meta:
        model = SavedView
        fields = ["list", "query", "name", "shared"]

    def clean_list(self) -> str:
        """One of the lists."""
        name: str = self.cleaned_data["list"]
        if name not in LISTS:
            raise forms.ValidationError(f"“{name}” is not a list. Accepted: {', '.join(LISTS)}.")
        return name

    def clean_query(self) -> str:
        """Without what no view keeps."""
        return without(self.cleaned_data["query"], *NOT_SAVED)

    def clean(self) -> dict[str, Any]:
        """Nothing of that name, or the wish to replace it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        named = {key: cleaned.get(key) for key in ("list", "name")}
        own = SavedView.objects.filter(owner=self.instance.owner, **named)
        self.taken = all(named.values()) and own.exists()
        if self.taken and not cleaned["replace"]:
            sentence = f"You have a view “{named['name']}” of this list already."
            self.add_error("name", forms.ValidationError(sentence, "taken"))
        return cleaned

    def keep(self) -> SavedView:
        """Write the view, in the place of the one of the same name."""
        key = {name: self.cleaned_data[name] for name in ("list", "name")}
        held = {name: self.cleaned_data[name] for name in ("query", "shared")}
        view, _ = SavedView.objects.update_or_create(
            owner=self.instance.owner, **key, defaults=held
        )
        return view


class Save(LoginRequiredMixin, FormView):
    """Keep the address of a list; what is wrong with it is said beside the field."""

    form_class = SaveForm
    template_name = "policies/saved_view.html"
    extra_context = {"title": "Save this view", "limit": NAME_LENGTH}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """There is nothing to see: the form stands on each list."""
        return HttpResponseRedirect(reverse("home"))

    def get_form_kwargs(self) -> dict[str, Any]:
        """The view belongs to who saves it."""
        user: Any = self.request.user
        return {**super().get_form_kwargs(), "instance": SavedView(owner=user)}

    def form_valid(self, form: SaveForm) -> HttpResponse:
        """To the view."""
        view = form.keep()
        return HttpResponseRedirect(address_of(view.list, view.query))

    def form_invalid(self, form: SaveForm) -> HttpResponse:
        """The form again, with what was wrong: an error to machines as well."""
        name, query = form.data.get("list", ""), form.data.get("query", "")
        back = address_of(name, query) if name in LISTS else reverse("home")
        context = self.get_context_data(form=form, back=back, revision=Revision.objects.current())
        return self.render_to_response(context, status=400)


class Delete(LoginRequiredMixin, View):
    """Forget a saved view: one's own, or for a superuser any shared one."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Back to the list as it stood."""
        view = get_object_or_404(SavedView.objects.deletable_by(request.user), pk=pk)
        view.delete()
        query = without(request.POST.get("query", ""), *NOT_SAVED)
        return HttpResponseRedirect(address_of(view.list, query))
