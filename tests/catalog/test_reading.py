"""Files that no catalog can be: each is refused in words that name the place."""

from __future__ import annotations

import pytest

from policies.catalog import reading
from policies.catalog.problems import CatalogError, inside, shown
from policies.catalog.reading import read_json
from tests.catalog.files import write

DEEP = 100_000

BROKEN = {
    "empty": ("", "The file is not JSON: Expecting value at line 1, column 1."),
    "cut off": ('{"a": {', "The file is not JSON: Expecting property name enclosed in double"),
    "a comma too many": ("[1,]", "The file is not JSON"),
    "two values": ("{} {}", "The file is not JSON: Extra data at line 1, column 4."),
    "not a number": ('{"a": NaN}', "The file holds NaN, which is not JSON."),
    "infinite": ("[-Infinity]", "The file holds -Infinity, which is not JSON."),
    "an endless number": ("[" + "9" * 5000 + "]", "The file holds a number that is too long."),
    "latin-1": ('{"a": "é"}'.encode("latin-1"), "The file is not UTF-8 text: byte 7 is wrong."),
    "utf-16": ('{"a": 1}'.encode("utf-16"), "The file is not UTF-8 text: byte 0 is wrong."),
    "key twice": ('{"a": {"x": 1, "y": 2, "x": 1}}', "top.a.x: stands there twice."),
    "provider twice": ('{"a": {}, "a": {}}', "top.a: stands there twice."),
    "NUL in a value": ('{"a": ["b", "c\\u0000d"]}', "top.a.1: holds a NUL character."),
    "NUL in a key": ('{"a": {"b\\u0000c": 1}}', "top.a.'b\\x00c': holds a NUL character."),
    "half a character": ('{"a": "\\ud800"}', "top.a: holds half a character (a lone surrogate)."),
    "deep lists": ("[" * DEEP + "]" * DEEP, "nested more than 24 levels deep."),
    "deep objects": ('{"a":' * DEEP + "1" + "}" * DEEP, "nested more than 24 levels deep."),
    "a little too deep": ("[" * 26 + "]" * 26, "nested more than 24 levels deep."),
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_refuses_a_broken_file_in_words(name, tmp_path):
    content, message = BROKEN[name]
    with pytest.raises(CatalogError) as caught:
        read_json(write(tmp_path, content), root="top")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_it_reads_what_is_sound(tmp_path):
    value = {"a": [1, 2.5, None, True, "ö"], "b": {"c": {}}}
    assert read_json(write(tmp_path, value), root="top") == value


def test_it_takes_a_byte_order_mark_and_the_deepest_accepted_nesting(tmp_path):
    text = "[" * 25 + "]" * 25
    assert read_json(write(tmp_path, text.encode("utf-8-sig")), root="top")


def test_it_refuses_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CatalogError, match=r"nowhere\.json cannot be read: No such file"):
        read_json(tmp_path / "nowhere.json", root="top")


def test_it_refuses_a_folder(tmp_path):
    with pytest.raises(CatalogError, match="cannot be read: Is a directory"):
        read_json(tmp_path, root="top")


def test_it_refuses_a_name_that_no_file_has():
    with pytest.raises(CatalogError, match="is not a file name"):
        read_json("a\0b", root="top")


def test_it_refuses_a_huge_file_without_parsing_it(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(CatalogError, match=r"api\.json is larger than the 10 bytes"):
        read_json(write(tmp_path, "{" * 11), root="top")
    assert read_json(write(tmp_path, "[12345678]"), root="top") == [12345678]


def test_it_prints_hostile_keys_and_values_safely():
    assert inside("a", "b\x1b[31mc") == r"a.'b\x1b[31mc'"
    assert inside("a", "") == "a.''"
    assert inside("", "b") == "b"
    assert inside("a", "x" * 100) == f"a.{'x' * 60}…"
    assert shown("b\nc") == r"'b\nc'"
    assert shown(3) == "3"
    assert len(shown("x" * 100_000)) == 61
