"""One export shows exactly one revision, whoever edits meanwhile; and it needs no memory for it."""

import threading
import tracemalloc

import orjson
import pytest
from django.db import connection, connections

from policies.export import describe, stream
from policies.models import License, ModelAlias, Provider, Revision, Route, TextModel
from policies.revisions import revision, snapshot
from tests.factories import ALLOWS, CLOSED, editing, make_license, make_model, make_provider
from tests.factories import make_route as route
from tests.invariants import assert_invariants

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TURNS = 12


def edit_everything(turn: int) -> None:
    """One revision that shows in every record: names, aliases, availability and the license."""
    with revision(actor="editor", reason=f"Turn {turn}", via="command") as opened:
        license = License.objects.get()
        license.note, license.basis = f"Turn {turn}.", [ALLOWS, CLOSED][turn % 2]
        opened.save(license)
        for model in TextModel.objects.order_by("-canonical_id"):
            model.name = f"Turn {turn}"
            opened.save(model)
        for alias in ModelAlias.objects.other_spellings():
            alias.name = f"{alias.model.canonical_id}-{turn}"
            opened.save(alias)
        for row in Route.objects.all():
            row.available = turn % 2 == 0
            opened.save(row)


def record() -> None:
    with editing():
        license, provider = make_license("l", note="Turn 0."), make_provider("p")
        for number in range(6):
            model = make_model(f"m/{number}", license, name="Turn 0", aliases=[f"m/{number}-0"])
            route(model, provider)


def turns_of(models: list[dict]) -> set[int]:
    """Which turns the records show: one, if they show one state."""
    found = set()
    for model in models:
        found.add(int(model["name"].removeprefix("Turn ")))
        found |= {int(alias.rpartition("-")[2]) for alias in model["aliases"]}
        for record in (model, *model["providers"]):
            found.add(int(record["distillationPolicy"]["note"].removeprefix("Turn ")[:-1]))
    return found


def test_it_shows_one_revision_while_another_connection_edits():
    """The editor commits a turn between every two pieces that the export reads."""
    record()
    first = Revision.objects.current_number()
    go, done = threading.Semaphore(0), threading.Semaphore(0)
    errors = []

    def editor():
        try:
            for turn in range(1, TURNS + 1):
                assert go.acquire(timeout=60)
                edit_everything(turn)
                done.release()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()
            done.release(TURNS)

    thread = threading.Thread(target=editor)
    thread.start()
    exports = []
    for _ in range(2):
        pieces = []
        with snapshot():
            meta = describe(Revision.objects.current())
            for piece in stream("json", meta, chunk=1):
                pieces.append(piece)
                if go._value == 0 and len(pieces) <= 6:
                    go.release()
                    assert done.acquire(timeout=60)
        exports.append(orjson.loads(b"".join(pieces)))
    thread.join(60)

    assert errors == []
    assert Revision.objects.current_number() == first + TURNS
    for document, turn in zip(exports, (0, 6), strict=True):
        assert document["meta"]["revision"] == first + turn
        assert turns_of(document["models"]) == {turn}
        assert len(document["models"]) == 6
        expected = {row["available"] for m in document["models"] for row in m["providers"]}
        assert expected == {turn % 2 == 0}
        allowed = document["meta"]["counts"]["models"]["allowed"]
        assert allowed == (6 if turn % 2 == 0 else 0)
    assert_invariants()


def test_it_shows_one_revision_over_http_while_another_connection_edits(client, settings):
    settings.PUBLIC_READ = True
    record()
    first = Revision.objects.current_number()
    errors = []

    def editor():
        try:
            for turn in range(1, TURNS + 1):
                edit_everything(turn)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=editor)
    thread.start()
    seen = set()
    while thread.is_alive() or not seen:
        response = client.get("/api/export?format=json")
        document = orjson.loads(b"".join(response))
        turn = document["meta"]["revision"] - first
        assert turns_of(document["models"]) == {turn}
        seen.add(turn)
    thread.join(60)

    assert errors == []
    assert seen <= set(range(TURNS + 1))
    assert_invariants()


def test_it_lets_writers_through_when_a_client_goes_away(client, settings):
    """A response that nobody reads to its end holds no transaction."""
    settings.PUBLIC_READ = True
    record()
    response = client.get("/api/export?format=csv")
    iterator = iter(response)
    next(iterator)

    edit_everything(1)
    response.close()
    assert not connection.in_atomic_block
    edit_everything(2)
    assert b"Turn 2." in b"".join(client.get("/api/export?format=csv"))


def test_it_holds_a_chunk_in_memory_and_not_the_catalog():
    with editing() as opened:
        license = make_license(note="A note of some length. " * 20)
        provider = make_provider()
        models = [
            TextModel(canonical_id=f"m/{number:05}", name="x" * 150, license=license)
            for number in range(1500)
        ]
        opened.bulk_create(models)
        opened.bulk_create(
            [
                Route(model=model, provider=provider, provider_model_id=f"{model}/{copy}")
                for model in models
                for copy in range(2)
            ]
        )
    provider_slug = Provider.objects.get().slug.encode()
    del models, opened

    def peak(name: str, chunk: int) -> tuple[int, int]:
        connection.queries_log.clear()
        tracemalloc.start()
        size = 0
        with snapshot():
            for piece in stream(name, describe(Revision.objects.current()), chunk=chunk):
                size += len(piece)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top, size

    for name in ("ndjson", "json", "csv"):
        everything, size = peak(name, 1500)
        small, same_size = peak(name, 50)
        assert size == same_size > 1500 * 2 * len(provider_slug)
        assert small < 1_000_000 < size
        assert small < everything / 4
