"""The benchmark's own arithmetic and cases, on a catalog small enough for the suite."""

from __future__ import annotations

import json

import pytest

from tests.bench import serving
from tests.bench.__main__ import main
from tests.bench.generate import generate
from tests.bench.timing import compare, summary
from tests.invariants import assert_invariants


def test_it_sums_up_pairs():
    ratio = summary("x", [(1.0, 2.0), (3.0, 2.0), (2.0, 2.0)])

    assert (ratio.ours, ratio.other, ratio.ratio) == (2000, 2000, 1.0)
    assert (ratio.least, ratio.most) == (0.5, 1.5)


def test_it_takes_turns_after_a_warm_up():
    calls = []
    compare("x", lambda: calls.append("a"), lambda: calls.append("b"), runs=2)

    assert calls == ["a", "b"] * 3


def test_it_refuses_sizes_that_it_does_not_know(capsys):
    assert main(["5k", "7k"]) == 1
    assert "7k is not known; accepted: 5k, 100k, 1m." in capsys.readouterr().out


@pytest.mark.django_db
def test_it_measures_what_it_says():
    generate(300)
    names = [ratio.name for ratio in serving.measure(deciding=True)]

    assert len(names) == 7
    assert_invariants()


@pytest.mark.django_db
def test_it_compares_exports_of_the_same_models():
    generate(60)

    assert serving.exported() > 0
    assert serving.plain_export() > 0
    assert json.loads(serving.serialized_page())
