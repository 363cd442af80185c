"""Figures of one company held against each other: sums and parts, order, thousandfold steps."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import check, tally
from schemas.book import Book
from schemas.metric import above
from schemas.problem import Problem
from tests.folder import catalog, labs, read, write


def found(book: Book) -> list[tuple[str, str]]:
    """What is found, with the company whose file it stands in."""
    return [(each.name, each.path.rsplit("/", 1)[-1][:-5]) for each in check.findings(book)]


def only(book: Book) -> Problem:
    (one,) = check.findings(book)
    return one


def observed(metric: str, period: str, value: str, more: str = "") -> str:
    return f"- {{metric: {metric}, period: {period}, value: '{value}'{more}}}"


# -- periods ------------------------------------------------------------------------------------

# Revenue by period, and whether the parts disagree with their whole.
SUMS = [
    ("2025-Q1 20m, 2025-Q2 25m, H1-2025 45m", False),
    ("2025-Q1 20m, 2025-Q2 25m, H1-2025 54m", True),
    ("2025-Q1 20.4m, 2025-Q2 25.4m, H1-2025 46m", False),  # 45.8, rounded
    ("2025-Q1 20.4m, 2025-Q2 25.4m, H1-2025 45m", True),
    ("2025-Q1 2020K, 2025-Q2 2300K, H1-2025 4320K", False),
    ("2025-Q1 2020K, 2025-Q2 2300K, H1-2025 4310K", True),
    ("2025-Q1 20m, 2025-Q2 25m, 2025-Q3 30m, 9M2025 75m", False),
    ("2025-Q1 20m, 2025-Q2 25m, 2025-Q3 30m, 9M2025 85m", True),
    ("2025-Q1 20m, 2025-Q3 30m, 9M2025 85m", False),  # a quarter is not told
    ("9M2025 75m, FY2025 120m, 2025-Q4 45m", False),
    ("9M2025 75m, FY2025 120m, 2025-Q4 54m", True),  # the year less the year so far
    ("H1-2025 45m, H2-2025 75m, FY2025 120m", False),
    ("H1-2025 45m, H2-2025 57m, FY2025 120m", True),
    ("2025-01-01/2025-04-30 20m, 2025-Q2 25m, H1-2025 54m", False),  # they overlap
    ("2025-01-01/2025-03-30 20m, 2025-Q2 25m, H1-2025 54m", False),  # a day is missing
    ("2025-Q1 >20m, 2025-Q2 25m, H1-2025 54m", False),
    ("2025-Q1 >30m, 2025-Q2 25m, H1-2025 54m", True),
    ("2025-Q1 ~20m, 2025-Q2 ~25m, H1-2025 47m", False),
    ("2025-Q1 20m..30m, 2025-Q2 25m, H1-2025 54m", False),
    ("2025-Q1 20m, 2025-Q2 <25m, H1-2025 54m", True),
]


def test_periods_that_make_up_a_longer_one_come_to_it(make_book):
    book = make_book(labs(
        "\n".join(
            observed("revenue", *each.split(" ", 1)).replace("m'", "m USD'").replace("K'", "K USD'")
            for each in told.split(", ")
        )
        for told, _ in SUMS
    ))  # fmt: skip
    wrong = [f"lab{number}" for number, (_, disagree) in enumerate(SUMS) if disagree]
    assert book.problems == ()
    assert sorted(found(book)) == sorted(("parts-disagree", company) for company in wrong)


def test_a_sum_that_differs_names_the_whole_and_each_part_as_printed(book):
    """
    lab:
    - {metric: revenue, value: 20m USD, as_stated: 2000萬美元, period: 2025-Q1}
    - {metric: revenue, value: 54m USD, as_stated: 5400萬美元, period: H1-2025}
    - {metric: revenue, value: 25m USD, as_stated: $25m, period: 2025-Q2}
    """
    one = only(book)
    whole = next(row for row in book.rows(["lab"]) if row.as_stated == "5400萬美元")
    assert (one.name, one.severity, one.line) == ("parts-disagree", "warning", whole.line)
    assert dict(one.args) == {
        "metric": "revenue",
        "period": "2025-01-01/2025-06-30",
        "whole": "5400萬美元",
        "sum": "2000萬美元 (2025-01-01/2025-03-31) + $25m (2025-04-01/2025-06-30)",
    }


# What does not add up over time, with its value.
NEVER = [
    ("cash_reserves", "5m USD", ("2025-03-31", "2025-06-30", "2025-12-31")),
    ("gross_margin", "50%", ("2025-Q1", "2025-Q2", "H1-2025")),
    ("new_users", "5m users", ("2025-Q1", "2025-Q2", "H1-2025")),
    ("employee_count", "385 people", ("2025-Q1", "2025-Q2", "H1-2025")),
    ("cash_burn_rate", "5m USD/month", ("2025-Q1", "2025-Q2", "H1-2025")),
    ("marketing_peak", "5m USD", ("2025-Q1", "2025-Q2", "H1-2025")),
    ("training_cost", "5m USD", ("2025-Q1", "2025-Q2", "H1-2025")),
]


def test_balances_ratios_people_and_users_are_never_summed_over_time(make_book):
    book = make_book(labs(
        "\n".join(observed(metric, when, value, basis(metric)) for when in periods)
        for metric, value, periods in NEVER
    ))  # fmt: skip
    assert book.problems == ()
    assert found(book) == []


def basis(metric: str) -> str:
    return ", basis: average" if metric == "employee_count" else ""


def test_what_adds_up_over_time_is_money_that_flows():
    for name, entry in catalog().items():
        if "periods" in entry.adds_up:
            assert (entry.unit, entry.period, entry.stated) == ("money", "duration", "answer"), name


@pytest.mark.parametrize(
    "other",
    ["basis: net", "scope: {product: Kimi}", "kind: forecast", "rank: deprecated, because: a slip",
     "value: 25m EUR", "metric: gmv, basis: null"],
)  # fmt: skip
def test_only_parts_of_the_same_thing_are_summed(make_book, other):
    part = {"metric": "revenue", "value": "25m USD", "period": "2025-Q2", "basis": "gross"}
    part |= dict([other.split(": ", 1)]) if "," not in other else {}
    told = ", ".join(f"{key}: {value}" for key, value in part.items())
    told += f", {other}" if "rank" in other else ""
    if "gmv" in other:
        told = "metric: gmv, value: 25m USD, period: 2025-Q2"
    book = make_book(f"""
    lab:
    - {{metric: revenue, value: 20m USD, period: 2025-Q1, basis: gross}}
    - {{{told}}}
    - {{metric: revenue, value: 54m USD, period: H1-2025, basis: gross}}
    """)
    assert book.problems == ()
    assert found(book) == []


def test_the_figure_that_leads_is_the_one_that_is_summed(book):
    """
    lab:
    - {metric: revenue, value: 20m USD, period: 2025-Q1, source: filing}
    - {metric: revenue, value: 29m USD, period: 2025-Q1, source: press}
    - {metric: revenue, value: 25m USD, period: 2025-Q2}
    - {metric: revenue, value: 45m USD, period: H1-2025}
    """
    assert [name for name, _ in found(book)] == ["rivals-disagree"]


def test_a_whole_is_told_once_in_however_many_ways_it_is_missed(book):
    """
    lab:
    - {metric: revenue, value: 20m USD, period: 2025-Q1}
    - {metric: revenue, value: 45m USD, period: H1-2025}
    - {metric: revenue, value: 25m USD, period: 2025-Q2}
    - {metric: revenue, value: 75m USD, period: 9M2025}
    - {metric: revenue, value: 30m USD, period: 2025-Q3}
    - {metric: revenue, value: 55m USD, period: 2025-04-01/2025-09-30}
    - {metric: revenue, value: 199m USD, period: 9M2025, rank: preferred, because: restated}
    """
    assert sorted(name for name, _ in found(book)) == ["parts-disagree", "rivals-disagree"]


def span(text: str) -> tuple[int, int]:
    first, last = text.split("-")
    return int(first), int(last)


# Spans of days, and which make up which: every way in two parts, else the shortest way.
TILINGS = [
    ("1-3 4-6 1-6", ["1-6=1-3+4-6"]),
    ("1-3 4-6 7-9 1-9", ["1-9=1-3+4-6+7-9"]),
    ("1-3 4-6 7-9 1-6 1-9", ["1-6=1-3+4-6", "1-9=1-6+7-9"]),
    ("1-6 7-12 1-9 10-12 1-12", ["1-12=1-6+7-12", "1-12=1-9+10-12"]),
    ("1-1 2-2 3-3 4-4 3-4 1-4", ["1-4=1-1+2-2+3-4", "3-4=3-3+4-4"]),
    ("1-3 5-6 1-6", []),
    ("1-4 4-6 1-6", []),
    ("1-6", []),
    ("1-6 1-7", []),
]


@pytest.mark.parametrize(("spans", "expected"), TILINGS)
def test_a_longer_period_is_made_of_shorter_ones_that_leave_no_day_out(spans, expected):
    told = [
        f"{whole[0]}-{whole[1]}=" + "+".join(f"{a}-{b}" for a, b in parts)
        for whole, parts in tally.tilings([span(each) for each in spans.split()])
    ]
    assert sorted(told) == sorted(expected)


CUTS = st.lists(st.integers(1, 23), min_size=1, max_size=5, unique=True)


@given(cuts=CUTS, amounts=st.lists(st.integers(0, 10**7), min_size=6, max_size=6),
       digits=st.integers(1, 7))  # fmt: skip
@settings(max_examples=12)
def test_what_is_cut_from_one_whole_is_never_a_finding(tmp_path_factory, cuts, amounts, digits):
    """Two years cut at the ends of months, each figure rounded to so many significant digits."""
    ends = [0, *sorted(cuts), 24]
    parts = list(zip(pairwise(ends), amounts, strict=False))
    whole = ((0, 24), sum(amount for _, amount in parts))
    told = [
        observed("revenue", f"{first(start)}/{last(end)}", rounded(amount, digits))
        for (start, end), amount in [*parts, whole]
    ]
    book = read(write(tmp_path_factory.mktemp("cut"), "lab:\n" + "\n".join(told)))
    assert book.problems == ()
    assert [name for name, _ in found(book) if name == "parts-disagree"] == []


def first(month: int) -> str:
    return f"{2024 + month // 12}-{month % 12 + 1:02}-01"


def last(month: int) -> str:
    """The last day before a month begins."""
    ends = (31, 29 if month <= 12 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return f"{2024 + (month - 1) // 12}-{(month - 1) % 12 + 1:02}-{ends[(month - 1) % 12]}"


def rounded(amount: int, digits: int) -> str:
    """Print an amount with so many significant digits and no zeros that say nothing."""
    mantissa, _, power = f"{amount:.{digits - 1}e}".partition("e")
    decimals = digits - 1 - int(power)
    places = max(0, decimals + 9 * (decimals < 0))
    scale, name = (9, "bn") if decimals < 0 else (0, "")
    return f"{Decimal(mantissa).scaleb(int(power) - scale):.{places}f}{name} USD"


# -- parts of the company -----------------------------------------------------------------------

# Shares of a company's revenue of 100m USD by scope, and what is found.
SPLITS = [
    ("segment: A 60m, segment: B 40m", []),
    ("segment: A 60m, segment: B 30m", []),  # another one may not be told
    ("segment: A 60m, segment: B 50m", ["parts-disagree"]),
    ("segment: A 60m, product: B 50m", []),  # two ways to cut it
    ("segment: A 60m, segment: A 60m", []),  # the same one twice
    ("segment: A >60m, segment: B >50m", ["parts-disagree"]),
    ("segment: A <60m, segment: B <50m", []),
    ("region: A 60m, region: B 50m", []),  # overseas holds the United States
    ("region: A 130m", ["implausible-order"]),
    ("product: A 130m", ["implausible-order"]),
    ("product: A 130m, product: B 5m", ["implausible-order"]),
    ("product: A <130m", []),
]


def test_parts_of_a_company_come_to_no_more_than_all_of_it(make_book):
    book = make_book(labs(
        "- {metric: revenue, value: 100m USD, period: 9M2025}\n" + "\n".join(
            f"- {{metric: revenue, value: '{amount} USD', period: 9M2025, scope: {{{scope}}}}}"
            for scope, _, amount in (each.rpartition(" ") for each in told.split(", "))
        )
        for told, _ in SPLITS
    ))  # fmt: skip
    expected = [(name, f"lab{n}") for n, (_, names) in enumerate(SPLITS) for name in names]
    assert book.problems == ()
    assert sorted(found(book)) == sorted(expected)


def test_parts_that_two_documents_tell_are_not_one_split(book):
    """
    lab:
    - {metric: revenue, value: 100m USD, period: 9M2025}
    - {metric: revenue, value: 60m USD, period: 9M2025, scope: {region: A}, source: filing}
    - {metric: revenue, value: 50m USD, period: 9M2025, scope: {region: B}, source: press}
    """
    assert found(book) == []


def test_a_loss_of_a_part_may_be_more_than_that_of_all(book):
    """
    lab:
    - {metric: net_loss, value: 100m USD, period: 9M2025}
    - {metric: net_loss, value: 130m USD, period: 9M2025, scope: {segment: A}}
    """
    assert found(book) == []


def test_a_part_may_be_priced_above_the_company_and_has_no_more_users_than_it(book):
    """
    lab:
    - {metric: valuation, value: 80bn USD, period: 2025-03-31}
    - {metric: valuation, value: 113bn USD, period: 2025-03-31, scope: {segment: A}}
    - {metric: mau, value: 80m users, period: 2025-03-31}
    - {metric: mau, value: 113m users, period: 2025-03-31, scope: {product: A}}
    """
    args = dict(only(book).args)
    assert (args["lower"], args["upper"]) == ("mau (product: A)", "mau")


def test_a_split_that_comes_to_more_is_told_with_its_parts(book):
    """
    lab:
    - {metric: employee_count, value: 385 people, period: 2025-09-30}
    - {metric: employee_count, value: 300 people, period: 2025-09-30, scope: {people: R&D}}
    - {metric: employee_count, value: 100 people, period: 2025-09-30, scope: {people: sales}}
    """
    assert dict(only(book).args) == {
        "metric": "employee_count",
        "period": "2025-09-30",
        "whole": "385 people",
        "sum": "300 people (people: R&D) + 100 people (people: sales)",
    }


# -- order --------------------------------------------------------------------------------------

DAY = "2025-09-30"
# Two figures of one day, and whether they cannot stand beside each other.
ORDERS = [
    ("cash_and_cash_equivalents 1.3bn USD", "cash_reserves 1.1bn USD", True),
    ("cash_and_cash_equivalents 1.1bn USD", "cash_reserves 1.102bn USD", False),
    ("cash_and_cash_equivalents 1.2bn USD", "cash_reserves 1.15bn USD", False),  # rounding
    ("cash_and_cash_equivalents 1.3bn USD", "available_liquidity 1.1bn USD", True),  # two steps
    ("cash_and_cash_equivalents 1.2bn USD", "cash_reserves 1.1bn EUR", False),
    ("cash_reserves 1.2bn USD", "cash_and_cash_equivalents 1.1bn USD", False),
    ("dau 30m users", "mau 12m users", True),
    ("dau 30m users", "registered_users 12m users", True),
    ("mau 30m users", "dau 12m users", False),
    ("paying_users 30m users", "registered_users 12m users", True),
    ("dau >30m users", "mau 12m users", True),
    ("dau <30m users", "mau 12m users", False),
    ("dau 30m users", "mau >12m users", False),
    ("valuation_pre_money 6bn USD", "valuation_post_money 4bn USD", True),
]


def test_nothing_is_more_than_what_it_is_part_of(make_book):
    book = make_book(labs(
        "\n".join(observed(*each.partition(" ")[::2][:1], DAY, each.partition(" ")[2])
                  for each in (first, second))
        for first, second, _ in ORDERS
    ))  # fmt: skip
    wrong = [f"lab{number}" for number, (*_, wrong) in enumerate(ORDERS) if wrong]
    assert book.problems == ()
    assert sorted(found(book)) == sorted(("implausible-order", company) for company in wrong)


def test_what_is_out_of_order_is_named_with_both_figures(book):
    """
    lab:
    - {metric: wau, value: 12m users, as_stated: 1200萬用戶, period: 2025-09-30}
    - {metric: dau, value: 30m users, as_stated: 3000萬用戶, period: 2025-09-30}
    """
    one = only(book)
    assert (one.name, one.severity) == ("implausible-order", "warning")
    assert dict(one.args) == {
        "period": "2025-09-30",
        "lower": "dau",
        "first": "3000萬用戶",
        "upper": "wau",
        "second": "1200萬用戶",
    }


def test_another_day_or_another_part_is_no_order(book):
    """
    lab:
    - {metric: dau, value: 30m users, period: 2025-09-30}
    - {metric: mau, value: 12m users, period: 2024-09-30}
    - {metric: wau, value: 12m users, period: 2025-09-30, scope: {product: Kimi}}
    """
    assert found(book) == []


def test_net_revenue_is_not_more_than_gross(book):
    """
    lab:
    - {metric: revenue, value: 30bn USD, period: FY2025, basis: net}
    - {metric: revenue, value: 22bn USD, period: FY2025, basis: gross}
    other:
    - {metric: revenue, value: 22bn USD, period: FY2025, basis: net}
    - {metric: revenue, value: 30bn USD, period: FY2025, basis: gross}
    """
    args = dict(only(book).args)
    assert (args["lower"], args["upper"]) == ("revenue (net)", "revenue (gross)")


def test_one_source_or_basis_that_fits_explains_the_others(book):
    """
    lab:
    - {metric: overseas_revenue, value: 25bn USD, period: FY2025}
    - {metric: revenue, value: 22bn USD, period: FY2025, basis: net}
    - {metric: revenue, value: 30bn USD, period: FY2025, basis: gross}
    """
    assert found(book) == []


def test_a_metric_is_above_all_that_stands_below_it_in_turn():
    assert above(catalog(), "dau") == ["wau", "mau", "registered_users", "cumulative_users"]
    assert above(catalog(), "cash_and_cash_equivalents") == ["cash_reserves", "available_liquidity"]
    assert above(catalog(), "runway") == []


# -- steps --------------------------------------------------------------------------------------

# Figures one after the other, and by how much they jump.
STEPS = [
    ("revenue", "FY2024 30m USD", "FY2025 53m USD", None),
    ("revenue", "FY2024 30m USD", "FY2025 3bn USD", None),  # a hundredfold has been seen
    ("revenue", "FY2024 30m USD", "FY2025 53bn USD", "1,767"),
    ("revenue", "FY2024 53bn USD", "FY2025 30m USD", "1,767"),
    ("revenue", "FY2024 30m USD", "FY2025 29.7bn USD", "1,000"),  # 990, about a thousand
    ("revenue", "FY2024 30m USD", "FY2025 302tn USD", "10,000,000"),
    ("revenue", "FY2024 30m USD", "FY2025 29.3bn USD", None),
    ("revenue", "FY2024 30m USD", "9M2025 53bn USD", None),  # of another length
    ("revenue", "FY2023 30m USD", "FY2025 53bn USD", None),  # two years apart
    ("revenue", "FY2024 30m USD", "FY2025 >53bn USD", "1,767"),
    ("revenue", "FY2024 >30m USD", "FY2025 53bn USD", None),
    ("revenue", "FY2024 <30m USD", "FY2025 53bn USD", None),
    ("revenue", "FY2024 0 USD", "FY2025 53bn USD", None),
    ("revenue", "2025-Q1 30m USD", "2025-Q2 53bn USD", "1,767"),  # 90 days and 91
    ("cash_reserves", "2024-12-31 1.1m USD", "2025-09-30 1.1bn USD", "1,000"),
    ("cash_reserves", "2024-12-31 1.1m USD", "2025-09-30 1.1bn CNY", None),
    ("net_loss", "FY2024 -30m USD", "FY2025 53bn USD", None),
]


def test_a_thousandfold_step_is_told(make_book):
    book = make_book(labs(
        "\n".join(observed(metric, *each.split(" ", 1)) for each in (first, second))
        for metric, first, second, _ in STEPS
    ))  # fmt: skip
    assert book.problems == ()
    steps = {
        each.path.rsplit("/", 1)[-1][:-5]: dict(each.args)["factor"]
        for each in check.findings(book)
    }
    assert steps == {f"lab{n}": factor for n, (*_, factor) in enumerate(STEPS) if factor}


def test_a_step_is_told_where_the_later_figure_stands(book):
    """
    lab:
    - {metric: revenue, value: 53bn USD, period: FY2025}
    - {metric: revenue, value: 30m USD, period: FY2024}
    """
    one = only(book)
    later = next(row for row in book.rows(["lab"]) if row.as_stated == "53bn USD")
    assert (one.name, one.severity, one.line) == ("implausible-step", "warning", later.line)
    assert dict(one.args) == {
        "metric": "revenue",
        "first": "30m USD",
        "first_period": "2024-01-01/2024-12-31",
        "second": "53bn USD",
        "second_period": "2025-01-01/2025-12-31",
        "factor": "1,767",
    }
