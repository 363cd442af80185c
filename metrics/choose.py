"""Choosing one observation among those that compete, by one stated rule; rivals are kept.

The rule: a filing's or the company's own figure beats later ones of lower grade for 92 days; else
the latest end; at equal ends the longest period; among rivals for one period the preferred rank,
the kind of source, a primary before a repeater, the latest publication, narrower bounds, the id.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from metrics import fx
from schemas.interval import Interval
from schemas.source import GRADE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metrics.lens import Lens
    from schemas.book import Row
    from schemas.period import Period

Agreement = Literal["complete", "consistent", "inconsistent"]

BOOKED = GRADE["company"]
PATIENCE = timedelta(days=92)
_RANK = {"preferred": 0, "normal": 1}
_ACTUAL = ("actual",)
# How far a rate that somebody used may lie from the reference rate.
_RATE = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Rival:
    """An observation that was overruled, and how it stands to the one that was taken."""

    row: Row
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Choice:
    """The observation taken, and its rivals for the same period."""

    row: Row
    rivals: tuple[Rival, ...] = ()
    # Figures for later periods that gave way to a filing or the company's own.
    later: tuple[Row, ...] = ()

    @property
    def disputed(self) -> bool:
        """Say whether some rival does not agree."""
        return any(rival.agreement == "inconsistent" for rival in self.rivals)


def candidates(rows: Iterable[Row], lens: Lens, kinds: Sequence[str] = _ACTUAL) -> list[Row]:
    """Keep what can be chosen for a reader: of these kinds, not deprecated, not relational.

    Plans and forecasts may end after the day the reader looks at; what happened may not. What is
    supposed stands for all that is stated of the same.
    """
    found = [
        row
        for row in rows
        if row.kind in kinds
        and row.rank != "deprecated"
        and not row.against_metric
        and row.published <= lens.known
        and (row.period.end <= lens.at or kinds != _ACTUAL)
    ]
    supposed = {_subject(row) for row in found if row.is_hypothetical}
    if not supposed:
        return found
    return [row for row in found if row.is_hypothetical or _subject(row) not in supposed]


def _subject(row: Row) -> tuple[object, ...]:
    return row.company, row.metric, row.scope, row.basis, row.period


def is_seen(row: Row, lens: Lens) -> bool:
    """Say whether a reader may see an observation: published, and over if it is about the past."""
    over = row.kind != "actual" or row.period.end <= lens.at
    return over and row.published <= lens.known


def latest(rows: Sequence[Row]) -> Choice | None:
    """Choose among candidates of one company, metric, scope and basis."""
    if not rows:
        return None
    ends = [row.period.end for row in rows]
    booked = [row.period.end for row in rows if row.grade >= BOOKED]
    end = max(ends)
    if booked and end - max(booked) <= PATIENCE:
        end = max(booked)
    there = [row for row in rows if row.period.end == end]
    longest = max(row.period.days for row in there)
    later = sorted((row for row in rows if row.period.end > end), key=_newest)
    choice = _chosen([row for row in there if row.period.days == longest])
    return replace(choice, later=tuple(later)) if choice else None


def during(rows: Sequence[Row], period: Period) -> Choice | None:
    """Choose among candidates for exactly this period."""
    return _chosen([row for row in rows if row.period == period])


def nearest(rows: Sequence[Row], day: date) -> Choice | None:
    """Choose among candidates whose end is nearest to a day; the earlier wins a tie."""
    if not rows:
        return None
    end = min((row.period.end for row in rows), key=lambda each: (abs(each - day), each))
    return latest([row for row in rows if row.period.end == end])


def agreement(first: Row, second: Row) -> Agreement:
    """Class two figures for one period as XBRL classes duplicates, by bounds and rounding bands."""
    same = first.measure.unit == second.measure.unit
    if same and first.measure.bounds == second.measure.bounds:
        return "complete"
    band = turned(first, second)
    return "consistent" if band and first.measure.band.meets(band) else "inconsistent"


def turned(first: Row, second: Row) -> Interval | None:
    """Give the second figure's rounding band in the unit of the first; None where there is no way.

    Another currency converts at the reference rate, with a hundredth for the rate itself.
    """
    if first.measure.unit == second.measure.unit:
        return second.measure.band
    base, quote = second.measure.currency, first.measure.currency
    alike = second.measure.unit.replace(base, quote) == first.measure.unit
    # By the time both were printed; a rate of later days can have been in neither.
    known = max(first.published, second.published)
    receipt = fx.receipt(base, quote, second.period, known) if base and quote and alike else None
    if receipt is None:
        return None
    about = Interval(receipt.rate * (1 - _RATE), receipt.rate * (1 + _RATE))
    return second.measure.band * about


def order(row: Row) -> tuple[object, ...]:
    """Rank rivals for one period; the least comes first."""
    bounds = row.measure.bounds
    unbounded = bounds.low is None or bounds.high is None
    width = Fraction(0) if bounds.low is None or bounds.high is None else bounds.high - bounds.low
    return (
        _RANK[row.rank], -row.grade, row.repeats, -row.published.toordinal(), unbounded, width,
        row.id,
    )  # fmt: skip


def _newest(row: Row) -> tuple[object, ...]:
    return -row.period.end.toordinal(), *order(row)


def _chosen(rows: Sequence[Row]) -> Choice | None:
    if not rows:
        return None
    first, *others = sorted(rows, key=order)
    return Choice(first, tuple(Rival(row, agreement(first, row)) for row in others))
