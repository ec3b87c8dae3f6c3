"""CSV cells that a spreadsheet would run are defused, and every text comes back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.export.cells import defuse, restore

RISKY = "=+-@\t\r'"
TEXTS = st.text() | st.text(RISKY, max_size=4)


@pytest.mark.parametrize("first", RISKY)
def test_it_puts_a_quote_in_front_of_what_could_run(first):
    assert defuse(f"{first}1+1") == f"'{first}1+1"
    assert defuse(first) == f"'{first}"


@pytest.mark.parametrize("cell", ["", "a", "a=1", " =1", "1-2", "5", '"', "\n=1", "©"])
def test_it_leaves_other_cells_alone(cell):
    assert defuse(cell) == restore(cell) == cell


@given(TEXTS)
def test_it_gives_every_text_back(text):
    assert restore(defuse(text)) == text


@given(TEXTS)
def test_it_lets_nothing_through_that_could_run(text):
    assert not defuse(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(TEXTS.filter(lambda text: "\0" not in text), min_size=2))
def test_it_survives_the_way_through_a_file(row):
    file = io.StringIO(newline="")
    csv.writer(file).writerow([defuse(cell) for cell in row])
    file.seek(0)
    (read,) = csv.reader(file)
    assert [restore(cell) for cell in read] == row
