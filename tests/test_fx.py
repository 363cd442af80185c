"""Exchange rates: which day's, which mean, and that what is converted comes back."""

import csv
import io
from datetime import date, timedelta
from fractions import Fraction
from typing import get_args
from zipfile import ZipFile

import pytest
from currency_converter.currency_converter import CURRENCY_FILE
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import fx
from metrics.lens import Choice
from schemas.book import Book
from schemas.interval import Interval, point
from schemas.period import Period
from tests.folder import day, during, iv, lens, read, write

# Euro reference rates as the European Central Bank published them: day, currency, per euro.
PUBLISHED = [
    ("2023-12-29", "USD", "1.1050"),
    ("2024-12-31", "USD", "1.0389"),
    ("2024-12-31", "CNY", "7.5833"),
    ("2024-12-31", "HKD", "8.0686"),
    ("2025-06-30", "CNY", "8.3970"),
    ("2025-09-30", "USD", "1.1741"),
    ("2025-09-30", "CNY", "8.3591"),
    ("2025-09-30", "HKD", "9.1359"),
]
# ISO 4217 codes quoted without a break from 2006 on.
STEADY = ["EUR", "USD", "CNY", "HKD", "GBP", "JPY", "CHF", "SGD", "KRW", "AUD"]


def rates(start: date, end: date) -> list[dict[str, str]]:
    """The central bank's own table, between two days, by the standard library alone."""
    with ZipFile(CURRENCY_FILE) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    return [
        row for row in csv.DictReader(io.StringIO(text)) if str(start) <= row["Date"] <= str(end)
    ]


def taken(base: str, quote: str, when: str) -> fx.Receipt:
    found = fx.receipt(base, quote, during(when))
    assert found
    return found


@pytest.mark.parametrize(("when", "currency", "rate"), PUBLISHED)
def test_a_balance_converts_at_the_published_rate_of_its_day(when, currency, rate):
    found = taken("EUR", currency, when)
    assert (found.rate, found.kind, found.days) == (Fraction(rate), "closing", 1)
    assert found.start == found.end == day(when)
    assert found.source == fx.SOURCE


def test_two_other_currencies_cross_through_the_euro():
    found = taken("USD", "CNY", "2025-09-30")
    assert float(found.rate) == pytest.approx(8.3591 / 1.1741, rel=1e-9)
    assert (found.base, found.quote) == ("USD", "CNY")


@pytest.mark.parametrize(
    ("when", "last"),
    [
        ("2025-09-27", "2025-09-26"),  # a Saturday
        ("2025-09-28", "2025-09-26"),
        ("2025-12-25", "2025-12-24"),
        ("2025-12-28", "2025-12-24"),  # Christmas before a weekend
        ("2025-01-01", "2024-12-31"),
    ],
)
def test_a_day_without_a_rate_takes_the_last_one_before_it(when, last):
    assert taken("USD", "CNY", when).end == day(last)
    assert taken("USD", "CNY", when).rate == taken("USD", "CNY", last).rate


# The kuna was last quoted on 30 December 2022.
@pytest.mark.parametrize(
    ("when", "is_there"),
    [
        ("2022-12-30", True),
        ("2023-01-06", True),
        ("2023-01-07", False),
        ("2022", True),
        ("2022-10-01/2023-01-06", True),
        ("2022-10-01/2023-01-07", False),
        ("2023-01-01/2023-01-05", False),
        ("2024", False),
    ],
)
def test_a_rate_older_than_seven_days_is_missing(when, is_there):
    assert (fx.receipt("HRK", "EUR", during(when)) is not None) is is_there


@pytest.mark.parametrize("when", ["1998-12-31", "1998", "1998-01-01/1999-03-31"])
def test_before_the_first_rate_there_is_none(when):
    assert fx.receipt("EUR", "USD", during(when)) is None


def test_a_mean_is_never_taken_from_a_part_of_its_period():
    assert fx.receipt("EUR", "USD", during("1998-12-20/1999-03-31")) is None
    assert taken("EUR", "USD", "1999-01-01/1999-03-31").start == day("1999-01-04")


@pytest.mark.parametrize(("base", "quote"), [("USD", "TWD"), ("XXX", "USD"), ("", "USD")])
def test_a_currency_without_reference_rates_has_none(base, quote):
    assert fx.receipt(base, quote, during("2025-09-30")) is None
    assert fx.receipt(quote, base, during("2025")) is None


@pytest.mark.parametrize(
    ("base", "quote", "when"),
    [
        ("USD", "CNY", "9M2025"),
        ("USD", "CNY", "FY2024"),
        ("EUR", "USD", "2025-Q1"),
        ("EUR", "USD", "2025-04-01/2025-06-30"),  # from one publication day to another
        ("CNY", "HKD", "H1-2025"),
        ("GBP", "JPY", "2025-02"),
    ],
)
def test_a_flow_converts_at_the_mean_over_publication_days(base, quote, when):
    period = during(when)
    assert period.start
    days = rates(period.start, period.end)
    crosses = [Fraction(row.get(quote, "1")) / Fraction(row.get(base, "1")) for row in days]
    found = taken(base, quote, when)
    assert float(found.rate) == pytest.approx(float(sum(crosses) / len(crosses)), rel=1e-9)
    assert (found.kind, found.days) == ("mean", len(days))
    assert (str(found.start), str(found.end)) == (
        min(row["Date"] for row in days),
        max(row["Date"] for row in days),
    )


def test_closing_and_mean_differ_for_one_and_the_same_end():
    assert round(float(taken("USD", "CNY", "2025-09-30").rate), 4) == 7.1196
    assert round(float(taken("USD", "CNY", "9M2025").rate), 4) == 7.2196


def test_a_mean_is_taken_in_one_direction_so_that_there_and_back_meet():
    there, back = taken("USD", "CNY", "9M2025"), taken("CNY", "USD", "9M2025")
    assert there.rate * back.rate == 1
    assert (back.kind, back.days, back.start) == (there.kind, there.days, there.start)


def test_a_receipt_turns_an_amount_of_its_base_into_its_quote():
    found = taken("EUR", "USD", "2024-12-31")
    assert found.rate * 100 == Fraction("103.89")


def test_a_currency_converts_into_itself_one_to_one():
    assert taken("USD", "USD", "2025").rate == 1


def test_what_can_be_converted_is_known_by_code():
    known = fx.currencies()
    assert {"EUR", "USD", "CNY", "HKD"} <= set(known)
    assert known == sorted(known)
    assert all(len(code) == 3 and code.isupper() for code in known)


DAYS = st.dates(date(2006, 1, 2), date(2026, 6, 30))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """An instant, or a duration of up to three years."""
    end = draw(DAYS)
    length = draw(st.none() | st.integers(7, 1000))
    return Period(None if length is None else max(date(2006, 1, 2), end - timedelta(length)), end)


CURRENCY = st.sampled_from(STEADY)
AMOUNT = st.fractions(-(10**12), 10**12)


@given(CURRENCY, CURRENCY, periods(), AMOUNT, AMOUNT)
@settings(max_examples=60)
def test_conversion_there_and_back_encloses_the_start(base, quote, period, first, second):
    there, back = fx.receipt(base, quote, period), fx.receipt(quote, base, period)
    assert there
    assert back
    start = Interval(min(first, second), max(first, second), low_open=first < second)
    assert start * point(there.rate) * point(back.rate) == start


@given(CURRENCY, CURRENCY, periods())
@settings(max_examples=60)
def test_every_receipt_says_days_of_its_own_period(base, quote, period):
    found = fx.receipt(base, quote, period)
    assert found
    assert found.rate > 0
    assert found.end <= period.end
    assert found.end - found.start >= timedelta(found.days - 1)
    assert found.start >= (period.start or period.end - timedelta(7))


@given(CURRENCY, CURRENCY, periods())
@settings(max_examples=60)
def test_a_mean_lies_between_the_lowest_and_the_highest_day(base, quote, period):
    if period.start is None or period.days > 40:
        return
    found = fx.receipt(base, quote, period)
    daily = [
        each.rate
        for offset in range(period.days)
        if (each := fx.receipt(base, quote, Period(None, period.start + timedelta(offset))))
    ]
    assert found
    slack = Fraction(1, 10**8)
    assert min(daily) * (1 - slack) <= found.rate <= max(daily) * (1 + slack)


def test_the_examples_of_the_helpers_read_as_written():
    assert iv("10..12") == Interval(Fraction(10), Fraction(12))
    assert iv(">70") == iv("(70, ∞)")
    assert iv("<=4") == iv("(-∞, 4]")
    assert iv("(1.5, 2]") == Interval(Fraction(3, 2), Fraction(2), low_open=True)


# -- what was known -----------------------------------------------------------------------------


# A period, what was known when, and the days whose rates are taken: one for a closing rate.
KNOWN = [
    ("2025-09-30", "2025-10-31", "2025-09-30", False),
    ("2025-09-30", "2025-09-30", "2025-09-30", False),
    ("2025-09-30", "2025-09-28", "2025-09-26", True),  # a Sunday
    ("2027-12-31", "2026-02-01", "2026-01-30", True),
    ("2025-Q3", "2025-09-30", "2025-07-01/2025-09-30", False),
    ("2025-Q3", "2025-09-29", "2025-09-29", True),  # not over: no mean yet
    ("FY2026", "2026-02-01", "2026-01-30", True),  # a forecast
    ("FY2026", "2025-06-30", "2025-06-30", True),  # not even begun
]


@pytest.mark.parametrize(("when", "known", "days", "ahead"), KNOWN)
def test_no_rate_is_used_that_was_published_later(when, known, days, ahead):
    found = fx.receipt("USD", "CNY", during(when), day(known))
    assert found
    first, _, last = days.partition("/")
    assert (str(found.start), str(found.end)) == (first, last or first)
    assert (found.ahead, found.kind) == (ahead, "mean" if last else "closing")
    if not ahead:
        assert found == fx.receipt("USD", "CNY", during(when))
    else:
        same = fx.receipt("USD", "CNY", during(known))
        assert same
        assert found.rate == same.rate


@given(CURRENCY, CURRENCY, periods(), DAYS)
@settings(max_examples=60)
def test_a_receipt_never_says_a_day_after_what_was_known(base, quote, period, known):
    found = fx.receipt(base, quote, period, known)
    assert found
    assert found.start <= found.end <= min(known, period.end)
    assert found.ahead == (known < period.end)


def test_a_rate_known_too_long_ago_is_missing():
    assert fx.receipt("HRK", "EUR", during("FY2030"), day("2023-01-06"))
    assert fx.receipt("HRK", "EUR", during("FY2030"), day("2023-01-07")) is None


# -- what documents state -----------------------------------------------------------------------


STATED = """
sources:
  filing: {publisher: Acme, published: 2025-12-31}
rates:
- {base: USD, quote: CNY, rate: "7.20", period: 2025-09-30}
- {base: USD, quote: CNY, rate: "7.21", period: 2025-09-30, source: press}
- {base: USD, quote: CNY, rate: "7.25", period: 9M2025, kind: mean}
- {base: TWD, quote: USD, rate: "0.0328", period: 2025-09-30}
- {base: USD, quote: CNY, rate: "7.00", period: FY2026, kind: mean}
"""


@pytest.fixture(scope="module")
def stated(tmp_path_factory) -> Book:
    book = read(write(tmp_path_factory.mktemp("stated") / "data", STATED))
    assert book.problems == ()
    return book


def used(book: Book, pair: str, when: str, choice: Choice, known: str = "2026-02-01"):
    base, quote = pair.split("/")
    return fx.rates(book, lens(known=known, rates=choice)).receipt(base, quote, during(when))


def test_a_stated_rate_fills_in_where_there_is_no_reference_rate(stated):
    for choice in get_args(Choice):
        found = used(stated, "TWD/USD", "2025-09-30", choice)
        assert (found.rate, found.kind) == (Fraction("0.0328"), "stated")
        assert (found.source, found.reference, found.difference) == ("Acme [filing]", None, None)
        assert (found.start, found.end, found.days) == (day("2025-09-30"), day("2025-09-30"), 1)
        back = used(stated, "USD/TWD", "2025-09-30", choice)
        assert back.rate * found.rate == 1


@pytest.mark.parametrize("when", ["2025-09-29", "9M2025", "FY2026"])
def test_a_stated_rate_counts_for_its_own_period_alone(stated, when):
    assert used(stated, "TWD/USD", when, "stated") is None


def test_where_there_is_a_reference_rate_a_stated_one_is_used_only_when_chosen(stated):
    for when, kind, rate in (("2025-09-30", "closing", "7.20"), ("9M2025", "mean", "7.25")):
        usual, chosen = (used(stated, "USD/CNY", when, each) for each in get_args(Choice))
        assert usual == fx.receipt("USD", "CNY", during(when))
        assert (usual.kind, chosen.kind, chosen.rate) == (kind, "stated", Fraction(rate))
        assert chosen.reference == usual.rate
        assert chosen.difference == Fraction(rate) / usual.rate - 1


def test_the_difference_is_that_of_the_direction_it_is_used_in(stated):
    there, back = (used(stated, pair, "2025-09-30", "stated") for pair in ("USD/CNY", "CNY/USD"))
    assert there.difference > 0 > back.difference
    assert (1 + there.difference) * (1 + back.difference) == 1


def test_what_was_not_published_yet_is_not_used(stated):
    assert used(stated, "TWD/USD", "2025-09-30", "stated", known="2025-12-30") is None
    found = used(stated, "USD/CNY", "2025-09-30", "stated", known="2025-12-30")
    assert found.kind == "closing"


def test_a_rate_stated_for_days_to_come_has_no_reference_rate_beside_it(stated):
    chosen, usual = (used(stated, "USD/CNY", "FY2026", each) for each in ("stated", "reference"))
    assert (chosen.kind, chosen.rate, chosen.reference) == ("stated", 7, None)
    assert (usual.kind, usual.ahead) == ("closing", True)
