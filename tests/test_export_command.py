"""``export_policies``: the bytes of the export, whole or not at all."""

import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command

from policies.export import FORMATS
from policies.management.commands import export_policies
from tests.golden.catalog import record_small_catalog
from tests.golden.compare import FOLDER

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _recorded(kept):
    record_small_catalog()


@pytest.fixture(autouse=True)
def _catalog(_recorded, db):
    """Recorded once; each test has a transaction of its own."""


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(newline=""), io.StringIO()
    call_command("export_policies", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_it_writes_a_file(tmp_path, name):
    target = tmp_path / "out"

    out, err = run("--format", name, "--output", str(target))
    assert target.read_bytes() == (FOLDER / f"export.{name}").read_bytes()
    assert out == ""
    assert err.startswith("Revision 1: 5 models, 9 routes. Informational, not legal advice.")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", FORMATS)
def test_it_writes_to_the_terminal(name):
    assert run("--format", name)[0].encode() == (FOLDER / f"export.{name}").read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_it_writes_bytes_where_it_can(name):
    binary = io.BytesIO()
    terminal = io.TextIOWrapper(binary, encoding="ascii")
    call_command("export_policies", f"--format={name}", stdout=terminal, stderr=io.StringIO())
    assert binary.getvalue() == (FOLDER / f"export.{name}").read_bytes()


def test_it_writes_ndjson_unless_told_otherwise():
    assert run()[0].encode() == (FOLDER / "export.ndjson").read_bytes()


def test_it_replaces_a_file_and_respects_the_umask(tmp_path):
    target = tmp_path / "out.json"
    target.write_text("old")
    before = os.umask(0o027)
    try:
        run("--format", "json", "--output", str(target))
    finally:
        os.umask(before)

    assert orjson.loads(target.read_bytes())["meta"]["revision"] == 1
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.parametrize("value", ["xml", "", "JSON", "csv "])
def test_it_refuses_another_format_in_words(value):
    with pytest.raises(CommandError) as error:
        run(f"--format={value}")
    assert str(error.value) == f"--format is {value!r}; accepted: ndjson, json, csv."


def test_it_refuses_a_target_that_it_cannot_write(tmp_path):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, why in (
        ("folder", "is not a regular file"),
        ("pipe", "is not a regular file"),
        ("missing/out", "cannot be written: No such file or directory"),
        ("a" * 300, "cannot be written: File name too long"),
    ):
        with pytest.raises(CommandError, match=why):
            run("--output", str(tmp_path / name))


def test_it_keeps_the_old_file_when_writing_breaks_off(tmp_path, monkeypatch):
    target = tmp_path / "out.json"
    target.write_text("old")

    def broken(format, meta):
        yield b'{"status": "allowed"'
        raise RuntimeError("the connection was lost")

    monkeypatch.setattr(export_policies, "stream", broken)
    with pytest.raises(RuntimeError):
        run("--format", "json", "--output", str(target))

    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_it_tells_a_full_disk_in_words(tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CommandError, match="cannot be written: No space left on device"):
        run("--output", str(tmp_path / "out"))
    assert list(tmp_path.iterdir()) == []


def test_it_ends_quietly_when_the_reader_has_seen_enough():
    """The command in a process of its own, whose reader closes the pipe at once."""
    script = (
        "import sys, io\n"
        "from django.core.management.base import OutputWrapper\n"
        "from policies.management.output import write_out\n"
        "def pieces():\n"
        "    while True: yield b'x' * 65536\n"
        "write_out(pieces(), OutputWrapper(sys.stdout), None)\n"
        "print('went on', file=sys.stderr)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{script}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(Path.cwd()),
        },
    )
    process.stdout.read(10)
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 0
    assert complaint == b"went on\n"
