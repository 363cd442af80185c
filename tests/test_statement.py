"""One company over time: what stands in which column, what is an event, what nobody says."""

from metrics import derive, statement, trace
from schemas.book import Book
from tests.folder import LENS, during, lens

ROUNDS = """
    lab:
    - {metric: net_proceeds, value: 20m USD, period: 2022-06-30}
    - {metric: valuation_post_money, value: 200m USD, period: 2022-06-30}
    - {metric: valuation, value: 9bn USD, period: 2025-12-31, kind: opinion}
    - {metric: market_cap, value: 7bn USD, period: 2026-01-15, source: late}
    - {metric: valuation_to_revenue, value: 5x, period: 2025-12-31}
    - {metric: cash_reserves, value: 1m USD, period: 2025-09-30}
    sources:
      late: {published: 2026-01-20}
"""


def texts(found: statement.Line) -> list[str]:
    return [trace.text(each, "en") for each in found.answers.values()]


def test_flows_and_balances_stand_apart_newest_first(book: Book):
    """
    lab:
    - {metric: revenue, value: 10m USD, period: FY2023}
    - {metric: revenue, value: 30m USD, period: FY2024}
    - {metric: employee_count, value: 50 people, period: 2023-12-31}
    - {metric: employee_count, value: ~60 people, period: 2024-12-31}
    """
    of = derive.case(book, "lab", LENS)
    flows, balances = statement.statements(of, ["revenue", "revenue_growth", "employee_count"])
    assert [str(each) for each in flows.periods] == [
        "2024-01-01/2024-12-31", "2023-01-01/2023-12-31",
    ]  # fmt: skip
    assert [line.metric for line in flows.lines] == ["revenue", "revenue_growth"]
    assert texts(flows.lines[0]) == ["$30M", "$10M"]
    assert texts(flows.lines[1]) == ["200%"]
    assert [str(each) for each in balances.periods] == ["2024-12-31", "2023-12-31"]
    assert texts(balances.lines[0]) == ["≈60", "50"]


def test_a_past_figure_is_not_stale_in_its_own_time(book: Book):
    """
    lab:
    - {metric: dau, value: 1m users, period: 2022-12-31}
    - {metric: dau, value: 2m users, period: 2023-12-31}
    """
    of = derive.case(book, "lab", LENS)
    assert derive.answer(of, "dau").status == "stale"
    assert [each.status for each in statement.past(of, "dau")] == ["ok", "ok"]


def test_a_statement_is_told_in_the_readers_currency(book: Book):
    """
    lab:
    - {metric: revenue, value: 10m USD, period: FY2024}
    """
    of = derive.case(book, "lab", LENS)
    flows, _ = statement.statements(of, ["revenue"], "CNY")
    answer = flows.lines[0].answers[during("FY2024")]
    assert answer.unit == "CNY"
    assert len(answer.receipts) == 1


def test_only_what_is_alike_makes_a_course(book: Book):
    """
    lab:
    - {metric: revenue, value: 10m USD, period: FY2022}
    - {metric: revenue, value: 20m USD, period: FY2023}
    - {metric: revenue, value: 15m USD, period: H1-2024}
    - {metric: revenue, value: 30m USD, period: FY2024}
    - {metric: revenue, value: 99m CNY, period: FY2021}
    """
    of = derive.case(book, "lab", LENS)
    same = statement.alike(statement.past(of, "revenue"))
    assert [trace.text(each, "en") for each in same] == ["$10M", "$20M", "$30M"]
    assert statement.alike([]) == []


def test_events_are_what_is_dated_newest_first_and_what_was_known(make_book):
    book = make_book(ROUNDS)
    rows = book.rows(["lab"])
    found = statement.events(book.catalog, rows, lens("2026-02-01"))
    assert [row.metric for row in found] == [
        "market_cap", "valuation", "net_proceeds", "valuation_post_money",
    ]  # fmt: skip
    before = statement.events(book.catalog, rows, lens("2026-01-16"))
    assert "market_cap" not in {row.metric for row in before}


def test_silence_is_of_what_is_neither_stated_nor_claimed(make_book):
    book = make_book(ROUNDS)
    rows = book.rows(["lab"])
    silent = statement.silent(derive.case(book, "lab", LENS), rows)
    assert "revenue" in silent
    assert not {"cash_reserves", "valuation_to_revenue"} & set(silent)


def test_every_figure_is_found_by_its_id(make_book):
    book = make_book(ROUNDS)
    for row in book.rows(["lab"]):
        cell = statement.cell(book, "lab", row.metric, row.id, LENS)
        assert cell
        assert cell.answer.choice
        assert cell.answer.choice.row.as_stated == row.as_stated


def test_a_claim_found_by_its_id_comes_with_its_check(make_book):
    book = make_book(ROUNDS)
    row = next(row for row in book.rows(["lab"]) if row.metric == "valuation_to_revenue")
    told = trace.figure(book, "lab", row.metric, row.id, LENS)
    assert told
    assert [each["verdict"] for each in told["claims"]] == ["not_checkable"]


def test_a_figure_not_yet_published_or_not_there_is_not_found(make_book):
    book = make_book(ROUNDS)
    row = next(row for row in book.rows(["lab"]) if row.metric == "market_cap")
    assert trace.figure(book, "lab", "market_cap", row.id, lens("2026-01-16")) is None
    assert trace.figure(book, "lab", "revenue", row.id, LENS) is None
    assert trace.figure(book, "lab", "market_cap", "nothing", LENS) is None


def test_a_past_answer_that_was_worked_out_is_found_by_its_id(book: Book):
    """
    lab:
    - {metric: revenue, value: 10m USD, period: FY2023}
    - {metric: revenue, value: 30m USD, period: FY2024}
    - {metric: employee_count, value: 50 people, period: 2023-12-31}
    - {metric: employee_count, value: 60 people, period: 2024-12-31}
    """
    _, before = statement.past(derive.case(book, "lab", LENS), "revenue_per_employee")
    told = trace.figure(book, "lab", "revenue_per_employee", before.id, LENS)
    assert told
    assert (told["text"], told["period"]) == ("$200K/person", "2023-01-01/2023-12-31")
    assert len(told["inputs"]) == 2
