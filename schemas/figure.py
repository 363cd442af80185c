"""A figure is an amount as printed: its bounds, its qualifier, its unit, in three scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from schemas import lexicon as lex
from schemas.interval import Interval
from schemas.problem import Problem, problem
from schemas.words import sentences

LONGEST = 2_000
_DIGITS_MOST = 30
_CACHED = 65_536
# Decimals and zeros reach no further than the largest scale word, so that they can be written.
_SCALE_MOST = 12
_YEARS = range(1900, 2100)
_ARABIC = re.compile(r"(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:[,，][0-9]{3})+)(?:\.[0-9]+)?")
_GROUPS = re.compile(r"([^万亿兆]*)([万亿兆]*)")
_PAIR = re.compile(r"([一二两三四五六七八九])([一二两三四五六七八九])")
_AVERAGE_REACH = 8
_LOWER_FAMILY = {"approx": 1, "almost": 2, "at_least": 3, "more_than": 4}
_UPPER_FAMILY = {"approx": 1, "almost": 2, "at_most": 3, "less_than": 4}
_ADDED = ("money", "people", "users", "count")
_COUNTED = ("people", "users", "count")
_TIME = ("months", "years")


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount as printed, with the bounds its words and digits give it.

    >>> around = read("约5300萬")
    >>> around.value, str(around.bounds), around.qualifier, around.unit
    (Fraction(53000000, 1), '[5.2e+07, 5.4e+07]', 'approx', None)
    >>> read("超過七成") == read(">70%")
    True
    >>> str(read("11億美元").band), str(read("11億美元").unit)
    ('[1.05e+09, 1.15e+09]', 'USD')
    """

    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    low_open: bool
    high_open: bool
    qualifier: str
    unit: str | None
    # The places of the last significant and of the last printed digit; 0 where none is printed.
    step: Fraction = field(default=Fraction(0), compare=False)
    digit: Fraction = field(default=Fraction(0), compare=False)

    @property
    def bounds(self) -> Interval:
        """Give the interval the words and digits span."""
        return Interval(self.low, self.high, self.low_open, self.high_open)

    @property
    def band(self) -> Interval:
        """Give the bounds widened by half the last printed digit."""
        return self.bounds.widened(self.digit / 2)

    @property
    def loose_band(self) -> Interval:
        """Give the bounds widened by half the last significant digit: zeros may be rounding."""
        return self.bounds.widened(self.step / 2)


# -- reading ----------------------------------------------------------------------------------


def read(text: str) -> Figure | Problem:
    """Read the one figure in a text; a problem where there is none, or more than one.

    >>> read("净亏损扩大至4.65亿美元").value
    Fraction(465000000, 1)
    >>> str(read("18个月左右").bounds)
    '[17.1, 18.9]'
    >>> read("第一").name, read("14億美元(100億元人民幣)").name
    ('not-a-figure', 'several-figures')
    """
    if len(text) > LONGEST:
        return problem("not-a-figure", text=_short(text))
    return _read(text)


@lru_cache(maxsize=_CACHED)
def _read(text: str) -> Figure | Problem:
    found = _Reader(text, whole=True).figures()
    if len(found) > 1:
        strong = [candidate for candidate in found if not candidate.is_bare]
        found = strong if len(strong) == 1 and strong[0].figure.unit else found
    if len(found) == 1:
        return found[0].figure
    if not found:
        return problem("not-a-figure", text=_short(text))
    figures = ", ".join(text[one.start : one.end] for one in found)
    return problem("several-figures", text=_short(text), figures=figures)


def find(text: str) -> list[tuple[int, int, Figure]]:
    """Find all figures of a text, each with where it starts and ends.

    A number with no unit, scale or qualifier is left out: in running text it says too little.

    >>> [(start, end, one.unit) for start, end, one in find("2025年9月底,员工385人,现金11亿美元")]
    [(12, 16, 'people'), (19, 23, 'USD')]
    """
    found = _Reader(text, whole=False).figures()
    return [(one.start, one.end, one.figure) for one in found if not one.is_bare]


def as_json(text: str) -> dict[str, object]:
    """Read a text into plain values for JSON; `problem` stands only where it is no figure.

    >>> as_json("近74%")["low"], as_json("近74%")["high_open"]
    (0.73, True)
    >>> as_json("第一")["problem"]
    'not-a-figure: “第一” is not read as a figure'
    """
    got = read(text)
    fields = ("value", "low", "high", "low_open", "high_open", "qualifier", "unit")
    if isinstance(got, Problem):
        detail = f"{got.name}: {sentences('en', got)[0]}"
        return {"text": text} | dict.fromkeys(fields) | {"problem": detail}
    return {"text": text} | {name: _plain(getattr(got, name)) for name in fields}


def _plain(value: object) -> object:
    if not isinstance(value, Fraction):
        return value
    return value.numerator if value.denominator == 1 else float(value)


def _short(text: str, length: int = 80) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


# -- amounts: whole numbers with a power of ten ------------------------------------------------


class _Amount(NamedTuple):
    """`number` x 10^`power`, or a `number`/`under`; steps are powers of ten, None for no digits."""

    number: int
    power: int
    step: int
    digit: int
    under: int = 1

    def shifted(self, by: int) -> _Amount:
        return self._replace(power=self.power + by, step=self.step + by, digit=self.digit + by)

    def exact(self) -> Fraction:
        if self.power < 0:
            return Fraction(self.number, self.under * 10**-self.power)
        return Fraction(self.number * 10**self.power, self.under)


class _Number(NamedTuple):
    low: _Amount
    high: _Amount | None = None
    bare: bool = False  # a scale word alone
    words: bool = False  # no Arabic digit
    scale: int = 0  # the scale that ends of a range share
    vague: bool = False


def _trailing(number: int) -> int:
    zeros = 0
    while number and number % 10 == 0:
        number //= 10
        zeros += 1
    return zeros


def _whole(number: int) -> _Amount:
    step = _trailing(number)
    return _Amount(number, 0, step, step)


def _arabic(text: str) -> _Amount | None:
    if len(text) > _DIGITS_MOST or not _ARABIC.fullmatch(text):
        return None
    whole, _, decimals = text.replace(",", "").replace("，", "").partition(".")
    number, power = int(whole + decimals), -len(decimals)
    return _Amount(number, power, power or _trailing(number), power)


def _numeral(text: str) -> _Number | None:
    """Read `3亿5000万`, `两百亿`, `两三千`, `2.79千万`, `百亿` (bare); None where malformed."""
    plain = _arabic(text)
    if plain:
        return _Number(plain)
    if len(text) > _DIGITS_MOST:
        return None
    pairs = _PAIR.findall(text)
    if not pairs:
        return _single(text)
    if len(pairs) > 1 or not _ascends(*pairs[0]):
        return None
    low = _single(_PAIR.sub(r"\1", text))
    high = _single(_PAIR.sub(r"\2", text))
    if low is None or high is None:
        return None
    return low._replace(high=high.low, vague=True)


def _ascends(first: str, second: str) -> bool:
    gap = lex.DIGITS[second] - lex.DIGITS[first]
    return gap == 1 or (first, second) == ("三", "五")


def _single(text: str) -> _Number | None:
    """Add up sections of ten thousand: 一万亿 零 五千万."""
    total, last, result = 0, 99, None
    groups = [pair for pair in _GROUPS.findall(text) if any(pair)]
    for index, (section, big) in enumerate(groups):
        power = lex.BIG.get(big, None if big else 0)
        got = _section(section, first=index == 0) if section else None
        if power is None or power >= last or (section and got is None) or (index and not section):
            return None
        amount, bare, inner = got or (_whole(1), True, 0)
        if (bare or amount.power < 0) and len(groups) > 1:
            return None
        if index and not big and section in lex.DIGITS:
            power = last - 1  # 三万五: the last place is the next one
        if amount.power < 0 and inner + power > _SCALE_MOST:
            return None
        amount = amount.shifted(power)
        if index and amount.number * 10**amount.power >= 10**last:
            return None
        last, total = power, total + (amount.number * 10**amount.power if amount.power >= 0 else 0)
        words = not any(character.isascii() for character in text)
        scale = power + inner
        result = _Number(amount, None, bare, words, scale)
    if result is None or len(groups) == 1:
        return result
    low = result.low
    if not low.number:
        return None
    return _Number(_Amount(total, 0, low.step, low.digit), None, bare=False, words=result.words)


def _section(text: str, *, first: bool) -> tuple[_Amount, bool, int] | None:
    """Read up to 9999, in Arabic or Chinese digits: amount, whether bare, inner scale."""
    if text[0].isascii():
        places = text[len(text.rstrip("十百千")) :]
        amount = _arabic(text.removesuffix(places))
        if amount is None or len(places) > 1:
            return None
        inner = lex.PLACES.get(places, 0)
        return amount.shifted(inner), False, inner
    if "点" in text:
        return _decimal(text) if first else None
    if first and text in {"百", "千"}:
        return _whole(10 ** lex.PLACES[text]), True, 0
    amount = _spoken(text if first else text.lstrip("零"))
    return None if amount is None else (amount, False, 0)


def _decimal(text: str) -> tuple[_Amount, bool, int] | None:
    whole, _, decimals = text.partition("点")
    before = _whole(0) if whole == "零" else _spoken(whole)
    digits = [lex.DIGITS.get(character) for character in decimals]
    if before is None or None in digits:
        return None
    number = before.number
    for digit in digits:
        number = number * 10 + (digit or 0)
    power = -len(digits)
    return _Amount(number, power, power, power), False, 0


def _spoken(text: str) -> _Amount | None:
    """Read 两千零五十, 十二, 两百五 (250)."""
    if text == "零":
        return _whole(0)
    total, last, digit, zero = 0, 4, -1, False
    for character in text:
        place = lex.PLACES.get(character)
        if place is None:
            if digit >= 0 or character not in lex.DIGITS:
                return None
            if character == "零":
                if zero or last == 4 or last < 2:
                    return None
                zero = True
            else:
                digit = lex.DIGITS[character]
            continue
        if place >= last or (digit < 0 and place > 1):
            return None
        total, last, digit, zero = total + max(digit, 1) * 10**place, place, -1, False
    if digit >= 0:
        total += digit if last == 4 or zero else digit * 10 ** (last - 1)
    elif zero:
        return None
    return _whole(total) if total else None


# -- tokens -----------------------------------------------------------------------------------


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for match in lex.TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "space":
            continue
        word = match.group()
        if kind == "word":
            kind = lex.KINDS[word]
        tokens.append(_Token(kind, word, match.start(), match.end()))
    tokens.append(_Token("end", "", len(text), len(text)))
    return tokens


def _is_han(character: str) -> bool:
    return "㐀" <= character <= "鿿"


# -- the grammar ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Ahead:
    """What stands before an amount."""

    qualifiers: list[str] = field(default_factory=list)
    money: str | None = None
    sign: int = 1
    rate: str | None = None
    licensed: bool = False  # something lets a scale word stand alone
    bare_only: str | None = None
    barred: bool = False
    barred_time: bool = False
    between: bool = False
    moved: bool = False  # "from": two figures, not a range
    of_others: bool = False  # the name of another may follow
    related: bool = False  # it did
    named_to: int = 0  # the index behind it
    period: bool = False  # 近 may mean "the last"


@dataclass(slots=True)
class _Quantity:
    """A number with what belongs to it: 200多亿, 5300万美元, 三成五."""

    number: _Number
    start: int
    more: bool = False
    some: bool = False
    plus: list[str] = field(default_factory=list)
    unit: str | None = None
    shift: int = 0
    rate: str | None = None
    letter: bool = False
    counted_one: bool = False
    graded: bool = False
    scaled: bool = False
    stopped: bool = False
    spans: bool = False  # `>20bn..30bn`: open below, closed above
    end: int = 0  # the index after its last token


class _Candidate(NamedTuple):
    start: int
    end: int
    figure: Figure
    is_bare: bool


_STARTS = frozenset(
    ["before", "bare", "led", "money", "negative", "mark", "bar", "bar_time", "between", "from", "each", "number", "english", "several", "spelled", "once", "vague", "half", "turn", "after"]
)


class _Reader:
    """Walks over the tokens of one text."""

    def __init__(self, text: str, *, whole: bool) -> None:
        self.original = text
        self.text = lex.lower(text)
        self.tokens = _tokens(self.text)
        self.whole = whole

    def figures(self) -> list[_Candidate]:
        found, index, last = [], 0, len(self.tokens) - 1
        bracketed = self._bracketed() if self.whole else None
        if bracketed:
            return [bracketed]
        while index < last:
            if self.tokens[index].kind not in _STARTS:
                index += 1
                continue
            after, candidate = self._figure(index)
            if candidate:
                found.append(candidate)
            index = max(after, index + 1)
        return found

    # -- before the amount --

    def _prefix(self, index: int) -> tuple[_Ahead, int]:
        ahead = _Ahead()
        while self._take_before(ahead, index):
            index += 1
        return ahead, index

    def _take_before(self, ahead: _Ahead, index: int) -> bool:
        token = self.tokens[index]
        kind, word = token.kind, token.text
        if kind == "before":
            ahead.qualifiers.append(lex.BEFORE[word])
            ahead.licensed = True
            ahead.period = word == "近"
            ahead.of_others = word in lex.OF_OTHERS
        elif kind == "money":
            return word not in lex.SUFFIX_ONLY and self._take_money(ahead, word)
        elif kind == "mark":
            return self._take_mark(ahead, index)
        elif kind in {"name", "other"}:
            return self._take_other(ahead, index)
        elif kind in {"led", "adjective"}:
            ahead.licensed = ahead.licensed or word in lex.LICENCES
        elif kind == "bare":
            ahead.bare_only = lex.BARE_BEFORE[word]
            ahead.licensed = True
        elif kind == "negative":
            ahead.sign = -1
        elif kind == "each":
            ahead.rate = lex.EACH[word]
        elif kind == "after":
            return word == "+"
        else:
            return self._take_flag(ahead, kind)
        return True

    def _take_other(self, ahead: _Ahead, index: int) -> bool:
        """Skip one name between a qualifier and its share: 不到 OpenAI 的 1%."""
        if index < ahead.named_to:
            return True
        if not ahead.of_others:
            return False
        token, end = self.tokens[index], index + 1
        if token.kind == "other" and token.text not in lex.OTHERS:
            while self.tokens[end].kind == "other":
                end += 1
            name = self.text[token.start : self.tokens[end].start]
            if len(name) > _AVERAGE_REACH or self.tokens[end].text != "的" or not all(map(_is_han, name)):
                return False
        ahead.of_others, ahead.related, ahead.named_to = False, True, end
        return True

    def _take_flag(self, ahead: _Ahead, kind: str) -> bool:
        if kind == "bar":
            ahead.barred = True
        elif kind == "bar_time":
            ahead.barred_time = True
        elif kind == "between":
            ahead.between = True
        elif kind == "from":
            ahead.moved = True
        else:
            return False
        return True

    def _take_money(self, ahead: _Ahead, word: str) -> bool:
        merged = _merge(ahead.money, word)
        ahead.money = merged or ahead.money
        return merged is not None

    def _take_mark(self, ahead: _Ahead, index: int) -> bool:
        token, after = self.tokens[index : index + 2]
        if token.text == "~":
            ahead.qualifiers.append("approx")
            ahead.licensed = True
            return True
        before = self.text[token.start - 1 : token.start]
        touches = token.end == after.start and after.kind in {"number", "money"}
        dash = token.text == "-" or (token.text == "–" and not _is_han(before or " "))
        if not (touches and dash) or (before.isascii() and before.isalnum()):
            return False
        ahead.sign = -1
        return True

    # -- the amount --

    def _quantity(self, index: int, ahead: _Ahead) -> _Quantity | None:
        token = self.tokens[index]
        if token.kind == "number":
            quantity = self._counted(index)
        elif token.kind == "english":
            quantity = self._english(index)
        elif token.kind in {"spelled", "vague", "half", "once"}:
            quantity = self._phrase(index, ahead)
        elif token.kind == "several":
            quantity = self._several(index)
        elif token.kind == "turn":
            quantity = self._turned(index)
        else:
            return None
        if quantity is None:
            return None
        self._scale(quantity)
        plus = self.tokens[quantity.end]
        if plus.text == "+" and plus.end != self.tokens[quantity.end + 1].start and quantity.unit is None:
            quantity.plus.append(lex.AFTER["+"])
            quantity.end += 1
        self._measure(quantity, ahead)
        return quantity

    def _counted(self, index: int) -> _Quantity | None:
        token = self.tokens[index]
        after = self.tokens[index + 1]
        if after.kind == "parts":
            return self._part(index)
        if "/" in token.text and (after.text in {"share", ".."}):
            return self._ratio(index)
        power = lex.POWERS.get(token.text)
        if power is not None and token.text[0] != "十":
            number: _Number | None = _Number(_whole(10**power), None, bare=True, words=True, scale=power)
        else:
            number = _numeral(token.text)
        if number is None:
            return None
        quantity = _Quantity(number, token.start, scaled=number.scale > 0, end=index + 1)
        if after.text == "几" and _ends_in_ten(token.text, number):
            ten = number.low.number
            quantity.number = _Number(_whole(ten + 1), _whole(ten + 9), words=number.words, vague=True)
            quantity.end += 1
        return quantity

    def _part(self, index: int) -> _Quantity | None:
        """Read 百分之十二点五, 千分之三, 三分之二."""
        whole, _, part = self.tokens[index : index + 3]
        if part.kind != "number":
            return None
        under = lex.POWERS.get(whole.text)
        of = _numeral(whole.text)
        number = _Number(_whole(100)) if part.text == "百" else _numeral(part.text)
        if of is None or number is None or number.bare or not of.low.number or of.low.power < 0:
            return None
        if under is not None:
            shift, amount = -under, number
        elif number.high or number.low.power < 0:
            return None
        else:
            shift = 0
            amount = _Number(_Amount(number.low.number, 0, -1, -1, int(of.low.exact())))
        quantity = _Quantity(amount._replace(words=False), whole.start, end=index + 3)
        quantity.unit, quantity.shift = "share", shift
        return quantity

    def _ratio(self, index: int) -> _Quantity | None:
        """Read `2/3 share`, as `write` puts thirds."""
        over, _, under = self.tokens[index].text.partition("/")
        if not (over.isdigit() and under.isdigit() and int(under)) or len(over + under) > _DIGITS_MOST:
            return None
        amount = _Amount(int(over), 0, -1, -1, int(under))
        quantity = _Quantity(_Number(amount), self.tokens[index].start, end=index + 1)
        quantity.unit = "share"
        return quantity

    def _english(self, index: int) -> _Quantity | None:
        tokens, start = self.tokens, self.tokens[index].start
        total = lex.ENGLISH[tokens[index].text]
        index += 1
        if tokens[index].text == "hundred":
            total, index = total * 100, index + 1
            skip = index + (tokens[index].text == "and")
            if tokens[skip].kind == "english":
                total, index = total + lex.ENGLISH[tokens[skip].text], skip + 1
        return _Quantity(_Number(_whole(total), words=True), start, end=index)

    def _phrase(self, index: int, ahead: _Ahead) -> _Quantity | None:
        token = self.tokens[index]
        quantity = _Quantity(_Number(_whole(1)), token.start, end=index + 1)
        if token.kind == "vague":
            power = lex.VAGUE[token.text]
            low, high = _whole(2 * 10**power), _whole(10 * 10**power)
            quantity.number, quantity.scaled = _Number(low, high, vague=True), True
        elif token.kind == "spelled":
            amount, quantity.unit = lex.SPELLED[token.text]
            quantity.number = _Number(_spelled(amount))
            quantity.scaled = quantity.unit is None
        elif not (ahead.qualifiers or (token.kind == "half" and (ahead.bare_only or token.text == "半数"))):
            return None
        elif token.kind == "half":
            quantity.number, quantity.unit = _Number(_Amount(5, -1, -1, -1)), "share"
            return None if _is_han(self._after(quantity)) else quantity
        else:
            quantity.unit = lex.ONCE[token.text]
        return quantity

    def _several(self, index: int) -> _Quantity | None:
        token, scale = self.tokens[index : index + 2]
        power = lex.POWERS.get(scale.text)
        if scale.kind != "number" or power is None:
            return None
        number = _Number(_whole(2 * 10**power), _whole(10 * 10**power), words=True, scale=power, vague=True)
        return _Quantity(number, token.start, scaled=True, end=index + 2)

    def _turned(self, index: int) -> _Quantity | None:
        """Read 翻两番 (x4), 翻十倍 (x10), 翻了3倍."""
        turn, count, unit = (*self.tokens[index : index + 3], self.tokens[-1])[:3]
        number = _numeral(count.text) if count.kind == "number" else None
        if number is None or number.high or number.bare:
            return None
        quantity = _Quantity(number._replace(words=False), turn.start, end=index + 3)
        quantity.unit = "multiple"
        if unit.kind == "turned" and number.low.power >= 0 and number.low.exact() <= _SCALE_MOST:
            quantity.number = _Number(_Amount(2 ** int(number.low.exact()), 0, 0, 0))
        elif unit.text != "倍":
            return None
        return quantity

    def _scale(self, quantity: _Quantity) -> None:
        """Take 多 and 来, scale words behind them or behind a gap, and 级."""
        if quantity.unit:
            return
        tokens = self.tokens
        while True:
            token = tokens[quantity.end]
            if token.kind == "more" and not quantity.more:
                quantity.more = True
            elif token.kind == "some" and self._is_infix(quantity.end):
                quantity.some = True
            elif token.kind == "and_half" and quantity.number.low.power == 0:
                quantity.number = quantity.number._replace(low=_and_half(quantity.number.low))
            elif token.kind == "grade" and quantity.number.bare:
                quantity.graded = True
            elif not self._take_scale(quantity, token):
                return
            quantity.end += 1

    def _take_scale(self, quantity: _Quantity, token: _Token) -> bool:
        power, number = None, quantity.number
        touches = token.start == self.tokens[quantity.end - 1].end
        if token.kind == "number" and not (number.words and not touches):
            power = None if number.bare or quantity.scaled else lex.POWERS.get(token.text)
        elif token.kind == "scale":
            power = lex.SCALES[token.text]
        elif token.kind == "letter" and touches:
            power = lex.LETTERS[token.text]
            quantity.letter = token.text in lex.MONEY_LETTERS
        if power is None or (quantity.scaled and token.kind != "scale"):
            return False
        if quantity.scaled and (number.bare or number.words):
            return False
        high = number.high.shifted(power) if number.high else None
        scale = number.scale + power
        quantity.number = number._replace(low=number.low.shifted(power), high=high, scale=scale)
        quantity.scaled = True
        return True

    def _is_infix(self, index: int) -> bool:
        after = self.tokens[index + 1]
        return after.kind in {"unit", "money", "scale"} or after.text in lex.POWERS

    # -- the unit --

    def _measure(self, quantity: _Quantity, ahead: _Ahead) -> None:
        while self._take_unit(quantity, ahead):
            quantity.end += 1

    def _take_unit(self, quantity: _Quantity, ahead: _Ahead) -> bool:
        token = self.tokens[quantity.end]
        word = token.text
        if token.kind == "money":
            return self._take_currency(quantity, ahead, word)
        if token.kind == "name":
            code = lex.fold(self.original[token.start : token.end])
            return code in lex.CODES and self._take_currency(quantity, ahead, code)
        if token.kind == "more" and quantity.unit not in {None, *_COUNTED} and not quantity.more:
            quantity.more = True
            return True
        if ahead.money:
            quantity.stopped = quantity.stopped or word in {"%", "倍", "x"}
            return False
        if word in lex.MONTH_AND_HALF and quantity.unit is None:
            quantity.number = quantity.number._replace(low=_and_half(quantity.number.low))
            quantity.unit = "months"
            return True
        if word in lex.MONTH_AND_MORE and quantity.unit is None:
            quantity.unit, quantity.more = "months", True
            return True
        if token.kind == "adjective":
            return self._leads_to_people(quantity.end)
        if token.kind == "unit":
            return self._take_counted(quantity, token)
        return self._take_rest(quantity, token)

    def _leads_to_people(self, index: int) -> bool:
        if self.tokens[index].text == "of" and self.tokens[index + 1].kind == "money":
            return True
        while self.tokens[index].kind == "adjective":
            index += 1
        token = self.tokens[index]
        return token.kind == "unit" and lex.UNITS.get(token.text, ("", 0))[0] in {"people", "users"}

    def _take_counted(self, quantity: _Quantity, token: _Token) -> bool:
        name, shift = lex.UNITS.get(token.text, ("count", 0))
        if quantity.unit:
            known = quantity.unit in _COUNTED and name in {"people", "users"}
            if known and quantity.unit != name:
                quantity.unit = name
            return known
        if token.text in {"x", "×"} and self.tokens[quantity.end + 1].kind == "number":
            quantity.stopped = True
            return False
        quantity.counted_one = name in _COUNTED and quantity.number.words
        quantity.unit, quantity.shift = name, shift
        return True

    def _take_rest(self, quantity: _Quantity, token: _Token) -> bool:
        """Take 五 in 三成五, 半 in 一年半, 三个月 in 两年零三个月."""
        low = quantity.number.low
        if quantity.number.high or low.under != 1:
            return False
        touches = token.start == self.tokens[quantity.end - 1].end
        if token.kind == "number" and self.tokens[quantity.end - 1].text == "成" and touches:
            if low.power or len(token.text) > 1 or token.text not in lex.DIGITS:
                return False
            tenths = low.number * 10 + lex.DIGITS[token.text]
            quantity.number = quantity.number._replace(low=_Amount(tenths, -1, -1, -1))
            return True
        if quantity.unit != "years" or low.power:
            return False
        if token.text == "半":
            quantity.number = quantity.number._replace(low=_and_half(low))
            return True
        return self._take_months(quantity)

    def _take_months(self, quantity: _Quantity) -> bool:
        index = quantity.end + (self.tokens[quantity.end].text in {"and", "又"})
        token, unit = self.tokens[index], self.tokens[min(index + 1, len(self.tokens) - 1)]
        number = _numeral(token.text.lstrip("零")) if token.kind == "number" else None
        if token.kind == "english":
            number = _Number(_whole(lex.ENGLISH[token.text]))
        named = lex.UNITS.get(unit.text, ("", 0))[0] == "months" and unit.kind == "unit"
        if number is None or number.high or number.low.power or number.low.number >= 12 or not named:
            return False
        months = quantity.number.low.number * 12 + number.low.number
        quantity.number = quantity.number._replace(low=_Amount(months, 0, 0, 0))
        quantity.unit = "months"
        quantity.end = index + 1
        return True

    def _take_currency(self, quantity: _Quantity, ahead: _Ahead, word: str) -> bool:
        if quantity.unit and not ahead.money:
            return False
        merged = _merge(ahead.money, word)
        if merged is None:
            quantity.stopped = True
            return False
        ahead.money = merged
        quantity.unit = "money"
        return True

    # -- ranges and what stands behind --

    def _figure(self, index: int) -> tuple[int, _Candidate | None]:
        ahead, at = self._prefix(index)
        first = self._quantity(at, ahead)
        if first is None:
            return self._skip(at if self.tokens[at].kind == "number" else index), None
        first.end = self._behind(first, ahead)
        second = None if ahead.moved else self._second(first, ahead)
        if isinstance(second, int):
            return second, None
        last = second or first
        if second:
            second.end = self._behind(second, ahead)
        return last.end, self._settle(index, at, ahead, first, second)

    def _skip(self, index: int) -> int:
        """Pass over a malformed number and what is tied to it: 2025-09-30."""
        tokens = self.tokens
        index += 1
        while (
            tokens[index].kind == "mark"
            and tokens[index].text in {"-", "–"}
            and tokens[index + 1].kind == "number"
            and tokens[index - 1].end == tokens[index].start
            and tokens[index].end == tokens[index + 1].start
        ):
            index += 2
        return index

    def _behind(self, quantity: _Quantity, ahead: _Ahead) -> int:
        index, paid = quantity.end, ahead.money or quantity.unit in _COUNTED
        while True:
            token, after = self.tokens[index], self.tokens[min(index + 1, len(self.tokens) - 1)]
            if token.kind == "after":
                touches = token.end == after.start and after.kind == "number"
                if touches or (token.text == "plus" and after.kind == "number"):
                    return index
                quantity.plus.append(lex.AFTER[token.text])
            elif token.kind in {"rate", "each", "once"} and paid:
                quantity.rate = lex.RATES.get(token.text) or lex.EACH[token.text]
            else:
                return index
            index += 1

    def _second(self, first: _Quantity, ahead: _Ahead) -> _Quantity | int | None:
        """Read the other end of a range; a place to go on from where there can be none."""
        mark = self.tokens[first.end]
        if first.plus or not (mark.kind == "mark" or (ahead.between and mark.kind == "and")):
            return None
        glued = mark.start == self.tokens[first.end - 1].end and mark.text not in {"to", "至", "到"}
        other, at = _Ahead(money=ahead.money), first.end + 1
        while self.tokens[at].kind in {"money", "mark", "negative"} and self._take_before(other, at):
            at += 1
        second = self._quantity(at, other)
        if second is None and mark.text == "..":
            return at
        if second is None:
            tied = glued and self.tokens[at].kind == "number"
            return self._skip(at) if tied else None
        after = self.tokens[second.end]
        chained = glued and after.kind == "mark" and self.tokens[second.end + 1].kind == "number"
        if chained and after.start == self.tokens[second.end - 1].end:
            return self._skip(second.end - 1)
        joined = _join(first, second)
        if not joined:
            loose = second.unit or second.scaled or second.more
            return None if loose and not glued else second.end
        ahead.money = other.money
        first.spans = mark.text == ".."
        second.number = _signed(second.number, other.sign)
        return second

    # -- whether it is a figure --

    def _settle(
        self, index: int, at: int, ahead: _Ahead, first: _Quantity, second: _Quantity | None
    ) -> _Candidate | None:
        last = second or first
        unit = _named(last.unit or first.unit, ahead.money)
        if ahead.related and unit not in {"share", "multiple"}:
            return None
        if not self._is_sound(index, at, ahead, first, last, unit):
            return None
        qualifiers = [*ahead.qualifiers, *first.plus, *last.plus]
        if ahead.bare_only and (first.number.bare or first.unit == "share" or self._opens(index)):
            qualifiers.append(ahead.bare_only)
        if first.some:
            qualifiers.append("approx")
        start, rate = self._rate(self._opening(index, first), ahead, last, unit)
        full = f"{unit}/{rate}" if rate and unit else unit
        figure = _build(ahead, first, second, qualifiers, full)
        if figure is None:
            return None
        scaled = first.scaled or last.scaled
        spans = self.text[start : self.tokens[last.end - 1].end] == self.text.strip()
        if unit is None and not spans and self._is_year(at):
            return None
        is_bare = unit is None and not scaled and not qualifiers and not ahead.moved and not first.more
        if is_bare and not self._stands_alone(index, first):
            return None
        return _Candidate(start, self.tokens[last.end - 1].end, figure, is_bare)

    def _opens(self, index: int) -> bool:
        start = self.tokens[index].start
        return not start or not _is_han(self.text[start - 1])

    def _after(self, quantity: _Quantity) -> str:
        end = self.tokens[quantity.end - 1].end
        return self.text[end : end + 1] or " "

    def _is_sound(
        self, index: int, at: int, ahead: _Ahead, first: _Quantity, last: _Quantity, unit: str | None
    ) -> bool:
        if ahead.barred or first.stopped or last.stopped or self._is_glued(index, at, first, last):
            return False
        if (first.letter or last.letter) and not ahead.money:
            return False
        after = self.tokens[last.end]
        if after.kind in {"stop", "grade", "after_time"} and unit is None and not last.plus:
            small = after.text in lex.STOP_SMALL or after.text in lex.MONTH_NAMES
            if not (small and last.scaled):
                return False
        if unit in _TIME and self._is_period(index, ahead, first, last):
            return False
        if first.counted_one and first is last and first.number.low.exact() == 1:
            return False
        return self._is_number(index, ahead, first, last, unit)

    def _is_glued(self, index: int, at: int, first: _Quantity, last: _Quantity) -> bool:
        start = self.tokens[at].start
        before = self.text[start - 1 : start]
        tied = at > index and self.tokens[at - 1].end == start
        if before and not tied and ((before.isalnum() and not _is_han(before)) or before in "/_\\&?@."):
            return True
        for quantity in (first, last):
            end = self.tokens[quantity.end - 1].end
            ends = self.text[end - 1 : end]
            after = self.text[end : end + 1]
            hyphened = self.text[end : end + 1] == "-" and self.text[end + 1 : end + 2].isalpha()
            if hyphened and ends.isascii() and ends.isalpha():
                return True
            if ends.isdigit() and ((after.isalnum() and not _is_han(after)) or after == "_"):
                return True
        return False

    def _is_period(self, index: int, ahead: _Ahead, first: _Quantity, last: _Quantity) -> bool:
        """Say whether a duration is a stretch of the calendar: 前九个月, in nine months, 两年后."""
        after = self.tokens[last.end]
        if ahead.barred_time or after.text in lex.AFTER_TIME or after.text == "to":
            return True
        if ahead.period and self._opens(index) and _is_han(self._after(last)):
            return not last.plus
        return False

    def _is_number(self, index: int, ahead: _Ahead, first: _Quantity, last: _Quantity, unit: str | None) -> bool:
        number = first.number
        after = self._after(last)
        alone = self.whole and len(self.tokens) == 2
        if number.bare and not first.graded:
            whole = self.whole and index == 0 and self.tokens[last.end].kind == "end"
            known = unit is not None or not _is_han(after) or len(self.tokens[last.end - 1].text) > 1
            return known and (ahead.licensed or first.more or (whole and unit is not None))
        if not number.words or unit or first is not last or alone:
            return True
        if number.low.number < 10 and not first.scaled:
            return False
        if self.tokens[last.end - 1].kind == "english":
            return number.low.number >= 100
        return bool(last.plus) or first.scaled or not _is_han(after)

    def _is_year(self, at: int) -> bool:
        text = self.tokens[at].text
        return len(text) == 4 and text.isdigit() and int(text) in _YEARS

    def _stands_alone(self, index: int, first: _Quantity) -> bool:
        """Say whether a number without any word of its own is one, and not a year or a name."""
        if len(self.tokens) == 2:
            return True
        before = self.tokens[index - 1] if index else None
        if before is None:
            return True
        if before.text in lex.MONTH_NAMES:
            return first.number.low.exact() > 31
        name = self.original[before.start : before.end]
        return not (before.kind == "name" and any(c.isupper() or c.isdigit() for c in name))

    def _opening(self, index: int, first: _Quantity) -> int:
        """Leave fillers out of what is shown as the figure, unless it needs them to be read."""
        while self.tokens[index].kind in _FILLERS and not first.number.bare:
            index += 1
        return index

    def _rate(
        self, index: int, ahead: _Ahead, last: _Quantity, unit: str | None
    ) -> tuple[int, str | None]:
        start = self.tokens[index].start
        if last.rate:
            return start, last.rate
        if unit not in lex.CODES:
            return start, None
        if ahead.rate:
            return start, ahead.rate
        for token in reversed(self.tokens[:index]):
            if start - token.end > _AVERAGE_REACH or token.kind in {"number", "money"}:
                break
            if token.kind == "each":
                return token.start, lex.EACH[token.text]
            if not all(_is_han(letter) or letter.isalpha() for letter in token.text):
                break
        return start, None

    def _bracketed(self) -> _Candidate | None:
        """Read (4.65亿) as accountants do, where the brackets hold the amount and nothing else."""
        match = _BRACKETS.fullmatch(self.text)
        if not match or not any(map(str.isdigit, match["inner"])):
            return None
        opens, closes = match.start("open"), match.start("close")
        bare = self.original[:opens] + self.original[opens + 1 : closes] + self.original[closes + 1 :]
        inside = _Reader(bare, whole=True).figures()
        if len(inside) != 1 or inside[0].figure.qualifier != "exact" or not inside[0].figure.value:
            return None
        figure, end = inside[0].figure, len(self.text.rstrip())
        if inside[0].start > opens or figure.value is None or figure.value < 0:
            return None
        value = -figure.value
        flipped = Figure(
            value, value, value, False, False, "exact", figure.unit, figure.step, figure.digit
        )
        return _Candidate(match.start("open"), end, flipped, is_bare=False)


_FILLERS = frozenset({"led", "adjective", "from", "bar_time"})
_BRACKETS = re.compile(
    r"\s*(?:[a-z]*[$¥€£₩]|[a-z]{3})?\s*(?P<open>\()(?P<inner>[^()]+)(?P<close>\))[^()，,;、。]*"
)


def _ends_in_ten(text: str, number: _Number) -> bool:
    low = number.low
    return number.high is None and low.power == 0 and low.number % 10 == 0 and text[-1] in "十0"


def _and_half(amount: _Amount) -> _Amount:
    return _Amount(amount.number * 10 + 5, amount.power - 1, amount.power - 1, amount.power - 1)


def _spelled(amount: Fraction) -> _Amount:
    if amount.denominator == 1:
        return _whole(amount.numerator)
    if amount.denominator == 2 and amount.numerator > 0:
        return _Amount(amount.numerator * 5, -1, -1, -1)
    return _Amount(amount.numerator, 0, -1, -1, amount.denominator)


def _merge(first: str | None, second: str) -> str | None:
    """Make one of two words for money: 元 and 人民币 agree, $ gives way to HKD; None if at odds."""
    if first is None or _code(first) == _code(second):
        return second
    if _code(second) in lex.LOOSE.get(first, ()):
        return second
    return first if _code(first) in lex.LOOSE.get(second, ()) else None


def _code(word: str) -> str:
    return lex.CURRENCY.get(word, word)


def _named(unit: str | None, money: str | None) -> str | None:
    return _code(money) if money else unit


def _signed(number: _Number, sign: int) -> _Number:
    if sign > 0:
        return number
    return number._replace(low=number.low._replace(number=-number.low.number))


def _join(first: _Quantity, second: _Quantity) -> bool:
    """Give both ends of a range the unit and the scale they share; False where they have none."""
    if first.number.high or second.number.high or first.more or second.more:
        return False
    if first.unit and second.unit and (first.unit, first.shift) != (second.unit, second.shift):
        return False
    if first.unit and not second.unit and not (second.scaled and first.unit in _ADDED):
        return False
    if first.number.bare or second.number.bare:
        return False
    if not first.unit:
        first.shift = second.shift
        if not first.scaled and second.number.scale:
            wide = first.number.low.shifted(second.number.scale)
            narrow = first.number.low.exact()
            if wide.exact() <= second.number.low.exact() or narrow * 10 < second.number.low.exact():
                first.number = first.number._replace(low=wide)
    else:
        second.shift = first.shift
    return True


# -- bounds: the one place --------------------------------------------------------------------


def _build(
    ahead: _Ahead,
    first: _Quantity,
    second: _Quantity | None,
    qualifiers: list[str],
    unit: str | None,
) -> Figure | None:
    low = _signed(first.number, ahead.sign).low.shifted(first.shift)
    if unit == "years" and any(
        one and one.exact() in _YEARS for one in (low, second.number.low if second else None)
    ):
        return None
    step, digit = _place(low.step), _place(low.digit)
    if first.graded:
        power = low.exact()
        return _band(power, power * 10, unit)
    if first.spans and second and set(qualifiers) == {"more_than"}:
        high = _signed(second.number, 1).low.shifted(second.shift).exact()
        x = low.exact()
        return Figure(None, x, high, True, False, "more_than", unit, step, digit) if x < high else None
    if second or first.number.high:
        return _range(ahead, first, second, qualifiers, unit)
    x = low.exact()
    if first.more:
        upper = any(one in {"at_most", "less_than"} for one in qualifiers)
        return None if upper or x <= 0 else Figure(None, x, x + step, True, False, "more_than", unit, step, digit)
    qualifier = _strongest(qualifiers)
    if qualifier is None:
        return None
    return _bounded(x, qualifier, unit, step, digit)


def _place(power: int) -> Fraction:
    return Fraction(10**power) if power >= 0 else Fraction(1, 10**-power)


def _strongest(qualifiers: list[str]) -> str | None:
    """Pick the strongest; None where one says above and another below."""
    words = [word for word in qualifiers if word != "exact"]
    if not words:
        return "exact"
    for family in (_LOWER_FAMILY, _UPPER_FAMILY):
        if all(word in family for word in words):
            return max(words, key=family.__getitem__)
    return None


def _bounded(
    x: Fraction, qualifier: str, unit: str | None, step: Fraction, digit: Fraction
) -> Figure | None:
    def figure(
        value: Fraction | None,
        low: Fraction | None,
        high: Fraction | None,
        low_open: bool = False,
        high_open: bool = False,
    ) -> Figure:
        return Figure(value, low, high, low_open, high_open, qualifier, unit, step, digit)

    if qualifier == "exact":
        return figure(x, x, x)
    if qualifier == "approx":
        by = max(min(abs(x) / 20, step), step / 2)
        return figure(x, x - by, x + by)
    if qualifier == "almost":
        by = min(abs(x) / 10, step)
        if not x:
            return None
        return figure(x, x - by, x, high_open=True) if x > 0 else figure(x, x, x + by, low_open=True)
    if qualifier in {"more_than", "at_least"}:
        return figure(None, x, None, qualifier == "more_than", True)
    floor = Fraction(0) if x > 0 else None
    return figure(None, floor, x, floor is None, qualifier == "less_than")


def _band(low: Fraction, high: Fraction, unit: str | None) -> Figure:
    return Figure(None, low, high, False, False, "range", unit)


def _range(
    ahead: _Ahead,
    first: _Quantity,
    second: _Quantity | None,
    qualifiers: list[str],
    unit: str | None,
) -> Figure | None:
    other = second.number.low if second else first.number.high
    if other is None:
        return None
    shift = second.shift if second else first.shift
    a = _signed(first.number, ahead.sign).low.shifted(first.shift)
    b = other.shifted(shift)
    low, high = a.exact(), b.exact()
    soft = {"approx", "almost", "exact"} | (set() if second else {"more_than", "at_least"})
    if low > high or not soft.issuperset(qualifiers) or (ahead.sign < 0 and not second):
        return None
    if first.number.vague:
        return _band(low, high, unit)
    step, digit = min(a.step, b.step), min(a.digit, b.digit)
    return Figure(None, low, high, False, False, "range", unit, _place(step), _place(digit))


# -- writing ----------------------------------------------------------------------------------


def write(figure: Figure, language: str = "en") -> str:
    """Write a figure in the compact grammar, or as Chinese prints it; `read` gives it back.

    >>> write(read("约5300萬美元")), write(read("300至500億元")), write(read("人均创收38.6万元"))
    ('~53m USD', '30bn..50bn CNY', '386K CNY/person')
    >>> write(read(">20bn CNY"), "zh-Hant")
    '超過200億元'
    """
    said = lex.SAID[language]
    if figure.qualifier == "range":
        low, high = figure.low or Fraction(0), figure.high or Fraction(0)
        return _written_range(low, high, figure.unit, language)
    if figure.qualifier == "more_than" and figure.low is not None and figure.high is not None:
        return _written_more(figure.low, figure.high, figure.unit, language)
    upper = figure.qualifier in {"less_than", "at_most"}
    x = figure.value if figure.value is not None else (figure.high if upper else figure.low)
    must = figure.qualifier in {"approx", "almost"}
    amount = _written(x or Fraction(0), figure.step, figure.unit, language, must=must)
    return said[figure.qualifier].format(amount)


def _written_range(low: Fraction, high: Fraction, unit: str | None, language: str) -> str:
    if unit == "share" and not (_is_decimal(low) and _is_decimal(high)):
        ends = [_fraction(end, language) for end in (low, high)]
        if language == "en":
            ends[0] = ends[0].removesuffix(lex.SAID["en"]["fraction"])
        return lex.SAID[language]["range"].format(*ends)
    tail = _tail(unit, language)
    shift = 100 if unit == "share" else 1
    ends = [
        _shortest(end * shift) if shift > 1 else "".join(_mantissa(end, Fraction(0), language))
        for end in (low, high)
    ]
    first = ends[0] + (tail if unit == "share" else "")
    return lex.SAID[language]["range"].format(first, ends[1] + tail)


def _written_more(low: Fraction, high: Fraction, unit: str | None, language: str) -> str:
    step = high - low
    if language == "en" or _power(step) is None:
        return ">" + _written_range(low, high, unit, language)
    said = lex.SAID[language]
    if unit == "share":
        return _written(low, step, unit, language, must=True) + said["more"]
    digits, scale = _mantissa(low, step, language, must=True)
    if unit == "months":
        return digits + scale + said["more_months"]
    if unit in {"years", "multiple", "percentage_points"}:
        return digits + scale + said[unit] + said["more"]
    inside = said["more"] + scale if digits.endswith("0") and digits.isdigit() else scale + said["more"]
    return digits + inside + _tail(unit, language)


def _written(x: Fraction, step: Fraction, unit: str | None, language: str, *, must: bool) -> str:
    if unit != "share":
        tail = _tail(unit, language)
        return "".join(_mantissa(x, step, language, must=must)) + (
            lex.ONE.get(tail, tail) if x == 1 else tail
        )
    if not _is_decimal(x):
        return _fraction(x, language)
    power = _power(step)
    percent = None if power is None else _printed(x * 100, 0, power + 2)
    if percent is None and must:
        if power == -1 and x.denominator > 1:
            return _fraction(x, language)
        return "".join(_mantissa(x, step, language, must=True)) + " share"
    return (percent or _shortest(x * 100)) + lex.SAID[language]["share"]


def _fraction(x: Fraction, language: str) -> str:
    if language == "en":
        return f"{x.numerator}/{x.denominator}" + lex.SAID["en"]["fraction"]
    sign = "-" if x < 0 else ""
    return sign + lex.SAID[language]["fraction"].format(abs(x.numerator), x.denominator)


def _tail(unit: str | None, language: str) -> str:
    if unit is None:
        return ""
    said = lex.SAID[language]
    name, slash, rate = unit.partition("/")
    return said.get(name, f" {name}") + (said[slash + rate] if slash else "")


def _mantissa(
    x: Fraction, step: Fraction, language: str, *, must: bool = False
) -> tuple[str, str]:
    """Write digits and a scale word; where the step must be kept, in the scale that keeps it."""
    scales = lex.WRITTEN_SCALES[language]
    smallest = 10_000 if language == "en" else 0
    natural = next((s for s in scales if abs(x) >= max(10**s, smallest)), 0)
    power = _power(step)
    if power is not None:
        for scale in (natural, *sorted(scales)) if must else (natural,):
            printed = _printed(x, scale, power)
            if printed is not None:
                return printed, scales[scale]
    return _shortest(x / 10**natural), scales[natural]


def _power(step: Fraction) -> int | None:
    """Say which power of ten a step is; None for any other number."""
    large = str(max(step.numerator, step.denominator))
    if step <= 0 or 1 not in {step.numerator, step.denominator} or large.strip("0") != "1":
        return None
    return len(large) - 1 if step.denominator == 1 else 1 - len(large)


def _printed(x: Fraction, scale: int, power: int) -> str | None:
    """Write `x` in a scale so that its last significant digit stands for 10^`power`."""
    places = max(scale - power, 0)
    whole = x * 10**places / 10**scale
    if whole.denominator != 1:
        return None
    number = whole.numerator
    if places == 0 and scale + _trailing(number) != power:
        return None
    digits = f"{abs(number):0{places + 1}d}"
    split = len(digits) - places
    sign = "-" if number < 0 else ""
    return sign + digits[:split] + ("." + digits[split:] if places else "")


def _shortest(x: Fraction) -> str:
    places = 0
    while (x * 10**places).denominator != 1:
        places += 1
    return _printed(x, 0, -places) or str(x)


def _is_decimal(x: Fraction) -> bool:
    rest = x.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1
