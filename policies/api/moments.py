"""``as_of`` in an address of the API: the state of then, read as the pages read it."""

from __future__ import annotations

from policies.api.errors import WrongParameter
from policies.views.moments import Moment, WrongMoment, read


def moment_of(text: str) -> Moment | None:
    """The moment that the text names, or None where it is empty; raises ``WrongParameter``."""
    if not text:
        return None
    try:
        return read(text)
    except WrongMoment as wrong:
        problem = wrong.problem
        why = f"{problem.sentence}; accepted, for example: {', '.join(problem.accepted)}."
        raise WrongParameter(why, problem.name, text, problem.accepted) from None
