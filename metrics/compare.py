"""Companies side by side: one line per metric, with a verdict where a line cannot be compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from metrics import choose, derive, fx
from metrics.derive import Answer, Reason
from metrics.lens import CLASSES
from schemas.company import WHOLE
from schemas.interval import point
from schemas.unit import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metrics.derive import Case
    from metrics.lens import Lens
    from schemas.book import Book, Row

Verdict = Literal["", "comparable", "not_comparable"]

# What an investor reads first, top to bottom.
DEFAULT = (
    "cash_reserves", "pro_forma_cash", "revenue", "revenue_ttm", "revenue_growth",
    "overseas_share", "cloud_spend_ratio", "cloud_spending_implied", "gross_margin",
    "adjusted_net_loss", "net_loss", "operating_cash_outflow", "monthly_burn", "runway",
    "rnd_intensity", "employee_count", "revenue_per_employee", "valuation_post_money",
    "valuation", "market_cap", "valuation_to_revenue",
)  # fmt: skip
# Which lines to show: those above, or besides them every metric that a source states.
ROWS = ("default", "all")
LIMIT = 6
_STARTERS = 4
# The currency to show money of several in, where one is looked for.
COMMON = "USD"
# Functions after which the length of the period under an amount no longer tells in it.
SPREAD = ("annualised", "monthly", "ttm")


@dataclass(frozen=True, slots=True)
class Cell:
    """One company's answer, with what else its sources say under the same metric."""

    answer: Answer
    claims: tuple[Row, ...] = ()
    parts: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Remedy:
    """What makes a line comparable: another `currency`, `definition` or class of `periods`."""

    name: Literal["currency", "definition", "periods"]
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """One metric across the companies; `best` is the index of the one ahead of all others.

    `definition` is the one asked for, empty where each company has its first.
    """

    metric: str
    cells: tuple[Cell, ...]
    verdict: Verdict = ""
    reason: Reason | None = None
    best: int | None = None
    definition: str = ""

    @property
    def is_empty(self) -> bool:
        """Say whether no company has anything to show here."""
        return all(
            cell.answer.status == "missing" and not cell.claims and not cell.parts
            for cell in self.cells
        )


def compare(
    book: Book,
    companies: Sequence[str],
    lens: Lens,
    metrics: Sequence[str] = DEFAULT,
    by: Mapping[str, str] = MappingProxyType({}),
) -> list[Line]:
    """Answer each metric for each company, money in the reader's currency.

    `by` names a definition for some metrics; the others take each company's first. A metric whose
    entry in the catalogue was wrong has no line.
    """
    rows = {name: book.rows([name]) for name in companies}
    cases = {name: derive.gathered(book, name, rows[name], lens) for name in companies}
    beside = {name: [row for row in rows[name] if choose.is_seen(row, lens)] for name in companies}
    lines = []
    for metric in filter(book.catalog.__contains__, metrics):
        line = _line(book, metric, list(cases.values()), lens, by.get(metric, ""))
        cells = tuple(
            replace(cell, claims=claims, parts=parts)
            for cell in line.cells
            for claims, parts in (under(book, beside[cell.answer.company], metric),)
        )
        lines.append(replace(line, cells=cells))
    return lines


def starters(book: Book) -> tuple[str, ...]:
    """Choose whom to compare before anyone is chosen: the first peer set, else the best covered."""
    singles = book.singles
    there = set(singles)
    for each in book.sets.values():
        named = tuple(name for name in each.companies if name in there)
        if named:
            return named[:LIMIT]
    counts = book.observations["company"].value_counts()
    covered = [name for name in singles if counts.get(name, 0)]
    return tuple(sorted(covered, key=lambda name: (-counts[name], name))[:_STARTERS])


def remedies(book: Book, lines: Iterable[Line], lens: Lens) -> dict[str, tuple[Remedy, ...]]:
    """Find the fewest changes of a reader's choice that make lines comparable, up to two each.

    By metric, for the lines of one comparison; `()` where there is nothing to mend, or no way.
    """
    cases: dict[str, Case] = {}
    found: dict[str, tuple[Remedy, ...]] = {}
    for line in lines:
        names = [cell.answer.company for cell in line.cells]
        found[line.metric] = ()
        if line.verdict == "not_comparable":
            for name in names:
                cases[name] = cases.get(name) or derive.case(book, name, lens)
            found[line.metric] = _remedy(book, line, [cases[name] for name in names], lens)
    return found


def _remedy(book: Book, line: Line, cases: Sequence[Case], lens: Lens) -> tuple[Remedy, ...]:
    single = list(_remedies(book, line, lens))
    tried = (*((each,) for each in single), *combinations(single, 2))
    different = (each for each in tried if len({one.name for one in each}) == len(each))
    return next((each for each in different if _heals(book, line, each, cases, lens)), ())


def _remedies(book: Book, line: Line, lens: Lens) -> Iterator[Remedy]:
    """Walk what could make a line comparable, the least change first."""
    if not lens.currency:
        yield Remedy("currency", COMMON)
    entry = book.catalog[line.metric]
    for name in entry.definitions:
        if name != line.definition:
            yield Remedy("definition", name)
    for periods in ("shared", "year"):
        if periods != lens.periods:
            yield Remedy("periods", periods)


def _heals(
    book: Book, line: Line, tried: Sequence[Remedy], cases: Sequence[Case], lens: Lens
) -> bool:
    """Say whether changes leave nobody out who had a number, and make the line comparable."""
    change = {each.name: each.value for each in tried}
    periods = next(each for each in CLASSES if each == change.get("periods", lens.periods))
    lens = replace(lens, currency=change.get("currency", lens.currency), periods=periods)
    cases = [replace(of, periods=periods) for of in cases]
    now = _line(book, line.metric, cases, lens, change.get("definition", line.definition))
    kept = all(
        after.answer.bounds is not None
        for before, after in zip(line.cells, now.cells, strict=True)
        if before.answer.bounds is not None
    )
    return kept and now.verdict == "comparable"


def _line(book: Book, metric: str, cases: Sequence[Case], lens: Lens, definition: str = "") -> Line:
    answers, is_shared = _answers(cases, metric, lens, definition)
    rates = fx.rates(book, lens)
    cells = tuple(Cell(present(answer, lens.currency, rates)) for answer in answers)
    line = replace(_judged(book, metric, cells, cases), definition=definition)
    if is_shared:
        return line
    return replace(line, verdict="not_comparable", reason=Reason("no_shared"), best=None)


def _answers(
    cases: Sequence[Case], metric: str, lens: Lens, definition: str
) -> tuple[list[Answer], bool]:
    """Answer a metric for each; say whether they share a period, where one was asked for.

    Who knows nothing of a metric at any time does not keep the others from sharing one.
    """
    latest = [_answer(of, metric, definition) for of in cases]
    if lens.periods != "shared":
        return latest, True
    known = [{each.period: each for each in derive.history(of, metric, definition)} for of in cases]
    with_any = [each for each in known if each]
    if len(with_any) < 2:  # noqa: PLR2004 - it takes two to share
        return latest, True
    common = set.intersection(*({period for period in each if period} for each in with_any))
    if not common:
        return latest, False
    last = max(common, key=lambda period: (period.end, period.days))
    shared = [
        _answer(of.during(last), metric, definition) if last in each else told
        for of, each, told in zip(cases, known, latest, strict=True)
    ]
    return shared, True


def _answer(of: Case, metric: str, definition: str) -> Answer:
    return derive.under(of, metric, definition) if definition else derive.answer(of, metric)


def present(answer: Answer, currency: str, rates: fx.Rates) -> Answer:
    """Turn an answer's money into a presentation currency, at the rate of its own period.

    Its other definitions go with it. Where no rate was published the answer is missing, with that
    as its reason.
    """
    turned = _present(answer, currency, rates)
    others = tuple(_present(each, currency, rates) for each in answer.others)
    return replace(turned, others=others)


def _present(answer: Answer, currency: str, rates: fx.Rates) -> Answer:
    own = unit(answer.unit).currency
    if not currency or not own or own == currency:
        return answer
    if answer.bounds is None:
        return replace(answer, unit=answer.unit.replace(own, currency))
    receipt = rates.receipt(own, currency, answer.period) if answer.period else None
    if receipt is None:
        args = (("base", own), ("quote", currency), ("period", str(answer.period)))
        return replace(
            answer, status="missing", bounds=None, value=None, reason=Reason("no_rate", args)
        )
    # Money below the line ("users per dollar") would divide; no metric of ours has it there.
    return replace(
        answer,
        unit=answer.unit.replace(own, currency),
        bounds=answer.bounds * point(receipt.rate),
        value=None if answer.value is None else answer.value * receipt.rate,
        receipts=(*answer.receipts, receipt),
    )


def wanted(book: Book, companies: Sequence[str], rows: str) -> list[str]:
    """List the metrics of one of `ROWS`, in catalogue order."""
    there = {*DEFAULT, *(shown(book, companies) if rows == "all" else ())}
    return [metric for metric in book.catalog if metric in there]


def shown(book: Book, companies: Sequence[str]) -> list[str]:
    """List every metric that some observation of these companies is about, in catalogue order."""
    there = set(book.of(companies)["metric"])
    return [metric for metric in book.catalog if metric in there]


def under(book: Book, rows: Sequence[Row], metric: str) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Pick out claims about a metric, and figures for parts of the company, of what is seen."""
    mine = [row for row in rows if row.metric == metric and not row.against_metric]
    is_claim = book.catalog[metric].stated == "claim"
    claims = tuple(row for row in mine if is_claim and row.scope == WHOLE)
    return claims, tuple(row for row in mine if row.scope != WHOLE)


def _judged(book: Book, metric: str, cells: tuple[Cell, ...], cases: Iterable[Case]) -> Line:
    answers = [cell.answer for cell in cells]
    shown = [each for each in answers if each.bounds is not None]
    if len(shown) < 2:  # noqa: PLR2004 - it takes two to compare
        return Line(metric, cells)
    reason = _difference(shown)
    if reason is None and _holds_cash(book, metric):
        reason = _financed(book, shown, cases)
    if reason:
        return Line(metric, cells, "not_comparable", reason)
    best = _ahead(answers, book.catalog[metric].better)
    return Line(metric, cells, "comparable", None, best)


def _difference(shown: Sequence[Answer]) -> Reason | None:
    """Name the first thing in which the answers differ and which no reader should overlook."""
    shared = set.intersection(*(set(_meant(each)) for each in shown))
    definitions = {each.definition for each in shown}
    meant = next((name for name in _meant(shown[0]) if name in shared), "")
    for name, values in (
        ("differ_status", {"planned" if each.status == "planned" else "" for each in shown}),
        ("differ_definition", set() if shared else definitions),
        ("differ_basis", {_meant(each).get(meant, each).basis for each in shown}),
        ("differ_length", {_length(each) for each in shown}),
    ):
        if len(values) > 1:
            return differing(name, values)
    ends = [each.period.end for each in shown if each.period]
    days = (max(ends) - min(ends)).days
    if days > derive.GAP_MARKED:
        return Reason("differ_dates", (("days", str(days)),))
    # Last, as it is what anybody can mend by choosing one.
    units = {each.unit for each in shown}
    return differing("differ_unit", units) if len(units) > 1 else None


def differing(name: str, values: set[str]) -> Reason:
    """Say in what answers differ, each of the values named."""
    return Reason(name, (("values", ", ".join(sorted(value or "–" for value in values))),))


def _meant(answer: Answer) -> dict[str, Answer]:
    """Find what an answer can be by definition: itself, or each that gives what is stated."""
    if not answer.choice:
        return {answer.definition: answer}
    measure = answer.choice.row.measure
    stated = measure.band if measure.unit == answer.unit else answer.bounds
    giving = {
        each.definition: each
        for each in answer.others
        # One that only the limits of the metric bound would give anything.
        if each.definition and each.period == answer.period and each.value is not None
        and each.bounds and stated and each.bounds.meets(stated)
    }  # fmt: skip
    return {**giving, "": answer}


def _holds_cash(book: Book, metric: str) -> bool:
    """Say whether a round of financing changes a metric overnight."""
    return book.catalog[metric].group == "cash" and not metric.startswith("pro_forma")


def _financed(book: Book, shown: Sequence[Answer], cases: Iterable[Case]) -> Reason | None:
    """Name a round that closed between the dates: cash before it and after it do not compare."""
    ends = [each.period.end for each in shown if each.period]
    there = {each.company for each in shown}
    for of in cases:
        for row in of.actual.get("net_proceeds", ()):
            if of.company in there and min(ends) < row.period.end <= max(ends):
                args = (
                    ("company", book.companies[of.company].name.en),
                    ("day", str(row.period.end)),
                )
                name = "differ_supposed" if row.is_hypothetical else "differ_round"
                return Reason(name, args)
    return None


def _length(answer: Answer) -> str:
    """Say how many months an amount is of; nothing where it is of one month or a year anyway."""
    if not answer.period or any(f"{each}(" in answer.formula for each in SPREAD):
        return ""
    return f"{float(answer.period.months):.0f}"


def _ahead(answers: Sequence[Answer], better: str) -> int | None:
    """Find the answer whose bounds are better than all others' without touching any."""
    # An unbounded runway is behind none, and no number says so.
    if better == "neither" or any(each.status == "unbounded" for each in answers):
        return None
    there = [index for index, each in enumerate(answers) if each.bounds is not None]
    for index in there:
        if all(_beats(answers[index], answers[o], better) for o in there if o != index):
            return index
    return None


def _beats(first: Answer, second: Answer, better: str) -> bool:
    a, b = (first.bounds, second.bounds) if better == "higher" else (second.bounds, first.bounds)
    if a is None or b is None or a.meets(b):
        return False
    return a.low is not None and b.high is not None and a.low >= b.high
