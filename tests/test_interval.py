"""What interval arithmetic promises, from tables and by chance."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from operator import add, mul, sub, truediv

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schemas.interval import Interval, ReachesZeroError, point
from tests.folder import iv

OPERATIONS = {"+": add, "-": sub, "*": mul, "/": truediv}
# As near to an open end as the tests go, and as far out towards an unbounded one.
NEAR = Fraction(1, 10**9)
FAR = 1 / NEAR

NUMBERS = st.integers(-60, 60).map(lambda number: Fraction(number, 3))
ENDS = st.none() | NUMBERS | st.just(Fraction(0))
PARTS = st.integers(0, 12).map(lambda number: Fraction(number, 12))


@st.composite
def intervals(draw):
    """Intervals with open, closed and missing ends, often at zero."""
    low, high = draw(ENDS), draw(ENDS)
    if low is not None and high is not None:
        low, high = sorted((low, high))
        if low == high:
            return point(low)
    return Interval(low, high, draw(st.booleans()), draw(st.booleans()))


@st.composite
def with_number(draw):
    """An interval and a number inside."""
    interval = draw(intervals())
    low = -FAR if interval.low is None else interval.low
    high = FAR if interval.high is None else interval.high
    number = low + (high - low) * draw(PARTS)
    assume(interval.contains(number))
    return interval, number


def near_ends(of: Interval) -> list[Fraction]:
    """Numbers inside, as near to both ends as the tests go."""
    if of.low is not None and of.low == of.high:
        return [of.low]
    low = -FAR if of.low is None else of.low + NEAR * of.low_open
    high = FAR if of.high is None else of.high - NEAR * of.high_open
    return [low, high]


@pytest.mark.parametrize(
    ("first", "sign", "second", "result"),
    [
        # revenue of two halves, one of them "more than"
        ("10..12", "+", "1..2", "11..14"),
        (">70", "+", "5", ">75"),
        (">=70", "+", "5..6", ">=75"),
        ("<70", "+", "[5, 6)", "<76"),
        (">70", "+", "<5", "(-∞, ∞)"),
        ("(1, 2]", "+", "[1, 2)", "(2, 4)"),
        # cash less borrowings
        ("10..12", "-", "1..2", "8..11"),
        ("10", "-", ">4", "<6"),
        ("10", "-", "<=4", ">=6"),
        ("[1, 2)", "-", "[1, 2)", "(-1, 1)"),
        # a share of an amount
        ("2..3", "*", "4..5", "8..15"),
        ("-2..3", "*", "4..5", "-10..15"),
        ("-2..3", "*", "-5..4", "-15..12"),
        ("-3..-2", "*", "-5..-4", "8..15"),
        (">0.7", "*", "100", ">70"),
        ("(0.7, 1]", "*", "50..53", "(35, 53]"),
        (">2", "*", "-1", "<-2"),
        (">2", "*", "<-1", "<-2"),
        (">2", "*", "-1..1", "(-∞, ∞)"),
        ("(0, 1]", "*", ">=1", ">0"),
        ("[0, 1)", "*", "(2, 3)", "[0, 3)"),
        ("(0, 1]", "*", "0..2", "0..2"),
        # zero times anything is zero, unbounded or not
        ("0", "*", ">70", "0"),
        ("0", "*", "(-∞, ∞)", "0"),
        ("0..1", "*", ">1", ">=0"),
        # cash over burn
        ("10..12", "/", "2..4", "2.5..6"),
        ("10..12", "/", "-4..-2", "-6..-2.5"),
        ("-10..12", "/", "2..4", "-5..6"),
        ("100", "/", ">4", "(0, 25)"),
        ("100", "/", ">=4", "(0, 25]"),
        ("100", "/", "<-4", "(-25, 0)"),
        (">100", "/", ">4", ">0"),
        ("10", "/", "0..5", ">=2"),
        ("10", "/", "(0, 5)", ">2"),
        ("10", "/", "<=0", "<0"),
        ("10", "/", ">0", ">0"),
        ("0", "/", "0..5", "0"),
        ("5..6", "/", "-5..0", "<=-1"),
    ],
)
def test_an_amount_worked_out_has_the_bounds_an_investor_would_give_it(first, sign, second, result):
    assert OPERATIONS[sign](iv(first), iv(second)) == iv(result)


@pytest.mark.parametrize("divisor", ["-1..1", "0", "(-∞, ∞)", "<1", ">-1", "(-1, 1)"])
def test_dividing_by_a_range_that_contains_zero_is_not_meaningful(divisor):
    with pytest.raises(ReachesZeroError, match="has no bounds"):
        iv("10..12") / iv(divisor)


@pytest.mark.parametrize("sign", OPERATIONS)
@given(one=with_number(), other=with_number())
def test_the_result_encloses_every_pointwise_result(sign, one, other):
    (first, x), (second, y) = one, other
    assume(sign != "/" or y)
    try:
        result = OPERATIONS[sign](first, second)
    except ReachesZeroError:
        assert second == point(0) or (second.contains(-NEAR) and second.contains(NEAR))
    else:
        assert result.contains(OPERATIONS[sign](x, y))


@pytest.mark.parametrize("sign", OPERATIONS)
@given(first=intervals(), second=intervals())
def test_the_result_is_no_wider_than_it_must_be(sign, first, second):
    try:
        result = OPERATIONS[sign](first, second)
    except ReachesZeroError:
        return
    xs, ys = near_ends(first), near_ends(second)
    if sign == "/":
        ys = [y or (NEAR if second.low == 0 else -NEAR) for y in ys]
    reached = [OPERATIONS[sign](x, y) for x, y in product(xs, ys)]
    for end, is_open, extreme in (
        (result.low, result.low_open, min(reached)),
        (result.high, result.high_open, max(reached)),
    ):
        if end is None:
            assert abs(extreme) > 10**6
        elif is_open:
            assert extreme != end
            assert abs(extreme - end) < Fraction(1, 10**6)
        else:
            assert extreme == end


@given(first=intervals(), second=intervals(), third=intervals())
def test_the_order_of_sums_and_products_does_not_matter(first, second, third):
    assert first + second == second + first
    assert first * second == second * first
    assert (first + second) + third == first + (second + third)
    assert (first * second) * third == first * (second * third)


@given(first=intervals(), second=intervals())
def test_mirroring_twice_changes_nothing(first, second):
    mirrored = -first
    assert -mirrored == first
    assert mirrored == first * point(-1)
    assert -(first - second) == second - first


@given(interval=intervals())
def test_turning_over_twice_changes_nothing_but_a_zero_that_was_reached(interval):
    try:
        back = interval.inverse().inverse()
    except ReachesZeroError:
        return
    ends = {interval.low, interval.high}
    assert back.low == interval.low
    assert back.high == interval.high
    assert back == interval or 0 in ends


@pytest.mark.parametrize(
    ("interval", "inside", "outside"),
    [
        ("10..12", ["10", "11", "12"], ["9.99", "12.01"]),
        ("(10, 12)", ["10.01", "11.99"], ["10", "12"]),
        (">0.7", ["0.71", "1000000"], ["0.7", "-1"]),
        (">=0.7", ["0.7"], ["0.69"]),
        ("<5", ["-1000000", "4.99"], ["5", "6"]),
        ("(-∞, ∞)", ["-1000000", "0"], []),
        ("5", ["5"], ["4.99", "5.01"]),
    ],
)
def test_an_open_end_is_not_inside(interval, inside, outside):
    assert all(iv(interval).contains(Fraction(number)) for number in inside)
    assert not any(iv(interval).contains(Fraction(number)) for number in outside)


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("10..12", "11..13", "11..12"),
        ("10..12", "12..13", "12"),
        ("[10, 12)", "12..13", None),
        ("10..12", "(12, 13]", None),
        ("10..12", "13..14", None),
        (">0.7", "0..1", "(0.7, 1]"),
        (">=0.7", "0..1", "0.7..1"),
        (">1", "0..1", None),
        ("<0.05", "0..1", "[0, 0.05)"),
        ("<=0", "0..1", "0"),
        ("(-∞, ∞)", ">=0", ">=0"),
        ("(10, 12]", "[10, 12)", "(10, 12)"),
        (">10", "<12", "(10, 12)"),
        ("11", "10..12", "11"),
    ],
)
def test_clipping_keeps_what_is_possible_and_says_when_nothing_is(first, second, shared):
    one, other = iv(first), iv(second)
    assert one.clipped(other) == (None if shared is None else iv(shared))
    assert one.meets(other) is (shared is not None)


@given(first=intervals(), second=intervals(), number=NUMBERS)
def test_a_number_is_in_what_two_share_exactly_when_it_is_in_both(first, second, number):
    shared = first.clipped(second)
    assert shared == second.clipped(first)
    assert first.meets(second) is second.meets(first) is (shared is not None)
    inside = shared is not None and shared.contains(number)
    assert inside is (first.contains(number) and second.contains(number))


@pytest.mark.parametrize(
    ("interval", "by", "wider"),
    [
        ("11", "0.5", "10.5..11.5"),
        ("(10, 12]", "0.5", "(9.5, 12.5]"),
        (">10", "0.5", ">9.5"),
        ("<10", "0.5", "<10.5"),
        ("11", "0", "11"),
    ],
)
def test_a_band_is_wider_on_both_sides_and_as_open_as_before(interval, by, wider):
    assert iv(interval).widened(Fraction(by)) == iv(wider)


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        ("10..12", "[10, 12]"),
        (">0.7", "(0.7, ∞)"),
        ("<=5", "(-∞, 5]"),
        ("5", "[5, 5]"),
        ("(1100000000, 1200000000)", "(1.1e+09, 1.2e+09)"),
    ],
)
def test_round_brackets_stand_where_an_end_is_open(interval, text):
    assert str(iv(interval)) == text


def test_a_point_is_one_number_and_a_missing_end_is_none():
    assert point(3).is_point
    assert not iv("3..4").is_point
    assert not iv(">3").is_point
    assert not iv("(-∞, ∞)").is_point


def test_a_missing_end_is_open_whatever_was_asked():
    assert Interval(None, None) == Interval(None, None, low_open=True, high_open=True)


@pytest.mark.parametrize(
    ("low", "high", "low_open", "high_open"),
    [(2, 1, False, False), (1, 1, True, False), (1, 1, False, True), (2, 1, True, True)],
)
def test_an_interval_without_a_number_in_it_cannot_be_made(low, high, low_open, high_open):
    with pytest.raises(ValueError, match="holds at least one number"):
        Interval(Fraction(low), Fraction(high), low_open, high_open)
