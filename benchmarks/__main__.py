"""Measure and tell: `python -m benchmarks [--sizes 10,100,1000,10000] [--rounds 5] [--only NAME]`.

`make bench` does it with everything that it is compared with, in an environment of its own, and
puts the tables into benchmarks/README.md.
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import signal
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks import bench_page, measure, part, report
from benchmarks.make_data import make
from benchmarks.measure import Plan, Task
from benchmarks.peer import counts

_TOP = 30


class Sizes(click.ParamType[tuple[int, ...]]):
    """Numbers of companies, joined by commas."""

    name = "sizes"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Take the numbers, the smallest first."""
        try:
            found = sorted({int(each) for each in str(value).split(",")})
        except ValueError:
            self.fail(f"{value!r} is not like 10,100,1000", param, ctx)
        if found[0] < 10:
            self.fail("ten companies are the fewest", param, ctx)
        return tuple(found)


@click.command()
@click.option("--sizes", type=Sizes(), default="10,100,1000,10000", show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--only", multiple=True, metavar="NAME", help="Only this part, or this case.")
@click.option("--without", multiple=True, metavar="NAME", help="Not this part, or this case.")
@click.option("--limit", type=float, default=900, show_default=True, help="Seconds for one case.")
@click.option("--data", type=click.Path(path_type=Path), help="Keep the made folders here.")
@click.option("--kept", type=click.Path(path_type=Path), help="Keep each run in this file, go on.")
@click.option("--day", default=date.today, help="The day to write down.")
@click.option("--write", is_flag=True, help="Put the tables into benchmarks/README.md.")
@click.option("--profile", metavar="NAME", help="Profile this case at the largest size instead.")
@click.option("--once", type=click.Choice(list(part.ALL)), hidden=True)
@click.option("--folder", type=click.Path(path_type=Path, exists=True), hidden=True)
def main(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    sizes: tuple[int, ...],
    rounds: int,
    only: tuple[str, ...],
    without: tuple[str, ...],
    limit: float,
    data: Path | None,
    kept: Path | None,
    day: object,
    *,
    write: bool,
    profile: str | None,
    once: str | None,
    folder: Path | None,
) -> None:
    """Make data of some sizes, and measure ourselves and others on it."""
    if once and folder:
        click.echo(json.dumps(measure.once(part.ALL[once], folder)))
        return
    with TemporaryDirectory() as there:
        folders = made(data or Path(there), sizes)
        plan = Plan(folders, rounds, limit, part.BEFORE)
        if profile:
            profiled(profile, plan)
            return
        names = [each for each in part.chosen(only) if each not in part.chosen(without or ("-",))]
        tasks = [Task(name, size) for size in sizes for name in names]
        many = {size: sum(counts(folder).values()) for size, folder in folders.items()}
        results = run(tasks, plan, kept)
    tables = report.report(results, many, f"{day}; {report.machine()}. Up to {rounds} rounds.")
    click.echo(tables)
    if write:
        text = report.README.read_text(encoding="utf-8")
        report.README.write_text(report.placed(text, tables), encoding="utf-8")


def made(where: Path, sizes: Sequence[int]) -> dict[int, Path]:
    """Make a data folder of each size, where there is none."""
    folders = {size: where / str(size) for size in sizes}
    for size, folder in folders.items():
        if not folder.exists():
            click.echo(f"making {size:,} companies", err=True)
            make(folder, size)
    return folders


def run(tasks: Sequence[Task], plan: Plan, file: Path | None) -> measure.Results:
    """Measure, tell on the way, and keep each run where it is wanted."""
    results = measure.kept(file) if file else {}
    for task, found in measure.measure(tasks, plan, results):
        took = found.why or f"{found.runs[-1].wall:.3g} s"
        click.echo(f"{task.size:>6,} {task.case}: {took}", err=True)
        if file:
            with file.open("a", encoding="utf-8") as lines:
                lines.write(measure.written(task, found))
    return results


def profiled(name: str, plan: Plan) -> None:
    """Print where a case's time goes, by the function: in it and under it, then in it alone."""
    folder = plan.folders[max(plan.folders)]
    for before in plan.before.get(name, ()):
        click.echo(f"{before}: {measure.process(before, folder, plan.limit)}", err=True)
    os.environ["FOOTNOTE_CACHE"] = str(measure.room(folder) / "cache")
    measure.room(folder).mkdir(exist_ok=True)
    if name in bench_page.PAGES:
        profile = bench_page.profiled(folder, name)
    else:
        profile = cProfile.Profile()
        profile.runcall(part.ALL[name], folder)
    stats = pstats.Stats(profile).strip_dirs()
    stats.sort_stats("cumulative").print_stats(_TOP)
    stats.sort_stats("tottime").print_stats(_TOP)


if __name__ == "__main__":
    # Whoever ends us ends what is being measured as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main(prog_name="python -m benchmarks")
