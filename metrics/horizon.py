"""How long the money lasts, as a date: a runway counted from its cash, and from today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from schemas.interval import Interval, point

if TYPE_CHECKING:
    from metrics.derive import Answer

# The mean month: 365.25 / 12 days.
_MONTH = Fraction(487, 16)
# Beyond this a date says nothing any more.
_LAST = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days between which the money runs out (none: never, or not known), and what is left.

    `left` is in months from today; below zero it has run out.
    """

    earliest: date | None
    latest: date | None
    left: Interval


def horizon(runway: Answer, today: date) -> Horizon | None:
    """Count a runway (months) on from the day of its cash; None where there is no number."""
    if runway.bounds is None:
        return None
    start = _cash_day(runway)
    if start is None:
        return None
    gone = Fraction((today - start).days) / _MONTH
    ends = (_after(start, runway.bounds.low), _after(start, runway.bounds.high))
    return Horizon(*ends, runway.bounds - point(gone))


def _cash_day(runway: Answer) -> date | None:
    """Find the day of the balance underneath: money is counted from there, not from the flow."""
    days = [row.period.end for row in runway.rows if row.period.is_instant]
    if days:
        return max(days)
    return runway.period.end if runway.period else None


def _after(start: date, months: Fraction | None) -> date | None:
    if months is None or months * _MONTH > (_LAST - start).days:
        return None
    return start + timedelta(days=int(months * _MONTH))
