"""Two records side by side: what differs first, then what is alike."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import Http404
from django.views.generic import TemplateView

from policies.filters.address import link, misused
from policies.views.base import Page
from policies.views.choosing import KINDS, Choice, choose

SIDES = ("a", "b")


class CompareStart(Page, TemplateView):
    """Two inputs for each kind of record that can be compared."""

    template_name = "policies/compare_start.html"
    section = "compare"
    title = "Compare"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """An empty form for each kind."""
        forms = [Form(kind, noun, {}) for kind, (noun, _) in KINDS.items()]
        return super().get_context_data(forms=forms, **kwargs)


class Form(NamedTuple):
    """The two inputs for one kind, with what was asked and found for each side."""

    kind: str
    noun: str
    choices: dict[str, Choice]

    @property
    def inputs(self) -> list[dict[str, Any]]:
        """Each side's label, choice, and the addresses that put a close match there."""
        asked = {side: choice.text for side, choice in self.choices.items()}
        return [
            {
                "name": side,
                "label": f"{first} {self.noun}",
                "choice": choice,
                "close": [{"key": key, "href": link(asked, **{side: key})} for key in choice.close],
            }
            for side, first in zip(SIDES, ("One", "Another"), strict=True)
            for choice in [self.choices.get(side, Choice(""))]
        ]


class Compare(Page, TemplateView):
    """Two records of one kind. A record that is not found, or is missing, shows the form instead."""

    section = "compare"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Both records and their differences, or the form with what is wrong at each input."""
        kind = self.kwargs["kind"]
        if kind not in KINDS:
            raise Http404(f"“{kind}” cannot be compared; {', '.join(KINDS)} can.")
        misuse = misused(self.request.GET, SIDES, may_be_empty=SIDES)
        asked = {side: self.request.GET.get(side, "").strip() for side in SIDES}
        choices = {side: choose(kind, text) for side, text in asked.items()}
        form = Form(kind, KINDS[kind][0], choices)
        context = super().get_context_data(
            title=f"Compare {kind}", form=form, forms=[form], misuse=misuse, **kwargs
        )
        self.wrong = bool(misuse) or any(choice.problem for choice in choices.values())
        return context

    def get_template_names(self) -> list[str]:
        """The comparison where both were found, else the form."""
        return ["policies/compare_start.html"]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        """A wrong address is an error to machines as well."""
        if self.wrong:
            kwargs["status"] = 400
        return super().render_to_response(context, **kwargs)
