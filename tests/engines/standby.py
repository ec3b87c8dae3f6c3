"""Two throw-away clusters: a primary, and a standby that follows it by streaming replication."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.engines import cluster


class Pair(NamedTuple):
    """Their addresses, and how to end the standby as an accident would."""

    primary: str
    standby: str
    folder: Path

    def end_standby(self) -> None:
        """Stop the standby at once."""
        stop = ("stop", "-D", self.folder / "data", "-m", "immediate", "-w")
        cluster._run(cluster.binaries() / "pg_ctl", *stop)


@contextmanager
def primary_and_standby() -> Iterator[Pair]:
    """Start both; raise ``Unavailable`` where that cannot be done."""
    with cluster.cluster() as primary:
        bin_folder = cluster.binaries()
        folder = Path(tempfile.mkdtemp(prefix="nanopolicy-pg-"))
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        try:
            copy = ("-D", folder / "data", "-R", "-X", "stream", "-c", "fast", "--no-sync")
            cluster._run(bin_folder / "pg_basebackup", "-d", primary, *copy)
            port = cluster._start(bin_folder, folder)
            standby = primary.replace(f":{urlsplit(primary).port}/", f":{port}/")
            yield Pair(primary, standby, folder)
        finally:
            cluster._remove(bin_folder, folder)
