"""Writing all observations as CSV: ours from the book's table, beside others from a finished one.

`python -m benchmarks.bench_export FOLDER [--copies 10] [--rounds 5]` reads a made folder once,
copies its companies, and measures all in turns over the same table in one process. Polars and
DuckDB take part where they are installed; they are none of our requirements. benchmarks/README.md
says how to have them for a run.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import click
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow

import metrics
from benchmarks import table
from benchmarks.bench_derive import LENS, copied
from benchmarks.table import Cases
from metrics import export, writer
from schemas.book import Book


def pandas(frame: pd.DataFrame, path: Path) -> None:
    """Write with pandas' `to_csv`, text unguarded."""
    frame.to_csv(path, index=False)


def pyarrow(laid: pa.Table, path: Path) -> None:
    """Write with pyarrow's `write_csv`, text unguarded."""
    arrow.write_csv(laid, path)


def polars(laid: pa.Table, path: Path) -> None:
    """Write with polars' `write_csv`, text unguarded."""
    import polars as pl  # noqa: PLC0415 - none of our requirements

    pl.from_arrow(laid).write_csv(path)


def duckdb(laid: pa.Table, path: Path) -> None:  # noqa: ARG001 - read by its name
    """Write with DuckDB's `COPY TO`, text unguarded."""
    import duckdb as db  # noqa: PLC0415 - none of our requirements

    db.sql(f"COPY laid TO '{path}' (FORMAT csv, HEADER)")


def pandas_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write as Parquet with pandas' `to_parquet` (pyarrow), compressed with zstd."""
    frame.to_parquet(path, index=False, compression="zstd")


def polars_parquet(laid: pa.Table, path: Path) -> None:
    """Write as Parquet with polars' `write_parquet`, compressed with zstd."""
    import polars as pl  # noqa: PLC0415 - none of our requirements

    pl.from_arrow(laid).write_parquet(path, compression="zstd")


def duckdb_parquet(laid: pa.Table, path: Path) -> None:  # noqa: ARG001 - read by its name
    """Write as Parquet with DuckDB's `COPY TO`, compressed with zstd."""
    import duckdb as db  # noqa: PLC0415 - none of our requirements

    db.sql(f"COPY laid TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def ours(book: Book, path: Path) -> None:
    """Lay the table out from the book and write it guarded: `metrics export observations`."""
    with path.open("wb") as file:
        file.writelines(writer.csv([export.observed(book, LENS)]))


def parquet(book: Book, path: Path) -> None:
    """Lay the table out from the book and write it as Parquet."""
    with path.open("wb") as file:
        file.writelines(writer.parquet([export.observed(book, LENS)]))


def cases(book: Book, out: Path) -> Cases:
    """Prepare what each case starts from; what stands first is the measure of the others."""
    laid = export.observed(book, LENS)
    plain = pa.table([_dense(each) for each in laid.columns], names=laid.column_names)
    found: list[tuple[Callable[..., None], object]] = [
        (pandas, plain.to_pandas()),
        (pyarrow, plain),
        *((case, plain) for case in (polars, duckdb) if find_spec(case.__name__)),
        (ours, book),
        (pandas_parquet, plain.to_pandas()),
        *((case, plain) for case, name in ((polars_parquet, "polars"), (duckdb_parquet, "duckdb"))
          if find_spec(name)),
        (parquet, book),
    ]  # fmt: skip
    return {table.named(case): partial(case, given, out) for case, given in found}


def _dense(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--copies", type=click.IntRange(1), default=10, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
def main(folder: Path, copies: int, rounds: int) -> None:
    """Measure and print a table."""
    book = copied(metrics.book(folder), copies)
    out = folder.parent / "export"
    click.echo(
        f"\n{len(book.observations):,} observations, {len(export.OBSERVATIONS) + 3} columns\n"
    )
    for line in table.rows(cases(book, out), rounds):
        click.echo(line)
    out.unlink()
    click.echo(f"\n{table.peak()}")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.bench_export")
