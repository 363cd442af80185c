"""Findings: sources that do not agree, rewrites that differ, rates that do not fit."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import check
from schemas import words
from schemas.book import Book
from schemas.problem import Problem
from tests.folder import day, labs, read, write

SOURCES = """
sources:
  magazine: {published: 2025-11-30}
  copy: {published: 2025-12-20, derived_from: magazine}
"""


def found(book: Book) -> list[tuple[str, str]]:
    """What is found, with the company whose file it stands in."""
    return [(each.name, each.path.rsplit("/", 1)[-1][:-5]) for each in check.findings(book)]


def args(problems: Iterable[Problem]) -> dict[str, str]:
    (only,) = problems
    return dict(only.args)


# Two figures of one metric and period, and what is found.
PAIRS = [
    ("value: 1.102bn USD", "value: 1.046bn USD", ["rivals-disagree"]),
    ("value: 1.102bn USD", "value: 1.1bn USD", []),
    ("value: 1.102bn USD", "value: ~1.1bn USD", []),
    ("value: '>1bn USD'", "value: 1.102bn USD", []),
    ("value: '>1.2bn USD'", "value: 1.102bn USD", ["rivals-disagree"]),
    ("value: 1.102bn USD", "value: 1.102bn CNY", ["rivals-disagree"]),
    ("value: 1bn USD", "value: 5bn USD, kind: target", []),
    ("value: 5bn USD", "value: 1bn USD, scope: {segment: AI}", []),
    ("value: 1bn USD", "value: 5bn USD, rank: deprecated, because: a slip", []),
    ("value: 1bn USD", "value: 50%, against: {company: lab0}", []),
    ("value: 1bn USD", "value: 5bn USD, rank: preferred, because: audited", ["rivals-disagree"]),
]


def test_sources_that_do_not_agree_are_found(make_book):
    book = make_book(SOURCES + labs(
        f"""
        - {{metric: cash_reserves, period: 2025-09-30, source: filing, {first}}}
        - {{metric: cash_reserves, period: 2025-09-30, source: press, {second}}}
        """
        for first, second, _ in PAIRS
    ))  # fmt: skip
    expected = [
        (name, f"lab{number}") for number, (*_, names) in enumerate(PAIRS) for name in names
    ]
    assert sorted(found(book)) == sorted(expected)


def test_other_periods_and_other_bases_do_not_compete(book):
    """
    lab:
    - {metric: revenue, value: 30bn USD, period: FY2024, basis: gross}
    - {metric: revenue, value: 22bn USD, period: FY2024, basis: net}
    - {metric: revenue, value: 20bn USD, period: 9M2024, basis: net}
    """
    assert found(book) == []


def test_both_stay_and_each_is_named_with_its_source(book):
    """
    lab:
    - {metric: cash_reserves, value: 1.046bn USD, period: 2025-09-30, source: press}
    - {metric: cash_reserves, value: 1.102bn USD, period: 2025-09-30, source: filing}
    """
    (one,) = check.findings(book)
    # It stands where the overruled one is written.
    assert (one.severity, one.line) == ("warning", book.rows(["lab"])[0].line)
    assert dict(one.args) == {
        "metric": "cash_reserves",
        "first": "1.102bn USD",
        "second": "1.046bn USD",
        "period": "2025-09-30",
        "first_source": "filing",
        "second_source": "press",
    }


def test_each_of_many_is_held_against_the_one_that_is_taken(book):
    """
    lab:
    - {metric: cash_reserves, value: 1.102bn USD, period: 2025-09-30, source: filing}
    - {metric: cash_reserves, value: 1.2bn USD, period: 2025-09-30, source: press}
    - {metric: cash_reserves, value: 1.3bn USD, period: 2025-09-30, source: post}
    other:
    - {metric: cash_reserves, value: 5bn USD, period: 2025-09-30, source: post}
    """
    assert [dict(each.args)["second"] for each in check.findings(book)] == [
        "1.2bn USD",
        "1.3bn USD",
    ]


# A figure, its rewrite, and whether that is found.
REWRITES = [
    ("500bn USD", "almost 500bn USD", ["rewrite-differs"]),
    ("500bn USD", "5bn USD", ["rewrite-differs"]),
    ("500bn USD", "500bn USD", []),
    (">10m USD", "10m..100m USD", ["rewrite-differs"]),
]


def test_a_rewrite_that_differs_from_its_original_is_found(make_book):
    book = make_book(SOURCES + labs(
        f"""
        - {{metric: valuation, period: 2025-11-30, source: copy, value: "{second}"}}
        - {{metric: valuation, period: 2025-11-30, source: magazine, value: "{first}"}}
        """
        for first, second, _ in REWRITES
    ))  # fmt: skip
    expected = [(name, f"lab{n}") for n, (*_, names) in enumerate(REWRITES) for name in names]
    assert sorted(found(book)) == expected
    first = min(check.findings(book))
    assert dict(first.args) == {
        "metric": "valuation",
        "source": "copy",
        "original": "magazine",
        "first": "almost 500bn USD",
        "second": "500bn USD",
    }


# An amount, the same in yuan, its period, and whether the rate they imply was the rate.
CURRENCIES = [
    ("1.4bn USD", "10bn CNY", "2024-Q1", True),  # 7.1, as printed in one article
    ("1.40bn USD", "10.0bn CNY", "2024-Q1", True),
    ("1.40bn USD", "10.6bn CNY", "2024-Q1", False),  # 7.6
    ("1.4bn USD", "1bn CNY", "2024-Q1", False),  # a slip of ten
    (">1.4bn USD", "10bn CNY", "2024-Q1", True),
    (">1.4bn USD", "10.6bn CNY", "2024-Q1", False),
    (">1.40bn USD", "10.6bn CNY", "2024-Q1", False),  # not "more than", so any rate would do
    ("<1.40bn USD", "10.0bn CNY", "2024-Q1", True),
    ("<=1.40bn USD", "<=10.6bn CNY", "2024-Q1", False),
    (">=1.40bn USD", ">=10.0bn CNY", "2024-Q1", True),
    ("~1.40bn USD", "~10.0bn CNY", "2024-Q1", True),
    ("1.3bn..1.5bn USD", "9bn..11bn CNY", "2024-Q1", True),
    ("1.30bn..1.35bn USD", "10.5bn..11.0bn CNY", "2024-Q1", False),
    ("1.40bn USD", "9.94bn CNY", "2024-03-31", False),  # the closing rate was 7.23
    ("1.40bn USD", "10.1bn CNY", "2024-03-31", True),
    ("1.4bn USD", "45bn TWD", "2024-Q1", True),  # no reference rate, nothing to say
    ("0 USD", "0 CNY", "2024-Q1", True),
    ("1.4bn USD", "30%", "2024-Q1", True),  # no second currency
]


def test_two_currencies_printed_for_one_amount_imply_the_rate_of_the_time(make_book):
    book = make_book(labs(
        f"""
        - metric: net_proceeds
          value: "{value}"
          period: {when}
          also: {{value: "{other}", as_stated: "{other}"}}
        """
        for value, other, when, _ in CURRENCIES
    ))  # fmt: skip
    wrong = [f"lab{number}" for number, (*_, fits) in enumerate(CURRENCIES) if not fits]
    assert sorted(found(book)) == sorted(("currencies-disagree", company) for company in wrong)


def test_a_rate_that_does_not_fit_is_shown_beside_the_one_of_the_time(book):
    """
    lab:
    - metric: net_proceeds
      value: 1.40bn USD
      as_stated: 14.0億美元
      also: {value: 1.00bn CNY, as_stated: 10.0億元人民幣}
      period: 2024-Q1
    """
    assert args(check.findings(book)) == {
        "metric": "net_proceeds",
        "first": "14.0億美元",
        "second": "10.0億元人民幣",
        "implied": "[0.708185, 0.72043]",
        "pair": "CNY/USD",
        "rate": "7.188",
    }


def test_a_currency_that_is_inferred_is_held_against_the_other(book):
    """
    lab:
    - metric: net_proceeds
      value: 1.40bn USD
      as_stated: 14.0億
      unit_basis: inferred
      because: dollars in the sentence before
      also: {value: 1.00bn CNY, as_stated: 10.0億元人民幣}
      period: 2024-Q1
    """
    assert [each.name for each in check.findings(book)] == ["currencies-disagree"]


def test_gaps_in_a_language_are_counted_and_english_stands_in(book, monkeypatch):
    """
    lab: []
    """
    assert list(check.findings(book)) == []
    real = words.texts
    short = {key: text for key, text in real("zh-Hant").items() if not key.startswith("status.")}
    monkeypatch.setattr(
        words, "texts", lambda language: short if language == "zh-Hant" else real(language)
    )
    (one,) = check.findings(book)
    gaps = [key for key in real("en") if key.startswith("status.")]
    assert one.path == "schemas/text/zh-Hant.yaml"
    assert dict(one.args) == {"language": "zh-Hant", "count": str(len(gaps)), "key": min(gaps)}


def test_what_was_read_and_what_is_found_stand_in_one_order(make_book):
    book = make_book("""
    lab:
    - {metric: cash_reserves, value: 1bn USD, as_stated: 10億, period: 2025-09-30}
    - {metric: revenue, value: 5bn USD, period: 9M2025, source: press}
    - {metric: revenue, value: 2bn USD, period: 9M2025, source: filing}
    - {metric: revenue, value: 2bn USD, period: 9M2024, source: nowhere}
    """)
    every = check.problems(book)
    assert [each.name for each in every] == [
        "unit-not-printed",
        "rivals-disagree",
        "unknown-source",
    ]
    assert every == sorted(every)


ANY = st.fixed_dictionaries(
    {
        "metric": st.sampled_from(["cash_reserves", "net_proceeds", "valuation"]),
        "value": st.sampled_from(["0 USD", "<1bn USD", ">1bn USD", "1bn..2bn USD", "~1bn CNY"]),
        "also": st.sampled_from(["0 CNY", "<1bn CNY", ">1bn USD", "1bn..2bn HKD", "3 people"]),
        "source": st.sampled_from(["filing", "press", "magazine", "copy"]),
        "kind": st.sampled_from(["actual", "opinion"]),
    }
)


@given(some=st.lists(ANY, min_size=2, max_size=8))
@settings(max_examples=5)
def test_no_figures_make_checking_fail(tmp_path_factory, some):
    told = "\n".join(
        f'- {{metric: {each["metric"]}, value: "{each["value"]}", period: 2025-09-30,'
        f" source: {each['source']}, kind: {each['kind']},"
        f' also: {{value: "{each["also"]}", as_stated: "{each["also"]}"}}}}'
        for each in some
    )
    book = read(write(tmp_path_factory.mktemp("any"), f"{SOURCES}lab:\n{told}\n"))
    for each in check.problems(book):
        says, hint = words.sentences("en", each)
        assert says
        assert hint
        assert "{" not in says + hint


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_finding_has_words(make_book, language):
    book = make_book(f"""
{SOURCES}
lab:
- {{metric: valuation, period: 2025-11-30, source: copy, value: 5bn USD}}
- {{metric: valuation, period: 2025-11-30, source: magazine, value: 1bn USD}}
- {{metric: cash_reserves, period: 2025-09-30, source: filing, value: 5bn USD}}
- metric: cash_reserves
  period: 2025-09-30
  source: press
  value: 1bn USD
  also: {{value: 1bn CNY, as_stated: 10億元}}
""")
    told = {each.name: words.sentences(language, each) for each in check.findings(book)}
    assert set(told) == {"rewrite-differs", "rivals-disagree", "currencies-disagree"}
    for says, hint in told.values():
        assert says
        assert hint
        assert "problem." not in says + hint


def test_a_rewrite_is_held_against_its_own_original(make_book):
    book = make_book(
        SOURCES
        + """
lab:
- {metric: cash_reserves, value: 1bn..2bn USD, period: 2025-09-30, source: filing}
- {metric: cash_reserves, value: 1.1bn USD, period: 2025-09-30, source: magazine}
- {metric: cash_reserves, value: 1.9bn USD, period: 2025-09-30, source: copy}
"""
    )
    assert [name for name, _ in found(book)] == ["rewrite-differs"]


def test_two_currencies_at_the_rate_of_the_day_agree(make_book):
    book = make_book(
        """
lab:
- {metric: cash_reserves, value: 7.35bn CNY, period: 2025-09-30, source: filing}
- {metric: cash_reserves, value: 1.032bn USD, period: 2025-09-30, source: press}
"""
    )
    assert found(book) == []


# -- staleness ----------------------------------------------------------------------------------


def test_what_is_older_than_its_shelf_life_is_noted_once_for_a_company(book):
    """
    lab:
    - {metric: employee_count, value: 385 people, period: 2024-06-30}
    - {metric: cash_reserves, value: 1bn USD, period: 2024-12-31}
    - {metric: cash_reserves, value: 2bn USD, period: 2024-06-30}
    - {metric: revenue, value: 53m USD, period: 9M2025}
    """
    one = args(stale := list(check.findings(book, at=day("2025-12-31"))))
    assert one == {
        "at": "2025-12-31",
        "count": "2",
        "metrics": "cash_reserves (2024-12-31), employee_count (2024-06-30)",
    }
    assert [(each.name, each.severity, each.line) for each in stale] == [
        ("stale-figures", "note", 0)
    ]
    assert stale[0].path == "data/companies/lab.yaml"


def test_nothing_is_stale_without_a_day_to_look_from(book):
    """
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2004-12-31}
    """
    assert found(book) == []


# A figure, and whether it is stale at the end of 2025; cash keeps for 275 days.
SHELF = [
    ("{metric: cash_reserves, value: 1bn USD, period: 2025-03-31}", False),
    ("{metric: cash_reserves, value: 1bn USD, period: 2025-03-30}", True),
    ("{metric: borrowings, value: 1bn USD, period: 2020-03-30}", False),  # no default row
    ("{metric: runway, value: 50 months, period: 2020-03-30}", False),  # a claim answers nothing
    ("{metric: cash_reserves, value: 1bn USD, period: 2020-03-30, kind: opinion}", False),
    ("{metric: cash_reserves, value: 1bn USD, period: 2020-03-30, scope: {product: A}}", False),
    ("{metric: cash_reserves, value: 1bn USD, period: 2026-03-30}", False),  # not yet
]


def test_what_is_stale_is_told_of_figures_that_answer_a_default_row(make_book):
    book = make_book(labs(f"- {told}" for told, _ in SHELF) + """
both:
  members: [lab0, lab1]
  observations:
  - {metric: cash_reserves, value: 9bn USD, period: 2020-03-30}
""")  # fmt: skip
    told = [each.path for each in check.findings(book, at=day("2025-12-31"))]
    assert told == [f"data0/companies/lab{n}.yaml" for n, (_, is_old) in enumerate(SHELF) if is_old]


def test_what_was_not_published_yet_does_not_freshen_anything(make_book):
    book = make_book("""
    lab:
    - {metric: cash_reserves, value: 1bn USD, period: 2024-12-31, source: early}
    - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30, source: late}
    sources: {early: {published: 2025-01-31}, late: {published: 2026-03-31}}
    """)
    then, now = day("2025-12-31"), day("2026-04-01")
    assert [each.name for each in check.findings(book, then, then)] == ["stale-figures"]
    assert list(check.findings(book, now, then)) == []


# -- rates --------------------------------------------------------------------------------------

# A stated rate of yuan per dollar, and by how many per cent it lies off; the closing rate of
# 30 September 2025 was 7.1196, the mean of the nine months 7.2196.
RATES = [
    ('rate: "7.12", period: 2025-09-30', ""),
    ('rate: "7.25", period: 2025-09-30', ""),  # 1.8 %
    ('rate: "7.27", period: 2025-09-30', "2.1"),
    ('rate: "6.90", period: 2025-09-30', "3.1"),
    ('rate: "7.22", period: 9M2025, kind: mean', ""),
    ('rate: "7.12", period: 2024-Q1, kind: mean', ""),
    ('rate: "71.2", period: 2025-09-30', "9e+02"),
    ('rate: "9.99", period: 2099-09-30', ""),  # a plan, held against nothing
    ('rate: "9.99", period: 1990-09-30', ""),  # before there were reference rates
]


@pytest.mark.parametrize(("told", "off"), RATES)
def test_a_stated_rate_far_off_the_reference_rate_is_told(make_book, told, off):
    book = make_book(f"rates: [{{base: USD, quote: CNY, {told}}}]")
    assert book.problems == ()
    assert [dict(each.args)["off"] for each in check.findings(book)] == ([off] if off else [])


def test_a_rate_that_differs_is_told_with_both_at_its_place(make_book):
    book = make_book("""
    sources: {early: {published: 2025-10-31}}
    rates:
    - {base: CNY, quote: USD, rate: "0.15", as_stated: US$0.15, period: 2025-09-30, source: early}
    """)
    (one,) = check.findings(book)
    assert (one.name, one.severity, one.line) == ("rate-differs", "warning", book.rates[0].line)
    assert one.path == book.rates[0].file
    assert dict(one.args) == {
        "source": "early",
        "pair": "USD/CNY",
        "stated": "US$0.15",
        "period": "2025-09-30",
        "rate": "0.14046",
        "off": "6.8",
    }
    assert list(check.findings(book, day("2025-10-30"))) == []


def test_a_plan_printed_in_two_currencies_is_held_against_the_rate_of_its_day(make_book):
    book = make_book(labs(
        f"""
        - metric: capex
          value: 1.40bn USD
          period: FY2027
          kind: plan
          also: {{value: "{other}", as_stated: "{other}"}}
        """
        for other in ("9.80bn CNY", "98.0bn CNY")
    ))  # fmt: skip
    assert found(book) == [("currencies-disagree", "lab1")]
