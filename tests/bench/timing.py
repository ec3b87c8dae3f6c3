"""Paired timing: two ways in turn, so that a machine whose speed drifts slows both."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

FEW = 5
"""Runs of jobs that are long enough for that."""


class Ratio(NamedTuple):
    """How the first way compares with the second: medians in milliseconds, and the pairs' ratios."""

    name: str
    ours: float
    other: float
    ratio: float
    least: float
    most: float
    target: float | None = None

    def line(self) -> str:
        """One line of the table."""
        aim = f"  aim {self.target:.3f}: {self.verdict}" if self.target else ""
        return (
            f"{self.name:58} {self.ours:10.1f} ms {self.other:10.1f} ms   "
            f"{self.ratio:7.3f}  ({self.least:.3f} to {self.most:.3f}){aim}"
        )

    @property
    def verdict(self) -> str:
        """Whether the ratio is at most what is aimed at."""
        return "met" if self.target is None or self.ratio <= self.target else "MISSED"


def seconds(job: Callable[[], object], *, tidy: bool = False) -> float:
    """How long one call takes; ``tidy`` takes away first what was left behind by others."""
    if tidy:
        gc.collect()
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def compare(
    name: str,
    ours: Callable[[], object],
    other: Callable[[], object],
    *,
    runs: int = 5,
    target: float | None = None,
) -> Ratio:
    """Time both ways ``runs`` times in turn, after one uncounted turn each.

    What few, long jobs leave behind is taken away before the next is timed, as it is not its own.
    """
    ours()
    other()
    few = runs <= FEW
    pairs = [(seconds(ours, tidy=few), seconds(other, tidy=few)) for _ in range(runs)]
    return summary(name, pairs)._replace(target=target)


def summary(name: str, pairs: list[tuple[float, float]]) -> Ratio:
    """The medians of timed pairs, and how far the ratios spread."""
    ratios = [first / second for first, second in pairs]
    return Ratio(
        name,
        1000 * median(first for first, _ in pairs),
        1000 * median(second for _, second in pairs),
        median(ratios),
        min(ratios),
        max(ratios),
    )
