"""How a cost grows: the straight line nearest to it, and the power of the last step."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from statistics import linear_regression
from typing import NamedTuple


class Fit(NamedTuple):
    """A straight line of seconds against observations.

    `slope` is seconds an observation, `start` seconds without any; `off` is how far the farthest
    measurement lies off the line, as a share of the largest cost; `power` says how the cost grows
    between the two largest sizes: 1 where it doubles with them, 0 where it stays.
    """

    slope: float
    start: float
    off: float
    power: float


def fit(sizes: Sequence[float], costs: Sequence[float]) -> Fit:
    """Fit a line by least squares; raise `ValueError` for fewer than two sizes."""
    if len(set(sizes)) < 2:
        raise ValueError("a line needs two sizes")
    slope, start = linear_regression(sizes, costs)
    off = max(
        abs(cost - (start + slope * size)) for size, cost in zip(sizes, costs, strict=True)
    ) / max(costs)
    (small, less), (large, more) = sorted(zip(sizes, costs, strict=True))[-2:]
    return Fit(slope, start, off, log(more / less) / log(large / small))
