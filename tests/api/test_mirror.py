"""A client that keeps a copy by polling ``changes`` ends with what the export has, byte for byte.

``EDITS`` says how many random edits it is to survive: few in the suite, 500 in ``make proof``.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from policies.models import Revision
from tests.factories import editing
from tests.mirror import Key, by_key
from tests.replay import MORE_EDITS
from tests.test_timeline import seed_catalog

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EDITS = int(os.environ.get("EDITS", "40"))


class Mirror:
    """What a consumer would write: it knows a revision, asks what changed since, and takes it over."""

    def __init__(self, read: Callable[[str], Any], differing: str, page_size: int) -> None:
        self.read = read
        self.address = f"/api/v1/changes?differing={differing}&page_size={page_size}"
        self.revision = 0
        self.rows: dict[Key, Any] = {}
        self.pages = 0

    def poll(self, between: Callable[[], None]) -> None:
        """Take over everything up to the revision of the first page; ``between`` happens meanwhile."""
        address = f"{self.address}&since={self.revision}"
        page = self.read(address)
        while True:
            self.pages += 1
            for row in page["data"]:
                self._take(row)
            if page["meta"]["next"] is None:
                self.revision = page["meta"]["revision"]
                return
            between()
            page = self.read(f"{address}&after={page['meta']['next']}")

    def _take(self, row: dict[str, Any]) -> None:
        key = row["model"], row["provider"] or "", row["providerModelId"] or ""
        known = self.rows.get(key)
        assert (known and known["distillationPolicy"]) == row["before"], key
        if row["record"] is None:
            del self.rows[key]
        else:
            assert row["record"]["distillationPolicy"] == row["after"]
            self.rows[key] = row["record"]

    @property
    def export(self) -> bytes:
        """The copy as NDJSON."""
        models: dict[str, dict[str, Any]] = {}
        for (model, provider, _), row in sorted(self.rows.items()):
            if provider:
                models[model]["providers"].append(row)
            else:
                models[model] = {**row, "providers": []}
        return b"".join(orjson.dumps(one) + b"\n" for one in models.values())

    @property
    def answers(self) -> dict[Key, Any]:
        """The policies of the copy."""
        return {key: row["distillationPolicy"] for key, row in self.rows.items()}


def test_it_lets_a_client_keep_an_exact_copy(get, read):
    rng = random.Random(EDITS)
    seed_catalog()
    copy, answers = Mirror(read, "records", 7), Mirror(read, "answers", 500)

    def edit() -> None:
        with editing() as opened:
            rng.choice(MORE_EDITS)(opened, rng)

    made = 0
    while made < EDITS:
        for _ in range(min(rng.randint(1, 9), EDITS - made)):
            edit()
            made += 1
        copy.poll(between=lambda: edit() if rng.random() < 0.05 else None)
        answers.poll(between=edit)
        exported = get(f"/api/export?as_of=r{copy.revision}").body
        assert copy.export == exported
    for mirror in (copy, answers):
        mirror.poll(between=lambda: None)

    exported = get("/api/export").body
    assert copy.revision == answers.revision == Revision.objects.current_number()
    assert copy.pages > 2
    assert copy.export == exported
    told = by_key(map(orjson.loads, exported.splitlines()))
    assert answers.answers == {key: row["distillationPolicy"] for key, row in told.items()}
