"""Two records side by side: what differs first, then what is alike."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import Http404
from django.views.generic import TemplateView

from policies.filters.address import link, misused
from policies.views.base import Page
from policies.views.choosing import KINDS, Choice, choose, key_of
from policies.views.compared import facts_of
from policies.views.meetings import Comparison

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
        choices = self.choices(kind)
        form = Form(kind, KINDS[kind][0], choices)
        self.wrong = bool(misuse) or any(choice.problem for choice in choices.values())
        self.records = [choice.record for choice in choices.values() if choice.record is not None]
        if self.wrong or len(self.records) < len(SIDES):
            self.records = []
        return super().get_context_data(
            title=f"Compare {kind}",
            form=form,
            forms=[form],
            misuse=misuse,
            **(compared(kind, *self.records) if self.records else {}),
            **kwargs,
        )

    def choices(self, kind: str) -> dict[str, Choice]:
        """What each side names; the same record on both is a mistake of the second."""
        found = {side: choose(kind, self.request.GET.get(side, "").strip()) for side in SIDES}
        a, b = found["a"], found["b"]
        if a.record is not None and a.record == b.record:
            found["b"] = Choice(b.text, None, f"That is {a.record.name} as well.")
        return found

    def get_template_names(self) -> list[str]:
        """The comparison where both were found, else the form."""
        return [f"policies/{'compare' if self.records else 'compare_start'}.html"]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        """A wrong address is an error to machines as well."""
        if self.wrong:
            kwargs["status"] = 400
        return super().render_to_response(context, **kwargs)


def compared(kind: str, a: Any, b: Any) -> dict[str, Any]:
    """What the page shows of two records."""
    facts = facts_of(kind, a, b)
    return {
        "names": names(a, b),
        "differing": [fact for fact in facts if fact.differs],
        "alike": [fact for fact in facts if not fact.differs],
        "comparison": Comparison(kind, a, b),
        "swapped": link({"a": key_of(b), "b": key_of(a)}),
    }


def names(a: Any, b: Any) -> list[str]:
    """Both names; keys where the names are the same."""
    return [key_of(a), key_of(b)] if a.name == b.name else [a.name, b.name]
