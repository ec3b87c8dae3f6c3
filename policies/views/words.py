"""How pages say in passing how a model's license is known: in a sentence, in a cell, under a slug."""

from __future__ import annotations

from policies.bases import LicenseEvidence

IN_FACTS = {
    LicenseEvidence.PUBLISHER: "the publisher’s own file",
    LicenseEvidence.OWNER: "its owner (closed)",
    LicenseEvidence.SECONDARY: "a secondary source",
    LicenseEvidence.INFERRED: "inferred, not stated anywhere",
    LicenseEvidence.NONE: "not known",
}
IN_CELL = {
    LicenseEvidence.PUBLISHER: "publisher’s file",
    LicenseEvidence.OWNER: "its owner",
    LicenseEvidence.SECONDARY: "secondary source",
    LicenseEvidence.INFERRED: "inferred",
    LicenseEvidence.NONE: "not known",
}
UNDER_SLUG = {
    LicenseEvidence.PUBLISHER: "from publisher’s file",
    LicenseEvidence.OWNER: "from its owner",
    LicenseEvidence.SECONDARY: "from a secondary source",
    LicenseEvidence.INFERRED: "inferred",
    LicenseEvidence.NONE: "",
}


def known_from(level: str, words: dict[LicenseEvidence, str] = IN_FACTS) -> str:
    """The words for one code of ``LicenseEvidence``."""
    return words[LicenseEvidence(level)]
