"""The quick start is run as it is written, against a real server with a real token."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import orjson
import pytest
from django.core.management import call_command

from policies.models import License
from tests.factories import (
    CLOSED,
    PERMITS,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)
from tests.mirror import exported

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "quickstart.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
CURL = [(code, BLOCKS[place + 1]) for place, (kind, code) in enumerate(BLOCKS) if kind == "sh"]
"""Each shell block, and the block after it: what it is said to print."""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def catalog():
    """The models and providers that the text names, answering as it says."""
    with editing():
        qwen = make_model(
            "alibaba/qwen3-32b", make_license("apache-2.0"), aliases=["qwen/qwen3-32b"]
        )
        make_route(qwen, make_provider("nebius", make_terms("nebius-terms", PERMITS)))
        make_route(qwen, make_provider("groq", make_terms("groq-terms")))
        make_model("somebody/else")


@pytest.fixture
def run(live_server, catalog, tmp_path):
    """Run a program as a reader of the text would, with the token that its command makes."""
    [command] = re.findall(r"^python manage\.py (token .*)$", TEXT, re.MULTILINE)
    out = StringIO()
    call_command(*command.split(), stdout=out, stderr=StringIO())
    known = {"NANOPOLICY": live_server.url, "TOKEN": out.getvalue().strip()}

    def run(*program: str) -> str:
        environment = {"PATH": os.environ["PATH"], **known}
        done = subprocess.run(
            program, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    return run


def holds(told, found) -> bool:
    """Whether everything that is told was found; more may be there."""
    if isinstance(told, dict):
        return all(name in found and holds(value, found[name]) for name, value in told.items())
    if isinstance(told, list):
        return len(told) == len(found) and all(map(holds, told, found))
    return told == found


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("place", range(len(CURL)))
def test_it_prints_with_curl_what_the_text_says(run, place, tmp_path):
    code, (kind, said) = CURL[place]

    printed = run("sh", "-euc", code)
    if kind == "json":
        assert holds(json.loads(said), json.loads(printed))
    else:
        assert printed == said
        assert b'"alibaba/qwen3-32b"' in (tmp_path / "policies.ndjson").read_bytes()


def test_it_keeps_a_copy_with_python(run, tmp_path):
    [code] = [code for kind, code in BLOCKS if kind == "python"]

    def copied() -> dict:
        answers = orjson.loads((tmp_path / "policies.json").read_bytes())["answers"]
        return {tuple(part or "" for part in json.loads(key)): one for key, one in answers.items()}

    def answered() -> dict:
        return {key: row["distillationPolicy"] for key, row in exported().items()}

    assert run(sys.executable, "-c", code) == "Revision 1: 2 of 4 are allowed.\n"
    assert copied() == answered()

    save(License.objects.get(), basis=CLOSED)
    assert run(sys.executable, "-c", code) == "Revision 2: 0 of 4 are allowed.\n"
    assert copied() == answered()
    assert run(sys.executable, "-c", code) == "Revision 2: 0 of 4 are allowed.\n"


def test_it_finds_what_is_to_be_run():
    assert len(CURL) == 3
    assert [kind for kind, _ in BLOCKS].count("python") == 1
