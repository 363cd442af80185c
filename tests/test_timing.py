"""Expressions of time: read against the day a text was published."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.timing import find
from tests.folder import during

PUBLISHED = date(2025, 11, 20)

ROWS = [
    ("截至三季度末", "三季度末", "2025-Q3", True),
    ("截至2025年9月30日", "2025年9月30日", "2025-09-30", True),
    ("截至2025年9月30日止九個月", "2025年9月30日止九個月", "9M2025", False),
    ("截至 2025 年 9 月底", "2025 年 9 月底", "2025-09", True),
    ("2025年前九個月", "2025年前九個月", "9M2025", False),
    ("首三季", "首三季", "9M2025", False),
    ("今年一季度", "今年一季度", "2025-Q1", False),
    ("去年四季度", "去年四季度", "2024-Q4", False),
    ("四季度", "四季度", "2025-Q4", False),
    ("上半年", "上半年", "H1-2025", False),
    ("去年下半年", "去年下半年", "H2-2024", False),
    ("上一年", "上一年", "2024", False),
    ("前年", "前年", "2023", False),
    ("明年", "明年", "2026", False),
    ("2024財年", "2024財年", "2024", False),
    ("2021 年底", "2021 年底", "2021-12-31", True),
    ("2025年歲末", "2025年歲末", "2025-12-31", True),
    ("2023 年初", "2023 年初", "3M2023", False),
    ("2024 年中", "2024 年中", "2024-06-30", True),
    ("年底", "年底", "2025-12-31", True),
    ("9-11月", "9-11月", "2025-09-01/2025-11-30", False),
    ("8月", "8月", "2025-08", False),
    ("12月", "12月", "2024-12", False),
    ("11月10日", "11月10日", "2025-11-10", True),
    ("2025-09-30", "2025-09-30", "2025-09-30", True),
    ("the first nine months of 2025", "first nine months of 2025", "9M2025", False),
    (
        "nine months ended September 30, 2025",
        "nine months ended September 30, 2025",
        "9M2025",
        False,
    ),
    ("six months to 30 June 2025", "six months to 30 June 2025", "H1-2025", False),
    ("as of 30 June 2025", "30 June 2025", "2025-06-30", True),
    ("as of September 30, 2025", "September 30, 2025", "2025-09-30", True),
    ("Q3 2025", "Q3 2025", "2025-Q3", False),
    ("Q3'24", "Q3'24", "2024-Q3", False),
    ("2025Q3", "2025Q3", "2025-Q3", False),
    ("3Q25", "3Q25", "2025-Q3", False),
    ("2025 H1", "2025 H1", "H1-2025", False),
    ("H1", "H1", "H1-2025", False),
    ("1H25", "1H25", "H1-2025", False),
    ("9M25", "9M25", "9M2025", False),
    ("FY2024", "FY2024", "2024", False),
    ("fiscal 2024", "fiscal 2024", "2024", False),
    ("the third quarter", "third quarter", "2025-Q3", False),
    ("third-quarter of last year", "third-quarter of last year", "2024-Q3", False),
    ("the first half of 2024", "first half of 2024", "H1-2024", False),
    ("last year", "last year", "2024", False),
    ("this year", "this year", "2025", False),
    ("in August", "in August", "2025-08", False),
    ("August 2024", "August 2024", "2024-08", False),
    ("by the end of 2026", "the end of 2026", "2026-12-31", True),
    ("in early 2025", "early 2025", "3M2025", False),
    ("in 2024", "2024", "2024", False),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_an_expression_means_its_days(row):
    text, printed, days, instant = row
    (one,) = find(text, PUBLISHED)
    assert (one.text, one.days, one.is_instant) == (printed, during(days), instant)


@pytest.mark.parametrize(
    "text",
    [
        "K2",
        "GPT-4.5",
        "$2025m",
        "2025%",
        "中国",
        "2月30日",
        "12.5",
        "1,2024",
        "第二",
        "2199年",
        "13月",
        "2025-13-01",
    ],
)
def test_what_is_no_time_is_none(text):
    assert [each.text for each in find(text, PUBLISHED)] == []


def test_a_month_without_a_year_is_of_the_year_named_before_it_in_the_paragraph():
    text = "2024年初融资,8月又融资。\n8月"
    assert [str(each.days.end) for each in find(text, PUBLISHED)] == [
        "2024-03-31",
        "2024-08-31",
        "2025-08-31",
    ]


def test_that_year_is_the_one_named_last():
    found = find("2023年成立。\n这一年的8月", PUBLISHED)
    assert str(found[-1].days.end) == "2023-08-31"


def test_a_later_year_named_before_makes_no_month_of_the_future():
    assert str(find("2026年计划;三季度", PUBLISHED)[-1].days) == str(during("2025-Q3"))


def test_an_end_alone_is_a_day_for_a_balance_and_the_year_so_far_for_a_flow():
    (one,) = find("截至三季度末", PUBLISHED)
    assert str(one.during("instant")) == "2025-09-30"
    assert str(one.during("either")) == "2025-09-30"
    assert one.during("duration") == during("9M2025")
    (other,) = find("三季度", PUBLISHED)
    assert other.during("either") == during("2025-Q3")


@given(st.text(alphabet="0123456789年月日季度前首上下半截至末底 -/.,QHFYM今去firstquarelnmohd\n"))
def test_any_text_is_read(text):
    for each in find(text, PUBLISHED):
        assert text[each.start : each.end] == each.text
