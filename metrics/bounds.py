"""Interval arithmetic by the column: one amount per company, in float64 rounded outwards.

The same rules as `schemas.interval`, which is exact; every result here encloses the exact one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

    # Rows (-1 for none) and how an amount moves with them, in the bits below.
    Moves = tuple[tuple[Ints, Ints], ...]

NONE = -1
RISING, FALLING, STRICT = 1, 2, 4
# Ends closer than this, as a share, are the same end reached by two ways of rounding.
_SAME = 1e-13


@dataclass(frozen=True, slots=True)
class Column:
    """One amount per company: ends (infinite where unbounded), nominal value, period, currency.

    `there` says where there is an amount at all; elsewhere the numbers mean nothing. `moves` is
    kept only where a formula uses something twice.
    """

    low: Floats
    high: Floats
    low_open: Bools
    high_open: Bools
    value: Floats
    period: Ints
    currency: Ints
    there: Bools
    moves: Moves = ()


def constant(size: int, value: Fraction) -> Column:
    """Stand for a plain number in every company."""
    number, no = np.full(size, float(value)), np.zeros(size, dtype=bool)
    none = np.full(size, NONE, dtype=np.int64)
    return Column(number, number, no, no, number, none, np.zeros_like(none), ~no)


def nothing(size: int) -> Column:
    """Stand for no amount in any company."""
    blank, yes = np.full(size, np.nan), np.ones(size, dtype=bool)
    none = np.full(size, NONE, dtype=np.int64)
    return Column(np.full(size, -np.inf), np.full(size, np.inf), yes, yes, blank, none,
                  np.zeros_like(none), ~yes)  # fmt: skip


def enclosing(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Step outwards where an end may have been rounded to float64; whole ones were not."""
    return (
        np.where(np.floor(low) == low, low, np.nextafter(low, -np.inf)),
        np.where(np.floor(high) == high, high, np.nextafter(high, np.inf)),
    )


def _outwards(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Step outwards by one last place; a zero was reached exactly and stays."""
    below, above = np.nextafter(low, -np.inf), np.nextafter(high, np.inf)
    return np.where(low == 0, low, below), np.where(high == 0, high, above)


def times(amount: Column, factor: Floats) -> Column:
    """Multiply by plain positive numbers."""
    low, high = _outwards(amount.low * factor, amount.high * factor)
    return replace(amount, low=low, high=high, value=amount.value * factor)


def negated(amount: Column) -> Column:
    """Mirror at zero."""
    return replace(
        amount, low=-amount.high, high=-amount.low, low_open=amount.high_open,
        high_open=amount.low_open, value=-amount.value, moves=_turned(amount.moves),
    )  # fmt: skip


def added(left: Column, right: Column) -> Column:
    """Add; an end is open when either of its summands is."""
    low, high = _outwards(left.low + right.low, left.high + right.high)
    return Column(
        low, high, left.low_open | right.low_open, left.high_open | right.high_open,
        left.value + right.value, *_labels(left, right, keep=True),
        moves=(*left.moves, *right.moves),
    )  # fmt: skip


def multiplied(left: Column, right: Column, *, divided: bool = False) -> Column:
    """Multiply by the corners; `divided` says that the right side is an inverse."""
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
    moves = (*_carried(left.moves, right), *_carried(right.moves, left))
    labels = _labels(left, right, keep=not divided)
    return Column(low, high, low_open, high_open, value, *labels, moves=moves)


def _corner(a: Floats, a_open: Bools, b: Floats, b_open: Bools) -> tuple[Floats, Bools]:
    zero_a, zero_b = a == 0, b == 0
    zero = zero_a | zero_b
    with np.errstate(invalid="ignore"):
        product = np.where(zero, 0.0, a * b)
    reached = (zero_a & ~a_open) | (zero_b & ~b_open)
    return product, np.where(zero, ~reached, a_open | b_open)


def inverse(amount: Column) -> Column:
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
        moves=_turned(amount.moves),
    )


def _labels(left: Column, right: Column, *, keep: bool) -> tuple[Ints, Ints, Bools]:
    """Carry period and currency on: the left's, else the right's; a quotient cancels equal ones."""
    period = np.where(left.period >= 0, left.period, right.period)
    currency = np.where(left.currency > 0, left.currency, right.currency)
    if not keep:
        currency = np.where(left.currency == right.currency, 0, currency)
    return period, currency, left.there & right.there


def clipped(amount: Column, least: float, most: float) -> tuple[Column, Bools]:
    """Keep what lies from `least` to `most`, and say where nothing does."""
    # An end at the limit was stepped over it by rounding outwards, and is as open as it was.
    low_open = amount.low_open & ((amount.low >= least) | _same(amount.low, least))
    high_open = amount.high_open & ((amount.high <= most) | _same(amount.high, most))
    low, high = np.maximum(amount.low, least), np.minimum(amount.high, most)
    outside = (low > high) | ((low == high) & (low_open | high_open))
    value = np.where((amount.value >= least) & (amount.value <= most), amount.value, np.nan)
    kept = replace(amount, low=low, high=high, low_open=low_open, high_open=high_open, value=value)
    return kept, outside


def _same(ends: Floats, others: Floats | float) -> Bools:
    with np.errstate(invalid="ignore"):
        return np.isclose(ends, others, rtol=_SAME, atol=0)


def tightened(amount: Column, least: Column, most: Column, where: Bools) -> Column:
    """Take the low end of one column and the high end of another where they are tighter."""
    low, low_open = _tighter(amount.low, amount.low_open, least.low, least.low_open, where)
    high, high_open = _tighter(-amount.high, amount.high_open, -most.high, most.high_open, where)
    return replace(amount, low=low, high=-high, low_open=low_open, high_open=high_open)


def _tighter(
    end: Floats, is_open: Bools, other: Floats, other_open: Bools, where: Bools
) -> tuple[Floats, Bools]:
    more = where & (other > end)
    opened = np.where(
        _same(end, other) & where, is_open | other_open, np.where(more, other_open, is_open)
    )
    return np.where(more, other, end), opened


def choose(where: Bools, first: Column, second: Column) -> Column:
    """Take the first column where asked, else the second."""
    moves = (*_kept(first.moves, where), *_kept(second.moves, ~where))
    return Column(
        np.where(where, first.low, second.low),
        np.where(where, first.high, second.high),
        np.where(where, first.low_open, second.low_open),
        np.where(where, first.high_open, second.high_open),
        np.where(where, first.value, second.value),
        np.where(where, first.period, second.period),
        np.where(where, first.currency, second.currency),
        np.where(where, first.there, second.there),
        moves,
    )


# -- moves ------------------------------------------------------------------------------------


def _kept(moves: Moves, where: Bools) -> Moves:
    return tuple((np.where(where, rows, NONE), np.where(where, bits, 0)) for rows, bits in moves)


def _turned(moves: Moves) -> Moves:
    """Turn rising into falling and back."""
    return tuple((rows, _swapped(bits)) for rows, bits in moves)


def _swapped(bits: Ints) -> Ints:
    turned: Ints = ((bits & RISING) << 1) | ((bits & FALLING) >> 1) | (bits & STRICT)
    return turned


def _carried(moves: Moves, factor: Column) -> Moves:
    """Carry the moves of one factor on, the other being of the signs that `factor` has."""
    if not moves:
        return ()
    low, high = factor.low, factor.high
    zero = (low < 0) | ((low == 0) & ~factor.low_open)
    zero &= (high > 0) | ((high == 0) & ~factor.high_open)
    lost: Ints = np.where(zero, STRICT, 0).astype(np.int64)
    return tuple(
        (rows, (np.where(high > 0, bits, 0) | np.where(low < 0, _swapped(bits), 0)) & ~lost)
        for rows, bits in moves
    )
