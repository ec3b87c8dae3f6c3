"""Log lines as JSON: one object a line, whatever a request put into the message."""

import json
import logging
import sys

import pytest

from nanopolicy.logs import JsonFormatter
from tests.skeleton.launch import PRODUCTION, manage


def line(message: str, *arguments, exc_info=None) -> str:
    """Format one record as the JSON handler would."""
    record = logging.LogRecord("a.b", logging.WARNING, __file__, 1, message, arguments, exc_info)
    record.created = 1_750_000_000.5
    return JsonFormatter().format(record)


def test_it_writes_what_collectors_look_for():
    assert json.loads(line("Not Found: %s", "/x")) == {
        "time": "2025-06-15T15:06:40.500000+00:00",
        "level": "WARNING",
        "logger": "a.b",
        "message": "Not Found: /x",
    }


@pytest.mark.parametrize("forged", ['/x\n{"level": "INFO"}', "/\r\n", '"', "é\u2028"])
def test_it_writes_one_line_that_nobody_forges(forged):
    written = line("Not Found: %s", forged)
    assert "\n" not in written
    assert "\r" not in written
    assert json.loads(written)["message"] == f"Not Found: {forged}"


def test_it_writes_the_exception_into_the_same_line():
    try:
        raise ValueError("a bug")
    except ValueError:
        written = line("failed", exc_info=sys.exc_info())
    assert "\n" not in written
    assert json.loads(written)["exception"].endswith("ValueError: a bug")


@pytest.mark.parametrize(("form", "first"), [("json", '{"time": '), ("text", "20")])
def test_it_logs_in_the_form_that_is_set(tmp_path, form, first):
    code = "import logging; logging.getLogger('x').warning('told')"
    done = manage("shell", "-v0", "-c", code, folder=tmp_path, LOG_FORMAT=form, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith(first)
    assert "told" in done.stderr
