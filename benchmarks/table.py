"""Measuring cases in turns, and what they took as a table beside the first of them."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Mapping
from statistics import median

from benchmarks.clock import now, since

# What is measured, by what is said of it; the first is the measure of the others.
Cases = Mapping[str, Callable[[], None]]


def rows(cases: Cases, rounds: int) -> Iterator[str]:
    """Measure so many rounds in turns, every other one backwards; give lines of Markdown."""
    spent: dict[str, list[float]] = {said: [] for said in cases}
    for number in range(rounds):
        order = list(cases.items())
        for said, case in reversed(order) if number % 2 else order:
            start = now()
            case()
            spent[said].append(since(start).cpu)
    yield "| what | processor time | least to most | against the first |"
    yield "|---|---|---|---|"
    reference = median(next(iter(spent.values())))
    for said, times in spent.items():
        middle, least, most = median(times), min(times), max(times)
        cells = (said, f"{middle:.3g} s", f"{least:.3g} to {most:.3g} s")
        yield f"| {' | '.join(cells)} | {middle / reference:.3g}x |"


def peak() -> str:
    """Say how much memory this process has taken at most."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"Peak memory, book included: {most:.0f} MiB"


def named(case: Callable[..., object]) -> str:
    """Say what a case is by the sentence in it."""
    return (case.__doc__ or "").rstrip(".")
