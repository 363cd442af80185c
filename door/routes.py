"""What the door gives out besides pages: tables under a page's address, and a feed of new figures.

`/api/<table>.<format>` takes the parameters of a page's address and means the same by them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, urlencode

import pyarrow.compute as pc
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from metrics import changes, compare, export, feed, suppose, writer
from metrics.audit import VERDICTS
from metrics.lens import CHOICES, CLASSES, CURRENCIES, NATIVE, Lens
from schemas import period, words
from schemas.source import GRADE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from metrics.lens import Choice, PeriodClass
    from schemas.book import Book

# Keys of a page's address; the second ones say nothing of what stands in a table.
KEYS = (
    "c", "company", "ccy", "at", "known", "lang", "rows", "periods", "rates", "by", "metric",
    "source", "set", "since", "verdict", "kind", "if",
)  # fmt: skip
SCREEN = ("log", "new", "part", "severity", "q", "page", "claim", "trace")
# A figure of today is another one tomorrow, so whoever kept an answer asks whether it still holds.
_FRESH = "no-cache"


class UnaskableError(ValueError):
    """An address that asks for nothing there is; `args` are a key of `api` and its words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a table; no companies mean those that the page would show."""

    lens: Lens
    companies: tuple[str, ...]
    company: str
    metric: str
    source: str
    peers: str
    since: date | None
    verdict: str
    kind: str
    rows: str
    by: tuple[tuple[str, str], ...]
    supposed: tuple[suppose.Supposition, ...] = ()

    @property
    def query(self) -> str:
        """Write out all that makes a difference, always in the same way."""
        told = {
            "c": self.companies, "company": self.company, "metric": self.metric,
            "source": self.source, "rows": self.rows, "by": ["~".join(each) for each in self.by],
            "at": self.lens.at, "known": self.lens.known, "lang": self.lens.language,
            "ccy": self.lens.currency, "periods": self.lens.periods, "rates": self.lens.rates,
            "set": self.peers, "since": self.since or "", "verdict": self.verdict,
            "kind": self.kind, "if": [each.asked for each in self.supposed],
        }  # fmt: skip
        return urlencode(told, doseq=True)


def stack(book: Callable[[], Book]) -> list[BaseRoute]:
    """Give the routes for `st.App`, which ask for the book each time; it may have changed."""

    # Plain functions: Starlette runs them beside its loop, which must not wait for a table.
    def data(request: Request) -> Response:
        return _table(request, book())

    def news(request: Request) -> Response:
        return feed_of(book(), request)

    return [
        Route("/api/{table}.{form}", data, methods=["GET", "HEAD"]),
        Route("/feed.atom", news, methods=["GET"]),
    ]


def feed_of(book: Book, request: Request) -> Response:
    """Answer with the feed of `set`, in `lang`; with 304 to who has it, 404 where there is none."""
    peers = request.query_params.get("set", "")
    language = request.query_params.get("lang", words.LANGUAGES[0])
    everything = book.is_part and not peers
    if everything or (peers and peers not in book.sets) or language not in words.LANGUAGES:
        return PlainTextResponse("There is no such feed.\n", status_code=404)
    today = datetime.now().astimezone().date()
    base = str(request.base_url)
    made_of = "|".join((base, peers, language, str(today)))
    tag = f'"{book.version}-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"'
    told = {"ETag": tag, "Cache-Control": _FRESH}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=told)
    book = book.holding(book.sets[peers].companies if peers else ())
    body = feed.feed(book, Lens(today, today, language), base, peers)
    return Response(body, media_type=f"{feed.TYPE}; charset=utf-8", headers=told)


def _table(request: Request, book: Book) -> Response:
    name, form = request.path_params["table"], request.path_params["form"]
    query = parse_qs(request.url.query, keep_blank_values=True)
    language = _language(query)
    if name not in export.TABLES or form not in writer.FORMATS:
        known = ", ".join(export.TABLES), ", ".join(writer.FORMATS)
        return _refused(404, language, "no_table", tables=known[0], formats=known[1])
    try:
        asked = read(query, book, datetime.now().astimezone().date())
        book = _holding(book, asked)
        tables = _tables(name, book, asked)
    except UnaskableError as error:
        key, args = error.args
        return _refused(400, language, key, **args)
    headers = {
        "ETag": _tag(book, name, form, asked),
        "Cache-Control": _FRESH,
        "Content-Type": writer.TYPES[form],
        "Content-Disposition": f'attachment; filename="{_file(name, asked)}.{form}"',
    }
    if _has(request.headers.get("If-None-Match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        return Response(headers=headers)
    return StreamingResponse(map(bytes, writer.FORMATS[form](tables)), headers=headers)


def _file(name: str, asked: Asked) -> str:
    kind = "footnote-hypothetical" if asked.supposed else "footnote"
    return f"{kind}-{name}-{asked.lens.at}"


def _holding(book: Book, asked: Asked) -> Book:
    """Have at hand whom an address names; nobody means those whom the book has at hand."""
    peers = book.sets[asked.peers].companies if asked.peers else ()
    named = (asked.company, *asked.companies, *peers)
    return book.holding(filter(None, named)) if any(named) else book


def _refused(status: int, language: str, key: str, /, **args: str) -> Response:
    text = words.say(language, f"api.{key}", **args)
    return PlainTextResponse(f"{text}\n", status_code=status, headers={"Cache-Control": "no-store"})


def _tag(book: Book, name: str, form: str, asked: Asked) -> str:
    parts = "|".join((book.version, name, form, asked.query, *export.TABLES[name]))
    return f'"{hashlib.sha256(parts.encode()).hexdigest()[:24]}"'


def _has(given: str, tag: str) -> bool:
    """Say whether If-None-Match names a tag, weakly compared (RFC 9110, 13.1.2)."""
    return given.strip() == "*" or tag in re.findall(r'"[^"]*"', given)


# -- what is asked ------------------------------------------------------------------------------


def read(query: dict[str, list[str]], book: Book, today: date) -> Asked:
    """Understand a query; raise `UnaskableError` at the first thing that means nothing."""
    for key in query:
        if key not in {*KEYS, *SCREEN}:
            raise _unaskable("parameter", value=key, known=", ".join((*KEYS, *SCREEN)))
    companies = tuple(dict.fromkeys(name for name in query.get("c", ()) if name))
    for name in companies:
        if name not in book.companies or book.companies[name].members:
            raise _unaskable("value", key="c", value=name)
    return Asked(
        lens=_lens(query, today),
        companies=companies,
        company=_one(query, "company", book.companies),
        metric=_one(query, "metric", book.catalog),
        source=_one(query, "source", book.sources),
        peers=_one(query, "set", book.sets),
        since=_day(query, "since"),
        verdict=_one(query, "verdict", VERDICTS),
        kind=_one(query, "kind", GRADE),
        rows=_one(query, "rows", compare.ROWS) or compare.ROWS[0],
        by=_by(query, book),
        supposed=tuple(_supposed(query, book, _language(query))),
    )


def _lens(query: dict[str, list[str]], today: date) -> Lens:
    _one(query, "lang", words.LANGUAGES)
    currency = _one(query, "ccy", CURRENCIES)
    return Lens(
        _day(query, "at") or today,
        _day(query, "known") or today,
        _language(query),
        "" if currency == NATIVE else currency,
        cast("PeriodClass", _one(query, "periods", CLASSES) or CLASSES[0]),
        cast("Choice", _one(query, "rates", CHOICES) or CHOICES[0]),
    )


def _by(query: dict[str, list[str]], book: Book) -> tuple[tuple[str, str], ...]:
    """Read `metric~definition`, the last word on each metric counting."""
    found = {}
    for text in filter(None, query.get("by", ())):
        metric, _, definition = text.partition("~")
        entry = book.catalog.get(metric)
        if entry is None or definition not in entry.formulas:
            raise _unaskable("value", key="by", value=text)
        found[metric] = definition
    return tuple(found.items())


def _supposed(
    query: dict[str, list[str]], book: Book, language: str
) -> Iterator[suppose.Supposition]:
    for text in filter(None, query.get("if", ())):
        found = suppose.read(book, text)
        if isinstance(found, suppose.Refusal):
            raise _unaskable("supposed", why=suppose.refusal(book, found, language))
        yield found


def _supposing(book: Book, asked: Asked, companies: Sequence[str]) -> Book:
    """Suppose what is asked for of these companies; all of it, or nothing is given."""
    if not asked.supposed:
        return book
    if len(companies) > export.MOST:
        raise _unaskable("many", limit=str(export.MOST))
    found, refused = suppose.suppose(book, asked.lens, companies, asked.supposed)
    for each in refused:
        raise _unaskable("supposed", why=suppose.refusal(book, each, asked.lens.language))
    return found


def _unaskable(key: str, /, **args: str) -> UnaskableError:
    return UnaskableError(key, args)


def _language(query: dict[str, list[str]]) -> str:
    asked = query.get("lang", [""])[-1]
    return asked if asked in words.LANGUAGES else words.LANGUAGES[0]


def _one(query: dict[str, list[str]], key: str, known: Iterable[str]) -> str:
    value = query.get(key, [""])[-1]
    if value and value not in known:
        raise _unaskable("value", key=key, value=value)
    return value


def _day(query: dict[str, list[str]], key: str) -> date | None:
    value = query.get(key, [""])[-1]
    found = period.day(value) if value else None
    if value and found is None:
        raise _unaskable("value", key=key, value=value)
    return found


# -- what is given ------------------------------------------------------------------------------


def _tables(name: str, book: Book, asked: Asked) -> Iterator[pa.Table]:
    if name == "comparison":
        return _compared(book, asked)
    companies = _companies(book, asked)
    if book.is_part and not companies:
        raise _unaskable("many", limit=str(export.limit(name, asked.metric)))
    if name == "observations":
        every = companies or list(book.companies)
        book = _supposing(book, asked, every)
        return iter([_about(export.observed(book, asked.lens, every, asked.since), asked)])
    singles = frozenset(book.singles)
    companies = [each for each in companies or book.singles if each in singles]
    limit = export.limit(name, asked.metric)
    if len(companies) > limit:
        raise _unaskable("many", limit=str(limit))
    book = _supposing(book, asked, companies)
    found = export.tables(name, book, asked.lens, companies, metric=asked.metric)
    return (_about(each, asked) for each in found)


def _companies(book: Book, asked: Asked) -> list[str]:
    """Name whom a table is to be of: one, those compared, or a set; nobody means everybody."""
    if asked.company:
        return [asked.company]
    if asked.companies or not asked.peers:
        return list(asked.companies)
    return changes.members(book, asked.peers)


def _about(table: pa.Table, asked: Asked) -> pa.Table:
    """Keep what a list is narrowed to: a metric, a source or a kind of them, a verdict."""
    for column, value in (
        ("metric", asked.metric),
        ("source_id", asked.source),
        ("source_kind", asked.kind),
        ("verdict", asked.verdict),
    ):
        if value and column in table.column_names:
            table = table.filter(pc.equal(table[column].cast("string"), value))
    return table


def _compared(book: Book, asked: Asked) -> Iterator[pa.Table]:
    companies = asked.companies or compare.starters(book)
    if len(companies) > compare.LIMIT:
        raise _unaskable("many", limit=str(compare.LIMIT))
    return _lines(_supposing(book, asked, companies), asked, companies)


def _lines(book: Book, asked: Asked, companies: Sequence[str]) -> Iterator[pa.Table]:
    wanted = compare.wanted(book, companies, asked.rows)
    lines = compare.compare(book, companies, asked.lens, wanted, dict(asked.by))
    yield from export.tables("comparison", book, asked.lens, companies, lines)
