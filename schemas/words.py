"""Words for people: labels, sentences, amounts and dates in each language, from `schemas/text`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.core import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_decimal,
    format_percent,
    get_currency_name,
)

from schemas.node import Node, read
from schemas.unit import Unit, unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.interval import Interval
    from schemas.period import Period
    from schemas.problem import Problem

FOLDER = Path(__file__).with_name("text")
# Each file there is a language, named by its BCP 47 tag; English, which the others fall back on,
# comes first.
LANGUAGES = tuple(
    sorted((path.stem for path in FOLDER.glob("*.yaml")), key=lambda tag: (tag != "en", tag))
)

# The CLDR has compact forms from thousands to hundreds of trillions.
_COMPACT_LEAST, _COMPACT_MOST = 3, 14
# Counts are written out up to here; longer ones take a scale word.
_COUNTED = 100_000
# A year that has every day.
_LEAP = 2024


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


@cache
def texts(language: str) -> dict[str, str]:
    """Give a language's words by dotted key; raise on a file that cannot be read."""
    node, problems, _ = read(FOLDER / f"{language}.yaml", FOLDER)
    if node is None or problems:
        message = f"schemas/text/{language}.yaml is not readable: {problems}"
        raise ValueError(message)
    return dict(_flat(node, ""))


def _flat(node: Node, above: str) -> Iterator[tuple[str, str]]:
    if isinstance(node.value, str):
        yield above, node.value
    elif isinstance(node.value, dict):
        for key, below in node.value.items():
            yield from _flat(below, f"{above}.{key}" if above else key)


def say(language: str, key: str, /, **args: object) -> str:
    """Say a sentence in a language, else in English, else its key; gaps in `args` stay blank."""
    template = texts(language).get(key) or texts("en").get(key, key)
    return template.format_map(_Blank({name: str(value) for name, value in args.items()}))


def has(language: str, key: str) -> bool:
    """Say whether a language has its own words for a key."""
    return key in texts(language)


def label(language: str, metric: str) -> str:
    """Name a metric."""
    return (
        say(language, f"metric.{metric}.label") if has("en", f"metric.{metric}.label") else metric
    )


def sentences(language: str, found: Problem) -> tuple[str, str]:
    """Say what is so, and what to do about it."""
    args = dict(found.args)
    near = say(language, "problem.near", near=args["near"]) if args.get("near") else ""
    factor = say(language, "problem.factor", factor=args["factor"]) if args.get("factor") else ""
    args |= {"near": near, "factor": factor}
    told, hint = f"problem.{found.name}.says", f"problem.{found.name}.hint"
    return say(language, told, **args).strip(), say(language, hint, **args).strip()


@cache
def locale(language: str) -> Locale:
    """Give Babel's locale for a language of ours; raise where Babel has none."""
    return Locale.parse(language, sep="-")


@cache
def _whole(language: str, magnitude: int) -> int:
    """Count the digits before the point, less one, of a compact amount: 1 for 11亿 and $11B."""
    formats = locale(language).compact_decimal_formats["short"]["other"]
    known = min(magnitude, _COMPACT_MOST)
    pattern = formats[str(10**known)].pattern if magnitude >= _COMPACT_LEAST else "0"
    return magnitude if pattern == "0" else magnitude - known + pattern.count("0") - 1


# -- amounts ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Amount:
    """What is to be written: bounds, the nominal value if any, the unit's name.

    Without a `qualifier` (a derived value) it follows from the bounds. `digits` are significant.
    """

    bounds: Interval
    value: Fraction | None
    unit: str
    qualifier: str = ""
    digits: int = 3


def amount(language: str, of: Amount, metric: str = "") -> str:
    """Write an amount with its qualifier and unit: `$1.1B`, `>70%`, `约5300万美元`."""
    bounds, value, digits = of.bounds, of.value, of.digits
    kind = of.qualifier or _qualifier(bounds, value)
    shown = unit(of.unit)
    if kind == "range" and bounds.low is not None and bounds.high is not None:
        ends: tuple[Fraction | None, ...] = (bounds.low, bounds.high)
    else:
        end = bounds.high if kind in {"less_than", "at_most"} else bounds.low
        ends = (value if value is not None else end,)
    numbers = ["∞" if end is None else _number(language, end, shown, digits) for end in ends]
    text = say(language, f"qualifier.{kind}", x=numbers[0], y=numbers[-1])
    last = ends[-1]
    form = "other" if last is None else locale(language).plural_form(_rounded(last, digits))
    return _in_unit(language, text, shown, metric, form)


def _qualifier(bounds: Interval, value: Fraction | None) -> str:
    if value is not None:
        return "exact" if bounds.is_point else "approx"
    if bounds.low == 0 and bounds.high is not None:
        return "less_than" if bounds.high_open else "at_most"
    if bounds.low is not None and bounds.high is not None:
        return "range"
    if bounds.low is not None:
        return "more_than" if bounds.low_open else "at_least"
    return "less_than" if bounds.high_open else "at_most"


def share(language: str, of: Fraction, digits: int = 2) -> str:
    """Write a share with its sign: `+5%`, `-0.31%`."""
    number = _rounded(of, digits)
    pattern = f"+{_pattern(number * 100, digits)}%;-{_pattern(number * 100, digits)}%"
    return format_percent(number, format=pattern, locale=locale(language))


def _number(language: str, exact: Fraction, shown: Unit, digits: int) -> str:
    place, code = locale(language), shown.currency
    number = _rounded(exact, digits)
    if str(shown) == "share":
        return format_percent(number, format=f"{_pattern(number * 100, digits)}%", locale=place)
    if not code and abs(number) < _COUNTED:
        return format_decimal(number, format=_pattern(number, digits), locale=place)
    places = max(0, digits - 1 - _whole(language, number.adjusted()))
    if code and language == "en":
        return format_compact_currency(number, code, locale=place, fraction_digits=places)
    written = format_compact_decimal(number, locale=place, fraction_digits=places)
    # Hong Kong writes 萬億; 兆 is the CLDR's word, after Taiwan, and a million on the mainland.
    written = written.replace("兆", "萬億")
    if not code:
        return written
    return say(language, "money", number=written, currency=currency(language, code))


def _rounded(exact: Fraction, digits: int) -> Decimal:
    return Context(prec=max(digits, 1)).divide(Decimal(exact.numerator), exact.denominator)


def _pattern(number: Decimal, digits: int) -> str:
    """Write a format (UTS #35) with as many places as the significant digits reach."""
    places = digits - 1 - number.adjusted()
    return f"#,##0.{'#' * places}"


def currency(language: str, code: str) -> str:
    """Name a currency (ISO 4217) as it stands behind an amount."""
    own = f"currency.{code}"
    return (
        say(language, own)
        if has(language, own)
        else get_currency_name(code, locale=locale(language))
    )


def country(language: str, code: str) -> str:
    """Name a country (ISO 3166), or give its code where the language has no name for it."""
    return str(locale(language).territories.get(code, code))


def _in_unit(language: str, text: str, shown: Unit, metric: str, form: str) -> str:
    """Put a unit to a number; `form` is the number's plural form (UTS #35), such as `one`."""
    # What English leaves to the label another language may print: 385人, 28岁.
    own = f"measure.{metric}"
    if has(language, own):
        return say(language, own, x=text)
    for name in shown.over:
        if has(language, f"measure.{name}_{form}"):
            text = say(language, f"measure.{name}_{form}", x=text)
        elif has(language, f"measure.{name}") or has("en", f"measure.{name}"):
            text = say(language, f"measure.{name}", x=text)
    for name in shown.under:
        text = say(language, f"per.{name}", x=text)
    return text


# -- time -------------------------------------------------------------------------------------


def day(language: str, of: date) -> str:
    """Write a day."""
    return format_date(of, format="medium", locale=locale(language))


def year_end(language: str, of: str) -> str:
    """Write the day on which a company's year ends, given as `03-31`."""
    month, number = (int(part) for part in of.split("-"))
    return format_skeleton("MMMd", date(_LEAP, month, number), locale=locale(language))


def time(language: str, of: datetime) -> str:
    """Write a time of day."""
    return format_time(of, format="short", locale=locale(language))


def period(language: str, of: Period) -> str:
    """Write a period short: a day, a month, a year, or first to last."""
    place = locale(language)
    start, end = of.start, of.end
    if start is None:
        return day(language, end)
    from_january = start.month == 1 and start.day == 1 and start.year == end.year
    whole = of.months.denominator == 1 and start.day == 1
    if whole and of.months == 1:
        return format_skeleton("yMMM", end, locale=place)
    if whole and from_january:
        key = {3: "period.q1", 6: "period.h1", 9: "period.nine", 12: "period.year"}
        name = key.get(int(of.months))
        if name:
            return say(language, name, year=end.year)
    return format_interval(start, end, "yMMM" if whole else "yMMMd", locale=place)
