"""The product on loopback, by its own server, with the starter catalog in a database of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests.engines.cluster import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
PRODUCT, BROKEN = "nanopolicy.wsgi:application", "tests.contract.broken:application"

Environment = dict[str, str]


@contextmanager
def prepared(database: str) -> Iterator[tuple[Environment, str]]:
    """What the product needs in its environment, and a token; an empty ``database`` is SQLite."""
    with tempfile.TemporaryDirectory(prefix="nanopolicy-contract-") as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "nanopolicy.settings",
            "DATA_DIR": folder,
            "API_RATE": "off",
        } | ({"DATABASE_URL": database} if database else {})
        made = subprocess.run(
            [sys.executable, "-m", "tests.contract.prepare"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
        )
        yield environment, made.stdout.split()[-1]


@contextmanager
def serving(environment: Environment, application: str = PRODUCT) -> Iterator[str]:
    """The address of a server, which is stopped at the end."""
    port = free_port()
    program = str(Path(sys.executable).with_name("granian"))
    options = ["--interface", "wsgi", "--port", str(port), "--blocking-threads", "4", "--no-ws"]
    with (Path(environment["DATA_DIR"]) / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [program, *options, application], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        _wait(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _wait(server: subprocess.Popen, port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass  # not there yet
        finally:
            connection.close()
        if server.poll() is not None or time.monotonic() > until:
            raise SystemExit("The server did not come up.")
        time.sleep(0.1)
