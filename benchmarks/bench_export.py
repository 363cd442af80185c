"""Writing all observations as CSV: ours from the book's table, others from a finished one.

Each function is run in a process of its own and gives its time; reading the book is not timed, nor
is laying the table out where others get it finished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow

import metrics
from benchmarks.clock import Times, now, since
from benchmarks.measure import Case, Run, room
from benchmarks.peer import AFTER, PACKAGE, counts
from benchmarks.server import datasette, fetched
from metrics import export, package, writer

Form = Callable[[Iterable[pa.Table]], Iterator[bytes | memoryview]]


def pandas(folder: Path) -> Times:
    """Write with pandas' `to_csv`, text unguarded."""
    frame = _plain(folder).to_pandas()
    return _timed(folder, lambda out: frame.to_csv(out, index=False))


def pyarrow(folder: Path) -> Times:
    """Write with pyarrow's `write_csv`, text unguarded."""
    table = _plain(folder)
    return _timed(folder, lambda out: arrow.write_csv(table, out))


def polars(folder: Path) -> Times:
    """Write with polars' `write_csv`, text unguarded."""
    import polars as pl  # noqa: PLC0415 - in the benchmark's environment only

    frame = pl.from_arrow(_plain(folder))
    return _timed(folder, frame.write_csv)


def duckdb(folder: Path) -> Times:
    """Write with DuckDB's `COPY TO`, text unguarded."""
    import duckdb as db  # noqa: PLC0415 - in the benchmark's environment only

    relation = db.from_arrow(_plain(folder))
    return _timed(folder, lambda out: relation.write_csv(str(out)))


def ours(folder: Path) -> Times:
    """Lay the table out from the book and write it guarded: `metrics export observations`."""
    return _written(folder, writer.csv, 100)


def parquet(folder: Path) -> Times:
    """Lay the table out from the book and write it as Parquet, compressed with zstd."""
    return _written(folder, writer.parquet, 1)


def pandas_parquet(folder: Path) -> Times:
    """Write as Parquet with pandas' `to_parquet` (pyarrow), compressed with zstd."""
    frame = _plain(folder).to_pandas()
    return _timed(folder, lambda out: frame.to_parquet(out, index=False, compression="zstd"), 1)


def polars_parquet(folder: Path) -> Times:
    """Write as Parquet with polars' `write_parquet`, compressed with zstd."""
    import polars as pl  # noqa: PLC0415 - in the benchmark's environment only

    frame = pl.from_arrow(_plain(folder))
    return _timed(folder, lambda out: frame.write_parquet(out, compression="zstd"), 1)


def duckdb_parquet(folder: Path) -> Times:
    """Write as Parquet with DuckDB's `COPY TO`, compressed with zstd."""
    import duckdb as db  # noqa: PLC0415 - in the benchmark's environment only

    relation = db.from_arrow(_plain(folder))
    return _timed(folder, lambda out: relation.write_parquet(str(out), compression="zstd"), 1)


def datasette_csv(folder: Path) -> Run:
    """Fetch all rows from Datasette as streamed CSV."""
    with datasette(folder) as port:
        start = now()
        size, lines = fetched(port, "/book/observations.csv?_stream=on&_size=max")
        taken = since(start)
    assert lines > sum(counts(folder).values())
    return Run(taken.wall, 0.0, sent=size / 1024)


def frictionless(folder: Path) -> Times:
    """Validate the CSV with frictionless against the description in our data package."""
    from frictionless import validate  # noqa: PLC0415 - a part of this case

    start = now()
    report = validate(str(room(folder) / PACKAGE / package.NAME))
    taken = since(start)
    assert report.valid, report.flatten(["rowNumber", "type", "message"])[:3]
    assert report.tasks[0].stats["rows"] == sum(counts(folder).values())
    return taken


def _plain(folder: Path) -> pa.Table:
    table = export.observed(metrics.book(folder), AFTER)
    return pa.table([_dense(each) for each in table.columns], names=table.column_names)


def _dense(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _written(folder: Path, form: Form, least: int) -> Times:
    book = metrics.book(folder)

    def write(out: Path) -> None:
        with out.open("wb") as file:
            file.writelines(form([export.observed(book, AFTER)]))

    return _timed(folder, write, least)


def _timed(folder: Path, write: Callable[[Path], object], least: int = 100) -> Times:
    """Time a writing; a row has at least so many bytes."""
    out = room(folder) / "out"
    start = now()
    write(out)
    taken = since(start)
    assert out.stat().st_size > least * sum(counts(folder).values())
    out.unlink()
    return taken


CASES: tuple[Case, ...] = (
    pyarrow,
    pandas,
    polars,
    duckdb,
    ours,
    parquet,
    pandas_parquet,
    polars_parquet,
    duckdb_parquet,
    datasette_csv,
    frictionless,
)
