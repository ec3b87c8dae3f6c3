"""``/healthz`` and ``/readyz``: alive without a database, ready only with one that can answer."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from policies.api import health
from policies.models import Revision
from tests.factories import make_license


def test_it_lives_without_any_database(client):
    """No database is allowed here: a question would fail the test."""
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "alive"})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_it_is_ready_where_a_revision_can_be_read(client):
    make_license()

    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "checks": {"database": "ok", "migrations": "ok", "revision": "ok"},
    }
    assert "no-store" in response.headers["Cache-Control"]


def unready(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["status"] == "unready"
    return response.json()["checks"]


@pytest.mark.django_db
def test_it_is_not_ready_before_the_first_revision(client):
    assert not Revision.objects.exists()

    assert unready(client) == {"database": "ok", "migrations": "ok", "revision": "none recorded"}


@pytest.mark.django_db
def test_it_is_not_ready_while_migrations_wait(client):
    MigrationRecorder(connection).Migration.objects.filter(app="policies").latest("name").delete()

    assert unready(client) == {"database": "ok", "migrations": "1 to apply"}


def test_it_is_not_ready_without_its_database(client, monkeypatch, caplog):
    def unreachable():
        raise OperationalError("connection refused at 10.0.0.7")

    monkeypatch.setattr(health.connection, "cursor", unreachable)
    assert unready(client) == {"database": "failed"}
    assert "10.0.0.7" in caplog.text


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_it_only_reads(client, address):
    assert client.post(address).status_code == 405


def test_it_is_not_sent_to_https(client, settings):
    """A probe comes from inside, past the proxy that speaks HTTPS."""
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/login/").status_code == 301
    assert client.head("/healthz").status_code == 200
