"""The settings as a whole: nothing set is local use, wrong values stop the start, production is clean."""

import re
import stat
import sys

import pytest

from nanopolicy.settings import ENV
from tests.skeleton.launch import PRODUCTION, ROOT, launch, manage

SHOW = "from django.conf import settings as s; print({})"


def shown(expression: str, *, folder, **variables: str) -> str:
    """Return what ``expression`` prints of the settings ``s`` under ``variables``."""
    code = SHOW.format(expression)
    module = {"DJANGO_SETTINGS_MODULE": "nanopolicy.settings"}
    done = launch(sys.executable, "-c", code, folder=folder, **module, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_it_needs_no_variable_for_local_use(tmp_path):
    wanted = "s.DEBUG, s.PUBLIC_READ, s.ALLOWED_HOSTS, s.SESSION_COOKIE_SECURE, s.TIME_ZONE"
    assert shown(wanted, folder=tmp_path) == (
        "False False ['127.0.0.1', 'localhost', '[::1]'] False UTC"
    )


def test_it_keeps_local_data_where_only_its_owner_reads(tmp_path):
    folder = tmp_path / "var"
    key = shown("s.SECRET_KEY", folder=folder)
    assert len(key) >= 50
    assert (folder / "secret_key").read_text() == key
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert shown("s.SECRET_KEY", folder=folder) == key


def test_it_needs_no_folder_where_database_and_key_are_given(tmp_path):
    folder = tmp_path / "nothing"
    shown("1", folder=folder, DATABASE_URL="postgresql://db/policies", **PRODUCTION)
    assert not folder.exists()


def test_it_opens_sqlite_as_the_design_asks(tmp_path):
    code = (
        "import django; django.setup()\n"
        "from django.db import connection as c\n"
        "pragmas = 'journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'\n"
        "for name in pragmas: print(c.cursor().execute(f'PRAGMA {name}').fetchone()[0])\n"
        "c.set_autocommit(False); print(c.settings_dict['OPTIONS']['transaction_mode'])\n"
    )
    module = {"DJANGO_SETTINGS_MODULE": "nanopolicy.settings"}
    done = launch(sys.executable, "-c", code, folder=tmp_path, **module)
    assert done.stdout.split() == ["wal", "1", "1", "20000", "IMMEDIATE"], done.stderr


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("ALLOWED_HOSTS", "*", "host names"),
        ("CSRF_TRUSTED_ORIGINS", "policies.example.org", "origins"),
        ("DATABASE_CONN_MAX_AGE", "an hour", "from 0 to 86400"),
        ("DATABASE_URL", "mysql://db/policies", "postgresql://user:password@host"),
        ("DATA_DIR", "/proc/none", "a folder"),
        ("DEBUG", "maybe", "true, 1, yes, on"),
        ("HSTS_SECONDS", "a year", "from 0 to 63072000"),
        ("HTTPS", "ssl", "true, 1, yes, on"),
        ("LOG_FORMAT", "xml", "text, json"),
        ("LOG_LEVEL", "loud", "DEBUG, INFO"),
        ("PROXY_COUNT", "-1", "from 0 to 9"),
        ("PROXY_SETS_FORWARDED_PROTO", "X-Forwarded-Proto", "true, 1, yes, on"),
        ("PUBLIC_READ", "everybody", "true, 1, yes, on"),
        ("PUBLISH_BUCKET", "No Bucket", "the name of a bucket"),
        ("PUBLISH_ENDPOINT", "https://s3.example.org", "nothing, unless PUBLISH_BUCKET is set"),
        ("PUBLISH_PREFIX", "exports", "nothing, unless PUBLISH_BUCKET is set"),
        ("WEBHOOK_ALLOW_PRIVATE", "sometimes", "true, 1, yes, on"),
    ],
)
def test_it_stops_on_a_wrong_value_in_one_line(tmp_path, name, value, accepted):
    done = manage("check", **{"folder": tmp_path, name: value})
    assert done.returncode == 1
    line = done.stderr.strip()
    assert "\n" not in line
    assert line.startswith(f"Wrong setting: {name} is {value!r}")
    assert accepted in line


@pytest.mark.parametrize("key", ["short", "a" * 60, "django-insecure-" + PRODUCTION["SECRET_KEY"]])
def test_it_refuses_a_weak_key_without_showing_it(tmp_path, key):
    done = manage("check", folder=tmp_path, SECRET_KEY=key)
    assert done.returncode == 1
    assert done.stderr.startswith("Wrong setting: SECRET_KEY is too weak (the value is not shown)")
    assert key not in done.stderr


def test_it_is_clean_with_production_values(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", folder=tmp_path, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


def test_it_is_warned_about_without_https(tmp_path):
    plain = {**PRODUCTION, "HTTPS": "false"}
    done = manage("check", "--deploy", "--fail-level", "WARNING", folder=tmp_path, **plain)
    assert done.returncode == 1
    assert "security.W008" in done.stderr


def test_it_secures_cookies_and_redirects_with_https(tmp_path):
    wanted = "s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS"
    assert shown(wanted, folder=tmp_path, **PRODUCTION) == "True True True 3600"


def test_it_trusts_a_proxy_only_when_told(tmp_path):
    assert shown("s.SECURE_PROXY_SSL_HEADER", folder=tmp_path) == "None"
    told = shown("s.SECURE_PROXY_SSL_HEADER", folder=tmp_path, PROXY_SETS_FORWARDED_PROTO="true")
    assert told == "('HTTP_X_FORWARDED_PROTO', 'https')"


def test_it_says_which_package_a_bucket_needs(tmp_path):
    done = manage("check", folder=tmp_path, PUBLISH_BUCKET="exports")
    assert done.returncode == 1
    assert "PUBLISH_BUCKET is 'exports'" in done.stderr
    assert 'pip install "django-storages[s3]"' in done.stderr


def test_it_publishes_into_the_data_folder_or_where_it_is_told(tmp_path):
    wanted = "s.STORAGES['published']['OPTIONS']['location']"
    assert shown(wanted, folder=tmp_path) == str(tmp_path / "published")
    assert shown(wanted, folder=tmp_path, PUBLISH_DIR="/srv/exports") == "/srv/exports"


def test_it_documents_each_variable_in_the_readme():
    table = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert len(table) == len(set(table))
    assert set(table) == ENV.names | {"PORT"}
