"""Tables for people who take the data away: what stands in them, the same columns everywhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from metrics import claim, compare, derive, suppose, trace, writer
from schemas import words
from schemas.heads import Heads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    import pandas as pd

    from metrics.claim import Verdict
    from metrics.compare import Line
    from metrics.derive import Answer
    from metrics.lens import Lens
    from metrics.writer import Record
    from schemas.book import Book

    Known = dict[str, pa.Array]

OBSERVATIONS = (
    "id", "company_id", "company", "metric", "scope", "basis", "kind", "value_text", "as_stated",
    "value", "low", "high", "low_open", "high_open", "band_low", "band_high", "qualifier", "unit",
    "unit_basis", "period", "period_start", "period_end", "period_basis", "because", "source_id",
    "publisher", "source_kind", "title", "url", "published", "place", "primary_source",
    "derived_from", "rank", "note", "file", "line",
)  # fmt: skip
DERIVED = (
    "id", "company_id", "company", "metric", "definition", "scope", "basis", "value", "low",
    "high", "low_open", "high_open", "unit", "period_start", "period_end", "status", "reason",
    "formula", "inputs", "rates", "oldest_input", "newest_input", "gap_days",
)  # fmt: skip
COMPARISON = (
    "metric", "label", "company_id", "company", "definition", "basis", "value_text", "value",
    "low", "high", "low_open", "high_open", "unit", "period", "status", "reason", "row_verdict",
    "row_reason", "inputs", "id",
)  # fmt: skip
CLAIMS = (
    "id", "company_id", "company", "metric", "as_stated", "stated", "stated_low", "stated_high",
    "unit", "period_end", "source_id", "url", "place", "verdict", "definition", "derived",
    "derived_low", "derived_high", "tried", "implied", "inputs", "reason",
)  # fmt: skip
# Every row says what it was made with, and which suppositions it rests on, as in an address.
ALWAYS = ("at", "known", "book", "hypothetical")

# So many companies are worked out for one request; of one metric alone so many times more. Figures
# that need no working out are given of any number.
MOST, _OF_ONE = 100, 40

TABLES = {
    "observations": OBSERVATIONS,
    "derived": DERIVED,
    "claims": CLAIMS,
    "comparison": COMPARISON,
}


def limit(name: str, metric: str = "") -> int:
    """Say of how many companies a table is made for one request; -1 for any number."""
    if name == "observations":
        return -1
    return MOST * _OF_ONE if metric else MOST


def tables(  # noqa: PLR0913 - what a table can be asked for
    name: str,
    book: Book,
    lens: Lens,
    companies: Sequence[str],
    lines: Sequence[Line] = (),
    *,
    metric: str = "",
) -> Iterator[pa.Table]:
    """Give one of `TABLES` by the company, as Arrow tables of the same columns; at least one.

    A comparison is of `lines`, and the only one that needs them; `metric` leaves others out of
    derived values and claims.
    """
    columns = (*TABLES[name], *ALWAYS)
    if name == "observations":
        yield observed(book, lens, companies)
    elif name == "comparison":
        yield writer.table(columns, comparison(book, lines, lens))
    else:
        yield writer.table(columns, [])
        for company in companies:
            yield writer.table(columns, _ROWS[name](book, lens, company, metric))


def answers(book: Book, lens: Lens, company: str, metric: str = "") -> list[Answer]:
    """Work all derived metrics of a company out, or one, money in the reader's currency."""
    of = derive.case(book, company, lens)
    return [
        compare.present(derive.answer(of, name), lens.currency, of.rates)
        for name, entry in book.catalog.items()
        if entry.is_derived and metric in {"", name}
    ]


def observations(book: Book, lens: Lens, companies: Iterable[str] | None = None) -> list[Record]:
    """List what had been published by `known`, one record per observation, columns in order."""
    return writer.records(observed(book, lens, companies))


def observed(
    book: Book, lens: Lens, companies: Iterable[str] | None = None, since: date | None = None
) -> pa.Table:
    """Lay what had been published by `known` out by the column, straight from the book's table.

    `since` leaves out what had been published by then.
    """
    rows = book.observations if companies is None else book.of(companies)
    there = (rows["published"] <= str(lens.known)).to_numpy()
    if since is not None:
        there = there & (rows["published"] > str(since)).to_numpy()
    rows = rows if there.all() else rows[there]
    known = {name: _taken(rows[name]) for name in rows.columns if name in _KEPT}
    known |= _sourced(book, known["source"])
    known |= {
        "company_id": known["company"],
        "company": _named(book, known["company"], lens.language),
        "source_id": known["source"],
        "primary_source": _first(known["quotes"], known["primary_source"]),
        "period_start": _days(rows["start"]),
        "period_end": _days(rows["end"]),
        **{name: _repeated(text, len(rows)) for name, text in _always(book, lens).items()},
        "hypothetical": _supposed(book, rows),
    }
    return pa.table({name: known[name] for name in (*OBSERVATIONS, *ALWAYS)})


def _supposed(book: Book, rows: pd.DataFrame) -> pa.DictionaryArray:
    """Name the supposition behind each observation that is one; few are."""
    if not book.supposed:
        return _repeated("", len(rows))
    asked = {each.row.id: suppose.address(each.asked) for each in book.supposed}
    return pa.array([asked.get(name, "") for name in rows["id"]]).dictionary_encode()


_TEXT = pa.string()
_NAMES = pa.schema([("name", pa.struct([(each, _TEXT) for each in words.LANGUAGES]))])
# What the book's table has under the same name, or under one that it is told by.
_KEPT = {*OBSERVATIONS, "company", "source", "quotes"}
_REPEATING = {"period", "because", "place", "note"}


def _taken(column: pd.Series) -> pa.Array:
    found = pa.array(column, from_pandas=True)
    if not pa.types.is_string(found.type) and not pa.types.is_large_string(found.type):
        return found
    # Periods, places and remarks repeat themselves, and are then written once each.
    texts = _text(found)
    return texts.dictionary_encode() if column.name in _REPEATING else texts


def _text(column: pa.Array) -> pa.Array:
    return pc.fill_null(column.cast(pa.string()), "")


def _mapped(ids: pa.DictionaryArray, tell: Callable[[list[str]], Known]) -> Known:
    """Say something else of each id: one look-up for each that there is, not for each row."""
    there = pc.unique(ids.indices)
    told = tell(ids.dictionary.take(there).to_pylist())
    places = np.full(len(ids.dictionary), -1)
    places[there.to_numpy()] = np.arange(len(there))
    at = pa.array(places, mask=places < 0)
    return {
        name: pa.DictionaryArray.from_arrays(ids.indices, _text(texts.take(at)))
        for name, texts in told.items()
    }


def _named(book: Book, ids: pa.DictionaryArray, language: str) -> pa.DictionaryArray:
    """Name each company; of heads that are kept as text without making any."""

    def tell(companies: list[str]) -> Known:
        if isinstance(book.companies, Heads):
            told = book.companies.fields(_NAMES, companies)["name"].combine_chunks()
            both = (pc.struct_field(told, each) for each in (language, words.LANGUAGES[0]))
            return {"company": pc.coalesce(*both)}
        names = [book.companies[each].name.in_language(language) for each in companies]
        return {"company": pa.array(names, _TEXT)}

    return _mapped(ids, tell)["company"]


def _first(texts: pa.Array, others: pa.Array) -> pa.Array:
    """Take the texts, and where one is empty the other; they repeat themselves."""
    first, second = _text(texts), _text(others)
    return pc.if_else(pc.equal(first, ""), second, first).dictionary_encode()


# What a table tells of a source besides its id, and the field that it stands in.
_OF_SOURCE = {
    "publisher": "publisher", "source_kind": "kind", "title": "title", "url": "url",
    "published": "published", "derived_from": "derived_from", "primary_source": "primary_source",
}  # fmt: skip
_SOURCES = pa.schema([(each, _TEXT) for each in _OF_SOURCE.values()])


def _sourced(book: Book, ids: pa.DictionaryArray) -> Known:
    """Say what is told of each source; of heads that are kept as text without making any."""

    def tell(sources: list[str]) -> Known:
        if isinstance(book.sources, Heads):
            told = book.sources.fields(_SOURCES, sources)
            return {name: told[field].combine_chunks() for name, field in _OF_SOURCE.items()}
        found = [book.sources[each] for each in sources]
        return {
            name: pa.array([getattr(each, field) for each in found], _TEXT)
            for name, field in _OF_SOURCE.items()
        }

    return _mapped(ids, tell)


def _days(column: pd.Series) -> pa.DictionaryArray:
    """Write days as ISO dates, no day as an empty text; few are different."""
    days = pa.array(column).cast(pa.date32()).dictionary_encode("encode")
    return pa.DictionaryArray.from_arrays(days.indices, _text(days.dictionary))


def _repeated(text: str, times: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(np.zeros(times, dtype=np.int32), pa.array([text]))


def derived(book: Book, answers: Iterable[Answer], lens: Lens) -> list[Record]:
    """List derived values under every definition worked out, stated ones left out."""
    every = [each for answer in answers for each in (answer, *answer.others) if not each.choice]
    return [
        _ordered(DERIVED, _derived(book, each, lens.language) | _always(book, lens, each))
        for each in every
    ]


def comparison(book: Book, lines: Sequence[Line], lens: Lens) -> list[Record]:
    """List a comparison long: one record per metric and company."""
    return [
        _ordered(
            COMPARISON,
            _compared(book, cell.answer, lens.language)
            | {"row_verdict": line.verdict, "row_reason": trace.reason(line.reason, lens.language)}
            | _always(book, lens, cell.answer),
        )
        for line in lines
        for cell in line.cells
    ]


def claims(book: Book, verdicts: Iterable[Verdict], lens: Lens) -> list[Record]:
    """List claims with their verdicts and what decides them."""
    return [_ordered(CLAIMS, _claimed(book, each, lens) | _always(book, lens)) for each in verdicts]


def _claimed(book: Book, found: Verdict, lens: Lens) -> Record:
    row, answer = found.row, found.attempt.answer if found.attempt else None
    bounds = answer.bounds if answer else None
    told = trace.of_verdict(book, found, lens)
    stated = row.measure
    return trace.observation(book, row, lens.language) | {
        "stated": _number(stated.value),
        "stated_low": _number(stated.bounds.low),
        "stated_high": _number(stated.bounds.high),
        "unit": stated.unit,
        "period_end": str(row.period.end),
        "verdict": found.word,
        "definition": answer.definition if answer else "",
        "derived": _number(answer.value) if answer else None,
        "derived_low": _number(bounds.low) if bounds else None,
        "derived_high": _number(bounds.high) if bounds else None,
        "tried": found.tried,
        "implied": "; ".join(f"{each['side']} = {each['text']}" for each in told["implied"]),
        "inputs": " ".join(each.id for each in answer.rows) if answer else "",
        "reason": told["verdict_says"],
    }


def wide(lines: Sequence[Line], language: str) -> list[Record]:
    """Lay a comparison out as on screen: metrics down, companies across, amounts as text."""
    return [
        {"metric": line.metric, "label": words.label(language, line.metric)}
        | {cell.answer.company: trace.marked(cell.answer, language) for cell in line.cells}
        | {"row_verdict": line.verdict, "row_reason": trace.reason(line.reason, language)}
        for line in lines
    ]


def _ordered(columns: Sequence[str], record: Record) -> Record:
    return {column: record[column] for column in (*columns, *ALWAYS)}


def made(book: Book, lens: Lens) -> str:
    """Say what a document was made with."""
    language = lens.language
    at, known = words.day(language, lens.at), words.day(language, lens.known)
    return words.say(language, "away.made", at=at, known=known, book=book.version)


def _always(book: Book, lens: Lens, answer: Answer | None = None) -> Record:
    """Give what stands in every row of every table: the same that `made` says in a sentence."""
    supposed = suppose.under(book, answer.rows) if answer else ()
    return {
        "at": str(lens.at), "known": str(lens.known), "book": book.version,
        "hypothetical": suppose.address(supposed),
    }  # fmt: skip


def _number(value: object) -> float | int | None:
    """Give a number that CSV and JSON can carry; whole ones without a decimal point."""
    if value is None:
        return None
    number = float(value)  # type: ignore[arg-type]
    if not math.isfinite(number):  # pragma: no cover - intervals hold no infinities
        return None
    return int(number) if number.is_integer() else number


def _span(answer: Answer, language: str) -> Record:
    bounds = answer.bounds
    return {
        "value": _number(answer.value),
        "low": _number(bounds.low) if bounds else None,
        "high": _number(bounds.high) if bounds else None,
        "low_open": bounds.low_open if bounds else None,
        "high_open": bounds.high_open if bounds else None,
        "unit": answer.unit,
        "status": answer.status,
        "reason": trace.reasons(answer, language),
        "basis": answer.basis,
        "inputs": " ".join(row.id for row in answer.rows),
    }


def _derived(book: Book, answer: Answer, language: str) -> Record:
    ends = sorted(str(row.period.end) for row in answer.rows)
    return _span(answer, language) | {
        "id": answer.id,
        "company_id": answer.company,
        "company": book.companies[answer.company].name.in_language(language),
        "metric": answer.metric,
        "definition": answer.definition,
        "scope": "company",
        "formula": answer.formula,
        "period_start": str(answer.period.start or "") if answer.period else "",
        "period_end": str(answer.period.end) if answer.period else "",
        "rates": " ".join(
            f"{each.base}/{each.quote}={float(each.rate):.6g} ({each.kind} {each.start}/{each.end})"
            for each in answer.receipts
        ),
        "oldest_input": ends[0] if ends else "",
        "newest_input": ends[-1] if ends else "",
        "gap_days": answer.gap_days,
    }


def _compared(book: Book, answer: Answer, language: str) -> Record:
    return _span(answer, language) | {
        "metric": answer.metric,
        "label": words.label(language, answer.metric),
        "company_id": answer.company,
        "company": book.companies[answer.company].name.in_language(language),
        "definition": answer.definition,
        "value_text": trace.text(answer, language),
        "period": str(answer.period or ""),
        "id": answer.id,
    }


_ROWS: dict[str, Callable[[Book, Lens, str, str], list[Record]]] = {
    "derived": lambda book, lens, company, metric: derived(
        book, answers(book, lens, company, metric), lens
    ),
    "claims": lambda book, lens, company, metric: claims(
        book, claim.claims(book, [company], lens, metric), lens
    ),
}
