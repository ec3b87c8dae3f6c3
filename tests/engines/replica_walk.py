"""``python -m tests.engines.replica_walk``: readers, a writer and a curator over two real clusters.

It has a process of its own, since a second database cannot be added to a running Django. What was
seen is printed as JSON; ``tests/skeleton/test_replicas.py`` says what should be.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from typing import Any

import django

from tests.engines.standby import Pair, primary_and_standby

PATIENCE = 30


def main(pair: Pair) -> dict[str, Any]:
    """Everything that is seen, step by step."""
    os.environ["DATABASE_URL"], os.environ["DATABASE_REPLICA_URL"] = pair.primary, pair.standby
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connections

    from nanopolicy import replicas

    replicas.ASKED_EVERY = 0.0
    call_command("migrate", verbosity=0)
    User.objects.create_superuser("root", password="a long pass phrase")
    edit("first")
    replica = connections["replica"]
    wait(lambda: replica.ensure_connection() or asked(replica, replicas.STATE, replicas.BEHIND))
    wait(lambda: asked(replica, "SELECT count(*) FROM policies_revision") == 1)

    asked(replica, "SELECT pg_wal_replay_pause()")
    wait(lambda: asked(replica, "SELECT pg_get_wal_replay_pause_state()") == "paused")
    edit("second")
    seen = {"behind": looks(), "refused": refused()}
    replicas.BEHIND = 0
    seen["too far behind"] = looks()
    replicas.BEHIND = 30
    asked(replica, "SELECT pg_wal_replay_resume()")
    wait(lambda: asked(replica, "SELECT count(*) FROM policies_revision") == 2)
    seen["caught up"] = looks()
    seen["from the replica"] = queries_of_a_page(replica)
    pair.end_standby()
    replicas.ASKED_EVERY = 60.0  # the first request finds it gone, and the others believe that
    seen["away"] = looks()
    return seen


def edit(note: str) -> None:
    """A revision on the primary, which shows in every answer."""
    from policies.models import License
    from tests.factories import editing, make_license, make_model, make_route

    with editing() as opened:
        license = License.objects.first()
        if license is None:
            make_route(make_model("owner/model", make_license("mit", note=note)))
        else:
            license.note = note
            opened.save(license)


def looks() -> dict[str, Any]:
    """What each kind of client sees: the note, or the revision's number."""
    from django.contrib.auth.models import User
    from django.test import Client

    anonymous, writer, reader = Client(), Client(), Client()
    writer.post("/login/", {"username": "root", "password": "a long pass phrase"})
    reader.force_login(User.objects.get())
    return {
        "page": note(anonymous.get("/licenses/mit/")),
        "model": note(anonymous.get("/models/owner/model/")),
        "api": anonymous.get("/api/v1/models").headers["Nanopolicy-Revision"],
        "export": note(anonymous.get("/api/export")),
        "as of": note(anonymous.get("/api/export?as_of=r1")),
        "writer": note(writer.get("/licenses/mit/")),
        "with a session": note(reader.get("/licenses/mit/")),
        "logged in": "Log out" in reader.get("/licenses/mit/").content.decode(),
        "admin": note(reader.get("/admin/policies/license/1/change/")),
        "ready": anonymous.get("/readyz").status_code,
    }


def note(response: Any) -> str:
    """The newest note that an answer shows; a page also shows the earlier ones."""
    assert response.status_code == 200, response.status_code
    body = b"".join(response).decode()
    return next(each for each in ("second", "first") if each in body)


def refused() -> str:
    """What comes of a write in a request that reads from the replica."""
    from django.db import DatabaseError

    from nanopolicy.replicas import from_replica
    from policies.models import License

    try:
        with from_replica():
            License.objects.update(note="written to a copy")
    except DatabaseError as error:
        return str(error).strip()
    return "nothing"


def queries_of_a_page(replica: Any) -> list[int]:
    """How many queries a page sends to the primary and to the replica."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    with CaptureQueriesContext(connection) as primary, CaptureQueriesContext(replica) as other:
        assert client.get("/licenses/mit/").status_code == 200
    return [len(primary), len(other)]


def asked(connection: Any, sql: str, *values: Any) -> Any:
    """The one value of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def wait(done: Callable[[], Any]) -> None:
    """Until it is so."""
    until = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


if __name__ == "__main__":
    with primary_and_standby() as pair:
        print(json.dumps(main(pair)))
