"""``make bench``: load, import, resolve, edit, pages and export on both engines, as ratios of one run.

Sizes are given as arguments (``5k 100k 1m``; 5k and 100k without any). Every engine and size runs in
a process and a database of its own, which are gone afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from tests.bench import pages
from tests.engines.cluster import Unavailable, cluster

SIZES = {"5k": 5_000, "100k": 100_000, "1m": 1_000_000}
HEADING = f"{'':58} {'ours':>13} {'other':>13}   {'ratio':>7}  (of the pairs)"


def main(arguments: list[str]) -> int:
    """Run the sizes on each engine; 1 where a size is not known."""
    unknown = [size for size in arguments if size not in SIZES]
    if unknown:
        print(f"SIZES: {', '.join(unknown)} is not known; accepted: {', '.join(SIZES)}.")
        return 1
    sizes = sorted(arguments or ["5k", "100k"], key=lambda size: SIZES[size])
    with tempfile.TemporaryDirectory() as folder:
        on("SQLite", {size: f"sqlite:///{folder}/{size}.sqlite3" for size in sizes})
    try:
        with cluster() as address:
            on("PostgreSQL", {size: database(address, f"bench_{size}") for size in sizes})
    except Unavailable as why:
        print(f"No measurements on PostgreSQL: {why}.")
    return 0


def database(address: str, name: str) -> str:
    """The URL of a new database in the cluster at ``address``."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return f"{address.rpartition('/')[0]}/{name}"


def on(engine: str, urls: dict[str, str]) -> None:
    """Each size by itself, then the pages of the largest against those of the smallest."""
    for size, url in urls.items():
        start(engine, url, size)
    if len(urls) > 1:
        (small, first), (large, last) = list(urls.items())[:: len(urls) - 1]
        print(
            f"\n== {engine}, pages at {large} (ours) and at {small} (other)\n{HEADING}", flush=True
        )
        for ratio in pages.measure(first, last):
            print(ratio.line(), flush=True)


def start(engine: str, url: str, size: str) -> None:
    """One engine and size in a process of its own."""
    print(f"\n== {engine}, {size} generated routes\n{HEADING}", flush=True)
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "nanopolicy.settings",
    }
    command = [sys.executable, "-m", "tests.bench", "--here", str(SIZES[size])]
    subprocess.run(command, env=environment, check=True)


def here(routes: int) -> None:
    """Measure in this process, on the database of the environment."""
    import django
    from django.core.management import call_command

    django.setup()
    from tests.bench import loading, serving
    from tests.bench.generate import generate

    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    if routes == SIZES["5k"]:
        with tempfile.TemporaryDirectory() as folder:
            for ratio in loading.measure(Path(folder)):
                print(ratio.line(), flush=True)
    loading.empty()
    generate(routes)
    for ratio in serving.measure(deciding=routes <= SIZES["100k"]):
        print(ratio.line(), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        here(int(sys.argv[2]))
    else:
        sys.exit(main(sys.argv[1:]))
