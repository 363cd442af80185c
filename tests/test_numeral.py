"""Numbers in Arabic and Chinese digits: what they are, and which are malformed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.numeral import Amount, and_half, numeral, whole

# Characters | number | place of the last significant digit | place of the last printed one.
TABLE = """
0 | 0 | 0 | 0
7 | 7 | 0 | 0
385 | 385 | 0 | 0
5300 | 5300 | 2 | 0
1,234,567 | 1234567 | 0 | 0
1，234 | 1234 | 0 | 0
10.46 | 10.46 | -2 | -2
1.50 | 1.5 | -2 | -2
零 | 0 | 0 | 0
七 | 7 | 0 | 0
十 | 10 | 1 | 1
十二 | 12 | 0 | 0
二十 | 20 | 1 | 1
九十九 | 99 | 0 | 0
一百 | 100 | 2 | 2
一百一 | 110 | 1 | 1
一百一十 | 110 | 1 | 1
一百零五 | 105 | 0 | 0
两百五 | 250 | 1 | 1
一千二 | 1200 | 2 | 2
两千零五十 | 2050 | 1 | 1
两千零五 | 2005 | 0 | 0
一千零零五 | 1005 | 0 | 0
九千九百九十九 | 9999 | 0 | 0
一万 | 10000 | 4 | 4
三万五 | 35000 | 3 | 3
一万零五百 | 10500 | 2 | 2
一万五千六百 | 15600 | 2 | 2
十二万五千 | 125000 | 3 | 3
八千五百万 | 85000000 | 6 | 6
两百亿 | 20000000000 | 10 | 10
三亿五 | 350000000 | 7 | 7
一亿两千万 | 120000000 | 7 | 7
一亿零五百万 | 105000000 | 6 | 6
一百二十三亿四千五百万 | 12345000000 | 6 | 6
三万亿五千亿 | 3500000000000 | 11 | 11
两兆 | 2000000000000 | 12 | 12
零点五 | 0.5 | -1 | -1
十二点五 | 12.5 | -1 | -1
二百六十六点五 | 266.5 | -1 | -1
一点二万亿 | 1200000000000 | 11 | 11
3亿5000万 | 350000000 | 7 | 4
2亿5千万 | 250000000 | 7 | 7
1亿500万 | 105000000 | 6 | 4
1万2千 | 12000 | 3 | 3
1万2000 | 12000 | 3 | 0
2.79千万 | 27900000 | 5 | 5
5百万 | 5000000 | 6 | 6
1.2万亿 | 1200000000000 | 11 | 11
5百万亿 | 500000000000000 | 14 | 14
百 | 100 | 2 | 2
千万 | 10000000 | 7 | 7
百亿 | 10000000000 | 10 | 10
"""

ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
MALFORMED = """
007 00 00.5 1,23 1,2345 12,34,567 1.234.567 1,234,56 1. .5 1:30 3/4 2×5 1'234 5e3 ١ ²
零三 三零 两千零 两零五 十十 百百 一百一百 一千千 一百一千 一万一万 一亿万 一万一亿 万万 亿亿
一二三 二〇二五 五一 三一 九八 两二 一点 点五 一点十 一点二点三 三百点 百二 千五百 万五 几 半
5一 一5 1万2 1万200 1亿99999万 1.2亿5000万 1.0百万亿 0百万亿 五千万亿亿 十万百
"""
BARE = ("百", "千", "万", "亿", "兆", "百万", "千万", "百亿", "千亿", "万亿")


@pytest.mark.parametrize(("text", "number", "step", "digit"), ROWS)
def test_a_number_has_its_value_and_the_places_of_its_last_digits(text, number, step, digit):
    got = numeral(text)
    assert got is not None
    assert got.high is None
    assert (got.low.exact(), got.low.step, got.low.digit) == (
        Fraction(number),
        int(step),
        int(digit),
    )


@pytest.mark.parametrize("text", [*MALFORMED.split(), "", "1" * 31, "1 234", "九" * 31])
def test_a_malformed_number_is_none(text):
    assert numeral(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("两三", 2, 3),
        ("三五", 3, 5),
        ("七八", 7, 8),
        ("一两", 1, 2),
        ("十七八", 17, 18),
        ("二三十", 20, 30),
        ("三五百", 300, 500),
        ("两三千万", 20_000_000, 30_000_000),
        ("一百二三十", 120, 130),
        ("七八亿", 700_000_000, 800_000_000),
    ],
)
def test_two_digits_side_by_side_span_a_band(text, low, high):
    got = numeral(text)
    assert got is not None
    assert got.high is not None
    assert (got.low.exact(), got.high.exact()) == (low, high)


@pytest.mark.parametrize("text", BARE)
def test_a_scale_word_alone_is_bare(text):
    got = numeral(text)
    assert got is not None
    assert got.is_bare
    assert got.in_words


@pytest.mark.parametrize("text", ["十", "十万", "十亿"])
def test_ten_is_a_number_and_no_scale_alone(text):
    got = numeral(text)
    assert got is not None
    assert not got.is_bare


DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """Say a number below ten thousand in Chinese."""
    words, skips = "", False
    for place, name in ((3, "千"), (2, "百"), (1, "十"), (0, "")):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if skips and words else "") + DIGITS[digit] + name
        skips = not digit
    return words or "零"


def said(number: int) -> str:
    """Say a number below a trillion in Chinese."""
    words = ""
    for place, name in ((8, "亿"), (4, "万"), (0, "")):
        section = number // 10**place % 10_000
        if section:
            gap = "零" if words and section < 1000 else ""
            words += gap + spoken(section) + name
    return words or "零"


@given(st.integers(0, 10**12 - 1))
def test_every_chinese_number_is_read_as_it_is_said(number):
    got = numeral(said(number))
    assert got is not None
    assert got.low.exact() == number


@given(st.integers(0, 10**12), st.integers(0, 12), st.sampled_from(["", "万", "亿", "万亿"]))
def test_arabic_digits_take_a_chinese_scale(number, places, scale):
    digits = f"{number:0{places + 1}d}"
    printed = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    got = numeral(printed + scale)
    power = {"": 0, "万": 4, "亿": 8, "万亿": 12}[scale]
    assert got is not None
    assert got.low.exact() == Fraction(printed) * 10**power


def test_amounts_shift_turn_round_and_take_halves():
    assert whole(300) == Amount(300, 0, 2, 2)
    assert whole(300).shifted(-2).exact() == 3
    assert whole(3).signed(-1).exact() == -3
    assert and_half(whole(2)).exact() == Fraction(5, 2)
    assert Amount(2, 1, 0, 0, 3).exact() == Fraction(20, 3)
    assert Amount(2, -1, 0, 0, 3).exact() == Fraction(1, 15)
