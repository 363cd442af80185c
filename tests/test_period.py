"""What periods promise: spellings, lengths in months, and the same period a year before."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.period import Period, day, last_day, parse
from tests.folder import during

DAYS = st.dates(date(1801, 1, 1), date(2199, 12, 31))


def is_month_end(of: date) -> bool:
    return of.day == monthrange(of.year, of.month)[1]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2025-09-30", "2025-09-30"),
        ("2024-02-29", "2024-02-29"),
        ("2025-01-01/2025-09-30", "2025-01-01/2025-09-30"),
        ("2025-09-30/2025-09-30", "2025-09-30/2025-09-30"),
        ("FY2024", "2024-01-01/2024-12-31"),
        ("1M2025", "2025-01-01/2025-01-31"),
        ("9M2025", "2025-01-01/2025-09-30"),
        ("12M2025", "2025-01-01/2025-12-31"),
        ("H1-2025", "2025-01-01/2025-06-30"),
        ("H2-2025", "2025-07-01/2025-12-31"),
        ("2025-Q1", "2025-01-01/2025-03-31"),
        ("2025-Q3", "2025-07-01/2025-09-30"),
        ("2025-Q4", "2025-10-01/2025-12-31"),
        ("2024-02", "2024-02-01/2024-02-29"),
        ("2025-09", "2025-09-01/2025-09-30"),
        ("2025", "2025-01-01/2025-12-31"),
    ],
)
def test_every_spelling_means_days_from_first_to_last(text, written):
    assert str(during(text)) == written


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "2025-9-30", "2025-02-29", "2025-09-31", "2025-13-01", "2025-00-10", "20250930",
        "2025/09/30", "30-09-2025", "2025-09-30 ", "2025-09-30T00:00", "２０２５-09-30", "２０２５",
        "2025-10-01/2025-09-30", "2025-09-30/", "/2025-09-30", "2025/2026", "2025-01-01/FY2025",
        "FY24", "FY 2024", "fy2024", "13M2025", "0M2025", "M2025", "H3-2025", "2025-H1", "2025-Q5",
        "Q3-2025", "2025-13", "2025-00", "latest", "recently", "2025-01-01/2025-06-30/2025-09-30",
        # years nobody means
        "0000", "0001-01-01", "FY0001", "1799", "1799-12-31", "2200", "2200-01-01", "9999-12-31",
        "2025-01-01/9999-12-31", "9M9999",
    ],
)  # fmt: skip
def test_what_is_no_period_is_not_read_as_one(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("year_end", "written"),
    [
        ("12-31", "2024-01-01/2024-12-31"),
        ("03-31", "2023-04-01/2024-03-31"),
        ("06-30", "2023-07-01/2024-06-30"),
        ("09-28", "2023-09-29/2024-09-28"),
        # the last day of February, in whichever year it was written
        ("02-28", "2023-03-01/2024-02-29"),
        ("02-29", "2023-03-01/2024-02-29"),
        ("02-27", "2023-02-28/2024-02-27"),
    ],
)
def test_a_fiscal_year_is_named_for_the_year_it_ends_in(year_end, written):
    assert str(parse("FY2024", year_end)) == written


@pytest.mark.parametrize("year_end", ["02-28", "02-29"])
def test_a_fiscal_year_that_ends_with_february_does_so_in_common_years_too(year_end):
    assert str(parse("FY2025", year_end)) == "2024-03-01/2025-02-28"
    assert str(parse("FY2024", year_end)) == "2023-03-01/2024-02-29"


def test_only_the_fiscal_year_follows_the_company():
    assert parse("9M2025", "03-31") == parse("9M2025")
    assert parse("2025", "03-31") == parse("2025")


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("9M2025", 9),
        ("FY2024", 12),
        ("2025-02", 1),
        ("2025-Q1", 3),
        ("2025-01-15/2025-02-14", 1),
        ("2024-03-01/2025-02-28", 12),
        ("2023-07-01/2025-06-30", 24),
        ("2025-09-30", 0),
        # ends that are no whole months: days / 365.25 x 12
        ("2025-01-01/2025-01-30", Fraction(30 * 12 * 4, 1461)),
        ("2025-01-01/2025-12-30", Fraction(364 * 12 * 4, 1461)),
        ("2025-09-30/2025-09-30", Fraction(12 * 4, 1461)),
        ("2025-01-31/2025-02-27", Fraction(28 * 12 * 4, 1461)),
    ],
)
def test_whole_months_are_counted_and_others_are_days_of_an_average_year(text, months):
    assert during(text).months == months


@pytest.mark.parametrize(
    ("text", "days"),
    [("2025-09-30", 0), ("2025-09-30/2025-09-30", 1), ("FY2024", 366), ("FY2025", 365)],
)
def test_both_ends_of_a_period_are_inside(text, days):
    assert during(text).days == days


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2025-09-30", "2024-09-30"),
        ("2025-02-28", "2024-02-29"),
        ("2024-02-29", "2023-02-28"),
        ("2025-02-27", "2024-02-27"),
        ("9M2025", "9M2024"),
        ("FY2025", "FY2024"),
        ("2024-02", "2023-02"),
        ("2025-02", "2024-02"),
        ("2024-03-01/2025-02-28", "2023-03-01/2024-02-29"),
        ("2024-02-29/2024-08-15", "2023-02-28/2023-08-15"),
        ("2025-02-28/2025-03-15", "2024-02-28/2024-03-15"),
    ],
)
def test_a_year_before_a_month_end_is_a_month_end(text, before):
    assert during(text).year_before() == during(before)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2025-12-29", "2025-12-29"),
        ("2025-12", "2025-12-31"),
        ("2024-02", "2024-02-29"),
        ("2025", "2025-12-31"),
    ],
)
def test_a_month_or_a_year_counts_as_its_last_day(text, last):
    assert str(last_day(text)) == last


@pytest.mark.parametrize(
    "text", ["FY2024", "9M2025", "2025-Q3", "2025-13", "2025-02-30", "25", "２０２５", "2025-1", ""]
)
def test_a_publication_date_is_a_day_a_month_or_a_year(text):
    assert last_day(text) is None


@pytest.mark.parametrize(("text", "of"), [("2025-09-30", date(2025, 9, 30)), ("2025-09", None)])
def test_a_day_is_a_whole_date(text, of):
    assert day(text) == of


def test_an_instant_is_a_moment_and_not_a_period_of_one_day():
    assert during("2025-09-30").is_instant
    assert not during("2025-09-30/2025-09-30").is_instant


@given(start=DAYS, length=st.integers(0, 2000))
def test_a_period_reads_back_as_it_is_written(start, length):
    end = min(start + timedelta(length), date(2199, 12, 31))
    for period in (Period(start, end), Period(None, end)):
        assert parse(str(period)) == period


@given(end=DAYS)
def test_a_year_before_keeps_the_month_and_month_ends(end):
    before = Period(None, end).year_before().end
    assert (before.year, before.month) == (end.year - 1, end.month)
    assert is_month_end(before) if is_month_end(end) else before.day == end.day


@given(start=DAYS, months=st.integers(1, 36))
def test_whole_months_count_the_same_a_year_before(start, months):
    first = start.replace(day=1)
    after = first.month - 1 + months
    last = date(first.year + after // 12, after % 12 + 1, 1) - timedelta(1)
    period = Period(first, last)
    assert period.months == months
    assert period.year_before().months == months


@given(start=DAYS, cut=st.integers(1, 400), length=st.integers(2, 800))
def test_days_of_two_parts_add_up_to_the_whole(start, cut, length):
    cut = min(cut, length - 1)
    middle, end = start + timedelta(cut), start + timedelta(length)
    parts = Period(start, middle - timedelta(1)).days + Period(middle, end).days
    assert parts == Period(start, end).days


@given(text=st.text(max_size=24) | st.from_regex(r"[0-9FMHQ/-]{1,24}", fullmatch=True))
def test_reading_a_period_never_raises_and_what_is_read_can_be_worked_with(text):
    period = parse(text)
    last_day(text)
    if period is not None:
        assert period.months >= 0
        assert period.year_before().end < period.end
