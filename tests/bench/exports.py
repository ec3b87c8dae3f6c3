"""The whole catalog, against PostgreSQL's own ``COPY`` of it as JSON and against DRF; and its memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from tests.bench.asking import asking
from tests.bench.rivals import packages
from tests.bench.serving import exported
from tests.bench.timing import Ratio, compare

RUNS = 3
MOST_FOR_DRF = 100_000
"""Routes; it holds all of them in memory, 1 GiB for each million, and takes minutes."""
DRF = "/rival/drf/export"
COPY = """
COPY (
  SELECT row_to_json(line) FROM (
    SELECT m.canonical_id AS model, v.slug AS provider, r.provider_model_id AS "providerModelId",
           r.available, t.slug AS terms,
           json_build_object('status', p.status, 'label', p.label, 'basis', p.basis,
                             'sourceUrl', p.source_url, 'note', p.note) AS "distillationPolicy"
    FROM policies_route r JOIN policies_textmodel m ON m.id = r.model_id
    JOIN policies_provider v ON v.id = r.provider_id JOIN policies_policy p ON p.id = r.policy_id
    LEFT JOIN policies_providerterms t ON t.id = p.terms_id
    ORDER BY m.canonical_id, v.slug, r.provider_model_id
  ) line
) TO STDOUT
"""


def measure(routes: int) -> Iterator[Ratio]:
    """The export of so many routes, all of it read."""
    if connection.vendor == "postgresql":
        yield compare(
            "export streamed / COPY (SELECT row_to_json …)", exported, copied, runs=RUNS, target=1.0
        )
    if packages.has_drf() and routes <= MOST_FOR_DRF:
        with asking() as asker:
            drf = asker.job(DRF)
            yield compare("export streamed / DRF", exported, drf, runs=RUNS, target=1 / 15)


def copied() -> int:
    """The bytes of one JSON object for each route, written by PostgreSQL."""
    with connection.cursor() as cursor, cursor.copy(COPY) as rows:
        return sum(len(piece) for piece in rows)


def peak(by: str) -> int:
    """MiB that a process of its own took at most to make the export by ``ours`` or ``drf``."""
    command = [sys.executable, "-m", "tests.bench", "--peak", by]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def peaks(routes: int) -> Iterator[str]:
    """A line for each."""
    yield f"peak memory of a process that streams the export: {peak('ours')} MiB (aim 120)"
    if packages.has_drf() and routes <= MOST_FOR_DRF:
        yield f"peak memory of a process in which DRF makes it: {peak('drf')} MiB"


def made(by: str) -> None:
    """Make the export once, and print this process's peak in MiB."""
    if by == "drf":
        with asking() as asker:
            asker.job(DRF)()
    else:
        exported()
    print(highest(Path("/proc/self/status").read_text()))


def highest(status: str) -> int:
    """The MiB that a process took at most; what getrusage tells begins with its parent's."""
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) >> 10
