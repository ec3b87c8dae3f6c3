"""A command as a shell runs it: in a process of its own, on a database that no query has touched yet."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings
from django.db import connection


@pytest.fixture
def migrated(tmp_path, django_db_setup):
    """A folder with a copy of the empty database of the tests; those without a mark of it run on SQLite."""
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as whole,
        closing(sqlite3.connect(tmp_path / "db.sqlite3")) as copy,
    ):
        whole.backup(copy)
    return tmp_path


def test_it_ends_with_one_line_and_code_1_where_nothing_is_found(migrated):
    """Never with a traceback."""
    ended = subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "explain", "nobody"],
        env={"PATH": "", "DATA_DIR": str(migrated), "DEBUG": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == "CommandError: No model is recorded as “nobody”.\n"
    assert ended.stdout == ""
