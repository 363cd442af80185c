"""Working derived metrics out as intervals that remember the observations they came from."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
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
    from metrics.lens import Lens
    from schemas.book import Book, Row
    from schemas.metric import Catalog, Metric

Status = Literal[
    "ok", "stale", "gap", "proxy", "planned", "unbounded", "not_meaningful", "missing", "refused"
]
GOOD: tuple[Status, ...] = ("ok", "stale", "gap", "proxy")
PLANNED = ("plan", "target", "forecast")
# Days between a formula's inputs: marked beyond a quarter, refused beyond a year.
GAP_MARKED = 92
GAP_REFUSED = 366
# "Average needs both ends": an end may stand a month off the period's own.
END_SLACK = 31
_YEAR = Fraction(12)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a value is as it is: a name of `reason` in the texts, and what fills its sentence."""

    name: str
    args: tuple[tuple[str, str], ...] = ()


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
    choice: Choice | None = None
    definition: str = ""
    formula: str = ""
    inputs: tuple[Answer, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    gap_days: int = 0
    others: tuple[Answer, ...] = ()

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
    def id(self) -> str:
        """Make an id from what the value is made of: an observation's own, or a digest."""
        if self.choice:
            return self.choice.row.id
        parts = [self.company, self.metric, self.definition, self.formula, self.status]
        parts += [row.id for row in self.rows]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:10]

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
    # Metrics whose stated figures are set aside, so that a check can compute them.
    hidden: frozenset[str] = frozenset()

    def hiding(self, *metrics: str) -> Case:
        """Set stated figures of some metrics aside."""
        return replace(self, hidden=self.hidden | set(metrics))


def case(book: Book, company: str, lens: Lens) -> Case:
    """Gather the observations of the company as a whole that count for a reader."""
    return gathered(book.catalog, company, book.rows([company]), lens)


def gathered(catalog: Catalog, company: str, every: Iterable[Row], lens: Lens) -> Case:
    """Do the same from a company's observations where they are at hand already."""
    rows = [row for row in every if row.scope == WHOLE]
    return Case(
        company,
        catalog,
        lens.at,
        _by_metric(choose.candidates(rows, lens)),
        _by_metric(choose.candidates(rows, lens, PLANNED)),
    )


def answer(of: Case, metric: str) -> Answer:
    """Answer a metric: stated before computed (claims aside), planned where nothing is actual."""
    entry = of.catalog[metric]
    rows = _stated(of, metric)
    if rows:
        return _judged(of, entry, _told(of, metric, choose.latest(_one_basis(rows, entry))))
    derived = [_defined(of, metric, name, text) for name, text in entry.definitions.items()]
    found = _missing(of, metric, Reason("not_disclosed", (("metric", metric),)))
    if derived:
        beside = [_defined(of, metric, name, text) for name, text in entry.reference.items()]
        found = _first(of, metric, derived, beside)
    planned = choose.latest(_one_basis(of.planned.get(metric, []), entry))
    if planned and found.status == "missing" and entry.stated == "answer":
        return replace(_told(of, metric, planned), status="planned", others=found.others)
    return found


def defined(of: Case, metric: str) -> list[Answer]:
    """Work a metric out under every definition and reference, whatever is stated."""
    entry = of.catalog[metric]
    every = {**entry.definitions, **entry.reference}
    return [_defined(of, metric, name, text) for name, text in every.items()]


def implied(of: Case, claim: Row) -> list[tuple[str, str, Answer]]:
    """Solve a claim's formulas for the side that is not known.

    For `a / b` and a claim c: b = a / c where a is known, else a = b x c. Gives the definition,
    the side solved for as text, and its value; nothing where both or neither side is known.
    """
    found: list[tuple[str, str, Answer]] = []
    entry = of.catalog[claim.metric]
    for name, text in {**entry.definitions, **entry.reference}.items():
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
        found.append((name, _written(side), answer))
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
    return of.actual.get(metric, [])


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
    measure = choice.row.measure
    return Answer(
        of.company, metric, "ok", measure.unit, measure.bounds, measure.value, choice.row.period,
        choice=choice,
    )  # fmt: skip


def _missing(of: Case, metric: str, reason: Reason, **more: str) -> Answer:
    return Answer(
        of.company, metric, "missing", of.catalog[metric].unit, reason=reason,
        definition=more.get("definition", ""), formula=more.get("formula", ""),
    )  # fmt: skip


def _judged(of: Case, entry: Metric, told: Answer) -> Answer:
    """Mark what is older than its shelf life."""
    if told.status != "ok" or told.period is None or entry.shelf_life is None:
        return told
    age = (of.at - told.period.end).days
    if age <= entry.shelf_life:
        return told
    reason = Reason("stale", (("days", str(age)), ("shelf_life", str(entry.shelf_life))))
    return replace(told, status="stale", reason=reason)


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


def _first(of: Case, metric: str, derived: list[Answer], beside: list[Answer]) -> Answer:
    """Take the first definition that yields a number; else say what all of them lack."""
    entry = of.catalog[metric]
    own = [each for each in derived if each.definition not in entry.beside]
    for each in own:
        if each.is_good or each.status == "unbounded":
            rest = tuple(other for other in (*derived, *beside) if other is not each)
            return replace(each, others=rest)
    # A rate that is missing stops what else is there: it says more than a list of metrics.
    stopped = next(
        (each for each in own if each.status != "missing"
         or (each.reason and each.reason.name == "no_rate")), None
    )  # fmt: skip
    if stopped:
        return replace(stopped, others=tuple(o for o in (*derived, *beside) if o is not stopped))
    lacking = list(dict.fromkeys(
        dict(each.reason.args).get("metric", "") for each in own if each.reason
    ))  # fmt: skip
    reason = Reason("lacking", (("metrics", ",".join(lacking)),))
    return replace(_missing(of, metric, reason), others=(*derived, *beside))


def _defined(of: Case, metric: str, definition: str, text: str) -> Answer:
    tree = formula.parse(text)
    entry = of.catalog[metric]
    run = _Run(of.hiding(metric), None)
    run.lasts = entry.unit == "months"
    run.trailing = calls(tree, "ttm")
    try:
        run.anchor = run.anchored(tree)
        term = run.worth(tree)
    except _StopError as stop:
        stopped = _missing(of, metric, stop.reason, definition=definition, formula=text)
        return replace(
            stopped, status=stop.status, inputs=tuple(run.uses), period=run.anchor,
            receipts=tuple(run.receipts),
        )  # fmt: skip
    period = trailing_year(run.anchor) if calls(tree, "ttm") and run.anchor else run.anchor
    found = Answer(
        of.company, metric, "ok", str(entry.measure.priced(term.currency)),
        term.bounds, term.value, period, definition=definition, formula=text,
        inputs=tuple(run.uses), receipts=tuple(run.receipts), gap_days=run.gap_days,
    )  # fmt: skip
    bounds = term.bounds.clipped(entry.possible)
    if bounds is None:
        args = (("bounds", str(term.bounds)), ("possible", str(entry.possible)))
        reason = Reason("impossible", args)
        return replace(found, status="refused", reason=reason, bounds=None, value=None)
    inside = term.value is not None and entry.possible.contains(term.value)
    found = replace(found, bounds=bounds, value=term.value if inside else None)
    return _marked(of, entry, found)


def _marked(of: Case, entry: Metric, found: Answer) -> Answer:
    if found.gap_days > GAP_REFUSED:
        reason = Reason("gap", (("days", str(found.gap_days)), ("limit", str(GAP_REFUSED))))
        return replace(found, status="refused", reason=reason, bounds=None, value=None)
    judged = _judged(of, entry, found)
    if judged.status == "stale" and judged.reason:
        stands_in = found.definition in entry.proxies
        name = "stale_proxy" if stands_in else judged.reason.name
        return replace(judged, reason=Reason(name, judged.reason.args))
    if found.gap_days > GAP_MARKED:
        reason = Reason("gap", (("days", str(found.gap_days)), ("limit", str(GAP_MARKED))))
        return replace(found, status="gap", reason=reason)
    if found.definition in entry.proxies:
        return replace(found, status="proxy", reason=Reason("proxy"))
    return found


class _Run:
    """One evaluation of one formula: where it is anchored and what it has used."""

    def __init__(self, of: Case, anchor: Period | None) -> None:
        self.of = of
        self.anchor = anchor
        self.uses: list[Answer] = []
        self.receipts: list[Receipt] = []
        # The most days between an input's end and the day it was wanted for.
        self.gap_days = 0
        # Whether the result says how long something lasts: for ever where nothing goes out.
        self.lasts = False
        # The currency of the side already worked out, which the parts of a sum convert to.
        self.toward = ""
        # Whether the flow is a trailing year, over which an average then goes too.
        self.trailing = False

    def anchored(self, tree: Tree) -> Period | None:
        """Find the period a formula stands on: the latest that its flows share, else an instant."""
        flows = [name for name in plain(tree) if self.of.catalog[name].period == "duration"]
        known = [rows for name in flows if (rows := self._rows(name))]
        if known:
            shared = set.intersection(*({row.period for row in rows} for rows in known))
            rows = [row for row in known[0] if row.period in shared] or known[0]
            if wants_year(tree):
                rows = [row for row in rows if row.period.months == _YEAR]
                if not rows:
                    raise _stop("missing", "no_full_year", metric=flows[0])
            choice = choose.latest(rows)
            return choice.row.period if choice else None
        if flows and not any(self.of.catalog[name].is_derived for name in flows):
            raise _stop("missing", "no_input", metric=flows[0], period="")
        instants = (choose.latest(self._rows(name)) for name in formula.names(tree))
        return next((choice.row.period for choice in instants if choice), None)

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

    def _rows(self, metric: str) -> list[Row]:
        """List the flows of a flow metric, the balances of any other, on one basis."""
        if metric in self.of.hidden:
            return []
        entry = self.of.catalog[metric]
        is_flow = entry.period == "duration"
        rows = self.of.actual.get(metric, [])
        return _one_basis([row for row in rows if row.period.is_instant != is_flow], entry)

    def _input(self, metric: str) -> _Term:
        """Find an input: a flow for the anchor's own period, a balance nearest its end."""
        rows = self._rows(metric)
        anchor = self.anchor
        if anchor is None:
            choice = choose.latest(rows)
        elif self.of.catalog[metric].period == "duration":
            choice = choose.during(rows, anchor)
        else:
            choice = choose.nearest(rows, anchor.end)
        if choice:
            if anchor and self.of.catalog[metric].group == "cash":
                self._unfinanced(choice.row.period.end, anchor.end)
            return self._used(_told(self.of, metric, choice), anchor.end if anchor else None)
        if self.of.catalog[metric].definitions and metric not in self.of.hidden:
            worked = answer(self.of, metric)
            if worked.is_good and (anchor is None or worked.period == anchor):
                return self._used(worked)
        is_flow = self.of.catalog[metric].period == "duration"
        wanted = anchor if is_flow or anchor is None else anchor.end
        raise _stop("missing", "no_input", metric=metric, period=str(wanted or ""))

    def _unfinanced(self, day: date, other: date) -> None:
        """Refuse cash and a flow whose days have a round of financing between them."""
        first, last = min(day, other), max(day, other)
        for row in self.of.actual.get("net_proceeds", ()):
            if first < row.period.end <= last:
                raise _stop("refused", "round_between", period=str(row.period.end))

    def _used(self, told: Answer, wanted: date | None = None) -> _Term:
        """Take an answer as an input; `wanted` is the day it should be of."""
        self.uses.append(told)
        apart = abs((told.period.end - wanted).days) if told.period and wanted else 0
        self.gap_days = max(self.gap_days, told.gap_days, apart)
        if told.bounds is None:  # pragma: no cover - only answers with a number are used
            raise _stop("missing", "no_input", metric=told.metric, period=str(told.period))
        from_unit = told.choice.row.measure.currency if told.choice else _currency(told.unit)
        return _Term(told.bounds, told.value, told.period, from_unit)

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
            return _times(term, _YEAR / months)
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
        if self.anchor is None:
            raise _stop("refused", "needs_duration", period="")
        return self._at(self.anchor.year_before(), of)

    def _trailing(self, of: Tree) -> _Term:
        """Add up twelve months: the last full year, plus this year so far, less a year before."""
        so_far, anchor = self.worth(of), self.anchor
        if self._months() == _YEAR:
            return so_far
        if anchor is None or anchor.start is None or anchor.months > _YEAR:
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
        rows = [row for row in self.of.actual.get(of.metric, []) if row.period.end > anchor.end]
        periods = dict.fromkeys(row.period for row in rows)
        choices = [choice for each in periods if (choice := choose.during(rows, each))]
        if not choices:
            raise _stop("missing", "none_since", metric=of.metric, period=str(anchor.end))
        # One round dated twice would count twice, and one begun before may be in the cash already.
        spans = sorted((row.period.start or row.period.end, row.period.end)
                       for row in (choice.row for choice in choices))  # fmt: skip
        ends = [anchor.end, *(end for _, end in spans)]
        if any(start <= end for (start, _), end in zip(spans, ends, strict=False)):
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
            return _Term(left.bounds + other.bounds, value, period, currency)
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
        receipt = fx.receipt(term.currency, currency, period) if period else None
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
    return replace(term, bounds=-term.bounds, value=None if term.value is None else -term.value)


def _divided(left: _Term, right: _Term) -> _Term:
    both = left.value is not None and right.value not in {None, 0}
    value = left.value / right.value if both else None  # type: ignore[operator]
    currency = "" if left.currency == right.currency else left.currency or right.currency
    return _Term(left.bounds / right.bounds, value, left.period or right.period, currency)


def _multiplied(left: _Term, right: _Term) -> _Term:
    value = None if left.value is None or right.value is None else left.value * right.value
    currency = left.currency or right.currency
    return _Term(left.bounds * right.bounds, value, left.period or right.period, currency)


def _currency(unit: str) -> str:
    return units.unit(unit).currency or ""


def _unit_of(dimension: tuple[tuple[str, int], ...], currency: str) -> str:
    return formula.shown(dimension).replace("money", currency or "money")


def _written(tree: Tree) -> str:
    match tree:
        case Number(value):
            return f"{float(value):g}"
        case Name(metric):
            return metric
        case Call(function, of):
            return f"{function}({_written(of)})"
        case Operation(sign, left, right):
            return f"{_written(left)} {sign} {_written(right)}"
