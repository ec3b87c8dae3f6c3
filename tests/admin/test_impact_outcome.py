"""How the button of the impact page says what it does."""

from __future__ import annotations

import pytest

from policies.admin.impact import Count, outcome
from policies.effects import Direction


@pytest.mark.parametrize(
    ("ways", "words"),
    [
        ([("allowed", "disallowed", True, 62, 17)], "Disallow 62 routes and 17 models"),
        (
            [("allowed", "disallowed", True, 1, 0), ("", "", False, 9, 0)],
            "Disallow 1 route",
        ),
        (
            [("allowed", "disallowed", True, 1, 0), ("allowed", "unknown", True, 9, 1)],
            "Change 11 answers",
        ),
        ([("", "allowed", True, 0, 2), ("", "unknown", True, 3, 0)], "Add 3 routes and 2 models"),
        ([("allowed", "", True, 1, 0)], "Delete 1 route"),
        ([("unknown", "allowed", True, 1200, 0)], "Allow 1,200 routes"),
        ([("allowed", "unknown", True, 2, 0)], "Make unknown: 2 routes"),
        ([("disallowed", "disallowed", True, 2, 0)], "Change the basis of 2 routes"),
        ([("", "", False, 0, 1)], "Change the note or source of 1 model"),
    ],
)
def test_it_names_every_outcome(ways, words):
    assert outcome([Direction(*way, 0) for way in ways]) == words
    assert str(Count()) == ""
