"""Hold the OpenAPI document to the running product: on each engine, anonymous and with a token.

``CASES`` (5000) is how many test cases each of the four runs makes at least. The last run is against a
planted fault, and has to find it. Further arguments go to schemathesis.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import ExitStack, nullcontext
from pathlib import Path

from tests.contract.serving import BROKEN, ROOT, Environment, prepared, serving
from tests.engines.cluster import Unavailable, cluster

HERE = Path(__file__).resolve().parent
FOLDER = ROOT / "var" / "contract"
OPERATIONS = 13
"""Among which the cases of a run are shared out; a run that made too few is followed by another."""
EVERYTHING = ("--checks", "all", "--mode", "all", "--no-color")
PUBLIC, WALLED = {"PUBLIC_READ": "true"}, {"PUBLIC_READ": "false"}


def asked(address: str, *options: str, token: str = "") -> tuple[bool, int, str]:
    """Whether schemathesis found nothing, how many cases it made, and what it said."""
    command = [
        str(FOLDER / "bin" / "schemathesis"),
        "--config-file",
        str(HERE / "schemathesis.toml"),
    ]
    header = ["--header", f"Authorization: Bearer {token}"] if token else []
    ended = subprocess.run(
        [*command, "run", f"{address}/api/openapi.json", *EVERYTHING, *header, *options],
        cwd=FOLDER,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py")},
        capture_output=True,
        text=True,
        check=False,
    )
    told = ended.stdout + ended.stderr
    made = re.search(r"([0-9,]+) generated", told)
    return ended.returncode == 0, int(made[1].replace(",", "")) if made else 0, told


def held(name: str, environment: Environment, token: str, options: list[str]) -> bool:
    """One run of at least ``CASES`` cases."""
    wanted, made, seed = int(os.environ.get("CASES", "5000")), 0, 0
    with serving(environment) as address:
        while made < wanted:
            seed += 1
            share = str(-(-(wanted - made) // OPERATIONS))
            limits = ["--max-examples", share, "--seed", str(seed)]
            sound, cases, told = asked(address, *limits, *options, token=token)
            made += cases
            if not sound or not cases:
                print(f"{told}\n== {name}: FAILED after {made} cases.", flush=True)
                return False
    print(f"== {name}: {made} cases, 0 failures.", flush=True)
    return True


def fault_is_found(environment: Environment) -> bool:
    """Whether a wrong answer of one address is told as what it is."""
    only = ["--include-path", "/api/explore/text-models", "--max-examples", "5", "--seed", "1"]
    with serving(environment | PUBLIC, BROKEN) as address:
        sound, _, told = asked(address, *only)
    found = not sound and "perhaps" in told and "Response violates schema" in told
    print(
        f"== A planted fault: {'found' if found else f'NOT FOUND{os.linesep}{told}'}.", flush=True
    )
    return found


def main(options: list[str]) -> int:
    """Return the exit status: 0 when nothing was found but the planted fault."""
    lock = ["scripts/venv", sys.executable, str(FOLDER), "tests/contract/requirements.txt"]
    subprocess.run(lock, cwd=ROOT, check=True)
    passed = []
    for engine, database in (("SQLite", nullcontext("")), ("PostgreSQL", cluster())):
        with ExitStack() as stack:
            environment, token = stack.enter_context(prepared(stack.enter_context(database)))
            passed.append(held(f"{engine}, anonymous", environment | PUBLIC, "", options))
            passed.append(held(f"{engine}, with a token", environment | WALLED, token, options))
            if engine == "SQLite":
                passed.append(fault_is_found(environment))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unavailable as why:
        sys.exit(f"PostgreSQL is needed: {why}.")
