"""One amount written twice: as meant, in compact English, and as documents print it.

These writers know nothing of `schemas.figure`: its reader is tried on text it did not write. The
arithmetic is of whole numbers, so that the same seed gives the same bytes everywhere.
"""

from __future__ import annotations

from random import Random
from typing import Literal, NamedTuple

Way = Literal[
    "exact", "approx", "almost", "more_than", "at_least", "less_than", "at_most", "range", "vague"
]
Language = Literal["en", "zh-Hans", "zh-Hant"]

_SIGNS: dict[str, str] = {
    "exact": "", "approx": "~", "almost": "almost ", "more_than": ">", "at_least": ">=",
    "less_than": "<", "at_most": "<=",
}  # fmt: skip
_ROUNDS = {"almost": 1, "less_than": 1, "at_most": 1, "more_than": -1, "at_least": -1}
_UNDER = {"months": "month", "people": "person"}
# `age` is years that are printed 岁.
_NAMES = {"share": "", "multiple": "", "age": " years"}

# What the Simplified writer says in Traditional; one character each, so that translating is enough.
_HANT = str.maketrans(
    "亿万约余来数几级过将两点员币欧圆岁户个种于间开达并",
    "億萬約餘來數幾級過將兩點員幣歐圓歲戶個種於間開達並",
)
_WIDE = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")
_DIGITS = "零一二三四五六七八九"

# Qualifiers: before the figure, after it, and between a round number and what it counts.
_BEFORE: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "approx": ("about ", "roughly ", "approximately ", "around ", "~"),
        "almost": ("nearly ", "almost "),
        "more_than": ("more than ", "over ", ">"),
        "at_least": ("at least ", "no less than ", "≥"),
        "less_than": ("less than ", "under ", "<"),
        "at_most": ("at most ", "no more than ", "≤"),
    },
    "zh": {
        "approx": ("约", "约", "大约"),
        "almost": ("近", "接近", "逼近", "将近"),
        "more_than": ("超", "超过", "逾", "突破"),
        "at_least": ("至少", "不低于"),
        "less_than": ("不到", "不足", "低于"),
        "at_most": ("不超过",),
    },
}
_AFTER = {"approx": "左右", "at_least": "以上", "at_most": "以下"}
_WITHIN = {"approx": ("来",), "more_than": ("多", "余")}

# Money in words (where the number may be in words too) and with signs.
_WORDED: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "USD": ("{} US dollars", "{} dollars", "{} USD"),
        "CNY": ("{} yuan", "{} RMB", "{} CNY"),
        "HKD": ("{} Hong Kong dollars", "{} HKD"),
        "EUR": ("{} euros", "{} EUR"),
        "JPY": ("{} yen", "{} JPY"),
        "SGD": ("{} Singapore dollars", "{} SGD"),
    },
    "zh": {
        "USD": ("{}美元", "{}美元", "{}美元", "{}美金"),
        "CNY": ("{}元", "{}元", "{}元人民币", "{}人民币", "人民币{}元"),
        "HKD": ("{}港元", "{}港元", "{}港币"),
        "EUR": ("{}欧元",),
        "JPY": ("{}日元",),
        "SGD": ("{}新加坡元", "{}新元"),
    },
}
_SIGNED: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "USD": ("${}", "${}", "US${}", "USD {}"),
        "CNY": ("RMB {}", "RMB{}", "CNY {}", "¥{}"),
        "HKD": ("HK${}", "HKD {}"),
        "EUR": ("€{}", "EUR {}"),
        "JPY": ("JPY {}",),
        "SGD": ("S${}", "SGD {}"),
    },
    "zh": {
        "USD": ("US${}", "USD {}"),
        "CNY": ("¥{}", "RMB {}"),
        "HKD": ("HK${}",),
        "EUR": ("€{}",),
        "JPY": ("JPY {}",),
        "SGD": ("S${}",),
    },
}
_COUNTED: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "people": ("{} employees", "{} people"),
        "users": ("{} users",),
        "months": ("{} months",),
        "years": ("{} years",),
        "age": ("{} years",),
        "multiple": ("{}x", "{} times"),
        "share": ("{}%", "{}%", "{} %", "{} per cent", "{} percent"),
        "count": ("{}",),
    },
    "zh": {
        "people": ("{}人", "{}人", "{}名员工"),
        "users": ("{}用户",),
        "months": ("{}个月",),
        "years": ("{}年",),
        "age": ("{}岁",),
        "multiple": ("{}倍",),
        "share": ("{}%", "{}%", "{}%", "{} %"),
        "count": ("{}种", "{}"),
    },
}
_RATES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "months": ("{} a month", "{} per month", "{}/month"),
        "people": ("{} per employee", "{} per person", "{}/person"),
    },
    "zh": {"months": ("每月{}", "{}/月"), "people": ("{}/人", "每人{}", "人均{}")},
}
_SCALE_WORDS = {
    12: (" trillion", "tn", " tn"),
    9: (" billion", "bn", " bn"),
    6: (" million", "m", " mn"),
    3: (" thousand", "K", "K"),
    0: ("", "", ""),
}


class Amount(NamedTuple):
    """`digits` times ten to the `power`; all digits are significant."""

    digits: int
    power: int

    @property
    def order(self) -> int:
        """Give the power of ten of the first digit."""
        return len(str(abs(self.digits))) - 1 + self.power

    def __float__(self) -> float:
        """Give the nearest float."""
        return float(f"{self.digits}e{self.power}")


class Stated(NamedTuple):
    """An amount that a document states: in which way, and to how many digits (0: all)."""

    of: Amount
    unit: str
    way: Way = "exact"
    keep: int = 0


class Pair(NamedTuple):
    """Both writings of one amount; `inferred` where the printed one has no unit."""

    value: str
    as_stated: str
    inferred: bool = False


def amount(number: float, keep: int = 9) -> Amount:
    """Take a number's first `keep` significant digits."""
    mantissa, _, power = f"{number:.{keep - 1}e}".partition("e")
    return Amount(int(mantissa.replace(".", "")), int(power) - keep + 1)


def kept(of: Amount, keep: int, way: int = 0) -> Amount:
    """Round to `keep` significant digits: to the nearest (0), down (-1) or up (1)."""
    drop = len(str(abs(of.digits))) - keep
    if drop <= 0:
        return of
    step = 10**drop
    up = {-1: 0, 0: step // 2, 1: step - 1}[way]
    digits = (of.digits + up) // step
    if abs(digits) == 10**keep:  # 9.96 is 10 to two digits, not 10.0
        return Amount(digits // 10, of.power + drop + 1)
    return Amount(digits, of.power + drop)


def decimal(of: Amount, scale: int = 0, *, grouped: bool = False) -> str:
    """Write in units of ten to the `scale`, to the last significant digit."""
    shift = of.power - scale
    plain = str(abs(of.digits))
    if shift >= 0:
        whole, part = plain + "0" * shift, ""
    else:
        plain = plain.zfill(1 - shift)
        whole, part = plain[:shift], plain[shift:]
    if grouped:
        whole = f"{int(whole):,}"
    return f"{'-' if of.digits < 0 else ''}{whole}{'.' if part else ''}{part}"


def numeral(whole: int) -> str:
    """Write 0 to 9999 in Chinese numerals, as spoken: 两百, 十二, 三百零五."""
    if whole < 10:
        return "两" if whole == 2 else _DIGITS[whole]
    text, gap = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = whole // place % 10
        if digit:
            text += ("零" if gap and text else "") + _digit(digit, place, text) + name
        gap = not digit
    return text.removeprefix("一") if text.startswith("一十") else text


def _digit(digit: int, place: int, before: str) -> str:
    return "两" if digit == 2 and place >= 100 and not before else _DIGITS[digit]


def _spoken(number: str) -> str:
    whole, _, part = number.partition(".")
    if part:
        return (
            ("二" if whole == "2" else numeral(int(whole)))
            + "点"
            + "".join(_DIGITS[int(digit)] for digit in part)
        )
    return numeral(int(whole))


# -- as meant ---------------------------------------------------------------------------------


def compact(of: Amount, unit: str) -> str:
    """Write an amount without its unit's name: `1.1bn`, `70%`, `34x`, `385`."""
    if unit == "share":
        return f"{_short(of, -2)}%"
    if unit == "multiple":
        return f"{_short(of, 0)}x"
    scale = _english_scale(of)
    if unit != "people" and scale == 0 and of.order >= 4:
        scale = 3
    return _short(of, scale) + _SCALE_WORDS[scale][1]


def _short(of: Amount, scale: int) -> str:
    text = decimal(of, scale)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _named(unit: str) -> str:
    over, _, under = unit.partition("/")
    return f" {over}/{_UNDER[under]}" if under else _NAMES.get(over, f" {over}")


# -- as printed -------------------------------------------------------------------------------


def pair(rng: Random, stated: Stated, language: Language) -> Pair:
    """Write an amount both ways, in a document's language.

    Bounds hold the amount: "more than" rounds down, "almost" and "less than" round up. A way that
    the amount leaves no room for becomes another.
    """
    of, unit, way, _ = stated
    if way == "range":
        return _range(rng, of, unit, language)
    if way == "vague":
        return _band(rng, of, unit, language)
    told, way = _rounded(stated, language)
    value = _SIGNS[way] + compact(told, unit) + _named(unit)
    writer = _english if language == "en" else _chinese
    printed, inferred = writer(rng, told, unit, way)
    return Pair(value, _in_script(printed, language), inferred)


def _rounded(stated: Stated, language: Language) -> tuple[Amount, Way]:
    of, unit, way, keep = stated
    told = kept(of, keep or (9 if way == "exact" else 2), _ROUNDS.get(way, 0))
    if way == "almost":
        told = _nearly(of, keep or 2)
    if float(told) == float(of) and way in {"almost", "more_than", "less_than"}:
        return told, "exact"
    if way == "exact" and told != of and told.power > _scale(told, unit, language):
        return told, "approx"  # zeros that stand for rounding would be read as exact
    return told, way


def _nearly(of: Amount, keep: int) -> Amount:
    """Round up to where the amount is less than a tenth away; "almost 2" is not 1.3."""
    told = kept(of, keep, 1)
    return told if float(of) >= 0.9 * float(told) else _nearly(of, keep + 1)


def _scale(of: Amount, unit: str, language: Language) -> int:
    if unit == "share":
        return -2
    return _chinese_scale(of)[0] if language != "en" else _english_scale(of)


def _english_scale(of: Amount) -> int:
    return next((at for at in (12, 9, 6) if of.order >= at), 0)


def _in_script(text: str, language: Language) -> str:
    if language != "zh-Hant":
        return text
    if "日元" in text:
        text = text.replace("日元", "日圆").replace("万亿", "兆")
    return text.translate(_HANT)


def _english(rng: Random, of: Amount, unit: str, way: Way) -> tuple[str, bool]:
    number, inferred = _english_number(rng, of, unit)
    before = rng.choice(_BEFORE["en"][way]) if way != "exact" else ""
    if inferred:
        return before + number, True
    return before + _framed(rng, number, unit, "en", spoken=number[-1].isalpha()), False


def _english_number(rng: Random, of: Amount, unit: str) -> tuple[str, bool]:
    if unit == "share":
        return decimal(of, -2), False
    scale = _english_scale(of)
    if scale == 0 and of.order >= 4 and unit not in {"people", "multiple"} and rng.random() < 0.2:
        scale = 3
    # Full digits only where they are significant, as in accounts kept in thousands.
    if scale == 0 or (of.power <= 3 and rng.random() < 0.1):
        return decimal(of, 0, grouped=of.order >= 4 or rng.random() < 0.6), False
    inferred = unit == "users" and rng.random() < 0.3
    return decimal(of, scale) + rng.choice(_SCALE_WORDS[scale]), inferred


def _framed(rng: Random, number: str, unit: str, kind: str, *, spoken: bool) -> str:
    over, _, under = unit.partition("/")
    if over in _COUNTED[kind]:
        text = rng.choice(_COUNTED[kind][over]).format(number)
    elif number.startswith("-"):
        signs = _SIGNED["en"] if kind == "en" else _WORDED["zh"]
        text = f"-{signs[over][0].format(number[1:])}"
    else:
        signed = rng.random() < (0.1 if kind == "zh" else 0.7)
        forms = _SIGNED if (signed and number[0].isascii()) or not spoken else _WORDED
        text = rng.choice(forms[kind][over]).format(number)
    return rng.choice(_RATES[kind][under]).format(text) if under else text


def _chinese(rng: Random, of: Amount, unit: str, way: Way) -> tuple[str, bool]:
    if unit == "share":
        return _qualified(rng, _chinese_share(rng, of), way), False
    if "/" in unit:
        return _chinese_rate(rng, of, unit, way), False
    if unit in {"months", "years"} and of.power == 0 and way in {"exact", "approx"}:
        time = _chinese_time(rng, of.digits * (12 if unit == "years" else 1))
        if time and rng.random() < 0.5:
            return _qualified(rng, time, way), False
    if way in _WITHIN and unit != "count" and _is_round(of, way) and rng.random() < 0.25:
        number = _chinese_number(rng, of, rng.choice(_WITHIN[way]))
        return _chinese_whole(rng, number, unit), False
    number = _chinese_number(rng, of, bare=unit == "count")
    inferred = of.order >= 4 and rng.random() < 0.04
    text = number if inferred else _chinese_whole(rng, number, unit)
    return _qualified(rng, text, way), inferred


def _chinese_whole(rng: Random, number: str, unit: str) -> str:
    return _framed(rng, number, unit, "zh", spoken=True)


def _chinese_rate(rng: Random, of: Amount, unit: str, way: Way) -> str:
    """Write 每月约三亿元, but 约三亿元/月."""
    text = _chinese_whole(rng, _chinese_number(rng, of), unit)
    before = rng.choice(_BEFORE["zh"][way]) if way != "exact" else ""
    head = text[:2] if text[:2] in {"每月", "每人", "人均"} else ""
    return head + before + text.removeprefix(head)


def _qualified(rng: Random, text: str, way: Way) -> str:
    if way == "exact":
        return text
    if way in _AFTER and rng.random() < 0.4:
        return text + _AFTER[way]
    return rng.choice(_BEFORE["zh"][way]) + text


def _is_round(of: Amount, way: Way) -> bool:
    """Say whether 多 or 来 can follow: 20多亿, 300多人, 3亿多; 三十来人."""
    plain = decimal(of, _chinese_scale(of)[0])
    tens = plain.endswith("0") and "." not in plain
    if way == "approx":
        return tens and of.order < 4
    return tens if of.order < 4 else "." not in plain


def _chinese_scale(of: Amount) -> tuple[int, str]:
    return next(
        (each for each in ((12, "万亿"), (8, "亿"), (4, "万")) if of.order >= each[0]), (0, "")
    )


def _chinese_number(rng: Random, of: Amount, within: str = "", *, bare: bool = False) -> str:
    scale, word = _chinese_scale(of)
    chance = rng.random()
    if scale == 4 and of.order == 7 and not within and chance < 0.2:
        scale, word = ((8, "亿"), (7, "千万"))[chance < 0.05]
    number = decimal(of, scale)
    style = rng.random()
    if len(number) <= 4 and style < 0.1 and not bare and _is_spoken(number, word):
        number = _spoken(number)
    elif style < 0.14:
        number = number.translate(_WIDE)
    elif style < 0.2:
        number = decimal(of, scale, grouped=True)
    if within and word and number[-1] in "0０十百千":
        return number + within + word
    if within:
        return number + word + within
    gap = " " if style > 0.92 and word else ""
    return number + gap + word


def _is_spoken(number: str, word: str) -> bool:
    """Say whether people would write it in words: not 一人, 零点五亿, 三点零亿, 五点三千万."""
    if number[0] in "-0" or (number == "1" and not word):
        return False
    return "." not in number or (word != "千万" and number[-1] != "0")


def _chinese_share(rng: Random, of: Amount) -> str:
    number = decimal(of, -2)
    style = rng.random()
    if number == "50" and style < 0.5:
        return "一半"
    if len(number) == 2 and number.isdigit() and style < 0.3:
        tens, ones = divmod(int(number), 10)
        return f"{_DIGITS[tens]}成{_DIGITS[ones] if ones else ''}"
    if len(number) <= 4 and _is_spoken(number, "%") and style > 0.94:
        return f"百分之{_spoken(number).replace('两', '二', 1)}"
    if style > 0.9:
        return f"{number}%".translate(_WIDE)
    return rng.choice(_COUNTED["zh"]["share"]).format(number)


def _chinese_time(rng: Random, months: int) -> str:
    years, rest = divmod(months, 12)
    if not 0 < years < 10:
        return ""
    if rest == 0:
        return f"{years if rng.random() < 0.5 else numeral(years)}年"
    if rest == 6:
        return f"{numeral(years)}年半"
    return f"{numeral(years)}年零{numeral(rest)}个月"


# -- bands ------------------------------------------------------------------------------------


def _range(rng: Random, of: Amount, unit: str, language: Language) -> Pair:
    low, high = kept(of, 1, -1), kept(of, 1, 1)
    if low == high:
        high = Amount(low.digits + 1, low.power)
    value = f"{compact(low, unit)}..{compact(high, unit)}{_named(unit)}"
    if language == "en":
        return Pair(value, _english_range(rng, low, high, unit))
    scale, word = (-2, "") if unit == "share" else _chinese_scale(high)
    joint = rng.choice(("至", "至", "到", "-", "～"))
    number = f"{decimal(low, scale)}{joint}{decimal(high, scale)}{word}"
    if _chinese_scale(low)[0] == scale and word and rng.random() < 0.2:
        number = f"{decimal(low, scale)}{word}{joint}{decimal(high, scale)}{word}"
    text = f"{number}%" if unit == "share" else _chinese_whole(rng, number, unit)
    return Pair(value, _in_script(text, language))


def _english_range(rng: Random, low: Amount, high: Amount, unit: str) -> str:
    scale = -2 if unit == "share" else _english_scale(high)
    joint = rng.choice(("–", "-", " to "))
    number = f"{decimal(low, scale)}{joint}{decimal(high, scale)}"
    word = rng.choice(_SCALE_WORDS.get(scale, ("",)))
    if unit == "share":
        return f"{number}%"
    return _framed(rng, number + word, unit, "en", spoken=True)


def _band(rng: Random, of: Amount, unit: str, language: Language) -> Pair:
    """Write a vague band that holds the amount: 数百亿, 十几亿, 千万级, 上亿, 两三千."""
    if language == "en" or unit in {"share", "multiple", "months", "years"} or of.order < 2:
        return _range(rng, of, unit, language)
    lead = kept(of, 1, -1)
    scale, word = _chinese_scale(of)
    place = of.order - scale
    chance = rng.random()
    if lead.digits > 1 and lead.digits < 9 and chance < 0.3:
        low, high = lead, Amount(lead.digits + 1, lead.power)
        pairs = numeral(low.digits) + numeral(high.digits)
        number = pairs + ("", "十", "百", "千")[place] + word
    elif lead.digits == 1 and place == 1 and 11 <= kept(of, 2, -1).digits < 19:
        low, high = Amount(11, of.order - 1), Amount(19, of.order - 1)
        number = f"十几{word}"
    elif lead.digits >= 2 and place:
        low, high = Amount(2, of.order), Amount(1, of.order + 1)
        number = f"{'数' if chance < 0.7 else '几'}{('', '十', '百', '千')[place]}{word}"
    elif scale in {4, 8} and chance < 0.5:
        low, high = Amount(1, of.order), Amount(1, of.order + 1)
        number = f"{('', '十', '百', '千')[place]}{word}级"
    else:
        return _threshold(rng, of, unit, language)
    text = number if number.endswith("级") else _chinese_whole(rng, number, unit)
    value = f"{compact(low, unit)}..{compact(high, unit)}{_named(unit)}"
    return Pair(value, _in_script(text, language), number.endswith("级"))


def _threshold(rng: Random, of: Amount, unit: str, language: Language) -> Pair:
    scale, word = _chinese_scale(of)
    name = ("", "十", "百", "千")[of.order - scale] + word
    way: Way = rng.choice(("more_than", "at_least"))
    if float(of) == float(Amount(1, of.order)):
        way = "at_least"
    value = _SIGNS[way] + compact(Amount(1, of.order), unit) + _named(unit)
    text = ("上" if way == "at_least" else "超") + name
    return Pair(value, _in_script(_chinese_whole(rng, text, unit), language))
