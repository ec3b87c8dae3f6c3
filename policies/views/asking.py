"""Forms that filter: each input with what was asked, and what is wrong with it at its own place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.html import format_html

from policies.filters import Contract
from policies.filters.address import shorten
from policies.filters.fields import SEARCH_LENGTH

WRONG = ' aria-invalid="true" aria-describedby="f-{}-error"'


class Input(NamedTuple):
    """One parameter as a form asks for it: a choice of ``options`` (value → words), else a text.

    ``kind`` is the type of the input, ``hint`` stands in it while it is empty.
    """

    name: str
    label: str
    options: Mapping[str, str] | None = None
    kind: str = "text"
    hint: str = ""
    css: str = ""


def asked(inputs: Iterable[Input], contract: Contract) -> list[dict[str, Any]]:
    """The inputs with their values; a wrong one with the sentence that says so, and that it is wrong."""
    wrong = {item.name: item.sentence for item in contract.problems if not item.unknown_name}
    return [
        {
            "input": one,
            "id": f"f-{one.name}",
            "value": shorten(contract.given.get(one.name, ""), SEARCH_LENGTH),
            "problem": wrong.get(one.name, ""),
            "wrong": format_html(WRONG, one.name) if one.name in wrong else "",
        }
        for one in inputs
    ]


def keeping(contract: Contract, *names: str) -> list[tuple[str, str]]:
    """Parameters without an input that the form sends along where they are given and right."""
    wrong = {problem.name for problem in contract.problems}
    return [(name, contract.given[name]) for name in names if name in contract.given.keys() - wrong]


def choice(options: Iterable[tuple[str, str]], unasked: str) -> dict[str, str]:
    """Options after the one that asks for nothing."""
    return {"": unasked, **dict(options)}
