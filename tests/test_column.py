"""The column engine says of every company what the plain arithmetic says of each."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import metrics
from benchmarks import make_data
from metrics import column, derive
from metrics.column import Evidence
from metrics.lens import Lens, PeriodClass
from schemas.book import Book
from tests.folder import LENS, answered, read, worked, write

MOMENTS = [date(2026, 10, 1), date(2025, 2, 1), date(2023, 5, 15), date(2001, 1, 1)]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Book:
    """Forty made companies with every shape of figure."""
    root: Path = tmp_path_factory.mktemp("made")
    make_data.make(root, 40, seed=11)
    found: Book = read(root)
    return found


def told(answer: derive.Answer) -> tuple[object, ...]:
    """Say what both engines must agree on, numbers aside."""
    bounds = answer.bounds
    opens = (bounds.low_open, bounds.high_open) if bounds else None
    period = str(answer.period) if bounds else ""
    reason = answer.reason.name if answer.reason else ""
    definition = answer.definition if bounds else ""
    marks = [mark.name for mark in answer.marks]
    return answer.status, reason, definition, opens, period, answer.value is None, marks


def seen(evidence: Evidence, answers: column.Answers, at: int) -> tuple[object, ...]:
    """Say the same of one company in a column."""
    amount = answers.amount
    there = bool(amount.there[at])
    opens = (bool(amount.low_open[at]), bool(amount.high_open[at])) if there else None
    period = str(evidence.periods.all[amount.period[at]]) if there else ""
    definition = str(answers.definition[at]) if there else ""
    unvalued = bool(np.isnan(amount.value[at])) if there else True
    reason = str(answers.reason[at]).partition(" ")[0]
    marks = [name for bit, name in enumerate(derive.MARKS) if answers.marks[at] >> bit & 1]
    return str(answers.status[at]), reason, definition, opens, period, unvalued, marks


def encloses(exact: Fraction | None, end: float, sign: int) -> bool:
    """Say whether a float end lies outside an exact one, by no more than 1e-12 of it."""
    if exact is None or not np.isfinite(end):
        return exact is None and end == sign * np.inf
    off = sign * (Fraction(end) - exact)
    return 0 <= off <= abs(exact) * Fraction(1, 10**12)


@pytest.mark.parametrize("periods", ["latest", "year", "trailing"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_both_engines_give_the_same_answers(made: Book, moment: date, periods: PeriodClass):
    lens = Lens(moment, moment, periods=periods)
    evidence = Evidence(made, lens)
    cases = [derive.case(made, company, lens) for company in evidence.companies]
    for metric in made.catalog:
        answers = evidence.answer(metric)
        for at, of in enumerate(cases):
            plain = derive.answer(of, metric)
            assert seen(evidence, answers, at) == told(plain), (metric, of.company)


def test_float_bounds_enclose_the_exact_ones(made: Book):
    evidence = Evidence(made, LENS)
    derived = [name for name, entry in made.catalog.items() if entry.is_derived]
    checked = 0
    for metric in derived:
        answers = evidence.answer(metric)
        for at, company in enumerate(evidence.companies):
            if not answers.amount.there[at]:
                continue
            plain = derive.answer(derive.case(made, company, LENS), metric)
            if plain.choice or plain.bounds is None:
                continue  # a stated figure's ends are its floats, no arithmetic was done
            assert encloses(plain.bounds.low, answers.amount.low[at], -1), (metric, company)
            assert encloses(plain.bounds.high, answers.amount.high[at], 1), (metric, company)
            checked += 1
    assert checked > 150


def test_part_by_part_is_the_whole(made: Book):
    whole = Evidence(made, LENS)
    names = whole.companies
    parts = [Evidence(made, LENS, names[:7]), Evidence(made, LENS, names[7:])]
    for metric in ("revenue_per_employee", "runway", "pro_forma_cash", "gross_margin"):
        together = whole.answer(metric)
        apart = [part.answer(metric) for part in parts]
        for field in ("low", "high", "value"):
            joined = np.concatenate([getattr(each.amount, field) for each in apart])
            there = together.amount.there
            assert np.array_equal(
                getattr(together.amount, field)[there], joined[there], equal_nan=True
            )
        assert together.status.tolist() == [word for each in apart for word in each.status]


def test_what_was_published_later_changes_nothing(made: Book):
    early = Lens(date(2024, 6, 30), date(2024, 6, 30))
    later = Lens(date(2024, 6, 30), date(2026, 6, 30))
    before = Evidence(made, early)
    known = made.observations["published"] <= np.datetime64("2024-06-30")
    assert 0 < len(before.table.place) <= known.sum()
    assert len(Evidence(made, later).table.place) > len(before.table.place)


def test_inputs_name_the_observations_underneath(made: Book):
    evidence = Evidence(made, LENS)
    answers = evidence.answer("revenue_per_employee")
    at = int(np.flatnonzero(answers.good)[0])
    company = evidence.companies[at]
    plain = derive.answer(derive.case(made, company, LENS), "revenue_per_employee")
    places = [evidence.table.place[rows[at]] for rows in answers.inputs if rows[at] >= 0]
    assert set(evidence.rows["id"].iloc[places]) == {row.id for row in plain.rows}


@given(st.integers(1, 10**9), st.integers(1, 10**6), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_a_quotient_of_any_size_agrees(tmp_path_factory, money: int, people: int, decimals: int):
    root = tmp_path_factory.mktemp("any")
    value = f"{money / 10**decimals:.{decimals}f}m USD"
    found = read(
        write(
            root,
            f"""
            lab:
            - {{metric: revenue, value: {value}, period: FY2024}}
            - {{metric: employee_count, value: {people} people, period: 2024-12-31}}
            """,
        )
    )
    evidence = Evidence(found, LENS)
    amount = evidence.answer("revenue_per_employee").amount
    plain = answered(found, "revenue_per_employee")
    assert plain.bounds is not None
    assert encloses(plain.bounds.low, amount.low[0], -1)
    assert encloses(plain.bounds.high, amount.high[0], 1)


def test_an_empty_book_has_empty_answers(tmp_path):
    found = metrics.book(tmp_path)
    evidence = Evidence(found, LENS)
    assert evidence.size == 0
    assert evidence.answer("runway").status.tolist() == []


def test_a_company_without_figures_is_missing_everything(book: Book):
    """
    lab: []
    """
    evidence = Evidence(book, LENS)
    for metric in book.catalog:
        assert evidence.answer(metric).status.tolist() == ["missing"]


def test_a_quarter_of_a_billion_in_two_currencies_converts_by_each_period(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: 250m USD, period: 2025-06-30}
    - {metric: operating_cash_outflow, value: 600m CNY, period: H1-2025}
    - {metric: net_proceeds, value: 780m HKD, period: 2025-07-15}
    """
    evidence = Evidence(book, LENS)
    for metric in ("runway", "pro_forma_cash"):
        plain = answered(book, metric)
        amount = evidence.answer(metric).amount
        assert plain.bounds is not None
        assert encloses(plain.bounds.low, amount.low[0], -1)
        assert encloses(plain.bounds.high, amount.high[0], 1)
        assert len(plain.receipts) == 1


RATED = """
lab:
- {metric: cash_reserves, value: 250m USD, period: 2025-06-30}
- {metric: operating_cash_outflow, value: 600m CNY, period: H1-2025}
- {metric: cash_burn_rate, value: 90m CNY/month, period: FY2026, kind: forecast}
rates:
- {base: USD, quote: CNY, rate: "7.30", period: H1-2025, kind: mean}
"""


@pytest.mark.parametrize("choice", ["reference", "stated"])
@pytest.mark.parametrize("known", ["2026-01-31", "2026-10-15"])
@pytest.mark.parametrize("definition", ["operating_outflow", "planned_burn"])
def test_both_engines_take_the_rates_that_the_reader_chose_and_could_know(
    make_book, choice, known, definition
):
    book = make_book(RATED)
    look = Lens(date(2026, 1, 31), date.fromisoformat(known), rates=choice)
    plain = worked(book, "runway", look)[definition]
    amount = Evidence(book, look).defined("runway", definition).amount
    assert plain.bounds is not None
    assert encloses(plain.bounds.low, amount.low[0], -1)
    assert encloses(plain.bounds.high, amount.high[0], 1)
    (receipt,) = plain.receipts
    if definition == "planned_burn":
        assert (receipt.kind, receipt.ahead) == ("closing", True)
        assert receipt.end <= date.fromisoformat(known)
    else:
        assert receipt.kind == ("stated" if choice == "stated" else "mean")
