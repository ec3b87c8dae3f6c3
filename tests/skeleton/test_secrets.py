"""The generated secret key: made once, whole, for its owner alone."""

import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ImproperlyConfigured

from nanopolicy import secrets


def test_it_generates_one_key_for_processes_that_start_together(tmp_path):
    together = Barrier(8)

    def start(_):
        together.wait()
        return secrets.generated(tmp_path / "secret_key")

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(start, range(8)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_it_keeps_the_key_of_the_other_process_that_came_first(tmp_path, monkeypatch):
    path = tmp_path / "secret_key"
    theirs = "their own key, which is long enough: 0123456789 abcdefghij"
    token = secrets.secrets.token_urlsafe

    def interrupted(size):
        path.write_text(theirs)
        return token(size)

    monkeypatch.setattr(secrets.secrets, "token_urlsafe", interrupted)
    assert secrets.generated(path) == theirs


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_it_writes_the_key_for_its_owner_alone(tmp_path, umask):
    import os

    before = os.umask(umask)
    try:
        secrets.generated(tmp_path / "secret_key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_it_leaves_nothing_behind_when_writing_fails(tmp_path, monkeypatch):
    def full(size):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(secrets.secrets, "token_urlsafe", full)
    with pytest.raises(OSError, match="No space"):
        secrets.generated(tmp_path / "secret_key")
    assert list(tmp_path.iterdir()) == []


def test_it_refuses_a_key_file_that_was_cut_short(tmp_path):
    (tmp_path / "secret_key").write_text("abc")
    with pytest.raises(ImproperlyConfigured, match=r"The key in .*secret_key is too weak"):
        secrets.generated(tmp_path / "secret_key")
