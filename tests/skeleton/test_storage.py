"""The folder of published files: a file is there whole, or not at all."""

import os

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from nanopolicy.storage import AtomicFileSystemStorage


@pytest.fixture
def place(tmp_path):
    return AtomicFileSystemStorage(location=tmp_path / "published")


def content(place, path: str) -> bytes:
    with place.open(path) as file:
        return file.read()


def test_it_replaces_a_file_in_one_step(place, monkeypatch):
    """Whoever opened the old file reads it to its end; a crash half-way leaves it in place."""
    place.save("a/b.txt", ContentFile(b"old content"))
    with place.open("a/b.txt") as reader:
        assert reader.read(3) == b"old"
        place.save("a/b.txt", ContentFile(b"new"))
        assert reader.read() == b" content"
    assert content(place, "a/b.txt") == b"new"

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        place.save("a/b.txt", ContentFile(b"newer"))
    assert content(place, "a/b.txt") == b"new"
    assert place.listdir("a")[1] == ["b.txt"]


def crash(*args):
    raise KeyboardInterrupt


def test_it_shows_no_half_of_a_file_that_is_being_written(place):
    seen = []

    class Slow(ContentFile):
        def chunks(self, chunk_size=None):
            for piece in (b"one", b"two"):
                seen.append(place.exists("a.txt"))
                yield piece

    place.save("a.txt", Slow(b"onetwo"))
    assert seen == [False, False]
    assert content(place, "a.txt") == b"onetwo"


def test_it_is_the_storage_of_the_settings():
    assert isinstance(storages["published"], AtomicFileSystemStorage)
