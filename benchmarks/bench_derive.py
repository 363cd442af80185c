"""Deriving every metric for every company by the column, beside pandas' own last row per group.

`python -m benchmarks.bench_derive FOLDER [--copies 10] [--rounds 5]` reads a made folder once,
copies its companies, and measures both in turns over the same table in one process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import click
import pandas as pd

import metrics
from benchmarks import table
from metrics.column import Evidence
from metrics.lens import Lens
from schemas.book import COLUMNS, Book, spans

LENS = Lens(date(2026, 11, 22), date(2026, 11, 22))


def copied(book: Book, copies: int) -> Book:
    """Give a book with every company so many times, under names of their own."""
    rows = pd.concat(
        [
            book.observations.assign(company=book.observations["company"].astype(object) + f"-{n}")
            for n in range(copies)
        ],
        ignore_index=True,
    ).astype(COLUMNS)
    rows = rows.sort_values(["company", "metric", "end", "id"], ignore_index=True)
    companies = {
        f"{name}-{n}": each for name, each in book.companies.items() for n in range(copies)
    }
    return replace(book, observations=rows, companies=companies, spans=spans(rows))


def last(book: Book) -> None:
    """Take the last row per company and metric with pandas."""
    book.observations.groupby(["company", "metric"], observed=True).last()


def laid_out(book: Book) -> None:
    """Lay the observations out for columns: candidates, order among rivals, periods by number."""
    assert Evidence(book, LENS).table.order.size


def derived(book: Book) -> None:
    """Lay out, then work out every derived metric of every company, with bounds and statuses."""
    evidence = Evidence(book, LENS)
    answers = [evidence.answer(name) for name, entry in book.catalog.items() if entry.is_derived]
    assert sum(int(each.good.sum()) for each in answers) > evidence.size


CASES: tuple[Callable[[Book], None], ...] = (last, laid_out, derived)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--copies", type=click.IntRange(1), default=10, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
def main(folder: Path, copies: int, rounds: int) -> None:
    """Measure and print a table."""
    book = copied(metrics.book(folder), copies)
    count = sum(entry.is_derived for entry in book.catalog.values())
    click.echo(
        f"\n{len(book.companies):,} companies, {len(book.observations):,} observations,"
        f" {count} derived metrics\n"
    )
    for line in table.rows({table.named(each): partial(each, book) for each in CASES}, rounds):
        click.echo(line)
    click.echo(f"\n{table.peak()}")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.bench_derive")
