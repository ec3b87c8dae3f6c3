"""Settings of the test suite: the project's own, read from an environment that names nothing.

The developer's variables (``PUBLIC_READ``, ``DATABASE_URL`` …) and ``var/`` must not change a test. Only
``TEST_DATABASE_URL`` is read: the PostgreSQL to test on; without it the suite runs on SQLite.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="nanopolicy-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
_kept = dict(os.environ)
os.environ.clear()
os.environ["DATA_DIR"] = str(FOLDER)
# What a test's threads leave open would be warned of, and hold a database that is to be dropped.
os.environ["DATABASE_CONN_MAX_AGE"] = "0"
if _kept.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = _kept["TEST_DATABASE_URL"]

from nanopolicy.settings import *  # noqa: E402, F403
from nanopolicy.settings import DATABASES, STORAGES  # noqa: E402

os.environ.clear()
os.environ.update(_kept)

# A file, not memory: connections of several threads must meet the same locks as in production.
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["TEST"] = {"NAME": FOLDER / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The manifest needs collectstatic, and whitenoise warns about a missing folder.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = FOLDER / "staticfiles"
STATIC_ROOT.mkdir()
# The lockout asks the database on every login; the tests of it switch it on.
AXES_ENABLED = False
# The tests of throttling switch it on.
API_RATE = None
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
