"""The Makefile and its scripts: what goes wrong on a stranger's machine is told in one sentence."""

import re
import shutil
import socket
import sys
import tomllib
from pathlib import Path

import pytest

import nanopolicy
from tests.skeleton.launch import ROOT, launch

pytestmark = pytest.mark.slow
needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def program(path: Path, body: str) -> str:
    """Write an executable shell script and return its path."""
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def fake_python(folder: Path, version: str) -> str:
    """A program that claims to be Python of ``version``."""
    return program(folder / f"python{version}", f"echo {version}")


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_it_takes_a_supported_python(tmp_path, version):
    python = fake_python(tmp_path, version)
    assert launch("scripts/python", python, folder=tmp_path).stdout.strip() == python


@pytest.mark.parametrize("version", ["2.7", "3.9", "3.10", "3.14", "3.15", "4.0"])
def test_it_refuses_another_python_in_words(tmp_path, version):
    python = fake_python(tmp_path, version)
    done = launch("scripts/python", python, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        f"nanopolicy needs Python 3.11, 3.12 or 3.13, {python} is {version}. "
        "Name one with: make PYTHON=/path/to/python3.11\n"
    )


def test_it_passes_over_a_python_that_does_not_run(tmp_path):
    shim = program(tmp_path / "python3.11", "exit 127")
    done = launch("scripts/python", shim, folder=tmp_path)
    assert done.returncode == 1
    assert "and none runs here" in done.stderr


def test_it_takes_the_first_python_that_runs(tmp_path):
    program(tmp_path / "python3.11", "exit 127")
    fake_python(tmp_path, "3.12")
    done = launch("scripts/python", folder=tmp_path, PATH=f"{tmp_path}:/usr/bin:/bin")
    assert done.stdout.strip() == "python3.12"


def test_it_says_that_the_venv_module_is_missing(tmp_path):
    python = program(tmp_path / "python3.11", "exit 1")
    done = launch(
        "scripts/venv", python, str(tmp_path / "venv"), "requirements.txt", folder=tmp_path
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"{python} has no venv module; install it first (Debian: apt-get install python3-venv).\n"
    )
    assert not (tmp_path / "venv").exists()


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A virtual environment of an empty lock: its folder, its lock, and what was printed (seconds)."""
    folder = tmp_path_factory.mktemp("environment")
    lock, venv = folder / "lock.txt", folder / "venv"
    lock.write_text("# nothing\n")
    done = launch("scripts/venv", sys.executable, str(venv), str(lock), folder=folder)
    assert done.returncode == 0, done.stderr
    return venv, lock, done.stdout


def test_it_makes_an_environment_once(environment, tmp_path):
    venv, lock, printed = environment
    command = ("scripts/venv", sys.executable, str(venv))
    installs = f"Installing {lock} into {venv}"
    assert printed.splitlines() == [f"Making {venv} with {sys.executable}", installs]
    assert launch(*command, str(lock), folder=tmp_path).stdout == ""
    lock.write_text("# another lock\n")
    assert launch(*command, str(lock), folder=tmp_path).stdout.splitlines() == [installs]


def test_it_says_what_could_not_be_installed(environment, tmp_path):
    venv, lock = environment[0], tmp_path / "lock.txt"
    lock.write_text("./no-such-package.whl --hash=sha256:" + "0" * 64)
    done = launch("scripts/venv", sys.executable, str(venv), str(lock), folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.endswith(
        f"The packages of {lock} could not be installed; is the network there?\n"
    )
    assert not (venv / ".installed").exists()


@needs_make
def test_it_refuses_a_wrong_python_before_anything_else(tmp_path):
    python = fake_python(tmp_path, "3.14")
    done = launch("make", "run", f"PYTHON={python}", folder=tmp_path)
    assert done.returncode != 0
    assert f"{python} is 3.14" in done.stderr
    assert "Traceback" not in done.stderr


@needs_make
@pytest.mark.skipif(
    not (ROOT / ".venv/.installed").exists(), reason="needs the environment of make"
)
def test_it_refuses_a_taken_port_before_it_changes_anything(tmp_path):
    folder = tmp_path / "var"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = launch("make", "run", f"PORT={port}", folder=folder)
    assert done.returncode != 0
    assert f"Port {port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
    assert not folder.exists()


@needs_make
def test_it_lists_every_target_with_what_it_does(tmp_path):
    listed = re.findall(
        r"^make (\S+) +\S", launch("make", "help", folder=tmp_path).stdout, re.MULTILINE
    )
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(phony.group(1).split())
    assert {"setup", "run", "test", "lint", "check", "bench", "clean"} <= set(listed)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_it_locks_every_package_with_hashes_and_names_no_host(name):
    text = (ROOT / name).read_text()
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(packages) > 15
    assert [package for package in packages if "--hash=sha256:" not in package] == []
    assert "://" not in text
    assert "index-url" not in text


def test_it_locks_for_production_what_it_tests_with():
    def pins(name):
        return set(
            re.findall(r"^[a-z0-9-]+(?:\[.*\])?==[^ ]+", (ROOT / name).read_text(), re.MULTILINE)
        )

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_it_states_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == nanopolicy.__version__


def test_it_gives_a_reason_for_every_dependency():
    listed = re.findall(
        r'^    "([a-z0-9-]+)[^"]*",(.*)$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    assert {name for name, rest in listed if rest.strip().startswith("# ")} == {
        re.match(r"[a-z0-9-]+", entry).group() for entry in wanted
    }
