"""Classes of periods, the history of a metric, and what a formula may reach back to."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import claim, compare, derive, fx, trace
from metrics.column import Evidence
from metrics.lens import CLASSES, PeriodClass
from schemas.book import Book, Row
from schemas.interval import Interval
from tests.folder import answered, during, iv, labs, lens, row
from tests.test_derive import rounded

# Two years and nine months of a company, in one currency.
YEARS = """
- {metric: revenue, value: 30m USD, period: FY2024}
- {metric: revenue, value: 54m USD, period: 9M2025}
- {metric: revenue, value: 20m USD, period: 9M2024}
- {metric: gross_profit, value: 12m USD, period: FY2024}
- {metric: gross_profit, value: 27m USD, period: 9M2025}
- {metric: operating_cash_outflow, value: 60m USD, period: FY2024}
- {metric: operating_cash_outflow, value: 90m USD, period: 9M2025}
- {metric: operating_cash_outflow, value: 30m USD, period: 9M2024}
- {metric: cash_reserves, value: 600m USD, period: 2024-12-31}
- {metric: cash_reserves, value: 480m USD, period: 2025-09-30}
"""


# -- classes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("periods", "metric", "value", "period"),
    [
        ("latest", "revenue", 54_000_000, "9M2025"),
        ("year", "revenue", 30_000_000, "FY2024"),
        ("trailing", "revenue", 64_000_000, "2024-10-01/2025-09-30"),
        ("latest", "cash_reserves", 480_000_000, "2025-09-30"),
        ("year", "cash_reserves", 600_000_000, "2024-12-31"),
        ("trailing", "cash_reserves", 480_000_000, "2025-09-30"),
        ("latest", "gross_margin", Fraction(1, 2), "9M2025"),
        ("year", "gross_margin", Fraction(2, 5), "FY2024"),
        ("latest", "runway", 48, "9M2025"),
        ("year", "runway", 120, "FY2024"),
        ("trailing", "runway", 48, "2024-10-01/2025-09-30"),
        ("latest", "revenue_annualised", 72_000_000, "9M2025"),
        ("year", "revenue_annualised", 30_000_000, "FY2024"),
        ("trailing", "revenue_annualised", 64_000_000, "2024-10-01/2025-09-30"),
    ],
)
def test_a_class_of_periods_says_which_figures_are_taken(
    make_book, periods: PeriodClass, metric: str, value: Fraction, period: str
):
    found = answered(make_book("lab:" + YEARS), metric, lens(periods=periods))
    assert (found.value, found.period) == (value, during(period))


def test_a_year_that_cannot_be_summed_is_missing_and_says_what_lacks(make_book):
    book = make_book("lab:" + YEARS)
    margin = answered(book, "gross_margin", lens(periods="trailing"))
    assert margin.reason == derive.Reason("lacking", (("metrics", "gross_profit,cost_of_sales"),))
    only = make_book("lab: [{metric: overseas_share, value: 70%, period: 9M2025}]")
    cash = make_book("lab: [{metric: cash_reserves, value: 1m USD, period: 2025-06-30}]")
    expected: dict[PeriodClass, str] = {"year": "no_year", "trailing": ""}
    for periods, reason in expected.items():
        share = answered(only, "overseas_share", lens(periods=periods))
        assert share.status == "missing"
        found = answered(cash, "cash_reserves", lens(periods=periods))
        assert (found.reason.name if found.reason else "") == reason
    stated = make_book(
        "lab: [{metric: employee_count, value: 9 people, period: H1-2025, basis: average}]"
    )
    expected = {"year": "no_year", "trailing": "no_trailing"}
    for periods, reason in expected.items():
        found = answered(stated, "employee_count", lens(periods=periods))
        assert found.reason == derive.Reason(reason, (("metric", "employee_count"),))


def test_a_formula_of_balances_stands_on_a_years_end(make_book):
    book = make_book(
        "lab:" + YEARS + "- {metric: employee_count, value: 300 people, period: 2025-09-30}"
    )
    found = answered(book, "cash_per_employee", lens(periods="year"))
    assert (found.period, rounded(found)) == (during("2024-12-31"), 2_000_000)
    balances = "lab: [{metric: cash_reserves, value: 1m USD, period: 2025-06-30},"
    balances += " {metric: employee_count, value: 300 people, period: 2025-06-30}]"
    none = answered(make_book(balances), "cash_per_employee", lens(periods="year"))
    assert {each.reason.name for each in none.others if each.reason} == {"no_year"}


def test_the_formula_that_was_worked_out_is_the_one_told(make_book):
    book = make_book("lab:" + YEARS)
    runway = answered(book, "runway", lens(periods="trailing"))
    assert runway.formula == "cash_reserves / (ttm(operating_cash_outflow) / 12)"
    revenue = trace.trace(book, "lab", "revenue", lens(periods="trailing"))
    assert (revenue["formula"], revenue["definition_text"]) == (
        "ttm(revenue)",
        "trailing twelve months",
    )


def test_the_latest_shared_period_is_the_latest_that_all_have(make_book):
    other = """
    - {metric: revenue, value: 10m USD, period: FY2024}
    - {metric: revenue, value: 9m USD, period: H1-2025}
    """
    book = make_book(labs([YEARS, other, "- {metric: mau, value: 1m users, period: 2025-06-30}"]))
    look = lens(periods="shared")
    (line,) = compare.compare(book, ["lab0", "lab1", "lab2"], look, ["revenue"])
    periods = [cell.answer.period for cell in line.cells]
    # Who knows nothing at any time does not keep the others from sharing a period.
    assert periods == [during("FY2024"), during("FY2024"), None]
    assert (line.verdict, line.best) == ("comparable", 0)


def test_where_no_period_is_shared_the_line_says_so(make_book):
    book = make_book(
        labs(
            [
                "- {metric: revenue, value: 9m USD, period: 9M2025}",
                "- {metric: revenue, value: 9m USD, period: FY2024}",
            ]
        )
    )
    (line,) = compare.compare(book, ["lab0", "lab1"], lens(periods="shared"), ["revenue"])
    assert (line.verdict, line.reason) == ("not_comparable", derive.Reason("no_shared"))
    (alone,) = compare.compare(book, ["lab0"], lens(periods="shared"), ["revenue"])
    assert alone.cells[0].answer.period == during("9M2025")


@pytest.mark.parametrize("periods", CLASSES)
def test_a_class_of_periods_changes_no_claim(make_book, periods: PeriodClass):
    book = make_book("lab:" + YEARS + "- {metric: runway, value: 48 months, period: 2025-09-30}")
    (found,) = claim.claims(book, ["lab"], lens(periods=periods))
    assert found.word == "reproduced"


# -- history ----------------------------------------------------------------------------------


def test_the_history_of_a_metric_has_each_period_once_oldest_first(make_book):
    of = derive.case(make_book("lab:" + YEARS), "lab", lens())
    told = {
        metric: [(str(each.period), rounded(each, 2)) for each in derive.history(of, metric)]
        for metric in ("revenue", "gross_margin", "revenue_growth", "cash_reserves")
    }
    assert told["revenue"] == [
        ("2024-01-01/2024-09-30", 20_000_000),
        ("2024-01-01/2024-12-31", 30_000_000),
        ("2025-01-01/2025-09-30", 54_000_000),
    ]
    assert told["gross_margin"] == [
        ("2024-01-01/2024-12-31", 0.4),
        ("2025-01-01/2025-09-30", 0.5),
    ]
    assert told["revenue_growth"] == [("2025-01-01/2025-09-30", 1.7)]
    assert [day for day, _ in told["cash_reserves"]] == ["2024-12-31", "2025-09-30"]


def test_the_past_is_not_called_stale(make_book):
    of = derive.case(make_book("lab:" + YEARS), "lab", lens("2030-01-01"))
    assert derive.answer(of, "revenue").status == "stale"
    assert {each.status for each in derive.history(of, "revenue")} == {"ok"}


# -- reaching back ----------------------------------------------------------------------------


def test_a_balance_of_a_year_before_is_of_about_that_day_and_never_the_same_one(make_book):
    text = "lab: [{{metric: arr, value: 90m USD, period: 2025-12-31}}, {}"
    text += "{{metric: operating_cash_outflow, value: 30m USD, period: FY2025}}]"
    before = "{{metric: arr, value: 60m USD, period: {}}}, "
    for day, status in (("2024-12-31", "ok"), ("2024-11-30", "ok"), ("2024-11-29", "missing")):
        book = make_book(text.format(before.format(day)))
        assert answered(book, "burn_multiple").status == status, day
    alone = answered(make_book(text.format("")), "burn_multiple")
    assert (alone.status, alone.value) == ("missing", None)


def test_a_claim_about_a_period_is_worked_out_for_that_period(make_book):
    text = YEARS + "- {metric: gross_margin, value: 40%, period: FY2024}\n"
    text += "- {metric: gross_margin, value: 30%, period: 2025-Q1}\n"
    year, quarter = claim.claims(make_book("lab:" + text), ["lab"], lens())
    assert (year.word, year.attempt and year.attempt.answer.period) == (
        "reproduced",
        during("FY2024"),
    )
    assert quarter.word == "not_checkable"
    lacking = {dict(why.args)["metric"] for _, why in quarter.reasons}
    assert lacking == {"gross_profit", "cost_of_sales"}


def test_more_rivals_than_can_be_tried_are_said(make_book):
    rivals = "".join(
        f"- {{metric: {metric}, value: {40 + n}m USD, period: {period}, rank: normal}}\n"
        for metric, period in (("cash_reserves", "2025-09-30"), ("net_loss", "9M2025"))
        for n in range(17)
    )
    book = make_book("lab:\n" + rivals + "- {metric: runway, value: 9 months, period: 2025-09-30}")
    (found,) = claim.claims(book, ["lab"], lens())
    assert (found.limit, found.tried) == (claim.MOST, claim.MOST)
    assert "256" in trace.of_claim(book, found, lens())["verdict_says"]


def test_a_later_figure_that_gave_way_is_told(make_book):
    """A filing's figure beats a later one of the press for 92 days."""
    book = make_book(
        """
        lab:
        - {metric: employee_count, value: 385 people, period: 2025-09-30}
        - {metric: employee_count, value: 400 people, period: 2025-12-01, source: press}
        """
    )
    found = answered(book, "employee_count")
    assert found.choice
    assert (found.value, [row.value_text for row in found.choice.later]) == (
        Fraction(385),
        ["400 people"],
    )
    told = trace.trace(book, "lab", "employee_count", lens())
    assert [each["as_stated"] for each in told["later"]] == ["400 people"]


def test_other_bases_of_a_figure_are_told_beside_it(make_book):
    book = make_book(
        """
        lab:
        - {metric: revenue, value: 30m USD, period: FY2024, basis: gross}
        - {metric: revenue, value: 22m USD, period: FY2024, basis: net}
        """
    )
    found = answered(book, "revenue")
    assert (found.basis, [(each.basis, rounded(each)) for each in found.others]) == (
        "gross",
        [("net", 22_000_000)],
    )


# -- an observation used twice ----------------------------------------------------------------

ENDS = st.integers(1, 40)


def test_an_observation_used_twice_is_one_number(make_book):
    """Growth of 20 to 30 % less a loss of the same revenue: both ends are reached, none beyond."""
    of = make_book("lab: []")
    rows = [
        row("revenue", during("FY2025"), iv("[120, 130)")),
        row("revenue", during("FY2024"), iv("100")),
        row("adjusted_net_loss", during("FY2025"), iv("60")),
    ]
    found = worked_out(of, rows)["adjusted_loss_margin"]
    assert found.bounds == Interval(
        Fraction(-3, 10), Fraction(3, 10) - Fraction(6, 13), high_open=True
    )


def worked_out(book: Book, rows: list[Row]) -> dict[str, derive.Answer]:
    of = derive.gathered(book, "lab", rows, lens())
    return {each.definition: each for each in derive.defined(of, "rule_of_forty")}


@settings(max_examples=60, deadline=None)
@given(a=ENDS, b=ENDS, loss=ENDS, wide=st.integers(0, 30), opened=st.booleans())
def test_corners_are_reached_and_nothing_lies_beyond(shipped, a, b, loss, wide, opened):
    bounds = iv(f"[{a}, {a + wide}{')' if opened and wide else ']'}")
    rows = [
        row("revenue", during("FY2025"), bounds),
        row("revenue", during("FY2024"), iv(str(b))),
        row("adjusted_net_loss", during("FY2025"), iv(str(loss))),
    ]
    found = worked_out(shipped, rows)["adjusted_loss_margin"].bounds

    def at(revenue: int) -> Fraction:
        return Fraction(revenue, b) - 1 - Fraction(loss, revenue)

    assert found
    assert (found.low, found.high) == (at(a), at(a + wide))
    assert found.high_open == (opened and wide > 0)


def test_the_columns_find_the_same_corners(make_book):
    text = """
    - {metric: revenue, value: 120m..130m USD, period: FY2025}
    - {metric: revenue, value: "%s", period: FY2024}
    - {metric: adjusted_net_loss, value: ~60m USD, period: FY2025}
    """
    values = ("100m USD", ">100m USD", "~100m USD", "90m..110m USD")
    book = make_book(labs(text % value for value in values))
    evidence = Evidence(book, lens())
    answers = evidence.defined("rule_of_forty", "adjusted_loss_margin").amount
    for at, company in enumerate(evidence.companies):
        of = derive.case(book, company, lens())
        (plain,) = (
            each
            for each in derive.defined(of, "rule_of_forty")
            if each.definition == "adjusted_loss_margin"
        )
        assert plain.bounds
        for end, exact in (("low", plain.bounds.low), ("high", plain.bounds.high)):
            assert np.isclose(getattr(answers, end)[at], float(exact or 0), rtol=1e-12, atol=0)
            assert bool(getattr(answers, f"{end}_open")[at]) == getattr(plain.bounds, f"{end}_open")


def test_a_sum_over_twelve_months_is_traced_with_its_rivals(make_book):
    rival = "- {metric: revenue, value: 35m USD, period: FY2024, source: press}"
    told = trace.trace(
        make_book("lab:" + YEARS + rival), "lab", "revenue", lens(periods="trailing")
    )
    assert [each["text"] for each in told["sensitivity"]] == ["$69M"]


def test_the_cash_of_a_past_day_holds_no_round_that_came_later(make_book):
    book = make_book(
        """
        lab:
        - {metric: cash_reserves, value: 100m USD, period: 2023-12-31}
        - {metric: cash_reserves, value: 200m USD, period: 2024-12-31}
        - {metric: net_proceeds, value: 500m USD, period: 2025-06-30}
        """
    )
    of = derive.case(book, "lab", lens())
    assert rounded(derive.answer(of, "pro_forma_cash")) == 700_000_000
    assert derive.history(of, "pro_forma_cash") == []


def test_a_forecast_keeps_its_own_period_and_converts_by_it(make_book):
    text = "lab: [{metric: cash_burn_rate, value: 196m CNY/month, period: 2025-Q4, kind: forecast}]"
    book, look = make_book(text), lens("2026-06-01")
    (planned,) = (
        each
        for each in answered(book, "monthly_burn", look).others
        if each.definition == "planned_burn"
    )
    assert planned.period == during("2025-Q4")
    turned = compare.present(planned, "USD", fx.rates(book, look))
    assert turned.receipts
    assert 27_000_000 < (turned.value or 0) < 28_500_000
