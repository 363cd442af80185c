"""A value worked out once more as spreadsheet formulas, over cells that hold its inputs.

The steps are those of `derive`, taken along the inputs and rates that an answer has kept; the exact
numbers go along, so that a formula is given only where it comes to the very same.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, Protocol

from metrics import formula
from metrics.formula import Call, Name, Number, Operation, Tree
from schemas.interval import Interval, point
from schemas.unit import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from metrics.derive import Answer
    from metrics.fx import Receipt
    from schemas.book import Row

End = Literal["value", "low", "high", "months"]

_YEAR = Fraction(12)
# How tightly a text holds together: a sum needs brackets in a product, a product beneath a stroke.
_SUM, _PRODUCT, _ATOM = 1, 2, 3
_LEVELS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}


class Cells(Protocol):
    """Where inputs stand."""

    def of(self, row: Row, end: End) -> str:
        """Refer to the cell of an observation's value, an end of it, or the months it is of."""

    def rate(self, receipt: Receipt) -> str:
        """Refer to the cell of a rate."""


class StrayError(ValueError):
    """An answer that these steps do not come to."""


@dataclass(frozen=True, slots=True)
class Part:
    """A formula without its sign of equality, and the number that it comes to."""

    text: str
    exact: Fraction
    level: int = _ATOM

    def joined(self, sign: str, other: Part) -> Part:
        """Join two parts by `+ - * /`, with brackets where they are needed."""
        level = _LEVELS[sign]
        left = self.text if self.level >= level else f"({self.text})"
        tight = other.level > level or (other.level == level and sign in "+*")
        right = other.text if tight else f"({other.text})"
        return Part(f"{left}{sign}{right}", _worked(sign, self.exact, other.exact), level)


def _worked(sign: str, left: Fraction, right: Fraction) -> Fraction:
    if sign in "+-":
        return left + right if sign == "+" else left - right
    return left * right if sign == "*" else left / right


@dataclass(frozen=True, slots=True)
class Term:
    """A value and its ends as formulas; None where there is no single value, or no end."""

    value: Part | None
    low: Part | None
    high: Part | None
    bounds: Interval
    currency: str = ""

    def ends(self) -> Iterator[Part]:
        """Walk the ends that there are."""
        return (each for each in (self.low, self.high) if each is not None)


def replayed(answer: Answer, possible: Interval, cells: Cells) -> Term:
    """Write an answer as formulas over cells; raise `StrayError` where they come to another number.

    `possible` is what the answer's metric can be at all.
    """
    try:
        term = _whole(answer, possible, cells)
    except (IndexError, ArithmeticError) as error:
        raise StrayError(answer.id) from error
    value = term.value.exact if term.value else None
    same = value == answer.value and answer.bounds == term.bounds
    ends = tuple(each.exact if each else None for each in (term.low, term.high))
    if not same or ends != (term.bounds.low, term.bounds.high):
        raise StrayError(answer.id)
    return term


def _whole(answer: Answer, possible: Interval, cells: Cells) -> Term:
    if answer.choice:
        term, receipts = _leaf(answer, cells, {}), deque(answer.receipts)
    else:
        tree = formula.parse(answer.formula)
        run = _Replay(answer, cells)
        term = _cornered(answer, tree, run.worth(tree), cells)
        term, receipts = _clipped(term, possible), run.receipts
    while receipts:  # what is left turned the whole answer into the reader's currency
        term = _scaled(term, "*", _rate(receipts.popleft(), cells))
    return replace(term, value=term.value if answer.value is not None else None)


def _leaf(told: Answer, cells: Cells, fixed: Mapping[str, bool]) -> Term:
    """Take an input as it stands in its cells, or set to one of its ends."""
    if told.choice is None:
        message = f"{told.id} is worked out"
        raise StrayError(message)
    row, measure = told.choice.row, told.choice.row.measure
    found = {
        name: None if exact is None else Part(cells.of(row, name), exact)
        for name, exact in _amounts(row)
    }
    bounds, value, low, high = measure.bounds, found["value"], found["low"], found["high"]
    if row.id in fixed:
        end = low if fixed[row.id] else high
        if end is not None:
            low = high = end
            bounds = point(end.exact)
    return Term(value, low, high, bounds, measure.currency)


def _amounts(row: Row) -> Iterator[tuple[End, Fraction | None]]:
    yield "value", row.measure.value
    yield "low", row.measure.bounds.low
    yield "high", row.measure.bounds.high


def _cornered(answer: Answer, tree: Tree, term: Term, cells: Cells) -> Term:
    """Narrow the ends as `derive` does where an observation is used twice."""
    moves, counts = answer.moves, Counter(row.id for row in answer.leaves)
    twice = {
        row.id: row.id in moves.rising
        for row in answer.leaves
        if counts[row.id] > 1 and not row.measure.bounds.is_point
        and (row.id in moves.rising) != (row.id in moves.falling)
    }  # fmt: skip
    if not twice or answer.bounds is None or not answer.is_good:
        return term
    fixed = {lower: {name: lower == rises for name, rises in twice.items()} for lower in
             (True, False)}  # fmt: skip
    low, high = (_Replay(answer, cells, fixed[lower]).worth(tree) for lower in (True, False))
    least = _tighter(term.low, low.low, lower=True)
    most = _tighter(term.high, high.high, lower=False)
    # Whether narrowed ends are open the answer knows; which numbers they are is worked out here.
    bounds = Interval(
        least.exact if least else None,
        most.exact if most else None,
        answer.bounds.low_open,
        answer.bounds.high_open,
    )
    return replace(term, low=least, high=most, bounds=bounds)


def _tighter(first: Part | None, second: Part | None, *, lower: bool) -> Part | None:
    if first is None or second is None:
        return first or second
    return second if (second.exact >= first.exact) == lower else first


def _clipped(term: Term, possible: Interval) -> Term:
    """Hold the ends within what is possible, where they go beyond it."""
    bounds = term.bounds.clipped(possible)
    if bounds is None:
        message = "nothing of it is possible"
        raise StrayError(message)
    return replace(
        term,
        low=_held("MAX", term.low, bounds.low),
        high=_held("MIN", term.high, bounds.high),
        bounds=bounds,
    )


def _held(function: str, part: Part | None, end: Fraction | None) -> Part | None:
    if end is None or (part and part.exact == end):
        return part
    limit = _number(end)
    return Part(f"{function}({part.text},{limit.text})", end) if part else limit


def _number(exact: Fraction) -> Part:
    text = str(exact.numerator) if exact.denominator == 1 else repr(float(exact))
    return Part(text if exact >= 0 else f"({text})", exact)


def _rate(receipt: Receipt, cells: Cells) -> Part:
    return Part(cells.rate(receipt), receipt.rate)


class _Replay:
    """One formula gone through again, along the inputs and rates that it used."""

    def __init__(
        self, answer: Answer, cells: Cells, fixed: Mapping[str, bool] | None = None
    ) -> None:
        self.inputs = deque(answer.inputs)
        self.receipts = deque(answer.receipts)
        self.cells = cells
        # Observations to be set to their low end (True) or their high one.
        self.fixed = fixed or {}
        self.toward = ""
        self.used: list[Answer] = []

    def worth(self, tree: Tree) -> Term:
        match tree:
            case Number(value):
                part = _number(value)
                return Term(part, part, part, point(value))
            case Name():
                return self.next()
            case Call(function, of):
                return self.called(function, of)
            case Operation(sign, left, right):
                first = self.worth(left)
                self.toward = first.currency
                return self.joined(sign, first, self.worth(right))

    def next(self) -> Term:
        told = self.inputs.popleft()
        self.used.append(told)
        if told.choice:
            return _leaf(told, self.cells, self.fixed)
        tree = formula.parse(told.formula)
        inner = _Replay(told, self.cells, self.fixed)
        return replace(inner.worth(tree), currency=unit(told.unit).currency or "")

    def called(self, function: str, of: Tree) -> Term:
        if function == "average":
            return self.average()
        if function == "since":
            return self.since(of)
        before = len(self.used)
        term = self.worth(of)
        if function == "ttm":
            return self.trailing(term, of, before)
        if function in {"annualised", "monthly"}:
            term = _scaled(term, "/", self.months(before))
        return _scaled(term, "*", _number(_YEAR)) if function == "annualised" else term

    def months(self, since: int) -> Part:
        """Count the months of the flow under a call, which are those of the anchor."""
        flow = next(
            each for each in self.used[since:] if each.period and not each.period.is_instant
        )
        months = flow.period.months if flow.period else _YEAR
        return Part(self.cells.of(flow.choice.row, "months"), months) if flow.choice else (
            _number(months)
        )  # fmt: skip

    def trailing(self, so_far: Term, of: Tree, before: int) -> Term:
        if self.months(before).exact == _YEAR:
            return so_far
        full, then = self.worth(of), self.worth(of)
        return self.joined("-", self.joined("+", full, so_far), then)

    def average(self) -> Term:
        first = self.next()
        stated = self.used[-1]
        if stated.period and not stated.period.is_instant:
            return first
        return _scaled(self.joined("+", first, self.next()), "/", _number(Fraction(2)))

    def since(self, of: Tree) -> Term:
        name = next(formula.names(of))
        terms = []
        while self.inputs and self.inputs[0].metric == name:
            terms.append(self.next())
        total = self.converted(terms[0], self.toward)
        for each in terms[1:]:
            total = self.joined("+", total, each)
        return total

    def converted(self, term: Term, currency: str) -> Term:
        if not currency or not term.currency or term.currency == currency:
            return term
        rate = _rate(self.receipts.popleft(), self.cells)
        return replace(_scaled(term, "*", rate), currency=currency)

    def joined(self, sign: str, left: Term, right: Term) -> Term:
        right = self.converted(right, left.currency)
        value = _both(left.value, sign, right.value)
        if sign == "/" and left.currency == right.currency:
            currency = ""
        else:
            currency = left.currency or right.currency
        if sign in "+-":
            bounds = left.bounds + (right.bounds if sign == "+" else -right.bounds)
            low, high = (right.low, right.high) if sign == "+" else (right.high, right.low)
            return Term(value, _both(left.low, sign, low), _both(left.high, sign, high), bounds,
                        currency)  # fmt: skip
        bounds = left.bounds * (right.bounds if sign == "*" else right.bounds.inverse())
        corners = list(_corners(left, sign, right))
        low, high = _at(corners, bounds.low), _at(reversed(corners), bounds.high)
        return Term(value, low, high, bounds, currency)


def _both(left: Part | None, sign: str, right: Part | None) -> Part | None:
    if left is None or right is None or (sign == "/" and not right.exact):
        return None
    return left.joined(sign, right)


def _corners(left: Term, sign: str, right: Term) -> Iterator[Part]:
    """Walk the corners; of numbers above zero the low one comes first and the high one last."""
    others = list(right.ends())
    for first in left.ends():
        for second in others if sign == "*" else reversed(others):
            if sign == "*" or second.exact:
                yield first.joined(sign, second)


def _at(corners: Iterable[Part], end: Fraction | None) -> Part | None:
    """Find the corner at which an end is reached; towards an infinite divisor there is none."""
    if end is None:
        return None
    return next((each for each in corners if each.exact == end), _number(end))


def _scaled(term: Term, sign: str, by: Part) -> Term:
    """Multiply or divide by a number above zero."""
    factor = by.exact if sign == "*" else 1 / by.exact
    value, low, high = (
        None if each is None else each.joined(sign, by)
        for each in (term.value, term.low, term.high)
    )
    return replace(term, value=value, low=low, high=high, bounds=term.bounds * point(factor))
