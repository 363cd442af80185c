"""Deriving every metric for every company by the column, beside pandas' own last row per group.

Each function is run in a process of its own and gives its time; reading the book is not timed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

import metrics
from benchmarks.clock import Times, now, since
from benchmarks.measure import Case
from benchmarks.peer import LENS, SIX
from metrics import compare
from metrics.column import Evidence
from schemas.book import COLUMNS, Book, spans


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


def last(folder: Path) -> Times:
    """Take the last row per company and metric with pandas: `groupby().last()`."""
    book = metrics.book(folder)
    start = now()
    book.observations.groupby(["company", "metric"], observed=True).last()
    return since(start)


def laid_out(folder: Path) -> Times:
    """Lay the observations out for columns: candidates, order among rivals, periods by number."""
    book = metrics.book(folder)
    start = now()
    assert Evidence(book, LENS).table.order.size
    return since(start)


def derived(folder: Path) -> Times:
    """Lay out, then work out every derived metric of every company, with bounds and statuses."""
    book = metrics.book(folder)
    start = now()
    evidence = Evidence(book, LENS)
    answers = [evidence.answer(name) for name, entry in book.catalog.items() if entry.is_derived]
    taken = since(start)
    assert sum(int(each.good.sum()) for each in answers) > evidence.size
    return taken


def slices(folder: Path) -> Times:
    """Take six companies' observations out of the book: the median of nine."""
    book = metrics.book(folder)
    return _median(_sliced(book, chosen) for chosen in _sixes(book, 9))


def _sliced(book: Book, chosen: list[str]) -> Times:
    start = now()
    found = book.of(chosen)
    taken = since(start)
    assert len(found)
    return taken


def first_page(folder: Path) -> Times:
    """Work out, exactly, what Compare shows of six companies, for the first time in a process."""
    book = metrics.book(folder)
    return next(_comparisons(book, 1))


def next_page(folder: Path) -> Times:
    """The same of six others, exchange rates and formulas being known: the median of nine."""
    book = metrics.book(folder)
    return _median(list(_comparisons(book, 10))[1:])


def same_page(folder: Path) -> Times:
    """The same of the same six again, their exact figures being at hand."""
    book = metrics.book(folder)
    (chosen,) = _sixes(book, 1)
    return _median([_compared(book, chosen) for _ in range(10)][1:])


def _median(times: Iterable[Times]) -> Times:
    found = sorted(times)
    return found[len(found) // 2]


def _sixes(book: Book, times: int) -> Iterator[list[str]]:
    singles = book.singles
    for turn in range(times):
        yield [singles[(SIX * turn + place) % len(singles)] for place in range(SIX)]


def _comparisons(book: Book, times: int) -> Iterator[Times]:
    return (_compared(book, chosen) for chosen in _sixes(book, times))


def _compared(book: Book, chosen: list[str]) -> Times:
    start = now()
    lines = compare.compare(book, chosen, LENS)
    taken = since(start)
    assert any(cell.answer.is_good for line in lines for cell in line.cells)
    return taken


CASES: tuple[Case, ...] = (last, laid_out, derived, slices, first_page, next_page, same_page)
