"""All companies by one metric: in which order, and which places their bounds leave open.

A number with bounds may not have one place. A company's first place counts those that are ahead of
it whatever the truth inside the bounds is; its last place counts all that are not behind it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metrics import choose, compare, derive, formula
from metrics.column import Evidence
from metrics.compare import Cell
from metrics.derive import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from metrics import fx
    from metrics.bounds import Bools, Column, Floats, Ints
    from metrics.layout import Periods
    from metrics.lens import Lens
    from schemas.book import Book, Row
    from schemas.metric import Metric

_NOWHERE = np.zeros(0, dtype=np.int64)
# In which currency amounts of several are put in order, if the reader has not chosen one.
COMMON = "USD"
# Statuses, what is nearest to a number first; those without a place come after those with one.
ORDER = (
    "ok", "stale", "gap", "proxy", "planned", "unbounded", "not_meaningful", "refused", "missing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ranking:
    """Companies in order; `first` and `last` are the places each may have, 0 without a number.

    `currency` is the one in which money of several currencies was put in order, and empty where
    there was no need of one; `counts` says how many companies have each status, and `mixed` in what
    the numbers differ that no reader should overlook. `placed` companies have a place; they come
    first.
    """

    metric: str
    companies: tuple[str, ...]
    first: Ints
    last: Ints
    currency: str
    counts: Mapping[str, int]
    placed: int
    mixed: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A metric's answers for some companies, as far as their order needs them."""

    companies: Sequence[str]
    amount: Column
    good: Bools
    status: NDArray[np.object_]
    definition: NDArray[np.object_]
    # Companies that are no groups: only they are put in order.
    single: Bools
    currencies: Sequence[str]
    periods: Periods
    rates: fx.Rates


def ranking(book: Book, lens: Lens, metric: str) -> Ranking:
    """Put all single companies in order, the better end first, or the larger where none is better.

    The order is that of the end that is sure: the low one, or the high one where less is better.
    """
    evidence = Evidence(book, lens)
    answers = evidence.answer(metric)
    single = np.array([not book.companies[name].members for name in evidence.companies], dtype=bool)
    of = Field(
        evidence.companies, answers.amount, answers.good, answers.status, answers.definition,
        single, evidence.currencies, evidence.periods, evidence.rates,
    )  # fmt: skip
    return ordered(of, metric, book.catalog[metric], lens.currency)


def ordered(of: Field, metric: str, entry: Metric, currency: str = "") -> Ranking:
    """Put companies in order by what is known of them."""
    amount = of.amount
    has = of.good & amount.there & of.single
    currency = currency or _common(of, amount.currency[has])
    rate = _rates(of, has, currency)
    has &= ~np.isnan(rate)
    low, high = (
        np.where(has, end * np.nan_to_num(rate), np.nan) for end in (amount.low, amount.high)
    )
    less = entry.better == "lower"
    first, last = _places(
        np.where(amount.low_open, np.nextafter(low, np.inf), low)[has],
        np.where(amount.high_open, np.nextafter(high, -np.inf), high)[has],
        less=less,
    )
    order = _order(low, high, has, of.status, less=less)
    order = order[of.single[order]]
    places = np.zeros((2, len(of.companies)), dtype=np.int64)
    places[:, has] = first, last
    return Ranking(
        metric, tuple(of.companies[at] for at in order.tolist()),
        places[0][order], places[1][order],
        currency if len(np.unique(amount.currency[has])) > 1 else "",
        Counter(str(each) for each in of.status[of.single]),
        int(np.count_nonzero(has)),
        tuple(_mixed(of, entry, has)),
    )  # fmt: skip


def _mixed(of: Field, entry: Metric, has: Bools) -> Iterator[Reason]:
    """Name what numbers differ in, as a comparison does: definitions, lengths, dates."""
    ways = of.definition[has].astype(str)
    if len(set(ways)) > 1:
        yield compare.differing("differ_definition", set(ways))
    scaled = {
        name
        for name, text in entry.definitions.items()
        if any(f"{each}(" in text for each in compare.SPREAD)
    }
    plain = has.copy()
    plain[has] = ~np.isin(ways, list(scaled))
    lengths = sorted({round(each) for each in of.periods.months(of.amount.period[plain])})
    if len(lengths) > 1:
        yield Reason("differ_length", (("values", ", ".join(map(str, lengths))),))
    ends = of.periods.ends(of.amount.period[has])
    apart = int(np.ptp(ends)) if ends.size else 0
    if apart > derive.GAP_MARKED:
        yield Reason("differ_dates", (("days", str(apart)),))


def cells(book: Book, companies: Sequence[str], lens: Lens, metric: str) -> tuple[Cell, ...]:
    """Answer a metric exactly for some companies, reading no more of them than it takes."""
    rows: dict[str, list[Row]] = {name: [] for name in companies}
    for row in book.exact(_needed(book, companies, metric, years=lens.periods == "year")):
        rows[row.company].append(row)
    return tuple(_cell(book, name, mine, lens, metric) for name, mine in rows.items())


def _cell(book: Book, company: str, rows: Sequence[Row], lens: Lens, metric: str) -> Cell:
    of = derive.gathered(book, company, rows, lens)
    seen = [row for row in rows if choose.is_seen(row, lens)]
    answer = compare.present(derive.answer(of, metric), lens.currency, of.rates)
    return Cell(answer, *compare.under(book, seen, metric))


def _needed(
    book: Book, companies: Sequence[str], metric: str, *, years: bool = False
) -> pd.DataFrame:
    """Take out of the book what some companies' answers rest on; a round can refuse a runway.

    Where full `years` are asked for, balances are those at the end of a year of anything at all.
    """
    places = [
        np.arange(each.start, each.stop) for name in companies if (each := book.spans.get(name))
    ]
    every = np.concatenate([_NOWHERE, *places])
    if years:
        return book.observations.iloc[every]
    wanted = [*formula.under(book.catalog, metric), "net_proceeds"]
    kept = book.observations["metric"].iloc[every].isin(wanted).to_numpy()
    return book.observations.iloc[every[kept]]


def _common(of: Field, codes: Ints) -> str:
    """Name the currency that amounts share, or the one to put several in order by."""
    found = [of.currencies[code] for code in np.unique(codes[codes > 0]).tolist()]
    return found[0] if len(found) == 1 else COMMON


def _rates(of: Field, has: Bools, currency: str) -> Floats:
    """Find what turns each amount into a currency at its own period's rate; NaN without a rate."""
    rate = np.ones(len(of.companies))
    keys = np.stack([of.amount.currency, of.amount.period])
    turns = has & (of.amount.currency > 0)
    pairs, where = np.unique(keys[:, turns], axis=1, return_inverse=True)
    rate[turns] = np.array(
        [_rate(of, code, period, currency) for code, period in pairs.T.tolist()]
    )[where.ravel()]
    return rate


def _rate(of: Field, code: int, period: int, currency: str) -> float:
    own = of.currencies[code]
    if own == currency:
        return 1.0
    if period < 0:
        return np.nan
    receipt = of.rates.receipt(own, currency, of.periods.all[period])
    return float(receipt.rate) if receipt else np.nan


def _places(low: Floats, high: Floats, *, less: bool) -> tuple[Ints, Ints]:
    """Count for each of some intervals who is ahead for sure, and who is not behind for sure."""
    if less:
        low, high = -high, -low
    lows, highs = np.sort(low), np.sort(high)
    ahead = len(low) - np.searchsorted(lows, high, side="right")
    behind = np.searchsorted(highs, low, side="left")
    return ahead.astype(np.int64) + 1, (len(low) - behind).astype(np.int64)


def _order(
    low: Floats, high: Floats, has: Bools, status: NDArray[np.object_], *, less: bool
) -> Ints:
    """Sort by the sure end, then by the other one; those without a number by their status."""
    after = np.array([ORDER.index(str(each)) for each in status], dtype=np.int64)
    sure, other = (high, low) if less else (-low, -high)
    keys = (np.where(has, other, 0), np.where(has, sure, 0), np.where(has, 0, after), ~has)
    order: Ints = np.lexsort(keys)
    return order
