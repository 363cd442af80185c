"""All companies by one metric: the order, and the places that bounds leave open."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import column, compare, formula, rank
from metrics.rank import Ranking
from schemas.book import Book
from tests.folder import LENS, catalog, labs, lens


def places(found: Ranking) -> dict[str, tuple[int, int]]:
    """Each company with the places that it may have, in the order of the page."""
    told = zip(found.companies, found.first.tolist(), found.last.tolist(), strict=True)
    return {name: (first, last) for name, first, last in told}


def cash(*values: str) -> str:
    """One company for each amount of cash, in the order given."""
    return labs(
        f"- {{metric: cash_reserves, value: '{value}', period: 2025-09-30}}" for value in values
    )


def test_the_better_end_comes_first_and_each_has_its_place(make_book):
    book = make_book(cash("1m USD", "3m USD", "2m USD"))
    found = rank.ranking(book, LENS, "cash_reserves")
    assert places(found) == {"lab1": (1, 1), "lab2": (2, 2), "lab0": (3, 3)}
    assert (found.placed, found.currency, found.counts) == (3, "", {"ok": 3})


def test_where_bounds_overlap_companies_share_the_places(make_book):
    book = make_book(cash("10m..12m USD", "11m..13m USD", "9m..11.5m USD", "5m USD"))
    found = rank.ranking(book, LENS, "cash_reserves")
    assert places(found) == {"lab1": (1, 3), "lab0": (1, 3), "lab2": (1, 3), "lab3": (4, 4)}


def test_what_is_certainly_ahead_takes_a_place_even_where_others_overlap(make_book):
    book = make_book(cash("10m..12m USD", "12.5m..14m USD", "9m..11.5m USD"))
    found = rank.ranking(book, LENS, "cash_reserves")
    assert places(found) == {"lab1": (1, 1), "lab0": (2, 3), "lab2": (2, 3)}


def test_an_end_that_is_not_reached_decides_between_equal_ones(make_book):
    book = make_book(cash(">10m USD", "10m USD", "10m USD"))
    found = rank.ranking(book, LENS, "cash_reserves")
    assert places(found) == {"lab0": (1, 1), "lab1": (2, 3), "lab2": (2, 3)}


def test_where_less_is_better_the_lower_one_comes_first(make_book):
    losses = (f"- {{metric: net_loss, value: {n}m USD, period: FY2025}}" for n in (5, 3, 4))
    found = rank.ranking(make_book(labs(losses)), LENS, "net_loss")
    assert places(found) == {"lab1": (1, 1), "lab2": (2, 2), "lab0": (3, 3)}


def test_several_currencies_are_put_in_order_in_one_which_the_ranking_names(make_book):
    book = make_book(cash("100m CNY", "20m USD", "1bn JPY"))
    found = rank.ranking(book, LENS, "cash_reserves")
    assert list(found.companies) == ["lab1", "lab0", "lab2"]
    assert found.currency == rank.COMMON
    assert rank.ranking(book, lens(currency="CNY"), "cash_reserves").currency == "CNY"


def test_without_a_rate_there_is_a_number_and_no_place(make_book):
    book = make_book(cash("100m CNY", "20m USD", "1bn TWD"))
    found = rank.ranking(book, LENS, "cash_reserves")
    assert places(found) == {"lab1": (1, 1), "lab0": (2, 2), "lab2": (0, 0)}
    assert found.placed == 2


def test_those_without_a_number_follow_by_status(make_book):
    """Each company stands for the status it has."""
    book = make_book("""
        dau_missing: []
        dau_planned:
        - {metric: dau, value: 10m users, period: 2026-12-31, kind: target}
        dau_stale:
        - {metric: dau, value: 1m users, period: 2022-12-31}
        dau_new:
        - {metric: dau, value: 2m users, period: 2025-12-31}
    """.replace("dau_", "dau-"))  # fmt: skip
    found = rank.ranking(book, LENS, "dau")
    assert list(found.companies) == ["dau-new", "dau-stale", "dau-planned", "dau-missing"]
    assert found.counts == {"ok": 1, "stale": 1, "planned": 1, "missing": 1}


def test_what_cannot_be_compared_is_said_of_the_whole_list(make_book):
    book = make_book("""
        one:
        - {metric: revenue, value: 10m USD, period: FY2024}
        - {metric: employee_count, value: 10 people, period: 2024-12-31}
        two:
        - {metric: revenue, value: 9m USD, period: 9M2025}
        - {metric: employee_count, value: 10 people, period: 2025-09-30}
    """)

    def mixed(metric: str) -> list[str]:
        return [each.name for each in rank.ranking(book, LENS, metric).mixed]

    assert mixed("revenue") == ["differ_length", "differ_dates"]
    assert mixed("employee_count") == ["differ_dates"]
    assert mixed("revenue_per_employee") == ["differ_definition", "differ_dates"]
    assert mixed("net_loss") == []


def test_a_group_has_no_place_among_companies(make_book):
    book = make_book("""
        one:
        - {metric: cash_reserves, value: 1m USD, period: 2025-09-30}
        two: []
        one+two:
          members: [one, two]
          observations:
          - {metric: cash_reserves, value: 5m USD, period: 2025-09-30}
    """)
    assert list(rank.ranking(book, LENS, "cash_reserves").companies) == ["one", "two"]


@pytest.mark.parametrize("metric", ["cash_reserves", "revenue_per_employee", "runway", "valuation"])
def test_answers_for_a_page_are_those_of_a_comparison(shipped: Book, metric):
    companies = tuple(shipped.singles)
    (wanted,) = compare.compare(shipped, companies, LENS, [metric])
    assert rank.cells(shipped, companies, LENS, metric) == wanted.cells


@pytest.mark.parametrize("periods", ["year", "trailing"])
def test_a_ranking_is_of_the_class_of_periods_asked_for(make_book, periods):
    book = make_book("""
        one:
        - {metric: revenue, value: 10m USD, period: FY2024}
        - {metric: revenue, value: 9m USD, period: H1-2025}
        two:
        - {metric: revenue, value: 50m USD, period: H1-2025}
    """)
    found = rank.ranking(book, lens(periods=periods), "revenue")
    cells = rank.cells(book, found.companies, lens(periods=periods), "revenue")
    has = [cell.answer.is_good for cell in cells]
    assert has == [place > 0 for place in found.first.tolist()]
    assert "two" not in found.companies[: found.placed]


def test_all_companies_of_the_shipped_data_are_ranked_by_every_metric(shipped: Book):
    for metric in shipped.catalog:
        found = rank.ranking(shipped, LENS, metric)
        good = column.Evidence(shipped, LENS, shipped.singles).answer(metric).good
        assert sorted(found.companies) == shipped.singles
        assert found.placed == good.sum(), metric


def test_a_metric_rests_on_all_that_its_formulas_mention():
    found = formula.under(catalog(), "revenue_per_employee")
    assert found[0] == "revenue_per_employee"
    assert {"revenue", "employee_count"} <= set(found)
    assert formula.under(catalog(), "cash_reserves") == ["cash_reserves"]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)).map(sorted), min_size=1))
def test_nobody_is_placed_behind_one_who_may_be_behind_him(pairs):
    low, high = (np.array([float(pair[end]) for pair in pairs]) for end in (0, 1))
    first, last = rank._places(low, high, less=False)  # noqa: SLF001 - of numbers, without a book
    for place, (least, most) in enumerate(pairs):
        others = [pair for at, pair in enumerate(pairs) if at != place]
        assert first[place] == 1 + sum(other[0] > most for other in others)
        assert last[place] == 1 + sum(other[1] >= least for other in others)
