"""Every company's derived metrics at once: the same verbs as `derive`, by the column.

`derive` works one value out exactly and keeps what a reader may ask for; here all companies are
worked out in float64, bounds rounded outwards, so that ten thousand cost some table operations.
The two must agree; tests hold them to it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from metrics import derive, formula, fx
from metrics.choose import BOOKED, PATIENCE
from metrics.formula import Call, Name, Number, Operation, Tree
from schemas.company import WHOLE
from schemas.period import Period, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from metrics.lens import Lens
    from schemas.book import Book
    from schemas.metric import Metric

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Texts = NDArray[np.object_]

_NO_ROWS = np.zeros(0, dtype=np.int64)
_NO_NUMBERS = np.zeros(0)
_PLANNED = derive.PLANNED
_NONE = -1
_YEAR = 12.0
_FAR = 1 << 32  # past any day's ordinal and any number of periods
_RANKS = {"preferred": 0, "normal": 1, "deprecated": 2}


class Periods:
    """Every period that comes up, by number, so that columns hold numbers."""

    def __init__(self, periods: Sequence[Period]) -> None:
        self.all = list(dict.fromkeys(periods))
        self.code = {each: code for code, each in enumerate(self.all)}
        self._known: dict[str, Floats] = {}

    def mapped(self, codes: Ints, turn: Callable[[Period], Period | None]) -> Ints:
        """Turn each period into another; no period stays none."""
        # Only periods that occur are turned, for turning them adds new ones.
        turned = np.full(len(self.all) + 1, _NONE, dtype=np.int64)
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
            return _NONE
        if of not in self.code:
            self.code[of] = len(self.all)
            self.all.append(of)
        return self.code[of]


@dataclass(frozen=True, slots=True)
class Column:
    """One amount per company: ends (infinite where unbounded), nominal value, period, currency.

    `there` says where there is an amount at all; elsewhere the numbers mean nothing.
    """

    low: Floats
    high: Floats
    low_open: Bools
    high_open: Bools
    value: Floats
    period: Ints
    currency: Ints
    there: Bools


@dataclass(frozen=True, slots=True)
class Answers:
    """A metric for every company, in the order of `Evidence.companies`."""

    metric: str
    amount: Column
    status: Texts
    reason: Texts
    definition: Texts
    gap_days: Ints
    inputs: tuple[Ints, ...]

    @property
    def good(self) -> Bools:
        """Say where there is a number to show."""
        return np.isin(self.status.astype(str), derive.GOOD)


@dataclass(frozen=True, slots=True)
class Table:
    """The observations as arrays, one entry per row; periods and currencies by number."""

    company: Ints
    period: Ints
    end: Ints
    days: Ints
    booked: Bools
    planned: Bools
    currency: Ints
    order: Ints
    low: Floats
    high: Floats
    low_open: Bools
    high_open: Bools
    value: Floats


class Evidence:
    """A book's whole-company observations that count for a reader, laid out for columns."""

    def __init__(self, book: Book, lens: Lens, companies: Sequence[str] | None = None) -> None:
        self.book = book
        self.lens = lens
        self.companies = sorted(book.companies) if companies is None else sorted(companies)
        rows = book.observations if companies is None else book.of(self.companies)
        self.rows = _counting(rows, lens)
        codes, texts = pd.factorize(self.rows["period"])
        self._periods = np.asarray(codes, dtype=np.int64)
        self.periods = Periods([_period(str(text)) for text in texts])
        self._answers: dict[str, Answers] = {}
        self._inputs: dict[str, Ints] = {}

    @property
    def size(self) -> int:
        """Count the companies."""
        return len(self.companies)

    @cached_property
    def currencies(self) -> list[str]:
        """Name the currencies by number."""
        return list(dict.fromkeys(["", *self.rows["currency"].astype(object)]))

    @cached_property
    def table(self) -> Table:
        """Take what verbs need out of the observations, once."""
        rows = self.rows
        company = pd.Index(self.companies).get_indexer(pd.Index(rows["company"].astype(object)))
        code = {name: number for number, name in enumerate(self.currencies)}
        starts, ends = _ordinals(rows["start"]), _ordinals(rows["end"])
        return Table(
            company=company.astype(np.int64),
            period=self._periods,
            end=ends,
            days=np.where(starts > 0, ends - starts + 1, 0),
            booked=rows["grade"].to_numpy() >= BOOKED,
            planned=(rows["kind"] != "actual").to_numpy(),
            currency=_whole(rows["currency"].astype(object).map(code)),
            order=_order(rows),
            low=np.nan_to_num(rows["low"].to_numpy(), nan=-np.inf),
            high=np.nan_to_num(rows["high"].to_numpy(), nan=np.inf),
            low_open=rows["low_open"].to_numpy(),
            high_open=rows["high_open"].to_numpy(),
            value=rows["value"].to_numpy(),
        )

    @cached_property
    def _by_metric(self) -> dict[str, Ints]:
        """Find each metric's rows, in the table's order."""
        metric = self.rows["metric"].cat
        codes = metric.codes.to_numpy()
        order = np.argsort(codes, kind="stable")
        ends = np.searchsorted(codes[order], np.arange(len(metric.categories) + 1))
        spans = zip(metric.categories, pairwise(ends.tolist()), strict=True)
        return {str(name): order[first:after] for name, (first, after) in spans}

    def named(self, metric: str, *, planned: bool = False) -> Ints:
        """Find the rows of a metric: what happened, or what was planned."""
        found = self._by_metric.get(metric, _NO_ROWS)
        kept: Ints = found[self.table.planned[found] == planned]
        return kept

    def inputs(self, metric: str) -> Ints:
        """Find the flows of a flow metric, the balances of any other, on one basis."""
        if metric not in self._inputs:
            entry, found = self.book.catalog[metric], self.named(metric)
            flows = self.table.days[found] > 0
            kept = found[flows == (entry.period == "duration")]
            self._inputs[metric] = self.one_basis(kept, entry)
        return self._inputs[metric]

    def one_basis(self, found: Ints, entry: Metric) -> Ints:
        """Keep one basis per company, that of the figure the rule would choose, as in `derive`."""
        if not entry.basis or not len(found):
            return found
        table, basis = self.table, self.rows["basis"].cat
        order = {name: len(entry.basis) - place for place, name in enumerate(entry.basis)}
        ranks = np.array([order.get(name, 0) for name in basis.categories], dtype=np.int64)
        rank = ranks[basis.codes.to_numpy()[found]]
        lead = self.latest(found)[table.company[found]]
        leads = (table.end[found] == table.end[lead]) & (table.booked[found] >= table.booked[lead])
        best = self._most(table.company[found][leads], rank[leads])
        kept: Ints = found[rank == best[table.company[found]]]
        return kept

    def _most(self, company: Ints, score: Ints) -> Ints:
        best = np.full(self.size, _NONE, dtype=np.int64)
        np.maximum.at(best, company, score)
        return best

    # -- choosing, as in `choose` --------------------------------------------------------------

    def latest(self, found: Ints) -> Ints:
        """Choose per company among rows by `choose.latest`; -1 where there is none."""
        company, end = self.table.company[found], self.table.end[found]
        last = self._most(company, end)
        booked = self.table.booked[found]
        filed = self._most(company[booked], end[booked])
        target = np.where((filed >= 0) & (last - filed <= PATIENCE.days), filed, last)
        found = found[end == target[company]]
        company, days = self.table.company[found], self.table.days[found]
        return self._first(found[days == self._most(company, days)[company]])

    def _first(self, found: Ints) -> Ints:
        """Choose per company the row that leads its rivals."""
        order = self.table.order[found]
        best = np.full(self.size, _FAR, dtype=np.int64)
        np.minimum.at(best, self.table.company[found], order)
        chosen = np.full(self.size, _NONE, dtype=np.int64)
        leads = order == best[self.table.company[found]]
        chosen[self.table.company[found[leads]]] = found[leads]
        return chosen

    def during(self, found: Ints, period: Ints) -> Ints:
        """Choose per company the leading row for exactly its own period."""
        matches = self.table.period[found] == period[self.table.company[found]]
        return self._first(found[matches])

    def nearest(self, found: Ints, day: Ints) -> Ints:
        """Choose per company the leading row that ends nearest to its day, the earlier of two."""
        company, end = self.table.company[found], self.table.end[found]
        distance = np.abs(end - day[company]) * 2 + (end > day[company])
        least = np.full(self.size, _FAR, dtype=np.int64)
        np.minimum.at(least, company, distance)
        return self._first(found[distance == least[company]])

    def taken(self, rows: Ints) -> Column:
        """Lay chosen rows (-1 for none) out as a column."""
        there, table = rows >= 0, self.table
        if not len(self.rows):
            return _nothing(self.size)
        at = np.where(there, rows, 0)
        return Column(
            table.low[at], table.high[at], table.low_open[at], table.high_open[at],
            table.value[at], np.where(there, table.period[at], _NONE),
            np.where(there, table.currency[at], 0), there,
        )  # fmt: skip

    # -- answering, as in `derive` -------------------------------------------------------------

    def answer(self, metric: str) -> Answers:
        """Answer a metric for every company; each metric is worked out once."""
        if metric not in self._answers:
            self._answers[metric] = self._answered(metric)
        return self._answers[metric]

    def _answered(self, metric: str) -> Answers:
        entry = self.book.catalog[metric]
        answers = self._missing(metric)
        stated = self.latest(self.one_basis(self.named(metric), entry))
        if entry.stated != "claim":
            answers = _over(self._told(metric, stated), answers)
        if entry.definitions:
            answers = _over(answers, self._derived(metric, entry))
        if entry.stated == "claim":
            return answers
        rows = self.latest(self.one_basis(self.named(metric, planned=True), entry))
        planned = replace(
            self._missing(metric), amount=self.taken(rows), inputs=(rows,),
            status=np.full(self.size, "planned", dtype=object),
            reason=np.full(self.size, "", dtype=object),
        )  # fmt: skip
        lacking = (answers.status == "missing") & planned.amount.there
        return _where(lacking, planned, answers)

    def _told(self, metric: str, rows: Ints) -> Answers:
        amount = self.taken(rows)
        status = np.where(amount.there, "ok", "missing").astype(object)
        told = replace(self._missing(metric), amount=amount, status=status, inputs=(rows,))
        reason = np.where(amount.there, "", told.reason.astype(str)).astype(object)
        return self._aged(replace(told, reason=reason), self.book.catalog[metric])

    def _missing(self, metric: str) -> Answers:
        blank = np.full(self.size, "", dtype=object)
        return Answers(
            metric, _nothing(self.size), np.full(self.size, "missing", dtype=object),
            np.full(self.size, "not_disclosed", dtype=object), blank,
            np.zeros(self.size, dtype=np.int64), (),
        )  # fmt: skip

    def _aged(self, told: Answers, entry: Metric) -> Answers:
        if entry.shelf_life is None:
            return told
        age = self.lens.at.toordinal() - self.periods.ends(told.amount.period)
        stale = told.amount.there & (told.status == "ok") & (age > entry.shelf_life)
        return _marked(told, stale, "stale", "stale")

    def _derived(self, metric: str, entry: Metric) -> Answers:
        """Take each company's first definition with a number, else the first that stopped."""
        every = [self.defined(metric, name) for name in entry.definitions]
        chosen = self._missing(metric)
        chosen.reason[:] = "lacking"
        stopped = np.zeros(self.size, dtype=bool)
        for each in every:
            refused = ~each.good & (each.status != "missing") & ~stopped
            chosen, stopped = _where(refused, each, chosen), stopped | refused
        done = np.zeros(self.size, dtype=bool)
        for name, each in zip(entry.definitions, every, strict=True):
            if name not in entry.beside:
                answers = each.good | (each.status == "unbounded")
                chosen, done = _where(answers & ~done, each, chosen), done | answers
        return chosen

    def defined(self, metric: str, definition: str) -> Answers:
        """Work a metric out under one definition for every company."""
        entry = self.book.catalog[metric]
        text = {**entry.definitions, **entry.reference}[definition]
        run = _Run(self, metric, lasts=entry.unit == "months")
        amount = run.done(formula.parse(text), entry)
        answers = Answers(
            metric, amount, run.status, run.reason, np.full(self.size, definition, dtype=object),
            run.gap_days, tuple(run.rows),
        )  # fmt: skip
        return self._judged(answers, entry, definition)

    def _judged(self, found: Answers, entry: Metric, definition: str) -> Answers:
        far = found.amount.there & (found.gap_days > derive.GAP_REFUSED)
        found = _marked(found, far, "refused", "gap")
        found = replace(found, amount=replace(found.amount, there=found.amount.there & ~far))
        found = self._aged(found, entry)
        wide = (found.status == "ok") & (found.gap_days > derive.GAP_MARKED)
        found = _marked(found, wide, "gap", "gap")
        proxy = (found.status == "ok") & (definition in entry.proxies)
        return _marked(found, proxy, "proxy", "proxy")


class _Run:
    """One evaluation of one formula over all companies: anchors, failures, rows used."""

    def __init__(self, evidence: Evidence, hidden: str, *, lasts: bool) -> None:
        self.of = evidence
        self.hidden = hidden
        # Whether the result says how long something lasts: for ever where nothing goes out.
        self.lasts = lasts
        self.anchor = np.full(evidence.size, _NONE, dtype=np.int64)
        # The currency of the side already worked out, which the parts of a sum convert to.
        self.toward = np.zeros(evidence.size, dtype=np.int64)
        # Whether the flow is a trailing year, over which an average then goes too.
        self.trailing = False
        self.going = np.ones(evidence.size, dtype=bool)
        self.status = np.full(evidence.size, "ok", dtype=object)
        self.reason = np.full(evidence.size, "", dtype=object)
        self.rows: list[Ints] = []
        self.gap_days = np.zeros(evidence.size, dtype=np.int64)

    def done(self, tree: Tree, entry: Metric) -> Column:
        """Anchor and work a formula out; there is no amount where it had to stop."""
        self.trailing = derive.calls(tree, "ttm")
        self.anchor = self._anchored(tree)
        amount = self.worth(tree)
        period = self.anchor
        if self.trailing:
            period = self.of.periods.mapped(period, derive.trailing_year)
        amount, outside = _clipped(amount, entry)
        self._stop(outside & amount.there, "refused", "impossible")
        period = np.where(self.going | outside, period, self.anchor)
        return replace(amount, period=period, there=self.going & amount.there)

    # -- stopping ------------------------------------------------------------------------------

    def _stop(self, where: Bools, status: str, reason: str) -> None:
        stopped = self.going & where
        self.status[stopped] = status
        self.reason[stopped] = reason
        self.going = self.going & ~where

    @contextmanager
    def _among(self, some: Bools) -> Iterator[None]:
        """Let only some companies go on (and stop) inside."""
        before = self.going
        self.going = before & some
        yield
        self.going = np.where(some, self.going, before)

    @contextmanager
    def _at(self, anchor: Ints) -> Iterator[None]:
        before, self.anchor = self.anchor, anchor
        yield
        self.anchor = before

    # -- anchoring -----------------------------------------------------------------------------

    def _named(self, metric: str) -> Ints:
        if metric == self.hidden:
            return _NO_ROWS
        return self.of.inputs(metric)

    def _anchored(self, tree: Tree) -> Ints:
        """Find each company's anchor: the latest period that its known flows share."""
        of, catalog = self.of, self.of.book.catalog
        flows = [name for name in derive.plain(tree) if catalog[name].period == "duration"]
        found = {name: self._named(name) for name in flows}
        anchor = np.full(of.size, _NONE, dtype=np.int64)
        known = np.zeros(of.size, dtype=bool)
        for name in found:
            mine = found[name][~known[of.table.company[found[name]]]]
            chosen = self._shared(mine, found) if len(found) > 1 else mine
            if derive.wants_year(tree):
                chosen = chosen[np.isclose(self._months_of(chosen), _YEAR)]
                had = self._having(mine)
                self._stop(had & ~self._having(chosen), "missing", f"no_full_year {flows[0]}")
            rows = of.latest(chosen)
            anchor = np.where(rows >= 0, of.taken(rows).period, anchor)
            known |= self._having(mine)
        if flows and not any(catalog[name].is_derived for name in flows):
            self._stop(~known, "missing", f"no_input {flows[0]}")
            return anchor
        for name in formula.names(tree):
            rows = of.latest(self._named(name))
            free = (rows >= 0) & ~known & (anchor == _NONE)
            anchor = np.where(free, of.taken(rows).period, anchor)
        return anchor

    def _having(self, found: Ints) -> Bools:
        having = np.zeros(self.of.size, dtype=bool)
        having[self.of.table.company[found]] = True
        return having

    def _months_of(self, found: Ints) -> Floats:
        return self.of.periods.months(self.of.table.period[found])

    def _shared(self, mine: Ints, found: dict[str, Ints]) -> Ints:
        """Keep rows whose period every known flow has; where none is shared, keep all."""
        of = self.of
        company = of.table.company
        # One number for company and period, small enough for a table of what is there.
        keys = company * len(of.periods.all) + of.table.period
        keep = np.ones(len(mine), dtype=bool)
        for rows in found.values():
            has = self._having(rows)[company[mine]]
            keep &= ~has | np.isin(keys[mine], keys[rows], kind="table")
        some = self._having(mine[keep])
        return mine[keep | ~some[company[mine]]]

    # -- working out ---------------------------------------------------------------------------

    def worth(self, tree: Tree) -> Column:
        """Work a formula out at the anchors."""
        match tree:
            case Number(value):
                return _constant(self.of.size, value)
            case Name(metric):
                return self._input(metric)
            case Call(function, of):
                return self._called(function, of)
            case Operation(sign, left, right):
                first = self.worth(left)
                self.toward = first.currency
                return self._joined(sign, first, self.worth(right))

    def _used(self, rows: Ints, wanted: Ints | None = None) -> Column:
        """Take rows as an input; `wanted` are the days they should be of, 0 for any."""
        rows = np.where(self.going, rows, _NONE)
        self.rows.append(rows)
        amount = self.of.taken(rows)
        if wanted is not None:
            apart = np.abs(self.of.periods.ends(amount.period) - wanted)
            self._apart(amount.there & (wanted > 0), apart)
        return _enclosed(amount)

    def _apart(self, where: Bools, days: Ints) -> None:
        """Note the days between an input's end and the day it was wanted for."""
        self.gap_days = np.maximum(self.gap_days, np.where(where & self.going, days, 0))

    def _input(self, metric: str) -> Column:
        of, found = self.of, self._named(metric)
        free = self.anchor == _NONE
        ends = of.periods.ends(self.anchor)
        flows = of.book.catalog[metric].period == "duration"
        rows = of.during(found, self.anchor) if flows else of.nearest(found, ends)
        rows = np.where(free, of.latest(found), rows)
        if of.book.catalog[metric].group == "cash":
            self._unfinanced(rows, ends)
        amount = self._used(rows, ends)
        lacking = self.going & (rows == _NONE)
        if of.book.catalog[metric].definitions and metric != self.hidden and lacking.any():
            worked = of.answer(metric)
            fits = lacking & worked.good & (free | (worked.amount.period == self.anchor))
            self.rows += [np.where(fits, each, _NONE) for each in worked.inputs]
            amount, lacking = _choose(fits, worked.amount, amount), lacking & ~fits
            self._apart(fits, worked.gap_days)
        self._stop(lacking, "missing", f"no_input {metric}")
        return amount

    def _unfinanced(self, rows: Ints, ends: Ints) -> None:
        """Refuse cash and a flow whose days have a round of financing between them."""
        days = self.of.periods.ends(self.of.taken(rows).period)
        found = self.of.named("net_proceeds")
        company, closed = self.of.table.company[found], self.of.table.end[found]
        first, last = np.minimum(days, ends)[company], np.maximum(days, ends)[company]
        between = self._having(found[(first < closed) & (closed <= last)])
        there = (rows >= 0) & (self.anchor != _NONE)
        self._stop(between & there, "refused", "round_between")

    def _overlapping(self, found: Ints, after: Ints) -> Bools:
        """Say where rounds overlap each other, or begin before the day they are counted from."""
        table = self.of.table
        periods = table.company[found] * len(self.of.periods.all) + table.period[found]
        _, one = np.unique(periods, return_index=True)
        found = found[one]
        company, end = table.company[found], table.end[found]
        start = end - np.maximum(table.days[found] - 1, 0)
        order = np.lexsort((end, start, company))
        company, start, end = company[order], start[order], end[order]
        before = np.where(np.diff(company, prepend=-1) == 0, np.roll(end, 1), after[company])
        overlapping = np.zeros(self.of.size, dtype=bool)
        overlapping[company[start <= before]] = True
        return overlapping

    def _called(self, function: str, of: Tree) -> Column:
        special = {
            "average": self._average,
            "forecast": self._forecast,
            "prior": self._earlier,
            "since": self._since,
            "ttm": self._trailing,
        }
        if function in special:
            return special[function](of)
        amount, months = self.worth(of), self._months()
        if function == "annualised":
            return _times(amount, _YEAR / months)
        return _times(amount, 1 / months) if function == "monthly" else amount

    def _months(self) -> Floats:
        periods = self.of.periods
        self._stop(self.anchor == _NONE, "missing", "nothing_known")
        months = periods.months(self.anchor)
        self._stop(months == 0, "refused", "needs_duration")
        return np.where(months > 0, months, 1)

    def _earlier(self, of: Tree) -> Column:
        self._stop(self.anchor == _NONE, "refused", "needs_duration")
        with self._at(self.of.periods.mapped(self.anchor, Period.year_before)):
            return self.worth(of)

    def _trailing(self, of: Tree) -> Column:
        so_far, months, periods = self.worth(of), self._months(), self.of.periods
        whole = months == _YEAR
        self._stop(months > _YEAR, "refused", "too_long")
        with self._among(~whole):
            with self._at(periods.mapped(self.anchor, _full_year_before)):
                full = self.worth(of)
            with self._at(periods.mapped(self.anchor, Period.year_before)):
                then = self.worth(of)
            added = self._joined("-", self._joined("+", full, so_far), then)
            added = replace(added, period=periods.mapped(self.anchor, derive.trailing_year))
        return _choose(whole, so_far, added)

    def _average(self, of: Tree) -> Column:
        evidence, periods = self.of, self.of.periods
        instant = periods.months(self.anchor) == 0
        anchor = self.anchor
        if self.trailing:
            anchor = periods.mapped(anchor, derive.trailing_year)
        alone = isinstance(of, Name)
        self._stop((self.anchor == _NONE) | instant | (not alone), "refused", "needs_duration")
        metric = of.metric if isinstance(of, Name) else ""
        every = evidence.named(metric)
        averaged = every[(evidence.rows["basis"] == "average").to_numpy()[every]]
        stated_rows = evidence.during(averaged, anchor)
        stated = self._used(stated_rows)
        instants = every[evidence.table.days[every] == 0]
        ends = []
        with self._among(stated_rows == _NONE):
            for day in (periods.days_before(anchor), periods.ends(anchor)):
                rows = evidence.nearest(instants, day)
                slack = np.abs(periods.ends(evidence.taken(rows).period) - day)
                rows = np.where(slack <= derive.END_SLACK, rows, _NONE)
                self._stop(rows == _NONE, "missing", f"no_input {metric}")
                ends.append(self._used(rows, day))
            halved = _times(self._joined("+", *ends), np.full(evidence.size, 0.5))
        return _choose(stated_rows >= 0, stated, halved)

    def _forecast(self, of: Tree) -> Column:
        metric = of.metric if isinstance(of, Name) else ""
        rows = self.of.latest(self.of.named(metric, planned=True))
        self._stop(rows == _NONE, "missing", f"no_forecast {metric}")
        return self._used(rows)

    def _since(self, of: Tree) -> Column:
        """Sum each company's rows that end after its anchor, in the currency of the first."""
        evidence = self.of
        metric = of.metric if isinstance(of, Name) else ""
        found = evidence.named(metric)
        after = evidence.periods.ends(self.anchor)[evidence.table.company[found]]
        free = (self.anchor == _NONE)[evidence.table.company[found]]
        found = found[(evidence.table.end[found] > after) & ~free]
        self._stop(~self._having(found), "missing", f"none_since {metric}")
        overlapping = self._overlapping(found, evidence.periods.ends(self.anchor))
        self._stop(overlapping, "refused", "rounds_overlap")
        total: Column | None = None
        toward = self.toward
        for rows in self._one_by_one(found):
            with self._among(rows >= 0):
                each = self._used(rows)
                # Each round converts by its own day, so that the sum needs no rate.
                first = self._converted(each, toward)
                added = self._joined("+", total, each) if total else first
            total = _choose(rows >= 0, added, total) if total else added
        return total or _nothing(evidence.size)

    def _one_by_one(self, found: Ints) -> Iterator[Ints]:
        """Hand out each company's periods in the book's order, the leading row of each."""
        company, period = self.of.table.company, self.of.table.period
        while len(found):
            first = np.full(self.of.size, _FAR, dtype=np.int64)
            np.minimum.at(first, company[found], found)
            mine = period[np.minimum(first, len(company) - 1)][company[found]]
            same = period[found] == mine
            yield self.of._first(found[same])  # noqa: SLF001 - the two classes are one engine
            found = found[~same]

    def _joined(self, sign: str, left: Column, right: Column) -> Column:
        right = self._converted(right, left.currency)
        if sign in "+-":
            return _added(left, right if sign == "+" else _negated(right))
        if sign == "*":
            return _multiplied(left, right)
        if self.lasts:
            self._stop(right.there & (right.high <= 0), "unbounded", "net_inflow")
        crossing = self.going & ((right.low < 0) & (right.high > 0))
        crossing |= self.going & (right.low == 0) & (right.high == 0)
        self._stop(crossing, "not_meaningful", "zero_inside")
        return _multiplied(left, _inverse(right), divided=True)

    def _converted(self, amount: Column, currency: Ints) -> Column:
        differs = (
            self.going & (amount.currency > 0) & (currency > 0) & (amount.currency != currency)
        )
        if not differs.any():
            return amount
        period = np.where(amount.period >= 0, amount.period, self.anchor)
        rate = np.ones(self.of.size)
        keys = np.stack([amount.currency, currency, period])[:, differs]
        pairs, where = np.unique(keys, axis=1, return_inverse=True)
        rate[differs] = np.array([self._rate(*pair) for pair in pairs.T.tolist()])[where.ravel()]
        self._stop(differs & np.isnan(rate), "missing", "no_rate")
        turned = _times(amount, np.nan_to_num(rate, nan=1.0))
        return replace(turned, currency=np.where(differs, currency, amount.currency))

    def _rate(self, base: int, quote: int, period: int) -> float:
        names = self.of.currencies
        if period == _NONE:
            return np.nan
        receipt = fx.receipt(names[base], names[quote], self.of.periods.all[period])
        return float(receipt.rate) if receipt else np.nan


# -- interval arithmetic by the column (see `schemas.interval`) ------------------------------------


def _constant(size: int, value: Fraction) -> Column:
    number, no = np.full(size, float(value)), np.zeros(size, dtype=bool)
    none = np.full(size, _NONE, dtype=np.int64)
    return Column(number, number, no, no, number, none, np.zeros_like(none), ~no)


def _nothing(size: int) -> Column:
    blank, yes = np.full(size, np.nan), np.ones(size, dtype=bool)
    none = np.full(size, _NONE, dtype=np.int64)
    return Column(-np.inf + np.zeros(size), np.inf + np.zeros(size), yes, yes, blank, none,
                  np.zeros_like(none), ~yes)  # fmt: skip


def _enclosed(amount: Column) -> Column:
    """Step outwards where an end may have been rounded to float64; whole ones were not."""
    low = np.where(
        np.floor(amount.low) == amount.low, amount.low, np.nextafter(amount.low, -np.inf)
    )
    high = np.where(
        np.floor(amount.high) == amount.high, amount.high, np.nextafter(amount.high, np.inf)
    )
    return replace(amount, low=low, high=high)


def _outwards(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Step outwards by one last place; a zero was reached exactly and stays."""
    below, above = np.nextafter(low, -np.inf), np.nextafter(high, np.inf)
    return np.where(low == 0, low, below), np.where(high == 0, high, above)


def _times(amount: Column, factor: Floats) -> Column:
    """Multiply by plain positive numbers."""
    low, high = _outwards(amount.low * factor, amount.high * factor)
    return replace(amount, low=low, high=high, value=amount.value * factor)


def _negated(amount: Column) -> Column:
    return replace(
        amount, low=-amount.high, high=-amount.low, low_open=amount.high_open,
        high_open=amount.low_open, value=-amount.value,
    )  # fmt: skip


def _added(left: Column, right: Column) -> Column:
    low, high = _outwards(left.low + right.low, left.high + right.high)
    return Column(
        low, high, left.low_open | right.low_open, left.high_open | right.high_open,
        left.value + right.value, *_labels(left, right, keep=True),
    )  # fmt: skip


def _multiplied(left: Column, right: Column, *, divided: bool = False) -> Column:
    corners = [
        _corner(a, a_open, b, b_open)
        for a, a_open in ((left.low, left.low_open), (left.high, left.high_open))
        for b, b_open in ((right.low, right.low_open), (right.high, right.high_open))
    ]
    ends, opens = (
        np.stack([end for end, _ in corners]),
        np.stack([is_open for _, is_open in corners]),
    )
    least, most = ends.min(axis=0), ends.max(axis=0)
    # Among equal corners a closed one wins: the number is reached.
    low_open = (opens | (ends != least)).all(axis=0)
    high_open = (opens | (ends != most)).all(axis=0)
    low, high = _outwards(least, most)
    value = left.value * right.value
    return Column(low, high, low_open, high_open, value, *_labels(left, right, keep=not divided))


def _corner(a: Floats, a_open: Bools, b: Floats, b_open: Bools) -> tuple[Floats, Bools]:
    zero_a, zero_b = a == 0, b == 0
    zero = zero_a | zero_b
    with np.errstate(invalid="ignore"):
        product = np.where(zero, 0.0, a * b)
    reached = (zero_a & ~a_open) | (zero_b & ~b_open)
    return product, np.where(zero, ~reached, a_open | b_open)


def _inverse(amount: Column) -> Column:
    """Turn x into 1/x where zero is not inside; elsewhere the numbers mean nothing."""
    with np.errstate(divide="ignore"):
        low = np.where(amount.high == 0, -np.inf, 1 / amount.high)
        high = np.where(amount.low == 0, np.inf, 1 / amount.low)
        value = 1 / amount.value
    bad = low > high
    below, above = _outwards(low, high)
    return replace(
        amount,
        low=np.where(bad, -np.inf, below),
        high=np.where(bad, np.inf, above),
        low_open=amount.high_open | (amount.high == 0),
        high_open=amount.low_open | (amount.low == 0),
        value=np.where(np.isfinite(value), value, np.nan),
    )


def _labels(left: Column, right: Column, *, keep: bool) -> tuple[Ints, Ints, Bools]:
    """Carry period and currency on: the left's, else the right's; a quotient cancels equal ones."""
    period = np.where(left.period >= 0, left.period, right.period)
    currency = np.where(left.currency > 0, left.currency, right.currency)
    if not keep:
        currency = np.where(left.currency == right.currency, 0, currency)
    return period, currency, left.there & right.there


def _clipped(amount: Column, entry: Metric) -> tuple[Column, Bools]:
    """Keep what is possible for a metric, and say where nothing is."""
    least, most = entry.bounds.low, entry.bounds.high
    low, low_open = amount.low, amount.low_open
    high, high_open = amount.high, amount.high_open
    if least is not None:
        low_open = np.where(low < least, False, low_open)  # noqa: FBT003 - a value, not a flag
        low = np.maximum(low, least)
    if most is not None:
        high_open = np.where(high > most, False, high_open)  # noqa: FBT003 - the same
        high = np.minimum(high, most)
    outside = (low > high) | ((low == high) & (low_open | high_open))
    inside = (amount.value >= (-np.inf if least is None else least)) & (
        amount.value <= (np.inf if most is None else most)
    )
    value = np.where(inside, amount.value, np.nan)
    return replace(
        amount, low=low, high=high, low_open=low_open, high_open=high_open, value=value
    ), outside


def _choose(where: Bools, first: Column, second: Column) -> Column:
    return Column(
        *(np.where(where, a, b) for a, b in zip(_parts(first), _parts(second), strict=True))
    )


def _parts(of: Column) -> tuple[NDArray[np.generic], ...]:
    return (of.low, of.high, of.low_open, of.high_open, of.value, of.period, of.currency, of.there)


# -- answers ----------------------------------------------------------------------------------


def _marked(found: Answers, where: Bools, status: str, reason: str) -> Answers:
    return replace(
        found,
        status=np.where(where, status, found.status).astype(object),
        reason=np.where(where, reason, found.reason).astype(object),
    )


def _over(first: Answers, second: Answers) -> Answers:
    """Keep the first where it has an amount."""
    return _where(first.amount.there, first, second)


def _where(where: Bools, first: Answers, second: Answers) -> Answers:
    inputs = (
        *(np.where(where, each, _NONE) for each in first.inputs),
        *(np.where(where, _NONE, each) for each in second.inputs),
    )
    return Answers(
        second.metric,
        _choose(where, first.amount, second.amount),
        np.where(where, first.status, second.status).astype(object),
        np.where(where, first.reason, second.reason).astype(object),
        np.where(where, first.definition, second.definition).astype(object),
        np.where(where, first.gap_days, second.gap_days),
        inputs,
    )


# -- laying out -------------------------------------------------------------------------------


def _counting(rows: pd.DataFrame, lens: Lens) -> pd.DataFrame:
    """Keep what `choose.candidates` keeps: actual figures and plans of whole companies."""
    actual = (rows["kind"] == "actual") & (rows["end"] <= pd.Timestamp(lens.at))
    counted = actual | rows["kind"].isin(_PLANNED)
    seen = rows["published"] <= pd.Timestamp(lens.known)
    plain = (rows["rank"] != "deprecated") & (rows["against_metric"] == "")
    return rows[counted & seen & plain & (rows["scope"] == WHOLE)].reset_index(drop=True)


def _period(text: str) -> Period:
    found = parse(text)
    if found is None:
        message = f"the book's periods are ISO 8601, got {text!r}"
        raise TypeError(message)
    return found


def _ordinals(days: pd.Series[Any]) -> Ints:
    """Number days as `date.toordinal` does; missing ones are 0."""
    unix = (days - pd.Timestamp("1970-01-01")).dt.days
    return _whole((unix + 719_163).fillna(0))


def _whole(numbers: pd.Series[Any]) -> Ints:
    return np.asarray(numbers.to_numpy(), dtype=np.int64)


def _order(rows: pd.DataFrame) -> Ints:
    """Rank all rows as `choose.order` does; the least leads."""
    unbounded = rows["low"].isna() | rows["high"].isna()
    keys = pd.DataFrame(
        {
            "rank": rows["rank"].astype(object).map(_RANKS),
            "grade": -rows["grade"].astype(np.int64),
            "repeats": rows["repeats"],
            "published": -_ordinals(rows["published"]),
            "unbounded": unbounded,
            "width": np.where(unbounded, 0.0, rows["high"] - rows["low"]),
            "id": rows["id"],
        }
    )
    order = np.empty(len(rows), dtype=np.int64)
    order[keys.sort_values(keys.columns.tolist()).index.to_numpy()] = np.arange(len(rows))
    return order


def _full_year_before(of: Period) -> Period | None:
    if of.start is None:
        return None
    end = of.start - timedelta(days=1)
    return derive.trailing_year(Period(None, end))


def _day_before(of: Period) -> float:
    return 0 if of.start is None else of.start.toordinal() - 1
