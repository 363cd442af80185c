"""Claims worked out again: what reproduces a stated value, how narrowly, and what it implies.

A claim is worked out under every definition and with every rival input of its time. Nothing here
accuses: a claim is `contradicted` only where it names its own definition and that one disagrees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import TYPE_CHECKING, Literal

from metrics import choose, compare, derive
from metrics.lens import Lens
from schemas import figure
from schemas.interval import Interval, point

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from metrics import fx
    from metrics.derive import Answer, Case, Reason
    from schemas.book import Book, Row

Word = Literal["reproduced", "not_reproduced", "contradicted", "unit_check", "not_checkable"]

# Rival inputs multiply; a formula of three inputs with four rivals each has 64 combinations.
MOST = 256
# What a slip is made of: a place (万/亿, million/billion), months for years, dollars for yuan.
_PLACES = range(1, 10)
_MONTHS = 12
_MONEY = (("USD", "CNY"), ("USD", "HKD"))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to work a claim out: an answer, its value with rounding bands, and the distance.

    `loose` says that it took trailing zeros for rounding; `miss` is the share of the claim by
    which the two lie apart, 0 where they meet.
    """

    answer: Answer
    banded: Interval
    loose: bool
    meets: bool
    miss: Fraction
    # Whether it rests on the figures that the rule chooses, without any of their rivals.
    chosen: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim: the word, the attempt that decides it, how many there were."""

    row: Row
    word: Word
    attempt: Attempt | None = None
    tried: int = 0
    reproduced: tuple[Attempt, ...] = ()
    factor: str = ""
    reasons: tuple[tuple[str, Reason], ...] = ()
    # How many combinations of a definition were tried at most, where there were more.
    limit: int = 0


def claims(book: Book, companies: Sequence[str], lens: Lens, metric: str = "") -> Iterator[Verdict]:
    """Check every stated value of a derived metric, or of one, that the reader could know of."""
    for company in companies:
        for row in book.real.rows([company]):
            wanted = row.metric == metric or not metric
            if wanted and is_claim(book, row) and row.published <= lens.known:
                yield verdict(book, row, lens)


def stated(book: Book, lens: Lens) -> pd.DataFrame:
    """Find what `claims` goes through, by the column; the rows of `book.observations`."""
    rows = book.known(lens.known)
    derived = [name for name, entry in book.catalog.items() if entry.is_derived]
    counted = (rows["kind"] == "actual") & (rows["rank"] != "deprecated")
    own = (rows["against_metric"] == "") & rows["company"].isin(book.singles)
    return rows[counted & own & rows["metric"].isin(derived)]


def about(book: Book, metric: str, lens: Lens, most: int) -> tuple[list[Verdict], int]:
    """Check the newest claims about a metric, at most so many; and count all of them."""
    rows = stated(book, lens)
    rows = rows[rows["metric"] == metric]
    newest = rows.sort_values("published", ascending=False, kind="stable").head(most)
    return [verdict(book, row, lens) for row in book.exact(newest)], len(rows)


def is_claim(book: Book, row: Row) -> bool:
    """Say whether an observation states what formulas can work out, so that it can be checked."""
    counted = row.kind == "actual" and row.rank != "deprecated"
    return counted and not row.against_metric and book.catalog[row.metric].is_derived


def verdict(book: Book, row: Row, lens: Lens) -> Verdict:
    """Work one claim out under every definition and rival input of its time."""
    of = evidence(book, row, lens)
    worked = [each for each in derive.defined(of, row.metric) if _answers(each, row)]
    reasons = tuple((each.definition, each.reason) for each in worked if each.reason)
    good = [each for each in worked if each.bounds is not None]
    attempts = [attempt for each in good for attempt in _attempts(of, row, each)]
    found = replace(_judged(of, row, attempts), tried=len(attempts), reasons=reasons)
    return replace(found, limit=MOST) if any(_many(of, each) for each in good) else found


def evidence(book: Book, row: Row, lens: Lens) -> Case:
    """Gather what a claim is worked out from: figures of its own time and part of the company.

    They are what documents state, whatever a reader supposes.
    """
    when = Lens(min(row.period.end, lens.at), lens.known, rates=lens.rates)
    of = derive.case(book.real, row.company, when, row.scope).hiding(row.metric)
    # What is claimed of a period is worked out for that period, not for the latest.
    return of if row.period.is_instant else of.during(row.period)


def _judged(of: Case, row: Row, attempts: Sequence[Attempt]) -> Verdict:
    if not attempts:
        return Verdict(row, "not_checkable")
    fitting = tuple(each for each in attempts if each.meets)
    # A definition that the claim itself names goes before others that give it too.
    nearest = min(
        attempts,
        key=lambda each: (each.miss, each.answer.definition != row.by, each.loose, _width(each)),
    )
    if fitting:
        slips = [_slipped(of, each) for each in fitting]
        if all(slips):
            return Verdict(row, "unit_check", nearest, reproduced=fitting, factor=slips[0])
        return Verdict(row, "reproduced", nearest, reproduced=fitting)
    found = _misplaced(row, attempts, of.rates)
    if found:
        factor, attempt = found
        return Verdict(row, "unit_check", attempt, factor=factor)
    named = [each for each in attempts if each.answer.definition == row.by]
    if named and row.period_basis == "stated":
        closest = min(named, key=lambda each: each.miss)
        return Verdict(row, "contradicted", closest)
    # Told by the figures that are believed: a rival that happens to lie nearer explains nothing.
    believed = [each for each in attempts if each.chosen] or attempts
    return Verdict(row, "not_reproduced", min(believed, key=lambda each: each.miss))


def swayed(of: Case, answer: Answer) -> Iterator[tuple[Row, Answer]]:
    """Work an answer out again with each rival of each of its inputs, one at a time."""
    for row in answer.rows:
        for rival in _rivals(of, row):
            yield rival, _again(_with(of, (rival,)), answer)


def _answers(worked: Answer, row: Row) -> bool:
    """Say whether an answer is about the claim's own time."""
    return row.period.is_instant or worked.period is None or worked.period == row.period


def _attempts(of: Case, row: Row, answer: Answer) -> Iterator[Attempt]:
    """Work a definition out with every combination of the inputs' rivals, bands included."""
    own = {row.id for row in answer.rows}
    wide = _banded(of)
    for picks in islice(product(*_choices(of, answer)), MOST):
        # A claim in another currency is met in its own, at the rate of the answer's period.
        exact, banded = (
            compare.present(_again(_with(each, picks), answer), row.measure.currency, of.rates)
            for each in (of, wide)
        )
        if exact.bounds is None or banded.bounds is None:
            continue
        claim = row.measure
        meets = banded.bounds.meets(claim.band)
        loose = not meets and banded.bounds.meets(claim.loose)
        fits = meets or loose
        miss = Fraction(0) if fits else _miss(banded.bounds, claim.loose)
        chosen = {row.id for row in picks} <= own
        yield Attempt(exact, banded.bounds, loose, fits, miss, chosen)


def _choices(of: Case, answer: Answer) -> list[list[Row]]:
    return [[each, *_rivals(of, each)] for each in answer.rows]


def _many(of: Case, answer: Answer) -> bool:
    return prod(len(each) for each in _choices(of, answer)) > MOST


def _rivals(of: Case, row: Row) -> list[Row]:
    """List the other figures for the same metric and period, on whatever basis."""
    return [each for each in _all(of, row) if each.period == row.period and each.id != row.id]


def _all(of: Case, row: Row) -> list[Row]:
    return (of.actual if row.kind == "actual" else of.planned).get(row.metric, [])


def _with(of: Case, picks: Sequence[Row]) -> Case:
    """Leave each picked row without its rivals; a formula may use several of one metric."""
    kept = {pick.id for pick in picks}
    actual, planned = dict(of.actual), dict(of.planned)
    for pick in picks:
        rows = actual if pick.kind == "actual" else planned
        rows[pick.metric] = [
            row for row in rows[pick.metric]
            if row.id in kept or (row.period != pick.period and row.basis == pick.basis)
        ]  # fmt: skip
    return replace(of, actual=actual, planned=planned)


def _slipped(of: Case, attempt: Attempt) -> str:
    """Name the power of ten by which an input stands off from the rival that overruled it.

    What is reproduced from the figures that are believed is no slip, whatever others print.
    """
    for row in () if attempt.chosen else attempt.answer.rows:
        for rival in _rivals(of, row):
            overruled = row.basis == rival.basis and choose.order(rival) < choose.order(row)
            factor = slip(row, rival) if overruled else ""
            if factor:
                return factor
    return ""


def slip(row: Row, rival: Row) -> str:
    """Name the power of ten that brings a figure into its rival's printed rounding, as `10^1`."""
    band = choose.turned(row, rival)
    if band is None or band.meets(row.measure.band):
        return ""
    for place in _PLACES:
        for name, factor in ((f"10^{place}", 10**place), (f"10^-{place}", Fraction(1, 10**place))):
            if (band * point(factor)).meets(row.measure.band):
                return name
    return ""


def _banded(of: Case) -> Case:
    """Widen every figure by what its printed digits leave open."""
    return replace(
        of,
        actual={name: [_widened(row) for row in rows] for name, rows in of.actual.items()},
        planned={name: [_widened(row) for row in rows] for name, rows in of.planned.items()},
    )


def _widened(row: Row) -> Row:
    return replace(row, measure=replace(row.measure, bounds=row.measure.band))


def _again(of: Case, answer: Answer) -> Answer:
    return derive.by(of, answer.metric, answer.definition)


def _miss(worked: Interval, claimed: Interval) -> Fraction:
    """Measure the gap between two intervals, as a share of the claim's nearer end."""
    if worked.low is not None and claimed.high is not None and worked.low >= claimed.high:
        return (worked.low - claimed.high) / (abs(claimed.high) or Fraction(1))
    if worked.high is not None and claimed.low is not None:
        return abs(claimed.low - worked.high) / (abs(claimed.low) or Fraction(1))
    return Fraction(0)


def _width(attempt: Attempt) -> Fraction:
    low, high = attempt.banded.low, attempt.banded.high
    return Fraction(0) if low is None or high is None else high - low


def _misplaced(
    row: Row, attempts: Sequence[Attempt], rates: fx.Rates
) -> tuple[str, Attempt] | None:
    """Find the one factor that brings a claim within its printed rounding, if there is just one."""
    read = figure.read(row.as_stated)
    if not isinstance(read, figure.Figure) or _significant(read) < 2:  # noqa: PLR2004
        return None
    found = {
        name: attempt
        for name, factor in _factors(row, rates)
        for attempt in attempts
        if (attempt.banded * point(factor)).meets(row.measure.band)
    }
    return next(iter(found.items())) if len(found) == 1 else None


def _significant(read: figure.Figure) -> int:
    """Count the digits that were printed on purpose."""
    amount = read.value or read.low or read.high
    return len(str(abs(int(amount / read.step)))) if amount and read.step else 0


def _factors(row: Row, rates: fx.Rates) -> Iterator[tuple[str, Fraction]]:
    for place in _PLACES:
        yield f"10^{place}", Fraction(10**place)
        yield f"10^-{place}", Fraction(1, 10**place)
    yield "12", Fraction(_MONTHS)
    yield "1/12", Fraction(1, _MONTHS)
    for base, quote in _MONEY:
        receipt = rates.receipt(base, quote, row.period)
        if receipt and row.measure.currency in {base, quote}:
            yield f"{base}/{quote}", receipt.rate
            yield f"{quote}/{base}", 1 / receipt.rate
