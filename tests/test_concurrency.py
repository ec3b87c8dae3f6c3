"""Two writers at once, on real connections: one lock, no lost edit, no drift."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from policies.models import License, Provider, ProviderTerms, Revision, Route, TextModel
from policies.revisions import StaleVersion, revision, snapshot
from policies.supposing import rehearsal
from tests.factories import (
    ALLOWS,
    CLOSED,
    RESTRICTS,
    SILENT,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)
from tests.invariants import assert_invariants

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def run_together(*jobs: Callable[[], None]) -> list[BaseException]:
    """Run each job in a thread with a connection of its own, started together; their errors."""
    barrier, errors = threading.Barrier(len(jobs)), []

    def work(job):
        try:
            barrier.wait()
            job()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not [thread for thread in threads if thread.is_alive()]
    return errors


def toggling(table, slug: str, bases: list[str], times: int) -> Callable[[], None]:
    def job():
        for turn in range(times):
            with revision(actor=slug, reason=f"Turn {turn}", via="command") as opened:
                document = table.objects.get(slug=slug)
                document.basis = bases[turn % 2]
                opened.save(document)

    return job


def catalog_of_pairs() -> None:
    with editing():
        license, terms = make_license("license"), make_terms("terms")
        for number in range(6):
            provider = make_provider(terms=terms if number % 2 else None)
            make_route(make_model(license=license), provider)


def test_it_keeps_two_editors_of_one_pair_apart():
    catalog_of_pairs()
    errors = run_together(
        toggling(License, "license", [CLOSED, ALLOWS], 10),
        toggling(ProviderTerms, "terms", [SILENT, RESTRICTS], 10),
    )

    assert errors == []
    assert Revision.objects.count() == 21
    assert_invariants()


def test_it_keeps_an_edit_and_a_bulk_write_apart():
    catalog_of_pairs()
    license = License.objects.get()

    def bulk_write():
        for batch in range(5):
            with revision(actor="importer", reason="Batch", via="import") as opened:
                provider = Provider(slug=f"bulk-{batch}", name="Bulk")
                opened.bulk_create([provider])
                models = [
                    TextModel(canonical_id=f"bulk/{batch}-{n}", name="x", license=license)
                    for n in range(20)
                ]
                opened.bulk_create(models)
                opened.bulk_create(
                    [
                        Route(model=model, provider=provider, provider_model_id=model.canonical_id)
                        for model in models
                    ]
                )

    errors = run_together(bulk_write, toggling(License, "license", [CLOSED, ALLOWS], 9))

    assert errors == []
    assert Route.objects.count() == 106
    assert set(Route.objects.values_list("policy__status", flat=True)) == {"disallowed"}
    assert_invariants()


def test_it_loses_no_edit_of_six_curators_on_one_record():
    make_license("license")
    saved = []

    def curator(name):
        def job():
            for turn in range(5):
                while True:
                    mine = License.objects.get()
                    mine.internal_note += f"{name}{turn};"
                    try:
                        with revision(actor=name, reason="", via="admin") as opened:
                            opened.save(mine)
                    except StaleVersion:
                        continue
                    saved.append(f"{name}{turn}")
                    break

        return job

    errors = run_together(*(curator(name) for name in "abcdef"))

    assert errors == []
    kept = License.objects.get().internal_note.strip(";").split(";")
    assert sorted(kept) == sorted(saved)
    assert len(kept) == 30
    assert_invariants()


def test_it_rehearses_while_another_connection_holds_the_lock():
    make_model(license=make_license("license"))
    connection.close()
    locked, rehearsed = threading.Event(), threading.Event()
    seen = []

    def write():
        with revision(actor="writer", reason="Slow", via="command") as opened:
            record = License.objects.get()
            record.internal_note = "Not yet committed"
            opened.save(record)
            locked.set()
            assert rehearsed.wait(30)

    def rehearse():
        assert locked.wait(30)
        with rehearsal() as supposed:
            record = License.objects.get()
            record.basis = CLOSED
            supposed.save(record)
            seen.append(supposed.resolve().changes_answers)
        rehearsed.set()

    assert run_together(write, rehearse) == []
    assert seen == [True]
    assert License.objects.get().version == 2
    assert_invariants()


def test_it_reads_one_state_while_another_writes():
    license = make_license("license")
    make_route(make_model(license=license))
    connection.close()

    started, written = threading.Event(), threading.Event()
    seen = []

    def read():
        with snapshot():
            seen.append(Route.objects.get().policy.status)
            started.set()
            assert written.wait(30)
            seen.append(Route.objects.get().policy.status)
            seen.append(Revision.objects.current_number())

    def write():
        assert started.wait(30)
        save(License.objects.get(), basis=CLOSED)
        written.set()

    errors = run_together(read, write)

    assert errors == []
    newest = Revision.objects.current_number()
    assert seen == ["allowed", "allowed", newest - 1]
    assert Route.objects.get().policy.status == "disallowed"
