"""What units promise: which figure can state which metric, and by what factor."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.unit import COUNTED, CURRENCIES, PLAIN, TIME, unit

NAMES = st.sampled_from([*PLAIN, *TIME, *COUNTED, "money", "USD", "CNY", "HKD"])


@pytest.mark.parametrize(
    ("figure", "metric", "fits"),
    [
        ("USD", "money", True),
        ("CNY", "money", True),
        ("USD/people", "money/people", True),
        ("USD/years", "money/months", True),
        ("years", "months", True),
        ("months", "years", True),
        ("users/people", "users/people", True),
        ("people/users", "users/people", False),
        ("USD", "money/months", False),
        ("USD", "people", False),
        ("people", "users", False),
        ("people", "count", False),
        ("share", "share", True),
        ("share", "multiple", False),
        ("percentage_points", "share", False),
        ("count", "share", False),
        ("USD/CNY", "share", False),
        ("months/years", "multiple", False),
    ],
)
def test_a_figure_states_a_metric_only_in_its_own_dimension(figure, metric, fits):
    assert unit(figure).fits(unit(metric)) is fits


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("months", 1),
        ("years", 12),
        ("USD", 1),
        ("USD/months", 1),
        ("USD/years", Fraction(1, 12)),
        ("years/people", 12),
        ("years*years", 144),
        ("percentage_points", 1),
    ],
)
def test_years_are_twelve_months_above_and_below_the_line(text, factor):
    assert unit(text).factor == factor


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("USD", (("money", 1),)),
        ("money*months/people", (("money", 1), ("months", 1), ("people", -1))),
        ("money/money", ()),
        ("users*users/users", (("users", 1),)),
        ("share", ()),
        ("USD/users/months", (("money", 1), ("months", -1), ("users", -1))),
    ],
)
def test_what_stands_above_and_below_cancels(text, dimension):
    assert unit(text).dimension == dimension


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("USD", "USD"),
        ("CNY/people", "CNY"),
        ("people/HKD", "HKD"),
        ("money", None),
        ("share", None),
    ],
)
def test_a_unit_knows_its_currency(text, currency):
    assert unit(text).currency == currency


def test_a_currency_takes_the_place_of_money_and_of_any_other():
    assert str(unit("money/people").priced("CNY")) == "CNY/people"
    assert str(unit("people/money").priced("CNY")) == "people/CNY"
    assert str(unit("USD/months").priced("CNY")) == "CNY/months"
    assert str(unit("months").priced("CNY")) == "months"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "''"),
        ("dollars", "'dollars'"),
        ("usd", "'usd'"),
        ("USD/", "''"),
        ("USD per month", "'USD per month'"),
        ("money/person", "'person'"),
        ("ＵＳＤ", "'ＵＳＤ'"),
        ("USD\n", r"'USD\\n'"),
    ],
)
def test_what_is_no_unit_is_named_beside_all_that_are(text, part):
    with pytest.raises(ValueError, match=rf"money, people, .* and ISO 4217 codes, got {part}$"):
        unit(text)


@given(over=st.lists(NAMES, min_size=1, max_size=3), under=st.lists(NAMES, max_size=3))
def test_a_unit_reads_back_as_it_is_written(over, under):
    text = "/".join(["*".join(over), *under])
    assert str(unit(text)) == text
    assert unit(text).fits(unit(text))


def test_currencies_of_the_past_are_known_too():
    assert {"USD", "CNY", "HKD", "EUR", "DEM"} <= CURRENCIES
    assert not CURRENCIES & {"RMB", "money", "USDT"}
