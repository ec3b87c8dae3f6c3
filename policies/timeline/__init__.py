"""What was answered when: states at past revisions and the flips between them, all derived."""

from policies.timeline.answers import SUBJECT_TABLES, answer_at, answers_at, pointers_at
from policies.timeline.flipping import (
    Flip,
    FlippedSubject,
    directions,
    flipped,
    flipped_of_kinds,
    flips,
    moves_of,
)
from policies.timeline.past import directions_by_revision, history, summed

__all__ = [
    "SUBJECT_TABLES",
    "Flip",
    "FlippedSubject",
    "answer_at",
    "answers_at",
    "directions",
    "directions_by_revision",
    "flipped",
    "flipped_of_kinds",
    "flips",
    "history",
    "moves_of",
    "pointers_at",
    "summed",
]
