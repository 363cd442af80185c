"""A phrase is all the words of one figure: qualifiers, currency, quantity, rate and range."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from schemas import lexicon as lex
from schemas.numeral import Amount, whole
from schemas.quantity import (
    AMOUNTS,
    HALF,
    Ahead,
    Line,
    Quantity,
    code,
    joined,
    merged,
    quantity,
    suffixed,
)

Shape = Literal["point", "more", "range", "span", "band"]

_REACH = 8  # characters between 人均 and its amount
_NAME = 12  # characters of a name inside a phrase
_YEARS = range(1900, 2100)
_YEAR_DIGITS = 4
_MONTH_DAYS = 31
_TEN, _HUNDRED = 10, 100
_TIME = ("months", "years")
_ONE = Amount(1, 0, 0, 0)
_LOOSE_MARKS = ("to", "至", "到")
_WORDY = re.compile(r"[\w\s.-]+")
_NAMING = re.compile(r"[A-Z0-9]")
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
    is_bare: bool  # a number, or two, with no word of its own


def phrases(text: str, *, is_whole: bool) -> list[Phrase]:
    """Find the figures' phrases in a text; `is_whole` says the text should be a figure itself.

    >>> [(one.shape, one.low.number, one.unit) for one in phrases("20多种,约3亿元", is_whole=True)]
    [('more', 20, 'count'), ('point', 3, 'CNY')]
    """
    bracketed = _accounted(text) if is_whole and ("(" in text or "（" in text) else None
    return [bracketed] if bracketed else _found(Line(text), is_whole=is_whole)


def _accounted(text: str) -> Phrase | None:
    """Read (4.65亿) as accountants do, where the brackets hold the amount and nothing else."""
    match = _BRACKETS.fullmatch(lex.lower(text))
    if not match:
        return None
    opens, closes = match.start(1), match.start(2)
    inside = text[:opens] + text[opens + 1 : closes] + text[closes + 1 :]
    found = _found(Line(inside), is_whole=True)
    if len(found) != 1 or found[0].shape != "point" or found[0].qualifiers:
        return None
    one = found[0]
    begins = not inside[: one.start].strip() and one.start <= opens
    if not begins or one.end < closes - 1 or one.low.number <= 0:
        return None
    return one._replace(start=opens, end=len(text), low=one.low.signed(-1), is_bare=False)


def _found(line: Line, *, is_whole: bool) -> list[Phrase]:
    found, index = [], 0
    while index < line.size:
        if line.kinds[index] not in _STARTS:
            index += 1
            continue
        index, phrase = _phrase(line, index, is_whole=is_whole)
        if phrase:
            found.append(phrase)
    # 1 1/2 years: beside digits that are not understood, a plain number is no figure.
    return [phrase for phrase in found if not (line.is_unclear and phrase.is_bare)]


class _Parts(NamedTuple):
    """One attempt: the words from `begin`, the amount from `at`, one quantity or two."""

    line: Line
    begin: int
    at: int
    ahead: Ahead
    first: Quantity
    second: Quantity | None
    is_whole: bool

    @property
    def last(self) -> Quantity:
        return self.second or self.first

    @property
    def behind(self) -> str:
        """The character behind the figure."""
        return self.line.behind(self.last.end)

    @property
    def opens(self) -> bool:
        """Whether no Chinese character stands before the figure."""
        start = self.line.starts[self.begin]
        return not start or not lex.is_han(self.line.text[start - 1])


def _phrase(line: Line, index: int, *, is_whole: bool) -> tuple[int, Phrase | None]:
    """Try the words from `index` on; say where to go on."""
    ahead, at = _before(line, index)
    first = quantity(line, at, ahead)
    if first is None:
        # Whatever stands before what is no amount stands before none.
        return _skipped(line, at) if line.kinds[at] == "number" else max(at, index + 1), None
    suffixed(line, first, ahead)
    second = None if ahead.moved else _second(line, first, ahead)
    if isinstance(second, int):
        return second, None
    if second:
        suffixed(line, second, ahead)
    parts = _Parts(line, index, at, ahead, first, second, is_whole)
    return parts.last.end, _settled(parts)


def _skipped(line: Line, index: int) -> int:
    """Pass over a malformed number and what is tied to it: 2025-09-30."""
    index += 1
    while (
        line.words[index] in {"-", "–"}
        and line.touches(index)
        and line.kinds[index + 1] == "number"
        and line.touches(index + 1)
    ):
        index += 2
    return index


# -- before the amount ------------------------------------------------------------------------


def _before(line: Line, index: int) -> tuple[Ahead, int]:
    ahead = Ahead()
    step = _BEFORE.get(line.kinds[index])
    while step and step(line, index, ahead):
        index += 1
        step = _BEFORE.get(line.kinds[index])
    return ahead, index


def _take_qualifier(line: Line, index: int, ahead: Ahead) -> bool:
    word = line.words[index]
    ahead.qualifiers.append(lex.BEFORE[word])
    ahead.licensed = True
    ahead.near = word == "近"
    ahead.names, ahead.theirs = word in lex.OF_OTHERS, word in lex.OF_THEIRS
    return True


def _take_money(line: Line, index: int, ahead: Ahead) -> bool:
    word = line.words[index]
    money = None if word in lex.SUFFIX_ONLY else merged(ahead.money, word)
    ahead.money = money or ahead.money
    return money is not None


def _take_mark(line: Line, index: int, ahead: Ahead) -> bool:
    word = line.words[index]
    if word == "~":
        ahead.qualifiers.append("approx")
        ahead.licensed = True
        return True
    start = line.starts[index]
    before = line.text[start - 1] if start else " "
    is_dash = word == "-" or (word == "–" and not lex.is_han(before))
    signs = line.touches(index + 1) and line.kinds[index + 1] in {"number", "money"}
    if not (is_dash and signs) or (before.isascii() and before.isalnum()):
        return False
    ahead.sign = -1
    return True


def _take_other(line: Line, index: int, ahead: Ahead) -> bool:
    """Skip one name between a qualifier and its share: 不到 OpenAI 的 1%."""
    if index < ahead.named_to:
        return True
    if not ahead.theirs:
        return False
    end = index + 1
    while line.kinds[end] in {"name", "other"}:
        end += 1
    alone = line.kinds[index] == "name" or line.words[index] in lex.OTHERS
    if not (ahead.names and alone and end == index + 1):
        name = line.text[line.starts[index] : line.ends[end - 1]]
        if len(name) > _NAME or line.words[end] != "的" or not _WORDY.fullmatch(name):
            return False
    ahead.theirs, ahead.named_to = False, end
    return True


def _take_led(line: Line, index: int, ahead: Ahead) -> bool:
    word = line.words[index]
    ahead.licensed = ahead.licensed or word in lex.LICENCES
    return word != "的" or line.kinds[index - 1] != "before"  # 收入最高的30%


def _take_bare(line: Line, index: int, ahead: Ahead) -> bool:
    ahead.bare = lex.BEFORE_BARE[line.words[index]]
    ahead.licensed = True
    return True


def _take_each(line: Line, index: int, ahead: Ahead) -> bool:
    ahead.rate = lex.EACH[line.words[index]]
    return True


def _take_negative(_line: Line, _index: int, ahead: Ahead) -> bool:
    ahead.sign = -1
    return True


def _take_plus(line: Line, index: int, _ahead: Ahead) -> bool:
    return line.words[index] == "+"


def _take_flag(line: Line, index: int, ahead: Ahead) -> bool:
    setattr(ahead, _FLAGS[line.kinds[index]], True)
    return True


_FLAGS = {"bar": "barred", "bar_time": "bar_time", "between": "between", "from": "moved"}
_BEFORE: Mapping[str, Callable[[Line, int, Ahead], bool]] = {
    "before": _take_qualifier,
    "money": _take_money,
    "mark": _take_mark,
    "name": _take_other,
    "other": _take_other,
    "led": _take_led,
    "adjective": _take_led,
    "bare": _take_bare,
    "each": _take_each,
    "negative": _take_negative,
    "after": _take_plus,
} | dict.fromkeys(_FLAGS, _take_flag)
_STARTS = (_BEFORE.keys() | AMOUNTS) - {"name", "other"}
_FILLERS = frozenset({"led", "adjective", "from", "bar_time"})


# -- ranges -----------------------------------------------------------------------------------


def _second(line: Line, first: Quantity, ahead: Ahead) -> Quantity | int | None:
    """Read the other end of a range; an index to go on from where there can be no figure."""
    mark = first.end
    word = line.words[mark]
    is_mark = line.kinds[mark] == "mark" or (ahead.between and line.kinds[mark] == "and")
    if first.qualifiers or not is_mark:
        return None
    tied = line.touches(mark) and word not in _LOOSE_MARKS
    other = Ahead()
    other.money = ahead.money
    at = _signs(line, mark + 1, other)
    second = quantity(line, at, other)
    if second is None:
        return _untied(line, at, word, tied=tied)
    if tied and _is_chain(line, second.end):
        return _skipped(line, second.end - 1)
    if not joined(first, second):
        says = second.unit or second.scaled or second.more
        return None if says and not tied else second.end
    ahead.money = other.money
    first.spans = word == ".."
    second.low = second.low.signed(other.sign)
    return second


def _signs(line: Line, index: int, other: Ahead) -> int:
    """Take currency and sign before the other end."""
    while line.kinds[index] in {"money", "mark", "negative"}:
        if not _BEFORE[line.kinds[index]](line, index, other):
            break
        index += 1
    return index


def _untied(line: Line, at: int, mark: str, *, tied: bool) -> int | None:
    if mark == "..":
        return at
    return _skipped(line, at) if tied and line.kinds[at] == "number" else None


def _is_chain(line: Line, index: int) -> bool:
    is_mark = line.kinds[index] == "mark" and line.touches(index)
    return is_mark and line.kinds[index + 1] == "number"


# -- whether it is a figure -------------------------------------------------------------------


def _settled(parts: _Parts) -> Phrase | None:
    line, index, _, ahead, first, second, _ = parts
    last = parts.last
    unit = code(ahead.money) if ahead.money else (last.unit or first.unit)
    if not _is_figure(parts, unit):
        return None
    licences = lex.LICENCES if first.is_bare else ()
    while line.kinds[index] in _FILLERS and line.words[index] not in licences:
        index += 1
    start, rate = _rate(parts, index)
    qualifiers = _qualifiers(parts)
    shape = _shape(first, second, qualifiers)
    plain = unit is None and not (first.scaled or last.scaled)
    is_bare = plain and shape in {"point", "range"} and not (qualifiers or ahead.moved)
    if plain and not _stands_alone(parts, start, is_bare=is_bare):
        return None
    low, high = _ends(parts)
    if unit == "years" and any(_is_year(end) for end in (low, high if second else None)):
        return None
    if shape == "more" and low == HALF and unit in _TIME:
        shape, high = "span", whole(1)  # 半年多: up to the next half
    full = f"{unit}/{rate}" if rate and unit else unit
    return Phrase(start, line.ends[last.end - 1], shape, low, high, qualifiers, full, is_bare)


def _ends(parts: _Parts) -> tuple[Amount, Amount | None]:
    first, second = parts.first, parts.second
    low = first.low.signed(parts.ahead.sign).shifted(first.shift)
    if first.graded:
        return low, low.shifted(1)  # 千万级: up to ten times as much
    high = second.low if second else first.high
    return low, high.shifted(parts.last.shift) if high else None


def _is_year(amount: Amount | None) -> bool:
    return amount is not None and amount.exact() in _YEARS


def _qualifiers(parts: _Parts) -> tuple[str, ...]:
    ahead, first = parts.ahead, parts.first
    words = (*ahead.qualifiers, *first.qualifiers)
    if parts.second:
        words += parts.second.qualifiers
    if ahead.bare and (first.is_bare or first.unit == "share" or parts.opens):
        words += (ahead.bare,)
    return words


def _shape(first: Quantity, second: Quantity | None, qualifiers: tuple[str, ...]) -> Shape:
    if second:
        return "span" if first.spans and qualifiers == ("more_than",) else "range"
    if first.graded or first.vague:
        return "band"
    return "more" if first.more else "point"


def _is_figure(parts: _Parts, unit: str | None) -> bool:
    ahead, first, last = parts.ahead, parts.first, parts.last
    money_missing = (first.money_only or last.money_only) and not ahead.money
    unlike = ahead.named_to and unit not in {"share", "multiple"}  # 不到 OpenAI 385人
    article = first.one_of and first is last and first.low == _ONE  # 一家
    if ahead.barred or first.stopped or last.stopped or money_missing or unlike or article:
        return False
    if _is_tied(parts) or (unit is None and not last.qualifiers and _is_stopped(parts)):
        return False
    if unit in _TIME and _is_period(parts):
        return False
    return _is_allowed(parts, unit) if first.is_bare else _is_number(parts, unit)


def _is_tied(parts: _Parts) -> bool:
    """Say whether letters or digits hang on a number: v1.2, Pass@1, 4o, 3D, 5², double-digit."""
    line, at = parts.line, parts.at
    start = line.starts[at]
    if start and not (at > parts.begin and line.touches(at)):
        before = line.text[start - 1]
        path = before == "/" and line.text[start - 2 : start - 1].isascii()
        if path or before in "_\\&@." or (before.isalnum() and not lex.is_han(before)):
            return True
    return any(_is_tied_behind(line, one) for one in (parts.first, parts.second) if one)


def _is_tied_behind(line: Line, one: Quantity) -> bool:
    end = line.ends[one.end - 1]
    last, after = line.text[end - 1], line.text[end : end + 1]
    if last.isdigit() and (after == "_" or (after.isalnum() and not lex.is_han(after))):
        return True
    hyphened = after == "-" and line.text[end + 1 : end + 2].isalpha()
    return hyphened and last.isascii() and last.isalnum()


def _is_stopped(parts: _Parts) -> bool:
    """Say whether the word behind makes it a date, an ordinal, a size: 9月, 90后, 24小时."""
    line, last = parts.line, parts.last
    kind = line.kinds[last.end]
    small = last.scaled and line.words[last.end] in lex.STOP_SMALL
    return kind == "grade" or (kind == "stop" and not small)


def _is_period(parts: _Parts) -> bool:
    """Say whether a duration is a stretch of the calendar: 前九个月, in nine months, 两年后."""
    if parts.ahead.bar_time or parts.line.words[parts.last.end] in lex.AFTER_TIME:
        return True
    leads = parts.ahead.near and parts.opens and lex.is_han(parts.behind)
    return leads and not parts.last.qualifiers


def _is_allowed(parts: _Parts, unit: str | None) -> bool:
    """Say whether a scale word may stand alone: 超亿元, 百余家, 千万级, or 万亿美元 and no more."""
    line, first, last = parts.line, parts.first, parts.last
    if first.graded:
        return True
    known = unit or not lex.is_han(parts.behind) or len(line.words[last.end - 1]) > 1
    alone = parts.is_whole and parts.begin == 0 and last.end == line.size and unit is not None
    return bool(known) and (parts.ahead.licensed or first.more or alone)


def _is_number(parts: _Parts, unit: str | None) -> bool:
    """Say whether a number in words is more than a part of a word: 三星, 六小龙, 五百强."""
    line, first = parts.line, parts.first
    if not first.in_words or parts.second or (parts.is_whole and line.size == 1):
        return True
    if unit:  # 三元股份
        return unit != "CNY" or first.scaled or first.low.number >= _TEN or not _named(parts)
    if first.low.number < _TEN and not first.scaled:
        return False
    if line.kinds[first.end - 1] == "english":
        return first.low.number >= _HUNDRED
    return first.scaled or not _named(parts)


def _named(parts: _Parts) -> bool:
    """Say whether the text goes on in Chinese, so that the number may be part of a name."""
    return lex.is_han(parts.behind) and not (parts.first.qualifiers or parts.first.more)


def _stands_alone(parts: _Parts, start: int, *, is_bare: bool) -> bool:
    """Say whether a number without unit or scale is one, and no year, day or version."""
    line, index = parts.line, parts.begin
    if line.size == 1:
        return True
    word = line.words[parts.at]
    if len(word) == _YEAR_DIGITS and word.isdigit() and int(word) in _YEARS:
        end = line.ends[parts.last.end - 1]
        return parts.is_whole and line.text[start:end] == line.text.strip()
    if not (is_bare and index):
        return True
    if line.words[index - 1] in lex.MONTH_NAMES:
        return parts.last.low.exact() > _MONTH_DAYS
    return not (line.kinds[index - 1] == "name" and _NAMING.search(line.printed(index - 1)))


def _rate(parts: _Parts, index: int) -> tuple[int, str | None]:
    """Find the rate, and where the figure starts: 人均 may stand a few words before."""
    line, ahead, start = parts.line, parts.ahead, parts.line.starts[index]
    if parts.last.rate or ahead.rate or not ahead.money:
        return start, parts.last.rate or (ahead.rate if ahead.money else None)
    for back in range(index - 1, -1, -1):
        if line.kinds[back] == "each":
            return line.starts[back], lex.EACH[line.words[back]]
        far = start - line.starts[back] > _REACH
        if far or line.kinds[back] in {"number", "money"} or not line.words[back].isalpha():
            break
    return start, None
