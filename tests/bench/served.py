"""The API under the production server: against Datasette, at two sizes, and under a load.

``python -m tests.bench.served DATABASE`` puts the load on it; the database is given as a URL and holds
a generated catalog already.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from nanopolicy.serve import HOST
from tests.bench import pages
from tests.bench.forgetting import HEADER
from tests.bench.rivals.packages import FOLDER
from tests.bench.timing import Ratio, compare
from tests.engines.cluster import free_port

BATCH, RUNS = 20, 15
ROUNDS, SECONDS, CONNECTIONS = 3, 3, 8
UNCHANGED, EMPTY, ADMITTED = "304", "an empty view", "an empty view, behind the API's admission"
PAGE = "/api/explore/text-models"
LISTED = "/api/v1/routes?status=allowed"
FORGET = {HEADER: "1"}
PAGE_OF_MODELS = """
SELECT m.canonical_id AS id, m.name, m.owner AS owned_by, f.slug AS family, l.slug AS license,
       m.license_evidence, p.status, p.label, p.basis, p.source_url, p.note
FROM policies_textmodel m JOIN policies_policy p ON p.id = m.policy_id
LEFT JOIN policies_family f ON f.id = m.family_id LEFT JOIN policies_license l ON l.id = p.license_id
ORDER BY m.canonical_id LIMIT 100
"""


def against_datasette(database: str) -> Iterator[Ratio]:
    """A page of 100 models, both over HTTP; ``database`` is the URL of a SQLite file."""
    file = Path(database.removeprefix("sqlite:///"))
    query = urlencode({"sql": PAGE_OF_MODELS, "_shape": "objects"})
    with pages.running(database) as port, datasette(file) as other:
        sheet = asked(other, f"/{file.stem}.json?{query}")
        ours = asked(port, PAGE, FORGET)
        yield compare("100 models / Datasette", ours, sheet, runs=RUNS, target=1 / 2)
        again = asked(port, PAGE)
        yield compare("100 models, kept / Datasette", again, sheet, runs=RUNS)


def at_two_sizes(small: str, large: str) -> Iterator[Ratio]:
    """First pages on the large catalog against the small one, made anew each time."""
    with pages.running(small) as few, pages.running(large) as many:
        for name, address in (("100 models", PAGE), ("100 allowed routes", LISTED)):
            jobs = (asked(port, address, FORGET) for port in (many, few))
            yield compare(f"API, {name}: large / small", *jobs, runs=RUNS, target=1.5)


@contextmanager
def datasette(file: Path) -> Iterator[int]:
    """Datasette as its manual starts it, on a free port of loopback, which is given."""
    port = free_port()
    command = [str(FOLDER / "bin" / "datasette"), "serve", str(file), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        pages.wait_for(port, "/-/versions.json")
        yield port
    finally:
        server.terminate()
        server.wait()


def asked(port: int, address: str, headers: dict[str, str] | None = None) -> Callable[[], bytes]:
    """A job that asks some times over one connection, as a client does that has several questions."""

    def ask() -> bytes:
        connection = HTTPConnection(HOST, port, timeout=pages.PATIENCE)
        for _ in range(BATCH):
            connection.request("GET", address, headers=headers or {})
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                sys.exit(f"{address} answered {response.status}: {body[:200]!r}")
        connection.close()
        return body

    return ask


def load(database: str) -> Iterator[str]:
    """Requests a second of many clients, each kind in turn; in words where there is no wrk."""
    if shutil.which("wrk") is None:
        yield "No load: wrk is not installed (Debian: apt-get install wrk)."
        return
    with pages.running(database) as port:
        cases = {
            "100 models, kept": (PAGE, {}),
            "100 models, made anew": (PAGE, FORGET),
            "100 allowed routes, kept": (LISTED, {}),
            UNCHANGED: (PAGE, {"If-None-Match": tag(port)}),
            EMPTY: ("/empty", {}),
            ADMITTED: ("/api/empty", {}),
        }
        found: dict[str, list[float]] = {name: [] for name in cases}
        for _ in range(ROUNDS):
            for name, (address, headers) in cases.items():
                found[name].append(_wrk(port, address, headers))
    for name, rates in found.items():
        yield f"{name:42} {median(rates):8.0f} requests/s ({min(rates):.0f} to {max(rates):.0f})"
    for other, aim in (("100 models, made anew", 2.5), (EMPTY, 0.7), (ADMITTED, 0.7)):
        ratio = median(a / b for a, b in zip(found[UNCHANGED], found[other], strict=True))
        verdict = "met" if ratio >= aim else "MISSED"
        yield f"{UNCHANGED} / {other}: {ratio:.2f} of its requests/s  aim {aim}: {verdict}"


def tag(port: int) -> str:
    """The ETag of the page of models."""
    connection = HTTPConnection(HOST, port, timeout=pages.PATIENCE)
    connection.request("HEAD", PAGE)
    found = connection.getresponse().headers["ETag"]
    connection.close()
    return found


def _wrk(port: int, address: str, headers: dict[str, str]) -> float:
    """Requests a second; an answer that is an error ends the measurement."""
    told = [f"--header={name}: {value}" for name, value in headers.items()]
    size = ["-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    command = ["wrk", *size, *told, f"http://{HOST}:{port}{address}"]
    report = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in report:
        sys.exit(f"{address}: {report}")
    [rate] = [line for line in report.splitlines() if line.startswith("Requests/sec")]
    return float(rate.split()[1])


if __name__ == "__main__":
    for line in load(*sys.argv[1:]):
        print(line, flush=True)
