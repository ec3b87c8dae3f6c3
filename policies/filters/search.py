"""The contract of the search over everything: one text, read strictly."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from policies.filters.address import Problem
from policies.filters.contract import Contract
from policies.filters.fields import SEARCH_LENGTH, search_box
from policies.models import TextModel


class SearchContract(Contract):
    """One text, which may be empty; everything else in the address is a mistake."""

    settings = ()
    q = search_box()

    class Meta:
        model = TextModel
        fields: list[str] = []

    @cached_property
    def problems(self) -> list[Problem]:
        """What is wrong with the address; a text that cannot be searched says why."""
        return [self._said(problem) for problem in super().problems]

    def _said(self, problem: Problem) -> Problem:
        if problem.name != "q" or problem.unknown_name:
            return problem
        if len(problem.value) > SEARCH_LENGTH:
            return replace(
                problem, sentence=f"The search is longer than {SEARCH_LENGTH} characters"
            )
        if "\0" in problem.value:
            return replace(problem, sentence="The search holds a NUL character")
        return problem
