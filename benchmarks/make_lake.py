"""A lake of any size: `python -m benchmarks.make_lake FOLDER LAKE --copies 50`.

Reads a made folder once and copies its companies under names of their own, as nobody would wait for
fifty thousand files.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

import metrics
from benchmarks.bench_derive import copied
from metrics import lake
from schemas.book import Book


def grown(book: Book, copies: int) -> Book:
    """Give a book with every company so many times, groups and ids of observations too."""
    found = copied(book, copies)
    companies = {
        f"{name}-{n}": each.model_copy(
            update={"members": tuple(f"{member}-{n}" for member in each.members)}
        )
        for name, each in book.companies.items()
        for n in range(copies)
    }
    rows = found.observations
    after = rows["company"].astype(str).str.rpartition("-")[2]
    ids = (rows["id"].astype(str) + after).astype(rows["id"].dtype)
    sets = {
        name: each.model_copy(
            update={"companies": tuple(f"{one}-0" for one in each.companies), "notes": {}}
        )
        for name, each in book.sets.items()
    }
    rows = rows.assign(id=ids)
    return replace(
        found, companies=companies, observations=rows, sets=sets, problems=(), kept=None,
        groups=lake.grouped(companies),
    )  # fmt: skip


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.argument("where")
@click.option("--copies", type=click.IntRange(1), default=50, show_default=True)
@click.option("--buckets", type=click.IntRange(0), default=0)
def main(folder: Path, where: str, copies: int, buckets: int) -> None:
    """Write the lake and say what is in it."""
    about = lake.write(grown(metrics.book(folder), copies), where, buckets).about
    click.echo(
        f"{about.companies:,} companies, {about.observations:,} observations,"
        f" {about.buckets} buckets"
    )


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.make_lake")
