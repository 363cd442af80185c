"""Conflicts: findings lead back to the prints that they are about."""

from metrics import check, conflict
from schemas.problem import problem


def test_a_rewrite_that_differs_shows_both_prints(shipped):
    every = conflict.of(shipped, check.problems(shipped))
    [found] = [each for each in every if each.problem.name == "rewrite-differs"]
    assert found.row.as_stated == "近5000亿美元"
    assert found.other == "5000 億美元"
    assert found.source == "repost-2025-11-minimax-moonshot"


def test_rivals_that_disagree_show_both_prints_and_documents(make_book):
    book = make_book("""
    lab:
    - {metric: revenue, value: 50m USD, period: FY2024}
    - {metric: revenue, value: 60m USD, period: FY2024, source: press}
    """)
    [found] = conflict.of(book, check.problems(book))
    assert (found.row.as_stated, found.row.source) == ("60m USD", "press")
    assert (found.other, found.source) == ("50m USD", "filing")


def test_two_currencies_stand_in_one_document(make_book):
    book = make_book("""
    lab:
    - metric: revenue
      value: 50m USD
      also: {value: 900m CNY, as_stated: 900m CNY}
      period: FY2024
    """)
    [found] = conflict.of(book, check.problems(book))
    assert (found.row.as_stated, found.other, found.source) == ("50m USD", "900m CNY", "")


def test_a_joint_figure_shows_its_members_sum(make_book):
    book = make_book("""
    one:
    - {metric: capex, value: 10m USD, period: FY2024}
    two:
    - {metric: capex, value: 20m USD, period: FY2024}
    one+two:
      members: [one, two]
      observations:
      - {metric: capex, value: 90m USD, period: FY2024}
    """)
    [found] = conflict.of(book, check.problems(book))
    assert (found.row.company, found.row.as_stated) == ("one+two", "90m USD")
    assert found.other == "10m USD + 20m USD"


def test_other_problems_and_places_that_are_gone_are_passed_over(shipped):
    gone = problem("rivals-disagree", "data/companies/minimax.yaml", 9999, 1, first="1", second="2")
    other = problem("word-missing", "schemas/text/en.yaml", count=1)
    assert list(conflict.of(shipped, [gone, other])) == []
    assert {"rivals-disagree", "rewrite-differs"} < conflict.NAMES
