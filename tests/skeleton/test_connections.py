"""Connections to PostgreSQL that are kept: whether one that is gone is noticed before it is used."""

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test.utils import CaptureQueriesContext

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a SQLite file does not hang up"),
]
END = "SELECT pg_terminate_backend(%s, 10000)"  # waits so many milliseconds until it is gone
MINE = "SELECT pg_backend_pid()"


@pytest.fixture
def lasting():
    """A connection as one that a server keeps from request to request."""
    connection.ensure_connection()
    connection.health_check_enabled, connection.close_at = True, None
    yield connection
    connection.close()


def asked(sql: str, *parameters: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


def end(other: int) -> None:
    """End a connection from another one, as a restart of the server does."""
    ender = connection.copy()
    with ender.cursor() as cursor:
        cursor.execute(END, [other])
    ender.close()


def next_request() -> None:
    connection.close_if_unusable_or_obsolete()


def test_it_opens_another_where_the_server_hung_up(lasting):
    before = asked(MINE)
    end(before)
    next_request()
    assert asked(MINE) not in (before, None)


def test_it_goes_on_with_one_that_is_there_and_asks_nothing(lasting):
    before = asked(MINE)
    next_request()
    with CaptureQueriesContext(connection) as sent:
        assert asked(MINE) == before
    assert [query["sql"] for query in sent] == [MINE]


def test_it_asks_in_earnest_after_an_error(lasting, monkeypatch):
    before = asked(MINE)
    end(before)
    monkeypatch.setattr(lasting, "_is_silent", lambda: True)  # the news has not arrived yet
    with pytest.raises(OperationalError):
        asked(MINE)
    assert not lasting.is_usable()
    next_request()
    assert asked(MINE) != before
