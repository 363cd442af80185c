"""A stopwatch with two hands: time as it passes, and time that processors spent on us."""

from __future__ import annotations

import resource
from time import perf_counter, process_time
from typing import NamedTuple


class Times(NamedTuple):
    """Seconds by the clock, and of processor time; on a shared machine the second is steadier."""

    wall: float
    cpu: float

    def per(self, count: int) -> Times:
        """Share out over so many."""
        return Times(self.wall / count, self.cpu / count)


def now() -> Times:
    """Read both hands; processes that we started and waited for count as ours."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Times(perf_counter(), process_time() + children.ru_utime + children.ru_stime)


def since(start: Times) -> Times:
    """Say how long it has been."""
    end = now()
    return Times(end.wall - start.wall, end.cpu - start.cpu)
