"""A throw-away PostgreSQL: a temporary folder, a free port, loopback; stopped and removed at the end."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ATTEMPTS = 3
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


class Unavailable(Exception):
    """No PostgreSQL can be started here; the message says why."""


def binaries() -> Path | None:
    """Return the folder that holds ``initdb`` and ``pg_ctl``: Debian's newest, else what the PATH knows."""
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders = sorted(debian, key=lambda path: float(path.parent.name), reverse=True)
    if config := shutil.which("pg_config"):
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(asked.stdout.strip() or "/nowhere"))
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    return next(
        (path for path in folders if (path / "initdb").exists() and (path / "pg_ctl").exists()),
        None,
    )


def _prefix() -> list[str]:
    """Return how to become the user who may run PostgreSQL, which refuses root."""
    if os.geteuid() != 0:
        return []
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise Unavailable(
            "PostgreSQL refuses to run as root, and there is no user postgres"
        ) from None
    return ["runuser", "-u", "postgres", "--"]


def _run(*command: str | Path) -> None:
    """Run ``command`` as the user who may; an interruption ends it together with what it started."""
    process = subprocess.Popen(
        [*_prefix(), *map(str, command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        told, _ = process.communicate(timeout=120)
    except BaseException:
        # runuser alone would die and leave initdb at work in a folder that is about to be removed.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode:
        raise Unavailable(f"{Path(command[0]).name} failed: {told.strip()[-500:]}")


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _initialize(bin_folder: Path, folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        shutil.chown(secret, "postgres")
    options = (
        "-U",
        "nanopolicy",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--auth=scram-sha-256",
        "--no-sync",
    )
    _run(bin_folder / "initdb", "-D", folder / "data", *options, f"--pwfile={secret}")


def _start(bin_folder: Path, folder: Path) -> int:
    """Start the server and return its port; another program may take a free one first, hence the attempts."""
    for attempt in range(1, ATTEMPTS + 1):
        port = free_port()
        settings = [
            f"port={port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={folder}",
            *FAST,
        ]
        options = " ".join(f"-c {setting}" for setting in settings)
        command = (
            "start",
            "-D",
            folder / "data",
            "-l",
            folder / "log",
            "-w",
            "-t",
            "60",
            "-o",
            options,
        )
        try:
            _run(bin_folder / "pg_ctl", *command)
        except Unavailable:
            if attempt == ATTEMPTS:
                raise
        else:
            return port
    raise AssertionError("unreachable")


def _remove(bin_folder: Path, folder: Path) -> None:
    """Stop what runs in ``folder``, if anything does, and remove it in any case."""
    try:
        if (folder / "data" / "postmaster.pid").exists():
            _run(bin_folder / "pg_ctl", "stop", "-D", folder / "data", "-m", "immediate", "-w")
    except Unavailable:
        pass  # it ended by itself: what remains is the folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster and give its DATABASE_URL; raise :class:`Unavailable` where that cannot be done."""
    bin_folder = binaries()
    if bin_folder is None:
        raise Unavailable("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="nanopolicy-pg-"))
    password = secrets.token_hex(16)
    try:
        _initialize(bin_folder, folder, password)
        port = _start(bin_folder, folder)
        yield f"postgresql://nanopolicy:{password}@127.0.0.1:{port}/postgres"
    finally:
        _remove(bin_folder, folder)
