"""An editor, a publisher and readers at once: each answer shows the one revision that it names."""

import threading
from contextlib import contextmanager

import orjson
import pytest
from django.db import connections
from django.test import Client

from policies.api import exporting
from policies.export.published import current, storage
from policies.export.publishing import complete, publish
from policies.models import Revision
from tests.test_export_snapshot import edit_everything, record, turns_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TURNS = 5


@contextmanager
def running(*works):
    """Each work in a thread of its own while the block runs, and to its end; errors are collected."""
    errors = []

    def work(function):
        try:
            function()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(function,)) for function in works]
    for thread in threads:
        thread.start()
    try:
        yield threads
    finally:
        for thread in threads:
            thread.join(60)
    assert errors == []


@pytest.fixture
def served(monkeypatch):
    """How often the published file was sent, and how often the export was written."""
    counts = {True: 0, False: 0}
    real = exporting.published.find

    def counting(*args, **kwargs):
        found = real(*args, **kwargs)
        counts[found is not None] += 1
        return found

    monkeypatch.setattr(exporting.published, "find", counting)
    return counts


def test_it_shows_one_revision_while_others_edit_and_publish(settings, tmp_path, served):
    settings.PUBLIC_READ = True
    published = {
        "BACKEND": "nanopolicy.storage.AtomicFileSystemStorage",
        "OPTIONS": {"location": tmp_path},
    }
    settings.STORAGES = {**settings.STORAGES, "published": published}
    record()
    first = Revision.objects.current_number()
    over = threading.Event()

    def edit():
        for turn in range(1, TURNS + 1):
            edit_everything(turn)
        over.set()

    def publish_all():
        while not over.is_set():
            publish(keep=2)
        publish(keep=2)

    def look():
        response = Client().get("/api/export?format=json")
        document = orjson.loads(b"".join(response))
        number = document["meta"]["revision"]
        assert response.headers["Nanopolicy-Revision"] == str(number)
        assert turns_of(document["models"]) == {number - first}
        if (manifest := current()) is not None:
            assert complete(manifest)  # also while the next one is being written

    with running(edit, publish_all) as threads:
        while any(thread.is_alive() for thread in threads):
            look()
    for _ in range(2):
        look()

    assert served[True] >= 2
    assert current()["revision"] == first + TURNS
    assert not [name for name in storage().listdir("files")[1] if name.endswith(".part")]
