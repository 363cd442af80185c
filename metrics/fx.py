"""Exchange rates: the European Central Bank's, and those that documents state; with receipts.

IAS 21.39-40: a balance converts at the closing rate of its day, a flow at the mean of its period.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Literal

import pandas as pd
from currency_converter.currency_converter import CURRENCY_FILE

from schemas.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrics.lens import Choice, Lens
    from schemas.book import Book
    from schemas.rate import StatedRate

SOURCE = "ECB euro foreign exchange reference rates"
# A closing rate is the last one on or before the day; older than this it is missing.
_BACK = timedelta(days=7)
# One direction for every pair, so that there and back meet: so many of the other for one of the
# earlier in this list (all others follow by name).
_FIRST = ("EUR", "USD")
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Receipt:
    """One conversion: so many `quote` for one `base`, how and when it was taken.

    `ahead` says that the period was not over when the rate was taken. A `stated` rate has the
    reference rate for the same period beside it, where there is one.
    """

    base: str
    quote: str
    rate: Fraction
    kind: Literal["closing", "mean", "stated"]
    start: date
    end: date
    days: int
    source: str = SOURCE
    ahead: bool = False
    reference: Fraction | None = None

    @property
    def difference(self) -> Fraction | None:
        """Say by what share the rate lies above the reference rate beside it."""
        return None if self.reference is None else self.rate / self.reference - 1


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates a reader may use: what was published by `known`, stated ones first if so chosen.

    Without a choice stated rates only fill in where there is no reference rate.
    """

    stated: tuple[StatedRate, ...] = ()
    known: date | None = None
    choice: Choice = "reference"

    def receipt(self, base: str, quote: str, period: Period) -> Receipt | None:
        """Find the rate from `base` to `quote` for a period; None where none was published."""
        reference = receipt(base, quote, period, self.known)
        if reference is not None and self.choice == "reference":
            return reference
        return next(self._stated(base, quote, period, reference), reference)

    def _stated(
        self, base: str, quote: str, period: Period, reference: Receipt | None
    ) -> Iterator[Receipt]:
        for each in self.stated:
            rate = each.between(base, quote)
            seen = self.known is None or each.published <= self.known
            if rate is not None and seen and each.period == period:
                # The rate of another day is nothing to hold a period's rate against.
                beside = None if reference is None or reference.ahead else reference.rate
                yield Receipt(
                    base, quote, rate, "stated", period.start or period.end, period.end,
                    max(period.days, 1), f"{each.publisher} [{each.source}]", reference=beside,
                )  # fmt: skip


def rates(book: Book, lens: Lens) -> Rates:
    """Give the rates of a book, as a reader wants to use them."""
    return Rates(book.rates, lens.known, lens.rates)


@cache
def _table() -> pd.DataFrame:
    """Read the rates per euro: one row per publication day (ascending), one column a currency."""
    rates = pd.read_csv(CURRENCY_FILE, index_col="Date", na_values=["N/A"], parse_dates=True)
    rates = rates.loc[:, ~rates.columns.str.startswith("Unnamed")].sort_index()
    rates.columns = rates.columns.str.strip()
    return rates.assign(EUR=1.0)


@cache
def _pair(base: str, quote: str) -> tuple[list[date], list[float], list[float]]:
    """Line up one pair's days, cross rates and running sums; empty for an unknown currency."""
    rates = _table()
    if base not in rates or quote not in rates:
        return [], [], []
    cross = (rates[quote] / rates[base]).dropna()
    return [day.date() for day in cross.index], cross.tolist(), cross.cumsum().tolist()


def currencies() -> list[str]:
    """Name the currencies that have reference rates, sorted."""
    return sorted(str(name) for name in _table().columns)


def receipt(base: str, quote: str, period: Period, known: date | None = None) -> Receipt | None:
    """Find the reference rate for a period; None where none was published.

    An instant takes the closing rate (at most seven days back), a duration the mean over its
    publication days of the cross rate in the pair's fixed direction. Nothing published after
    `known` is used: a period that was not over by then takes the closing rate of that day.
    """
    ahead = known is not None and known < period.end
    if known is not None and ahead:
        period = Period(None, known)
    swapped = _order(quote) < _order(base)
    days, rates, sums = _pair(*((quote, base) if swapped else (base, quote)))
    last = bisect_right(days, period.end) - 1
    if last < 0 or (period.is_instant and period.end - days[last] > _BACK):
        return None
    if period.start is None:
        rate, first = rates[last], last
    else:
        first = bisect_right(days, period.start - timedelta(days=1))
        # A currency that came or went within the period has no mean for all of it.
        if first > last or max(days[first] - period.start, period.end - days[last]) > _BACK:
            return None
        before = sums[first - 1] if first else 0.0
        rate = (sums[last] - before) / (last - first + 1)
    exact = Fraction(f"{rate:.{_DIGITS}g}")
    kind: Literal["closing", "mean"] = "closing" if period.is_instant else "mean"
    taken = 1 / exact if swapped else exact
    return Receipt(base, quote, taken, kind, days[first], days[last], last - first + 1, ahead=ahead)


def _order(currency: str) -> tuple[int, str]:
    return (_FIRST.index(currency) if currency in _FIRST else len(_FIRST), currency)
