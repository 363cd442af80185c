"""A figure is an amount as printed: its bounds, its qualifier and its unit, in three scripts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from schemas import lexicon as lex
from schemas.interval import Interval
from schemas.numeral import Amount
from schemas.phrase import Phrase, phrases
from schemas.problem import Problem, problem
from schemas.words import sentences

LONGEST = 2_000
_CACHED = 65_536
_SHOWN = 80
_LETTERED = 10_000  # English amounts take a scale word from here on
_ZERO = Fraction(0)
_LOWER_FAMILY = {"approx": 1, "almost": 2, "at_least": 3, "more_than": 4}
_UPPER_FAMILY = {"approx": 1, "almost": 2, "at_most": 3, "less_than": 4}
_SOFT = frozenset({"approx", "almost", "exact"})


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount as printed, with the bounds its words and digits give it.

    `value` is None unless exact, about or almost; `unit` is None where none is printed, else as
    `schemas.unit` writes it.

    >>> around = read("约5300萬")
    >>> around.value, str(around.bounds), around.qualifier, around.unit
    (Fraction(53000000, 1), '[5.2e+07, 5.4e+07]', 'approx', None)
    >>> read("超過七成") == read(">70%")
    True
    """

    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    low_open: bool
    high_open: bool
    qualifier: str
    unit: str | None
    # The places of the last significant and of the last printed digit; 0 where none is printed.
    step: Fraction = field(default=_ZERO, compare=False)
    digit: Fraction = field(default=_ZERO, compare=False)

    @property
    def bounds(self) -> Interval:
        """Give the interval that the words and digits span."""
        return Interval(self.low, self.high, self.low_open, self.high_open)

    @property
    def band(self) -> Interval:
        """Give the bounds widened by half the last printed digit.

        >>> str(read("53.4%").band), str(read("5300萬").band)
        ('[0.5335, 0.5345]', '[5.2995e+07, 5.3005e+07]')
        """
        return self.bounds.widened(self.digit / 2)

    @property
    def loose_band(self) -> Interval:
        """Give the bounds widened by half the last significant digit, as zeros may be rounding.

        >>> str(read("5300萬").loose_band)
        '[5.25e+07, 5.35e+07]'
        """
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
    return _read(text) if len(text) <= LONGEST else problem("not-a-figure", text=_short(text))


@lru_cache(maxsize=_CACHED)
def _read(text: str) -> Figure | Problem:
    found = _figures(text, is_whole=True)
    if len(found) > 1:
        # Beside one amount with its unit, numbers without a word of their own do not count.
        telling = [pair for pair in found if not pair[0].is_bare]
        found = telling if len(telling) == 1 and telling[0][1].unit else found
    if len(found) == 1:
        return found[0][1]
    if not found:
        return problem("not-a-figure", text=_short(text))
    figures = ", ".join(text[phrase.start : phrase.end] for phrase, _ in found)
    return problem("several-figures", text=_short(text), figures=_short(figures))


def find(text: str) -> list[tuple[int, int, Figure]]:
    """Find the figures of a longer text, each with where it starts and ends.

    A number with no unit, scale or qualifier is left out: in running text it says too little.

    >>> [(start, end, one.unit) for start, end, one in find("2025年9月底,员工385人,现金11亿美元")]
    [(11, 15, 'people'), (18, 23, 'USD')]
    """
    found = _figures(text, is_whole=False)
    return [(phrase.start, phrase.end, one) for phrase, one in found if not phrase.is_bare]


def as_json(text: str) -> dict[str, object]:
    """Read a text into plain values for JSON; `problem` stands only where it is no figure.

    >>> as_json("近74%")["low"], as_json("近74%")["high_open"]
    (0.73, True)
    >>> as_json("第一")["problem"]
    'not-a-figure: “第一” is not read as a figure'
    """
    got = read(text)
    names = ("value", "low", "high", "low_open", "high_open", "qualifier", "unit")
    if isinstance(got, Problem):
        told = f"{got.name}: {sentences('en', got)[0]}"
        return {"text": text, **dict.fromkeys(names), "problem": told}
    return {"text": text, **{name: _plain(getattr(got, name)) for name in names}}


def _plain(value: object) -> object:
    if not isinstance(value, Fraction):
        return value
    return value.numerator if value.denominator == 1 else float(value)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _figures(text: str, *, is_whole: bool) -> list[tuple[Phrase, Figure]]:
    read_ = ((phrase, _figure(phrase)) for phrase in phrases(text, is_whole=is_whole))
    return [(phrase, figure) for phrase, figure in read_ if figure]


# -- bounds: the one place --------------------------------------------------------------------


def _figure(phrase: Phrase) -> Figure | None:
    """Give a phrase its bounds; None where its words contradict each other."""
    if phrase.high:
        return _between(phrase, phrase.high)
    if phrase.shape == "more":
        return _up_to_next(phrase)
    qualifier = _strongest(phrase.qualifiers) if phrase.qualifiers else "exact"
    bounds = _BOUNDS[qualifier](phrase.low) if qualifier else None
    if bounds is None or qualifier is None:
        return None
    amount = phrase.low
    return Figure(*bounds, qualifier, phrase.unit, _place(amount.step), _place(amount.digit))


_Bounds = tuple[Fraction | None, Fraction | None, Fraction | None, bool, bool]


def _exact(amount: Amount) -> _Bounds:
    x = amount.exact()
    return x, x, x, False, False


def _approx(amount: Amount) -> _Bounds:
    """Allow the smaller of 5 % and one unit, but at least half a unit."""
    number, unit, power = _fine(amount)
    by = max(min(abs(number) // 20, unit), unit // 2)
    low, high = (Amount(end, power, 0, 0, amount.under) for end in (number - by, number + by))
    return amount.exact(), low.exact(), high.exact(), False, False


def _almost(amount: Amount) -> _Bounds | None:
    """Allow the smaller of 10 % and one unit, short of the amount."""
    number, unit, power = _fine(amount)
    by = min(abs(number) // 10, unit)
    x = amount.exact()
    if not by:
        return None
    # Short as seen from zero: almost -30 % is above -30 %.
    end = Amount(number - by if number > 0 else number + by, power, 0, 0, amount.under).exact()
    return (x, end, x, False, True) if number > 0 else (x, x, end, True, False)


def _fine(amount: Amount) -> tuple[int, int, int]:
    """Give the amount and its unit as whole numbers that 5 % and a half leave whole."""
    number, power, step, _, under = amount
    fine = min(power, step) - 2
    return number * 10 ** (power - fine), under * 10 ** (step - fine), fine


def _more_than(amount: Amount) -> _Bounds:
    return None, amount.exact(), None, True, True


def _at_least(amount: Amount) -> _Bounds:
    return None, amount.exact(), None, False, True


def _less_than(amount: Amount) -> _Bounds:
    x = amount.exact()
    return (None, _ZERO, x, False, True) if x > 0 else (None, None, x, True, True)


def _at_most(amount: Amount) -> _Bounds:
    x = amount.exact()
    return (None, _ZERO, x, False, False) if x > 0 else (None, None, x, True, False)


_BOUNDS: dict[str, Callable[[Amount], _Bounds | None]] = {
    "exact": _exact,
    "approx": _approx,
    "almost": _almost,
    "more_than": _more_than,
    "at_least": _at_least,
    "less_than": _less_than,
    "at_most": _at_most,
}


def _up_to_next(phrase: Phrase) -> Figure | None:
    """Bound 200多亿: above 200亿, up to the next round unit."""
    low, step = phrase.low.exact(), _place(phrase.low.step)
    above = all(word in _LOWER_FAMILY or word == "exact" for word in phrase.qualifiers)
    if low <= 0 or not above:
        return None
    return _open_below(phrase, low, low + step, _place(phrase.low.digit))


def _open_below(phrase: Phrase, low: Fraction, high: Fraction, digit: Fraction) -> Figure:
    return Figure(
        None,
        low,
        high,
        low_open=True,
        high_open=False,
        qualifier="more_than",
        unit=phrase.unit,
        step=high - low,
        digit=digit,
    )


def _strongest(qualifiers: tuple[str, ...]) -> str | None:
    """Pick the strongest; None where one says above and another below."""
    words = [word for word in qualifiers if word != "exact"]
    if not words:
        return "exact"
    for family in (_LOWER_FAMILY, _UPPER_FAMILY):
        if all(word in family for word in words):
            return max(words, key=family.__getitem__)
    return None


def _between(phrase: Phrase, end: Amount) -> Figure | None:
    low, high = phrase.low.exact(), end.exact()
    # 超数百亿 says no more than 数百亿; "at least 2-3 years" says two things.
    soft = _SOFT if phrase.shape == "range" else _SOFT | {"more_than", "at_least"}
    if low >= high or not soft.issuperset(phrase.qualifiers):
        return None
    # Words have no digits that could be rounded.
    vague = phrase.shape == "band"
    step = _ZERO if vague else _place(min(phrase.low.step, end.step))
    digit = _ZERO if vague else _place(min(phrase.low.digit, end.digit))
    if phrase.shape == "span":
        return _open_below(phrase, low, high, digit)
    if vague and low <= 0:
        return None
    return Figure(
        None,
        low,
        high,
        low_open=False,
        high_open=False,
        qualifier="range",
        unit=phrase.unit,
        step=step,
        digit=digit,
    )


@lru_cache(maxsize=256)
def _place(power: int) -> Fraction:
    return Fraction(10) ** power


# -- writing ----------------------------------------------------------------------------------


def write(figure: Figure, language: str = "en") -> str:
    """Write a figure in the compact grammar, or as Chinese prints it; `read` gives it back.

    >>> write(read("约5300萬美元")), write(read("300至500億元")), write(read("人均创收38.6万元"))
    ('~53m USD', '30bn..50bn CNY', '386K CNY/person')
    >>> write(read(">20bn CNY"), "zh-Hant"), write(read("200多億元"))
    ('超過200億元', '>20bn..30bn CNY')
    """
    if figure.qualifier == "range":
        return _range(figure, language)
    if figure.qualifier == "more_than" and figure.high is not None:
        return _more(figure, language)
    upper = figure.qualifier in {"less_than", "at_most"}
    x = figure.value if figure.value is not None else (figure.high if upper else figure.low)
    must = figure.qualifier in {"approx", "almost"}
    amount = _amount(x or _ZERO, figure.step, figure.unit, language, must=must)
    return lex.SAID[language][figure.qualifier].format(amount)


def _range(figure: Figure, language: str) -> str:
    ends = (figure.low or _ZERO, figure.high or _ZERO)
    said = lex.SAID[language]
    if figure.unit == "share" and not all(map(_is_decimal, ends)):
        return said["range"].format(*(_fraction(end, language) for end in ends))
    if figure.unit == "share":
        return said["range"].format(*(_shortest(end * 100) + said["share"] for end in ends))
    scaled = [_digits(end, _ZERO, language) for end in ends]
    # 5000..10000, not 5000..10K, whose first end would take the second's scale.
    plain = any(not scale for _, scale in scaled)
    first, last = (_shortest(end) for end in ends) if plain else ("".join(one) for one in scaled)
    return said["range"].format(first, last + _tail(figure.unit, language, last))


def _more(figure: Figure, language: str) -> str:
    """Write 200多亿; in the compact grammar, and where no 多 would do, `>20bn..30bn`."""
    low, step = figure.low or _ZERO, (figure.high or _ZERO) - (figure.low or _ZERO)
    unit, said = figure.unit, lex.SAID[language]
    if language == "en" or _power(step) is None:
        return ">" + _range(figure, "en")
    if unit == "share":
        return _amount(low, step, unit, language, must=True) + said["more"]
    digits, scale = _digits(low, step, language, must=True)
    if unit == "months":
        return digits + scale + said["more_months"]
    if unit in {"years", "multiple", "percentage_points"}:
        return digits + scale + said[unit] + said["more"]
    infix = digits.endswith("0") and digits.isdigit()
    more = said["more"] + scale if infix else scale + said["more"]
    return digits + more + _tail(unit, language, scale)


def _amount(x: Fraction, step: Fraction, unit: str | None, language: str, *, must: bool) -> str:
    if unit == "share":
        return _share(x, step, language, must=must)
    written = "".join(_digits(x, step, language, must=must))
    tail = _tail(unit, language, written)
    return written + (lex.ONE.get(tail, tail) if x == 1 else tail)


def _share(x: Fraction, step: Fraction, language: str, *, must: bool) -> str:
    power = _power(step)
    percent = None if power is None else _printed(x * 100, 0, power + 2)
    if percent is None and (must or not _is_decimal(x)):
        if power == -1 and x.denominator > 1:
            return _fraction(x, language)
        return "".join(_digits(x, step, language, must=must)) + " share"
    return (percent or _shortest(x * 100)) + lex.SAID[language]["share"]


def _fraction(x: Fraction, language: str) -> str:
    sign = "-" if x < 0 else ""
    return sign + lex.SAID[language]["fraction"].format(abs(x.numerator), x.denominator)


def _tail(unit: str | None, language: str, before: str) -> str:
    if unit is None:
        return ""
    said = lex.SAID[language]
    name, slash, rate = unit.partition("/")
    word = said.get(name, f" {name}")
    if word == "x" and not before[-1:].isdigit():
        word = " x"  # 5m x
    return word + (said[slash + rate] if slash else "")


def _digits(x: Fraction, step: Fraction, language: str, *, must: bool = False) -> tuple[str, str]:
    """Write digits and a scale word; where the step must be kept, in a scale that keeps it."""
    scales = lex.WRITTEN_SCALES[language]
    least = _LETTERED if language == "en" else 0
    natural = next((scale for scale in scales if abs(x) >= max(10**scale, least)), 0)
    power = _power(step)
    for scale in (natural, *sorted(scales)) if must else (natural,):
        printed = None if power is None else _printed(x, scale, power)
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
    shifted = x * 10**places / 10**scale
    if shifted.denominator != 1:
        return None
    digits = f"{abs(shifted.numerator):0{places + 1}d}"
    zeros = len(digits) - len(digits.rstrip("0")) if shifted else 0
    if not places and scale + zeros != power:
        return None
    split = len(digits) - places
    return ("-" if x < 0 else "") + digits[:split] + ("." + digits[split:] if places else "")


def _shortest(x: Fraction) -> str:
    places = 0
    while (x * 10**places).denominator != 1:
        places += 1
    digits = f"{abs((x * 10**places).numerator):0{places + 1}d}"
    split = len(digits) - places
    return ("-" if x < 0 else "") + digits[:split] + ("." + digits[split:] if places else "")


def _is_decimal(x: Fraction) -> bool:
    rest = x.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1
