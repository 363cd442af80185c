"""Tables of what was measured, and their place in benchmarks/README.md."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.fit import fit
from benchmarks.measure import Results, Task
from benchmarks.part import AIMS, GROWTH, PARTS, UNITS, Aim, Growth, Hand, Part, values

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
_PACKAGES = (
    "pyyaml", "pydantic", "pandas", "pyarrow", "streamlit", "polars", "duckdb", "frictionless",
    "check-jsonschema", "beancount", "fava", "datasette",
)  # fmt: skip
_NOT_DONE = re.compile(r"not done after (\d+) s")
_AMOUNTS = {"first": "KiB", "sent": "KiB", "held": "MiB"}
# What is told of a part at the largest size besides.
_MORE: Mapping[str, Sequence[Hand]] = {
    "cold": ("cpu",),
    "warm": ("cpu",),
    "page": ("late", "first", "sent", "held"),
}
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


class Ratio(NamedTuple):
    """The median of a ratio round by round, its least and its most."""

    middle: float
    least: float
    most: float


def ratio(of: Sequence[float], against: Sequence[float]) -> Ratio | None:
    """Divide round by round; what was measured less often stands for the other's later rounds."""
    if not of or not against:
        return None
    rounds = range(max(len(of), len(against)))
    found = sorted(of[n % len(of)] / against[n % len(against)] for n in rounds)
    return Ratio(median(found), found[0], found[-1])


def seconds(amount: float) -> str:
    """Write a time with three digits and the unit it is said in."""
    size, unit = next((each for each in _UNITS if amount >= each[0]), _UNITS[-1])
    return f"{_three(amount / size)} {unit}"


def _three(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _amount(number: float, hand: Hand) -> str:
    unit = _AMOUNTS.get(hand)
    return f"{_three(number)} {unit}" if unit else seconds(number)


# -- parts --------------------------------------------------------------------------------------


def told(part: Part, results: Results, sizes: Sequence[int]) -> Iterator[str]:
    """Write a part's table: what was measured at each size, and against the first."""
    there = [size for size in sizes if any(Task(c.__name__, size) in results for c in part.cases)]
    if not there:
        return
    heads = [f"{size:,} companies" for size in there]
    more = _MORE.get(part.name, ())
    yield f"### {part.title}\n\nMedian, least to most; {UNITS[part.hand]}.\n"
    yield _row(
        ["what", *heads, "against the first", *(UNITS[each] for each in more), "peak memory"]
    )
    yield _row(["---"] * (len(heads) + len(more) + 3))
    for case in part.cases:
        name = case.__name__
        if any(Task(name, size) in results for size in there):
            cells = [_cell(results, Task(name, size), part.hand) for size in there]
            beside = _beside(results, Task(name, there[-1]), more)
            yield _row(
                [
                    (case.__doc__ or name).partition("\n")[0].rstrip("."),
                    *cells,
                    _against(results, part, name, there[-1]),
                    *beside,
                    _peak(results, Task(name, there[-1])),
                ]
            )
    yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(results: Results, task: Task, hand: Hand) -> str:
    runs = sorted(values(results, task.case, task.size, hand))
    if not runs:
        return _why(results, task)
    spread = f" ({seconds(runs[0])} to {seconds(runs[-1])})" if len(runs) > 1 else " (once)"
    return seconds(median(runs)) + spread


def _why(results: Results, task: Task) -> str:
    """Say why there is nothing: here, or at a smaller size already."""
    for size in sorted({each.size for each in results if each.size <= task.size}, reverse=True):
        found = results.get(Task(task.case, size))
        if found and found.why:
            return found.why.replace("|", " ") if size == task.size else "not tried"
    return ""


def _against(results: Results, part: Part, name: str, size: int) -> str:
    first = part.cases[0].__name__
    found = ratio(values(results, name, size, part.hand), values(results, first, size, part.hand))
    return f"{_three(found.middle)}x" if found else ""


def _beside(results: Results, task: Task, more: Sequence[Hand]) -> list[str]:
    """Write the other medians of a part; nothing where a case has none of a kind."""
    found = results.get(task)
    medians: dict[Hand, float] = {
        hand: median(getattr(run, hand) for run in found.runs) if found and found.runs else 0
        for hand in more
    }
    return [_amount(middle, hand) if middle else "" for hand, middle in medians.items()]


def _peak(results: Results, task: Task) -> str:
    found = results.get(task)
    return f"{median(run.peak for run in found.runs):,.0f} MiB" if found and found.runs else ""


# -- aims ---------------------------------------------------------------------------------------


def aims(results: Results, size: int) -> Iterator[str]:
    """Write what we aim for at a size, what was measured, and whether the aim is met."""
    yield _row(["what", "at most", "measured", "least to most", ""])
    yield _row(["---"] * 5)
    for aim in AIMS:
        yield _row([aim.text, *_held(aim, results, size)])


def _held(aim: Aim, results: Results, size: int) -> list[str]:
    of = values(results, aim.of, size, aim.hand)
    if not aim.against:
        most = _amount(aim.most, aim.hand)
        if not of:
            return [most, "", "", "not measured"]
        ends = f"{_amount(min(of), aim.hand)} to {_amount(max(of), aim.hand)}"
        return [most, _amount(median(of), aim.hand), ends, _met(median(of) <= aim.most)]
    found = ratio(of, values(results, aim.against, size, aim.hand))
    if not found and (least := _waited(results, Task(aim.against, size))) and of:
        under = max(of) / least
        return [f"{aim.most:g}x", f"under {_three(under)}x", "", _met(under <= aim.most)]
    if not found:
        return [f"{aim.most:g}x", "", "", "not measured"]
    ends = f"{_three(found.least)}x to {_three(found.most)}x"
    return [f"{aim.most:g}x", f"{_three(found.middle)}x", ends, _met(found.middle <= aim.most)]


def _waited(results: Results, task: Task) -> float:
    """Say how many seconds were not enough for a task; 0 where that is not known."""
    found = results.get(task)
    told = _NOT_DONE.fullmatch(found.why) if found else None
    return float(told[1]) if told else 0.0


def _met(is_met: bool) -> str:  # noqa: FBT001 - the answer itself
    return "met" if is_met else "**not met**"


def growth(results: Results, counts: Mapping[int, int]) -> Iterator[str]:
    """Write how costs grow with the observations: a line, how far off it, the last step."""
    rows = [row for each in GROWTH if (row := _grown(each, results, counts))]
    if rows:
        yield _row(["cost", "an observation", "without any", "farthest off", "last step", ""])
        yield _row(["---"] * 6)
        yield from rows


def _grown(each: Growth, results: Results, counts: Mapping[int, int]) -> str:
    costs = {
        many: median(runs)
        for size, many in counts.items()
        if (runs := values(results, each.case, size, each.hand))
    }
    if len(costs) < 2:
        return ""
    line = fit(list(costs), list(costs.values()))
    slope = ("-" if line.slope < 0 else "") + seconds(abs(line.slope))
    start = ("-" if line.start < 0 else "") + seconds(abs(line.start))
    power = f"n^{line.power:.2f}, at most n^{each.most:g}"
    return _row([each.text, slope, start, f"{line.off:.1%}", power, _met(line.power <= each.most)])


# -- the whole ----------------------------------------------------------------------------------


def machine() -> str:
    """Name the machine and what ran on it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    with_what = ", ".join(each for name in _PACKAGES if (each := _version(name)))
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB;"
        f" Python {platform.python_version()}, {with_what}"
    )


def _version(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return ""


def report(results: Results, counts: Mapping[int, int], head: str) -> str:
    """Write all tables; `counts` are the observations of each size."""
    sizes = sorted(counts)
    lines = [head, ""]
    for size in sizes[-1:]:
        lines += [f"### Aims, {size:,} companies, {counts[size]:,} observations\n"]
        lines += [*aims(results, size), ""]
    if grown := list(growth(results, counts)):
        lines += ["### Growth\n", *grown, ""]
    for part in PARTS:
        lines += told(part, results, sizes)
    return "\n".join(lines).rstrip() + "\n"


def placed(text: str, tables: str) -> str:
    """Put tables between the marks in a text; raise `ValueError` where there are no two marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        said = f"{BEGIN} and {END} are not there"
        raise ValueError(said)
    return f"{before}{BEGIN}\n\n{tables.strip()}\n\n{END}{after}"
