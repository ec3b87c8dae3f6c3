"""Resolving a catalog of which nothing is resolved, against a status on each route, decided by one statement.

It replaces the history of all answers by one revision, and so is measured last. ``python -m tests.bench
--nothing`` does it in the database of the environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from policies import resolution
from policies.models import Move, Policy, PolicyChange, Route, Tally, TallyStep, TextModel
from policies.revisions import resolve_everything
from tests.bench import plain
from tests.bench.serving import MILLION, RUNS
from tests.bench.timing import Ratio, seconds, summary

AIMS = {"postgresql": 1.4, "sqlite": 1.8}
"""At a million routes."""
AT_REST = {"postgresql": "VACUUM ANALYZE", "sqlite": "PRAGMA wal_checkpoint(TRUNCATE)"}


def measure() -> Iterator[Ratio]:
    """Both are undone after each run, and the first run of each is not counted."""
    with plain.prepared():
        forget_answers()
        with connection.cursor() as cursor:
            cursor.execute(AT_REST[connection.vendor])
        runs = [(seconds_to_resolve(), seconds(plain.decide_all)) for _ in range(RUNS + 1)]
        resolve()
    aim = AIMS[connection.vendor] if Route.objects.count() >= MILLION else None
    name = "resolve all, from nothing / raw UPDATE … CASE of all routes"
    yield summary(name, runs[1:])._replace(target=aim)


def forget_answers() -> None:
    """No pairs, no history of answers and no counts: everything points where new records do."""
    ground = resolution.nothing_recorded()
    with transaction.atomic():
        for table in (Route, TextModel):
            table.objects.update(policy=ground)
        for history in (Move, TallyStep, PolicyChange, Tally):
            history.objects.all().delete()
        Policy.objects.exclude(pk=ground.pk).delete()


def seconds_to_resolve() -> float:
    """With what PostgreSQL checks at a commit; undone again."""
    with transaction.atomic():
        took = seconds(resolve, tidy=True)
        if connection.vendor == "postgresql":
            took += seconds(connection.check_constraints)
        transaction.set_rollback(True)
    return took


def resolve() -> None:
    """All of it, as ``manage.py resolve`` does."""
    assert resolve_everything(actor="bench", reason="Measure.").committed
