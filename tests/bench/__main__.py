"""``make bench``: load, import, resolve, edit, pages, API and export on both engines, as ratios of one run.

Sizes are given as arguments (``5k 100k 1m``; 5k and 100k without any). Every engine and size runs in
a process and a database of its own, which are gone afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.bench import pages, served, sizes
from tests.bench.rivals import packages
from tests.bench.timing import Ratio
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
        if engine == "SQLite" and (packages.FOLDER / packages.STAMP).exists():
            tell(served.against_datasette(url))
    if len(urls) > 1:
        (small, first), (large, last) = list(urls.items())[:: len(urls) - 1]
        heading(f"{engine}, pages at {large} (ours) and at {small} (other)")
        tell(pages.measure(first, last))
        tell(served.at_two_sizes(first, last))
        tell(sizes.edits(first, last))


def heading(what: str) -> None:
    """Over the lines that follow."""
    print(f"\n== {what}\n{HEADING}", flush=True)


def tell(ratios: Iterator[Ratio]) -> None:
    """Each line as soon as it is measured."""
    for ratio in ratios:
        print(ratio.line(), flush=True)


def start(engine: str, url: str, size: str) -> None:
    """One engine and size in a process of its own."""
    heading(f"{engine}, {size} generated routes")
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "nanopolicy.settings",
    }
    command = [sys.executable, "-m", "tests.bench", "--here", str(SIZES[size])]
    subprocess.run(command, env=environment, check=True)


def here(routes: int) -> None:
    """Measure in this process, on the database of the environment."""
    packages.make_importable()
    import django
    from django.core.management import call_command

    django.setup()
    from tests.bench import answers, exports, loading, nothing, serving
    from tests.bench.generate import generate

    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    if routes == SIZES["5k"]:
        with tempfile.TemporaryDirectory() as folder:
            tell(loading.measure(Path(folder)))
    loading.empty()
    generate(routes)
    tell(serving.measure())
    tell(answers.measure())
    tell(exports.measure(routes))
    for line in exports.peaks(routes):
        print(line, flush=True)
    tell(nothing.measure())


def from_nothing() -> None:
    """Measure that alone, on the database of the environment, whose history of answers it replaces."""
    import django

    django.setup()
    from tests.bench import nothing

    tell(nothing.measure())


def peak(by: str) -> None:
    """Make the export in this process, and print what it took."""
    if by == "drf":
        packages.make_importable()
    import django

    django.setup()
    from tests.bench import exports

    exports.made(by)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        here(int(sys.argv[2]))
    elif sys.argv[1:2] == ["--nothing"]:
        from_nothing()
    elif sys.argv[1:2] == ["--peak"]:
        peak(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
