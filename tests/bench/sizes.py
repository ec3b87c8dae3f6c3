"""The same edit of a license on a large and on a small catalog, in turn: one process for each database.

``python -m tests.bench.sizes`` is such a process: it makes one edit for each line that it is sent.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.bench.timing import Ratio, compare

RUNS = 15


def edits(small: str, large: str) -> Iterator[Ratio]:
    """The license that governs most routes of each, with a pair for each of the terms; both are URLs."""
    with editing(small) as few, editing(large) as many:
        yield compare("edit of a license: large / small", many, few, runs=RUNS, target=2)


@contextmanager
def editing(database: str) -> Iterator[Callable[[], None]]:
    """A job that makes one edit in a process that is ready for it."""
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "nanopolicy.settings",
    }
    command = [sys.executable, "-m", "tests.bench.sizes"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asks, answers = process.stdin, process.stdout
        print(answers.readline().strip(), flush=True)

        def edit() -> None:
            print("edit", file=asks, flush=True)
            assert answers.readline() == "done\n", f"The edits on {database} ended."

        yield edit
        asks.close()


def main() -> None:
    """Serve edits on the database of the environment until nobody asks any more."""
    import django

    django.setup()
    from policies.models import License
    from tests.bench.serving import edits as edits_of

    license = License.objects.with_usage().order_by("-routes_count", "pk")[0]
    pairs = pair_up(license)
    print(f"{license.slug} governs {license.routes_count:,} routes, {pairs} pairs", flush=True)
    edit = edits_of(license)
    for _ in sys.stdin:
        edit()
        print("done", flush=True)


def pair_up(license) -> int:
    """Give the license a route under each of the terms that it meets nowhere yet; the number of its pairs."""
    from policies.bases import Via
    from policies.models import Policy, Provider, ProviderTerms, Route, TextModel
    from policies.revisions import revision

    held = Policy.objects.filter(license=license, routes__isnull=False)
    missing = ProviderTerms.objects.exclude(pk__in=held.exclude(terms=None).values("terms"))
    model = TextModel.objects.filter(policy__license=license).order_by("pk")[0]
    provider = Provider.objects.order_by("pk")[0]
    with revision(actor="bench", reason="Meet all terms.", via=Via.COMMAND) as opened:
        records = [
            Route(
                model=model,
                provider=provider,
                terms=terms,
                provider_model_id=f"{model.canonical_id}@{terms.slug}",
            )
            for terms in missing
        ]
        opened.bulk_create(records)
    return held.distinct().count()


if __name__ == "__main__":
    main()
