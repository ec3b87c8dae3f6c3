"""The policy objects of the states that are asked for, encoded once for all answers that show them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any

from policies.export.answers import Answers, answers
from policies.models import Policy, Revision

STATES = 4
"""States of which the pairs are kept: today's and some that are compared with it. A pair takes 1 KB."""

_states: OrderedDict[Any, Answers] = OrderedDict()
_lock = Lock()


def decided(policies: Iterable[int], revision: Revision | None) -> Answers:
    """The answers of at least these pairs in the state after ``revision``, which is the one being read.

    One query for those that nobody asked for since, or none.
    """
    known = _known(revision)
    missing = [pk for pk in set(policies) if pk not in known]
    if missing:
        known.update(answers(Policy.objects.filter(pk__in=missing)))
    return known


def forget() -> None:
    """Remember nothing."""
    with _lock:
        _states.clear()


def _known(revision: Revision | None) -> Answers:
    """What is known of one state; the time tells a restored database's revisions apart."""
    if revision is None:
        return {}
    state = (revision.number, revision.at)
    with _lock:
        known = _states.setdefault(state, {})
        _states.move_to_end(state)
        while len(_states) > STATES:
            _states.popitem(last=False)
    return known
