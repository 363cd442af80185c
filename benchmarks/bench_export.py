"""Writing all observations as CSV: ours from the book's table, beside others from a finished one.

`python -m benchmarks.bench_export FOLDER [--copies 10] [--rounds 5]` reads a made folder once,
copies its companies, and measures all in turns over the same table in one process. Polars and
DuckDB take part where they happen to be installed.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import click
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow

import metrics
from benchmarks.bench_derive import LENS, copied
from benchmarks.clock import now, since
from metrics import export, writer
from schemas.book import Book

Case = Callable[[Path], None]


def pandas(frame: pd.DataFrame, path: Path) -> None:
    """Write with pandas' `to_csv`, text unguarded."""
    frame.to_csv(path, index=False)


def pyarrow(table: pa.Table, path: Path) -> None:
    """Write with pyarrow's `write_csv`, text unguarded."""
    arrow.write_csv(table, path)


def polars(table: pa.Table, path: Path) -> None:
    """Write with polars' `write_csv`, text unguarded."""
    import polars as pl  # noqa: PLC0415 - none of our requirements

    pl.from_arrow(table).write_csv(path)


def duckdb(table: pa.Table, path: Path) -> None:
    """Write with DuckDB's `COPY TO`, text unguarded."""
    import duckdb as db  # noqa: PLC0415 - none of our requirements

    db.from_arrow(table).write_csv(str(path))


def ours(book: Book, path: Path) -> None:
    """Lay the table out from the book and write it guarded: `metrics export observations`."""
    with path.open("wb") as file:
        file.writelines(writer.csv([export.observed(book, LENS)]))


def parquet(book: Book, path: Path) -> None:
    """Lay the table out from the book and write it as Parquet."""
    with path.open("wb") as file:
        file.writelines(writer.parquet([export.observed(book, LENS)]))


def cases(book: Book) -> dict[str, tuple[str, Case]]:
    """Prepare what each case starts from; what stands first is the measure of the others."""
    table = export.observed(book, LENS)
    plain = pa.table([_dense(each) for each in table.columns], names=table.column_names)
    found: list[tuple[Callable[..., None], object]] = [
        (pandas, plain.to_pandas()),
        (pyarrow, plain),
        *((case, plain) for case in (polars, duckdb) if find_spec(case.__name__)),
        (ours, book),
        (parquet, book),
    ]
    return {
        case.__name__: ((case.__doc__ or "").rstrip("."), partial(case, given))
        for case, given in found
    }


def _dense(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--copies", type=click.IntRange(1), default=10, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
def main(folder: Path, copies: int, rounds: int) -> None:
    """Measure and print a table."""
    book = copied(metrics.book(folder), copies)
    there = cases(book)
    out = folder.parent / "export"
    spent: dict[str, list[float]] = {name: [] for name in there}
    for _ in range(rounds):
        for name, (_, case) in there.items():
            start = now()
            case(out)
            spent[name].append(since(start).cpu)
    out.unlink()
    click.echo(f"\n{len(book.observations):,} observations, {len(export.OBSERVATIONS) + 3} columns")
    click.echo("\n| what | processor time | least to most | against the first |")
    click.echo("|---|---|---|---|")
    reference = median(spent["pandas"])
    for name, (told, _) in there.items():
        times = sorted(spent[name])
        cells = (
            told,
            f"{median(times):.3g} s",
            f"{times[0]:.3g} to {times[-1]:.3g} s",
            f"{median(times) / reference:.3g}x",
        )
        click.echo(f"| {' | '.join(cells)} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(f"\nPeak memory, book included: {peak:.0f} MiB")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.bench_export")
