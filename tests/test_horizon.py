"""A runway ends on a day, and less of it is left every day."""

from datetime import date

from metrics import trace
from metrics.horizon import horizon
from schemas.book import Book
from tests.folder import LENS, answered, lens


def test_twelve_months_from_the_day_of_the_cash_end_a_year_later(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: 120m USD, period: 2025-06-30}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025}
    """
    found = horizon(answered(book, "runway"), date(2025, 12, 30))
    assert found is not None
    assert (found.earliest, found.latest) == (date(2026, 6, 30), date(2026, 6, 30))
    assert found.left.low is not None
    assert round(float(found.left.low), 1) == 6.0


def test_a_range_of_cash_gives_a_range_of_days(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: 60m..120m USD, period: 2025-06-30}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025}
    """
    found = horizon(answered(book, "runway"), date(2026, 3, 1))
    assert found is not None
    assert (found.earliest, found.latest) == (date(2025, 12, 29), date(2026, 6, 30))
    assert found.left.low is not None
    assert found.left.high is not None
    assert found.left.low < 0 < found.left.high


def test_more_than_so_much_cash_has_no_last_day(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: ">120m USD", period: 2025-06-30}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025}
    """
    found = horizon(answered(book, "runway"), date(2025, 12, 30))
    assert found is not None
    assert (found.earliest, found.latest) == (date(2026, 6, 30), None)


def test_without_a_runway_there_is_no_day(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: 120m USD, period: 2025-06-30}
    """
    assert horizon(answered(book, "runway"), date(2025, 12, 30)) is None


def test_a_runway_past_all_calendars_has_no_day(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: 900bn USD, period: 2025-06-30}
    - {metric: operating_cash_outflow, value: 1 USD, period: H1-2025}
    """
    found = horizon(answered(book, "runway"), date(2025, 12, 30))
    assert found is not None
    assert found.earliest is None


def test_the_trace_of_a_runway_says_until_when_and_what_is_left(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: 120m USD, period: 2025-06-30}
    - {metric: operating_cash_outflow, value: 60m USD, period: H1-2025}
    """
    until = trace.trace(book, "lab", "runway", lens("2026-01-31"))["funded_until"]
    assert (until["earliest"], until["latest"]) == ("2026-06-30", "2026-06-30")
    assert until["left"] == "4.94 months"
    assert round(until["left_low"], 2) == round(until["left_high"], 2) == 4.94
    assert trace.trace(book, "lab", "cash_reserves", LENS)["funded_until"] is None
