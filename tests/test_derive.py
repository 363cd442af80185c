"""What figures imply: press figures worked through, statuses, and bounds that always enclose."""

import operator
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import derive, formula, fx
from metrics.derive import Answer, Case
from metrics.formula import Call, Name, Number, Operation, Tree
from schemas.book import Book, Row
from schemas.interval import Interval, point
from schemas.period import Period
from tests.folder import TODAY, answered, catalog, during, iv, labs, lens, row, worked


def rounded(found: Answer, digits: int = 1) -> float | None:
    return None if found.value is None else round(float(found.value), digits)


def why(found: Answer) -> tuple[str, dict[str, str]]:
    assert found.reason, found
    return found.reason.name, dict(found.reason.args)


# -- press figures -----------------------------------------------------------------------------

MINIMAX = """
- {metric: revenue, value: 53.437m USD, period: 9M2025}
- {metric: revenue, value: 30.52m USD, period: FY2024}
- {metric: employee_count, value: 385 people, period: 2025-09-30}
- {metric: adjusted_net_loss, value: 186m USD, period: 9M2025}
- {metric: net_loss, value: 512m USD, period: 9M2025}
"""
PRIOR = "- {metric: revenue, value: 19.453m USD, period: 9M2024}\n"
CASH = "- {{metric: cash_reserves, value: {}, period: 2025-09-30}}\n"
ZHIPU = """
- {metric: cash_reserves, value: 2.552bn CNY, period: 2025-06-30}
- {metric: adjusted_net_loss, value: 1.752bn CNY, period: H1-2025}
- {metric: net_loss, value: 2.358bn CNY, period: H1-2025}
"""
OUTFLOW = "- {metric: operating_cash_outflow, value: 1.327bn CNY, period: H1-2025}\n"
BURN = "- {metric: cash_burn_rate, value: 327.3m CNY/month, period: H1-2025}\n"

# The figures, the definition the answer is taken by, months, status.
RUNWAYS = [
    (MINIMAX + CASH.format("1.102bn USD"), "adjusted_loss", 53.3, "proxy"),
    (MINIMAX + CASH.format("1.046bn USD"), "adjusted_loss", 50.6, "proxy"),
    (ZHIPU, "adjusted_loss", 8.7, "proxy"),
    (ZHIPU + OUTFLOW, "operating_outflow", 11.5, "ok"),
    (ZHIPU + OUTFLOW + BURN, "issuer_burn", 7.8, "ok"),
    (
        ZHIPU + OUTFLOW + "- {metric: capex, value: 200m CNY, period: H1-2025}\n"
        "- {metric: lease_payments, value: 20m CNY, period: H1-2025}\n",
        "operating_outflow_capex",
        9.9,
        "ok",
    ),
]


def test_runway_takes_the_first_definition_that_can_be_worked_out(make_book):
    book = make_book(labs(text for text, *_ in RUNWAYS))
    for number, (_, *expected) in enumerate(RUNWAYS):
        found = answered(book, "runway", lens("2026-01-31"), f"lab{number}")
        assert [found.definition, rounded(found), found.status] == expected
        assert found.unit == "months"


def test_an_adjusted_loss_is_a_proxy_wherever_it_stands(make_book):
    book = make_book("lab:" + MINIMAX + CASH.format("1.102bn USD"))
    for metric in ("runway", "monthly_burn"):
        assert why(answered(book, metric)) == ("proxy", {})
    assert rounded(answered(book, "monthly_burn"), -5) == 20_700_000


def test_the_accounting_loss_is_for_reference_and_never_the_answer(make_book):
    only = ZHIPU.replace("adjusted_net_loss", "gross_profit")
    book = make_book(labs([MINIMAX + CASH.format("1.102bn USD"), only]))
    assert rounded(worked(book, "runway", company="lab0")["net_loss"]) == 19.4
    assert rounded(worked(book, "runway", company="lab1")["net_loss"]) == 6.5
    assert answered(book, "runway", company="lab1").status == "missing"


def test_the_issuers_forward_burn_stands_beside_and_is_never_the_answer(make_book):
    text = CASH.format("1.046bn USD")
    text += "- {metric: cash_burn_rate, value: 27.9m USD/month, period: 2026, kind: forecast}\n"
    book = make_book(labs([text, text + LOSS]))
    for company, value in (("lab0", None), ("lab1", 50.6)):
        found = answered(book, "runway", company=company)
        assert rounded(found) == value
        (planned,) = (each for each in found.others if each.definition == "planned_burn")
        assert (rounded(planned), planned.status) == (37.5, "ok")
    assert why(answered(book, "runway", company="lab0"))[0] == "lacking"


LOSS = "- {metric: adjusted_net_loss, value: 186m USD, period: 9M2025}\n"


def test_undrawn_credit_never_lengthens_a_runway(make_book):
    credit = "- {metric: available_liquidity, value: 8.9bn CNY, period: 2025-06-30}\n"
    # Only whoever takes credit for cash gets to "two years".
    taken = credit.replace("available_liquidity", "cash_reserves")
    book = make_book(labs([ZHIPU + BURN + credit, BURN + credit, BURN + taken]))
    assert rounded(answered(book, "runway", company="lab0")) == 7.8
    every = worked(book, "runway", company="lab0").values()
    assert {rounded(each) for each in every} == {7.8, 8.7, 6.5, None}
    assert answered(book, "runway", company="lab1").status == "missing"
    assert rounded(answered(book, "runway", company="lab2")) == 27.2


def test_spending_since_founding_is_no_burn_rate(book):
    """
    lab:
    - {metric: cash_reserves, value: 1.1bn USD, period: 2025-09-30}
    - {metric: cumulative_spending, value: ~500m USD, period: 2025-09-30}
    """
    found = answered(book, "runway")
    assert found.status == "missing"
    assert why(found) == (
        "lacking",
        {"metrics": "cash_burn_rate,operating_cash_outflow,adjusted_net_loss"},
    )


def test_a_claim_does_not_answer(book):
    """
    lab:
    - {metric: cash_reserves, value: 1.102bn USD, period: 2025-09-30}
    - {metric: runway, value: 50 months, period: 2025-09-30}
    - {metric: adjusted_net_loss, value: 186m USD, period: 9M2025}
    """
    assert rounded(answered(book, "runway")) == 53.3


# What is known; the definition taken, dollars a head, status.
PER_HEAD = [
    (MINIMAX + PRIOR, "ttm_closing", 167_500, "ok"),
    (MINIMAX.replace("FY2024", "2024-12"), "annualised", 185_100, "proxy"),
    # The full year's end is nine months from the only headcount: said, not hidden.
    (MINIMAX, "full_year", 79_300, "gap"),
]


def test_revenue_per_employee_is_never_nine_raw_months(make_book):
    book = make_book(labs(text for text, *_ in PER_HEAD))
    for number, (_, *expected) in enumerate(PER_HEAD):
        found = answered(book, "revenue_per_employee", company=f"lab{number}")
        assert [found.definition, rounded(found, -2), found.status] == expected
        every = worked(book, "revenue_per_employee", company=f"lab{number}").values()
        assert 138_800 not in {rounded(each, -2) for each in every}


def test_annualised_revenue_is_a_proxy(make_book):
    book = make_book("lab:" + MINIMAX + PRIOR)
    found = worked(book, "revenue_per_employee")["annualised"]
    assert (rounded(found, -2), found.status) == (185_100, "proxy")
    annual = answered(book, "revenue_annualised")
    assert (rounded(annual, -4), annual.status) == (71_250_000, "proxy")


def test_average_headcount_needs_both_ends(make_book):
    start = "- {{metric: employee_count, value: 300 people, period: {}}}\n"
    days = ["2024-09-30", "2024-08-30", "2024-10-31", "2024-08-29", "2024-11-01"]
    book = make_book(labs(MINIMAX + PRIOR + start.format(day) for day in days))
    for number, status in enumerate(["ok", "ok", "ok", "missing", "missing"]):
        found = worked(book, "revenue_per_employee", company=f"lab{number}")["ttm_average"]
        assert found.status == status
        if status == "missing":
            lacking = {"metric": "employee_count", "period": "2024-09-30"}
            assert why(found) == ("no_input", lacking)
    taken = answered(book, "revenue_per_employee", company="lab0")
    assert (taken.definition, rounded(taken, -2)) == ("ttm_average", 188_300)


def test_an_average_that_the_source_states_is_taken(make_book):
    year = "2024-10-01/2025-09-30"  # the trailing year of the flow, not its nine months
    stated = f"- {{metric: employee_count, value: 350 people, period: {year}, basis: average}}\n"
    book = make_book("lab:" + MINIMAX + PRIOR + stated)
    found = answered(book, "revenue_per_employee")
    assert (found.definition, rounded(found, -2)) == ("ttm_average", 184_300)
    # The closing count still serves where the closing one is asked for.
    closing = worked(book, "revenue_per_employee")["ttm_closing"]
    assert rounded(closing, -2) == 167_500


def test_trailing_revenue_is_the_year_plus_this_one_so_far_less_the_last_so_far(make_book):
    found = answered(make_book("lab:" + MINIMAX + PRIOR), "revenue_ttm")
    assert rounded(found, -3) == 64_504_000
    assert str(found.period) == "2024-10-01/2025-09-30"
    assert [each.choice and each.choice.row.value_text for each in found.inputs] == [
        "53.437m USD",
        "30.52m USD",
        "19.453m USD",
    ]


def test_a_full_year_is_its_own_trailing_year(book):
    """
    lab:
    - {metric: revenue, value: 30.52m USD, period: FY2024}
    """
    found = answered(book, "revenue_ttm")
    assert (rounded(found), str(found.period)) == (30_520_000, "2024-01-01/2024-12-31")


def test_a_trailing_year_is_missing_without_each_of_its_parts(make_book):
    book = make_book(labs([MINIMAX, MINIMAX.replace("FY2024", "FY2023") + PRIOR]))
    for company, lacks in (
        ("lab0", "2024-01-01/2024-09-30"),
        ("lab1", "2024-01-01/2024-12-31"),
    ):
        found = worked(book, "revenue_ttm", company=company)["trailing"]
        assert found.status == "missing"
        assert why(found) == ("no_input", {"metric": "revenue", "period": lacks})


def test_more_than_twelve_months_have_no_trailing_year(book):
    """
    lab:
    - {metric: revenue, value: 80m USD, period: 2024-01-01/2025-06-30}
    """
    assert answered(book, "revenue_ttm").status == "refused"
    assert rounded(answered(book, "revenue_annualised")) == 53_333_333.3


def test_without_any_revenue_what_lacks_is_revenue(book):
    """
    lab:
    - {metric: employee_count, value: 50 people, period: 2025-09-30}
    - {metric: valuation, value: 4bn USD, period: 2025-11-30}
    """
    for metric in ("revenue_ttm", "revenue_per_employee", "revenue_annualised"):
        found = answered(book, metric)
        assert (found.status, why(found)) == ("missing", ("lacking", {"metrics": "revenue"}))


def test_growth_compares_periods_of_equal_length(make_book):
    book = make_book(labs([MINIMAX + PRIOR, MINIMAX]))
    assert rounded(answered(book, "revenue_growth", company="lab0"), 3) == 1.747
    # A full year beside nine months is no growth.
    assert answered(book, "revenue_growth", company="lab1").status == "missing"


def test_months_are_counted_where_whole_and_days_elsewhere(book):
    """
    lab:
    - {metric: net_loss, value: 90m USD, period: 2024-01-01/2024-09-30}
    halves:
    - {metric: net_loss, value: 90m USD, period: 2024-01-01/2024-09-15}
    """
    assert worked(book, "monthly_burn")["net_loss"].value == 10_000_000
    days = worked(book, "monthly_burn", company="halves")["net_loss"]
    assert days.value == 90_000_000 / (Fraction(259) / Fraction(1461, 4) * 12)


# -- bounds ------------------------------------------------------------------------------------

# Two inputs as printed, a derived metric of them, its bounds; `a` over `b` for the first.
BOUNDS = [
    ("overseas_share", "overseas_revenue: 40m USD", "revenue: 50m USD", "0.8"),
    ("overseas_share", "overseas_revenue: '>40m USD'", "revenue: 50m USD", "(0.8, 1]"),
    ("overseas_share", "overseas_revenue: 40m USD", "revenue: '<50m USD'", "(0.8, 1]"),
    ("overseas_share", "overseas_revenue: 40m USD", "revenue: '>50m USD'", "(0, 0.8)"),
    ("overseas_share", "overseas_revenue: '>=40m USD'", "revenue: '>=50m USD'", "(0, 1]"),
    ("overseas_share", "overseas_revenue: 30m..60m USD", "revenue: 50m USD", "0.6..1"),
    ("overseas_share", "overseas_revenue: 0 USD", "revenue: '>50m USD'", "0"),
    ("rnd_intensity", "rnd_expense: '>100m USD'", "revenue: 50m USD", "(2, ∞)"),
    ("rnd_intensity", "rnd_expense: almost 100m USD", "revenue: 50m USD", "[1.8, 2)"),
    ("rnd_intensity", "rnd_expense: ~101m USD", "revenue: ~51m USD", "1.92308..2.04"),
    ("rnd_intensity", "rnd_expense: 100m USD", "revenue: '<50m USD'", "(2, ∞)"),
    ("loss_ratio", "adjusted_net_loss: -10m USD", "revenue: '>50m USD'", "(-0.2, 0)"),
    ("net_cash", "cash_reserves: '>10bn CNY'", "borrowings: 1bn..2bn CNY", "(8000000000, ∞)"),
    ("net_cash", "cash_reserves: 1bn CNY", "borrowings: '>2bn CNY'", "(-∞, -1000000000)"),
]


def test_a_bound_survives_arithmetic(make_book):
    texts = []
    for metric, *inputs, _ in BOUNDS:
        when = "2025-09-30" if metric == "net_cash" else "9M2025"
        pairs = [each.split(": ") for each in inputs]
        texts.append("\n".join(f"- {{metric: {m}, value: {v}, period: {when}}}" for m, v in pairs))
    book = make_book(labs(texts))
    for number, (metric, *inputs, bounds) in enumerate(BOUNDS):
        found = answered(book, metric, company=f"lab{number}")
        assert str(found.bounds) == str(iv(bounds)), inputs


def test_more_than_seventy_per_cent_never_becomes_seventy(book):
    """
    lab:
    - {metric: overseas_share, value: ">70%", period: 9M2025}
    """
    found = answered(book, "overseas_share")
    assert found.bounds == iv("(0.7, 1]")
    assert found.value is None


def test_an_exact_answer_is_a_point_and_an_open_one_has_no_value(make_book):
    open_end = MINIMAX.replace("53.437m USD", "'>53m USD'")
    book = make_book(labs([MINIMAX + PRIOR, open_end + PRIOR]))
    exact = answered(book, "revenue_per_employee", company="lab0")
    assert exact.bounds == point(exact.value or 0)
    loose = answered(book, "revenue_ttm", company="lab1")
    assert loose.value is None
    assert loose.bounds == iv("(64067000, ∞)")


def test_what_leaves_the_possible_is_cut_off_and_its_value_with_it(book):
    """
    lab:
    - {metric: dau, value: ~10m users, period: 2025-09-30}
    - {metric: mau, value: 9.8m users, period: 2025-09-30}
    """
    found = answered(book, "daily_to_monthly_users")
    assert found.bounds
    assert found.bounds.high == 1
    assert found.value is None
    assert found.status == "ok"


def test_a_result_that_is_impossible_is_refused_with_both_intervals(book):
    """
    lab:
    - {metric: overseas_revenue, value: 60m USD, period: 9M2025}
    - {metric: revenue, value: 50m USD, period: 9M2025}
    """
    found = answered(book, "overseas_share")
    assert (found.status, found.bounds, found.value) == ("refused", None, None)
    assert why(found) == ("impossible", {"bounds": "[1.2, 1.2]", "possible": "[0, 1]"})


# ARR over money used up, which may have any sign: raised, then bounds or none.
DIVISORS = [
    ("100m USD", None),
    ("90m..110m USD", None),
    ("90m..100m USD", "(-∞, -5]"),
    ("100m..110m USD", "[5, ∞)"),
    ("80m USD", "-2.5"),
    ("'<100m USD'", "(-∞, -0.5]"),
    ("'>100m USD'", "(0, ∞)"),
]


def test_zero_inside_a_divisor_is_not_meaningful_and_at_an_end_half_open(make_book):
    book = make_book(labs(
        f"""
        - {{metric: arr, value: 50m USD, period: 2025-09-30}}
        - {{metric: cash_reserves, value: 100m USD, period: 2025-09-30}}
        - {{metric: cumulative_funding, value: {raised}, period: 2025-09-30}}
        """
        for raised, _ in DIVISORS
    ))  # fmt: skip
    for number, (raised, bounds) in enumerate(DIVISORS):
        found = answered(book, "cash_conversion_score", company=f"lab{number}")
        if bounds:
            assert (found.status, str(found.bounds)) == ("ok", str(iv(bounds))), raised
        else:
            assert (found.status, found.bounds) == ("not_meaningful", None), raised
            assert why(found)[0] == "zero_inside"


BURNS = [
    ("20m USD/month", "ok", "50"),
    ("-5m USD/month", "unbounded", None),
    ("0 USD/month", "unbounded", None),
    ("-5m..0 USD/month", "unbounded", None),
    ("0..20m USD/month", "ok", "[50, ∞)"),
    ("-5m..5m USD/month", "not_meaningful", None),
]


def test_net_inflow_makes_runway_unbounded(make_book):
    book = make_book(labs(
        f"""
        - {{metric: cash_reserves, value: 1bn USD, period: 2025-09-30}}
        - {{metric: cash_burn_rate, value: {burn}, period: 9M2025}}
        """
        for burn, *_ in BURNS
    ))  # fmt: skip
    for number, (burn, status, bounds) in enumerate(BURNS):
        found = answered(book, "runway", company=f"lab{number}")
        assert (found.status, found.bounds) == (status, iv(bounds) if bounds else None), burn
        if status == "unbounded":
            assert why(found) == ("net_inflow", {})
            assert not found.is_good


def test_an_unbounded_runway_is_the_answer_though_a_proxy_has_a_number(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30}
    - {metric: cash_burn_rate, value: -5m USD/month, period: 9M2025}
    - {metric: adjusted_net_loss, value: 186m USD, period: 9M2025}
    """
    found = answered(book, "runway")
    assert (found.status, found.definition) == ("unbounded", "issuer_burn")
    assert rounded(worked(book, "runway")["adjusted_loss"]) == 48.4


def test_nobody_employed_is_not_meaningful_rather_than_unbounded(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30}
    - {metric: employee_count, value: 0 people, period: 2025-09-30}
    """
    found = answered(book, "cash_per_employee")
    assert (found.status, why(found)[0]) == ("not_meaningful", "zero_inside")


# -- dates -------------------------------------------------------------------------------------


# Cash is of 2025-09-30; the headcount's day, days between, status.
APART = [
    ("2025-09-30", 0, "ok"),
    ("2025-12-31", 92, "ok"),
    ("2026-01-01", 93, "gap"),
    ("2025-06-30", 92, "ok"),
    ("2025-06-29", 93, "gap"),
    ("2024-09-30", 365, "gap"),
    ("2024-09-29", 366, "gap"),
    ("2024-09-28", 367, "refused"),
]


def test_dates_apart_are_marked_beyond_a_quarter_and_refused_beyond_a_year(make_book):
    book = make_book(labs(
        f"""
        - {{metric: cash_reserves, value: 1bn USD, period: 2025-09-30}}
        - {{metric: employee_count, value: 400 people, period: {when}}}
        """
        for when, *_ in APART
    ))  # fmt: skip
    for number, (when, days, status) in enumerate(APART):
        found = answered(book, "cash_per_employee", company=f"lab{number}")
        assert (found.gap_days, found.status) == (days, status), when
        assert (found.bounds is None) == (status == "refused")
        if status != "ok":
            limit = "366" if status == "refused" else "92"
            assert why(found) == ("gap", {"days": str(days), "limit": limit})


def test_a_balance_of_a_year_before_is_a_year_away(make_book):
    book = make_book("lab:" + ZHIPU.replace("2025-06-30", "2024-06-30"))
    found = worked(book, "runway")["adjusted_loss"]
    assert (found.gap_days, found.status) == (365, "gap")


def test_a_balance_that_a_formula_wants_of_the_year_before_is_not_apart(book):
    """
    lab:
    - {metric: operating_cash_outflow, value: 50m USD, period: FY2024}
    - {metric: arr, value: 40m USD, period: 2024-12-31}
    - {metric: arr, value: 15m USD, period: 2023-12-31}
    """
    found = answered(book, "burn_multiple", lens("2025-06-30", "2026-01-31"))
    assert (rounded(found), found.gap_days, found.status) == (2.0, 0, "ok")


def test_a_figure_past_its_shelf_life_is_stale(make_book):
    book = make_book("lab:" + MINIMAX + CASH.format("1.102bn USD"))
    for at, stated, derived in (
        ("2026-07-02", "ok", "proxy"),
        ("2026-07-03", "stale", "stale"),
        ("2027-01-01", "stale", "stale"),
    ):
        cash, runway = (answered(book, each, lens(at)) for each in ("cash_reserves", "runway"))
        assert (cash.status, runway.status) == (stated, derived)
        assert cash.bounds
        if stated == "stale":
            age = {"days": str((lens(at).at - lens("2025-09-30").at).days), "shelf_life": "275"}
            # A runway by its loss is a stand-in besides, and says so still.
            assert (why(cash), why(runway)) == (("stale", age), ("stale", age))
            assert [mark.name for mark in runway.marks] == ["stale", "proxy"]


def test_a_metric_without_a_shelf_life_never_goes_stale(make_book):
    book = make_book("lab:\n" + CASH.format("1bn USD"))
    entry = catalog()["cash_reserves"].model_copy(update={"shelf_life": None})
    of = derive.case(book, "lab", lens("2099-01-01"))
    lasting = Case(of.company, {"cash_reserves": entry}, of.at, of.actual, of.planned, of.rates)
    assert derive.answer(lasting, "cash_reserves").status == "ok"


def test_a_formula_stands_on_the_latest_period_its_flows_share(book):
    """
    lab:
    - {metric: rnd_expense, value: 100m USD, period: FY2024}
    - {metric: rnd_expense, value: 90m USD, period: H1-2025}
    - {metric: revenue, value: 50m USD, period: FY2024}
    - {metric: revenue, value: 60m USD, period: 9M2025}
    """
    found = answered(book, "rnd_intensity")
    assert (rounded(found), str(found.period)) == (2.0, "2024-01-01/2024-12-31")


def test_flows_of_different_periods_are_never_set_beside_each_other(book):
    """
    lab:
    - {metric: rnd_expense, value: 90m USD, period: H1-2025}
    - {metric: revenue, value: 60m USD, period: 9M2025}
    """
    found = answered(book, "rnd_intensity")
    assert (found.status, why(found)[0]) == ("missing", "lacking")


def test_a_filing_beats_later_press_for_a_quarter_in_formulas_too(make_book):
    text = """
lab:
- {metric: revenue, value: 50m USD, period: 9M2025, source: filing}
- {metric: rnd_expense, value: 100m USD, period: 9M2025, source: filing}
- {metric: revenue, value: 70m USD, period: 2025, source: press}
- {metric: rnd_expense, value: 210m USD, period: 2025, source: press}
"""
    assert rounded(answered(make_book(text), "rnd_intensity")) == 2.0
    later = text.replace("9M2025", "2025-01-01/2025-09-29")
    assert rounded(answered(make_book(later), "rnd_intensity")) == 3.0


# -- money -------------------------------------------------------------------------------------


def test_one_currency_is_never_converted(make_book):
    book = make_book(labs([ZHIPU, MINIMAX + CASH.format("1bn USD")]))
    for company in ("lab0", "lab1"):
        assert answered(book, "runway", company=company).receipts == ()


def test_mixed_money_converts_to_the_numerators_currency_each_by_its_own_period(book):
    """
    lab:
    - {metric: valuation, value: 4bn USD, period: 2025-09-30}
    - {metric: cash_reserves, value: 7.35bn CNY, period: 2025-09-30}
    - {metric: revenue, value: 100m CNY, period: 9M2025}
    - {metric: adjusted_net_loss, value: 186m USD, period: 9M2025}
    - {metric: cumulative_funding, value: 1.5bn USD, period: 2025-09-30}
    """
    mean = fx.receipt("CNY", "USD", during("9M2025"))
    closing = fx.receipt("CNY", "USD", during("2025-09-30"))
    back = fx.receipt("USD", "CNY", during("9M2025"))
    assert mean
    assert closing
    assert back
    multiple = answered(book, "valuation_to_revenue")
    assert multiple.receipts == (mean,)
    assert (mean.kind, mean.days) == ("mean", 191)
    assert multiple.value == 4_000_000_000 / (100_000_000 * Fraction(12, 9) * mean.rate)
    spent = answered(book, "cumulative_spending_implied")
    assert spent.receipts == (closing,)
    assert (closing.kind, spent.unit) == ("closing", "USD")
    assert spent.value == 1_500_000_000 - 7_350_000_000 * closing.rate
    # Cash over loss: the loss is a flow and converts at its mean, though the cash is a balance.
    runway = answered(book, "runway")
    assert runway.receipts == (back,)
    assert runway.value == 7_350_000_000 / (186_000_000 / Fraction(9) * back.rate)


def test_each_part_of_a_trailing_year_converts_by_its_own_period(book):
    """
    lab:
    - {metric: revenue, value: 53m USD, period: 9M2025}
    - {metric: revenue, value: 220m CNY, period: FY2024}
    - {metric: revenue, value: 140m CNY, period: 9M2024}
    """
    found = answered(book, "revenue_ttm")
    assert [str(each.end) for each in found.receipts] == ["2025-09-30"]
    rate = found.receipts[0].rate
    assert (found.unit, found.value) == ("CNY", 220_000_000 + 53_000_000 * rate - 140_000_000)


def test_a_trailing_year_of_other_money_converts_at_the_mean_of_that_year(make_book):
    text = "lab:" + (MINIMAX + PRIOR).replace("USD", "CNY")
    book = make_book(text + "- {metric: market_cap, value: 120bn HKD, period: 2025-09-30}\n")
    found = answered(book, "valuation_to_revenue", lens("2025-10-31", "2026-01-31"))
    (receipt,) = found.receipts
    assert receipt == fx.receipt("CNY", "HKD", during("2024-10-01/2025-09-30"))


def test_each_round_since_converts_at_its_own_day(book):
    """
    lab:
    - {metric: cash_reserves, value: 2bn CNY, period: 2024-12-31}
    - {metric: net_proceeds, value: 100m USD, period: 2025-03-31}
    - {metric: net_proceeds, value: 200m USD, period: 2025-09-30}
    - {metric: net_proceeds, value: 900m USD, period: 2024-12-31}
    """
    found = answered(book, "pro_forma_cash", lens("2025-10-31", "2026-01-31"))
    first, second = (fx.receipt("USD", "CNY", during(w)) for w in ("2025-03-31", "2025-09-30"))
    assert first
    assert second
    assert found.receipts == (first, second)
    assert found.value == 2_000_000_000 + 100_000_000 * first.rate + 200_000_000 * second.rate
    assert (found.gap_days, found.status) == (0, "stale")


def test_a_missing_rate_is_a_reason_and_no_crash(book):
    """
    lab:
    - {metric: valuation, value: 4bn USD, period: 2025-09-30}
    - {metric: revenue, value: 100m TWD, period: 9M2025}
    """
    found = worked(book, "valuation_to_revenue")["unspecified_annualised"]
    assert found.status == "missing"
    assert why(found) == (
        "no_rate",
        {"base": "TWD", "quote": "USD", "period": "2025-01-01/2025-09-30"},
    )
    answer = answered(book, "valuation_to_revenue")
    assert (answer.status, answer.bounds) == ("missing", None)


# -- stated, planned, missing ------------------------------------------------------------------


def test_a_stated_figure_answers_before_a_computed_one_and_serves_as_input(book):
    """
    lab:
    - {metric: cloud_spend_ratio, value: 266.5%, period: 9M2025}
    - {metric: training_cloud_spending, value: 100m USD, period: 9M2025}
    - {metric: revenue, value: ~53m USD, period: 9M2025}
    """
    stated = answered(book, "cloud_spend_ratio")
    assert stated.choice
    assert stated.value == Fraction("2.665")
    implied = answered(book, "cloud_spending_implied")
    assert rounded(implied, -5) == 141_200_000
    assert rounded(worked(book, "cloud_spend_ratio")["training"], 3) == 1.887


def test_a_computed_figure_serves_as_input_where_none_is_stated(book):
    """
    lab:
    - {metric: training_cloud_spending, value: 100m USD, period: 9M2025}
    - {metric: revenue, value: 50m USD, period: 9M2025}
    """
    found = answered(book, "cloud_spending_implied")
    assert rounded(found) == 100_000_000
    assert [each.definition for each in found.inputs] == ["training", ""]
    assert [row.value_text for row in found.rows] == ["100m USD", "50m USD"]


def test_a_check_hides_what_is_stated_and_computes(book):
    """
    lab:
    - {metric: gross_margin, value: 69.4%, period: 9M2025}
    - {metric: gross_profit, value: 30m USD, period: 9M2025}
    - {metric: revenue, value: 50m USD, period: 9M2025}
    """
    of = derive.case(book, "lab", lens())
    assert rounded(derive.answer(of, "gross_margin"), 3) == 0.694
    hidden = derive.answer(of.hiding("gross_margin"), "gross_margin")
    assert (rounded(hidden, 3), hidden.definition) == (0.6, "gross_profit")
    assert derive.answer(of.hiding("gross_margin", "revenue"), "gross_margin").status == "missing"


def test_plans_and_targets_are_shown_as_such_and_feed_nothing(book):
    """
    lab:
    - {metric: revenue, value: 100m USD, period: 2025, kind: target}
    - {metric: gross_margin, value: 75%, period: 2026, kind: forecast}
    - {metric: net_proceeds, value: 500m USD, period: 2026-06-30, kind: plan}
    - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30}
    - {metric: employee_count, value: 385 people, period: 2025-09-30}
    """
    for metric, value in (("revenue", 100_000_000), ("gross_margin", Fraction(3, 4))):
        found = answered(book, metric)
        assert (found.status, found.value) == ("planned", value)
    assert {each.definition for each in answered(book, "gross_margin").others} == {
        "gross_profit",
        "cost_of_sales",
    }
    for metric in ("revenue_per_employee", "revenue_ttm", "valuation_to_revenue", "pro_forma_cash"):
        assert answered(book, metric).status == "missing", metric


def test_a_planned_value_of_a_claimed_metric_stays_a_claim(book):
    """
    lab:
    - {metric: runway, value: 24 months, period: 2025-09-30, kind: target}
    """
    assert answered(book, "runway").status == "missing"


def test_offers_rumours_and_opinions_are_no_answer(book):
    """
    lab:
    - {metric: valuation, value: 4bn USD, period: 2025-09-30, kind: offer}
    - {metric: valuation, value: 5bn USD, period: 2025-09-30, kind: rumour}
    - {metric: valuation, value: 6bn USD, period: 2025-09-30, kind: opinion}
    """
    found = answered(book, "valuation")
    assert (found.status, why(found)) == ("missing", ("not_disclosed", {"metric": "valuation"}))


def test_a_part_of_the_company_never_answers_for_it(book):
    """
    lab:
    - {metric: gross_margin, value: 69.4%, period: 9M2025, scope: {segment: open platform}}
    - {metric: revenue, value: 150m CNY, period: 2025-Q1, scope: {product: Kling}}
    """
    for metric in ("gross_margin", "revenue", "revenue_annualised"):
        assert answered(book, metric).status == "missing", metric


def test_nothing_is_answered_before_it_was_published(make_book):
    book = make_book("lab:" + MINIMAX + CASH.format("1.102bn USD"))
    for metric in ("cash_reserves", "runway", "revenue"):
        before = answered(book, metric, lens("2025-12-31", "2025-12-30"))
        after = answered(book, metric, lens("2025-12-31", "2025-12-31"))
        assert (before.status, after.is_good) == ("missing", True)


def test_the_basis_with_the_latest_end_is_taken_and_carried_into_results(book):
    """
    lab:
    - {metric: revenue, value: 30bn USD, period: 2025-Q2, basis: gross}
    - {metric: revenue, value: 22bn USD, period: 2025-Q3, basis: net}
    - {metric: revenue, value: 25bn USD, period: 2025-Q3, basis: gross}
    - {metric: employee_count, value: 3000 people, period: 2025-09-30}
    other:
    - {metric: revenue, value: 30bn USD, period: 2025-Q2, basis: gross}
    - {metric: revenue, value: 22bn USD, period: 2025-Q3, basis: net}
    """
    assert answered(book, "revenue", company="other").basis == "net"
    # Of two bases for one end, the catalogue's first.
    found = answered(book, "revenue")
    assert found.choice
    assert (found.basis, found.choice.row.value_text) == ("gross", "25bn USD")
    assert found.choice.rivals == ()
    per_head = answered(book, "revenue_per_employee")
    assert per_head.basis == "employee_count: closing, revenue: gross"


def test_two_bases_never_meet_in_one_sum(book):
    """
    lab:
    - {metric: revenue, value: 30bn USD, period: FY2024, basis: gross}
    - {metric: revenue, value: 20bn USD, period: 9M2024, basis: gross}
    - {metric: revenue, value: 22bn USD, period: 9M2025, basis: net}
    """
    assert answered(book, "revenue_ttm").status == "missing"


def test_a_balance_is_taken_though_an_average_ends_later(book):
    """
    lab:
    - {metric: employee_count, value: 385 people, period: 2025-06-30, basis: closing}
    - {metric: employee_count, value: 350 people, period: 9M2025, basis: average}
    - {metric: cash_reserves, value: 385m USD, period: 2025-09-30}
    """
    found = answered(book, "cash_per_employee")
    assert (rounded(found), found.gap_days) == (1_000_000, 92)


def test_missing_says_what_exactly(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30}
    """
    every = worked(book, "runway")
    assert why(every["planned_burn"]) == ("no_forecast", {"metric": "cash_burn_rate"})
    assert why(every["adjusted_loss"])[1]["metric"] == "adjusted_net_loss"
    assert every["adjusted_loss"].status == "missing"
    since = worked(book, "pro_forma_cash")["after_rounds"]
    assert why(since) == ("none_since", {"metric": "net_proceeds", "period": "2025-09-30"})
    year = worked(book, "revenue_per_employee")["full_year"]
    assert why(year)[1]["metric"] == "revenue"


def test_a_full_year_is_missing_where_only_parts_are_known(book):
    """
    lab:
    - {metric: revenue, value: 53m USD, period: 9M2025}
    - {metric: employee_count, value: 385 people, period: 2025-09-30}
    """
    found = worked(book, "revenue_per_employee")["full_year"]
    assert why(found) == ("no_full_year", {"metric": "revenue"})


def test_nothing_at_all_is_missing_and_never_zero(book):
    """
    lab: []
    """
    for metric in catalog():
        found = answered(book, metric)
        assert (found.status, found.bounds, found.value) == ("missing", None, None), metric
        assert found.reason, metric


# -- traces ------------------------------------------------------------------------------------


def test_an_answer_remembers_its_observations_each_once(make_book):
    book = make_book(
        "lab:" + MINIMAX + PRIOR + "- {metric: operating_profit, value: -90m USD, period: 9M2025}\n"
    )
    found = answered(book, "rule_of_forty")
    assert found.definition == "operating_margin"
    assert [each.metric for each in found.inputs] == [
        "revenue", "revenue", "operating_profit", "revenue",
    ]  # fmt: skip
    assert [row.value_text for row in found.rows] == ["53.437m USD", "19.453m USD", "-90m USD"]


def test_ids_depend_on_the_observations_underneath_and_on_nothing_else(make_book):
    text = "lab:" + MINIMAX + PRIOR
    first, same, other = (
        answered(make_book(each), "revenue_ttm").id
        for each in (text, text + CASH.format("1bn USD"), text.replace("30.52m", "30.53m"))
    )
    assert first == same != other
    stated = answered(make_book(text), "revenue")
    assert stated.choice
    assert stated.id == stated.choice.row.id


def test_all_definitions_stand_beside_the_answer(make_book):
    found = answered(make_book("lab:" + ZHIPU + OUTFLOW + BURN), "runway")
    entry = catalog()["runway"]
    assert {found.definition, *(each.definition for each in found.others)} == {
        *entry.definitions,
        *entry.reference,
    }


def test_what_stops_a_definition_stands_where_no_other_yields_a_number(book):
    """
    lab:
    - {metric: arr, value: 50m USD, period: 2025-09-30}
    - {metric: cash_reserves, value: 1bn USD, period: 2024-01-01}
    - {metric: cumulative_funding, value: 2bn USD, period: 2025-09-30}
    """
    found = answered(book, "cash_conversion_score")
    assert (found.status, found.gap_days) == ("refused", 638)
    assert found.others == ()


# -- what a claim implies ----------------------------------------------------------------------


def claim(book: Book, metric: str, company: str = "lab") -> Row:
    (found,) = (row for row in book.rows([company]) if row.metric == metric)
    return found


def implied(book: Book, metric: str, company: str = "lab") -> dict[str, tuple[str, str, str]]:
    of = derive.case(book, company, lens())
    return {
        name: (side, str(found.bounds), found.unit)
        for name, side, found in derive.implied(of, claim(book, metric, company))
    }


def test_fifty_months_of_cash_imply_twenty_two_million_a_month(book):
    """
    lab:
    - {metric: cash_reserves, value: 1.1bn USD, period: 2025-09-30}
    - {metric: runway, value: 50 months, period: 2025-09-30}
    """
    burn = str(iv("22000000"))
    assert implied(book, "runway") == {
        "issuer_burn": ("cash_burn_rate", burn, "USD/months"),
        "operating_outflow_capex": (
            "monthly(operating_cash_outflow + capex + lease_payments)",
            burn,
            "USD/months",
        ),
        "operating_outflow": ("monthly(operating_cash_outflow)", burn, "USD/months"),
        "adjusted_loss": ("monthly(adjusted_net_loss)", burn, "USD/months"),
        "net_loss": ("monthly(net_loss)", burn, "USD/months"),
        "reported_burn": ("monthly(cash_burn)", burn, "USD/months"),
    }


def test_the_other_side_is_implied_too(book):
    """
    lab:
    - {metric: employee_count, value: 400 people, period: 2025-09-30}
    - {metric: cash_per_employee, value: ">2m USD/person", period: 2025-09-30}
    """
    assert implied(book, "cash_per_employee") == {
        "closing": ("cash_reserves", str(iv("(800000000, ∞)")), "USD")
    }


def test_nothing_is_implied_by_a_balance_of_another_time(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2023-12-31}
    - {metric: runway, value: 50 months, period: 2025-09-30}
    """
    assert implied(book, "runway") == {}


def test_a_claim_of_nothing_implies_nothing_and_crashes_nothing(make_book):
    text = """
    - {{metric: cash_reserves, value: 1bn USD, period: 2025-09-30}}
    - {{metric: runway, value: "{}", period: 2025-09-30}}
    """
    book = make_book(labs(text.format(each) for each in ("0 months", "<4 months")))
    assert implied(book, "runway", "lab0") == {}
    assert implied(book, "runway", "lab1")["issuer_burn"][1] == str(iv("(250000000, ∞)"))


def test_a_claim_in_other_money_implies_the_side_at_the_rate_of_its_day(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn CNY, period: 2025-09-30}
    - {metric: cash_per_employee, value: 1m USD/person, period: 2025-09-30}
    taipei:
    - {metric: cash_reserves, value: 1bn TWD, period: 2025-09-30}
    - {metric: cash_per_employee, value: 1m USD/person, period: 2025-09-30}
    """
    rate = fx.receipt("USD", "CNY", during("2025-09-30"))
    assert rate
    heads = 1000 / rate.rate
    assert implied(book, "cash_per_employee")["closing"] == (
        "employee_count", str(point(heads)), "people",
    )  # fmt: skip
    assert implied(book, "cash_per_employee", "taipei") == {}


def test_a_claim_implies_nothing_where_both_sides_or_neither_are_known(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30}
    - {metric: employee_count, value: 400 people, period: 2025-09-30}
    - {metric: cash_per_employee, value: 2.5m USD/person, period: 2025-09-30}
    - {metric: revenue_per_user, value: 4 USD/user, period: 2025-09-30/2025-09-30}
    """
    assert implied(book, "cash_per_employee") == {}
    assert implied(book, "revenue_per_user") == {}
    # A sum has no side to solve for.
    assert derive.implied(derive.case(book, "lab", lens()), claim(book, "cash_reserves")) == []


# -- formulas of one's own ---------------------------------------------------------------------


def own(book: Book, text: str, unit: str = "money") -> Answer:
    """Work out a formula that the catalogue does not have."""
    entry = catalog()["monthly_burn"].model_copy(
        update={"unit": unit, "definitions": {"own": text}, "reference": {}, "proxies": ()}
    )
    of = derive.case(book, "lab", lens())
    mine = Case(of.company, {**of.catalog, "own": entry}, of.at, of.actual, of.planned, of.rates)
    return derive.answer(mine, "own")


# A formula that the catalogue does not have, and how it ends.
PLACES = [
    ("ttm(arr)", "refused"),
    ("annualised(arr)", "refused"),
    ("average(arr)", "refused"),
    ("average(revenue + capex)", "refused"),
    ("forecast(revenue + capex)", "refused"),
    ("since(revenue + capex)", "missing"),
    ("since(net_proceeds)", "missing"),
    ("prior(gmv)", "refused"),
    ("monthly(1)", "missing"),
    ("full_year(revenue)", "ok"),
    ("prior(revenue)", "ok"),
    ("full_year(revenue) * 2 / 2", "ok"),
]


def test_a_function_where_it_has_no_place_says_so(book):
    """
    lab:
    - {metric: revenue, value: 60m USD, period: FY2025}
    - {metric: revenue, value: 60m USD, period: FY2024}
    - {metric: capex, value: 10m USD, period: FY2025}
    - {metric: arr, value: 70m USD, period: 2025-12-31}
    """
    for text, status in PLACES:
        found = own(book, text)
        assert found.status == status, text
        assert found.value == (60_000_000 if status == "ok" else None)


# -- properties --------------------------------------------------------------------------------

DEFINITIONS = [
    (metric, name, text)
    for metric, entry in catalog().items()
    for name, text in entry.formulas.items()
]
YEAR, SO_FAR, BEFORE = during("FY2024"), during("9M2025"), during("9M2024")
# The ends a formula may ask for: of the anchor, of what lies before it, a year before.
ENDS = [during(day) for day in ("2025-09-30", "2024-12-31", "2024-09-30")]
ROUNDS = [during(day) for day in ("2025-11-30", "2025-12-31")]
AHEAD = during("2026")
# Bounds and the truth inside them, for each figure that a formula may ask for.
World = dict[tuple[str, Period], tuple[Interval, Fraction]]


@st.composite
def figures(draw: st.DrawFn, possible: Interval) -> tuple[Interval, Fraction]:
    """Some bounds a figure may have, open or closed or none, and a number inside."""
    shape, first, second = draw(
        st.tuples(st.sampled_from(SHAPES), st.integers(-40, 40), st.integers(-40, 40))
    )
    least = Fraction(min(first, second))
    floor = Fraction(0) if possible.low is None else max(Fraction(0), possible.low - least)
    low, high = (Fraction(end) + floor for end in sorted((first, second)))
    middle = (low + high) / 2
    if shape == "point" or low == high:
        return point(low), low
    return {
        "closed, at its low end": (Interval(low, high), low),
        "closed, at its high end": (Interval(low, high), high),
        "closed": (Interval(low, high), middle),
        "open": (Interval(low, high, low_open=True, high_open=True), middle),
        "above": (Interval(low, None, low_open=True), high * 9 if high > 0 else middle),
        "from": (Interval(low, None), low),
        "below": (Interval(possible.low, high, high_open=True), middle),
    }[shape]


SHAPES = (
    "point", "closed", "closed, at its low end", "closed, at its high end", "open", "above", "from",
    "below",
)  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn, text: str) -> World:
    """Figures for everything that a formula may ask for."""
    return {
        (metric, when): draw(figures(catalog()[metric].possible))
        for metric in dict.fromkeys(formula.names(formula.parse(text)))
        for when in (*_whens(metric), AHEAD)
    }


def _whens(metric: str) -> list[Period]:
    if metric == "net_proceeds":
        return ROUNDS
    return [YEAR, SO_FAR, BEFORE] if catalog()[metric].period == "duration" else ENDS


def told(world: World) -> Case:
    """A company whose sources state all that; what lies ahead is a plan."""
    actual: dict[str, list[Row]] = {}
    planned: dict[str, list[Row]] = {}
    for (metric, when), (bounds, _) in world.items():
        there = planned if when == AHEAD else actual
        there.setdefault(metric, []).append(row(metric, when, bounds))
    return Case("lab", catalog(), TODAY, actual, planned, fx.Rates())


SIGNS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def exactly(tree: Tree, world: World, anchor: Period) -> Fraction:
    """Work a formula out in plain numbers, knowing nothing of intervals."""
    match tree:
        case Number(value):
            return value
        case Name(metric):
            is_flow = catalog()[metric].period == "duration"
            return world[metric, anchor if is_flow else Period(None, anchor.end)][1]
        case Call(function, of):
            return called(function, of, world, anchor)
        case Operation(sign, left, right):
            return SIGNS[sign](exactly(left, world, anchor), exactly(right, world, anchor))


def called(function: str, of: Tree, world: World, anchor: Period) -> Fraction:
    def there(when: Period) -> Fraction:
        return exactly(of, world, when)

    before = Period(None, (anchor.start or anchor.end) - timedelta(1))
    last_year = anchor.year_before()
    worked: dict[str, Callable[[], Fraction]] = {
        "full_year": lambda: there(anchor),
        "annualised": lambda: there(anchor) * 12 / anchor.months,
        "monthly": lambda: there(anchor) / anchor.months,
        "prior": lambda: there(last_year),
        "ttm": lambda: there(anchor) + there(YEAR) - there(last_year),
        "average": lambda: (there(anchor) + there(before)) / 2,
        "since": lambda: there(ROUNDS[0]) + there(ROUNDS[1]),
        "forecast": lambda: there(AHEAD),
    }
    return worked[function]()


@pytest.mark.parametrize(
    ("metric", "name", "text"), DEFINITIONS, ids=[f"{m}-{n}" for m, n, _ in DEFINITIONS]
)
@given(data=st.data())
@settings(max_examples=5)
def test_bounds_enclose_every_result_that_the_inputs_allow(metric, name, text, data):
    world, tree = data.draw(worlds(text)), formula.parse(text)
    (found,) = (each for each in derive.defined(told(world), metric) if each.definition == name)
    is_flow = any(catalog()[each].period == "duration" for each in formula.names(tree))
    anchor = YEAR if name == "full_year" else SO_FAR if is_flow else ENDS[0]
    possible = catalog()[metric].possible
    try:
        exact = exactly(tree, world, anchor)
    except ZeroDivisionError:
        return
    if found.bounds is not None:
        assert found.bounds.contains(exact) or not possible.contains(exact)
        assert found.bounds.clipped(possible) == found.bounds
        assert found.value is None or found.bounds.contains(found.value)
    elif found.status == "refused":
        assert not possible.contains(exact)
    else:
        assert found.status == "not_meaningful" or (found.status == "unbounded" and exact <= 0)
    if all(bounds.is_point for bounds, _ in world.values()):
        assert found.bounds in {None, point(exact)}


# -- rounds of financing ------------------------------------------------------------------------


def test_cash_after_a_round_over_a_burn_before_it_is_refused(book: Book):
    """
    lab:
    - {metric: cash_reserves, value: 1000m USD, period: 2025-12-31}
    - {metric: cash_burn_rate, value: 20m USD/month, period: 9M2025}
    - {metric: net_proceeds, value: 900m USD, period: 2025-11-15}
    """
    found = answered(book, "runway", lens("2026-02-01"))
    assert (found.status, found.reason and found.reason.name) == ("refused", "round_between")


@pytest.mark.parametrize("second", ["2026-01", "2026-01-01/2026-01-09", "2025-09-30/2026-03-31"])
def test_rounds_that_overlap_in_time_are_not_added_up(make_book, second):
    told = f"""
    lab:
    - {{metric: cash_reserves, value: 100m USD, period: 2025-12-31}}
    - {{metric: net_proceeds, value: 500m USD, period: 2026-01-09}}
    - {{metric: net_proceeds, value: 500m USD, period: {second}}}
    """
    found = answered(make_book(told), "pro_forma_cash", lens("2026-06-01"))
    assert (found.status, found.reason and found.reason.name) == ("refused", "rounds_overlap")


def test_rounds_one_after_the_other_are_added_up(book: Book):
    """
    sources: {filing: {published: 2026-03-31}}
    lab:
    - {metric: cash_reserves, value: 100m USD, period: 2025-12-31}
    - {metric: net_proceeds, value: 500m USD, period: 2026-01-09}
    - {metric: net_proceeds, value: 70m USD, period: 2026-02-01/2026-02-28}
    """
    found = answered(book, "pro_forma_cash", lens("2026-06-01"))
    assert found.status == "ok"
    assert found.value == 670_000_000


def test_a_trailing_year_is_held_against_the_heads_at_its_own_two_ends(book: Book):
    """
    lab:
    - {metric: revenue, value: 80m USD, period: FY2024}
    - {metric: revenue, value: 60m USD, period: 9M2024}
    - {metric: revenue, value: 100m USD, period: 9M2025}
    - {metric: employee_count, value: 100 people, period: 2024-09-30}
    - {metric: employee_count, value: 300 people, period: 2024-12-31}
    - {metric: employee_count, value: 500 people, period: 2025-09-30}
    """
    found = answered(book, "revenue_per_employee")
    assert found.definition == "ttm_average"
    assert found.value == 400_000


def test_a_filing_leads_whatever_its_basis(book: Book):
    """
    lab:
    - {metric: revenue, value: 22m USD, period: FY2024, basis: net, source: filing}
    - {metric: revenue, value: 30m USD, period: FY2024, basis: gross, source: post}
    """
    found = answered(book, "revenue")
    assert found.basis == "net"
    assert found.value == 22_000_000


def test_a_stated_figure_gives_way_to_one_worked_out_for_a_much_later_period(make_book):
    text = """
    lab:
    - {{metric: gross_margin, value: 69.4%, period: {}}}
    - {{metric: gross_profit, value: 30m USD, period: 9M2025}}
    - {{metric: revenue, value: 50m USD, period: 9M2025}}
    """
    for period, value in (("H1-2025", 0.694), ("FY2024", 0.6)):
        found = answered(make_book(text.format(period)), "gross_margin")
        assert rounded(found, 3) == value
        # Whichever gives way stands beside the other.
        assert {rounded(each, 3) for each in found.others if each.bounds} == {0.694, 0.6} - {value}
