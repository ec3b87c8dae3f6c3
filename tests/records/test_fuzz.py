"""Ten thousand damaged files: each is refused in words or planned, and none leaves half of itself behind."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction

from policies.catalog.problems import CatalogError
from policies.models import License, Revision
from policies.records.columns import KINDS
from policies.records.planning import FilePlan, plan_file
from policies.records.reading import read_file
from tests.admin.conftest import curating, curator  # noqa: F401  (fixtures)
from tests.admin.pages import fields_of
from tests.catalog.files import stored_rows
from tests.factories import ALLOWS, RESTRICTS, assert_sound, make_license, make_model, make_route
from tests.records.files import exported

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FILES = 10_000
DOORS = 120
IMPORT = "/admin/policies/license/import/"
PIECES = [b'"', b"\n", b"\r", b",", b";", b"\t", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"{", b"[",
          b"]", b"}", b":", b"null", b"true", b"1e999", b"-1", b"'", b"=", b"\\", b"\\ud800", b"01.02.2026",
          b"slug", b"version", b"open-1", b"allowed", RESTRICTS.encode(), b"naming: a;",
          b"x" * 5000]  # fmt: skip


@pytest.fixture
def catalog():
    """Three licenses, one of which governs a route."""
    for number in range(3):
        make_license(
            f"open-{number}",
            ALLOWS,
            note="Ünïcödé; =1",
            conditions=[{"kind": "naming", "detail": "a"}],
        )
    make_route(model=make_model(license=License.objects.get(slug="open-1")))


def damaged(count: int) -> Iterator[bytes]:
    """Real exports with something done to them, the same ones each time."""
    chance = random.Random(20261124)
    whole = [exported(format="csv"), exported(format="json")]
    for _ in range(count):
        content = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 4)):
            chance.choice([flip, cut, shuffle, insert, insert, swap_cells, scramble])(
                content, chance
            )
        yield bytes(content)


def flip(content: bytearray, chance: random.Random) -> None:
    if content:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def cut(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content) + 1)
    del content[start : start + chance.choice([1, 10, 10_000])]


def insert(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content) + 1)
    content[at:at] = chance.choice(PIECES)


def shuffle(content: bytearray, chance: random.Random) -> None:
    lines = bytes(content).split(b"\n")
    chance.shuffle(lines)
    content[:] = b"\n".join(lines)


def swap_cells(content: bytearray, chance: random.Random) -> None:
    cells = bytes(content).split(b",")
    first, second = chance.randrange(len(cells)), chance.randrange(len(cells))
    cells[first], cells[second] = (
        cells[second],
        chance.choice([cells[first], chance.choice(PIECES)]),
    )
    content[:] = b",".join(cells)


def scramble(content: bytearray, chance: random.Random) -> None:
    if chance.random() < 0.1:
        content[:] = chance.randbytes(chance.randrange(400))


def plan_or_refusal(content: bytes) -> FilePlan | str:
    """What the file would do, or the words in which it is refused."""
    try:
        return plan_file(read_file(content, KINDS["license"]))
    except CatalogError as error:
        return str(error)


def test_it_plans_or_refuses_ten_thousand_damaged_files(catalog, monkeypatch):
    stored = list(License.objects.all())

    class Unread:
        """The same three records for each file, without ten thousand times one query."""

        def order_by(self):
            return [
                License(**{f.attname: getattr(r, f.attname) for f in r._meta.concrete_fields})
                for r in stored
            ]

    kinds = {"refused": 0, "wrong": 0, "writing": 0, "unchanged": 0}
    files = list(damaged(FILES))
    monkeypatch.setattr(License, "objects", Unread())
    for content in files:
        found = plan_or_refusal(content)
        if isinstance(found, str):
            kinds["refused"] += 1
            assert "\n" not in found
        elif found.problems:
            kinds["wrong"] += 1
            assert all(problem.message and "\n" not in problem.value for problem in found.problems)
        else:
            kinds["writing" if found.writing else "unchanged"] += 1
    assert all(count > 50 for count in kinds.values()), kinds


def test_it_writes_all_or_nothing_through_the_whole_door(catalog, curating):  # noqa: F811
    before = stored_rows()
    imported = 0
    for content in damaged(DOORS):
        with transaction.atomic():  # each file meets the same records
            shown = curating.post(IMPORT, {"file": SimpleUploadedFile("damaged.csv", content)})
            assert shown.status_code == 200
            assert stored_rows() == before
            if "confirm_form" in shown.content.decode():
                done = curating.post(
                    IMPORT, fields_of(shown, "confirm_form") | {"reason": "Damaged."}
                )
                assert done.status_code == 302
                assert Revision.objects.current().reason == "Damaged."
                assert_sound()
                imported += 1
            transaction.set_rollback(True)
    assert imported >= 2
    assert stored_rows() == before


@pytest.mark.parametrize("size", [0, 1, 40, 4000])
def test_it_refuses_noise(size, tmp_path, catalog):
    chance = random.Random(size)
    for number in range(25):
        path = tmp_path / f"{number}"
        path.write_bytes(chance.randbytes(size))
        before = stored_rows()
        with pytest.raises(CommandError, match=r"Nothing was imported\.$"):
            call_command("import_records", str(path), kind="license", reason="Noise")
        assert stored_rows() == before
