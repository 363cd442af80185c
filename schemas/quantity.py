"""A quantity is a number with what belongs to it: 200多亿, 5300万美元, 三成五."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from schemas import lexicon as lex
from schemas.numeral import DIGITS_MOST, SCALE_MOST, Amount, Number, and_half, numeral, whole
from schemas.unit import CURRENCIES

COUNTED = ("people", "users", "count")
HALF = Amount(5, -1, -1, -1)

_TEN = 10
_YEAR_MONTHS = 12
_SHARED = ("money", *COUNTED)


class Line:
    """A text as words of the lexicon, each with its kind and its place.

    >>> line = Line("约5300萬美元")
    >>> list(zip(line.kinds, line.words))[: line.size]
    [('before', '约'), ('number', '5300万'), ('money', '美元')]
    """

    def __init__(self, text: str) -> None:
        self.original = text
        self.text = lex.lower(text)
        self.is_unclear = False  # it holds digits that are not understood
        kinds: list[str] = []
        words: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for match in lex.TOKEN.finditer(self.text):
            kind = match.lastgroup or ""
            if kind == "space":
                continue
            word = match.group()
            kinds.append(lex.KINDS[word] if kind == "word" else kind)
            words.append(word)
            starts.append(match.start())
            ends.append(match.end())
        self.size = len(kinds)
        # So that three words ahead can be looked at.
        self.kinds = [*kinds, "end", "end", "end"]
        self.words = [*words, "", "", ""]
        self.starts = [*starts, len(text), len(text), len(text)]
        self.ends = [*ends, len(text), len(text), len(text)]

    def touches(self, index: int) -> bool:
        """Say whether nothing stands between a word and the one before it."""
        return index > 0 and self.starts[index] == self.ends[index - 1]

    def behind(self, index: int) -> str:
        """Give the character behind the word before `index`; none at the end."""
        end = self.ends[index - 1]
        return self.text[end : end + 1]

    def printed(self, index: int) -> str:
        """Give a word in the case it is printed in."""
        return lex.fold(self.original[self.starts[index] : self.ends[index]])


class Ahead:
    """What stands before an amount."""

    money: str | None = None
    sign = 1
    rate: str | None = None
    bare: str | None = None  # 上 and 过 qualify a scale word that stands alone
    licensed = False  # something lets a scale word stand alone
    barred = False
    bar_time = False
    between = False
    moved = False  # "from": two figures, not a range
    names = False  # the name of another may follow,
    theirs = False  # or must have a 的 behind it
    named_to = 0  # the word behind that name
    near = False  # 近 may mean "the last"

    def __init__(self) -> None:
        self.qualifiers: list[str] = []


class Quantity:
    """A number, and step by step what is read behind it."""

    more = False  # 多
    graded = False  # 千万级
    vague = False
    spans = False  # the first of 20bn..30bn
    scaled = False
    scale = 0  # the power of ten that the other end of a range shares
    is_bare = False
    in_words = False
    unit: str | None = None
    shift = 0  # the power of ten that brings the amount into its unit
    rate: str | None = None
    money_only = False  # 7B and 5 m are amounts of money, or nothing
    one_of = False  # 一家: an article, not a count
    stopped = False
    qualifiers: tuple[str, ...] = ()

    def __init__(self, low: Amount, end: int, unit: str | None = None) -> None:
        self.low = low
        self.high: Amount | None = None
        self.end = end  # the word behind the last one
        if unit:
            self.unit = unit

    def grow(self, power: int) -> None:
        """Multiply by a scale word."""
        self.low = self.low.shifted(power)
        self.high = self.high.shifted(power) if self.high else None
        self.scale, self.scaled = self.scale + power, True

    def take_half(self) -> bool:
        """Add a half, where the number is whole."""
        is_whole = not (self.low.power or self.high)
        if is_whole:
            self.low = and_half(self.low)
        return is_whole


def quantity(line: Line, index: int, ahead: Ahead) -> Quantity | None:
    """Read the quantity that begins with a word; None where none does."""
    read = _AMOUNTS.get(line.kinds[index])
    got = read(line, index, ahead) if read else None
    if got is None:
        return None
    if got.unit is None:
        _take(_SCALES, line, got, ahead)
        if line.words[got.end] == "+" and line.kinds[got.end + 1] != "number":
            got.qualifiers = (lex.AFTER["+"],)
            got.end += 1
    elif ahead.money:
        got.stopped = True
    _take(_UNITS, line, got, ahead)
    return got


_Step = Callable[[Line, Quantity, Ahead], bool]


def _take(steps: Mapping[str, _Step], line: Line, got: Quantity, ahead: Ahead) -> None:
    """Take word after word, each by the step for its kind, until one does not fit."""
    step = steps.get(line.kinds[got.end])
    while step and step(line, got, ahead):
        got.end += 1
        step = steps.get(line.kinds[got.end])


# -- the amount -------------------------------------------------------------------------------


def _of(number: Number, end: int) -> Quantity:
    got = Quantity(number.low, end)
    got.is_bare, got.in_words = number.is_bare, number.in_words
    got.scale, got.scaled = number.scale, number.is_scaled
    got.high, got.vague = number.high, number.high is not None
    return got


def _band(low: int, high: int, end: int) -> Quantity:
    got = Quantity(whole(low), end)
    got.high, got.vague = whole(high), True
    return got


def _number(line: Line, index: int, _ahead: Ahead) -> Quantity | None:
    word, after = line.words[index], line.words[index + 1]
    if after in lex.PARTS:
        return _part(line, index)
    if "/" in word and after in {"share", ".."}:
        return _ratio(line, index)
    number = numeral(word)
    if number is None:
        line.is_unclear = line.is_unclear or word[0].isascii()
        return None
    low = number.low
    if after == "几" and low.number and not (low.power or low.number % _TEN or number.scale):
        return _band(low.number + 1, low.number + 9, index + 2)  # 十几: 11 to 19
    return _of(number, index + 1)


def _part(line: Line, index: int) -> Quantity | None:
    """Read 百分之十二点五, 千分之三, 三分之二."""
    word, over = line.words[index], line.words[index + 2]
    of = numeral(word)
    number = Number(whole(100)) if over == "百" else numeral(over)
    if of is None or number is None or number.is_bare:
        return None
    power = lex.POWERS.get(word)
    if power is not None:
        got = _of(number, index + 3)
        got.unit, got.shift, got.in_words = "share", -power, False
        return got
    if number.high or number.low.power < 0 or of.high or of.low.power < 0 or not of.low.number:
        return None
    return Quantity(_share(number.low.exact() / of.low.exact()), index + 3, "share")


def _ratio(line: Line, index: int) -> Quantity | None:
    """Read `2/3 share`, as thirds are written."""
    over, _, under = line.words[index].partition("/")
    digits = over + under
    if not digits.isdigit() or len(digits) > DIGITS_MOST or not int(under):
        return None
    end = index + 1 + (line.words[index + 1] == "share")
    return Quantity(_share(Fraction(int(over), int(under))), end, "share")


def _share(share: Fraction) -> Amount:
    """Make an amount of a fraction in words, whose step is a tenth."""
    return Amount(share.numerator, 0, -1, -1, share.denominator)


def _english(line: Line, index: int, _ahead: Ahead) -> Quantity:
    total, index = lex.ENGLISH[line.words[index]], index + 1
    if line.words[index] == "hundred":
        total, index = total * 100, index + 1
        small = index + (line.words[index] == "and")
        if line.kinds[small] == "english":
            total, index = total + lex.ENGLISH[line.words[small]], small + 1
    got = Quantity(whole(total), index)
    got.in_words = True
    return got


def _several(line: Line, index: int, _ahead: Ahead) -> Quantity | None:
    """Read 数百亿: 2 to 10 of them."""
    power = lex.POWERS.get(line.words[index + 1])
    if power is None:
        return None
    got = _band(2, 10, index + 2)
    got.grow(power)
    got.in_words = True
    return got


def _vague(line: Line, index: int, _ahead: Ahead) -> Quantity:
    got = _band(2, 10, index + 1)
    got.grow(lex.VAGUE[line.words[index]])
    return got


def _spelled(line: Line, index: int, _ahead: Ahead) -> Quantity | None:
    amount, unit = lex.SPELLED[line.words[index]]
    if line.words[index] in lex.MONTH_AND_HALF and line.kinds[index - 1] == "number":
        return None  # 两三个半月
    if amount.denominator == 1:
        low = whole(amount.numerator)
    else:
        is_tenths = _TEN % amount.denominator == 0
        low = Amount(int(amount * _TEN), -1, -1, -1) if is_tenths else _share(amount)
    got = Quantity(low, index + 1, unit)
    got.scaled = unit is None
    return got


def _once(line: Line, index: int, ahead: Ahead) -> Quantity | None:
    """Read "less than a year"; without a qualifier it is a rate, or nothing."""
    unit = lex.ONCE[line.words[index]]
    return Quantity(whole(1), index + 1, unit) if ahead.qualifiers else None


def _half(line: Line, index: int, ahead: Ahead) -> Quantity | None:
    qualified = ahead.qualifiers or ahead.bare or line.words[index] == "半数"
    if not qualified or lex.is_han(line.behind(index + 1)):
        return None
    return Quantity(HALF, index + 1, "share")


def _turned(line: Line, index: int, _ahead: Ahead) -> Quantity | None:
    """Read 翻两番 (x4), 翻十倍 (x10), 翻了3倍."""
    number, unit = numeral(line.words[index + 1]), line.words[index + 2]
    if number is None or number.high or number.is_bare:
        return None
    low = number.low
    if unit in lex.TURNED:
        if low.power or low.number > SCALE_MOST:
            line.is_unclear = True
            return None
        low = Amount(2**low.number, 0, 0, 0)
    elif unit != "倍":
        return None
    return Quantity(low, index + 3, "multiple")


_AMOUNTS: Mapping[str, Callable[[Line, int, Ahead], Quantity | None]] = {
    "number": _number,
    "english": _english,
    "spelled": _spelled,
    "vague": _vague,
    "once": _once,
    "half": _half,
    "several": _several,
    "turn": _turned,
}
AMOUNTS = _AMOUNTS.keys()


# -- scale words ------------------------------------------------------------------------------


def _take_more(_line: Line, got: Quantity, _ahead: Ahead) -> bool:
    already, got.more = got.more, True
    return not already


def _take_some(line: Line, got: Quantity, _ahead: Ahead) -> bool:
    """Take the 来 of 十来亿 and 300来人, not that of 来自."""
    after = got.end + 1
    infix = line.kinds[after] in {"unit", "money", "scale"} or line.words[after] in lex.POWERS
    if infix:
        got.qualifiers = ("approx",)
    return infix


def _take_half(_line: Line, got: Quantity, _ahead: Ahead) -> bool:
    return got.take_half()


def _take_grade(line: Line, got: Quantity, _ahead: Ahead) -> bool:
    # 十亿 is a number of its own, and yet 十亿级 is a scale like 百亿级.
    already, got.graded = got.graded, got.is_bare or line.words[got.end - 1] in lex.POWERS
    return got.graded and not already


def _take_power(line: Line, got: Quantity, _ahead: Ahead) -> bool:
    """Take a scale word behind 多, 来 or a gap: 200多亿, 200 萬."""
    power = lex.POWERS.get(line.words[got.end])
    apart = got.in_words and not line.touches(got.end)
    if power is None or got.scaled or apart:
        return False
    got.grow(power)
    return True


def _take_scale(line: Line, got: Quantity, _ahead: Ahead) -> bool:
    if got.scaled and line.words[got.end - 1] not in {"hundred", "a hundred"}:
        return False
    got.grow(lex.SCALES[line.words[got.end]])
    return True


def _take_letter(line: Line, got: Quantity, _ahead: Ahead) -> bool:
    word = line.words[got.end]
    if got.scaled:
        return False
    got.grow(lex.LETTERS[word])
    got.money_only = word in lex.MONEY_LETTERS or not line.touches(got.end)
    return True


_SCALES: Mapping[str, _Step] = {
    "more": _take_more,
    "some": _take_some,
    "and_half": _take_half,
    "grade": _take_grade,
    "number": _take_power,
    "scale": _take_scale,
    "letter": _take_letter,
}


# -- units ------------------------------------------------------------------------------------


def merged(first: str | None, second: str) -> str | None:
    """Make one of two words for money; None where they are at odds.

    >>> merged("人民币", "元"), merged("$", "港元"), merged("美元", "港元")
    ('元', '港元', None)
    """
    if first is None or code(first) == code(second):
        return second
    if code(second) in lex.LOOSE.get(first, ()):
        return second
    return first if code(first) in lex.LOOSE.get(second, ()) else None


def code(word: str) -> str:
    """Give the ISO 4217 code of a word for money; a code stays itself."""
    return lex.CURRENCY.get(word, word)


def _take_money(line: Line, got: Quantity, ahead: Ahead) -> bool:
    word = line.words[got.end]
    if line.kinds[got.end] == "name":
        word = line.printed(got.end)
        if word not in CURRENCIES:
            return False
    if got.unit not in {None, "money"}:
        return False
    money = merged(ahead.money, word)
    got.unit, got.stopped = "money", got.stopped or money is None
    ahead.money = money or ahead.money
    return money is not None


def _take_unit(line: Line, got: Quantity, ahead: Ahead) -> bool:
    word = line.words[got.end]
    if ahead.money:
        got.stopped = got.stopped or word in {"%", "倍", "x"}
        return False
    if got.unit:
        return _take_counted(got, word)
    if word in lex.MONTH_AND_HALF:
        got.unit = "months" if got.take_half() else None
        return got.unit is not None
    if word in lex.MONTH_AND_MORE:
        got.unit, got.more = "months", True
        return True
    if word in {"x", "×"} and line.kinds[got.end + 1] == "number":
        got.stopped = line.is_unclear = True
        return False
    got.unit, got.shift = lex.UNITS[word]
    got.one_of = got.unit in COUNTED and got.in_words
    return True


def _take_counted(got: Quantity, word: str) -> bool:
    """Take 员工 behind 名, 用户 behind 个: the latter says more."""
    unit = lex.UNITS.get(word, ("", 0))[0]
    known = got.unit in COUNTED and unit in {"people", "users"}
    if known:
        got.unit = unit
    return known


def _take_half_month(line: Line, got: Quantity, ahead: Ahead) -> bool:
    return line.words[got.end] in lex.MONTH_AND_HALF and _take_unit(line, got, ahead)


def _take_adjective(line: Line, got: Quantity, _ahead: Ahead) -> bool:
    index = got.end
    if line.words[index] == "of" and line.kinds[index + 1] == "money":
        return True
    while line.kinds[index] == "adjective":
        index += 1
    is_unit = line.kinds[index] == "unit"
    return is_unit and lex.UNITS.get(line.words[index], ("", 0))[0] in {"people", "users"}


def _take_more_of(_line: Line, got: Quantity, _ahead: Ahead) -> bool:
    """Take the 多 of 三年多 and 3亿元多, not that of 两种多模态."""
    fits = got.unit not in {None, *COUNTED} and not got.more
    got.more = got.more or fits
    return fits


def _take_rest(line: Line, got: Quantity, _ahead: Ahead) -> bool:
    """Take 五 in 三成五, 半 in 一年半, 三个月 in 两年零三个月."""
    if got.high or got.low.power or got.low.under > 1:
        got.stopped = line.words[got.end] == "半"  # 两三年半
        return False
    if line.words[got.end - 1] == "成" and line.touches(got.end):
        digit = lex.DIGITS.get(line.words[got.end])
        if digit is not None:
            got.low = Amount(got.low.number * _TEN + digit, -1, -1, -1)
        return digit is not None
    if got.unit != "years":
        return False
    return got.take_half() if line.words[got.end] == "半" else _take_months(line, got)


def _take_months(line: Line, got: Quantity) -> bool:
    index = got.end + (line.words[got.end] in {"and", "又"})
    word = line.words[index]
    if line.kinds[index + 1] != "unit" or lex.UNITS.get(line.words[index + 1]) != ("months", 0):
        return False
    number = numeral(word.lstrip("零"))
    plain = number is not None and not (number.high or number.low.power or number.is_bare)
    months = number.low.number if number and plain else lex.ENGLISH.get(word, _YEAR_MONTHS)
    if months >= _YEAR_MONTHS:
        return False
    got.low = Amount(got.low.number * _YEAR_MONTHS + months, 0, 0, 0)
    got.unit, got.end = "months", index + 1
    return True


_UNITS: Mapping[str, _Step] = {
    "money": _take_money,
    "name": _take_money,
    "unit": _take_unit,
    "spelled": _take_half_month,
    "more": _take_more_of,
    "adjective": _take_adjective,
    "led": _take_adjective,
    "number": _take_rest,
    "english": _take_rest,
    "half": _take_rest,
    "and": _take_rest,
}


# -- what stands behind -----------------------------------------------------------------------


def suffixed(line: Line, got: Quantity, ahead: Ahead) -> None:
    """Take the qualifiers and the rate behind a quantity: 左右, 以上, a month."""
    _take(_AFTER, line, got, ahead)


def _take_after(line: Line, got: Quantity, _ahead: Ahead) -> bool:
    word = line.words[got.end]
    adds = word in {"+", "plus"} and line.kinds[got.end + 1] == "number"
    if not adds:
        got.qualifiers += (lex.AFTER[word],)
    return not adds


def _take_rate(line: Line, got: Quantity, ahead: Ahead) -> bool:
    word = line.words[got.end]
    fits = ahead.money is not None or got.unit in COUNTED
    if fits:
        got.rate = lex.RATES.get(word) or lex.EACH[word]
    return fits


_AFTER: Mapping[str, _Step] = {
    "after": _take_after,
    "rate": _take_rate,
    "each": _take_rate,
    "once": _take_rate,
}


# -- two ends of a range ----------------------------------------------------------------------


def joined(first: Quantity, second: Quantity) -> bool:
    """Give both ends of a range the unit and the scale they share; False where they have none."""
    if first.high or second.high or first.more or second.more or first.is_bare or second.is_bare:
        return False
    if not first.unit:
        first.shift = second.shift
        _share_scale(first, second)
        return True
    second.shift = second.shift if second.unit else first.shift
    if second.unit:
        return (first.unit, first.shift) == (second.unit, second.shift)
    return second.scaled and first.unit in _SHARED


def _share_scale(first: Quantity, second: Quantity) -> None:
    """Give the first end the second's scale: 300至500亿; but not in 5000-1万元."""
    if first.scaled or not second.scale:
        return
    wide, high = first.low.shifted(second.scale), second.low.exact()
    if wide.exact() <= high or first.low.exact() * _TEN < high:
        first.low = wide
