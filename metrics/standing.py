"""Standing: whether a figure of a passage agrees with the book, conflicts with it, or is new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from metrics import choose, claim
from schemas import entry, figure
from schemas.book import Row
from schemas.company import WHOLE
from schemas.entry import Measure, Misfit
from schemas.period import Period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics.choose import Agreement
    from metrics.claim import Verdict
    from metrics.lens import Lens
    from metrics.passage import Mention
    from schemas.book import Book

# `open`: company, metric or period is not known, or the figure does not fit the metric.
Word = Literal["agreeing", "conflicting", "new", "open"]

_COUNTED = ("people", "users", "count")


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of a passage as somebody takes it: about one company, metric and period.

    `value` is the figure in the compact grammar; `inferred` says that its unit was not printed.
    """

    mention: Mention
    company: str
    metric: str
    period: Period | None
    value: str
    inferred: bool

    @property
    def is_stated(self) -> bool:
        """Say whether the text names the period, or a reader does."""
        return self.mention.is_stated or self.period != self.mention.period


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reading stands to the book: the observation it was held against, and the gap.

    `gap` is the share by which it lies off, `factor` a power of ten that would explain it; `near`
    is the newest observation of other periods; `verdict` what becomes of a stated claim.
    """

    word: Word
    row: Row | None = None
    agreement: Agreement | None = None
    gap: Fraction | None = None
    factor: str = ""
    near: Row | None = None
    verdict: Verdict | None = None
    misfit: Misfit | None = None


def reading(  # noqa: PLR0913, PLR0917 - all that a reader can correct
    book: Book, mention: Mention, company: str, metric: str, period: Period | None, currency: str
) -> Reading:
    """Take a figure as one of a company's metric; money without a currency is in `currency`."""
    unit = _unit(book, mention, metric, currency) if metric else mention.figure.unit
    value = figure.write(replace(mention.figure, unit=unit))
    return Reading(mention, company, metric, period, value, unit != mention.figure.unit)


def _unit(book: Book, mention: Mention, metric: str, currency: str) -> str | None:
    """Complete the printed unit by the metric's, where none or only a count was printed."""
    printed, wanted = mention.figure.unit, book.catalog[metric].unit
    if printed is None and not mention.other:
        return wanted.replace("money", currency)
    return wanted if printed in _COUNTED and wanted in _COUNTED else printed


def measured(book: Book, taken: Reading) -> Measure | Misfit:
    """Bring a reading into its metric's unit, by the rules of every observation."""
    return entry.measure(
        taken.value, taken.mention.text, book.catalog[taken.metric],
        inferred=taken.inferred, related=bool(taken.mention.other),
    )  # fmt: skip


def standing(book: Book, taken: Reading, lens: Lens) -> Standing:
    """Hold a reading against what the book has of the same company, metric, kind and period."""
    if not taken.company or not taken.metric:
        return Standing("open")
    measure = measured(book, taken)
    if isinstance(measure, Misfit):
        return Standing("open", misfit=measure)
    mine = _row(taken, measure, taken.period or Period(None, lens.at), lens)
    rows = [row for row in book.rows([taken.company]) if _is_rival(row, mine)]
    if taken.period is None:
        return _undated(rows, mine)
    there = [row for row in rows if row.period == mine.period]
    verdict = _verdict(book, mine, lens)
    found = _agreeing(there if taken.is_stated else rows, mine)
    if found:
        agreement = choose.agreement(found, mine)
        return Standing("agreeing", found, agreement, verdict=verdict)
    whole = [row for row in there if row.scope == WHOLE]
    if whole:
        row = min(whole, key=choose.order)
        gap, factor = _gap(row, mine), claim.slip(mine, row)
        return Standing("conflicting", row, "inconsistent", gap, factor, verdict=verdict)
    near = choose.latest([row for row in rows if row.scope == WHOLE])
    return Standing("new", near=near.row if near else None, verdict=verdict)


def _undated(rows: Sequence[Row], mine: Row) -> Standing:
    """Where no period is known, only the very same amount agrees."""
    same = [row for row in rows if choose.agreement(row, mine) == "complete"]
    if not same:
        return Standing("open")
    return Standing("agreeing", max(same, key=lambda row: row.period.end), "complete")


def _is_rival(row: Row, mine: Row) -> bool:
    same = row.metric == mine.metric and bool(row.against_metric) == bool(mine.against_metric)
    return same and row.kind == mine.kind and row.rank != "deprecated"


def _agreeing(rows: Sequence[Row], mine: Row) -> Row | None:
    """Take the observation that agrees best: wholly, for this period, of the whole company."""
    ranked = [(choose.agreement(row, mine), row) for row in rows]
    good = [each for each in ranked if each[0] != "inconsistent"]
    good.sort(
        key=lambda each: (
            each[0] != "complete", each[1].period != mine.period, each[1].scope != WHOLE,
            -each[1].period.end.toordinal(), choose.order(each[1]),
        )
    )  # fmt: skip
    return good[0][1] if good else None


def _gap(row: Row, mine: Row) -> Fraction | None:
    """Say by what share of the book's amount a figure lies off; None where it cannot be said."""
    band = choose.turned(row, mine)
    theirs = _middle(row.measure.value, row.measure.bounds.low, row.measure.bounds.high)
    ours = _middle(None, band.low, band.high) if band else None
    return (ours - theirs) / abs(theirs) if ours is not None and theirs else None


def _middle(value: Fraction | None, low: Fraction | None, high: Fraction | None) -> Fraction | None:
    if value is not None:
        return value
    if low is not None and high is not None:
        return (low + high) / 2
    return low if low is not None else high


def _verdict(book: Book, mine: Row, lens: Lens) -> Verdict | None:
    """Work a stated value of a derived metric out again."""
    if book.companies[mine.company].members or not claim.is_claim(book, mine):
        return None
    return claim.verdict(book, mine, lens)


def _row(taken: Reading, measure: Measure, period: Period, lens: Lens) -> Row:
    """Make the observation that the reading would be."""
    mention = taken.mention
    return Row(
        id="", company=taken.company, metric=taken.metric, scope=WHOLE, basis="",
        kind=mention.kind, value_text=taken.value, as_stated=mention.text, measure=measure,
        period=period, published=lens.known, source="", place=f"¶{mention.paragraph}", quotes="",
        grade=0, repeats=False, rank="normal", against_company=mention.other,
        against_metric=taken.metric if mention.other else "", by="", also=None, unit_basis="stated",
        period_basis="stated", because=None, note=None, file="", line=0, column=0,
    )  # fmt: skip
