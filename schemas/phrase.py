"""The grammar of figures: qualifiers, currency, number, scale, unit, rate and range."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Literal, NamedTuple

from schemas import lexicon as lex
from schemas.numeral import DIGITS_MOST, SCALE_MOST, Amount, Number, and_half, numeral, whole
from schemas.unit import CURRENCIES

Shape = Literal["point", "more", "range", "span", "band"]

_REACH = 8  # characters between 人均 and its amount
_NAME = 12  # characters of a name inside a phrase
_YEARS = range(1900, 2100)
_YEAR_DIGITS = 4
_MONTH_DAYS = 31
_YEAR_MONTHS = 12
_TEN, _HUNDRED = 10, 100
_HALF = Amount(5, -1, -1, -1)
_TIME = ("months", "years")
_COUNTED = ("people", "users", "count")
_SHARED = ("money", *_COUNTED)
_UPPER_CASE = re.compile(r"[A-Z0-9]")
_LOOSE_MARKS = ("to", "至", "到")
_BRACKETS = re.compile(r"\s*(?:[a-z]*[$¥€£₩]|[a-z]{3})?\s*(\()[^()]*[0-9][^()]*(\))[^()，,;、。]*")


class Phrase(NamedTuple):
    """One figure's parts as found in a text, from `start` to `end`.

    Shapes: a `point`; `more` than it, up to the next round unit (200多亿); a `range`; a `span`,
    open below (`>2..3`); a `band` of vague words (数百亿).
    """

    start: int
    end: int
    shape: Shape
    low: Amount
    high: Amount | None
    qualifiers: tuple[str, ...]
    unit: str | None
    is_bare: bool  # a number with no word of its own


class _Ahead:
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
    names = False  # the name of another may follow
    named_to = 0  # the token behind that name
    near = False  # 近 may mean "the last"

    def __init__(self) -> None:
        self.qualifiers: list[str] = []


class _Quantity:
    """A number with what belongs to it: 200多亿, 5300万美元, 三成五."""

    more = False
    graded = False  # 千万级
    vague = False
    spans = False  # 20bn..30bn
    scaled = False
    scale = 0
    is_bare = False
    in_words = False
    unit: str | None = None
    shift = 0
    rate: str | None = None
    money_only = False  # 7B and 5 m are amounts of money, or nothing
    one_of = False  # 一家: an article, not a count
    stopped = False
    qualifiers: tuple[str, ...] = ()

    def __init__(self, low: Amount, start: int, end: int) -> None:
        self.low = low
        self.high: Amount | None = None
        self.start = start
        self.end = end  # the token behind the last one

    @classmethod
    def of(cls, number: Number, start: int, end: int) -> _Quantity:
        quantity = cls(number.low, start, end)
        quantity.is_bare, quantity.in_words = number.is_bare, number.in_words
        quantity.scale, quantity.scaled = number.scale, number.is_scaled
        if number.high:
            quantity.high, quantity.vague = number.high, True
        return quantity

    @classmethod
    def band(cls, low: int, high: int, start: int, end: int) -> _Quantity:
        quantity = cls(whole(low), start, end)
        quantity.high, quantity.vague = whole(high), True
        return quantity

    @classmethod
    def named(cls, low: Amount, unit: str | None, start: int, end: int) -> _Quantity:
        quantity = cls(low, start, end)
        quantity.unit = unit
        return quantity

    def grow(self, power: int) -> None:
        self.low = self.low.shifted(power)
        self.high = self.high.shifted(power) if self.high else None
        self.scale, self.scaled = self.scale + power, True


def phrases(text: str, *, is_whole: bool) -> list[Phrase]:
    """Find the figures' phrases in a text; `is_whole` says the text should be a figure itself."""
    bracketed = _accounted(text) if is_whole and ("(" in text or "（" in text) else None
    return [bracketed] if bracketed else _Reader(text, is_whole=is_whole).phrases()


def _accounted(text: str) -> Phrase | None:
    """Read (4.65亿) as accountants do, where the brackets hold the amount and nothing else."""
    match = _BRACKETS.fullmatch(lex.lower(text))
    if not match:
        return None
    opens, closes = match.start(1), match.start(2)
    inside = text[:opens] + text[opens + 1 : closes] + text[closes + 1 :]
    found = _Reader(inside, is_whole=True).phrases()
    if len(found) != 1 or found[0].shape != "point" or found[0].qualifiers:
        return None
    one = found[0]
    begins = not inside[: one.start].strip() and one.start <= opens
    if not begins or one.end < closes - 1 or one.low.number <= 0:
        return None
    return one._replace(start=opens, end=len(text), low=one.low.signed(-1), is_bare=False)


def _is_han(character: str) -> bool:
    return "㐀" <= character <= "鿿"


class _Reader:
    """Walks over the words of one text; every method of the grammar takes a word's index."""

    def __init__(self, text: str, *, is_whole: bool) -> None:
        self.original = text
        self.text = lex.lower(text)
        self.is_whole = is_whole
        self.is_unclear = False
        self.kinds: list[str] = []
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for match in lex.TOKEN.finditer(self.text):
            kind = match.lastgroup or ""
            if kind != "space":
                word = match.group()
                start, end = match.span()
                self.add(lex.KINDS[word] if kind == "word" else kind, word, start, end)
        self.size = len(self.kinds)
        for _ in range(3):  # so that three words ahead can be looked at
            self.add("end", "", len(text), len(text))

    def add(self, kind: str, word: str, start: int, end: int) -> None:
        self.kinds.append(kind)
        self.words.append(word)
        self.starts.append(start)
        self.ends.append(end)

    def phrases(self) -> list[Phrase]:
        found, index = [], 0
        while index < self.size:
            if self.kinds[index] in _STARTS:
                index, phrase = self.phrase(index)
                if phrase:
                    found.append(phrase)
            else:
                index += 1
        # 1 1/2 years: beside digits that are not understood, a plain number is no figure.
        return [phrase for phrase in found if not (self.is_unclear and phrase.is_bare)]

    def touches(self, index: int) -> bool:
        """Say whether nothing stands between a word and the one before it."""
        return index > 0 and self.starts[index] == self.ends[index - 1]

    def behind(self, index: int) -> str:
        """Give the character behind the word before `index`."""
        end = self.ends[index - 1]
        return self.text[end : end + 1]

    # -- before the amount --

    def before(self, index: int) -> tuple[_Ahead, int]:
        ahead = _Ahead()
        take = _BEFORE.get(self.kinds[index])
        while take and take(self, ahead, index):
            index += 1
            take = _BEFORE.get(self.kinds[index])
        return ahead, index

    def take_qualifier(self, ahead: _Ahead, index: int) -> bool:
        word = self.words[index]
        ahead.qualifiers.append(lex.BEFORE[word])
        ahead.licensed = True
        ahead.near = word == "近"
        ahead.names = word in lex.OF_OTHERS
        return True

    def take_money(self, ahead: _Ahead, index: int) -> bool:
        word = self.words[index]
        merged = None if word in lex.SUFFIX_ONLY else _merged(ahead.money, word)
        ahead.money = merged or ahead.money
        return merged is not None

    def take_mark(self, ahead: _Ahead, index: int) -> bool:
        word = self.words[index]
        if word == "~":
            ahead.qualifiers.append("approx")
            ahead.licensed = True
            return True
        start = self.starts[index]
        before = self.text[start - 1] if start else " "
        is_dash = word == "-" or (word == "–" and not _is_han(before))
        signs = self.touches(index + 1) and self.kinds[index + 1] in {"number", "money"}
        if not (is_dash and signs) or (before.isascii() and before.isalnum()):
            return False
        ahead.sign = -1
        return True

    def take_other(self, ahead: _Ahead, index: int) -> bool:
        """Skip one name between a qualifier and its share: 不到 OpenAI 的 1%."""
        if index < ahead.named_to:
            return True
        if not ahead.names:
            return False
        end = index + 1
        if self.kinds[index] == "other" and self.words[index] not in lex.OTHERS:
            while self.kinds[end] == "other":
                end += 1
            name = self.text[self.starts[index] : self.starts[end]]
            if len(name) > _NAME or self.words[end] != "的" or not all(map(_is_han, name)):
                return False
        ahead.names, ahead.named_to = False, end
        return True

    def take_led(self, ahead: _Ahead, index: int) -> bool:
        ahead.licensed = ahead.licensed or self.words[index] in lex.LICENCES
        return True

    def take_bare(self, ahead: _Ahead, index: int) -> bool:
        ahead.bare = lex.BEFORE_BARE[self.words[index]]
        ahead.licensed = True
        return True

    def take_each(self, ahead: _Ahead, index: int) -> bool:
        ahead.rate = lex.EACH[self.words[index]]
        return True

    def take_negative(self, ahead: _Ahead, index: int) -> bool:
        ahead.sign = -1
        return index >= 0

    def take_plus(self, ahead: _Ahead, index: int) -> bool:
        return self.words[index] == "+" and ahead.sign > 0

    def take_flag(self, ahead: _Ahead, index: int) -> bool:
        setattr(ahead, _FLAGS[self.kinds[index]], True)
        return True

    # -- the amount --

    def quantity(self, index: int, ahead: _Ahead) -> _Quantity | None:
        read = _AMOUNTS.get(self.kinds[index])
        quantity = read(self, index, ahead) if read else None
        if quantity is None:
            return None
        if quantity.unit is None:
            self.scale(quantity)
            if self.words[quantity.end] == "+" and not self.touches(quantity.end + 1):
                quantity.qualifiers = (lex.AFTER["+"],)
                quantity.end += 1
        elif ahead.money:
            quantity.stopped = True
        take = _UNITS.get(self.kinds[quantity.end])
        while take and take(self, quantity, ahead):
            quantity.end += 1
            take = _UNITS.get(self.kinds[quantity.end])
        return quantity

    def number(self, index: int, _ahead: _Ahead) -> _Quantity | None:
        word, after = self.words[index], self.words[index + 1]
        if after in lex.PARTS:
            return self.part(index)
        if "/" in word and after in {"share", ".."}:
            return self.ratio(index)
        number = numeral(word)
        if number is None:
            self.is_unclear = self.is_unclear or word[0].isascii()
            return None
        low = number.low
        if after == "几" and not (low.power or low.number % 10 or number.scale) and low.number:
            return _Quantity.band(low.number + 1, low.number + 9, self.starts[index], index + 2)
        return _Quantity.of(number, self.starts[index], index + 1)

    def part(self, index: int) -> _Quantity | None:
        """Read 百分之十二点五, 千分之三, 三分之二."""
        over = self.words[index + 2]
        of = numeral(self.words[index])
        number = Number(whole(100)) if over == "百" else numeral(over)
        if of is None or number is None or number.is_bare or self.kinds[index + 2] != "number":
            return None
        power = lex.POWERS.get(self.words[index])
        if power is not None:
            quantity = _Quantity.of(number, self.starts[index], index + 3)
            quantity.unit, quantity.shift, quantity.in_words = "share", -power, False
            return quantity
        if number.high or number.low.power < 0 or of.high or of.low.power < 0 or not of.low.number:
            return None
        share = _ratio(number.low.exact(), of.low.exact())
        return _Quantity.named(share, "share", self.starts[index], index + 3)

    def ratio(self, index: int) -> _Quantity | None:
        """Read `2/3 share`, as thirds are written."""
        over, _, under = self.words[index].partition("/")
        if not (over.isdigit() and under.isdigit()) or len(over + under) > DIGITS_MOST:
            return None
        if not int(under):
            return None
        share = _ratio(Fraction(int(over)), Fraction(int(under)))
        end = index + 1 + (self.words[index + 1] == "share")
        return _Quantity.named(share, "share", self.starts[index], end)

    def english(self, index: int, _ahead: _Ahead) -> _Quantity:
        start, total = self.starts[index], lex.ENGLISH[self.words[index]]
        index += 1
        if self.words[index] == "hundred":
            total, index = total * 100, index + 1
            small = index + (self.words[index] == "and")
            if self.kinds[small] == "english":
                total, index = total + lex.ENGLISH[self.words[small]], small + 1
        quantity = _Quantity(whole(total), start, index)
        quantity.in_words = True
        return quantity

    def several(self, index: int, _ahead: _Ahead) -> _Quantity | None:
        power = lex.POWERS.get(self.words[index + 1])
        if power is None:
            return None
        quantity = _Quantity.band(2, 10, self.starts[index], index + 2)
        quantity.grow(power)
        quantity.in_words = True
        return quantity

    def vague(self, index: int, _ahead: _Ahead) -> _Quantity:
        quantity = _Quantity.band(2, 10, self.starts[index], index + 1)
        quantity.grow(lex.VAGUE[self.words[index]])
        return quantity

    def spelled(self, index: int, _ahead: _Ahead) -> _Quantity:
        amount, unit = lex.SPELLED[self.words[index]]
        quantity = _Quantity.named(_spelled(amount), unit, self.starts[index], index + 1)
        quantity.scaled = unit is None
        return quantity

    def once(self, index: int, ahead: _Ahead) -> _Quantity | None:
        if not ahead.qualifiers:
            return None
        unit = lex.ONCE[self.words[index]]
        return _Quantity.named(whole(1), unit, self.starts[index], index + 1)

    def half(self, index: int, ahead: _Ahead) -> _Quantity | None:
        qualified = ahead.qualifiers or ahead.bare or self.words[index] == "半数"
        if not qualified or _is_han(self.behind(index + 1)):
            return None
        return _Quantity.named(_HALF, "share", self.starts[index], index + 1)

    def turned(self, index: int, _ahead: _Ahead) -> _Quantity | None:
        """Read 翻两番 (x4), 翻十倍 (x10), 翻了3倍."""
        number = numeral(self.words[index + 1]) if self.kinds[index + 1] == "number" else None
        if number is None or number.high or number.is_bare:
            return None
        low = number.low
        if self.words[index + 2] in lex.TURNED:
            if low.power or low.number > SCALE_MOST:
                self.is_unclear = True
                return None
            low = Amount(2**low.number, 0, 0, 0)
        elif self.words[index + 2] != "倍":
            return None
        return _Quantity.named(low, "multiple", self.starts[index], index + 3)

    def scale(self, quantity: _Quantity) -> None:
        """Take 多 and 来, scale words and 级 behind a number."""
        take = _SCALES.get(self.kinds[quantity.end])
        while take and take(self, quantity, quantity.end):
            quantity.end += 1
            take = _SCALES.get(self.kinds[quantity.end])

    def take_more(self, quantity: _Quantity, _index: int) -> bool:
        more, quantity.more = quantity.more, True
        return not more

    def take_some(self, quantity: _Quantity, index: int) -> bool:
        after = index + 1
        infix = self.kinds[after] in {"unit", "money", "scale"} or self.words[after] in lex.POWERS
        if infix:
            quantity.qualifiers = ("approx",)
        return infix

    def take_half(self, quantity: _Quantity, _index: int) -> bool:
        is_whole = not (quantity.low.power or quantity.high)
        if is_whole:
            quantity.low = and_half(quantity.low)
        return is_whole

    def take_grade(self, quantity: _Quantity, _index: int) -> bool:
        graded = quantity.graded
        quantity.graded = quantity.is_bare
        return quantity.graded and not graded

    def take_power(self, quantity: _Quantity, index: int) -> bool:
        """Take a scale word behind 多, 来 or a gap: 200多亿, 200 萬."""
        power = lex.POWERS.get(self.words[index])
        apart = quantity.in_words and not self.touches(index)
        if power is None or quantity.scaled or apart:
            return False
        quantity.grow(power)
        return True

    def take_scale(self, quantity: _Quantity, index: int) -> bool:
        if quantity.scaled and self.words[index - 1] not in {"hundred", "a hundred"}:
            return False
        quantity.grow(lex.SCALES[self.words[index]])
        return True

    def take_letter(self, quantity: _Quantity, index: int) -> bool:
        if quantity.scaled:
            return False
        quantity.grow(lex.LETTERS[self.words[index]])
        quantity.money_only = self.words[index] in lex.MONEY_LETTERS or not self.touches(index)
        return True

    # -- the unit --

    def take_currency(self, quantity: _Quantity, ahead: _Ahead) -> bool:
        word = self.words[quantity.end]
        if self.kinds[quantity.end] == "name":
            start, end = self.starts[quantity.end], self.ends[quantity.end]
            word = lex.fold(self.original[start:end])
            if word not in CURRENCIES:
                return False
        if quantity.unit not in {None, "money"}:
            return False
        merged = _merged(ahead.money, word)
        quantity.stopped = quantity.stopped or merged is None
        ahead.money = merged or ahead.money
        quantity.unit = "money"
        return merged is not None

    def take_unit(self, quantity: _Quantity, ahead: _Ahead) -> bool:
        word = self.words[quantity.end]
        if ahead.money:
            quantity.stopped = quantity.stopped or word in {"%", "倍", "x"}
            return False
        if quantity.unit:
            return self.take_counted(quantity, word)
        if word in lex.MONTH_AND_HALF:
            taken = self.take_half(quantity, quantity.end)
            quantity.unit = "months" if taken else None
            return taken
        if word in lex.MONTH_AND_MORE:
            quantity.unit, quantity.more = "months", True
            return True
        if word in {"x", "×"} and self.kinds[quantity.end + 1] == "number":
            quantity.stopped = self.is_unclear = True
            return False
        quantity.unit, quantity.shift = lex.UNITS[word]
        quantity.one_of = quantity.unit in _COUNTED and quantity.in_words
        return True

    def take_counted(self, quantity: _Quantity, word: str) -> bool:
        """Take 员工 behind 名, 用户 behind 个: the latter says more."""
        unit = lex.UNITS.get(word, ("", 0))[0]
        known = quantity.unit in _COUNTED and unit in {"people", "users"}
        if known:
            quantity.unit = unit
        return known

    def take_half_month(self, quantity: _Quantity, ahead: _Ahead) -> bool:
        is_unit = self.words[quantity.end] in lex.MONTH_AND_HALF
        return is_unit and self.take_unit(quantity, ahead)

    def take_adjective(self, quantity: _Quantity, _ahead: _Ahead) -> bool:
        index = quantity.end
        if self.words[index] == "of" and self.kinds[index + 1] == "money":
            return True
        while self.kinds[index] == "adjective":
            index += 1
        unit = lex.UNITS.get(self.words[index], ("", 0))[0] if self.kinds[index] == "unit" else ""
        return unit in {"people", "users"}

    def take_more_of(self, quantity: _Quantity, _ahead: _Ahead) -> bool:
        fits = quantity.unit not in {None, *_COUNTED} and not quantity.more
        quantity.more = quantity.more or fits
        return fits

    def take_rest(self, quantity: _Quantity, _ahead: _Ahead) -> bool:
        """Take 五 in 三成五, 半 in 一年半, 三个月 in 两年零三个月."""
        index, low = quantity.end, quantity.low
        if quantity.high or low.power or low.under > 1:
            return False
        if self.words[index - 1] == "成" and self.touches(index):
            digit = lex.DIGITS.get(self.words[index])
            if digit is None or quantity.shift == 0:
                return False
            quantity.low = Amount(low.number * 10 + digit, -1, -1, -1)
            return True
        if quantity.unit != "years":
            return False
        if self.words[index] == "半":
            return self.take_half(quantity, index)
        return self.take_months(quantity)

    def take_months(self, quantity: _Quantity) -> bool:
        index = quantity.end + (self.words[quantity.end] in {"and", "又"})
        if self.kinds[index + 1] != "unit" or lex.UNITS.get(self.words[index + 1]) != ("months", 0):
            return False
        word = self.words[index]
        number = numeral(word.lstrip("零")) if self.kinds[index] == "number" else None
        months = lex.ENGLISH.get(word, _YEAR_MONTHS) if number is None else number.low.number
        if months >= _YEAR_MONTHS or (
            number and (number.high or number.low.power or number.is_bare)
        ):
            return False
        quantity.low = Amount(quantity.low.number * _YEAR_MONTHS + months, 0, 0, 0)
        quantity.unit = "months"
        quantity.end = index + 1
        return True

    # -- ranges, and what stands behind --

    def phrase(self, index: int) -> tuple[int, Phrase | None]:
        ahead, at = self.before(index)
        first = self.quantity(at, ahead)
        if first is None:
            # Whatever stands before what is no amount stands before none.
            return self.skipped(at) if self.kinds[at] == "number" else max(at, index + 1), None
        self.after(first, ahead)
        second = None if ahead.moved else self.second(first, ahead)
        if isinstance(second, int):
            return second, None
        if second:
            self.after(second, ahead)
        return (second or first).end, self.settled(index, at, ahead, first, second)

    def skipped(self, index: int) -> int:
        """Pass over a malformed number and what is tied to it: 2025-09-30."""
        index += 1
        while (
            self.words[index] in {"-", "–"}
            and self.touches(index)
            and self.kinds[index + 1] == "number"
            and self.touches(index + 1)
        ):
            index += 2
        return index

    def after(self, quantity: _Quantity, ahead: _Ahead) -> None:
        take = _AFTER.get(self.kinds[quantity.end])
        while take and take(self, quantity, ahead):
            quantity.end += 1
            take = _AFTER.get(self.kinds[quantity.end])

    def take_after(self, quantity: _Quantity, _ahead: _Ahead) -> bool:
        index = quantity.end
        adds = self.words[index] in {"+", "plus"} and self.kinds[index + 1] == "number"
        if not adds:
            quantity.qualifiers += (lex.AFTER[self.words[index]],)
        return not adds

    def take_rate(self, quantity: _Quantity, ahead: _Ahead) -> bool:
        word = self.words[quantity.end]
        fits = bool(ahead.money) or quantity.unit in _COUNTED
        if fits:
            quantity.rate = lex.RATES.get(word) or lex.EACH[word]
        return fits

    def second(self, first: _Quantity, ahead: _Ahead) -> _Quantity | int | None:
        """Read the other end of a range; an index to go on from where there can be no figure."""
        mark = first.end
        word = self.words[mark]
        is_mark = self.kinds[mark] == "mark" or (ahead.between and self.kinds[mark] == "and")
        if first.qualifiers or not is_mark:
            return None
        tied = self.touches(mark) and word not in _LOOSE_MARKS
        other, at = _Ahead(), mark + 1
        other.money = ahead.money
        while self.kinds[at] in {"money", "mark", "negative"} and _BEFORE[self.kinds[at]](
            self, other, at
        ):
            at += 1
        second = self.quantity(at, other)
        if second is None:
            return self.untied(at, word, tied=tied)
        if tied and self.is_chain(second.end):
            return self.skipped(second.end - 1)
        if not _joined(first, second):
            says = second.unit or second.scaled or second.more
            return None if says and not tied else second.end
        ahead.money = other.money
        first.spans = word == ".."
        second.low = second.low.signed(other.sign)
        return second

    def untied(self, at: int, mark: str, *, tied: bool) -> int | None:
        if mark == "..":
            return at
        return self.skipped(at) if tied and self.kinds[at] == "number" else None

    def is_chain(self, index: int) -> bool:
        is_mark = self.kinds[index] == "mark" and self.touches(index)
        return is_mark and self.kinds[index + 1] == "number"

    # -- whether it is a figure --

    def settled(
        self, index: int, at: int, ahead: _Ahead, first: _Quantity, second: _Quantity | None
    ) -> Phrase | None:
        last = second or first
        unit = _code(ahead.money) if ahead.money else (last.unit or first.unit)
        if ahead.named_to and unit not in {"share", "multiple"}:
            return None
        if self.is_tied(index, at) or self.is_tied_behind(first) or self.is_tied_behind(last):
            return None
        if not self.is_figure(index, ahead, first, last, unit):
            return None
        while self.kinds[index] in _FILLERS and not first.is_bare:
            index += 1
        start, rate = self.rate(index, ahead, last)
        qualifiers = self.qualifiers(index, ahead, first, last)
        shape = _shape(first, second, qualifiers)
        plain = unit is None and not (first.scaled or last.scaled)
        is_bare = plain and shape == "point" and not (qualifiers or ahead.moved)
        if plain and not self.stands_alone(index, at, start, last, is_bare=is_bare):
            return None
        low = first.low.signed(ahead.sign).shifted(first.shift)
        high = second.low if second else first.high
        if high:
            high = high.shifted(last.shift)
        ends = (low,) if high is None or shape == "span" else (low, high)
        if unit == "years" and any(map(_is_year, ends)):
            return None
        if first.graded:
            high = low.shifted(1)
        if shape == "more" and low == _HALF and unit in _TIME:
            shape, high = "span", whole(1)  # 半年多: up to the next half
        full = f"{unit}/{rate}" if rate and unit else unit
        return Phrase(start, self.ends[last.end - 1], shape, low, high, qualifiers, full, is_bare)

    def qualifiers(
        self, index: int, ahead: _Ahead, first: _Quantity, last: _Quantity
    ) -> tuple[str, ...]:
        words = (*ahead.qualifiers, *first.qualifiers)
        if last is not first:
            words += last.qualifiers
        if ahead.bare and (first.is_bare or first.unit == "share" or self.opens(index)):
            words += (ahead.bare,)
        return words

    def opens(self, index: int) -> bool:
        start = self.starts[index]
        return not start or not _is_han(self.text[start - 1])

    def is_figure(
        self, index: int, ahead: _Ahead, first: _Quantity, last: _Quantity, unit: str | None
    ) -> bool:
        if ahead.barred or first.stopped or last.stopped:
            return False
        if (first.money_only or last.money_only) and not ahead.money:
            return False
        if unit is None and not last.qualifiers and self.is_stopped(last):
            return False
        if unit in _TIME and self.is_period(index, ahead, last):
            return False
        if first.one_of and first is last and first.low.exact() == 1:
            return False
        return self.is_number(index, ahead, first, last, unit)

    def is_tied(self, index: int, at: int) -> bool:
        """Say whether a number hangs on the letters before it: v1.2, Pass@1."""
        start = self.starts[at]
        if not start or (at > index and self.touches(at)):
            return False
        before = self.text[start - 1]
        return (before.isalnum() and not _is_han(before)) or before in "/_\\&?@."

    def is_tied_behind(self, quantity: _Quantity) -> bool:
        """Say whether letters or digits hang on a number: 4o, 3D, 5², double-digit."""
        end = self.ends[quantity.end - 1]
        last, after = self.text[end - 1], self.text[end : end + 1]
        if last.isdigit() and ((after.isalnum() and not _is_han(after)) or after == "_"):
            return True
        hyphened = after == "-" and self.text[end + 1 : end + 2].isalpha()
        return hyphened and last.isascii() and last.isalnum()

    def is_stopped(self, last: _Quantity) -> bool:
        kind, word = self.kinds[last.end], self.words[last.end]
        if kind == "stop":
            return not (last.scaled and word in lex.STOP_SMALL)
        return kind == "grade"

    def is_period(self, index: int, ahead: _Ahead, last: _Quantity) -> bool:
        """Say whether a duration is a stretch of the calendar: 前九个月, in nine months, 两年后."""
        if ahead.bar_time or self.words[last.end] in lex.AFTER_TIME:
            return True
        leads = ahead.near and self.opens(index) and _is_han(self.behind(last.end))
        return leads and not last.qualifiers

    def is_number(
        self, index: int, ahead: _Ahead, first: _Quantity, last: _Quantity, unit: str | None
    ) -> bool:
        after = self.behind(last.end)
        if first.is_bare and not first.graded:
            alone = self.is_whole and index == 0 and last.end == self.size and unit is not None
            known = unit or not _is_han(after) or len(self.words[last.end - 1]) > 1
            return bool(known) and (ahead.licensed or first.more or alone)
        if not first.in_words or unit or first is not last or (self.is_whole and self.size == 1):
            return True
        if first.low.number < _TEN and not first.scaled:
            return False
        if self.kinds[last.end - 1] == "english":
            return first.low.number >= _HUNDRED
        return bool(last.qualifiers) or first.scaled or first.more or not _is_han(after)

    def stands_alone(
        self, index: int, at: int, start: int, last: _Quantity, *, is_bare: bool
    ) -> bool:
        """Say whether a number without unit or scale is one, and no year, day or version."""
        if self.size == 1:
            return True
        word, end = self.words[at], self.ends[last.end - 1]
        if len(word) == _YEAR_DIGITS and word.isdigit() and int(word) in _YEARS:
            return self.is_whole and self.text[start:end] == self.text.strip()
        if not (is_bare and index):
            return True
        if self.words[index - 1] in lex.MONTH_NAMES:
            return last.low.exact() > _MONTH_DAYS
        name = self.original[self.starts[index - 1] : self.ends[index - 1]]
        return not (self.kinds[index - 1] == "name" and _UPPER_CASE.search(lex.fold(name)))

    def rate(self, index: int, ahead: _Ahead, last: _Quantity) -> tuple[int, str | None]:
        start = self.starts[index]
        if last.rate or not ahead.money:
            return start, last.rate
        if ahead.rate:
            return start, ahead.rate
        for back in range(index - 1, -1, -1):
            if self.kinds[back] == "each":
                return self.starts[back], lex.EACH[self.words[back]]
            far = start - self.starts[back] > _REACH
            if far or self.kinds[back] in {"number", "money"} or not self.words[back].isalpha():
                break
        return start, None


_Before = Callable[[_Reader, _Ahead, int], bool]
_FLAGS = {"bar": "barred", "bar_time": "bar_time", "between": "between", "from": "moved"}
_BEFORE: Mapping[str, _Before] = {
    "before": _Reader.take_qualifier,
    "money": _Reader.take_money,
    "mark": _Reader.take_mark,
    "name": _Reader.take_other,
    "other": _Reader.take_other,
    "led": _Reader.take_led,
    "adjective": _Reader.take_led,
    "bare": _Reader.take_bare,
    "each": _Reader.take_each,
    "negative": _Reader.take_negative,
    "after": _Reader.take_plus,
} | dict.fromkeys(_FLAGS, _Reader.take_flag)
_AMOUNTS: dict[str, Callable[[_Reader, int, _Ahead], _Quantity | None]] = {
    "number": _Reader.number,
    "english": _Reader.english,
    "spelled": _Reader.spelled,
    "vague": _Reader.vague,
    "once": _Reader.once,
    "half": _Reader.half,
    "several": _Reader.several,
    "turn": _Reader.turned,
}
_SCALES: dict[str, Callable[[_Reader, _Quantity, int], bool]] = {
    "more": _Reader.take_more,
    "some": _Reader.take_some,
    "and_half": _Reader.take_half,
    "grade": _Reader.take_grade,
    "number": _Reader.take_power,
    "scale": _Reader.take_scale,
    "letter": _Reader.take_letter,
}
_Unit = Callable[[_Reader, _Quantity, _Ahead], bool]
_UNITS: dict[str, _Unit] = {
    "money": _Reader.take_currency,
    "name": _Reader.take_currency,
    "unit": _Reader.take_unit,
    "spelled": _Reader.take_half_month,
    "more": _Reader.take_more_of,
    "adjective": _Reader.take_adjective,
    "led": _Reader.take_adjective,
    "number": _Reader.take_rest,
    "english": _Reader.take_rest,
    "half": _Reader.take_rest,
    "and": _Reader.take_rest,
}
_AFTER: dict[str, _Unit] = {
    "after": _Reader.take_after,
    "rate": _Reader.take_rate,
    "each": _Reader.take_rate,
    "once": _Reader.take_rate,
}
_FILLERS = frozenset({"led", "adjective", "from", "bar_time"})
_STARTS = (_BEFORE.keys() | _AMOUNTS.keys()) - {"name", "other"}


def _ratio(over: Fraction, under: Fraction) -> Amount:
    share = over / under
    return Amount(share.numerator, 0, -1, -1, share.denominator)


def _spelled(amount: Fraction) -> Amount:
    if amount.denominator == 1:
        return whole(amount.numerator)
    if _TEN % amount.denominator == 0:
        return Amount(int(amount * _TEN), -1, -1, -1)
    return Amount(amount.numerator, 0, -1, -1, amount.denominator)


def _merged(first: str | None, second: str) -> str | None:
    """Make one of two words for money: 元 and 人民币 agree, $ gives way to HKD; None if at odds."""
    if first is None or _code(first) == _code(second):
        return second
    if _code(second) in lex.LOOSE.get(first, ()):
        return second
    return first if _code(first) in lex.LOOSE.get(second, ()) else None


def _code(word: str) -> str:
    return lex.CURRENCY.get(word, word)


def _is_year(amount: Amount) -> bool:
    return amount.exact() in _YEARS


def _shape(first: _Quantity, second: _Quantity | None, qualifiers: tuple[str, ...]) -> Shape:
    if first.graded or (first.vague and not second):
        return "band"
    if second:
        return "span" if first.spans and qualifiers == ("more_than",) else "range"
    return "more" if first.more else "point"


def _joined(first: _Quantity, second: _Quantity) -> bool:
    """Give both ends of a range the unit and the scale they share; False where they have none."""
    if first.high or second.high or first.more or second.more:
        return False
    if first.is_bare or second.is_bare:
        return False
    if not first.unit:
        first.shift = second.shift
        _share(first, second)
        return True
    second.shift = second.shift if second.unit else first.shift
    if second.unit:
        return (first.unit, first.shift) == (second.unit, second.shift)
    return second.scaled and first.unit in _SHARED


def _share(first: _Quantity, second: _Quantity) -> None:
    """Give the first end the second's scale: 300至500亿; but not in 5000-1万元."""
    if first.scaled or not second.scale:
        return
    wide, high = first.low.shifted(second.scale), second.low.exact()
    if wide.exact() <= high or first.low.exact() * 10 < high:
        first.low = wide
