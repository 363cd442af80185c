"""Which of several observations is taken, and what becomes of the others."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import choose
from metrics.choose import Choice
from schemas.book import Book, Row
from tests.folder import LENS, day, during, labs, lens, read, write


def rows(book: Book, metric: str = "cash_reserves") -> list[Row]:
    return [row for row in book.rows(["lab"]) if row.metric == metric]


def taken(choice: Choice | None) -> str:
    assert choice
    return choice.row.value_text


def ruled(choice: Choice | None) -> list[tuple[str, str]]:
    assert choice
    return [(rival.row.value_text, rival.agreement) for rival in choice.rivals]


def values(found: Sequence[Row]) -> list[str]:
    return [row.value_text for row in found]


# Two observations of one company's cash; the first is taken, for the reason given.
PAIRS = [
    (
        "the latest end",
        "{value: 2bn USD, period: 2025-09-30}",
        "{value: 1bn USD, period: 2025-06-30}",
    ),
    (
        "a filing beats later press for 92 days",
        "{value: 2bn USD, period: 2025-06-30, source: filing}",
        "{value: 1bn USD, period: 2025-09-30, source: press}",
    ),
    (
        "on the 93rd day later press wins",
        "{value: 1bn USD, period: 2025-10-01, source: press}",
        "{value: 2bn USD, period: 2025-06-30, source: filing}",
    ),
    (
        "the company's own figure counts as booked",
        "{value: 2bn USD, period: 2025-06-30, source: company}",
        "{value: 1bn USD, period: 2025-09-30, source: post}",
    ),
    (
        "an aggregator's does not",
        "{value: 1bn USD, period: 2025-09-30, source: press}",
        "{value: 2bn USD, period: 2025-06-30, source: aggregator}",
    ),
    (
        "a later filing beats an earlier one",
        "{value: 2bn USD, period: 2025-09-30, source: company}",
        "{value: 1bn USD, period: 2025-06-30, source: filing}",
    ),
    (
        "for one day the preferred one",
        "{value: 2bn USD, source: post, rank: preferred, because: corrected}",
        "{value: 1bn USD, source: filing}",
    ),
    (
        "for one day a filing before the company",
        "{value: 2bn USD, source: filing}",
        "{value: 1bn USD, source: company}",
    ),
    ("then the company before press", "{value: 2bn USD, source: company}", "{value: 1bn USD}"),
    ("then press before an aggregator", "{value: 2bn USD}", "{value: 1bn USD, source: aggregator}"),
    (
        "then an aggregator before a post",
        "{value: 2bn USD, source: aggregator}",
        "{value: 1bn USD, source: post}",
    ),
    (
        "a primary before one that quotes",
        "{value: 2bn USD}",
        "{value: 1bn USD, quotes: filing}",
    ),
    (
        "a primary before a rewrite that came later",
        "{value: 2bn USD, source: press}",
        "{value: 1bn USD, source: rewrite}",
    ),
    (
        "a primary before what passes a primary source on",
        "{value: 2bn USD, source: press}",
        "{value: 1bn USD, source: digest}",
    ),
    (
        "the latest publication",
        "{value: 2bn USD, source: later}",
        "{value: 1bn USD, source: press}",
    ),
    ("the narrower bounds", "{value: 1.05bn USD}", "{value: ~1bn USD}"),
    ("bounds before none", "{value: ~1bn USD}", "{value: '>1bn USD'}"),
]
SOURCES = """
sources:
  rewrite: {published: 2026-01-20, derived_from: press}
  digest: {published: 2026-01-20, primary_source: filing}
  later: {published: 2026-01-20}
"""


def test_the_rule_takes_the_first_of_two_in_whatever_order_they_stand(make_book):
    texts = []
    for _, *pair in PAIRS:
        usual = "metric: cash_reserves, period: 2025-09-30, source: press, "
        lines = [f"- {_once(usual + each[1:-1])}" for each in pair]
        texts += ["\n".join(lines), "\n".join(lines[::-1])]
    book = make_book(SOURCES + labs(texts))
    assert book.problems == ()
    for number, (why, first, _) in enumerate(PAIRS):
        for company in (f"lab{2 * number}", f"lab{2 * number + 1}"):
            choice = choose.latest(choose.candidates(book.rows([company]), LENS))
            assert f"{{value: {taken(choice)}" in first.replace("'", ""), why


def _once(flow: str) -> str:
    """Let what the table says stand in the place of what is usual: no key may stand twice."""
    keys = dict(part.split(": ", 1) for part in flow.split(", "))
    return "{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"


def test_the_id_decides_when_nothing_else_does(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30}
    - {metric: cash_reserves, value: 2bn USD, period: 2025-09-30}
    """
    both = rows(book)
    assert choose.latest(both) == choose.latest(both[::-1])
    assert taken(choose.latest(both)) == min(both, key=lambda row: row.id).value_text


def test_at_equal_ends_the_longest_period_is_taken(book):
    """
    lab:
    - {metric: revenue, value: 20m USD, period: 2025-Q3, source: filing}
    - {metric: revenue, value: 53m USD, period: 9M2025, source: press}
    - {metric: revenue, value: 6m USD, period: 2025-09, source: filing}
    """
    choice = choose.latest(rows(book, "revenue"))
    assert taken(choice) == "53m USD"
    assert ruled(choice) == []


def test_what_was_overruled_stays_and_is_classed(book):
    """
    lab:
    - {metric: cash_reserves, value: 1.102bn USD, period: 2025-09-30}
    - {metric: cash_reserves, value: 1.1bn USD, period: 2025-09-30, source: press}
    - {metric: cash_reserves, value: 1.102bn USD, period: 2025-09-30, source: aggregator}
    - {metric: cash_reserves, value: 1.046bn USD, period: 2025-09-30, source: post}
    - {metric: cash_reserves, value: 7.35bn CNY, period: 2025-09-30, source: company}
    - {metric: cash_reserves, value: 1.05bn USD, period: 2025-06-30, source: post}
    """
    choice = choose.latest(rows(book))
    assert choice
    assert taken(choice) == "1.102bn USD"
    assert sorted(ruled(choice)) == [
        ("1.046bn USD", "inconsistent"),
        ("1.102bn USD", "complete"),
        ("1.1bn USD", "consistent"),
        ("7.35bn CNY", "inconsistent"),
    ]
    assert choice.disputed


# Two figures of one metric and period, and how they stand to each other.
AGREE = [
    ("1.102bn USD", "1.102bn USD", "complete"),
    (">70%", "73.1%", "consistent"),
    ("~53m USD", "53.437m USD", "consistent"),
    ("1.1bn USD", "1.102bn USD", "consistent"),
    ("1.1bn USD", "1.046bn USD", "inconsistent"),
    ("~1.05bn USD", "1.046bn USD", "consistent"),
    ("~1.05bn USD", "1.102bn USD", "inconsistent"),
    ("70%", "73.1%", "inconsistent"),
    ("1bn..1.2bn USD", "1.102bn USD", "consistent"),
    ("<1bn USD", "1bn USD", "consistent"),
    ("<1bn USD", "1.6bn USD", "inconsistent"),
    ("1bn USD", "1bn CNY", "inconsistent"),
]


def test_two_figures_agree_as_far_as_their_printed_digits_leave_open(make_book):
    text = """
    - {{metric: {metric}, value: "{first}", period: {when}}}
    - {{metric: {metric}, value: "{second}", period: {when}, source: press}}
    """
    shares = {"metric": "overseas_share", "when": "9M2025"}
    money = {"metric": "cash_reserves", "when": "2025-09-30"}
    book = make_book(labs(
        text.format(first=first, second=second, **(shares if "%" in first else money))
        for first, second, _ in AGREE
    ))  # fmt: skip
    for number, (first, second, agreement) in enumerate(AGREE):
        one, other = sorted(book.rows([f"lab{number}"]), key=lambda row: -row.grade)
        assert choose.agreement(one, other) == agreement, (first, second)
        assert choose.agreement(other, one) == agreement, (second, first)


def test_an_undisputed_choice_says_so(book):
    """
    lab:
    - {metric: cash_reserves, value: 1.102bn USD, period: 2025-09-30}
    - {metric: cash_reserves, value: ~1.1bn USD, period: 2025-09-30, source: press}
    """
    choice = choose.latest(rows(book))
    assert choice
    assert not choice.disputed


def test_nothing_is_chosen_from_nothing():
    assert choose.latest([]) is None
    assert choose.nearest([], day("2025-09-30")) is None
    assert choose.during([], during("9M2025")) is None


def test_only_what_happened_counts_as_actual(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30}
    - {metric: cash_reserves, value: 2bn USD, period: 2025-09-30, kind: target}
    - {metric: cash_reserves, value: 3bn USD, period: 2025-09-30, kind: plan}
    - {metric: cash_reserves, value: 4bn USD, period: 2026-12-31, kind: forecast}
    - {metric: cash_reserves, value: 5bn USD, period: 2025-09-30, kind: offer}
    - {metric: cash_reserves, value: 6bn USD, period: 2025-09-30, kind: rumour}
    - {metric: cash_reserves, value: 7bn USD, period: 2025-09-30, kind: opinion}
    - {metric: cash_reserves, value: 8bn USD, period: 2025-09-30, rank: deprecated, because: slip}
    - {metric: cash_reserves, value: 10%, period: 2025-09-30, against: {company: lab}}
    """
    found = rows(book)
    assert values(choose.candidates(found, LENS)) == ["1bn USD"]
    planned = choose.candidates(found, LENS, ("plan", "target", "forecast"))
    assert sorted(values(planned)) == ["2bn USD", "3bn USD", "4bn USD"]


def test_what_is_deprecated_is_never_chosen_even_alone(book):
    """
    lab:
    - {metric: cash_reserves, value: 8bn USD, period: 2025-09-30, rank: deprecated, because: slip}
    """
    assert choose.latest(choose.candidates(rows(book), LENS)) is None


def test_a_reader_sees_periods_ended_and_documents_published_by_then(book):
    """
    sources:
      early: {published: 2025-07-15}
      month: {published: 2025-10}
      year: {published: 2025}
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2025-06-30, source: early}
    - {metric: cash_reserves, value: 2bn USD, period: 2025-09-30, source: month}
    - {metric: cash_reserves, value: 3bn USD, period: 2025-09-29, source: year}
    """
    for at, known, seen in (
        ("2025-06-29", "2026-01-01", []),
        ("2025-06-30", "2025-07-14", []),
        ("2025-06-30", "2025-07-15", ["1bn USD"]),
        ("2025-12-31", "2025-10-30", ["1bn USD"]),
        # A document dated by its month alone counts from the month's last day, as a year's does.
        ("2025-12-31", "2025-10-31", ["1bn USD", "2bn USD"]),
        ("2025-12-31", "2025-12-31", ["1bn USD", "3bn USD", "2bn USD"]),
        ("2025-09-29", "2025-12-31", ["1bn USD", "3bn USD"]),
    ):
        assert values(choose.candidates(rows(book), lens(at, known))) == seen, (at, known)


def test_the_nearest_end_is_taken_and_the_earlier_of_two_as_near(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2025-06-20}
    - {metric: cash_reserves, value: 2bn USD, period: 2025-06-30}
    - {metric: cash_reserves, value: 3bn USD, period: 2025-07-10}
    """
    for when, value in (
        ("2024-01-01", "1bn USD"),
        ("2025-06-25", "1bn USD"),
        ("2025-06-26", "2bn USD"),
        ("2025-07-05", "2bn USD"),
        ("2025-07-06", "3bn USD"),
        ("2026-01-01", "3bn USD"),
    ):
        assert taken(choose.nearest(rows(book), day(when))) == value, when


def test_a_period_is_met_exactly_or_not_at_all(book):
    """
    lab:
    - {metric: revenue, value: 53m USD, period: 9M2025}
    - {metric: revenue, value: 56m USD, period: 9M2025, source: press}
    """
    found = rows(book, "revenue")
    assert taken(choose.during(found, during("2025-01-01/2025-09-30"))) == "53m USD"
    assert ruled(choose.during(found, during("9M2025"))) == [("56m USD", "inconsistent")]
    assert choose.during(found, during("2025-Q3")) is None


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """Observations of every value, day and source above."""
    every = ", ".join(
        f'{{metric: cash_reserves, value: "{value}", period: {when}, source: {source}}}'
        for value in ("1bn USD", "~1bn USD", "1.1bn USD", ">1bn USD")
        for when in ("2025-03-31", "2025-06-30", "2025-09-30")
        for source in ("filing", "company", "press", "post", "rewrite")
    )
    return rows(read(write(tmp_path_factory.mktemp("many"), f"{SOURCES}\nlab: [{every}]")))


@given(st.data())
@settings(max_examples=40)
def test_the_order_in_which_figures_stand_never_matters(many, data):
    some = data.draw(st.lists(st.sampled_from(many), min_size=1, max_size=8, unique_by=id))
    turned = data.draw(st.permutations(some))
    assert choose.latest(some) == choose.latest(turned)


@given(st.data())
@settings(max_examples=40)
def test_the_choice_and_its_rivals_are_all_figures_of_one_period(many, data):
    some = data.draw(st.lists(st.sampled_from(many), min_size=1, max_size=8, unique_by=id))
    choice = choose.latest(some)
    assert choice
    every = [choice.row, *(rival.row for rival in choice.rivals)]
    assert len(every) == sum(row.period == choice.row.period for row in some)
    assert all(choose.order(choice.row) < choose.order(rival.row) for rival in choice.rivals)


@given(st.data())
@settings(max_examples=40)
def test_a_figure_that_loses_can_be_left_out(many, data):
    some = data.draw(st.lists(st.sampled_from(many), min_size=2, max_size=8, unique_by=id))
    choice = choose.latest(some)
    assert choice
    loser = next(row for row in some if row is not choice.row)
    # What holds later press back may itself be overruled: then press is free again.
    if loser.grade < choose.BOOKED:
        without = choose.latest([row for row in some if row is not loser])
        assert without
        assert without.row == choice.row
