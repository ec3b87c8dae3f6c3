"""A flip in words: what flipped, where it leads, and which documents answer."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.urls import reverse

from policies.bases import Via
from policies.timeline.asked import KINDS
from policies.timeline.ways import status_of

SHOWN = dict.fromkeys(("provider", "before", "after", "documents"), True)
"""The columns of the flips of one revision."""


class Document(NamedTuple):
    """One document of the pair that answers now, or answered last."""

    kind: str
    slug: str
    name: str

    @property
    def href(self) -> str:
        """Its page."""
        return reverse(self.kind, args=[self.slug])


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A row of ``policies.timeline.rows`` as a template shows it."""
    provider = row["provider__slug"]
    return {
        "kind": KINDS[row["kind_order"]],
        "revision": row["number"],
        "at": row["at"],
        "actor": row["actor"],
        "via": Via(row["via"]).label,
        "reason": row["reason"],
        "name": row["model_now"] or row["subject"],
        "href": _href(row),
        "provider": row["provider__name"],
        "provider_href": reverse("provider", args=[provider]) if provider else "",
        "before": status_of(row["was"]),
        "before_basis": row["was"],
        "after": status_of(row["now"]),
        "after_basis": row["now"],
        "documents": documents(row),
    }


def documents(row: dict[str, Any]) -> list[Document]:
    """License and terms of the pair after the flip; before it, where the subject vanished."""
    side = "after" if row["now"] else "before"
    found = (
        Document(kind, row[f"{side}__{kind}__slug"], row[f"{side}__{kind}__name"])
        for kind in ("license", "terms")
    )
    return [document for document in found if document.slug]


def _href(row: dict[str, Any]) -> str:
    """The subject's page; empty where it was deleted since."""
    if row["model_now"] is None:
        return ""
    if KINDS[row["kind_order"]] == "route":
        return reverse("route", args=[row["subject_id"]])
    return reverse("model", args=[row["model_now"]])
