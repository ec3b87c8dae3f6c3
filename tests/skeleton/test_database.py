"""DATABASE_URL: what would be misread is refused, and no password is shown."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from nanopolicy import database

SECRET = "hunter2"


def parse(url: str, kept_open: int = 60, base: Path = Path("/")) -> dict:
    return database.parse(url, base=base, kept_open=kept_open)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_it_reads_a_postgresql_url(scheme):
    found = parse(f"{scheme}://ann:{SECRET}@db.example.org:5433/policies?sslmode=require")
    assert found["ENGINE"] == "nanopolicy.postgresql"
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        *("ann", SECRET, "db.example.org", 5433),
        "policies",
    )
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["CONN_MAX_AGE"] == 60
    assert found["CONN_HEALTH_CHECKS"] is True


def test_it_reads_an_escaped_password():
    assert parse("postgresql://ann:p%40%23%2F%3A@db/policies")["PASSWORD"] == "p@#/:"


def test_it_reads_the_folder_of_a_socket():
    assert parse("postgresql://%2Fvar%2Frun%2Fpostgresql/policies")["HOST"] == "/var/run/postgresql"


def test_it_keeps_a_file_open_for_a_while():
    assert 0 < parse("sqlite:///db.sqlite3")["CONN_MAX_AGE"] <= 60


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"postgresql://ann:{SECRET}@x@db/policies", "unescaped @"),
        (f"postgresql://ann:{SECRET}#x@db/policies", "unescaped #"),
        (f"postgresql://ann:{SECRET}/x@db/policies", "cannot be read|unescaped"),
        (f"postgresql://ann:{SECRET}@db:port/policies", "cannot be read"),
        (f"postgresql://ann:{SECRET}@db:0/policies", "port is 0"),
        (f"postgresql://ann:{SECRET}@db:99999/policies", "cannot be read"),
        (f"postgresql://ann:{SECRET}@db", "names no database"),
        (f"postgresql://ann:{SECRET}@db/", "names no database"),
        (f"postgresql://ann:{SECRET}@db/a/b", "names no database"),
        (f"postgresql://ann:{SECRET}@/policies", "names no host"),
        (f"postgresql://ann:{SECRET} @db/policies", "a blank"),
        (f"mysql://ann:{SECRET}@db/policies", "the scheme"),
        (f"postgresql://ann:{SECRET}@[::1/policies", "cannot be read"),
    ],
)
def test_it_refuses_an_ambiguous_url_without_showing_the_password(url, why):
    with pytest.raises(ImproperlyConfigured, match=rf"^DATABASE_URL is '.*({why})") as caught:
        parse(url)
    assert SECRET not in str(caught.value)
    assert "accepted: postgresql://user:password@host:port/name" in str(caught.value)


def test_it_reads_a_sqlite_file_relative_to_the_project(tmp_path):
    assert parse("sqlite:///db.sqlite3", base=tmp_path)["NAME"] == tmp_path / "db.sqlite3"


def test_it_reads_an_absolute_sqlite_file(tmp_path):
    found = parse(f"sqlite:///{tmp_path}/db.sqlite3")
    assert found["NAME"] == tmp_path / "db.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["OPTIONS"]["timeout"] == 20


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///",
        "sqlite://",
        "sqlite://:memory:",
        "sqlite://db.sqlite3",
        "db.sqlite3",
        "sqlite:db",
    ],
)
def test_it_refuses_a_sqlite_url_that_names_no_file(url):
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL is"):
        parse(url)


def test_it_refuses_a_sqlite_file_in_a_missing_folder(tmp_path):
    with pytest.raises(ImproperlyConfigured, match=r"the folder .* does not exist"):
        parse(f"sqlite:///{tmp_path}/none/db.sqlite3")
