"""What a book promises: one table, sorted, whose amounts are exact again when taken out."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from schemas.book import COLUMNS, Book, spans, table
from schemas.entry import Measure
from tests.folder import catalog, during, iv

LABS = """
sources:
  early: {published: 2025-03}
kimi:
  - {metric: cash_reserves, value: ~10bn CNY, period: 2025-12-31, source: press}
minimax:
  - {metric: runway, value: 50 months, period: 2025-09-30, by: issuer_burn, source: post}
  - {metric: cash_reserves, value: 1.1bn USD, as_stated: 11億美元, period: 2025-09-30, place: "¶4",
     period_basis: inferred, because: the balance sheet date, quotes: company,
     also: {value: 7.7bn CNY, as_stated: 77億元}, note: With wealth products.}
  - {metric: cash_reserves, value: ">300m USD", period: 2024-12-31, source: early}
  - {metric: overseas_share, value: ">70%", period: 9M2025, scope: {product: Talkie}}
  - {metric: employee_count, value: 385 people, as_stated: "385", period: 2025-09-30,
     basis: closing, unit_basis: inferred, because: a table of staff}
  - {metric: wau, value: 34x, period: 2025-09-30, against: {company: kimi}}
  - {metric: revenue, value: 1bn USD, period: FY2026, kind: target}
minimax+kimi:
  name: {en: Both}
  members: [minimax, kimi]
  observations:
    - {metric: cumulative_funding, value: ">20bn CNY", period: 2025-11-30}
zhipu: {name: {en: Zhipu}}
"""


@pytest.fixture
def labs(make_book) -> Book:
    """Two labs, what they raised together, and a third of which nothing is known."""
    found: Book = make_book(LABS)
    assert found.problems == ()
    return found


def test_the_table_is_sorted_by_company_metric_and_end(labs):
    rows = labs.observations[["company", "metric", "end"]].astype(str).to_numpy().tolist()
    assert rows == sorted(rows)
    assert len(rows) == 9


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["kimi"], ["kimi"]),
        (["minimax"], ["minimax"] * 7),
        (["minimax+kimi", "kimi"], ["minimax+kimi", "kimi"]),
        (["zhipu"], []),
        (["nobody"], []),
        ([], []),
    ],
)
def test_a_companys_observations_are_its_own_and_no_others(labs, asked, found):
    rows = labs.of(asked)
    assert list(rows["company"]) == found
    assert {name: str(kind) for name, kind in rows.dtypes.items()} == {
        name: str(kind) for name, kind in labs.observations.dtypes.items()
    }


@pytest.mark.parametrize(
    ("day", "count"),
    [(None, 9), (date(2025, 12, 31), 9), (date(2025, 3, 31), 1), (date(2025, 3, 30), 0)],
)
def test_the_book_can_be_turned_back_to_what_had_been_published(labs, day, count):
    assert len(labs.known(day)) == count


def test_groups_are_not_companies_of_their_own(labs):
    assert labs.singles == ["kimi", "minimax", "zhipu"]
    assert labs.groups_of("kimi") == ["minimax+kimi"]
    assert labs.groups_of("zhipu") == []


def test_spans_say_where_each_company_stands(labs):
    assert labs.spans == spans(labs.observations)
    assert labs.spans == {
        "kimi": slice(0, 1), "minimax": slice(1, 8), "minimax+kimi": slice(8, 9),
    }  # fmt: skip
    assert spans(table([])) == {}


def test_a_row_has_its_amounts_exact_again(labs):
    rows = {(row.metric, str(row.period)): row for row in labs.rows(["minimax"])}
    cash = rows["cash_reserves", "2025-09-30"]
    assert cash.measure == Measure(
        Fraction(1_100_000_000), iv("1100000000"), iv("1050000000..1150000000"),
        iv("1050000000..1150000000"), "exact", "USD", "USD",
    )  # fmt: skip
    assert (cash.company, cash.scope, cash.basis, cash.kind) == ("minimax", "company", "", "actual")
    assert (cash.value_text, cash.as_stated) == ("1.1bn USD", "11億美元")
    assert (cash.period, cash.published) == (during("2025-09-30"), date(2025, 12, 31))
    assert (cash.source, cash.place, cash.quotes) == ("filing", "¶4", "company")
    assert (cash.grade, cash.repeats, cash.rank) == (4, True, "normal")
    assert (cash.because, cash.note) == ("the balance sheet date", "With wealth products.")
    assert cash.also == "7.7bn CNY = 77億元"
    assert (cash.file, cash.line > 1, cash.column > 0) == (
        "data0/companies/minimax.yaml", True, True,
    )  # fmt: skip


def test_what_a_row_leaves_out_is_none_and_not_a_number(labs):
    rows = {(row.metric, str(row.period)): row for row in labs.rows(["minimax"])}
    share = rows["overseas_share", "2025-01-01/2025-09-30"]
    assert (share.measure.value, share.measure.bounds) == (None, iv("(0.7, 1]"))
    assert share.period == during("9M2025")
    assert (share.scope, share.because, share.note, share.also) == (
        "product: Talkie", None, None, None,
    )  # fmt: skip
    assert rows["runway", "2025-09-30"].by == "issuer_burn"
    assert rows["wau", "2025-09-30"].measure.unit == "multiple"
    assert rows["employee_count", "2025-09-30"].measure.value == 385


def test_rows_say_what_the_table_says(labs):
    for row, record in zip(
        labs.rows(labs.companies), labs.of(labs.companies).to_dict("records"), strict=True
    ):
        bounds, value = row.measure.bounds, row.measure.value
        for exact, rough in ((bounds.low, "low"), (bounds.high, "high"), (value, "value")):
            assert pd.isna(record[rough]) if exact is None else record[rough] == float(exact)
        assert (record["low_open"], record["high_open"]) == (bounds.low_open, bounds.high_open)
        assert (row.id, row.measure.unit) == (record["id"], record["unit"])


def test_a_table_keeps_whole_what_it_is_given():
    assert list(table([]).columns) == list(COLUMNS)
    assert len(COLUMNS) == len(set(COLUMNS))


def test_a_row_that_does_not_fit_its_metric_is_a_slip_of_ours(labs):
    other = {**catalog(), "cash_reserves": catalog()["employee_count"]}
    changed = Book(
        labs.folder, other, labs.companies, labs.sources, labs.sets, labs.observations,
        labs.problems, labs.version, labs.spans,
    )  # fmt: skip
    with pytest.raises(TypeError, match="holds only figures that fit, got '~10bn CNY'"):
        changed.rows(["kimi"])


def test_a_book_without_some_observations_leaves_the_book_as_it_is(book):
    """
    lab:
    - {metric: cash_reserves, value: 1m USD, period: 2025-06-30}
    - {metric: cash_reserves, value: 2m USD, period: 2025-09-30}
    rest: [{metric: cash_reserves, value: 3m USD, period: 2025-06-30}]
    """
    first, second = book.rows(["lab"])
    less = book.without({first.id})
    assert less.rows(["lab", "rest"]) == [second, *book.rows(["rest"])]
    assert less.known(None)["id"].tolist() == [row.id for row in less.rows(["lab", "rest"])]
    assert book.rows(["lab"]) == [first, second]
