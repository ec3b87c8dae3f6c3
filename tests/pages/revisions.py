"""A few revisions to look at, and what their pages tell of flips."""

from datetime import UTC, datetime

from policies.revisions import revision
from tests.factories import (
    ALLOWS,
    CLOSED,
    SILENT,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)


def make_catalog():
    """Three routes of one open model; in one revision, the first."""
    with editing(reason="Begin", actor="founder"):
        license = make_license("open-1.0", ALLOWS, name="Open License")
        model = make_model("lab/open", license)
        terms = make_terms("bans", SILENT, name="Ban terms")
        for n in range(3):
            make_route(model, make_provider(f"host-{n}", terms, name=f"Host {n}"))
    return license, model, terms


def edit(record, *, actor="curator-1", reason="Read it again.", at=None, via="admin", **changes):
    """Change one record in a revision of its own, and return that revision's number."""
    for name, value in changes.items():
        setattr(record, name, value)
    with revision(actor=actor, reason=reason, via=via, at=at) as opened:
        opened.save(record)
    return opened.number


def flips(page):
    """The directions that a page tells, as text."""
    return [page.text(item) for listed in page.find("ul", "flips") for item in listed]


def make_history(catalog):
    """Revisions 2 to 5: two curators, two doors, two days, two of which changed answers."""
    license, model, _ = catalog
    first, second = datetime(2031, 5, 4, 23, 59, tzinfo=UTC), datetime(2031, 5, 5, tzinfo=UTC)
    edit(license, basis=CLOSED, at=first)
    edit(license, note="Only a note.", actor="curator-2", at=first)
    edit(license, basis=ALLOWS, via="command", at=second)
    edit(model, name="Another name", actor="curator-2", at=second)
