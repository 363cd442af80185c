"""How amounts, periods and sentences are written for people, in three languages."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import words
from schemas.interval import Interval, point
from schemas.problem import problem
from schemas.words import LANGUAGES, Amount
from tests.folder import during, fig, iv


def written(of: Amount, metric: str = "") -> tuple[str, ...]:
    return tuple(words.amount(language, of, metric) for language in LANGUAGES)


def exactly(number: str | int, unit: str, digits: int = 3) -> Amount:
    return Amount(point(Fraction(number)), Fraction(number), unit, "exact", digits)


def printed(text: str) -> Amount:
    """A figure as it was printed, with as many digits."""
    read = fig(text)
    digits = max(len(re.sub(r"\D", "", end)) for end in text.split(".."))
    return Amount(read.bounds, read.value, read.unit or "count", read.qualifier, digits)


# -- amounts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "english", "simplified", "traditional"),
    [
        # money: bn and m in English, 亿 and 万 in Chinese
        ("1.1bn USD", "$1.1B", "11亿美元", "11億美元"),
        ("~53m USD", "≈$53M", "约5300万美元", "約5300萬美元"),
        ("53.437m USD", "$53.437M", "5343.7万美元", "5343.7萬美元"),
        ("386K CNY", "CN¥386K", "38.6万元", "38.6萬元"),
        ("1.3tn HKD", "HK$1.3T", "1.3万亿港元", "1.3萬億港元"),
        ("12.5 USD", "$12.5", "12.5美元", "12.5美元"),
        ("950 EUR", "€950", "950欧元", "950歐元"),
        ("30bn..50bn CNY", "CN¥30B–CN¥50B", "300亿元–500亿元", "300億元–500億元"),
        # every qualifier
        ("385 people", "385", "385人", "385人"),
        ("~385 people", "≈385", "约385人", "約385人"),
        ("almost 74%", "almost 74%", "近74%", "近74%"),
        (">70%", ">70%", "超过70%", "超過70%"),
        (">=100m CNY", "≥CN¥100M", "至少1亿元", "至少1億元"),
        ("<1%", "<1%", "不到1%", "不到1%"),
        ("<=50 people", "≤50", "不超过50人", "不超過50人"),
        ("20..40 people", "20–40", "20–40人", "20–40人"),
        # shares, multiples, points
        ("73.1%", "73.1%", "73.1%", "73.1%"),
        ("1365%", "1,365%", "1,365%", "1,365%"),
        ("266.5%", "266.5%", "266.5%", "266.5%"),
        ("34x", "34×", "34倍", "34倍"),
        ("2.5 percentage points", "2.5 pp", "2.5个百分点", "2.5個百分點"),
        # people, users, counts, time
        ("212m users", "212M", "2.12亿", "2.12億"),
        ("7780 people", "7,780", "7,780人", "7,780人"),
        ("20 count", "20", "20", "20"),
        ("50 months", "50 months", "50个月", "50個月"),
        ("3 years", "3 years", "3年", "3年"),
        # money a month and a person
        ("327.3m CNY/month", "CN¥327.3M/month", "3.273亿元/月", "3.273億元/月"),
        ("138.8K USD/person", "$138.8K/person", "13.88万美元/人", "13.88萬美元/人"),
        ("5 USD/user", "$5/user", "5美元/用户", "5美元/用戶"),
        ("2m USD/year", "$2M/year", "200万美元/年", "200萬美元/年"),
        # less than nothing, and nothing
        ("-465m USD", "-$465M", "-4.65亿美元", "-4.65億美元"),
        ("~-465m USD", "≈-$465M", "约-4.65亿美元", "約-4.65億美元"),
        ("-12%", "-12%", "-12%", "-12%"),
        ("0 USD", "$0", "0美元", "0美元"),
        ("0%", "0%", "0%", "0%"),
        ("0 people", "0", "0人", "0人"),
    ],
)
def test_an_amount_is_written_as_investors_write_it(text, english, simplified, traditional):
    assert written(printed(text)) == (english, simplified, traditional)


@pytest.mark.parametrize(
    ("number", "unit", "digits", "english", "simplified"),
    [
        (1_102_000_000, "USD", 2, "$1.1B", "11亿美元"),
        (1_102_000_000, "USD", 4, "$1.102B", "11.02亿美元"),
        (99_999_999, "USD", 3, "$100M", "1亿美元"),
        (999_999, "CNY", 3, "CN¥1M", "100万元"),
        (123_456_789, "users", 1, "100M", "1亿"),
        (12_345, "people", 2, "12,000", "12,000人"),
        (99_999, "people", 2, "100K", "10万人"),
        ("13.654", "share", 3, "1,370%", "1,370%"),
        ("0.12345", "share", 3, "12.3%", "12.3%"),
        ("0.9996", "share", 3, "100%", "100%"),
        ("0.00012345", "share", 2, "0.012%", "0.012%"),
        ("53.3333", "months", 3, "53.3 months", "53.3个月"),
        ("0.046", "multiple", 1, "0.05×", "0.05倍"),
        (12_345, "people", 0, "10,000", "10,000人"),
        # so much that no scale word reaches it
        (12_345_678_901_234_567, "CNY", 3, "CN¥12300T", "12300万亿元"),
    ],
)
def test_no_more_digits_are_shown_than_were_printed(number, unit, digits, english, simplified):
    assert written(exactly(number, unit, digits))[:2] == (english, simplified)


@pytest.mark.parametrize("unit", ["USD", "CNY/people", "people", "users", "share", "months"])
@given(
    number=st.fractions(min_value=-(10**13), max_value=10**13, max_denominator=1000),
    digits=st.integers(1, 6),
)
def test_what_is_shown_is_the_amount_rounded_to_its_digits(unit, number, digits):
    for text in written(exactly(number, unit, digits)):
        exact = number * 100 if unit == "share" else number
        assert abs(amount_of(text) - exact) <= abs(exact) * Fraction(5, 10**digits)
        assert len(re.sub(r"\D", "", number_of(text)).strip("0")) <= digits


def number_of(text: str) -> str:
    found = re.search(r"-?[\d,]+(\.\d+)?", text.replace("-$", "$-").replace("-CN¥", "CN¥-"))
    assert found, text
    return found[0].replace(",", "")


def amount_of(text: str) -> Fraction:
    scales = {"万亿": 12, "萬億": 12, "亿": 8, "億": 8, "万": 4, "萬": 4}
    letters = {"K": 3, "M": 6, "B": 9, "T": 12}
    rest = text.replace(number_of(text), "").removeprefix("CN¥")
    power = next((p for word, p in {**scales, **letters}.items() if word in rest), 0)
    return Fraction(number_of(text)) * Fraction(10) ** power


@pytest.mark.parametrize(
    ("bounds", "value", "text"),
    [
        # what is derived has no qualifier of its own
        ("53.3", "53.3", "53.3 months"),
        ("50..53", "51", "≈51 months"),
        ("50..53", None, "50–53 months"),
        ("(50, 53)", None, "50–53 months"),
        (">50", None, ">50 months"),
        (">=50", None, "≥50 months"),
        ("<50", None, "<50 months"),
        ("<=50", None, "≤50 months"),
        ("[0, 50)", None, "<50 months"),
        ("0..50", None, "≤50 months"),
        ("-5..50", None, "-5–50 months"),
        ("(-∞, ∞)", None, "<∞ months"),
    ],
)
def test_a_derived_amount_is_qualified_by_its_bounds(bounds, value, text):
    number = None if value is None else Fraction(value)
    assert words.amount("en", Amount(iv(bounds), number, "months")) == text


def test_an_open_range_keeps_its_threshold():
    clipped = Amount(iv("(0.7, 1]"), None, "share", "more_than")
    assert written(clipped) == (">70%", "超过70%", "超過70%")
    below = Amount(iv("[0, 0.01)"), None, "share", "less_than")
    assert written(below) == ("<1%", "不到1%", "不到1%")
    floorless = Amount(Interval(None, Fraction(5)), None, "people", "at_most")
    assert written(floorless) == ("≤5", "不超过5人", "不超過5人")


@pytest.mark.parametrize(
    ("metric", "texts"),
    [
        ("average_age", ("28 years", "28岁", "28歲")),
        ("company_age", ("28 years", "28年", "28年")),
        ("", ("28 years", "28年", "28年")),
    ],
)
def test_an_age_is_not_a_stretch_of_time_in_chinese(metric, texts):
    assert written(exactly(28, "years"), metric) == texts


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("CNY", ("Chinese Yuan", "元", "元")),
        ("USD", ("US Dollar", "美元", "美元")),
        ("JPY", ("Japanese Yen", "日元", "日圓")),
    ],
)
def test_a_currency_is_named_as_it_stands_behind_an_amount(code, names):
    assert tuple(words.currency(language, code) for language in LANGUAGES) == names


# -- time -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "english", "simplified", "traditional"),
    [
        ("2025-09-30", "Sep 30, 2025", "2025年9月30日", "2025年9月30日"),
        ("FY2024", "FY2024", "2024年", "2024年"),
        ("H1-2025", "H1 2025", "2025年上半年", "2025年上半年"),
        ("9M2025", "9M 2025", "2025年前九个月", "2025年前九個月"),
        ("2025-Q1", "Q1 2025", "2025年一季度", "2025年一季度"),
        ("2025-01", "Jan 2025", "2025年1月", "2025年1月"),
        ("2025-09", "Sep 2025", "2025年9月", "2025年9月"),
        # whole months without a name of their own
        ("2025-Q3", "Jul – Sep 2025", "2025年7月至9月", "2025年7月至9月"),
        ("H2-2025", "Jul – Dec 2025", "2025年7月至12月", "2025年7月至12月"),
        ("7M2025", "Jan – Jul 2025", "2025年1月至7月", "2025年1月至7月"),
        ("2024-04-01/2025-03-31", "Apr 2024 – Mar 2025", "2024年4月至2025年3月",
         "2024年4月至2025年3月"),
        ("2024-01-01/2025-12-31", "Jan 2024 – Dec 2025", "2024年1月至2025年12月",
         "2024年1月至2025年12月"),
        # days
        ("2025-01-15/2025-02-14", "Jan 15 – Feb 14, 2025", "2025年1月15日至2月14日",
         "2025年1月15日至2月14日"),
        ("2025-01-01/2025-09-29", "Jan 1 – Sep 29, 2025", "2025年1月1日至9月29日",
         "2025年1月1日至9月29日"),
    ],
)  # fmt: skip
def test_a_period_is_written_short(text, english, simplified, traditional):
    said = [words.period(language, during(text)) for language in LANGUAGES]
    assert [plain(each) for each in said] == [english, simplified, traditional]


def plain(text: str) -> str:
    """Text with ordinary blanks: the CLDR puts thin ones around dashes."""
    return re.sub(r"\s", " ", text)


def test_a_day_is_written_in_the_order_of_the_language():
    said = [words.day(language, date(2026, 2, 1)) for language in LANGUAGES]
    assert said == ["Feb 1, 2026", "2026年2月1日", "2026年2月1日"]


# -- sentences --------------------------------------------------------------------------------


def test_english_comes_first_and_stands_in_for_what_a_language_does_not_say(monkeypatch):
    assert LANGUAGES == ("en", "zh-Hans", "zh-Hant")
    known = {"en": {"greeting": "good day {name}", "other": "x"}, "zh-Hans": {"greeting": ""}}
    monkeypatch.setattr(words, "texts", lambda language: known[language])
    assert words.say("zh-Hans", "greeting", name="A") == "good day A"
    assert words.say("zh-Hans", "other") == "x"
    assert words.has("zh-Hans", "greeting")
    assert not words.has("zh-Hans", "other")


def test_a_key_nobody_wrote_is_said_as_it_is():
    assert words.say("zh-Hans", "no.such.key") == "no.such.key"


def test_a_gap_that_nothing_fills_stays_blank():
    assert words.say("en", "problem.unknown-metric.says", value="x") == "there is no metric “x” "


def test_values_are_said_as_they_are_whatever_is_in_them():
    hostile = "{value} {0} %s <b>"
    assert hostile in words.say("en", "problem.unknown-metric.says", value=hostile)


def test_a_metric_is_named_by_its_label_else_by_its_id():
    labels = [words.label(language, "runway") for language in LANGUAGES]
    assert labels == ["Runway", "现金可支撑时间(月)", "現金可支撐時間(月)"]
    assert words.label("zh-Hans", "no_such") == "no_such"


@pytest.mark.parametrize(
    ("language", "near", "says"),
    [
        ("en", "revenue", "there is no metric “revenu” (did you mean revenue?)"),
        ("en", "", "there is no metric “revenu”"),
    ],
)
def test_a_near_name_is_suggested_where_there_is_one(language, near, says):
    found = problem("unknown-metric", value="revenu", near=near)
    assert words.sentences(language, found)[0] == says


def test_a_factor_is_told_where_there_is_one():
    args = {"value": "11bn", "as_stated": "11億", "meant": "a", "stated": "b"}
    for factor, told in (("10", True), ("", False)):
        for language in LANGUAGES:
            says, _ = words.sentences(language, problem("double-entry", factor=factor, **args))
            assert ("10" in says) is told


@pytest.mark.parametrize(
    ("content", "told"), [("a: [", "yaml-syntax"), (None, "missing-file"), ("", "empty-document")]
)
def test_words_that_cannot_be_read_stop_everything(tmp_path, monkeypatch, content, told):
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    if content is not None:
        (tmp_path / "xx.yaml").write_text(content)
    with pytest.raises(ValueError, match=rf"schemas/text/xx.yaml is not readable: .*{told}"):
        words.texts("xx")


def test_lists_among_the_words_are_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    (tmp_path / "xy.yaml").write_text("a: {b: c, d: [e]}\nf: g")
    assert words.texts("xy") == {"a.b": "c", "f": "g"}
