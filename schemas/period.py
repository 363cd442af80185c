"""A period is an instant or a duration of whole days, both ends inclusive (ISO 8601)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_SUGAR = re.compile(
    r"(?P<fy>FY)(?P<fy_year>\d{4})"
    r"|(?P<months>[1-9]|1[0-2])M(?P<m_year>\d{4})"
    r"|H(?P<half>[12])-(?P<h_year>\d{4})"
    r"|(?P<q_year>\d{4})-Q(?P<quarter>[1-4])"
    r"|(?P<month_year>\d{4})-(?P<month>0[1-9]|1[0-2])"
    r"|(?P<year>\d{4})"
)
_YEAR_DAYS = Fraction(1461, 4)  # 365.25
# Years outside are slips; inside, a day more and a year less always exist.
_YEARS = range(1800, 2200)
_COMMON_YEAR = 2023


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`; an instant has no start.

    >>> parse("9M2025").months, str(parse("9M2025"))
    (Fraction(9, 1), '2025-01-01/2025-09-30')
    """

    start: date | None
    end: date

    def __str__(self) -> str:
        """Write as an ISO 8601 date or interval."""
        return str(self.end) if self.start is None else f"{self.start}/{self.end}"

    @property
    def is_instant(self) -> bool:
        """Say whether this is a moment (a balance) and not a stretch of time (a flow)."""
        return self.start is None

    @property
    def days(self) -> int:
        """Count days, both ends inclusive; an instant has none."""
        return 0 if self.start is None else (self.end - self.start).days + 1

    @property
    def months(self) -> Fraction:
        """Count calendar months where whole, else days/365.25 x 12; an instant has none."""
        start, after = self.start, self.end + timedelta(days=1)
        if start is None:
            return Fraction(0)
        if start.day == after.day:
            return Fraction((after.year - start.year) * 12 + after.month - start.month)
        return Fraction(self.days) / _YEAR_DAYS * 12

    def year_before(self) -> Period:
        """Give the period of equal length one year earlier; month ends stay month ends."""
        start = self.start
        if start is None:
            return Period(None, _year_back_end(self.end))
        return Period(_year_back(start), _year_back_end(self.end))


@lru_cache(maxsize=4096)
def parse(text: str, year_end: str = "12-31") -> Period | None:
    """Read an ISO date, an ISO interval or sugar; None for anything else.

    Sugar: `FY2024` (the fiscal year that ends in 2024, on `year_end`), `9M2025`, `H1-2025`,
    `2025-Q3`, `2025-09`, `2024`.
    """
    start_text, slash, end_text = text.partition("/")
    if slash:
        start, end = day(start_text), day(end_text)
        return None if start is None or end is None or start > end else Period(start, end)
    moment = day(text)
    return Period(None, moment) if moment else _sweet(text, year_end)


def day(text: str) -> date | None:
    """Read `2025-09-30`, from 1800 to 2199, and nothing else; None where there is no such day."""
    match = _ISO.fullmatch(text) if text.isascii() else None
    if not match or int(match[1]) not in _YEARS:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def last_day(text: str) -> date | None:
    """Read a date that may be only a month or a year, which then counts as its last day."""
    period = parse(text) if re.fullmatch(r"\d{4}(-\d\d){0,2}", text) else None
    return period.end if period else None


def _sweet(text: str, year_end: str) -> Period | None:
    match = _SUGAR.fullmatch(text) if text.isascii() else None
    if not match:
        return None
    part = {key: int(value) for key, value in match.groupdict().items() if value and key != "fy"}
    year = next(value for key, value in part.items() if "year" in key)
    if year not in _YEARS:
        return None
    if match["fy"]:
        return _fiscal(year, year_end)
    first, count = _span(part)
    return Period(date(year, first, 1), _month_end(year, first + count - 1))


def _span(part: dict[str, int]) -> tuple[int, int]:
    if "months" in part:
        return 1, part["months"]
    if "half" in part:
        return part["half"] * 6 - 5, 6
    if "quarter" in part:
        return part["quarter"] * 3 - 2, 3
    return (part["month"], 1) if "month" in part else (1, 12)


def _fiscal(year: int, year_end: str) -> Period:
    month, last = (int(number) for number in year_end.split("-"))
    # A year that ends on 02-28 ends on the 29th in leap years.
    is_last = last >= monthrange(_COMMON_YEAR, month)[1]
    end = _month_end(year, month) if is_last else date(year, month, last)
    return Period(_year_back_end(end) + timedelta(days=1), end)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _year_back(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))


def _year_back_end(day: date) -> date:
    is_last = day.day == monthrange(day.year, day.month)[1]
    return _month_end(day.year - 1, day.month) if is_last else _year_back(day)
