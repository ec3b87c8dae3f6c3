"""Published exports: whole files under their own hash, a manifest swapped last, old ones removed."""

import gzip
import hashlib
import logging
import os
import time
from datetime import timedelta

import orjson
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.management import CommandError, call_command

from policies.export import FORMATS, describe, published, publishing
from policies.export.manifest import manifest
from policies.export.published import CURRENT, current, storage
from policies.export.publishing import complete, paths, prune, publish
from policies.models import Revision
from tests.factories import make_license, make_model, save
from tests.golden.catalog import record_small_catalog
from tests.golden.compare import FOLDER

pytestmark = pytest.mark.django_db


def content(path: str) -> bytes:
    with storage().open(path) as file:
        return file.read()


def files() -> set[str]:
    return {f"files/{name}" for name in storage().listdir("files")[1]}


def age(hours: float) -> None:
    """Let every file be older than it is."""
    then = time.time() - hours * 3600
    for path in files():
        os.utime(storage().path(path), (then, then))


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """Where the tests publish."""
    use(
        settings,
        BACKEND="nanopolicy.storage.AtomicFileSystemStorage",
        OPTIONS={"location": tmp_path / "published"},
    )


def use(settings, **chosen):
    """Publish there from now on."""
    settings.STORAGES = {**settings.STORAGES, "published": chosen}


class Bucket(InMemoryStorage):
    """Like a bucket: it knows no paths and no folders, and a file replaces the one of its name."""

    def get_available_name(self, name, max_length=None):
        return name


def test_it_writes_every_format_under_its_own_hash_and_the_manifest_of_the_api():
    record_small_catalog()
    outcome = publish()

    assert outcome.written
    assert current() == outcome.manifest == orjson.loads(content("manifests/r1.json"))
    assert published.told(describe(Revision.objects.current())) == manifest(
        Revision.objects.current()
    )
    for entry in outcome.manifest["files"]:
        exported = (FOLDER / f"export.{entry['format']}").read_bytes()
        assert content(entry["path"]) == exported
        assert hashlib.sha256(exported).hexdigest() in entry["path"]
        zipped = content(entry["gzip"]["path"])
        assert gzip.decompress(zipped) == exported
        assert len(zipped) == entry["gzip"]["size"]
        assert hashlib.sha256(zipped).hexdigest() == entry["gzip"]["sha256"]
    assert files() == set(paths(outcome.manifest))


def test_it_does_nothing_where_the_revision_is_published_already(monkeypatch):
    make_model(license=make_license())
    first = publish()

    def fail(*args):
        raise AssertionError("the catalog was read again")

    monkeypatch.setattr(publishing, "stream", fail)
    second = publish()
    assert not second.written
    assert second.manifest == first.manifest


def test_it_publishes_again_what_was_damaged_or_is_asked_for():
    make_model(license=make_license())
    first = publish()
    storage().delete(first.manifest["files"][0]["path"])

    assert not complete(first.manifest)
    assert publish().written
    assert complete(first.manifest)
    assert publish(force=True).written


def test_it_publishes_a_new_revision_and_shares_what_did_not_change():
    make_model(license=make_license())
    first = publish().manifest
    make_license("unused")
    second = publish().manifest

    assert second["revision"] == first["revision"] + 1
    shared = set(paths(first)) & set(paths(second))
    assert {path.split(".", 1)[1] for path in shared} == {"ndjson", "ndjson.gz", "csv", "csv.gz"}
    assert complete(first)
    assert complete(second)


def test_it_publishes_before_anything_is_recorded():
    told = publish().manifest

    assert (told["revision"], told["generatedAt"]) == (0, None)
    assert complete(told)


def test_it_keeps_the_newest_and_removes_old_files_after_an_hour():
    assert timedelta(hours=1) == publishing.SPARED
    license = make_license()
    make_model(license=license)
    told = []
    for turn in range(4):
        save(license, note=f"Turn {turn}.")
        told.append(publish(keep=2).manifest)
    assert [complete(each) for each in told] == [True] * 4  # a reader may still hold the first

    age(2)
    assert prune(2) == 12
    assert [complete(each) for each in told] == [False, False, True, True]
    assert files() == set(paths(told[2])) | set(paths(told[3]))
    assert len(storage().listdir("manifests")[1]) == 2


def test_it_never_removes_what_the_current_manifest_names():
    """A restored database counts on from an earlier revision: greater numbers are not newer."""
    license = make_license()
    make_model(license=license)
    told = publish(keep=1).manifest
    storage().save("manifests/r99.json", ContentFile(orjson.dumps({**told, "files": []})))
    age(2)

    assert prune(1) == 0
    assert complete(told)
    assert storage().listdir("manifests")[1] == ["r99.json"]


def test_it_removes_what_an_interrupted_publisher_left():
    publish()
    storage().save("files/left.ndjson.0123.part", ContentFile(b"half"))
    assert prune(1) == 0
    age(2)

    assert prune(1) == 1


def test_it_leaves_the_old_manifest_where_writing_fails(monkeypatch):
    license = make_license()
    make_model(license=license)
    before = publish().manifest
    save(license, note="Another note.")
    saved = []

    def failing(name, file, **kwargs):
        saved.append(name)
        if len(saved) == 3:
            raise OSError(28, "No space left on device")
        return real(name, file, **kwargs)

    place = storage()
    real = place.save
    monkeypatch.setattr(place, "save", failing)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("publish")
    assert current() == before
    assert complete(before)

    monkeypatch.undo()
    assert publish().written


def test_it_swaps_the_manifest_last(monkeypatch):
    make_model(license=make_license())
    place, saved = storage(), []
    real = place.save
    monkeypatch.setattr(
        place, "save", lambda name, file, **kw: (saved.append(name), real(name, file, **kw))[1]
    )
    publish()

    assert saved[-1] == CURRENT
    assert saved[-2] == f"manifests/r{Revision.objects.current_number()}.json"
    assert len(saved) == 2 * len(FORMATS) + 2


def test_it_does_not_put_an_older_revision_over_a_newer_one(monkeypatch):
    """Another publisher, with a later revision, is done while this one still writes its files."""
    license = make_license()
    make_model(license=license)
    real = publishing._store
    meanwhile = []

    def slow(*args):
        if not meanwhile:
            meanwhile.append(1)
            save(license, note="Another note.")
            meanwhile.append(publish().manifest)
        real(*args)

    monkeypatch.setattr(publishing, "_store", slow)
    outcome = publish()

    assert not outcome.written
    assert current() == meanwhile[1] == outcome.manifest
    assert complete(current())


def test_it_takes_a_restored_database_back_to_an_earlier_revision():
    make_model(license=make_license())
    told = publish().manifest
    later = {**told, "revision": 99, "generatedAt": "2099-01-01T00:00:00Z"}
    storage().delete(CURRENT)
    storage().save(CURRENT, ContentFile(orjson.dumps(later)))

    assert publish().written
    assert current() == told


def test_it_finds_a_file_only_for_the_state_that_it_is_of():
    license = make_license()
    make_model(license=license)
    publish()
    meta = describe(Revision.objects.current())
    with published.find(meta, "csv", zipped=False).file as file:
        assert file.read().startswith(b"model,provider")

    save(license, note="Another note.")
    newer = describe(Revision.objects.current())
    assert published.find(newer, "csv", zipped=False) is None
    assert published.told(newer) is None
    for key in published.IDENTITY:
        assert published.find({**meta, key: "another"}, "csv", zipped=False) is None


def test_it_finds_nothing_where_a_file_is_cut_short_and_says_so(caplog):
    make_model(license=make_license())
    entry = publish().manifest["files"][0]
    storage().delete(entry["path"])
    storage().save(entry["path"], ContentFile(b"half"))

    meta = describe(Revision.objects.current())
    with caplog.at_level(logging.WARNING):
        assert published.find(meta, entry["format"], zipped=False) is None
    assert "has 4 bytes" in caplog.text


def test_it_publishes_to_a_bucket_as_well(settings):
    use(settings, BACKEND=f"{__name__}.{Bucket.__name__}")
    license = make_license()
    make_model(license=license)
    first = publish().manifest
    assert not publish().written
    save(license, note="Another note.")
    second = publish(keep=1).manifest

    assert current() == second != first
    assert complete(first)
    assert complete(second)
    assert storage().listdir("manifests")[1] == [f"r{second['revision']}.json"]
    entry = second["files"][0]
    found = published.find(describe(Revision.objects.current()), entry["format"], zipped=True)
    with found.file as file:
        assert hashlib.sha256(file.read()).hexdigest() == entry["gzip"]["sha256"]


class AccessDenied(Exception):
    """As a bucket's own client raises it."""


@pytest.mark.parametrize("call", ["save", "exists", "listdir"])
def test_it_tells_a_failing_bucket_in_words(monkeypatch, call):
    license = make_license()
    publish()
    if call != "exists":
        save(license, note="Another note.")

    def failing(*args, **kwargs):
        raise AccessDenied("An error occurred (AccessDenied)")

    monkeypatch.setattr(storage(), call, failing)
    with pytest.raises(
        CommandError, match=r"The storage fails: An error occurred \(AccessDenied\)"
    ):
        call_command("publish")


def test_it_refuses_a_storage_that_would_keep_the_old_manifest_in_its_place(settings):
    use(settings, BACKEND="django.core.files.storage.InMemoryStorage")
    license = make_license()
    publish()
    save(license, note="Another note.")

    with pytest.raises(CommandError, match=r"gave manifest\.json another name"):
        call_command("publish")


@pytest.mark.parametrize("damaged", [b"", b"{", b"\xff\xfe"])
def test_it_takes_a_damaged_manifest_for_none_and_says_so(caplog, damaged):
    storage().save(CURRENT, ContentFile(damaged))
    with caplog.at_level(logging.WARNING):
        assert current() is None
    assert "manifest.json cannot be read" in caplog.text

    assert publish().written


def test_it_reports_what_it_did(capsys):
    make_model(license=make_license())
    call_command("publish", keep=3)
    call_command("publish")

    first, second = capsys.readouterr().out.splitlines()
    number = Revision.objects.current_number()
    assert first.startswith(f"Revision {number} is published: 3 files, ")
    assert second == f"Revision {number} is published already."


@pytest.mark.parametrize("keep", ["0", "-1", "many", "1001"])
def test_it_refuses_to_keep_a_number_that_makes_no_sense(keep):
    with pytest.raises(CommandError, match=r"accepted: a whole number from 1 to 1000\."):
        call_command("publish", f"--keep={keep}")
