"""Documents and how they stand to each other: what each states, quotes and rewrites."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from metrics import check, choose
from schemas import period

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from metrics.choose import Agreement
    from metrics.lens import Lens
    from schemas.book import Book, Row

How = Literal["rewrites", "quotes"]


@dataclass(frozen=True, slots=True)
class Tie:
    """One document resting on another: a rewrite of all of it, or a quotation of some figures.

    `figures` counts the observations that are said to be quoted, 0 where the whole document is.
    """

    source: str
    original: str
    how: How
    figures: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents published by a day: their ids, the latest first, and what each gives."""

    sources: tuple[str, ...]
    figures: Mapping[str, int]
    companies: Mapping[str, tuple[str, ...]]
    ties: Mapping[str, tuple[Tie, ...]]
    resting: Mapping[str, tuple[Tie, ...]]

    def roots(self, source: str) -> list[str]:
        """Name the documents at which a family begins, from any of its members."""
        seen: list[str] = []
        firsts: list[str] = []
        wanted = [source]
        while wanted:
            name = wanted.pop()
            if name in seen:
                continue
            seen.append(name)
            above = [tie.original for tie in self.ties.get(name, ())]
            wanted += above
            if not above:
                firsts.append(name)
        return firsts

    def family(self, root: str) -> Iterator[tuple[int, Tie | None, str]]:
        """Walk down from a document: depth, how it rests on the one above, its id."""
        yield from self._below(root, None, 0, frozenset())

    def _below(
        self, name: str, tie: Tie | None, depth: int, above: frozenset[str]
    ) -> Iterator[tuple[int, Tie | None, str]]:
        yield depth, tie, name
        for each in self.resting.get(name, ()):
            # Documents that rest on each other are a problem of their own, not an endless tree.
            if each.source not in above | {name}:
                yield from self._below(each.source, each, depth + 1, above | {name})


def shelf(book: Book, lens: Lens) -> Shelf:
    """Lay out the documents that had been published by the reader's day."""
    days = {
        name: day
        for name, each in book.sources.items()
        if (day := period.last_day(each.published)) is not None and day <= lens.known
    }
    rows = book.known(lens.known)
    counts = rows["source"].value_counts()
    pairs = rows[["source", "company"]].drop_duplicates().astype(str)
    companies = {
        str(name): tuple(sorted(each)) for name, each in pairs.groupby("source")["company"]
    }
    quoting = _quoting(rows)
    ties = {name: tuple(_ties(book, name, quoting.get(name, {}))) for name in days}
    resting: dict[str, list[Tie]] = {}
    for each in (tie for found in ties.values() for tie in found):
        resting.setdefault(each.original, []).append(each)
    return Shelf(
        tuple(sorted(days, key=lambda name: (-days[name].toordinal(), name))),
        {str(name): int(count) for name, count in counts.items() if count},
        companies,
        ties,
        {name: tuple(sorted(each, key=lambda tie: tie.source)) for name, each in resting.items()},
    )


def _quoting(rows: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Count for each document the observations that it takes from each other one."""
    quoted = rows[rows["quotes"] != ""]
    found: dict[str, dict[str, int]] = {}
    pairs = zip(quoted["source"], quoted["quotes"], strict=True)
    for (source, original), count in sorted(Counter(pairs).items()):
        found.setdefault(source, {})[original] = count
    return found


def _ties(book: Book, name: str, quoted: Mapping[str, int]) -> Iterator[Tie]:
    source = book.sources[name]
    if source.derived_from in book.sources:
        yield Tie(name, str(source.derived_from), "rewrites")
    originals = dict.fromkeys([source.primary_source, *quoted])
    for original in originals:
        if original in book.sources and original != source.derived_from:
            yield Tie(name, str(original), "quotes", quoted.get(str(original), 0))


def found(book: Book, names: Sequence[str], text: str) -> list[str]:
    """Keep the documents whose id, publisher, title or author holds a text."""
    wanted = text.strip().casefold()
    return [name for name in names if not wanted or wanted in _searched(book, name)]


def _searched(book: Book, name: str) -> str:
    source = book.sources[name]
    parts = (name, source.publisher, source.title, source.author)
    return "\n".join(part for part in parts if part).casefold()


def rivals(book: Book, rows: Sequence[Row], lens: Lens) -> list[list[tuple[Row, Agreement]]]:
    """List for each observation what other documents print for the same, and how they agree."""
    known = book.known(lens.known)
    known = known[known["rank"] != "deprecated"]
    beside = known[known["company"].isin({row.company for row in rows})]
    beside = beside[beside.duplicated(check.SAME, keep=False) & (beside["against_metric"] == "")]
    every: dict[tuple[str, ...], list[Row]] = {}
    for row in book.exact(beside):
        every.setdefault(_same(row), []).append(row)
    return [
        [
            (other, choose.agreement(row, other))
            for other in every.get(_same(row), [])
            if other.id != row.id and not row.against_metric
        ]
        for row in rows
    ]


def _same(row: Row) -> tuple[str, ...]:
    return tuple(str(getattr(row, name)) for name in check.SAME)
