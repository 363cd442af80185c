"""What the reader has chosen: all of it in the address, as ids and never as labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, cast, get_args
from urllib.parse import parse_qs, urlencode

import streamlit as st

from metrics import suppose
from metrics.audit import VERDICTS
from metrics.compare import LIMIT, ROWS
from metrics.lens import CHOICES, CLASSES, CURRENCIES, NATIVE, Lens, PeriodClass
from metrics.lens import Choice as Rates
from metrics.suppose import Supposition
from schemas import period, words
from schemas.problem import Severity
from schemas.source import GRADE
from views import _pages, _shelf

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from schemas.book import Book

Query = dict[str, list[str]]

# Every key an address may hold.
KEYS = (
    "c", "company", "ccy", "at", "known", "lang", "rows", "periods", "rates", "by", "metric",
    "log", "if", "new", "since", "set", "verdict", "source", "kind", "part", "severity", "q",
    "page", "claim", "trace",
)  # fmt: skip
# What a reader may do without leaving the page of a list that he is on.
STAYING = frozenset({"lang", "page", "claim", "trace"})
# What is said on one page and means nothing on another.
OWN = frozenset(
    {
        "new", "since", "verdict", "source", "kind", "part", "severity", "q", "page", "claim",
        "trace",
    }
)  # fmt: skip
METRIC = "cash_reserves"
SEVERITIES: tuple[str, ...] = get_args(Severity)
# What Health shows, one at a time.
PARTS = ("gaps", "aged", "conflicts", "problems")
# How far Changes looks back, unless the reader says since when.
QUARTER = 90
_TYPED = 100
_DIGITS = 6
_ID = re.compile("[0-9a-z]{0,16}")
# An id alone, of an observation or of a derived value.
_KEPT = re.compile("[0-9a-f]{12}|[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something in the address that cannot be shown: a key of `ui.notice`, and its words."""

    name: str
    args: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An address, understood; what it leaves open has its usual value."""

    companies: tuple[str, ...]
    currency: str
    at: date
    known: date
    rows: str
    periods: PeriodClass
    rates: Rates
    # The definition that some metrics are worked out by in every column.
    by: tuple[tuple[str, str], ...]
    # What is supposed, in the order in which it takes effect.
    supposed: tuple[Supposition, ...]
    metric: str
    log: bool
    # Whose page it is, and which page of a long list; "" before there is any company.
    company: str
    page: int
    # What lists are narrowed to, "" for no matter which; the claim and document opened.
    verdict: str
    kind: str
    severity: str
    text: str
    part: str
    claim: str
    source: str
    # A peer set or watch list, "" for all companies; after which day things count as changed; and
    # for how many days a figure is marked as new, 0 for never.
    peers: str
    since: date
    new: int
    language: str
    # A company and a metric; with an id, one figure of them that is not the one of now; or both
    # empty before an id that says itself of what it is.
    trace: tuple[str, ...] | None
    # The address again, without what could not be understood.
    query: Query = field(hash=False)

    def said(self, key: str) -> str:
        """Give what the address itself says under a key; "" where it says nothing."""
        return _last(self.query, key) or ""

    @property
    def lens(self) -> Lens:
        """Look at the book as chosen."""
        currency = "" if self.currency == NATIVE else self.currency
        return Lens(self.at, self.known, self.language, currency, self.periods, self.rates)

    def link(self, page: str | None = None, /, **changes: str | Iterable[str] | None) -> str:
        """Write the address with some changes, where None takes a key out; or that of a page."""
        query = _turned(self.query, changes)
        for key, value in changes.items():
            query.pop(key, None)
            if value is not None:
                query[key] = [value] if isinstance(value, str) else list(value) or [""]
        if page is None:
            return f"?{_written(query)}"
        # The rest goes along whole: a page that changed the query as well would make two steps of
        # the browser's history, one of them leading nowhere.
        for key in OWN - set(changes):
            query.pop(key, None)
        if page not in map(_pages.path, _pages.SUPPOSING):
            query.pop("if", None)
        return f"./{page}?{_written(query)}"

    def working(self, metric: str, definition: str) -> str:
        """Write the address with one definition for a metric; none leaves each company its own."""
        by = {**dict(self.by), metric: definition}
        told = [f"{name}~{chosen}" for name, chosen in by.items() if chosen]
        return self.link(by=told or None)


def language(query: Mapping[str, list[str]], locale: str | None) -> str:
    """Choose a language: the address's, else the browser's (BCP 47), else English."""
    asked = _last(query, "lang")
    return asked if asked in words.LANGUAGES else _spoken(locale or "")


def _spoken(locale: str) -> str:
    main, *rest = locale.replace("_", "-").lower().split("-")
    if main != "zh":
        return words.LANGUAGES[0]
    return "zh-Hant" if {"hant", "tw", "hk", "mo"} & set(rest) else "zh-Hans"


def read(
    query: Mapping[str, list[str]], book: Book, today: date, locale: str | None
) -> tuple[Choice, list[Notice]]:
    """Understand an address; what it names and the book does not have is told and left out."""
    asked = _Asked({key: list(query[key]) for key in KEYS if key in query}, book)
    speaks = asked.one("lang", words.LANGUAGES, "") or language({}, locale)
    at = asked.day("at") or today
    compared = asked.companies()
    known = asked.day("known") or today
    choice = Choice(
        companies=compared,
        currency=asked.one("ccy", CURRENCIES, NATIVE),
        at=at,
        known=known,
        rows=asked.one("rows", ROWS, ROWS[0]),
        periods=cast("PeriodClass", asked.one("periods", CLASSES, CLASSES[0])),
        rates=cast("Rates", asked.one("rates", CHOICES, CHOICES[0])),
        by=asked.by(),
        supposed=asked.supposed(speaks),
        metric=asked.one("metric", book.catalog, METRIC),
        log=asked.one("log", ("0", "1"), "0") == "1",
        company=asked.company(compared),
        page=asked.number("page"),
        verdict=asked.one("verdict", VERDICTS, ""),
        kind=asked.one("kind", GRADE, ""),
        severity=asked.one("severity", SEVERITIES, ""),
        text=(_last(asked.query, "q") or "")[:_TYPED],
        part=asked.one("part", PARTS, PARTS[0]),
        claim=asked.one("claim", _Ids(book), ""),
        source=asked.one("source", book.sources, ""),
        peers=asked.one("set", book.sets, ""),
        since=asked.since(known),
        new=asked.number("new", 0),
        language=speaks,
        trace=asked.trace(),
        query=asked.query,
    )
    return choice, asked.notices


class _Ids:
    """The ids of a book's observations, of which one at most is looked for."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def __contains__(self, wanted: object) -> bool:
        return bool((self.book.observations["id"] == str(wanted)).any())


class _Asked:
    """An address being read; loses what it cannot stand for, with a notice."""

    def __init__(self, query: Query, book: Book) -> None:
        self.query = query
        self.book = book
        self.notices: list[Notice] = []

    def one(self, key: str, known: Container[str], usual: str) -> str:
        value = _last(self.query, key)
        if value is None:
            return usual
        if value in known:
            self.query[key] = [value]
            return value
        self._drop(key, value)
        return usual

    def day(self, key: str) -> date | None:
        value = _last(self.query, key)
        found = period.day(value) if value else None
        if value is not None and found is None:
            self._drop(key, value)
        return found

    def since(self, known: date) -> date:
        """Read the day after which things count as changed, which lies before `known`."""
        day = self.day("since")
        if day is not None and day < known:
            return day
        if day is not None:
            self._drop("since", str(day))
        # Where a quarter brought nothing, the last one that did is what can be told.
        usual, newest = back(known, QUARTER), _shelf.newest(self.book, known)
        return back(newest, QUARTER) if newest and newest <= usual else usual

    def number(self, key: str, usual: int = 1) -> int:
        value = _last(self.query, key)
        if value is None:
            return usual
        if value.isascii() and value.isdigit() and 0 < len(value) <= _DIGITS and int(value):
            return int(value)
        self._drop(key, value)
        return usual

    def company(self, compared: Sequence[str]) -> str:
        usual = next(iter((*compared, *_shelf.starters(self.book), *self.book.singles)), "")
        return self.one("company", self.book.companies, usual)

    def companies(self) -> tuple[str, ...]:
        asked = self.query.get("c")
        if asked is None:
            return _shelf.starters(self.book)
        there = _shelf.singles(self.book)
        names = list(dict.fromkeys(name for name in asked if name))
        unknown = [name for name in names if name not in there]
        kept = [name for name in names if name in there]
        if unknown:
            self.notices.append(Notice("c", (("value", ", ".join(unknown)),)))
        if len(kept) > LIMIT:
            args = (("limit", str(LIMIT)), ("value", ", ".join(kept[LIMIT:])))
            self.notices.append(Notice("many", args))
        self.query["c"] = kept[:LIMIT] or [""]
        return tuple(kept[:LIMIT])

    def by(self) -> tuple[tuple[str, str], ...]:
        """Read `metric~definition`, the last word on each metric counting."""
        asked = {each.partition("~")[0]: each for each in self.query.pop("by", []) if each}
        found: dict[str, str] = {}
        for metric, text in asked.items():
            definition = text.partition("~")[2]
            entry = self.book.catalog.get(metric)
            if entry and definition in entry.formulas:
                found[metric] = definition
            else:
                self.notices.append(Notice("by", (("value", text),)))
        if found:
            self.query["by"] = [f"{metric}~{definition}" for metric, definition in found.items()]
        return tuple(found.items())

    def supposed(self, language: str) -> tuple[Supposition, ...]:
        """Read `company~metric~value`, as many as may be supposed at once."""
        read_ = [suppose.read(self.book, text) for text in self.query.pop("if", []) if text]
        found = [each for each in read_ if isinstance(each, Supposition)]
        refused = [each for each in read_ if isinstance(each, suppose.Refusal)]
        for each in refused:
            self.notices.append(refusal(self.book, each, language))
        if len(found) > suppose.LIMIT:
            args = (("limit", str(suppose.LIMIT)),)
            many = suppose.Refusal("many", found[suppose.LIMIT].asked, args)
            self.notices.append(refusal(self.book, many, language))
        if found:
            self.query["if"] = [each.asked for each in found[: suppose.LIMIT]]
        return tuple(found[: suppose.LIMIT])

    def trace(self) -> tuple[str, ...] | None:
        value = _last(self.query, "trace")
        if value is None:
            return None
        if _KEPT.fullmatch(value):
            return "", "", value
        company, _, rest = value.partition("~")
        metric, _, figure = rest.partition("~")
        # Of a group there are only figures that a source states.
        there = self.book.companies if figure else _shelf.singles(self.book)
        if company in there and metric in self.book.catalog and _ID.fullmatch(figure):
            return (company, metric, figure) if figure else (company, metric)
        self._drop("trace", value)
        return None

    def _drop(self, key: str, value: str) -> None:
        del self.query[key]
        if value:
            self.notices.append(Notice(key, (("value", value),)))


def refusal(book: Book, of: suppose.Refusal, language: str) -> Notice:
    """Tell why something is not supposed."""
    return Notice("supposed", (("why", suppose.refusal(book, of, language)),))


def back(day: date, days: int) -> date:
    """Go some days back, as far as there are any."""
    return date.fromordinal(max(1, day.toordinal() - days))


def merged(query: Query, wanted: str) -> Query:
    """Put what the reader did into an address: a whole one from `?`, else single changes."""
    told = parse_qs(wanted.partition("?")[2] or wanted, keep_blank_values=True)
    base = {} if "?" in wanted else _turned(query, told)
    changed = {**base, **told}
    # An empty list of companies is a choice; anything else that is empty is no longer said.
    said = {key: values for key, values in changed.items() if key == "c" or any(values)}
    return _ordered(said)


def _turned(query: Query, changes: Iterable[str]) -> Query:
    """Go back to the first page of a list that the changes make another one."""
    stays = STAYING.issuperset(changes)
    return {key: values for key, values in query.items() if stays or key != "page"}


def go(wanted: str) -> None:
    """Bring the address up to what the reader did; that is one step of the browser's history."""
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    st.session_state["find"] = None
    if wanted.startswith("./"):
        # A callback may not leave the page; the shell does, before it draws anything.
        page = wanted.removeprefix("./").partition("?")[0]
        st.session_state["leave"] = (page, merged(query, wanted))
    else:
        st.query_params.from_dict(merged(query, wanted))


def _last(query: Mapping[str, list[str]], key: str) -> str | None:
    values = query.get(key)
    return values[-1] if values else None


def _ordered(query: Query) -> Query:
    # One order, so that what is the same looks the same and makes no step of the history.
    return {key: query[key] for key in KEYS if key in query}


def _written(query: Query) -> str:
    return urlencode(_ordered(query), doseq=True, safe="~")
