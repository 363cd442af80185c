"""What a group is said to have is held against what its members are said to have."""

import pytest

from metrics import check, compare
from schemas.book import Book
from tests.folder import lens, read, write

GROUP = """
    one:
      observations:
      - {{metric: net_proceeds, value: {one}, period: 2024-Q1}}
    two:
      observations:
      - {{metric: net_proceeds, value: {two}, period: 2024-Q1}}
    one+two:
      members: [one, two]
      observations:
      - {{metric: net_proceeds, value: {joint}, period: {period}}}
"""


@pytest.mark.parametrize(
    ("one", "two", "joint", "period", "found"),
    [
        ("600m USD", "almost 800m USD", '">1.4bn USD"', "2024-Q1", []),  # within rounding
        ("600m USD", "800m USD", "1.4bn USD", "2024-Q1", []),
        ("600m USD", "300m USD", "1.4bn USD", "2024-Q1", ["joint-disagrees"]),
        ("600m USD", "300m USD", "1.4bn USD", "FY2024", []),  # not the same period
        ("600m USD", "300m CNY", "1.4bn USD", "2024-Q1", []),  # not the same money
        ("600m USD", '">300m USD"', "1.4bn USD", "2024-Q1", []),  # may be more
    ],
)
def test_members_add_up_to_their_group(tmp_path, one, two, joint, period, found):
    book = read(
        write(tmp_path / "data", GROUP.format(one=one, two=two, joint=joint, period=period))
    )
    assert [each.name for each in check.findings(book)] == found


def test_shares_are_not_added_up(book: Book):
    """
    one:
      observations:
      - {metric: gross_margin, value: 40%, period: FY2024}
    two:
      observations:
      - {metric: gross_margin, value: 30%, period: FY2024}
    one+two:
      members: [one, two]
      observations:
      - {metric: gross_margin, value: 35%, period: FY2024}
    """
    assert list(check.findings(book)) == []


def test_cash_before_a_round_is_not_compared_with_cash_after_one(book: Book):
    """
    one:
    - {metric: cash_reserves, value: 100m USD, period: 2025-09-30}
    - {metric: employee_count, value: 10 people, period: 2025-09-30}
    two:
    - {metric: cash_reserves, value: 300m USD, period: 2025-12-01}
    - {metric: net_proceeds, value: 200m USD, period: 2025-11-15}
    - {metric: employee_count, value: 10 people, period: 2025-12-01}
    """
    rows = ["cash_reserves", "employee_count"]
    cash, people = compare.compare(book, ["one", "two"], lens("2026-02-01"), rows)
    assert cash.verdict == "not_comparable"
    assert cash.reason is not None
    assert (cash.reason.name, dict(cash.reason.args)["day"]) == ("differ_round", "2025-11-15")
    assert people.verdict == "comparable"


def test_a_round_before_both_dates_does_not_matter(book: Book):
    """
    one:
    - {metric: cash_reserves, value: 100m USD, period: 2025-09-30}
    two:
    - {metric: cash_reserves, value: 300m USD, period: 2025-12-01}
    - {metric: net_proceeds, value: 200m USD, period: 2025-09-30}
    """
    (cash,) = compare.compare(book, ["one", "two"], lens("2026-02-01"), ["cash_reserves"])
    assert cash.verdict == "comparable"
