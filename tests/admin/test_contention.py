"""Six curators at one record, in their own threads and browsers: nothing that was acknowledged is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from policies.admin.forms import VersionedForm
from policies.models import Family
from tests.admin.conftest import staff
from tests.admin.pages import address, open_form
from tests.factories import make_family
from tests.invariants import assert_invariants

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CURATORS, EDITS = 6, 5


def edits_of(browser: Client, record: Family, name: str, edits: int) -> list[str]:
    """Add words to one note, each to what is stored, until each is acknowledged; the words."""
    words = [f"{name}{turn}" for turn in range(edits)]
    try:
        for word in words:
            status = 200
            while status != 302:  # refused: look at theirs, and add the word to that
                data = open_form(browser, record)
                data["internal_note"] = f"{data['internal_note'].strip()} {word}"
                status = browser.post(address(record), data).status_code
    finally:
        connections.close_all()
    return words


def lost(edits: int) -> set[str]:
    """What was acknowledged to one of the curators and is not stored in the end."""
    record = make_family("contested")
    browsers = {}
    for name in "abcdef"[:CURATORS]:
        browsers[name] = Client()
        browsers[name].force_login(staff(name, "change", "view"))
    with ThreadPoolExecutor(CURATORS) as pool:
        jobs = [
            pool.submit(edits_of, browser, record, name, edits)
            for name, browser in browsers.items()
        ]
        acknowledged = [word for job in jobs for word in job.result(timeout=120)]
    assert len(acknowledged) == CURATORS * edits
    return set(acknowledged) - set(Family.objects.get().internal_note.split())


def test_it_loses_no_edit_of_six_curators_at_one_record():
    assert lost(EDITS) == set()
    assert Family.objects.get().version == 1 + CURATORS * EDITS
    assert_invariants()


def test_it_would_lose_edits_without_the_check_of_versions(monkeypatch):
    monkeypatch.setattr(VersionedForm, "_refuse", lambda self, seen: None)
    assert lost(3)
