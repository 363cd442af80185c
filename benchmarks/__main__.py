"""Measure and print a table: `python -m benchmarks [--companies N] [--rounds N]`.

Every measurement is a process of its own, so that each begins cold and its peak memory is its own;
the rounds are interleaved, so that a slow minute of the machine falls on all alike.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click

from benchmarks import bench_load, bench_read
from benchmarks.make_data import make

PARTS = (bench_load, bench_read)
CASES = {**bench_load.CASES, **bench_read.CASES}
SMALLER = 10
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


class Run(NamedTuple):
    """Seconds that one process took for its case, and the most memory it held, in MiB."""

    wall: float
    cpu: float
    peak: float


@click.command()
@click.option("--companies", type=click.IntRange(20), default=1000, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--once", type=click.Choice(list(CASES)), hidden=True)
@click.option("--data", type=click.Path(path_type=Path, exists=True), hidden=True)
def main(companies: int, rounds: int, once: str | None, data: Path | None) -> None:
    """Make data and measure reading, checking and comparing it."""
    if once and data:
        print(*CASES[once](data), _peak())
        return
    with TemporaryDirectory() as folder:
        sizes = {size: Path(folder, str(size)) for size in (companies // SMALLER, companies)}
        for size, where in sizes.items():
            make(where, size)
        runs = _measured(sizes[companies], rounds)
        small = _run("book", sizes[companies // SMALLER])
        print("\n".join(_told(sizes[companies], companies, runs)))
        print("\n".join(_memory({companies // SMALLER: [small], companies: runs["book"]})))
        _alone("bench_derive", sizes[companies])
        _alone("bench_export", sizes[companies])
        _alone("bench_rerun", sizes[companies])


def _alone(module: str, folder: Path) -> None:
    """Let a module measure in its own way: its cases share a book, or a server, that takes long."""
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", f"benchmarks.{module}", str(folder)], check=True)


def _peak() -> float:
    # Linux counts in KiB, macOS in bytes.
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (1024 if sys.platform != "darwin" else 1024**2)


def _run(case: str, folder: Path) -> Run:
    command = [sys.executable, "-m", "benchmarks", "--once", case, "--data", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Run(*(float(number) for number in done.stdout.split()))


def _measured(folder: Path, rounds: int) -> dict[str, list[Run]]:
    runs: dict[str, list[Run]] = defaultdict(list)
    for number in range(rounds):
        names = list(CASES)
        for case in names if number % 2 == 0 else reversed(names):
            runs[case].append(_run(case, folder))
            click.echo(".", nl=False, err=True)
    click.echo(err=True)
    return runs


def _told(folder: Path, companies: int, runs: dict[str, list[Run]]) -> Iterator[str]:
    files = [path.stat().st_size for path in folder.rglob("*.yaml")]
    yield f"{companies:,} companies, {len(files):,} files, {sum(files) / 1e6:.1f} MB of YAML"
    for part in PARTS:
        yield ""
        yield "| what | processor time | least to most | by the clock | against the first |"
        yield "|---|---|---|---|---|"
        reference = median(run.cpu for run in runs[part.REFERENCE])
        for case, function in part.CASES.items():
            spent = sorted(run.cpu for run in runs[case])
            passed = median(run.wall for run in runs[case])
            cells = (
                (function.__doc__ or case).rstrip("."),
                _time(median(spent)),
                f"{_time(spent[0])} to {_time(spent[-1])}",
                _time(passed),
                f"{median(spent) / reference:.3g}x",
            )
            yield f"| {' | '.join(cells)} |"


def _memory(runs: dict[int, list[Run]]) -> Iterator[str]:
    yield "\n| a process that reads a book of | peak memory |\n|---|---|"
    for companies, each in runs.items():
        yield f"| {companies:,} companies | {median(run.peak for run in each):.0f} MiB |"


def _time(seconds: float) -> str:
    size, unit = next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])
    return f"{seconds / size:.3g} {unit}"


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
