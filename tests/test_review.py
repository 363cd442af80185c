"""A passage held against the book: agreeing, conflicting, new or open, and what says so."""

from datetime import date
from fractions import Fraction

import pytest

from metrics import review
from metrics.review import Correction, Finding
from schemas import words
from schemas.book import Book
from tests.folder import during, lens

PUBLISHED = date(2026, 1, 31)
LAB = """
lab:
  name: {en: Lab}
  observations:
    - {metric: revenue, value: 53.4m USD, period: 9M2025}
    - {metric: cash_reserves, value: 1.1bn USD, period: 2025-09-30}
    - {metric: operating_cash_outflow, value: 198m USD, period: 9M2025}
    - {metric: capex, value: 2bn CNY, period: FY2026, kind: plan}
    - {metric: gross_margin, value: 69.4%, period: 9M2025, scope: {segment: platform}}
"""


def reviewed(book: Book, text: str, **said: Correction) -> list[Finding]:
    told = {int(number.removeprefix("n")): each for number, each in said.items()}
    return review.review(book, text, PUBLISHED, lens(), told)


def one(book: Book, text: str, **said: Correction) -> Finding:
    (found,) = reviewed(book, text, **said)
    return found


@pytest.fixture
def lab(make_book):
    return make_book(LAB)


@pytest.mark.parametrize(
    ("text", "word", "agreement"),
    [
        ("Lab had revenue of $53.4 million in 9M2025.", "agreeing", "complete"),
        ("Lab had revenue of about $53 million in 9M2025.", "agreeing", "consistent"),
        ("Lab had revenue of $61 million in 9M2025.", "conflicting", "inconsistent"),
        ("Lab had revenue of $61 million in 2024.", "new", None),
        ("Lab had 12 employees.", "new", None),
        ("Lab had revenue of $61 million.", "open", None),
        ("Lab had revenue of $53.4 million.", "agreeing", "complete"),
        ("Lab had cash reserves of $1.1 billion.", "agreeing", "complete"),
        ("Lab plans capital expenditure of 2 billion yuan in 2026.", "agreeing", "complete"),
        ("Lab had capital expenditure of 2 billion yuan in 2025.", "new", None),
        ("Lab had a gross margin of 69.4% in 9M2025.", "agreeing", "complete"),
        ("Lab had a gross margin of 50% in 9M2025.", "new", None),
    ],
)  # fmt: skip
def test_a_figure_agrees_conflicts_or_is_new(lab, text, word, agreement):
    stands = one(lab, text).standing
    assert (stands.word, stands.agreement) == (word, agreement)


def test_a_conflict_says_by_how_much(lab):
    found = one(lab, "Lab had revenue of $106.8 million in the first nine months of 2025.")
    assert found.standing.gap == Fraction(1)
    assert found.standing.factor == ""
    said = review.told(lab, found, lens())["says"]
    assert "+100%" in said
    assert "53.4m USD" in said


def test_a_slip_of_a_power_of_ten_is_named(lab):
    found = one(lab, "Lab had revenue of $534 million in the first nine months of 2025.")
    assert found.standing.factor == "10^1"
    assert "check the unit" in review.told(lab, found, lens())["says"]


def test_open_bounds_conflict_without_a_gap(lab):
    found = one(lab, "Lab had revenue of under $20 million in the first nine months of 2025.")
    assert found.standing.word == "conflicting"
    assert review.told(lab, found, lens())["says"]


def test_a_claim_is_worked_out_again(lab):
    found = one(lab, "As of September 30, 2025 the cash of Lab would last for 50 months.")
    assert found.standing.verdict
    assert found.standing.verdict.word == "reproduced"
    told = review.told(lab, found, lens())
    assert told["verdict"] == "reproduced"
    assert words.say("en", "verdict.reproduced") in told["checked"]


def test_a_reader_corrects_company_metric_and_period(make_book):
    book = make_book(LAB + "other:\n  name: {en: Other}\n  observations: []\n")
    text = "Lab had revenue of $1.1 billion in 2024."
    said = Correction(metric="cash_reserves", period=during("2025-09-30"))
    assert one(book, text, n0=said).standing.word == "agreeing"
    assert one(book, text, n0=Correction(company="other")).standing.word == "new"
    assert one(book, text, n0=Correction(company="")).standing.word == "open"


def test_a_figure_that_does_not_fit_its_metric_says_why(lab):
    found = one(lab, "Lab had revenue of $5 million in 2024.", n0=Correction(metric="gross_margin"))
    assert found.standing.word == "open"
    assert "share" in review.told(lab, found, lens())["says"]


def test_money_without_a_currency_is_that_of_the_texts_language(make_book):
    book = make_book("\nlab:\n  name: {en: Lab}\n  aliases: [实验室]\n")
    assert one(book, "实验室的估值为5亿。").reading.value == "500m CNY"
    assert one(book, "Lab has a valuation of 5 billion.").reading.value == "5bn USD"
    assert one(book, "实验室的月活跃用户为500万。").reading.value == "5m users"


def test_a_figure_of_each_of_two_companies_is_a_finding_for_each(make_book):
    book = make_book("\nlab:\n  name: {en: Lab}\nrival:\n  name: {en: Rival}\n")
    found = reviewed(book, "Lab and Rival are each valued at $4 billion.")
    assert [each.reading.company for each in found] == ["lab", "rival"]
    assert [each.number for each in found] == [0, 1]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_what_is_told_is_told_in_each_language(lab, language):
    text = "Lab had revenue of $61 million in the first nine months of 2025. Lab had 12 employees."
    look = lens(language=language)
    found = review.review(lab, text, PUBLISHED, look)
    said = "\n".join(review.lines(lab, found, look))
    assert words.label(language, "revenue") in said
    assert words.say(language, "passage.standing.conflicting") in said
    assert "passage." not in said


@pytest.mark.parametrize(
    ("text", "script"),
    [("", "en"), ("Revenue of 5", "en"), ("收入为5亿", "zh-Hans"), ("營業收入與總額", "zh-Hant")],
)
def test_the_script_of_a_text_is_seen(text, script):
    assert review.script(text) == script
