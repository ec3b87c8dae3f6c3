"""What a note says of outputs, in plain words only: a careful reading that would rather hear nothing.

It is no judge of documents. It notices the slip of a basis that was changed and a note that was not.
"""

from __future__ import annotations

import re

from policies.bases import Status

CLAUSE = re.compile(r"[.;:!?](?=\s|$)|[()\n]")
ABOUT_OUTPUTS = re.compile(r"\b(outputs?|distil\w*|generated content)\b", re.IGNORECASE)
FORBIDS = re.compile(
    r"\b((may|must|can) not|cannot|(is|are) not (allowed|permitted)|bars?|barred|bans?|banned"
    r"|forbids?|forbidden"
    r"|prohibits?|prohibited|restricts?|restricted|disallows?|disallowed)\b",
    re.IGNORECASE,
)
PERMITS = re.compile(
    r"\b(may|can|permits?|permitted|allows?|allowed|grants?|granted)\b", re.IGNORECASE
)
HEDGES = re.compile(
    r"\b(not|no|nor|never|neither|nothing|without|unless|except\w*|only|although|though|but|however"
    r"|subject to|until|whether|provided|if|where|would|might|whatever)\b",
    re.IGNORECASE,
)


def contradiction(note: str, status: Status) -> str:
    """The clause of ``note`` that says the opposite of a decided ``status``, or an empty text."""
    opposite = {Status.ALLOWED: Status.DISALLOWED, Status.DISALLOWED: Status.ALLOWED}.get(status)
    clauses = (clause.strip() for clause in CLAUSE.split(note))
    return next((clause for clause in clauses if opposite and says(clause) is opposite), "")


def says(clause: str) -> Status | None:
    """What one clause says of outputs, None where it says nothing, both, or hedges."""
    if not ABOUT_OUTPUTS.search(clause):
        return None
    rest, forbidden = FORBIDS.subn(" ", clause)
    if HEDGES.search(rest) or bool(PERMITS.search(rest)) is bool(forbidden):
        return None
    return Status.DISALLOWED if forbidden else Status.ALLOWED
