"""What is disclosed: the grid by the column says what each company's own page says."""

from dataclasses import replace

import pytest

import metrics
from metrics import compare, disclosure
from tests.folder import LENS, lens

LAB = """
lab:
- {metric: cash_reserves, value: 120m USD, period: 2025-12-31}
- {metric: revenue, value: 60m USD, period: FY2021}
- {metric: employee_count, value: 100 people, period: 2025-12-31}
- {metric: gross_margin, value: 40%, period: FY2025, scope: {segment: cloud}}
- {metric: runway, value: 12 months, period: 2025-12-31}
- {metric: market_cap, value: 1bn USD, period: 2026-12-31, kind: target}
silent:
- {metric: dau, value: 9m users, period: 2025-12-31}
"""


def state(cell):
    """The same by a cell of Compare."""
    answer = cell.answer
    if answer.status in {"stale", "planned"}:
        return answer.status
    if answer.status in {"refused", "not_meaningful"}:
        return "refused"
    if answer.status == "missing":
        return "claim" if cell.claims else "part" if cell.parts else "nothing"
    return "derived" if answer.definition else "stated"


@pytest.mark.parametrize("looking", [LENS, lens("2025-12-05"), lens("2027-01-01")])
def test_the_grid_says_of_each_cell_what_the_comparison_says(shipped, looking):
    grid = disclosure.grid(shipped, looking)
    for company in shipped.singles:
        lines = compare.compare(shipped, [company], looking)
        said = {line.metric: state(line.cells[0]) for line in lines}
        assert grid.loc[company].to_dict() == said, company


def test_each_kind_of_gap_is_told_apart(make_book):
    grid = disclosure.grid(make_book(LAB), LENS)
    said = grid.loc["lab"].to_dict()
    assert {
        "cash_reserves": "stated", "revenue": "stale", "gross_margin": "part",
        "runway": "claim", "market_cap": "planned", "net_loss": "nothing",
    }.items() <= said.items()  # fmt: skip


def test_who_discloses_most_comes_first(make_book):
    grid = disclosure.grid(make_book(LAB), LENS)
    assert list(grid.index) == ["lab", "silent"]
    numbers = grid.loc["lab"].isin(["stated", "derived", "stale"]).sum()
    assert disclosure.disclosed(grid).to_list() == [numbers, 0]
    assert numbers > 0


def test_the_cells_are_counted_by_state(make_book):
    grid = disclosure.grid(make_book(LAB), LENS, ["cash_reserves", "runway"])
    counts = disclosure.counts(grid)
    assert counts["stated"] == counts["claim"] == 1
    assert counts["nothing"] == 2
    assert sum(counts.values()) == grid.size


def test_figures_past_their_shelf_life_come_the_oldest_first(make_book):
    book = make_book("""
    lab:
    - {metric: revenue, value: 60m USD, period: FY2021}
    - {metric: cash_reserves, value: 120m USD, period: 2022-06-30}
    - {metric: employee_count, value: 100 people, period: 2025-12-31}
    """)
    found = disclosure.aged(book, LENS)
    assert found["metric"].to_list() == ["revenue", "cash_reserves"]
    assert found["age"].to_list() == [1493, 1312]  # 2021-12-31 and 2022-06-30 to 2026-02-01
    life = book.catalog["revenue"].shelf_life
    assert found["times"][0] == found["age"][0] / life
    assert [row.as_stated for row in book.exact(found)] == ["60m USD", "120m USD"]


def test_only_the_figure_in_use_can_be_out_of_date(make_book):
    book = make_book("""
    lab:
    - {metric: cash_reserves, value: 120m USD, period: 2022-06-30}
    - {metric: cash_reserves, value: 150m USD, period: 2025-12-31}
    """)
    assert disclosure.aged(book, LENS).empty


def test_what_is_out_of_date_is_what_the_comparison_calls_stale(shipped):
    aged = disclosure.aged(shipped, LENS)
    found = set(zip(aged["company"], aged["metric"], strict=True))
    metrics = list(shipped.catalog)
    stale = {
        (line.cells[0].answer.company, line.metric)
        for company in shipped.singles
        for line in compare.compare(shipped, [company], LENS, metrics)
        if line.cells[0].answer.status == "stale" and line.cells[0].answer.choice
    }
    assert found == stale


def test_a_main_metric_whose_entry_is_wrong_has_no_line_and_stops_nothing(tmp_path):
    text = metrics.CATALOG.read_text("utf-8")
    spoiled = text.replace("\nrevenue:\n  unit: money", "\nrevenue:\n  unit: gold")
    (tmp_path / "catalog.yaml").write_text(spoiled, "utf-8")
    book = metrics.book(metrics.DATA, tmp_path / "catalog.yaml")
    assert "revenue" not in book.catalog
    assert "revenue" not in disclosure.grid(book, LENS)
    lines = compare.compare(book, ["minimax"], LENS)
    assert {"cash_reserves", "runway"} <= {line.metric for line in lines}
    assert "revenue" not in {line.metric for line in lines}


def test_where_nothing_has_a_shelf_life_nothing_is_past_it(book):
    """
    lab: [{metric: cash_reserves, value: 1bn USD, period: 2020-09-30}]
    """
    entries = {
        name: entry.model_copy(update={"shelf_life": None}) for name, entry in book.catalog.items()
    }
    assert len(disclosure.aged(replace(book, catalog=entries), LENS)) == 0
