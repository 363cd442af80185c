"""What sources say of one company, laid out by period; its dated events; what nobody says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrics import claim, compare, derive
from metrics.choose import Choice, is_seen
from metrics.compare import Cell
from metrics.derive import Answer
from schemas.company import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metrics.derive import Case
    from metrics.lens import Lens
    from schemas.book import Book, Row
    from schemas.metric import Catalog
    from schemas.period import Period

# Groups of the catalogue whose figures are things that happened on a day.
DATED = ("financing", "valuation")
# A round is an event and not a line of the accounts.
_ROUND = "net_proceeds"


@dataclass(frozen=True, slots=True)
class Line:
    """A metric's answers by period."""

    metric: str
    answers: Mapping[Period, Answer]


@dataclass(frozen=True, slots=True)
class Statement:
    """Metrics by period, newest first: flows over stretches of time, or balances of days."""

    periods: tuple[Period, ...]
    lines: tuple[Line, ...]


def told(row: Row) -> Answer:
    """Take an observation as it stands for an answer: planned, where it did not happen yet."""
    measure = row.measure
    return Answer(
        row.company, row.metric, "planned" if row.kind in derive.PLANNED else "ok", measure.unit,
        measure.bounds, measure.value, row.period, choice=Choice(row),
    )  # fmt: skip


def past(of: Case, metric: str) -> list[Answer]:
    """Give a metric's answers by period, newest first, each as on its period's last day."""
    return sorted(derive.history(of, metric), key=_newest)


def statements(of: Case, metrics: Iterable[str], currency: str = "") -> tuple[Statement, Statement]:
    """Lay answers out by period, in the reader's currency: flows first, then balances."""
    lines = []
    for metric in metrics:
        answers = [compare.present(each, currency, of.rates) for each in past(of, metric)]
        if metric != _ROUND:
            lines.append(Line(metric, {each.period: each for each in answers if each.period}))
    return _laid(lines, instant=False), _laid(lines, instant=True)


def _laid(lines: Sequence[Line], *, instant: bool) -> Statement:
    mine = [
        Line(
            line.metric, {of: each for of, each in line.answers.items() if of.is_instant is instant}
        )
        for line in lines
    ]
    periods = {period for each in mine for period in each.answers}
    newest = sorted(periods, key=lambda of: (of.end, of.days), reverse=True)
    return Statement(tuple(newest), tuple(each for each in mine if each.answers))


def alike(answers: Sequence[Answer]) -> list[Answer]:
    """Keep what can be set beside the newest answer: its unit, basis and length; oldest first."""
    if not answers:
        return []
    newest = min(answers, key=_newest)
    same = [each for each in answers if _kind(each) == _kind(newest) and each.bounds is not None]
    return sorted(same, key=_newest, reverse=True)


def _kind(answer: Answer) -> tuple[object, ...]:
    months = answer.period.months if answer.period else None
    return answer.unit, answer.basis, answer.definition, months


def _newest(answer: Answer) -> tuple[int, int]:
    of = answer.period
    return (-of.end.toordinal(), -of.days) if of else (0, 0)


def cell(book: Book, company: str, metric: str, wanted: str, lens: Lens) -> Cell | None:
    """Find the figure of an id: one of a metric's answers, else any observation that is seen."""
    of = derive.case(book, company, lens)
    for each in past(of, metric):
        if each.id == wanted:
            answer = compare.present(each, lens.currency, of.rates)
            return Cell(answer, _claimed(book, each.rows))
    rows = book.of([company])
    for row in book.exact(rows[(rows["id"] == wanted) & (rows["metric"] == metric)]):
        if is_seen(row, lens):
            answer = compare.present(told(row), lens.currency, of.rates)
            return Cell(answer, _claimed(book, [row]))
    return None


def _claimed(book: Book, rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(row for row in rows[:1] if claim.is_claim(book, row))


def events(catalog: Catalog, rows: Iterable[Row], lens: Lens) -> list[Row]:
    """List what is dated: rounds, valuations, listings; the newest first.

    Opinions and plans are among them, as what they are; of rival figures for one day all are.
    """
    found = [
        row
        for row in rows
        if catalog[row.metric].group in DATED
        and not catalog[row.metric].is_derived
        and row.scope == WHOLE
        and not row.against_metric
        and is_seen(row, lens)
    ]
    return sorted(found, key=lambda row: (-row.period.end.toordinal(), row.metric, row.id))


def silent(of: Case, rows: Iterable[Row]) -> list[str]:
    """Name the metrics of which nothing is stated, of no part either, nor can be worked out."""
    said = {row.metric for row in rows}
    return [
        metric
        for metric in of.catalog
        if metric not in said and derive.answer(of, metric).status == "missing"
    ]
