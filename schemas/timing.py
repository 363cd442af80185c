"""Expressions of time in running text (今年三季度末, the first nine months of 2025), as periods."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from schemas import lexicon as lex
from schemas import period
from schemas.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"), 1
    )
    for name in names.split()
}  # fmt: skip
_COUNTS = {
    word: number
    for number, words in enumerate(
        ("一 first one 1", "二 两 second two 2", "三 third three 3", "四 fourth four 4",
         "五 five 5", "六 six 6", "七 seven 7", "八 eight 8", "九 nine 9", "十 ten 10",
         "十一 eleven 11", "十二 twelve 12"), 1
    )
    for word in words.split()
}  # fmt: skip
_BACK = {
    "前年": -2, "去年": -1, "上一年": -1, "上年": -1, "上年度": -1, "今年": 0, "本年": 0,
    "本年度": 0, "年内": 0, "明年": 1, "last year": -1, "the previous year": -1,
    "the prior year": -1, "the year before": -1, "a year earlier": -1, "this year": 0,
    "next year": 1,
}  # fmt: skip
_FAR = 3  # a year further ahead of the article than this is none

_HAN_COUNT = "十[一二]|[一二三四五六七八九十两]|1[0-2]|0?[1-9]"
_ENGLISH_COUNT = "first|second|third|fourth"
_LENGTH = "three|six|nine|twelve|3|6|9|12"
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_HAN_YEAR = (
    r"(?:(?P<{0}>(?:19|20)\d\d)\s?(?:年度?|财年|財年)?"
    r"|(?P<{0}_word>前年|去年|上一?年|今年|本年度?|明年))"
)
_TAIL_YEAR = (
    r"(?:,?\s(?:of\s|in\s)?(?:fiscal\s(?:year\s)?|fy\s?)?"
    r"(?:(?P<{0}>(?:19|20)\d\d)|(?P<{0}_word>this year|last year|the previous year)))"
)
_ENDS = "(?P<{0}>年?底|年?末|止)"


def _year(name: str) -> str:
    return _HAN_YEAR.format(name)


def _tail(name: str) -> str:
    return _TAIL_YEAR.format(name)


# Longer forms stand before those they begin with.
_FORMS = (
    r"(?P<same>这一?年|那一?年|同年|当年|\bthat year\b|\bthe same year\b)",
    (rf"(?P<day>(?:{_year('day_y')}\s?)?(?P<day_m>1[0-2]|0?[1-9])\s?月\s?"
     rf"(?P<day_d>3[01]|[12]\d|0?[1-9])\s?[日号號](?:\s?止?\s?(?:的)?"
     rf"(?P<day_n>{_HAN_COUNT})个月)?)"),
    (r"(?P<iso>(?<!\d)(?P<iso_y>(?:19|20)\d\d)[-/.](?P<iso_m>1[0-2]|0?[1-9])[-/.]"
     r"(?P<iso_d>3[01]|[12]\d|0?[1-9])(?!\d))"),
    (rf"(?P<long>\b(?:(?P<long_n>three|six|nine|twelve|3|6|9|12)\smonths\s"
     rf"(?:to|ended|ending)\s)?(?P<long_m>{_MONTH})\.?\s"
     rf"(?P<long_d>3[01]|[12]\d|0?[1-9])(?!\d)(?:,?\s(?P<long_y>(?:19|20)\d\d))?)"),
    (rf"(?P<british>\b(?:(?P<british_n>{_LENGTH})\smonths\s(?:to|ended|ending)\s)?"
     rf"(?P<british_d>3[01]|[12]\d|0?[1-9])\s(?P<british_m>{_MONTH})\b\.?(?:,?\s"
     rf"(?P<british_y>(?:19|20)\d\d))?)"),
    (rf"(?P<span>(?:{_year('span_y')}\s?)?(?P<span_a>1[0-2]|0?[1-9])\s?月?\s?"
     rf"(?:[-–~]|至|到)\s?(?P<span_b>1[0-2]|0?[1-9])\s?月)"),
    (rf"(?P<first>(?:{_year('first_y')}\s?)?(?:前|首)\s?(?P<first_n>{_HAN_COUNT})\s?"
     rf"(?:个月|個月|(?P<first_q>个?季度?)))"),
    (rf"(?P<quarter>(?:{_year('quarter_y')}的?\s?)?(?:第\s?)?"
     rf"(?P<quarter_n>[一二三四1-4])\s?季(?:度)?(?:{_ENDS.format('quarter_end')})?)"),
    (rf"(?P<half>(?:{_year('half_y')}的?\s?)?(?P<half_n>[上下])半年(?:度)?"
     rf"(?:{_ENDS.format('half_end')})?)"),
    (rf"(?P<month>(?:{_year('month_y')}\s?)?(?<![\d.])(?P<month_m>1[0-2]|0?[1-9])\s?月"
     rf"(?:份)?(?:{_ENDS.format('month_end')})?)"),
    rf"(?P<word>\bthe\s)?(?P<nine>\bfirst\s(?P<nine_n>{_LENGTH})\smonths{_tail('nine_y')}?)",
    rf"(?P<qtr>\b(?P<qtr_n>{_ENGLISH_COUNT})[\s-]quarter{_tail('qtr_y')}?)",
    rf"(?P<hlf>\b(?P<hlf_n>first|second)[\s-]half{_tail('hlf_y')}?)",
    r"(?P<q>\bq(?P<q_n>[1-4])(?:[\s'’-]*(?:fy)?\s?(?P<q_y>(?:19|20)?\d\d)(?!\d))?)",
    r"(?P<yq>(?<!\d)(?P<yq_y>(?:19|20)\d\d)[\s-]?q(?P<yq_n>[1-4])(?!\d))",
    r"(?P<qy>\b(?P<qy_n>[1-4])q\s?(?P<qy_y>(?:20)?\d\d)(?!\d))",
    r"(?P<yh>(?<!\d)(?P<yh_y>(?:19|20)\d\d)[\s-]?h(?P<yh_n>[12])(?!\d))",
    r"(?P<h>\bh(?P<h_n>[12])(?:[\s'’-]*(?P<h_y>(?:19|20)?\d\d)(?!\d))?(?!\d))",
    r"(?P<hy>\b(?P<hy_n>[12])h\s?(?P<hy_y>(?:20)?\d\d)(?!\d))",
    r"(?P<m>\b(?P<m_n>3|6|9|12)m\s?(?P<m_y>20\d\d|\d\d)(?!\d))",
    (r"(?P<fy>\b(?:fy|fiscal(?:\syear)?\s|full[\s-]year\s|financial\syear\s)\s?"
     r"(?P<fy_y>(?:19|20)\d\d|\d\d)(?!\d))"),
    (rf"(?P<named>\b(?P<named_end>end of |late )?(?P<named_m>{_MONTH})\.?\s"
     rf"(?P<named_y>(?:19|20)\d\d)(?!\d))"),
    (r"(?P<edge>\b(?P<edge_n>the end of|end of|end-|year-end|early|late|mid-"
     r"|the start of)\s?(?P<edge_y>(?:19|20)\d\d)(?!\d))"),
    (rf"(?P<in>\b(?P<in_n>in|during|by|since|as of|at the end of)\s"
     rf"(?P<in_m>{_MONTH})\b(?!\s\d))"),
    (r"(?P<han>(?<![\d$¥€£])(?<!\d[.,])(?=\d{4}\s?[年财財底末初]|\D)"
     rf"{_year('han_y')}\s?(?P<han_n>[年岁]?底|[年岁]?末|年?初|年?中(?!国|华|央|心)|全年)?)"),
    r"(?P<year>(?<![\d$¥€£-])(?<!\d[.,])(?P<year_y>20[0-3]\d)(?![\d,.]\d|\d|%|x|[-–]\d))",
    (r"(?P<back>\b(?P<back_w>last year|the previous year|the prior year"
     r"|the year before|a year earlier|this year|next year)\b)"),
    r"(?P<edge_han>(?<![0-9今去前本上一])(?P<edge_han_n>年初|年中|年底|年末))",
)  # fmt: skip


_ANY = re.compile("|".join(_FORMS))
_AS_OF = re.compile(
    r"(?:截至|截止到?|截止至|于|於|as of|as at|at the end of|by the end of|the end of|end of|at)"
    r"\s?(?:the\s)?$"
)
_STOPPED = re.compile(r"^\s?(?:年?底|年?末|止|为止|為止)")
_HERE = 22  # how far before an expression "as of" may begin


@dataclass(frozen=True, slots=True)
class Stretch:
    """An expression, where it stands, and the days it means; `is_instant`: a day, not a stretch."""

    start: int
    end: int
    text: str
    days: Period
    is_instant: bool

    def during(self, kind: Literal["instant", "duration", "either"]) -> Period:
        """Give the period of a metric: the last day, or the days; from January on up to an end."""
        if kind == "instant" or (kind == "either" and self.is_instant):
            return Period(None, self.days.end)
        if self.days.start is None or self.is_instant:
            return Period(self.days.end.replace(month=1, day=1), self.days.end)
        return self.days


def find(text: str, published: date) -> list[Stretch]:
    """Find the expressions of time, read against the day the text was published.

    A month or quarter without a year is of the year named before it in the paragraph, else the
    latest that had ended, or at least begun, by then.

    >>> from datetime import date
    >>> for each in find("截至今年三季度末; the first half of 2024", date(2025, 12, 31)):
    ...     print(each.text, each.days, each.is_instant)
    今年三季度末 2025-07-01/2025-09-30 True
    first half of 2024 2024-01-01/2024-06-30 False
    """
    return list(_found(lex.lower(text), text, published))


def _found(low: str, text: str, published: date) -> Iterator[Stretch]:
    year, last, paragraph = None, None, 0
    for match in _ANY.finditer(low):
        if "\n" in low[paragraph : match.start()]:
            year, paragraph = None, match.start()
        if match["same"]:
            year = last
            continue
        name = next(key for key, value in match.groupdict().items() if value and key in _READ)
        part = {
            key.removeprefix(f"{name}_"): value
            for key, value in match.groupdict().items()
            if value and key.startswith(f"{name}_")
        }
        told = _named(part, published)
        days = _READ[name](part, _When(told, year, published))
        if days is None or days.end.year > published.year + _FAR:
            continue
        year = told or year
        last = year or last
        before = low[max(0, match.start() - _HERE) : match.start()]
        ends = "end" in part or bool(_STOPPED.match(low[match.end() : match.end() + 4]))
        as_of = bool(_AS_OF.search(before))
        instant = "n" not in part or name not in _DATED
        instant = days.is_instant or (instant and (ends or as_of))
        start = match.start(name)
        yield Stretch(start, match.end(), text[start : match.end()], days, instant)


@dataclass(frozen=True, slots=True)
class _When:
    """The year an expression names, the one named before it, and the day of the text."""

    told: int | None
    before: int | None
    published: date

    def year(self, month: int) -> int:
        """Choose the year of a month that may stand without one."""
        guess = self.published.year - (month > self.published.month)
        return self.told or min(self.before or guess, guess)


def _named(part: dict[str, str], published: date) -> int | None:
    if "y" in part:
        year = int(part["y"])
        return year + 2000 if year < 100 else year  # noqa: PLR2004 - two digits
    word = part.get("y_word") or part.get("w")
    return None if word is None else published.year + _BACK.get(word, 0)


def _date(part: dict[str, str], when: _When) -> Period | None:
    month = _MONTHS.get(part["m"]) or int(part["m"])
    end = period.day(f"{when.year(month)}-{month:02}-{int(part['d']):02}")
    if end is None:
        return None
    length = _COUNTS.get(part.get("n", ""))
    if length is None:
        return Period(None, end)
    first = end.year * 12 + end.month - length
    return Period(end.replace(year=first // 12, month=first % 12 + 1, day=1), end)


def _month(part: dict[str, str], when: _When) -> Period | None:
    month = _MONTHS.get(part["m"]) or int(part["m"])
    return period.parse(f"{when.year(month)}-{month:02}")


def _months(part: dict[str, str], when: _When) -> Period | None:
    first, last = int(part["a"]), int(part["b"])
    year = when.year(last)
    start, end = period.parse(f"{year}-{first:02}"), period.parse(f"{year}-{last:02}")
    return Period(start.start, end.end) if start and end and first < last else None


def _first(part: dict[str, str], when: _When) -> Period | None:
    months = _COUNTS[part["n"].lstrip("0")] * (3 if "q" in part else 1)
    return period.parse(f"{months}M{when.year(months)}") if months <= 12 else None  # noqa: PLR2004


def _quarter(part: dict[str, str], when: _When) -> Period | None:
    quarter = _COUNTS[part["n"]]
    return period.parse(f"{when.year(quarter * 3 - 2)}-Q{quarter}")


def _half(part: dict[str, str], when: _When) -> Period | None:
    half = {"上": 1, "下": 2}.get(part["n"]) or _COUNTS[part["n"]]
    return period.parse(f"H{half}-{when.year(half * 6 - 5)}")


_EDGES = {"初": 3, "early": 3, "the start of": 3, "中": 6, "mid-": 6}


def _whole(part: dict[str, str], when: _When) -> Period | None:
    """Read a year; its first quarter at the beginning, its middle day, its last day."""
    year = when.told or when.before or when.published.year
    edge = part.get("n", "").removeprefix("年").removeprefix("岁")
    if edge in {"", "全年"}:
        return period.parse(str(year))
    if edge in _EDGES:
        found = period.parse(f"{_EDGES[edge]}M{year}")
        return Period(None, found.end) if found and _EDGES[edge] > 3 else found  # noqa: PLR2004
    return period.parse(f"{year}-12-31")


# A day that ends a stretch: nine months ended September 30.
_DATED = frozenset({"day", "long", "british"})
_READ = {
    "day": _date, "iso": _date, "long": _date, "british": _date, "span": _months, "first": _first,
    "quarter": _quarter, "half": _half, "month": _month, "nine": _first, "qtr": _quarter,
    "hlf": _half, "q": _quarter, "yq": _quarter, "qy": _quarter, "h": _half, "yh": _half,
    "hy": _half,
    "m": _first, "fy": _whole, "named": _month, "edge": _whole, "in": _month, "han": _whole,
    "year": _whole, "back": _whole, "edge_han": _whole,
}  # fmt: skip
