"""Companies side by side: which lines can be compared, who is ahead, and money in one currency."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import compare, derive, fx
from metrics.compare import Line
from schemas.book import Book
from schemas.interval import Interval
from tests.folder import catalog, during, iv, labs, lens, read, write


def line(book: Book, metric: str, *companies: str, **look: Any) -> Line:
    names = companies or tuple(book.companies)
    (found,) = compare.compare(book, names, lens(**look), [metric])
    return found


def texts(found: Line) -> list[str]:
    return [str(cell.answer.bounds) for cell in found.cells]


# What two companies have, the line's metric, and why it cannot be compared; none where it can.
PAIRS = [
    ("cash_reserves: 1bn USD @ 2025-09-30", "cash_reserves: 2bn USD @ 2025-09-30", None),
    ("cash_reserves: 1bn USD @ 2025-09-30", "cash_reserves: 2bn USD @ 2025-06-30", None),
    ("cash_reserves: 1bn USD @ 2025-09-30", "cash_reserves: 2bn USD @ 2025-06-29", "differ_dates"),
    ("cash_reserves: 1bn USD @ 2025-09-30", "cash_reserves: 9bn CNY @ 2025-09-30", "differ_unit"),
    ("revenue: 50m USD @ 9M2025", "revenue: 60m USD @ FY2024", "differ_length"),
    ("revenue: 50m USD @ 9M2025", "revenue: 60m USD @ 9M2025 basis: net", "differ_basis"),
    ("revenue: 50m USD @ 9M2025", "revenue: 60m USD @ 9M2025 kind: target", "differ_status"),
    (
        "gross_margin: 69.4% @ 9M2025",
        "gross_profit: 3m USD @ 9M2025; revenue: 6m USD @ 9M2025",
        "differ_definition",
    ),
    ("revenue: 50m USD @ 9M2025; arr: 9m USD @ 2025-09-30", "revenue: 1m USD @ 9M2025", None),
]


def observed(text: str) -> str:
    """Spell `revenue: 60m USD @ 9M2025 basis: net; ...` out as observations."""
    each = (part.split(" @ ") for part in text.split("; "))
    lines = []
    for figure, when in each:
        metric, value = figure.split(": ")
        period, _, rest = when.partition(" ")
        more = f", {rest}" if rest else ""
        lines.append(f"- {{metric: {metric}, value: '{value}', period: {period}{more}}}")
    return "\n".join(lines)


def test_a_line_says_whether_it_can_be_compared_and_why_not(make_book):
    book = make_book(labs(observed(text) for pair in PAIRS for text in pair[:2]))
    for number, (first, _, reason) in enumerate(PAIRS):
        found = line(book, first.split(":")[0], f"lab{2 * number}", f"lab{2 * number + 1}")
        assert (found.reason.name if found.reason else None) == reason, PAIRS[number]
        assert found.verdict == ("not_comparable" if reason else "comparable")
        assert found.best is None or not reason


def test_what_differs_is_named(make_book):
    book = make_book(labs(observed(text) for pair in PAIRS for text in pair[:2]))
    for number, values in (
        (2, {"days": "93"}),
        (3, {"values": "CNY, USD"}),
        (4, {"values": "12, 9"}),
        (5, {"values": "gross, net"}),
        (7, {"values": "gross_profit, –"}),
    ):
        metric = PAIRS[number][0].split(":")[0]
        found = line(book, metric, f"lab{2 * number}", f"lab{2 * number + 1}")
        assert found.reason
        assert dict(found.reason.args) == values


def test_it_takes_two_to_compare(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30}
    other: []
    """
    found = line(book, "cash_reserves")
    assert (found.verdict, found.reason, found.best) == ("", None, None)
    assert not found.is_empty
    assert line(book, "revenue").is_empty


def test_a_line_with_only_a_claim_or_a_part_is_not_empty(book):
    """
    lab:
    - {metric: runway, value: 50 months, period: 2025-09-30}
    - {metric: gross_margin, value: 69.4%, period: 9M2025, scope: {segment: open platform}}
    - {metric: cash_reserves, value: 1%, period: 2025-09-30, against: {company: lab}}
    """
    claimed, part = line(book, "runway"), line(book, "gross_margin")
    assert not claimed.is_empty
    assert [row.as_stated for row in claimed.cells[0].claims] == ["50 months"]
    assert not part.is_empty
    assert [row.scope for row in part.cells[0].parts] == ["segment: open platform"]
    assert line(book, "cash_reserves").is_empty


def test_claims_and_parts_of_a_time_to_come_are_not_seen_yet(book):
    """
    lab:
    - {metric: runway, value: 50 months, period: 2025-09-30}
    - {metric: gross_margin, value: 69.4%, period: 9M2025, scope: {segment: open platform}}
    - {metric: dau, value: 10m users, period: 2026-06-30, scope: {product: Talkie}, kind: target}
    """
    for metric in ("runway", "gross_margin"):
        assert line(book, metric, at="2025-09-29", known="2026-01-01").is_empty
        assert line(book, metric, at="2025-12-30", known="2025-12-30").is_empty
        assert not line(book, metric, at="2025-09-30", known="2026-01-01").is_empty
    # A target lies ahead by nature.
    assert not line(book, "dau").is_empty


# Bounds of three companies, what is better, and who is ahead of all others.
AHEAD = [
    (["1bn", "2bn", "3bn"], "cash_reserves", 2),
    (["1bn", ">2bn", "2bn"], "cash_reserves", 1),
    (["1bn", ">=2bn", "2bn"], "cash_reserves", None),
    (["1bn", ">2bn", ">2bn"], "cash_reserves", None),
    (["~3bn", "3bn", "1bn"], "cash_reserves", None),
    (["<1bn", "1bn", "<0.5bn"], "cash_reserves", 1),
    (["1bn", "2bn", "3bn"], "borrowings", 0),
    (["<1bn", "1bn", "1bn"], "borrowings", 0),
    (["<=1bn", "1bn", "1bn"], "borrowings", None),
    (["1bn", "2bn", "3bn"], "restricted_cash", None),
]


def test_only_who_is_ahead_of_all_others_is_marked(make_book):
    book = make_book(labs(
        observed(f"{metric}: {value} USD @ 2025-09-30")
        for values, metric, _ in AHEAD for value in values
    ))  # fmt: skip
    for number, (values, metric, best) in enumerate(AHEAD):
        three = [f"lab{3 * number + offset}" for offset in range(3)]
        assert line(book, metric, *three).best == best, values


def test_whoever_has_no_figure_is_not_behind(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30}
    silent: []
    other:
    - {metric: cash_reserves, value: 2bn USD, period: 2025-09-30}
    """
    assert line(book, "cash_reserves", "lab", "silent", "other").best == 2


def test_nobody_is_ahead_of_an_unbounded_runway(make_book):
    text = "cash_reserves: 1bn USD @ 2025-09-30; cash_burn_rate: {}m USD/month @ 9M2025"
    book = make_book(labs(observed(text.format(burn)) for burn in (20, 50, -5)))
    assert line(book, "runway", "lab0", "lab1").best == 0
    beside = line(book, "runway")
    assert (beside.verdict, beside.best) == ("comparable", None)
    assert [cell.answer.status for cell in beside.cells] == ["ok", "ok", "unbounded"]


def test_trailing_years_are_of_equal_length_whatever_they_are_made_of(make_book):
    nine = "revenue: 50m USD @ 9M2025; revenue: 60m USD @ FY2024; revenue: 40m USD @ 9M2024"
    year = "revenue: 90m USD @ 2024-10-01/2025-09-30"
    book = make_book(labs(observed(each) for each in (nine, year)))
    assert line(book, "revenue_ttm").verdict == "comparable"
    assert line(book, "revenue_ttm").best == 1
    assert line(book, "revenue").reason


# -- presentation ------------------------------------------------------------------------------


def test_a_balance_is_presented_at_the_closing_rate_and_a_flow_at_the_mean(book):
    """
    lab:
    - {metric: cash_reserves, value: ">10bn CNY", period: 2025-09-30}
    - {metric: revenue, value: 100m CNY, period: 9M2025}
    - {metric: employee_count, value: 400 people, period: 2025-09-30}
    - {metric: adjusted_net_loss, value: 900m CNY, period: 9M2025}
    """
    closing, mean = (fx.receipt("CNY", "USD", during(when)) for when in ("2025-09-30", "9M2025"))
    assert closing
    assert mean
    cash = line(book, "cash_reserves", currency="USD").cells[0].answer
    assert cash.bounds == Interval(10_000_000_000 * closing.rate, None, low_open=True)
    assert (cash.unit, cash.receipts) == ("USD", (closing,))
    revenue = line(book, "revenue", currency="USD").cells[0].answer
    assert (revenue.value, revenue.receipts) == (100_000_000 * mean.rate, (mean,))
    per_head = line(book, "revenue_per_employee", currency="USD").cells[0].answer
    assert (per_head.unit, per_head.receipts) == ("USD/people", (mean,))
    # What is no money, and ratios of one currency, never meet a rate.
    for metric in ("employee_count", "runway"):
        assert line(book, metric, currency="USD").cells[0].answer.receipts == ()
    assert line(book, "revenue", currency="CNY").cells[0].answer.receipts == ()


def test_receipts_add_up_where_a_mixed_sum_is_presented_in_a_third_currency(book):
    """
    lab:
    - {metric: cash_reserves, value: 10bn CNY, period: 2025-09-30}
    - {metric: borrowings, value: 1bn USD, period: 2025-09-30}
    """
    found = line(book, "net_cash", currency="HKD").cells[0].answer
    pairs = [(each.base, each.quote) for each in found.receipts]
    assert (found.unit, pairs) == ("HKD", [("USD", "CNY"), ("CNY", "HKD")])


def test_one_currency_makes_a_line_comparable(make_book):
    pair = ("cash_reserves: 1bn USD @ 2025-09-30", "cash_reserves: 9bn CNY @ 2025-09-30")
    book = make_book(labs(observed(each) for each in pair))
    found = line(book, "cash_reserves", currency="USD")
    assert (found.verdict, found.best) == ("comparable", 1)


def test_a_trailing_year_is_presented_at_the_mean_of_its_twelve_months(book):
    """
    lab:
    - {metric: revenue, value: 100m CNY, period: 9M2025}
    - {metric: revenue, value: 90m CNY, period: FY2024}
    - {metric: revenue, value: 60m CNY, period: 9M2024}
    """
    found = line(book, "revenue_ttm", currency="USD").cells[0].answer
    assert found.receipts == (fx.receipt("CNY", "USD", during("2024-10-01/2025-09-30")),)


def test_without_a_rate_a_figure_is_missing_with_that_reason(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn TWD, period: 2025-09-30}
    """
    found = line(book, "cash_reserves", currency="USD").cells[0].answer
    assert (found.status, found.bounds, found.value) == ("missing", None, None)
    assert found.reason
    assert found.reason.name == "no_rate"
    assert line(book, "cash_reserves").cells[0].answer.status == "ok"


@settings(max_examples=40)
@given(st.fractions(1, 10**9), st.fractions(0, 10**9), st.sampled_from(["CNY", "HKD", "EUR"]))
def test_presenting_there_and_back_encloses_the_start(low, width, currency):
    bounds = Interval(low, low + width)
    start = derive.Answer("lab", "cash_reserves", "ok", "USD", bounds, low, during("2025-09-30"))
    there = compare.present(start, currency, fx.Rates())
    assert there.unit == currency
    back = compare.present(there, "USD", fx.Rates())
    assert (back.bounds, back.value, back.unit) == (bounds, low, "USD")


# -- the whole -----------------------------------------------------------------------------------


def test_the_default_lines_are_metrics_an_investor_reads_first():
    assert set(compare.DEFAULT) <= set(catalog())
    assert compare.DEFAULT[0] == "cash_reserves"
    assert len(set(compare.DEFAULT)) == len(compare.DEFAULT)


def test_every_metric_with_a_figure_can_be_shown(book):
    """
    lab:
    - {metric: runway, value: 50 months, period: 2025-09-30}
    - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30}
    other:
    - {metric: revenue, value: 1bn USD, period: 9M2025}
    """
    assert compare.shown(book, ["lab"]) == ["cash_reserves", "runway"]
    assert compare.shown(book, ["lab", "other"]) == ["cash_reserves", "runway", "revenue"]


BASE = """
lab:
- {metric: cash_reserves, value: 1.102bn USD, period: 2025-09-30}
- {metric: revenue, value: ~53m USD, period: 9M2025}
- {metric: adjusted_net_loss, value: 186m USD, period: 9M2025}
- {metric: employee_count, value: 385 people, period: 2025-09-30}
- {metric: valuation, value: 4bn USD, period: 2025-09-30}
"""
# Anything a later document might say of the same company, or of another one.
MORE = st.fixed_dictionaries(
    {
        "metric": st.sampled_from(
            ["cash_reserves", "revenue", "adjusted_net_loss", "cash_burn_rate", "runway"]
        ),
        "source": st.sampled_from(["later", "rewrite"]),
        "kind": st.sampled_from(["actual", "forecast", "opinion"]),
        "amount": st.sampled_from(["7", ">2", "~90", "0"]),
    }
)


def told(more: dict[str, str]) -> str:
    metric = more["metric"]
    units = {"runway": "months", "cash_burn_rate": "m USD/month"}
    unit = units.get(metric, "bn USD").removeprefix(" ")
    space = " " if unit == "months" else ""
    flow = metric in {"revenue", "adjusted_net_loss", "cash_burn_rate"}
    period = "9M2025" if flow else "2025-09-30"
    return (
        f"- {{metric: {metric}, value: '{more['amount']}{space}{unit}', period: {period},"
        f" source: {more['source']}, kind: {more['kind']}}}\n"
    )


LATER = """
sources:
  later: {kind: filing, published: 2026-01-20}
  rewrite: {published: 2026-01-21, derived_from: later}
"""


def numbers(book: Book, known: str = "2026-01-10") -> dict[str, tuple[str, ...]]:
    """What a reader of that day sees of the company, for every metric that says anything."""
    return {
        each.metric: (
            each.cells[0].answer.status,
            str(each.cells[0].answer.bounds),
            each.cells[0].answer.id,
            *(row.id for row in (*each.cells[0].claims, *each.cells[0].parts)),
        )
        for each in compare.compare(book, ["lab"], lens(known), SEEN)
        if not each.is_empty
    }


SEEN = [*compare.DEFAULT, "cash_burn_rate", "revenue_annualised", "cash_per_employee"]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, ...]]:
    return numbers(read(write(tmp_path_factory.mktemp("alone"), LATER + BASE)))


@given(more=st.lists(MORE, min_size=1, max_size=4, unique_by=str))
@settings(max_examples=6)
def test_what_is_published_after_known_changes_nothing(alone, tmp_path_factory, more):
    text = LATER + BASE + "".join(told(each) for each in more)
    assert numbers(read(write(tmp_path_factory.mktemp("more"), text))) == alone


@given(more=st.lists(MORE, min_size=1, max_size=4, unique_by=str))
@settings(max_examples=6)
def test_an_irrelevant_company_changes_no_number(alone, tmp_path_factory, more):
    text = LATER + BASE + "another:\n" + "".join(told(each) for each in more)
    assert numbers(read(write(tmp_path_factory.mktemp("more"), text))) == alone


def test_the_two_properties_are_not_empty(alone, tmp_path):
    extra = told({"metric": "cash_burn_rate", "source": "later", "kind": "actual", "amount": "7"})
    book = read(write(tmp_path, LATER + BASE + extra))
    assert len(alone) == 11
    assert numbers(book) == alone
    after = numbers(book, "2026-01-20")
    changed = {metric for metric in after if after[metric] != alone.get(metric)}
    assert changed == {"runway", "monthly_burn", "cash_burn_rate"}
    assert after["runway"][:2] == ("ok", str(iv(str(Fraction(1102, 7)))))


# -- what would make a line comparable --------------------------------------------------------

REMEDIES = [
    # two companies; the metric is the first one's; what would heal it
    (
        "cash_reserves: 1bn USD @ 2025-09-30",
        "cash_reserves: 9bn CNY @ 2025-09-30",
        [("currency", "USD")],
    ),
    (
        "gross_margin: 50% @ FY2024; gross_profit: 2m USD @ FY2024; revenue: 4m USD @ FY2024",
        "gross_margin: 1% @ 9M2024; gross_profit: 3m USD @ FY2024; revenue: 6m USD @ FY2024",
        [("definition", "gross_profit")],
    ),
    (
        "revenue: 9m USD @ 9M2025; revenue: 5m USD @ FY2024",
        "revenue: 60m USD @ FY2024",
        [("periods", "shared")],
    ),
    ("revenue: 9m USD @ 9M2025", "revenue: 60m USD @ FY2024", []),
    ("revenue: 9m USD @ FY2024", "revenue: 60m USD @ FY2024", []),
    (
        "revenue: 9m USD @ 9M2025; revenue: 5m USD @ FY2024",
        "revenue: 60m CNY @ FY2024",
        [("currency", "USD"), ("periods", "shared")],
    ),
]


@pytest.mark.parametrize(("first", "second", "expected"), REMEDIES)
def test_a_line_says_what_would_make_it_comparable(make_book, first, second, expected):
    book = make_book(labs([observed(first), observed(second)]))
    metric = first.split(":")[0]
    found = compare.remedies(book, [line(book, metric)], lens())[metric]
    assert [(each.name, each.value) for each in found] == expected


def test_what_a_remedy_promises_holds(make_book):
    book = make_book(labs(observed(each) for each in REMEDIES[1][:2]))
    (found,) = compare.compare(
        book, list(book.companies), lens(), ["gross_margin"], {"gross_margin": "gross_profit"}
    )
    assert (found.verdict, found.definition) == ("comparable", "gross_profit")
    assert [cell.answer.definition for cell in found.cells] == ["gross_profit"] * 2


def test_no_remedy_loses_a_company_that_had_a_number(make_book):
    """A full year of the one and nine months of the other share nothing that both have."""
    book = make_book(
        labs(
            [
                observed("revenue: 9m USD @ 9M2025; revenue: 5m USD @ FY2024"),
                observed("revenue: 60m USD @ H1-2025"),
            ]
        )
    )
    assert compare.remedies(book, [line(book, "revenue")], lens()) == {"revenue": ()}


def test_a_stated_ratio_that_a_definition_gives_counts_as_of_that_definition(make_book):
    worked = observed("gross_profit: 3m USD @ FY2024; revenue: 6m USD @ FY2024")
    for stated, reason in (("50%", None), ("60%", "differ_definition")):
        first = observed(f"gross_margin: {stated} @ FY2024; gross_profit: 1m USD @ FY2024")
        book = make_book(labs([first + "\n" + observed("revenue: 2m USD @ FY2024"), worked]))
        found = line(book, "gross_margin")
        assert (found.reason.name if found.reason else None) == reason


def test_a_forecast_converts_at_the_last_rate_known_and_says_so(book):
    """
    lab:
    - {metric: revenue, value: 7bn CNY, period: FY2027, kind: forecast}
    """
    (line,) = compare.compare(book, ["lab"], lens(currency="USD"), ["revenue"])
    answer = line.cells[0].answer
    (receipt,) = answer.receipts
    closing = fx.receipt("CNY", "USD", during("2026-02-01"))
    assert closing
    assert (answer.status, answer.unit) == ("planned", "USD")
    assert answer.value == 7 * 10**9 * closing.rate
    assert (receipt.kind, receipt.ahead, str(receipt.end)) == ("closing", True, "2026-01-30")


def test_money_is_presented_at_the_rate_that_a_document_states_where_that_is_chosen(book):
    """
    lab:
    - {metric: revenue, value: 7.25bn CNY, period: 9M2025}
    rates:
    - {base: USD, quote: CNY, rate: "7.25", period: 9M2025, kind: mean}
    """
    look = lens(currency="USD", rates="stated")
    (line,) = compare.compare(book, ["lab"], look, ["revenue"])
    assert line.cells[0].answer.value == 10**9
    (line,) = compare.compare(book, ["lab"], lens(currency="USD"), ["revenue"])
    assert line.cells[0].answer.value != 10**9


def test_a_definition_that_would_give_anything_gives_nothing_stated(make_book):
    vague = (
        "gross_margin: 30% @ FY2024; revenue: >1m USD @ FY2024; gross_profit: <900m USD @ FY2024"
    )
    worked = "gross_profit: 40m USD @ FY2024; revenue: 100m USD @ FY2024"
    found = line(make_book(labs([observed(vague), observed(worked)])), "gross_margin")
    assert found.reason
    assert found.reason.name == "differ_definition"
