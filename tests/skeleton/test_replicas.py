"""The read router, over two real PostgreSQL clusters of which one follows the other."""

import json
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.test import RequestFactory

from nanopolicy import database
from nanopolicy.replicas import PIN, ReplicaMiddleware, may_lag
from tests.engines import cluster
from tests.skeleton.launch import ROOT, launch, manage

OLD, NEW = "first", "second"


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What clients saw while the standby was behind, caught up, and away."""
    if cluster.binaries() is None:
        pytest.skip("no PostgreSQL binaries, so there is no standby to read from")
    done = launch(
        sys.executable,
        "-m",
        "tests.engines.replica_walk",
        folder=tmp_path_factory.mktemp("replica"),
        DJANGO_SETTINGS_MODULE="nanopolicy.settings",
        DEBUG="true",
        PUBLIC_READ="true",
        ALLOWED_HOSTS="testserver",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_it_reads_pages_and_the_api_from_the_replica(seen):
    """The replica is made to wait with the newest revision, so what it serves can be told apart."""
    behind = seen["behind"]
    for reader in ("page", "model", "export", "as of", "with a session"):
        assert behind[reader] == OLD, reader
    assert behind["api"] == "1"
    assert seen["from the replica"][0] == 0 < seen["from the replica"][1]


def test_it_reads_the_primary_for_whoever_just_wrote_and_for_curators(seen):
    assert seen["behind"]["writer"] == NEW
    assert seen["behind"]["admin"] == NEW
    assert seen["behind"]["ready"] == 200


def test_it_keeps_those_logged_in_whose_session_the_replica_does_not_have_yet(seen):
    assert seen["behind"]["logged in"] is True


def test_it_writes_nothing_to_the_replica(seen):
    assert "read-only transaction" in seen["refused"]


@pytest.mark.parametrize("state", ["too far behind", "caught up", "away"])
def test_it_shows_the_newest_state_to_everybody_otherwise(seen, state):
    """A replica that is too far behind or away is left alone, and the primary answers."""
    assert seen[state] == {
        **dict.fromkeys(("page", "model", "export", "writer", "with a session", "admin"), NEW),
        "api": "2",
        "as of": OLD,
        "logged in": True,
        "ready": 200,
    }


def test_it_is_not_there_without_a_replica():
    with pytest.raises(MiddlewareNotUsed):
        ReplicaMiddleware(lambda request: None)


@pytest.mark.parametrize("path", ["/admin/", "/admin/policies/license/", "/readyz"])
def test_it_leaves_curators_and_probes_to_the_primary(path):
    assert not may_lag(RequestFactory().get(path))


def test_it_leaves_whoever_wrote_to_the_primary():
    request = RequestFactory().get("/")
    assert may_lag(request)
    request.COOKIES[PIN] = "1"
    assert not may_lag(request)


@pytest.mark.parametrize(
    ("url", "primary", "why"),
    [
        ("sqlite:///copy.sqlite3", "postgresql://db/policies", "only PostgreSQL has replicas"),
        ("postgresql://copy/policies", "sqlite:///a.sqlite3", "only PostgreSQL has replicas"),
        ("mysql://copy/policies", "postgresql://db/policies", "the scheme is not one of"),
        ("postgresql:///policies", "postgresql://db/policies", "names no host"),
    ],
)
def test_it_refuses_what_is_no_replica(url, primary, why):
    settings = database.parse(primary, base=ROOT, kept_open=60)
    with pytest.raises(ImproperlyConfigured, match=rf"^DATABASE_REPLICA_URL is .*{why}"):
        database.replica(url, primary=settings, kept_open=60)


def test_it_stops_at_the_start_on_a_replica_of_nothing(tmp_path):
    done = manage("check", folder=tmp_path, DATABASE_REPLICA_URL="postgresql://copy/policies")

    assert done.returncode == 1
    assert done.stderr.startswith("Wrong setting: DATABASE_REPLICA_URL is ")
