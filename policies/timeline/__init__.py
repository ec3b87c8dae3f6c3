"""What was answered when: states at past revisions and the flips between them, all derived."""

from policies.timeline.answers import SUBJECT_TABLES, answer_at, answers_at, pointers_at
from policies.timeline.flipping import (
    Flip,
    FlippedSubject,
    directions,
    directions_by_revision,
    flipped,
    flipped_of_kinds,
    flips,
    moves_of,
)

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
    "moves_of",
    "pointers_at",
]
