"""Working derived metrics out as intervals that remember the observations they came from."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Literal

from metrics import choose, formula, fx
from metrics.formula import Call, Name, Number, Operation, Tree
from schemas import unit as units
from schemas.company import WHOLE
from schemas.interval import Interval, ReachesZeroError, point
from schemas.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metrics.choose import Choice
    from metrics.fx import Receipt
    from metrics.lens import Lens, PeriodClass
    from schemas.book import Book, Row
    from schemas.metric import Catalog, Metric

Status = Literal[
    "ok", "stale", "gap", "proxy", "planned", "unbounded", "not_meaningful", "missing", "refused"
]
GOOD: tuple[Status, ...] = ("ok", "stale", "gap", "proxy")
PLANNED = ("plan", "target", "forecast")
# What a number may be marked with, the first that applies being its status.
MARKS: tuple[Status, ...] = ("stale", "gap", "proxy")
# Days between a formula's inputs: marked beyond a quarter, refused beyond a year.
GAP_MARKED = 92
GAP_REFUSED = 366
# "Average needs both ends": an end may stand a month off the period's own.
END_SLACK = 31
# Why there is no figure of a class of periods where there are others.
UNCLASSED: dict[PeriodClass, str] = {"year": "no_year", "trailing": "no_trailing"}
YEAR = Fraction(12)
# The definition of a flow that is summed over twelve months because a reader asks for that.
TRAILING = "trailing"
# Digits of an id: whose value it is, of which metric, and what it is made of.
_OWNER, _TOPIC, _MADE_OF = 4, 2, 10
_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a value is as it is: a name of `reason` in the texts, and what fills its sentence."""

    name: str
    args: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Moves:
    """Which observations (by id) an amount rises and falls with, and which it never stands still.

    One that is in both may move it either way.
    """

    rising: frozenset[str] = frozenset()
    falling: frozenset[str] = frozenset()
    strict: frozenset[str] = frozenset()

    def __or__(self, other: Moves) -> Moves:
        """Take the moves of both parts of a sum."""
        return Moves(
            self.rising | other.rising, self.falling | other.falling, self.strict | other.strict
        )

    def __neg__(self) -> Moves:
        """Turn every move round."""
        return Moves(self.falling, self.rising, self.strict)

    def times(self, factor: Interval) -> Moves:
        """Carry the moves of one factor on, the other being of the signs that `factor` has."""
        none, found = Moves(), Moves()
        found |= self if factor.high is None or factor.high > 0 else none
        found |= -self if factor.low is None or factor.low < 0 else none
        return replace(found, strict=none.strict if factor.contains(_ZERO) else found.strict)


@cache
def owner(company: str) -> str:
    """Give the digits with which the ids of a company's derived values begin."""
    return _digest(company, _OWNER)


@cache
def topic(metric: str) -> str:
    """Give the digits that follow, of a metric."""
    return _digest(metric, _TOPIC)


def _digest(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


@dataclass(frozen=True, slots=True)
class Answer:
    """A metric's value for one company: stated (then `choice`) or derived (then `inputs`)."""

    company: str
    metric: str
    status: Status
    unit: str
    bounds: Interval | None = None
    value: Fraction | None = None
    period: Period | None = None
    reason: Reason | None = None
    # Every mark that applies; the first of them is `status` and `reason`.
    marks: tuple[Reason, ...] = ()
    choice: Choice | None = None
    definition: str = ""
    formula: str = ""
    inputs: tuple[Answer, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    gap_days: int = 0
    others: tuple[Answer, ...] = ()
    moves: Moves = Moves()

    @property
    def basis(self) -> str:
        """Name the bases of everything inside, as `revenue: gross`."""
        if self.choice:
            return self.choice.row.basis
        found = {f"{each.metric}: {each.basis}" for each in self.inputs if each.basis}
        return ", ".join(sorted(found))

    @property
    def rows(self) -> tuple[Row, ...]:
        """List the observations underneath, in the formula's order, each once."""
        if self.choice:
            return (self.choice.row,)
        found = {row.id: row for each in self.inputs for row in each.rows}
        return tuple(found.values())

    @property
    def leaves(self) -> Iterator[Row]:
        """Walk the observations underneath, once for each time they are used."""
        if self.choice:
            yield self.choice.row
        for each in self.inputs:
            yield from each.leaves

    @property
    def id(self) -> str:
        """Make an id from what the value is made of: an observation's own, or a digest.

        A derived value's says first whose it is, and of what, so that it can be looked up.
        """
        if self.choice:
            return self.choice.row.id
        parts = [self.definition, self.formula, *(row.id for row in self.rows)]
        return owner(self.company) + topic(self.metric) + _digest("|".join(parts), _MADE_OF)

    @property
    def is_hypothetical(self) -> bool:
        """Say whether something underneath is supposed by the reader."""
        return any(row.is_hypothetical for row in self.rows)

    @property
    def is_good(self) -> bool:
        """Say whether there is a number to show."""
        return self.status in GOOD


@dataclass(frozen=True, slots=True)
class Case:
    """One company's evidence at one moment, from which its metrics are answered."""

    company: str
    catalog: Catalog
    at: date
    actual: dict[str, list[Row]] = field(repr=False)
    planned: dict[str, list[Row]] = field(repr=False)
    rates: fx.Rates
    # Metrics whose stated figures are set aside, so that a check can compute them.
    hidden: frozenset[str] = frozenset()
    # The class of periods a reader asks for (`Lens.periods`), and the one period, where it is set.
    periods: PeriodClass = "latest"
    anchor: Period | None = None

    def hiding(self, *metrics: str) -> Case:
        """Set stated figures of some metrics aside."""
        return replace(self, hidden=self.hidden | set(metrics))

    def during(self, period: Period) -> Case:
        """Ask for one period, as on its last day."""
        return replace(self, anchor=period, at=period.end, periods="latest")

    @property
    def year_end(self) -> date | None:
        """Find the end of the latest full year that anything is known of."""
        ends = [
            row.period.end
            for rows in self.actual.values()
            for row in rows
            if row.period.months == YEAR
        ]
        return max(ends, default=None)


def case(book: Book, company: str, lens: Lens, scope: str = WHOLE) -> Case:
    """Gather the observations of a company, or of a part of it, that count for a reader."""
    return gathered(book, company, book.rows([company]), lens, scope)


def gathered(
    book: Book, company: str, every: Iterable[Row], lens: Lens, scope: str = WHOLE
) -> Case:
    """Do the same from a company's observations where they are at hand already."""
    rows = [row for row in every if row.scope == scope]
    return Case(
        company,
        book.catalog,
        lens.at,
        _by_metric(choose.candidates(rows, lens)),
        _by_metric(choose.candidates(rows, lens, PLANNED)),
        fx.rates(book, lens),
        periods=lens.periods,
    )


def answer(of: Case, metric: str) -> Answer:
    """Answer a metric: stated before computed (claims aside), planned where nothing is actual.

    Other bases and other definitions go along as `others`.
    """
    entry = of.catalog[metric]
    if _is_summed(of, metric):
        return by(of, metric, TRAILING)
    every = defined(of, metric)
    found = _answered(of, metric, every[: len(entry.definitions)])
    if found.status == "planned":
        return replace(found, others=tuple(every))
    rest = [each for each in every if each.definition != found.definition]
    bases = _bases(of, metric, _stated(of, metric), found) if found.choice else ()
    return replace(found, others=(*found.others, *bases, *rest))


def _answer(of: Case, metric: str) -> Answer:
    """Answer a metric, without what stands beside it."""
    if _is_summed(of, metric):
        return by(of, metric, TRAILING)
    entry = of.catalog[metric]
    return _answered(of, metric, [by(of, metric, name) for name in entry.definitions])


def _is_summed(of: Case, metric: str) -> bool:
    """Say whether a flow is to be summed over twelve months."""
    accumulates = of.catalog[metric].accumulates
    return of.periods == "trailing" and accumulates and metric not in of.hidden


def _answered(of: Case, metric: str, derived: Sequence[Answer]) -> Answer:
    """Choose between what is stated, what its definitions give, and what is planned.

    A stated answer that gives way to one for a much later period goes along as its `others`.
    """
    entry = of.catalog[metric]
    rows = _stated(of, metric)
    found = _first(of, metric, derived) if derived else _missing(of, metric, _unstated(of, metric))
    if rows:
        told = _told(of, metric, choose.latest(_one_basis(rows, entry)))
        judged = _judged(of, entry, told)
        later = found.is_good and _is_later(found, told)
        return replace(found, others=(judged,)) if later else judged
    planned = choose.latest(_one_basis(of.planned.get(metric, []), entry))
    if planned and found.status == "missing" and entry.stated == "answer" and not of.anchor:
        return replace(_told(of, metric, planned), status="planned")
    return found


def defined(of: Case, metric: str) -> list[Answer]:
    """Work a metric out under every definition and reference, whatever is stated."""
    return [by(of, metric, name) for name in of.catalog[metric].formulas]


def _is_later(found: Answer, told: Answer) -> bool:
    """Say whether what was worked out is for so much later a period that it goes before."""
    if not found.period or not told.period:  # pragma: no cover - what is good has a period
        return False
    return found.period.end - told.period.end > choose.PATIENCE


def by(of: Case, metric: str, definition: str) -> Answer:
    """Work a metric out by one definition or reference alone, or by its own sum over a year."""
    texts = {TRAILING: f"ttm({metric})", **of.catalog[metric].formulas}
    return _defined(of, metric, definition, texts[definition])


def under(of: Case, metric: str, definition: str) -> Answer:
    """Answer a metric by one definition or reference, the others beside it."""
    every = defined(of, metric)
    found = next(each for each in every if each.definition == definition)
    return replace(found, others=tuple(each for each in every if each is not found))


def history(of: Case, metric: str, definition: str = "") -> list[Answer]:
    """Answer a metric for each period it is known for up to now, oldest first, as on its last day.

    Each period has its own definition, the first that yields a number there, unless one is named.
    """
    entry = of.catalog[metric]
    texts = entry.formulas if definition else entry.definitions
    periods = set() if definition else {row.period for row in _stated(of, metric)}
    for name, text in texts.items():
        if not definition or name == definition:
            periods |= _anchors(of.hiding(metric), formula.parse(text))
    during = (of.during(period) for period in periods)
    worked = [
        under(each, metric, definition) if definition else _answer(each, metric) for each in during
    ]
    known = {each.period: each for each in worked if each.is_good and each.period}
    return [known[each] for each in sorted(known, key=lambda each: (each.end, each.days))]


def implied(of: Case, claim: Row) -> list[tuple[str, str, Answer]]:
    """Solve a claim's formulas for the side that is not known.

    For `a / b` and a claim c: b = a / c where a is known, else a = b x c. Gives the definition,
    the side solved for as text, and its value; nothing where both or neither side is known.
    """
    found: list[tuple[str, str, Answer]] = []
    entry = of.catalog[claim.metric]
    for name, text in entry.formulas.items():
        tree = formula.parse(text)
        if not isinstance(tree, Operation) or tree.sign != "/" or name in entry.beside:
            continue
        run = _Run(of, claim.period)
        left, right = run.attempt(tree.left), run.attempt(tree.right)
        if left and right:
            continue
        solved = run.solved(left, "/", claim) if left else run.solved(right, "*", claim)
        if solved is None:
            continue
        side = tree.right if left else tree.left
        unit = _unit_of(formula.dimension(side, of.catalog), solved.currency)
        answer = Answer(
            of.company, claim.metric, "ok", unit, solved.bounds, solved.value, claim.period,
            definition=name, formula=text, inputs=tuple(run.uses), receipts=tuple(run.receipts),
            gap_days=run.gap_days,
        )  # fmt: skip
        if run.gap_days > GAP_REFUSED:
            continue
        found.append((name, formula.written(side), answer))
    return found


# -- stated figures ---------------------------------------------------------------------------


def _by_metric(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.metric].append(row)
    return dict(found)


def _stated(of: Case, metric: str) -> list[Row]:
    if metric in of.hidden or of.catalog[metric].stated == "claim":
        return []
    return _classed(of, of.actual.get(metric, []))


def _classed(of: Case, rows: Sequence[Row]) -> list[Row]:
    """Keep what is for the period, or of the class of periods, that is asked for."""
    if of.anchor:
        return [row for row in rows if row.period == of.anchor]
    if of.periods not in UNCLASSED:
        return list(rows)
    year_end = of.year_end if of.periods == "year" else None
    return [row for row in rows if _is_classed(row.period, of.periods, year_end)]


def _is_classed(period: Period, periods: PeriodClass, year_end: date | None) -> bool:
    if not period.is_instant:
        return period.months == YEAR
    if periods == "trailing":
        return True
    return year_end is not None and abs((period.end - year_end).days) <= END_SLACK


def _unstated(of: Case, metric: str) -> Reason:
    """Say why nothing is stated: not at all, or not for the class of periods asked for."""
    there = of.actual.get(metric) and metric not in of.hidden
    name = UNCLASSED.get(of.periods, "") if there else ""
    return Reason(name or "not_disclosed", (("metric", metric),))


def _bases(of: Case, metric: str, rows: Sequence[Row], found: Answer) -> Iterator[Answer]:
    """Tell the same metric on the bases that were not taken."""
    entry = of.catalog[metric]
    for basis in entry.basis:
        same = [row for row in rows if row.basis == basis]
        if same and basis != found.basis:
            yield _judged(of, entry, _told(of, metric, choose.latest(same)))


def _one_basis(rows: Sequence[Row], entry: Metric) -> list[Row]:
    """Keep one basis: that of the figure the rule would choose, ties by the catalogue's order."""
    lead = choose.latest(rows)
    if not entry.basis or lead is None:
        return list(rows)
    end, booked = lead.row.period.end, lead.row.grade >= choose.BOOKED
    there = {
        row.basis
        for row in rows
        if row.period.end == end and (row.grade >= choose.BOOKED) >= booked
    }
    best = next((basis for basis in entry.basis if basis in there), lead.row.basis)
    return [row for row in rows if row.basis == best]


def _told(of: Case, metric: str, choice: Choice | None) -> Answer:
    if choice is None:
        return _missing(of, metric, Reason("not_disclosed", (("metric", metric),)))
    measure, own = choice.row.measure, frozenset({choice.row.id})
    return Answer(
        of.company, metric, "ok", measure.unit, measure.bounds, measure.value, choice.row.period,
        choice=choice, moves=Moves(own, strict=own),
    )  # fmt: skip


def _missing(of: Case, metric: str, reason: Reason, **more: str) -> Answer:
    return Answer(
        of.company, metric, "missing", of.catalog[metric].unit, reason=reason,
        definition=more.get("definition", ""), formula=more.get("formula", ""),
    )  # fmt: skip


def _judged(of: Case, entry: Metric, told: Answer) -> Answer:
    """Mark what is older than its shelf life, rests on figures far apart, or stands in."""
    if told.status != "ok":
        return told
    marks = tuple(_marks(of, entry, told))
    if not marks:
        return told
    first = next(status for status in MARKS if status == marks[0].name)
    return replace(told, status=first, reason=marks[0], marks=marks)


def _marks(of: Case, entry: Metric, told: Answer) -> Iterator[Reason]:
    """Walk the marks that apply, named as in `MARKS` and in that order."""
    age = (of.at - told.period.end).days if told.period else 0
    if entry.shelf_life is not None and age > entry.shelf_life:
        yield Reason("stale", (("days", str(age)), ("shelf_life", str(entry.shelf_life))))
    if told.gap_days > GAP_MARKED:
        yield Reason("gap", (("days", str(told.gap_days)), ("limit", str(GAP_MARKED))))
    if told.definition in entry.proxies:
        yield Reason("proxy")


# -- formulas ---------------------------------------------------------------------------------


class _StopError(Exception):
    """A formula cannot go on; carries the status and the reason."""

    def __init__(self, status: Status, reason: Reason) -> None:
        super().__init__(reason.name)
        self.status: Status = status
        self.reason = reason


def _stop(status: Status, name: str, **args: str) -> _StopError:
    return _StopError(status, Reason(name, tuple(args.items())))


@dataclass(frozen=True, slots=True)
class _Term:
    """An amount on its way through a formula, with the currency and period it is for."""

    bounds: Interval
    value: Fraction | None
    period: Period | None = None
    currency: str = ""
    moves: Moves = Moves()


def _first(of: Case, metric: str, derived: Sequence[Answer]) -> Answer:
    """Take the first definition that yields a number; else say what all of them lack."""
    entry = of.catalog[metric]
    own = [each for each in derived if each.definition not in entry.beside]
    # A rate that is missing stops what else is there: it says more than a list of metrics.
    found = next((each for each in own if each.is_good or each.status == "unbounded"), None) or (
        next((each for each in own if each.status != "missing"
              or (each.reason and each.reason.name == "no_rate")), None)
    )  # fmt: skip
    if found:
        return found
    lacking = list(dict.fromkeys(
        dict(each.reason.args).get("metric", "") for each in own if each.reason
    ))  # fmt: skip
    return _missing(of, metric, Reason("lacking", (("metrics", ",".join(lacking)),)))


def _defined(of: Case, metric: str, definition: str, text: str) -> Answer:
    """Work a metric out by one formula, spread over the class of periods asked for."""
    entry = of.catalog[metric]
    plainly = formula.parse(text)
    tree = formula.spread(plainly, of.catalog, of.periods)
    text = text if tree == plainly else formula.written(tree)
    # Only a metric's own sum over a year is made of it.
    own = metric in formula.names(tree)
    run = _Run(of if own else of.hiding(metric), lasts=entry.unit == "months")
    try:
        term = run.done(tree)
    except _StopError as stop:
        stopped = _missing(of, metric, stop.reason, definition=definition, formula=text)
        return replace(
            stopped, status=stop.status, inputs=tuple(run.uses), period=run.anchor,
            receipts=tuple(run.receipts),
        )  # fmt: skip
    cornered = run.cornered(tree, term)
    found = Answer(
        of.company, metric, "ok", str(entry.measure.priced(term.currency)), cornered, term.value,
        run.period or term.period, definition=definition, formula=text, inputs=tuple(run.uses),
        receipts=tuple(run.receipts), gap_days=run.gap_days, moves=term.moves,
    )  # fmt: skip
    bounds = cornered.clipped(entry.possible)
    if bounds is None:
        args = (("bounds", str(term.bounds)), ("possible", str(entry.possible)))
        reason = Reason("impossible", args)
        return replace(found, status="refused", reason=reason, bounds=None, value=None)
    if found.gap_days > GAP_REFUSED:
        reason = Reason("gap", (("days", str(found.gap_days)), ("limit", str(GAP_REFUSED))))
        return replace(found, status="refused", reason=reason, bounds=None, value=None)
    inside = term.value is not None and entry.possible.contains(term.value)
    return _judged(of, entry, replace(found, bounds=bounds, value=term.value if inside else None))


def _anchors(of: Case, tree: Tree) -> set[Period]:
    """List the periods that a formula can stand on: those of its flows, else of its balances."""
    run = _Run(of)
    flows = run.flows(tree)
    rows = flows[0] if flows else [row for name in formula.names(tree) for row in run.rows(name)]
    return {row.period for row in rows}


class _Run:
    """One evaluation of one formula: where it is anchored and what it has used."""

    def __init__(self, of: Case, anchor: Period | None = None, *, lasts: bool = False) -> None:
        self.of = of
        self.anchor = anchor
        self.uses: list[Answer] = []
        self.receipts: list[Receipt] = []
        # The most days between an input's end and the day it was wanted for.
        self.gap_days = 0
        # Whether the result says how long something lasts: for ever where nothing goes out.
        self.lasts = lasts
        # The currency of the side already worked out, which the parts of a sum convert to.
        self.toward = ""
        # Whether the flow is a trailing year, over which an average then goes too.
        self.trailing = False

    @property
    def period(self) -> Period | None:
        """Name the period that the result is for."""
        return trailing_year(self.anchor) if self.trailing and self.anchor else self.anchor

    def done(self, tree: Tree) -> _Term:
        """Anchor a formula and work it out; stop with a reason where that cannot be."""
        self.trailing = calls(tree, "ttm")
        self.anchor = self.anchored(tree)
        return self.worth(tree)

    def cornered(self, tree: Tree, term: _Term) -> Interval:
        """Narrow the bounds where an observation used twice moves the result one way only.

        Plain interval arithmetic takes each use for a number of its own: x / x would not be 1.
        Set to either of its ends, such an observation is one number again.
        """
        rows = [row for used in self.uses for row in used.leaves]
        counts, moves = Counter(row.id for row in rows), term.moves
        twice = {
            row.id: row
            for row in rows
            if counts[row.id] > 1 and not row.measure.bounds.is_point
            and (row.id in moves.rising) != (row.id in moves.falling)
        }  # fmt: skip
        if not twice:
            return term.bounds
        low, low_open = self._cornered(tree, twice.values(), term, lower=True)
        high, high_open = self._cornered(tree, twice.values(), term, lower=False)
        return term.bounds.clipped(Interval(low, high, low_open, high_open)) or term.bounds

    def _cornered(
        self, tree: Tree, rows: Iterable[Row], term: _Term, *, lower: bool
    ) -> tuple[Fraction | None, bool]:
        """Find one end, with some observations set to the ends at which the result reaches it."""
        moves, found = term.moves, term.bounds
        lows = {row.id: lower == (row.id in moves.rising) for row in rows}
        fixed = {row.id: _fixed(row, lower=lows[row.id]) for row in rows}
        actual = {
            metric: [fixed.get(row.id, row) for row in mine]
            for metric, mine in self.of.actual.items()
        }
        # A divisor that touches zero is nothing else at that end, which then stays as it was.
        with suppress(_StopError):
            found = _Run(replace(self.of, actual=actual), lasts=self.lasts).done(tree).bounds
        never = any(row.id in moves.strict and _is_open(row, lower=lows[row.id]) for row in rows)
        if lower:
            return found.low, found.low_open or never
        return found.high, found.high_open or never

    def flows(self, tree: Tree) -> list[list[Row]]:
        """List the observations of each flow at the anchor that has any."""
        names = [name for name in plain(tree) if self.of.catalog[name].period == "duration"]
        return [rows for name in names if (rows := self.rows(name))]

    def anchored(self, tree: Tree) -> Period | None:
        """Find the period a formula stands on: the latest that its flows share, else an instant."""
        names = [name for name in plain(tree) if self.of.catalog[name].period == "duration"]
        known = self.flows(tree)
        if self.of.anchor and (names or self.of.anchor.is_instant):
            if wants_year(tree) and self.of.anchor.months != YEAR:
                raise _stop("missing", "no_full_year", metric=names[0] if names else "")
            return self._summed(known) if self.trailing else self.of.anchor
        if known:
            shared = set.intersection(*({row.period for row in rows} for rows in known))
            rows = [row for row in known[0] if row.period in shared] or known[0]
            if wants_year(tree):
                rows = [row for row in rows if row.period.months == YEAR]
                if not rows:
                    raise _stop("missing", "no_full_year", metric=names[0])
            choice = choose.latest(rows)
            return choice.row.period if choice else None
        if names and not any(self.of.catalog[name].is_derived for name in names):
            raise _stop("missing", "no_input", metric=names[0], period="")
        balances = list(formula.names(tree))
        instants = (choose.latest(self._at_year_end(name)) for name in balances)
        found = next((choice.row.period for choice in instants if choice), None)
        if found is None and self.of.periods == "year" and any(map(self.rows, balances)):
            raise _stop("missing", "no_year", metric=balances[0])
        return found

    def _summed(self, known: Sequence[Sequence[Row]]) -> Period | None:
        """Find the flow from which a year that is asked for is summed: the longest to end with it.

        Twelve months that nobody states are the sum up to the part of a year that ends with them.
        """
        asked = self.of.anchor
        if asked is None or asked.months != YEAR:
            return asked
        ending = {row.period for rows in known for row in rows if row.period.end == asked.end}
        within = [each for each in ending if each.days <= asked.days]
        return max(within, key=lambda each: each.days, default=asked)

    def _at_year_end(self, metric: str) -> list[Row]:
        return _classed(replace(self.of, anchor=None), self.rows(metric))

    def attempt(self, tree: Tree) -> _Term | None:
        """Work a part out, or give up quietly."""
        before = len(self.uses), len(self.receipts)
        try:
            return self.worth(tree)
        except _StopError:
            del self.uses[before[0] :], self.receipts[before[1] :]
            return None

    def solved(self, known: _Term | None, sign: str, claim: Row) -> _Term | None:
        """Join what is known with a claim; nothing where that cannot be."""
        measure = claim.measure
        stated = _Term(measure.bounds, measure.value, claim.period, measure.currency)
        try:
            return self._joined(sign, known, stated) if known else None
        except _StopError:  # a claim of zero, or money without a rate, implies nothing
            return None

    def worth(self, tree: Tree) -> _Term:
        """Work a formula out at the anchor; stop with a reason where that cannot be."""
        match tree:
            case Number(value):
                return _Term(point(value), value)
            case Name(metric):
                return self._input(metric)
            case Call(function, of):
                return self._called(function, of)
            case Operation(sign, left, right):
                first = self.worth(left)
                self.toward = first.currency
                return self._joined(sign, first, self.worth(right))

    def rows(self, metric: str) -> list[Row]:
        """List the flows of a flow metric, the balances of any other, on one basis."""
        if metric in self.of.hidden:
            return []
        entry = self.of.catalog[metric]
        is_flow = entry.period == "duration"
        rows = self.of.actual.get(metric, [])
        return _one_basis([row for row in rows if row.period.is_instant != is_flow], entry)

    def _input(self, metric: str) -> _Term:
        """Find an input: a flow for the anchor's own period, a balance nearest its end."""
        rows = self.rows(metric)
        anchor = self.anchor
        if anchor is None:
            choice = choose.latest(rows)
        elif self.of.catalog[metric].period == "duration":
            choice = choose.during(rows, anchor)
        else:
            choice = choose.nearest(self._supposed(rows, anchor.end) or rows, anchor.end)
        if choice:
            if anchor and self.of.catalog[metric].group == "cash":
                self._unfinanced(choice.row.period.end, anchor.end)
            return self._used(_told(self.of, metric, choice), anchor.end if anchor else None)
        if self.of.catalog[metric].definitions and metric not in self.of.hidden:
            worked = _answer(self.of, metric)
            if worked.is_good and (anchor is None or worked.period == anchor):
                return self._used(worked)
        is_flow = self.of.catalog[metric].period == "duration"
        wanted = anchor if is_flow or anchor is None else anchor.end
        raise _stop("missing", "no_input", metric=metric, period=str(wanted or ""))

    def _supposed(self, rows: Sequence[Row], day: date) -> list[Row]:
        """List balances that a reader supposes of now: they are wanted, and not older ones.

        What is worked out for a period of the past keeps the balance of its own time, and what has
        a round of financing before it cannot stand for an earlier day.
        """
        return [
            row
            for row in rows
            if row.is_hypothetical and self.of.anchor is None and row.period.end >= day
            and not self._rounds(day, row.period.end)
        ]  # fmt: skip

    def _rounds(self, day: date, other: date) -> list[Row]:
        """List the rounds of financing between two days."""
        first, last = min(day, other), max(day, other)
        rows = self.of.actual.get("net_proceeds", ())
        return [row for row in rows if first < row.period.end <= last]

    def _unfinanced(self, day: date, other: date) -> None:
        """Refuse cash and a flow whose days have a round of financing between them."""
        for row in self._rounds(day, other):
            self._blamed([row])
            raise _stop("refused", "round_between", period=str(row.period.end))

    def _blamed(self, rows: Iterable[Row]) -> None:
        """Keep in mind what stops a formula and is only supposed."""
        self.uses += [_told(self.of, row.metric, choose.Choice(row)) for row in rows
                      if row.is_hypothetical]  # fmt: skip

    def _used(self, told: Answer, wanted: date | None = None) -> _Term:
        """Take an answer as an input; `wanted` is the day it should be of."""
        self.uses.append(told)
        apart = abs((told.period.end - wanted).days) if told.period and wanted else 0
        self.gap_days = max(self.gap_days, told.gap_days, apart)
        if told.bounds is None:  # pragma: no cover - only answers with a number are used
            raise _stop("missing", "no_input", metric=told.metric, period=str(told.period))
        from_unit = told.choice.row.measure.currency if told.choice else _currency(told.unit)
        return _Term(told.bounds, told.value, told.period, from_unit, told.moves)

    def _called(self, function: str, of: Tree) -> _Term:
        special = {
            "average": self._average,
            "forecast": self._forecast,
            "prior": self._earlier,
            "since": self._since,
            "ttm": self._trailing,
        }
        if function in special:
            return special[function](of)
        term, months = self.worth(of), self._months()
        if function == "annualised":
            return _times(term, YEAR / months)
        return _times(term, 1 / months) if function == "monthly" else term

    def _months(self) -> Fraction:
        if self.anchor is None:
            raise _stop("missing", "nothing_known")
        if self.anchor.is_instant:
            raise _stop("refused", "needs_duration", period=str(self.anchor))
        return self.anchor.months

    def _at(self, anchor: Period, of: Tree) -> _Term:
        """Work a part out at another anchor."""
        before, self.anchor = self.anchor, anchor
        try:
            return self.worth(of)
        finally:
            self.anchor = before

    def _earlier(self, of: Tree) -> _Term:
        """Work a part out a year before; a balance from then may stand a month off, not more."""
        if self.anchor is None:
            raise _stop("refused", "needs_duration", period="")
        day = self.anchor.year_before()
        term = self._at(day, of)
        if term.period and abs((term.period.end - day.end).days) > END_SLACK:
            metric = next(formula.names(of), "")
            raise _stop("missing", "no_input", metric=metric, period=str(day.end))
        return term

    def _trailing(self, of: Tree) -> _Term:
        """Add up twelve months: the last full year, plus this year so far, less a year before."""
        so_far, anchor = self.worth(of), self.anchor
        if self._months() == YEAR:
            return so_far
        if anchor is None or anchor.start is None or anchor.months > YEAR:
            raise _stop("refused", "too_long", period=str(anchor or ""))
        year = trailing_year(Period(None, anchor.start - timedelta(days=1)))
        full, then = self._at(year, of), self._at(anchor.year_before(), of)
        total = self._joined("-", self._joined("+", full, so_far), then)
        return replace(total, period=trailing_year(anchor))

    def _average(self, of: Tree) -> _Term:
        """Halve the sum of both ends, or take an average that the source itself states."""
        anchor = self.anchor
        if anchor is None or anchor.start is None or not isinstance(of, Name):
            raise _stop("refused", "needs_duration", period=str(anchor or ""))
        anchor = trailing_year(anchor) if self.trailing else anchor
        start = anchor.start or anchor.end
        rows = self.of.actual.get(of.metric, [])
        stated = choose.during([row for row in rows if row.basis == "average"], anchor)
        if stated:
            return self._used(_told(self.of, of.metric, stated))
        instants = [row for row in rows if row.period.is_instant]
        ends = []
        for day in (start - timedelta(days=1), anchor.end):
            choice = choose.nearest(instants, day)
            if choice is None or abs((choice.row.period.end - day).days) > END_SLACK:
                raise _stop("missing", "no_input", metric=of.metric, period=str(day))
            ends.append(self._used(_told(self.of, of.metric, choice), day))
        return _times(self._joined("+", *ends), Fraction(1, 2))

    def _forecast(self, of: Tree) -> _Term:
        if not isinstance(of, Name):
            raise _stop("refused", "needs_duration", period="")
        choice = choose.latest(self.of.planned.get(of.metric, []))
        if choice is None:
            raise _stop("missing", "no_forecast", metric=of.metric)
        return self._used(_told(self.of, of.metric, choice))

    def _since(self, of: Tree) -> _Term:
        """Sum what came in after the anchor's end."""
        anchor = self.anchor
        if anchor is None or not isinstance(of, Name):
            raise _stop("missing", "no_input", metric="", period="")
        rows = [
            row
            for row in self.of.actual.get(of.metric, [])
            if anchor.end < row.period.end <= self.of.at
        ]
        periods = dict.fromkeys(row.period for row in rows)
        choices = [choice for each in periods if (choice := choose.during(rows, each))]
        if not choices:
            raise _stop("missing", "none_since", metric=of.metric, period=str(anchor.end))
        # One round dated twice would count twice, and one begun before may be in the cash already.
        spans = sorted((row.period.start or row.period.end, row.period.end)
                       for row in (choice.row for choice in choices))  # fmt: skip
        ends = [anchor.end, *(end for _, end in spans)]
        if any(start <= end for (start, _), end in zip(spans, ends, strict=False)):
            self._blamed(choice.row for choice in choices)
            raise _stop("refused", "rounds_overlap", metric=of.metric)
        terms = [self._used(_told(self.of, of.metric, choice)) for choice in choices]
        # Each round converts by its own day, so that the sum needs no rate.
        total = self._converted(terms[0], self.toward)
        for term in terms[1:]:
            total = self._joined("+", total, term)
        return total

    def _joined(self, sign: str, left: _Term, right: _Term) -> _Term:
        right = self._converted(right, left.currency)
        if sign in "+-":
            other = right if sign == "+" else _negated(right)
            value = None if left.value is None or other.value is None else left.value + other.value
            period, currency = left.period or other.period, left.currency or other.currency
            moves = left.moves | other.moves
            return _Term(left.bounds + other.bounds, value, period, currency, moves)
        high = right.bounds.high
        if sign == "/" and self.lasts and high is not None and high <= 0:
            raise _stop("unbounded", "net_inflow")
        try:
            return _divided(left, right) if sign == "/" else _multiplied(left, right)
        except ReachesZeroError as error:
            raise _stop("not_meaningful", "zero_inside", bounds=str(right.bounds)) from error

    def _converted(self, term: _Term, currency: str) -> _Term:
        if not currency or not term.currency or term.currency == currency:
            return term
        period = term.period or self.anchor
        receipt = self.of.rates.receipt(term.currency, currency, period) if period else None
        if receipt is None:
            raise _stop(
                "missing", "no_rate", base=term.currency, quote=currency, period=str(period)
            )
        self.receipts.append(receipt)
        return replace(_times(term, receipt.rate), currency=currency)


def plain(tree: Tree) -> Iterator[str]:
    """Walk the metrics that must stand at the anchor itself."""
    match tree:
        case Name(metric):
            yield metric
        case Call(function, of) if function not in {"forecast", "since", "prior"}:
            yield from plain(of)
        case Operation(_, left, right):
            yield from plain(left)
            yield from plain(right)


def wants_year(tree: Tree) -> bool:
    """Say whether a formula asks for a full year."""
    return calls(tree, "full_year")


def calls(tree: Tree, function: str) -> bool:
    """Say whether a formula calls a function anywhere."""
    match tree:
        case Call(name, of):
            return name == function or calls(of, function)
        case Operation(_, left, right):
            return calls(left, function) or calls(right, function)
        case _:
            return False


def trailing_year(anchor: Period) -> Period:
    """Give the twelve months up to a period's end."""
    return Period(anchor.year_before().end + timedelta(days=1), anchor.end)


def _times(term: _Term, factor: Fraction) -> _Term:
    value = None if term.value is None else term.value * factor
    return replace(term, bounds=term.bounds * point(factor), value=value)


def _negated(term: _Term) -> _Term:
    value = None if term.value is None else -term.value
    return replace(term, bounds=-term.bounds, value=value, moves=-term.moves)


def _divided(left: _Term, right: _Term) -> _Term:
    both = left.value is not None and right.value not in {None, 0}
    value = left.value / right.value if both else None  # type: ignore[operator]
    currency = "" if left.currency == right.currency else left.currency or right.currency
    turned = replace(right, bounds=right.bounds.inverse(), moves=-right.moves)
    bounds, period = left.bounds * turned.bounds, left.period or right.period
    return _Term(bounds, value, period, currency, _product(left, turned))


def _multiplied(left: _Term, right: _Term) -> _Term:
    value = None if left.value is None or right.value is None else left.value * right.value
    currency = left.currency or right.currency
    bounds, period = left.bounds * right.bounds, left.period or right.period
    return _Term(bounds, value, period, currency, _product(left, right))


def _product(left: _Term, right: _Term) -> Moves:
    return left.moves.times(right.bounds) | right.moves.times(left.bounds)


def _fixed(row: Row, *, lower: bool) -> Row:
    """Set an observation to one of its ends; where that is unbounded, leave it as it is."""
    end = row.measure.bounds.low if lower else row.measure.bounds.high
    return row if end is None else replace(row, measure=replace(row.measure, bounds=point(end)))


def _is_open(row: Row, *, lower: bool) -> bool:
    return row.measure.bounds.low_open if lower else row.measure.bounds.high_open


def _currency(unit: str) -> str:
    return units.unit(unit).currency or ""


def _unit_of(dimension: tuple[tuple[str, int], ...], currency: str) -> str:
    return formula.shown(dimension).replace("money", currency or "money")
