"""Every company's derived metrics at once: the same verbs as `derive`, by the column.

`derive` works one value out exactly and keeps what a reader may ask for; here all companies are
worked out in float64, bounds rounded outwards, so that ten thousand cost some table operations.
The two must agree; tests hold them to it.
"""

from __future__ import annotations

import copy
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from metrics import bounds, derive, formula, fx, layout
from metrics.bounds import FALLING, NONE, RISING, STRICT
from metrics.choose import PATIENCE
from metrics.formula import Call, Name, Number, Operation, Tree
from metrics.layout import Names
from schemas.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from metrics.bounds import Bools, Column, Floats, Ints
    from metrics.derive import Status
    from metrics.layout import Periods, Table
    from metrics.lens import Lens
    from schemas.book import Book
    from schemas.metric import Metric

_NO_ROWS = np.zeros(0, dtype=np.int64)
_NOTHING = np.full(1, NONE, dtype=np.int64)
_YEAR = float(derive.YEAR)
_FAR = 1 << 32  # past any day's ordinal and any number of periods
# Statuses by number; those with a number to show come first.
_STATUSES: tuple[Status, ...] = (
    *derive.GOOD,
    "planned",
    "unbounded",
    "not_meaningful",
    "missing",
    "refused",
)
_STATE = {name: code for code, name in enumerate(_STATUSES)}
_OK, _MISSING, _UNBOUNDED = _STATE["ok"], _STATE["missing"], _STATE["unbounded"]


@dataclass(frozen=True, slots=True)
class Answers:
    """A metric for every company, in the order of `Evidence.companies`.

    Statuses, reasons and definitions are kept by number; the properties give their names.
    """

    metric: str
    amount: Column
    state: Ints
    why: Ints
    way: Ints
    gap_days: Ints
    inputs: tuple[Ints, ...]
    # Bit n says that the n-th of `derive.MARKS` applies.
    marks: Ints
    names: Names = field(repr=False)

    @property
    def good(self) -> Bools:
        """Say where there is a number to show."""
        good: Bools = self.state < len(derive.GOOD)
        return good

    def marked(self, name: Status) -> Bools:
        """Say where one of `derive.MARKS` applies, whether or not it is the status."""
        marked: Bools = self.marks & (1 << derive.MARKS.index(name)) > 0
        return marked

    @property
    def status(self) -> NDArray[np.object_]:
        """Name each company's status."""
        return np.array(_STATUSES, dtype=object)[self.state]

    @property
    def reason(self) -> NDArray[np.object_]:
        """Name each company's reason, with the metric it is about; nothing where there is none."""
        return np.array(self.names.all, dtype=object)[self.why]

    @property
    def definition(self) -> NDArray[np.object_]:
        """Name each company's definition; nothing where the metric is stated."""
        return np.array(self.names.all, dtype=object)[self.way]


class Evidence:
    """A book's whole-company observations that count for a reader, laid out for columns."""

    def __init__(self, book: Book, lens: Lens, companies: Sequence[str] | None = None) -> None:
        self.book = book
        self.lens = lens
        self.rates = fx.rates(book, lens)
        self.companies = sorted(book.companies) if companies is None else sorted(companies)
        # The observations, of which `Table.place` names those that count.
        self.rows: pd.DataFrame = (
            book.observations if companies is None else book.of(self.companies)
        )
        self.names = Names()
        self._currencies = Names()
        # Whether amounts remember the observations they move with.
        self.tracking = False
        self._laid: tuple[Table, Periods] | None = None
        self._answers: dict[str, Answers] = {}
        self._inputs: dict[str, Ints] = {}
        self._latest: dict[str, Ints] = {}
        self.anchors: dict[tuple[object, ...], _Anchored] = {}

    @property
    def size(self) -> int:
        """Count the companies."""
        return len(self.companies)

    @property
    def currencies(self) -> list[str]:
        """Name the currencies by number."""
        return self._currencies.all

    @property
    def table(self) -> Table:
        """Give the observations as arrays, taken out of the book once."""
        return self._layout[0]

    @property
    def periods(self) -> Periods:
        """Give the periods by number."""
        return self._layout[1]

    @property
    def _layout(self) -> tuple[Table, Periods]:
        if self._laid is None:
            self._laid = layout.table(self.rows, self.companies, self._currencies, self.lens)
        return self._laid

    @cached_property
    def _by_metric(self) -> dict[str, Ints]:
        """Find each metric's rows, which stand together."""
        names = self.rows["metric"].cat.categories
        ends = np.searchsorted(self.table.metric, np.arange(len(names) + 1))
        spans = zip(names, pairwise(ends.tolist()), strict=True)
        return {str(name): np.arange(first, after) for name, (first, after) in spans}

    @cached_property
    def _year_end(self) -> Ints:
        """Find the end of each company's latest full year that anything is known of; else -1."""
        years = np.flatnonzero(self.table.is_year & ~self.table.planned)
        return self._most(self.table.company[years], self.table.end[years])

    def _twin(self, table: Table | None = None) -> Evidence:
        """Look at the same observations again, with other ends where a table is given."""
        twin = copy.copy(self)
        # Which rows are chosen does not hang on their ends; what comes of them does.
        vars(twin).pop("_tracked", None)
        vars(twin).update(_answers={}, tracking=table is None)
        if table is not None:
            vars(twin).update(_laid=(table, self.periods))
        return twin

    @cached_property
    def _tracked(self) -> Evidence:
        return self._twin()

    def basis(self, name: str) -> int:
        """Number a basis as the table does; -1 where no observation has it."""
        names = self.rows["basis"].cat.categories.tolist()
        return names.index(name) if name in names else NONE

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

    def latest_input(self, metric: str) -> Ints:
        """Choose per company the latest of `inputs`, at a year's end where that is asked for."""
        if metric not in self._latest:
            self._latest[metric] = self.latest(self._classed(self.inputs(metric)))
        return self._latest[metric]

    def one_basis(self, found: Ints, entry: Metric) -> Ints:
        """Keep one basis per company, that of the figure the rule would choose, as in `derive`."""
        if not entry.basis or not len(found):
            return found
        table, names = self.table, self.rows["basis"].cat.categories
        order = {name: len(entry.basis) - place for place, name in enumerate(entry.basis)}
        ranks = np.array([order.get(name, 0) for name in names], dtype=np.int64)
        rank = ranks[table.basis[found]]
        lead = self.latest(found)[table.company[found]]
        leads = (table.end[found] == table.end[lead]) & (table.booked[found] >= table.booked[lead])
        best = self._most(table.company[found][leads], rank[leads])
        kept: Ints = found[rank == best[table.company[found]]]
        return kept

    def _classed(self, found: Ints) -> Ints:
        """Keep what is of the class of periods that is asked for, as in `derive`."""
        periods, table = self.lens.periods, self.table
        if periods not in derive.UNCLASSED:
            return found
        fits = table.is_year[found]
        instant = table.days[found] == 0
        if periods == "trailing":
            fits = fits | instant
        else:
            end = self._year_end[table.company[found]]
            near = np.abs(table.end[found] - end) <= derive.END_SLACK
            fits = fits | (instant & (end >= 0) & near)
        kept: Ints = found[fits]
        return kept

    def _most(self, company: Ints, score: Ints) -> Ints:
        best = np.full(self.size, NONE, dtype=np.int64)
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
        chosen = np.full(self.size, NONE, dtype=np.int64)
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

    # -- answering, as in `derive` -------------------------------------------------------------

    def answer(self, metric: str) -> Answers:
        """Answer a metric for every company; each metric is worked out once."""
        if metric not in self._answers:
            self._answers[metric] = self._answered(metric)
        return self._answers[metric]

    def _answered(self, metric: str) -> Answers:
        entry = self.book.catalog[metric]
        if self.lens.periods == "trailing" and entry.accumulates:
            return self._defined(metric, derive.TRAILING, f"ttm({metric})")
        stated = _NO_ROWS if entry.stated == "claim" else self.named(metric)
        classed = self._classed(stated)
        answers = self._missing(metric, self._unstated(stated))
        if entry.definitions:
            answers = self._derived(metric, entry)
        if entry.stated == "claim":
            return answers
        rows = self.latest(self.one_basis(classed, entry))
        told, ends = self._told(metric, rows), self.periods.ends
        later = ends(answers.amount.period) - ends(told.amount.period) > PATIENCE.days
        answers = _where((rows >= 0) & ~(answers.good & later), told, answers)
        planned = self.latest(self.one_basis(self.named(metric, planned=True), entry))
        lacking = (answers.state == _MISSING) & (planned >= 0)
        if not lacking.any():
            return answers
        return _where(lacking, self._told(metric, planned, "planned"), answers)

    def _unstated(self, stated: Ints) -> Ints:
        """Say why nothing is stated: not at all, or not for the class of periods asked for."""
        having = np.zeros(self.size, dtype=bool)
        having[self.table.company[stated]] = True
        unclassed = derive.UNCLASSED.get(self.lens.periods, "not_disclosed")
        return np.where(having, self.names.code(unclassed), self.names.code("not_disclosed"))

    def _told(self, metric: str, rows: Ints, status: Status = "ok") -> Answers:
        amount = self.taken(rows)
        blank = np.zeros(self.size, dtype=np.int64)
        told = Answers(
            metric, amount, np.where(amount.there, _STATE[status], _MISSING), blank, blank, blank,
            (rows,), blank, self.names,
        )  # fmt: skip
        return self._marked(told, self.book.catalog[metric])

    def taken(self, rows: Ints) -> Column:
        """Lay chosen rows (-1 for none) out as a column."""
        amount = self.table.taken(rows)
        if not self.tracking:
            return amount
        return replace(amount, moves=((rows, np.where(rows >= 0, RISING | STRICT, 0)),))

    def _missing(self, metric: str, why: Ints) -> Answers:
        blank = np.zeros(self.size, dtype=np.int64)
        state = np.full(self.size, _MISSING, dtype=np.int64)
        amount = bounds.nothing(self.size)
        return Answers(metric, amount, state, why, blank, blank, (), blank, self.names)

    def _derived(self, metric: str, entry: Metric) -> Answers:
        """Take each company's first definition with a number, else the first that stopped."""
        every = [self.defined(metric, name) for name in entry.definitions if name not in
                 entry.beside]  # fmt: skip
        lacking = np.full(self.size, self.names.code("lacking"), dtype=np.int64)
        no_rate = self.names.code("no_rate")
        chosen, picked = self._missing(metric, lacking), np.zeros(self.size, dtype=bool)
        stopped = [(each.state != _MISSING) | (each.why == no_rate) for each in every]
        found = [each.good | (each.state == _UNBOUNDED) for each in every]
        for fits in (found, stopped):
            for each, mine in zip(every, fits, strict=True):
                now = mine & ~picked
                if now.any():
                    chosen, picked = _where(now, each, chosen), picked | now
        return chosen

    def defined(self, metric: str, definition: str) -> Answers:
        """Work a metric out under one definition for every company."""
        entry = self.book.catalog[metric]
        return self._defined(metric, definition, entry.formulas[definition])

    def _defined(self, metric: str, definition: str, text: str) -> Answers:
        entry, catalog = self.book.catalog[metric], self.book.catalog
        tree = formula.spread(formula.parse(text), catalog, self.lens.periods)
        twice = max(Counter(_leaves(tree, catalog)).values(), default=0) > 1
        of = self._tracked if twice and not self.tracking else self
        # Only a metric's own sum over a year is made of it.
        hidden = "" if metric in formula.names(tree) else metric
        run = _Run(of, hidden, lasts=entry.unit == "months")
        amount = run.done(tree)
        if twice:
            amount = self._cornered(tree, metric, amount)
        amount, outside = _possible(amount, entry)
        run.stop(outside & amount.there, "refused", "impossible")
        run.stop(amount.there & (run.gap_days > derive.GAP_REFUSED), "refused", "gap")
        free = np.where(run.period == NONE, amount.period, run.period)
        period = np.where(run.going | outside, free, run.anchor)
        blank = np.zeros(self.size, dtype=np.int64)
        found = Answers(
            metric, replace(amount, period=period, there=run.going & amount.there), run.state,
            run.why, blank + self.names.code(definition), run.gap_days, tuple(run.rows), blank,
            self.names,
        )  # fmt: skip
        return self._marked(found, entry, proxy=definition in entry.proxies)

    def _marked(self, found: Answers, entry: Metric, *, proxy: bool = False) -> Answers:
        """Mark what is older than its shelf life, rests on figures far apart, or stands in."""
        fine = found.amount.there & (found.state == _OK)
        age = self.lens.at.toordinal() - self.periods.ends(found.amount.period)
        shelf_life = _FAR if entry.shelf_life is None else entry.shelf_life
        marked = (age > shelf_life, found.gap_days > derive.GAP_MARKED, np.full(self.size, proxy))
        state, why, marks = found.state, found.why, np.zeros(self.size, dtype=np.int64)
        for bit, (name, where) in reversed(list(enumerate(zip(derive.MARKS, marked, strict=True)))):
            mine = where & fine
            if mine.any():
                state = np.where(mine, _STATE[name], state)
                why = np.where(mine, self.names.code(name), why)
                marks = marks | np.where(mine, 1 << bit, 0)
        return replace(found, state=state, why=why, marks=marks)

    def _cornered(self, tree: Tree, metric: str, amount: Column) -> Column:
        """Narrow the bounds where an observation used twice moves the result one way only."""
        lasts = self.book.catalog[metric].unit == "months"
        rows, bits = _repeated(amount.moves, self.table)
        if not len(rows):
            return amount
        ends = []
        for low in (True, False):
            table = _fixed(self.table, rows, bits, low=low)
            run = _Run(self._twin(table), metric, lasts=lasts)
            found = run.done(tree)
            failed = ~(run.going & found.there)
            ends.append(self._never(bounds.choose(failed, amount, found), rows, bits, low=low))
        where = np.zeros(self.size, dtype=bool)
        where[self.table.company[rows]] = True
        return bounds.tightened(amount, ends[0], ends[1], where)

    def _never(self, amount: Column, rows: Ints, bits: Ints, *, low: bool) -> Column:
        """Open the ends that an open end of an observation keeps from being reached."""
        at_low = ((bits & RISING) > 0) == low
        is_open = np.where(at_low, self.table.low_open[rows], self.table.high_open[rows])
        opened = np.zeros(self.size, dtype=bool)
        opened[self.table.company[rows[is_open & ((bits & STRICT) > 0)]]] = True
        return replace(
            amount, low_open=amount.low_open | opened, high_open=amount.high_open | opened
        )


def _leaves(tree: Tree, catalog: Mapping[str, Metric]) -> Iterator[str]:
    """Walk the metrics that a formula can come to rest on, once for each time it uses them."""
    for name in formula.names(tree):
        yield name
        for text in catalog[name].definitions.values():
            yield from _leaves(formula.parse(text), catalog)


def _repeated(moves: bounds.Moves, table: Table) -> tuple[Ints, Ints]:
    """Find the rows used more than once that move the result one way only, and how."""
    if not moves:
        return _NO_ROWS, _NO_ROWS
    rows = np.concatenate([each for each, _ in moves])
    bits = np.concatenate([each for _, each in moves])
    used = rows >= 0
    found, place, count = np.unique(rows[used], return_inverse=True, return_counts=True)
    how = np.zeros(len(found), dtype=np.int64)
    np.bitwise_or.at(how, place, bits[used])
    one_way = np.isin(how & (RISING | FALLING), (RISING, FALLING))
    kept = (count > 1) & one_way & (table.low[found] != table.high[found])
    return found[kept], how[kept]


def _fixed(table: Table, rows: Ints, bits: Ints, *, low: bool) -> Table:
    """Set some rows to the ends at which a result is least (`low`) or most; not to infinity."""
    at_low = ((bits & RISING) > 0) == low
    end = np.where(at_low, table.low[rows], table.high[rows])
    rows, end = rows[np.isfinite(end)], end[np.isfinite(end)]
    parts = {name: getattr(table, name).copy() for name in ("low", "high", "low_open", "high_open")}
    parts["low"][rows] = parts["high"][rows] = end
    parts["low_open"][rows] = parts["high_open"][rows] = False
    return replace(table, **parts)


def _possible(amount: Column, entry: Metric) -> tuple[Column, Bools]:
    least, most = entry.bounds.low, entry.bounds.high
    return bounds.clipped(
        amount, -np.inf if least is None else least, np.inf if most is None else most
    )


# Where, with which status, for which reason.
_Stop = tuple["Bools", "Status", str]


@dataclass(frozen=True, slots=True)
class _Anchored:
    """Where a formula stands in each company, and where it cannot: with status and reason."""

    anchor: Ints
    stops: tuple[_Stop, ...]


class _Run:
    """One evaluation of one formula over all companies: anchors, failures, rows used."""

    def __init__(self, evidence: Evidence, hidden: str, *, lasts: bool) -> None:
        self.of = evidence
        self.hidden = hidden
        # Whether the result says how long something lasts: for ever where nothing goes out.
        self.lasts = lasts
        size = evidence.size
        self.anchor = np.full(size, NONE, dtype=np.int64)
        # The currency of the side already worked out, which the parts of a sum convert to.
        self.toward = np.zeros(size, dtype=np.int64)
        # Whether the flow is a trailing year, over which an average then goes too.
        self.trailing = False
        self.going = np.ones(size, dtype=bool)
        self.state = np.full(size, _OK, dtype=np.int64)
        self.why = np.zeros(size, dtype=np.int64)
        self.rows: list[Ints] = []
        self.gap_days = np.zeros(size, dtype=np.int64)

    @property
    def period(self) -> Ints:
        """Give the periods that the results are for."""
        if not self.trailing:
            return self.anchor
        return self.of.periods.mapped(self.anchor, derive.trailing_year)

    def done(self, tree: Tree) -> Column:
        """Anchor and work a formula out; there is no amount where it had to stop."""
        self.trailing = derive.calls(tree, "ttm")
        anchored = self._anchored(tree)
        self.anchor = anchored.anchor
        for stop in anchored.stops:
            self.stop(*stop)
        amount = self.worth(tree)
        return replace(amount, there=self.going & amount.there)

    # -- stopping ------------------------------------------------------------------------------

    def stop(self, where: Bools, status: Status, reason: str) -> None:
        """Stop in some companies, unless they have stopped before."""
        stopped = self.going & where
        if stopped.any():
            self.state = np.where(stopped, _STATE[status], self.state)
            self.why = np.where(stopped, self.of.names.code(reason), self.why)
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

    def _anchored(self, tree: Tree) -> _Anchored:
        """Find each company's anchor: the latest period that its known flows share."""
        catalog = self.of.book.catalog
        flows = tuple(name for name in derive.plain(tree) if catalog[name].period == "duration")
        rest = tuple(formula.names(tree))
        key = (flows, rest, derive.wants_year(tree), self.hidden in rest and self.hidden)
        if key not in self.of.anchors:
            self.of.anchors[key] = self._stood(flows, rest, year=derive.wants_year(tree))
        return self.of.anchors[key]

    def _stood(self, flows: tuple[str, ...], rest: tuple[str, ...], *, year: bool) -> _Anchored:
        of, catalog = self.of, self.of.book.catalog
        found = {name: self._named(name) for name in flows}
        anchor = np.full(of.size, NONE, dtype=np.int64)
        known = np.zeros(of.size, dtype=bool)
        stops: list[_Stop] = []
        for name in found:
            mine = found[name][~known[of.table.company[found[name]]]]
            if not len(mine):
                continue
            chosen = self._shared(mine, found) if len(found) > 1 else mine
            had = self._having(mine)
            if year:
                chosen = chosen[of.table.is_year[chosen]]
                stops.append((had & ~self._having(chosen), "missing", f"no_full_year {flows[0]}"))
            rows = of.latest(chosen)
            anchor = np.where(rows >= 0, of.table.period[rows], anchor)
            known |= had
        if flows and not any(catalog[name].is_derived for name in flows):
            stops.append((~known, "missing", f"no_input {flows[0]}"))
            return _Anchored(anchor, tuple(stops))
        for name in rest:
            rows = _NOTHING if name == self.hidden else of.latest_input(name)
            free = (rows >= 0) & ~known & (anchor == NONE)
            if free.any():
                anchor = np.where(free, of.table.period[rows], anchor)
        if of.lens.periods == "year" and rest:
            having = self._having(np.concatenate([self._named(name) for name in rest]))
            stops.append((having & ~known & (anchor == NONE), "missing", f"no_year {rest[0]}"))
        return _Anchored(anchor, tuple(stops))

    def _having(self, found: Ints) -> Bools:
        having = np.zeros(self.of.size, dtype=bool)
        having[self.of.table.company[found]] = True
        return having

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
                return bounds.constant(self.of.size, value)
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
        rows = np.where(self.going, rows, NONE)
        self.rows.append(rows)
        amount = self.of.taken(rows)
        if wanted is not None:
            apart = np.abs(self.of.periods.ends(amount.period) - wanted)
            self._apart(amount.there & (wanted > 0), apart)
        return amount

    def _apart(self, where: Bools, days: Ints) -> None:
        """Note the days between an input's end and the day it was wanted for."""
        self.gap_days = np.maximum(self.gap_days, np.where(where & self.going, days, 0))

    def _input(self, metric: str) -> Column:
        of, found = self.of, self._named(metric)
        free = self.anchor == NONE
        ends = of.periods.ends(self.anchor)
        flows = of.book.catalog[metric].period == "duration"
        rows = of.during(found, self.anchor) if flows else of.nearest(found, ends)
        rows = np.where(free, of.latest(found), rows)
        if of.book.catalog[metric].group == "cash":
            self._unfinanced(rows, ends)
        amount = self._used(rows, ends)
        lacking = self.going & (rows == NONE)
        if of.book.catalog[metric].definitions and metric != self.hidden and lacking.any():
            worked = of.answer(metric)
            fits = lacking & worked.good & (free | (worked.amount.period == self.anchor))
            self.rows += [np.where(fits, each, NONE) for each in worked.inputs]
            amount, lacking = bounds.choose(fits, worked.amount, amount), lacking & ~fits
            self._apart(fits, worked.gap_days)
        self.stop(lacking, "missing", f"no_input {metric}")
        return amount

    def _unfinanced(self, rows: Ints, ends: Ints) -> None:
        """Refuse cash and a flow whose days have a round of financing between them."""
        days = self.of.periods.ends(self.of.taken(rows).period)
        found = self.of.named("net_proceeds")
        company, closed = self.of.table.company[found], self.of.table.end[found]
        first, last = np.minimum(days, ends)[company], np.maximum(days, ends)[company]
        between = self._having(found[(first < closed) & (closed <= last)])
        there = (rows >= 0) & (self.anchor != NONE)
        self.stop(between & there, "refused", "round_between")

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
            return bounds.times(amount, _YEAR / months)
        return bounds.times(amount, 1 / months) if function == "monthly" else amount

    def _months(self) -> Floats:
        periods = self.of.periods
        self.stop(self.anchor == NONE, "missing", "nothing_known")
        months = periods.months(self.anchor)
        self.stop(months == 0, "refused", "needs_duration")
        return np.where(months > 0, months, 1)

    def _earlier(self, of: Tree) -> Column:
        self.stop(self.anchor == NONE, "refused", "needs_duration")
        day = self.of.periods.mapped(self.anchor, Period.year_before)
        with self._at(day):
            amount = self.worth(of)
        ends = self.of.periods.ends
        apart = np.abs(ends(amount.period) - ends(day)) > derive.END_SLACK
        metric = next(formula.names(of), "")
        self.stop((amount.period >= 0) & apart, "missing", f"no_input {metric}")
        return amount

    def _trailing(self, of: Tree) -> Column:
        so_far, months, periods = self.worth(of), self._months(), self.of.periods
        whole = months == _YEAR
        self.stop(months > _YEAR, "refused", "too_long")
        with self._among(~whole):
            with self._at(periods.mapped(self.anchor, _full_year_before)):
                full = self.worth(of)
            with self._at(periods.mapped(self.anchor, Period.year_before)):
                then = self.worth(of)
            added = self._joined("-", self._joined("+", full, so_far), then)
            added = replace(added, period=periods.mapped(self.anchor, derive.trailing_year))
        return bounds.choose(whole, so_far, added)

    def _average(self, of: Tree) -> Column:
        evidence, periods = self.of, self.of.periods
        instant = periods.months(self.anchor) == 0
        anchor = self.anchor
        if self.trailing:
            anchor = periods.mapped(anchor, derive.trailing_year)
        alone = isinstance(of, Name)
        self.stop((self.anchor == NONE) | instant | (not alone), "refused", "needs_duration")
        metric = of.metric if isinstance(of, Name) else ""
        every = evidence.named(metric)
        averaged = every[evidence.table.basis[every] == evidence.basis("average")]
        stated_rows = evidence.during(averaged, anchor)
        stated = self._used(stated_rows)
        instants = every[evidence.table.days[every] == 0]
        ends = []
        with self._among(stated_rows == NONE):
            for day in (periods.days_before(anchor), periods.ends(anchor)):
                rows = evidence.nearest(instants, day)
                slack = np.abs(periods.ends(evidence.taken(rows).period) - day)
                rows = np.where(slack <= derive.END_SLACK, rows, NONE)
                self.stop(rows == NONE, "missing", f"no_input {metric}")
                ends.append(self._used(rows, day))
            halved = bounds.times(self._joined("+", *ends), np.full(evidence.size, 0.5))
        return bounds.choose(stated_rows >= 0, stated, halved)

    def _forecast(self, of: Tree) -> Column:
        metric = of.metric if isinstance(of, Name) else ""
        rows = self.of.latest(self.of.named(metric, planned=True))
        self.stop(rows == NONE, "missing", f"no_forecast {metric}")
        return self._used(rows)

    def _since(self, of: Tree) -> Column:
        """Sum each company's rows that end after its anchor, in the currency of the first."""
        evidence = self.of
        metric = of.metric if isinstance(of, Name) else ""
        found = evidence.named(metric)
        after = evidence.periods.ends(self.anchor)[evidence.table.company[found]]
        free = (self.anchor == NONE)[evidence.table.company[found]]
        found = found[(evidence.table.end[found] > after) & ~free]
        self.stop(~self._having(found), "missing", f"none_since {metric}")
        overlapping = self._overlapping(found, evidence.periods.ends(self.anchor))
        self.stop(overlapping, "refused", "rounds_overlap")
        total: Column | None = None
        toward = self.toward
        for rows in self._one_by_one(found):
            with self._among(rows >= 0):
                each = self._used(rows)
                # Each round converts by its own day, so that the sum needs no rate.
                first = self._converted(each, toward)
                added = self._joined("+", total, each) if total else first
            total = bounds.choose(rows >= 0, added, total) if total else added
        return total or bounds.nothing(evidence.size)

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
            return bounds.added(left, right if sign == "+" else bounds.negated(right))
        if sign == "*":
            return bounds.multiplied(left, right)
        if self.lasts:
            self.stop(right.there & (right.high <= 0), "unbounded", "net_inflow")
        crossing = self.going & ((right.low < 0) & (right.high > 0))
        crossing |= self.going & (right.low == 0) & (right.high == 0)
        self.stop(crossing, "not_meaningful", "zero_inside")
        return bounds.multiplied(left, bounds.inverse(right), divided=True)

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
        self.stop(differs & np.isnan(rate), "missing", "no_rate")
        turned = bounds.times(amount, np.nan_to_num(rate, nan=1.0))
        return replace(turned, currency=np.where(differs, currency, amount.currency))

    def _rate(self, base: int, quote: int, period: int) -> float:
        names = self.of.currencies
        if period == NONE:
            return np.nan
        receipt = self.of.rates.receipt(names[base], names[quote], self.of.periods.all[period])
        return float(receipt.rate) if receipt else np.nan


def _where(where: Bools, first: Answers, second: Answers) -> Answers:
    """Take the first answers where asked, else the second."""
    inputs = (
        *(np.where(where, each, NONE) for each in first.inputs),
        *(np.where(where, NONE, each) for each in second.inputs),
    )
    parts = ("state", "why", "way", "gap_days", "marks")
    merged = {name: np.where(where, getattr(first, name), getattr(second, name)) for name in parts}
    amount = bounds.choose(where, first.amount, second.amount)
    return replace(second, amount=amount, inputs=inputs, **merged)


def _full_year_before(of: Period) -> Period | None:
    if of.start is None:
        return None
    end = of.start - timedelta(days=1)
    return derive.trailing_year(Period(None, end))
