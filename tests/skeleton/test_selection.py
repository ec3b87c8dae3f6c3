"""What a run leaves out: further cases of a test, and of those whose lines others run two thirds."""

from types import SimpleNamespace

import pytest

from tests import selection


class Item:
    """What the selection looks at of a test."""

    def __init__(self, name, *marks):
        self.nodeid, self.stash = name, pytest.Stash()
        self.marks = [SimpleNamespace(name=mark) for mark in marks]

    def iter_markers(self):
        return iter(self.marks)


def names(items):
    return [item.nodeid for item in items]


def cases(name, count):
    return [Item(f"{name}[{number}]") for number in range(count)]


def test_it_runs_every_test_and_a_third_of_many_cases():
    first, second = cases("a.py::test_it_first", 9), cases("a.py::test_it_second", 9)
    few = [Item("a.py::test_it_alone"), *cases("b.py::test_it_first", 2)]
    chosen = selection.fewer_cases([*first, *second, *few])

    assert names(chosen) == names([*first[::3], *second[2::3], *few])


def test_it_runs_a_third_of_what_runs_the_lines_of_others():
    tests = [Item(f"a.py::test_it_{number}", "uncounted") for number in range(5)]

    assert names(selection.fewer_cases(tests)) == names(tests[::3])


@pytest.mark.parametrize("before", range(3))
def test_it_leaves_a_case_of_three_wherever_the_test_stands(before):
    tests = [Item(f"a.py::test_it_{number}") for number in range(before)]

    assert len(selection.fewer_cases([*tests, *cases("b.py::test_it", 3)])) == before + 1


def test_it_counts_the_first_case_of_a_test_alone():
    tests = [*cases("a.py::test_it_first", 3), Item("a.py::test_it_last")]
    tests += [Item("b.py::test_it_lasts", "slow"), Item("b.py::test_it_repeats", "uncounted")]
    selection.mark_further(tests)

    assert names(filter(selection.counts, tests)) == names([tests[0], tests[3]])
