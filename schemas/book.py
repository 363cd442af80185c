"""A book is everything read from one data folder, frozen: tables, documents, problems."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from schemas.entry import Measure, Misfit, measure
from schemas.period import Period

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from schemas.company import Company
    from schemas.metric import Catalog
    from schemas.problem import Problem
    from schemas.rate import StatedRate
    from schemas.sets import Sets
    from schemas.source import Source

# Companies whose exact rows are kept at hand.
RECENT = 64
# The source of what a reader supposes; no document can have it, ids being lower-kebab.
SUPPOSED = "~supposed"

# One row per observation. Text is Arrow-backed; ids are categories, so that verbs group by code.
# Numbers are in the metric's unit (money in whole currency units, shares as fractions, time in
# months); NaN stands for "no single value" and for an unbounded end, told apart by `*_open`.
COLUMNS: dict[str, str] = {
    "id": "string[pyarrow]",
    "company": "category",
    "metric": "category",
    "scope": "category",
    "basis": "category",
    "kind": "category",
    "value_text": "string[pyarrow]",
    "as_stated": "string[pyarrow]",
    "value": "float64",
    "low": "float64",
    "high": "float64",
    "low_open": "bool",
    "high_open": "bool",
    "band_low": "float64",
    "band_high": "float64",
    "loose_low": "float64",
    "loose_high": "float64",
    "qualifier": "category",
    "unit": "category",
    "currency": "category",
    "unit_basis": "category",
    "also": "string[pyarrow]",
    "period": "string[pyarrow]",
    "start": "datetime64[s]",
    "end": "datetime64[s]",
    "period_basis": "category",
    "because": "string[pyarrow]",
    "source": "category",
    "place": "string[pyarrow]",
    "quotes": "category",
    "against_company": "category",
    "against_metric": "category",
    "by": "category",
    "rank": "category",
    "note": "string[pyarrow]",
    "file": "category",
    "line": "int32",
    "column": "int32",
    # joined from the source
    "published": "datetime64[s]",
    "grade": "int8",
    "repeats": "bool",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One observation of the table, with its amounts exact again."""

    id: str
    company: str
    metric: str
    scope: str
    basis: str
    kind: str
    value_text: str
    as_stated: str
    measure: Measure
    period: Period
    published: date
    source: str
    place: str
    quotes: str
    grade: int
    repeats: bool
    rank: str
    against_company: str
    against_metric: str
    by: str
    also: str | None
    unit_basis: str
    period_basis: str
    because: str | None
    note: str | None
    file: str
    line: int
    column: int

    @property
    def is_hypothetical(self) -> bool:
        """Say whether a reader supposes this, and no document states it."""
        return self.source == SUPPOSED


@dataclass(frozen=True, slots=True)
class Supposed:
    """An observation that a reader supposes, as asked for, and the one whose place it takes."""

    asked: tuple[str, ...]
    row: Row
    real: Row | None


@dataclass(frozen=True, slots=True)
class Book:
    """What one data folder says; nothing in it changes after reading.

    `companies` are without their observations, which are the rows of `observations`. A book in
    which something is supposed keeps the one without: `base`.
    """

    folder: Path
    catalog: Catalog
    companies: Mapping[str, Company]
    sources: Mapping[str, Source]
    sets: Sets
    observations: pd.DataFrame
    problems: tuple[Problem, ...]
    version: str
    # Where each company's rows stand in the table, which is sorted by company.
    spans: Mapping[str, slice]
    # What documents state of exchange rates, the one that leads for a pair and period first.
    rates: tuple[StatedRate, ...] = ()
    # The members of each group.
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # What was read, by file, so that the next reading needs only what has changed.
    kept: object = field(default=None, repr=False, compare=False)
    supposed: tuple[Supposed, ...] = ()
    base: Book | None = None
    # Exact rows of the companies asked for last: reading figures again is what takes time.
    _recent: OrderedDict[str, tuple[Row, ...]] = field(
        default_factory=OrderedDict, repr=False, compare=False
    )

    @property
    def real(self) -> Book:
        """Give the book of what documents state, without anything supposed."""
        return self.base or self

    def supposition(self, observation: str) -> Supposed | None:
        """Find what is supposed by the id of its observation."""
        return next((each for each in self.supposed if each.row.id == observation), None)

    def of(self, companies: Iterable[str]) -> pd.DataFrame:
        """Give the observations of some companies, company by company."""
        spans = [self.spans[each] for each in companies if each in self.spans]
        if len(spans) == 1:
            return self.observations[spans[0]]
        places = chain.from_iterable(range(each.start, each.stop) for each in spans)
        return self.observations.iloc[list(places)]

    def known(self, day: date | None) -> pd.DataFrame:
        """Give the observations that had been published by `day`; all of them without one."""
        rows = self.observations
        return rows if day is None else rows[rows["published"] <= pd.Timestamp(day)]

    def without(self, ids: Collection[str]) -> Book:
        """Give the same book without some observations."""
        kept = self.observations[~self.observations["id"].isin(ids)].reset_index(drop=True)
        recent = OrderedDict(
            (company, tuple(row for row in rows if row.id not in ids))
            for company, rows in dict(self._recent).items()
        )
        return replace(self, observations=kept, spans=spans(kept), _recent=recent)

    def rows(self, companies: Iterable[str]) -> list[Row]:
        """Take some companies' observations out of the table, amounts exact."""
        wanted = list(companies)
        known = {name: rows for name in wanted if (rows := self._recent.get(name)) is not None}
        known |= self._read([name for name in wanted if name not in known])
        return [row for name in wanted for row in known[name]]

    def _read(self, companies: Sequence[str]) -> dict[str, tuple[Row, ...]]:
        """Take companies' observations out of the table at once, and remember them for a while."""
        if not companies:
            return {}
        found: dict[str, list[Row]] = {name: [] for name in companies}
        for row in self.exact(self.of(found)):
            found[row.company].append(row)
        read = {name: tuple(rows) for name, rows in found.items()}
        self._recent.update(read)
        while len(self._recent) > RECENT:
            # Another reader may have been as quick, so what is gone is gone.
            with suppress(KeyError):
                self._recent.popitem(last=False)
        return read

    def exact(self, observations: pd.DataFrame) -> list[Row]:
        """Take some of the table's observations out of it, amounts exact."""
        supposed = {each.row.id: each.row for each in self.supposed}
        return [
            supposed.get(record["id"]) or _row(record, self.catalog)
            for record in observations.to_dict("records")
        ]

    @property
    def key(self) -> str:
        """Name what can be worked out from the book, so that it is worked out once."""
        return self.version

    @property
    def counts(self) -> tuple[int, int, int]:
        """Count the companies that are no groups, the observations, and the sources."""
        return len(self.singles), len(self.observations), len(self.sources)

    @property
    def is_part(self) -> bool:
        """Say whether there are more companies than are listed."""
        return False

    def holding(self, companies: Iterable[str]) -> Book:  # noqa: ARG002 - a part takes them
        """Give a book that has some companies' observations; this one has all there are."""
        return self

    def groups_of(self, company: str) -> list[str]:
        """Name the groups that a company is a member of."""
        return [name for name, members in self.groups.items() if company in members]

    @property
    def singles(self) -> list[str]:
        """Name the companies that are not groups, sorted."""
        return sorted(name for name in self.companies if name not in self.groups)


_TEXTS = tuple(
    name for name in Row.__dataclass_fields__
    if name not in {"measure", "period", "published", "line", "column", "grade", "repeats"}
)  # fmt: skip


def _row(record: dict[Hashable, Any], catalog: Catalog) -> Row:
    measured = measure(
        record["value_text"],
        record["as_stated"],
        catalog[record["metric"]],
        inferred=record["unit_basis"] == "inferred",
        related=record["against_metric"] != "",
    )
    if isinstance(measured, Misfit):
        message = f"the book's table holds only figures that fit, got {record['value_text']!r}"
        raise TypeError(message)
    start = record["start"]
    texts: dict[str, Any] = {
        name: None if pd.isna(record[name]) else record[name] for name in _TEXTS
    }
    return Row(
        **texts,
        measure=measured,
        period=Period(None if pd.isna(start) else start.date(), record["end"].date()),
        published=record["published"].date(),
        grade=int(record["grade"]),
        repeats=bool(record["repeats"]),
        line=int(record["line"]),
        column=int(record["column"]),
    )


def spans(rows: pd.DataFrame) -> dict[str, slice]:
    """Find where each company's rows begin and end in a table sorted by company."""
    codes = rows["company"].cat.codes.to_numpy()
    names = rows["company"].cat.categories.tolist()
    starts = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(codes)]
    return {
        str(names[codes[first]]): slice(first, after)
        for first, after in pairwise(starts)
        if first < after
    }


def table(rows: Iterable[tuple[object, ...]]) -> pd.DataFrame:
    """Lay rows in the order of `COLUMNS` out as the book's one table."""
    frame = pd.DataFrame.from_records(list(rows), columns=list(COLUMNS))
    return frame.astype(COLUMNS)
