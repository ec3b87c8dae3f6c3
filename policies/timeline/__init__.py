"""What was answered when: states at past revisions and the flips between them, all derived."""

from policies.timeline.answers import SUBJECT_TABLES, answers_at, pointers_at

__all__ = ["SUBJECT_TABLES", "answers_at", "pointers_at"]
