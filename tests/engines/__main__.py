"""Run the suite on SQLite and PostgreSQL side by side, say which engines ran, hold the coverage.

Coverage is counted on SQLite alone: both engines run the same lines. Further arguments go to pytest; a
partial run is not held to the coverage.

PostgreSQL is the one that ``DATABASE_URL`` names, else a throw-away cluster. Where there is neither, SQLite
alone counts, unless ``REQUIRE_POSTGRES=1``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.engines.cluster import Unavailable, cluster

ROOT = Path(__file__).resolve().parent.parent.parent
COVERAGE = ROOT / "var" / "coverage"


def say(line: str) -> None:
    """Print at once, so that the order of lines holds in a log file."""
    print(line, flush=True)


def suite(engine: str, url: str, arguments: list[str]) -> bool:
    """Run pytest on one engine, SQLite under coverage, print what it said, and tell whether it passed.

    The run on SQLite takes longest: where there are too few processors for all, the others give way.
    """
    after, counted = (["nice", "-n", "5"], []) if url else ([], ["coverage", "run", "-m"])
    command = [*after, sys.executable, "-m", *counted, "pytest", "-q", *arguments]
    with tempfile.TemporaryFile() as output:
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "TEST_DATABASE_URL": url},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        output.seek(0)
        said = output.read().decode(errors="replace")
    say(f"== Tests on {engine}\n{said}")
    return ended.returncode == 0


def on_postgresql(arguments: list[str]) -> bool | None:
    """Run the suite on PostgreSQL; None where there is none."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        return suite("PostgreSQL (DATABASE_URL)", url, arguments)
    try:
        with cluster() as address:
            return suite("PostgreSQL (a throw-away cluster)", address, arguments)
    except Unavailable as why:
        say(f"== No tests on PostgreSQL: {why}.")
        return None


def covered() -> bool:
    """Combine what was covered, print it, and tell whether the threshold of pyproject.toml holds."""
    combine = [sys.executable, "-m", "coverage", "combine", "--quiet"]
    report = [sys.executable, "-m", "coverage", "report"]
    return all(subprocess.run(command, cwd=ROOT).returncode == 0 for command in (combine, report))


def word(passed: bool | None) -> str:
    """Return how an engine's run ended."""
    return {True: "passed", False: "FAILED", None: "not run"}[passed]


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 when every engine that had to run passed, and coverage is high enough."""
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # so that the cluster is stopped then too
    shutil.rmtree(COVERAGE, ignore_errors=True)
    COVERAGE.mkdir(parents=True)
    say("== Running the tests on both engines at once; each is printed when it ends.")
    with ThreadPoolExecutor(1) as beside:
        running = beside.submit(on_postgresql, arguments)
        sqlite = suite("SQLite", "", arguments)
        postgresql = running.result()
    coverage = True if arguments else covered()
    missing = postgresql is None and os.environ.get("REQUIRE_POSTGRES") == "1"
    say(f"== SQLite: {word(sqlite)}. PostgreSQL: {word(postgresql)}.")
    if missing:
        say("== PostgreSQL is required here (REQUIRE_POSTGRES=1).")
    if not coverage:
        say("== Coverage is below the threshold.")
    return 0 if sqlite and postgresql is not False and coverage and not missing else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
