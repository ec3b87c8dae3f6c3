"""Pages under the production server: the large catalog against the small one, and a stock admin list.

``python -m tests.bench.pages SMALL LARGE`` measures them on two databases, given as URLs, that hold
generated catalogs already.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

from nanopolicy.serve import HOST, granian
from tests.bench.timing import Ratio, compare
from tests.engines.cluster import free_port

RUNS = 15
PATIENCE = 300
PAGES = {
    "home": "/",
    "matrix": "/matrix/",
    "matrix of families": "/matrix/families/",
    "routes": "/routes/?size=100",
    "routes of one status": "/routes/?status=allowed&size=100",
    "routes of one provider and status": "/routes/?status=allowed&provider=provider-3&size=100",
    "routes of one license": "/routes/?license=license-7&size=100",
    "models": "/models/?size=100",
    "models of one status": "/models/?status=unknown&size=100",
    "providers": "/providers/",
    "owners": "/owners/",
    "families": "/families/",
}
OUR_LIST, STOCK_LIST = "/routes/?size=100", "/stock/policies/route/"


def measure(small: str, large: str) -> Iterator[Ratio]:
    """Each page on the database ``large`` against itself on ``small``; both are URLs of databases."""
    with serving(small) as few, serving(large) as many:
        for name, path in PAGES.items():
            yield compare(f"{name}: large / small", many(path), few(path), runs=RUNS)
        for size, get in (("small", few), ("large", many)):
            name = f"list of 100 routes / stock admin list ({size})"
            yield compare(name, get(OUR_LIST), get(STOCK_LIST), runs=RUNS)


@contextmanager
def serving(database: str) -> Iterator:
    """The production server on a database; gives ``path → job that asks for it``."""
    with running(database) as port:
        yield lambda path: lambda: fetched(port, path)


@contextmanager
def running(database: str) -> Iterator[int]:
    """The production server on a free port of loopback, which is given."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "PUBLIC_READ": "true",
    }
    server = subprocess.Popen(
        granian(port), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int, path: str = "/rules/") -> None:
    """Until the server answers, or an error after some minutes."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            fetched(port, path)
        except (OSError, HTTPException):
            time.sleep(0.2)
        else:
            return
    sys.exit(f"The server on port {port} did not answer within {PATIENCE} s.")


def fetched(port: int, path: str) -> bytes:
    """One page, whole. A connection of its own: the server closes one that waited for the other's turn."""
    connection = HTTPConnection(HOST, port, timeout=PATIENCE)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        sys.exit(f"{path} answered {response.status}.")
    return body


def main(databases: list[str]) -> int:
    """Print the table of two databases."""
    if len(databases) != 2:
        print("Give the URLs of two databases: a small catalog and a large one.")
        return 1
    for ratio in measure(*databases):
        print(ratio.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
