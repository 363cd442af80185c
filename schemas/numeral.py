"""Numbers in Arabic and Chinese digits, as whole numbers with a power of ten."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from schemas import lexicon as lex

DIGITS_MOST = 30
# More significant digits than anything is counted in; these can be written again in any scale.
_SIGNIFICANT_MOST = 18
# Decimals reach no further than the largest scale word, so that they can be written again.
SCALE_MOST = 12
_SECTION = 4  # places in a Chinese section: 9999万
_ARABIC = re.compile(r"(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:[,，][0-9]{3})+)(?:\.[0-9]+)?")
_GROUPS = re.compile(r"([^万亿兆]*)([万亿兆]*)")
_PAIR = re.compile(r"([一二两三四五六七八九])([一二两三四五六七八九])")


class Amount(NamedTuple):
    """`number` x 10^`power` / `under`; `step` and `digit` are powers of ten too.

    They are the places of the last significant and of the last printed digit.
    """

    number: int
    power: int
    step: int
    digit: int
    under: int = 1

    def shifted(self, by: int) -> Amount:
        """Multiply by a power of ten."""
        number, power, step, digit, under = self
        return Amount(number, power + by, step + by, digit + by, under)

    def signed(self, sign: int) -> Amount:
        """Multiply by 1 or -1."""
        return self if sign > 0 else self._replace(number=-self.number)

    def exact(self) -> Fraction:
        """Give the number itself."""
        number, power, _, _, under = self
        if power < 0:
            return Fraction(number, under * 10**-power)
        return Fraction(number * 10**power) if under == 1 else Fraction(number * 10**power, under)


class Number(NamedTuple):
    """A number as written; two ends where the words are vague (两三千)."""

    low: Amount
    high: Amount | None = None
    is_bare: bool = False  # a scale word alone
    in_words: bool = False  # no Arabic digit
    is_scaled: bool = False  # 万, 亿 or 千 behind the digits
    scale: int = 0  # the power of ten that the other end of a range shares


def whole(number: int) -> Amount:
    """Make an amount of a whole number; zeros at its end are neither significant nor printed."""
    step = _zeros(number)
    return Amount(number, 0, step, step)


def and_half(amount: Amount) -> Amount:
    """Add a half to a whole number; the half counts as a digit."""
    return Amount(amount.number * 10 + 5, -1, -1, -1)


def _zeros(number: int) -> int:
    zeros = 0
    while number and number % 10 == 0:
        number //= 10
        zeros += 1
    return zeros


def numeral(text: str) -> Number | None:
    """Read a number's own characters; None where they are malformed.

    >>> numeral("3亿5000万").low
    Amount(number=350000000, power=0, step=7, digit=4, under=1)
    >>> numeral("两三千").high.number
    3000
    >>> numeral("百亿").is_bare, numeral("1.234.567")
    (True, None)
    """
    if not 0 < len(text) <= DIGITS_MOST:
        return None
    found = _numeral(text)
    if len(text) > _SIGNIFICANT_MOST and found and _is_overlong(found.high or found.low):
        return None
    return found


def _is_overlong(amount: Amount) -> bool:
    return len(str(amount.number).rstrip("0")) > _SIGNIFICANT_MOST


def _numeral(text: str) -> Number | None:
    amount = _arabic(text)
    if amount:
        return Number(amount)
    power = lex.POWERS.get(text)
    if power is not None and text[0] != "十":
        alone = Amount(1, power, power, power)
        return Number(alone, is_bare=True, in_words=True, is_scaled=True, scale=power)
    # Behind a point the digits are decimals: 二点三四亿 is 2.34, not 2.3 to 2.4.
    pairs = [] if "点" in text else _PAIR.findall(text)
    if not pairs:
        return _sum(text)
    return _pair(text) if len(pairs) == 1 and _ascends(*pairs[0]) else None


def _pair(text: str) -> Number | None:
    low, high = _sum(_PAIR.sub(r"\1", text)), _sum(_PAIR.sub(r"\2", text))
    return None if low is None or high is None else low._replace(high=high.low)


def _ascends(first: str, second: str) -> bool:
    return (first, second) == ("三", "五") or lex.DIGITS[second] - lex.DIGITS[first] == 1


def _arabic(text: str) -> Amount | None:
    if text.isascii() and text.isdigit():
        return _digits(text, "") if text[0] != "0" or text == "0" else None
    if not _ARABIC.fullmatch(text):
        return None
    before, _, after = text.replace(",", "").replace("，", "").partition(".")
    return _digits(before, after)


def _digits(before: str, after: str) -> Amount:
    number = int(before + after)
    if after:
        power = -len(after)
        return Amount(number, power, power, power)
    return Amount(number, 0, _zeros(number), 0)


class _Part(NamedTuple):
    section: str
    amount: Amount
    inner: int  # 千 in 2.79千万
    big: int  # 万


def _sum(text: str) -> Number | None:
    """Add up sections, each with its 万, 亿 or 兆: 三亿 五千万."""
    parts: list[_Part] = []
    for section, big in _GROUPS.findall(text)[:-1]:
        part = _part(section, big, is_first=not parts)
        if part is None:
            return None
        parts.append(part)
    if len(parts) == 1:
        return _alone(text, parts[0])
    return _together(text, parts)


def _part(section: str, big: str, *, is_first: bool) -> _Part | None:
    power = lex.BIG.get(big) if big else 0
    if power is None or not section:
        return None
    if section[0].isascii():
        inner = lex.PLACES.get(section[-1], 0)
        amount = _arabic(section[:-1] if inner else section)
    else:
        inner, amount = 0, _spoken(section if is_first else section.lstrip("零"))
    return None if amount is None else _Part(section, amount.shifted(inner), inner, power)


def _alone(text: str, part: _Part) -> Number | None:
    scale = part.inner + part.big
    if scale > SCALE_MOST and (part.amount.power < part.inner or not part.amount.number):
        return None
    in_words = not text[0].isascii()
    amount = part.amount.shifted(part.big)
    return Number(amount, in_words=in_words, is_scaled=scale > 0, scale=scale)


def _together(text: str, parts: list[_Part]) -> Number | None:
    total, last = 0, len(text) * SCALE_MOST
    amount = parts[0].amount
    for part in parts:
        amount = part.amount
        if amount.power < 0 or not amount.number or part.big >= last:
            return None
        tail = not (part.big or part.inner) and part.section[0].isascii()
        if tail and len(part.section) < last:
            return None  # 1万2: 12,000 or 10,002
        # 三万五: what follows a scale directly is its next place.
        elided = part is not parts[0] and not part.big and part.section in lex.DIGITS
        amount = amount.shifted(last - 1 if elided else part.big)
        value = amount.number * 10**amount.power
        if value >= 10**last:
            return None
        total, last = total + value, part.big
    in_words = not any(character.isascii() for character in text)
    amount = Amount(total, 0, amount.step, amount.digit)
    return Number(amount, in_words=in_words, is_scaled=True)


def _spoken(text: str) -> Amount | None:
    """Read up to 9999: 两千零五十, 十二, 两百五 (250), 十二点五."""
    before, point, after = text.partition("点")
    amount = whole(0) if before == "零" else _section(before)
    if amount is None or not point:
        return amount
    if not after:
        return None
    number = amount.number
    for character in after:
        if character not in lex.DIGITS:
            return None
        number = number * 10 + lex.DIGITS[character]
    return Amount(number, -len(after), -len(after), -len(after))


def _section(text: str) -> Amount | None:
    total, last, digit, skips = 0, _SECTION, 0, False
    for character in text:
        place = lex.PLACES.get(character)
        if place:
            if place >= last or not (digit or place == 1):
                return None
            total, last, digit, skips = total + (digit or 1) * 10**place, place, 0, False
        elif (
            digit or character not in lex.DIGITS or (character == "零" and not 1 < last < _SECTION)
        ):
            return None
        else:
            digit = lex.DIGITS[character]
            skips = skips or not digit
    if not digit:
        return None if skips or not total else whole(total)
    # 两百五 is 250: without a 零 the digit takes the next place.
    return whole(total + (digit if skips or last == _SECTION else digit * 10 ** (last - 1)))
