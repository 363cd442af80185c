"""The book's observations laid out as arrays, so that choosing among them is a few operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from metrics import bounds, derive
from metrics.bounds import NONE
from metrics.choose import BOOKED
from schemas.company import WHOLE
from schemas.period import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metrics.bounds import Bools, Column, Floats, Ints
    from metrics.lens import Lens
    from schemas.period import Period

_NO_NUMBERS = np.zeros(0)
_RANKS = {"preferred": 0, "normal": 1, "deprecated": 2}
# Room for every day since 1800 below the other keys of the order among rivals.
_DAYS = 1 << 20


class Names:
    """Texts by number, so that columns hold numbers; 0 is no text."""

    def __init__(self, known: Sequence[str] = ("",)) -> None:
        self.all = list(known)
        self._codes = {name: code for code, name in enumerate(self.all)}

    def code(self, name: str) -> int:
        """Number a text, the same one every time."""
        if name not in self._codes:
            self._codes[name] = len(self.all)
            self.all.append(name)
        return self._codes[name]


class Periods:
    """Every period that comes up, by number, so that columns hold numbers."""

    def __init__(self, periods: Sequence[Period]) -> None:
        self.all = list(dict.fromkeys(periods))
        self.code = {each: code for code, each in enumerate(self.all)}
        self._known: dict[str, Floats] = {}

    def mapped(self, codes: Ints, turn: Callable[[Period], Period | None]) -> Ints:
        """Turn each period into another; no period stays none."""
        # Only periods that occur are turned, for turning them adds new ones.
        turned = np.full(len(self.all) + 1, NONE, dtype=np.int64)
        for code in np.flatnonzero(np.bincount(codes + 1, minlength=1)[1:]).tolist():
            turned[code] = self._coded(turn(self.all[code]))
        after: Ints = turned[codes]
        return after

    def months(self, codes: Ints) -> Floats:
        """Give the lengths in months, 0 for instants; no period gives NaN."""
        return self._each("months", codes, lambda of: float(of.months), np.nan)

    def days_before(self, codes: Ints) -> Ints:
        """Give the days before the first as ordinals; instants and no period give 0."""
        return self._each("before", codes, _day_before, 0).astype(np.int64)

    def ends(self, codes: Ints) -> Ints:
        """Give the last days as ordinals; no period gives 0."""
        return self._each("ends", codes, lambda of: of.end.toordinal(), 0).astype(np.int64)

    def _each(self, name: str, codes: Ints, of: Callable[[Period], float], none: float) -> Floats:
        """Take a number of every period, worked out once; -1 finds the one for none at the end."""
        known = self._known.get(name, _NO_NUMBERS)
        if len(known) != len(self.all) + 1:
            known = np.array([*(of(each) for each in self.all), none], dtype=np.float64)
            self._known[name] = known
        numbers: Floats = known[codes]
        return numbers

    def _coded(self, of: Period | None) -> int:
        if of is None:
            return NONE
        if of not in self.code:
            self.code[of] = len(self.all)
            self.all.append(of)
        return self.code[of]


@dataclass(frozen=True, slots=True)
class Table:
    """The observations that count as arrays, one entry per row; names and periods by number.

    Rows stand by metric, then company, so that what is worked on together lies together; `place`
    is where each stands in the frame it was taken from. Ends enclose the exact ones; `order` ranks
    rivals as `choose.order` does.
    """

    place: Ints
    metric: Ints
    company: Ints
    basis: Ints
    period: Ints
    end: Ints
    days: Ints
    is_year: Bools
    booked: Bools
    planned: Bools
    currency: Ints
    order: Ints
    low: Floats
    high: Floats
    low_open: Bools
    high_open: Bools
    value: Floats

    def taken(self, rows: Ints) -> Column:
        """Lay chosen rows (-1 for none) out as a column."""
        there = rows >= 0
        if not len(self.company):
            return bounds.nothing(len(rows))
        return bounds.Column(
            self.low[rows], self.high[rows], self.low_open[rows], self.high_open[rows],
            self.value[rows], np.where(there, self.period[rows], NONE),
            np.where(there, self.currency[rows], 0), there,
        )  # fmt: skip


def table(
    rows: pd.DataFrame, companies: Sequence[str], currencies: Names, lens: Lens
) -> tuple[Table, Periods]:
    """Take out of the book's rows what the verbs need of what counts, and number the periods."""
    place = np.flatnonzero(_counting(rows, lens))
    place = place[np.argsort(_codes(rows["metric"])[place], kind="stable")]
    codes, texts = pd.factorize(rows["period"])
    periods = Periods([_period(str(text)) for text in texts])
    period = np.asarray(codes, dtype=np.int64)[place]
    starts, ends = (_ordinals(rows[name])[place] for name in ("start", "end"))
    low, high = bounds.enclosing(
        np.nan_to_num(rows["low"].to_numpy()[place], nan=-np.inf),
        np.nan_to_num(rows["high"].to_numpy()[place], nan=np.inf),
    )
    known = {name: code for code, name in enumerate(companies)}
    found = Table(
        place=place,
        metric=_codes(rows["metric"])[place],
        company=_coded(rows["company"], known.get)[place],
        basis=_codes(rows["basis"])[place],
        period=period,
        end=ends,
        days=np.where(starts > 0, ends - starts + 1, 0),
        is_year=periods.months(period) == float(derive.YEAR),
        booked=rows["grade"].to_numpy()[place] >= BOOKED,
        planned=~_is(rows["kind"], ("actual",))[place],
        currency=_coded(rows["currency"], currencies.code)[place],
        order=_order(rows)[place],
        low=low,
        high=high,
        low_open=rows["low_open"].to_numpy()[place],
        high_open=rows["high_open"].to_numpy()[place],
        value=rows["value"].to_numpy()[place],
    )
    return found, periods


def _counting(rows: pd.DataFrame, lens: Lens) -> Bools:
    """Say what `choose.candidates` keeps: actual figures and plans of whole companies."""
    ended = _ordinals(rows["end"]) <= lens.at.toordinal()
    counted = (_is(rows["kind"], ("actual",)) & ended) | _is(rows["kind"], derive.PLANNED)
    seen = _ordinals(rows["published"]) <= lens.known.toordinal()
    plain = ~_is(rows["rank"], ("deprecated",)) & _is(rows["against_metric"], ("",))
    counts: Bools = counted & seen & plain & _is(rows["scope"], (WHOLE,))
    return counts


def _codes(names: pd.Series[Any]) -> Ints:
    return names.cat.codes.to_numpy().astype(np.int64)


def _is(names: pd.Series[Any], wanted: Sequence[str]) -> Bools:
    """Say which of a category column's rows have one of some names."""
    there = np.array([*(str(name) in wanted for name in names.cat.categories), False])
    found: Bools = there[names.cat.codes.to_numpy()]
    return found


def _coded(names: pd.Series[Any], code: Callable[[str], int | None]) -> Ints:
    """Number the names of a category column by a code of their own."""
    coded = [code(str(name)) for name in names.cat.categories]
    numbers = np.array([NONE if each is None else each for each in coded], dtype=np.int64)
    found: Ints = numbers[names.cat.codes.to_numpy()]
    return found


def _period(text: str) -> Period:
    found = parse(text)
    if found is None:
        message = f"the book's periods are ISO 8601, got {text!r}"
        raise TypeError(message)
    return found


def _ordinals(days: pd.Series[Any]) -> Ints:
    """Number days as `date.toordinal` does; missing ones are 0."""
    seconds = days.to_numpy(dtype="datetime64[D]").astype(np.int64)
    return np.where(days.isna(), 0, seconds + 719_163)


def _order(rows: pd.DataFrame) -> Ints:
    """Rank all rows as `choose.order` does; the least leads.

    The book's rows stand by company, metric, end and id, so that the last key is their place.
    """
    unbounded = (rows["low"].isna() | rows["high"].isna()).to_numpy()
    width = np.where(unbounded, 0.0, rows["high"].to_numpy() - rows["low"].to_numpy())
    lead = _coded(rows["rank"], _RANKS.get) * 100 - rows["grade"].to_numpy().astype(np.int64)
    key = (lead * 2 + rows["repeats"].to_numpy()) * _DAYS - _ordinals(rows["published"])
    order = np.empty(len(rows), dtype=np.int64)
    order[np.lexsort((width, key * 2 + unbounded))] = np.arange(len(rows))
    return order


def _day_before(of: Period) -> float:
    return 0 if of.start is None else of.start.toordinal() - 1
