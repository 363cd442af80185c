"""An interval of exact numbers whose ends know whether they are open.

Arithmetic follows IEEE 1788's set meaning: the result encloses every pointwise result.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# An end during arithmetic: (-1 | 0 | 1 for minus infinity, finite, infinity; amount; open).
_End = tuple[int, Fraction, bool]
_ZERO = Fraction(0)


class ReachesZeroError(ArithmeticError):
    """A division whose divisor has zero inside: the quotient is not meaningful."""


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from `low` to `high`; a missing end is unbounded and always open.

    >>> str(Interval(Fraction(7, 10), None, low_open=True))
    '(0.7, ∞)'
    >>> str(point(2) * Interval(Fraction(1), Fraction(3), high_open=True))
    '[2, 6)'
    """

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        """Keep the two rules that every interval obeys: open infinities, a number inside."""
        if self.low is None:
            object.__setattr__(self, "low_open", True)
        if self.high is None:
            object.__setattr__(self, "high_open", True)
        if self.low is None or self.high is None:
            return
        # One number at both ends is what most figures are, and needs no comparing.
        if self.low is not self.high and self.low < self.high:
            return
        if self.low_open or self.high_open or self.low > self.high:
            message = f"an interval holds at least one number, got {self}"
            raise ValueError(message)

    def __str__(self) -> str:
        """Write the ends with round brackets where open."""
        low = "-∞" if self.low is None else f"{float(self.low):g}"
        high = "∞" if self.high is None else f"{float(self.high):g}"
        return f"{'(' if self.low_open else '['}{low}, {high}{')' if self.high_open else ']'}"

    @property
    def is_point(self) -> bool:
        """Say whether only one number is inside."""
        return self.low is not None and self.low == self.high

    def __neg__(self) -> Interval:
        """Mirror at zero."""
        low, high = self.low, self.high
        return Interval(
            None if high is None else -high,
            None if low is None else -low,
            self.high_open,
            self.low_open,
        )

    def __add__(self, other: Interval) -> Interval:
        """Add; an end is open when either of its summands is."""
        return Interval(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __sub__(self, other: Interval) -> Interval:
        """Subtract, as if the two were independent."""
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        """Multiply; zero times an unbounded end is zero."""
        return _hull(_times(a, b) for a in self._ends() for b in other._ends())

    def __truediv__(self, other: Interval) -> Interval:
        """Divide; half-open where the divisor touches zero, refused where it crosses it."""
        return self * other.inverse()

    def inverse(self) -> Interval:
        """Turn x into 1/x; raise `ReachesZeroError` where zero is inside or is all there is."""
        low_sign = -1 if self.low is None else _sign(self.low)
        high_sign = 1 if self.high is None else _sign(self.high)
        if low_sign * high_sign < 0 or (low_sign == 0 and high_sign == 0):
            message = f"one divided by {self} has no bounds"
            raise ReachesZeroError(message)
        low, high = self.low, self.high
        # 1/∞ is 0, never reached; 1/0 is ∞: both ends stay open.
        new_low = _ZERO if high is None else (None if high == 0 else 1 / high)
        new_high = _ZERO if low is None else (None if low == 0 else 1 / low)
        return Interval(new_low, new_high, self.high_open, self.low_open)

    def _ends(self) -> tuple[_End, _End]:
        low: _End = (-1, _ZERO, True) if self.low is None else (0, self.low, self.low_open)
        high: _End = (1, _ZERO, True) if self.high is None else (0, self.high, self.high_open)
        return low, high

    def contains(self, number: Fraction) -> bool:
        """Say whether `number` is inside."""
        above = self.low is None or (number > self.low if self.low_open else number >= self.low)
        below = self.high is None or (number < self.high if self.high_open else number <= self.high)
        return above and below

    def meets(self, other: Interval) -> bool:
        """Say whether the two share a number."""
        return not (_before(self, other) or _before(other, self))

    def widened(self, by: Fraction) -> Interval:
        """Move both ends outwards by `by`; ends keep their openness."""
        if not by:
            return self
        return Interval(
            None if self.low is None else self.low - by,
            None if self.high is None else self.high + by,
            self.low_open,
            self.high_open,
        )

    def clipped(self, bounds: Interval) -> Interval | None:
        """Keep what is also inside `bounds`; None when nothing is."""
        if not self.meets(bounds):
            return None
        low, low_open = _tighter((self.low, self.low_open), (bounds.low, bounds.low_open), 1)
        high, high_open = _tighter((self.high, self.high_open), (bounds.high, bounds.high_open), -1)
        return Interval(low, high, low_open, high_open)


def point(number: int | Fraction) -> Interval:
    """Make the interval that holds one number."""
    exact = Fraction(number)
    return Interval(exact, exact)


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def _before(first: Interval, second: Interval) -> bool:
    if first.high is None or second.low is None:
        return False
    return first.high < second.low or (
        first.high == second.low and (first.high_open or second.low_open)
    )


def _tighter(
    mine: tuple[Fraction | None, bool], theirs: tuple[Fraction | None, bool], sign: int
) -> tuple[Fraction | None, bool]:
    if mine[0] is None or theirs[0] is None:
        return theirs if mine[0] is None else mine
    if mine[0] == theirs[0]:
        return mine[0], mine[1] or theirs[1]
    return mine if (mine[0] > theirs[0]) == (sign > 0) else theirs


def _times(a: _End, b: _End) -> _End:
    a_sign, b_sign = a[0] or _sign(a[1]), b[0] or _sign(b[1])
    if a_sign == 0 or b_sign == 0:
        # A closed zero reaches zero whatever it meets; an open one only approaches it.
        closed = (a_sign == 0 and not a[2]) or (b_sign == 0 and not b[2])
        return 0, _ZERO, not closed
    if a[0] or b[0]:
        return a_sign * b_sign, _ZERO, True
    return 0, a[1] * b[1], a[2] or b[2]


def _hull(ends: Iterable[_End]) -> Interval:
    every = list(ends)
    # Among equal corners a closed one wins: the number is reached.
    low = min(every, key=lambda end: (end[0], end[1], end[2]))
    high = max(every, key=lambda end: (end[0], end[1], not end[2]))
    return Interval(None if low[0] else low[1], None if high[0] else high[1], low[2], high[2])
