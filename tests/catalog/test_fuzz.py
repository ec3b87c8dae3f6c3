"""Damaged files: whatever is done to one, it is refused in words or imported soundly, never halfway."""

from __future__ import annotations

import json
import re

import pytest
from django.core.management import CommandError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.catalog.models_dev import read_listing
from policies.catalog.problems import CatalogError
from policies.management.commands import import_catalog
from tests.catalog.files import SMALL, import_file, small, stored_rows, write
from tests.factories import assert_sound

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
reading = settings(max_examples=150, suppress_health_check=quiet)
importing = settings(max_examples=6, suppress_health_check=quiet)

texts = st.text(max_size=8) | st.sampled_from(
    [
        "",
        " ",
        "\0",
        "\ud800",
        "a\tb",
        "x" * 300,
        "${X}",
        "javascript:x",
        "acme/alpha-1:free",
        "ß" * 150,
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)


def places(value, path=()):
    """The path of every value inside ``value``."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        yield (*path, key)
        if isinstance(inner, (dict, list)):
            yield from places(inner, (*path, key))


PLACES = sorted(places(small()), key=repr)


def damage(value, path, how, new, name):
    """Replace, remove, rename or copy what stands at ``path``."""
    *outer, key = path
    for step in outer:
        value = value[step]
    if how == "replace":
        value[key] = new
    elif how == "remove":
        del value[key]
    elif isinstance(value, dict):
        record = value[key] if how == "copy" else value.pop(key)
        if isinstance(record, dict) and "id" in record:
            record = {**record, "id": name}
        value[name] = record


def damaged():
    """The small file's value with one place of it damaged."""
    how = st.sampled_from(["replace", "remove", "rename", "copy"])
    return st.tuples(st.sampled_from(PLACES), how, values, texts).map(lambda drawn: broken(*drawn))


def broken(*drawn):
    value = small()
    damage(value, *drawn)
    return value


def refusal(path) -> str:
    """The words in which the file is refused; blank where it is taken."""
    try:
        read_listing(path)
    except CatalogError as error:
        return str(error)
    return ""


def assert_refused_or_sound(path):
    """Import the file; a refusal is one line and leaves every row as it was."""
    before, words = stored_rows(), refusal(path)
    if words:
        with pytest.raises(CommandError, match=re.escape(words)):
            import_file(path)
        assert stored_rows() == before
        return
    import_file(path)
    assert_sound()
    after = stored_rows()
    assert "nothing changed" in import_file(path)
    assert stored_rows() == after


@reading
@given(value=damaged())
def test_it_reads_or_refuses_damaged_values(tmp_path, value):
    assert "\n" not in refusal(write(tmp_path, json.dumps(value)))


@reading
@given(data=st.data())
def test_it_reads_or_refuses_damaged_bytes(tmp_path, data):
    content = bytearray(SMALL.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    cut = data.draw(st.integers(0, 3))
    content[at : at + cut] = data.draw(st.binary(max_size=3))
    assert "\n" not in refusal(write(tmp_path, bytes(content)))


@importing
@given(value=damaged())
def test_it_imports_all_or_nothing_of_damaged_values(tmp_path, value):
    with transaction.atomic():  # each example starts from the same rows
        assert_refused_or_sound(write(tmp_path, json.dumps(value)))
        transaction.set_rollback(True)


def test_it_would_notice_a_refused_file_that_left_something_behind(monkeypatch):
    """The check above can fail."""
    problem = CatalogError("providers", "is refused too late.")
    monkeypatch.setattr("tests.catalog.test_fuzz.refusal", lambda path: str(problem))

    def refuse_late():
        raise CommandError(str(problem))

    monkeypatch.setattr(import_catalog, "refresh_statistics", refuse_late)
    with pytest.raises(AssertionError):
        assert_refused_or_sound(SMALL)
