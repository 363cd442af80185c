"""Tables for people who take the data away: the same columns everywhere, dangerous text defused.

CSV follows RFC 4180 (CRLF, quoted text), in UTF-8 with a byte order mark for spreadsheet programs.
"""

from __future__ import annotations

import csv as rfc4180
import io
import math
import re
from typing import TYPE_CHECKING, Any

from metrics import trace
from schemas import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metrics.claim import Verdict
    from metrics.compare import Line
    from metrics.derive import Answer
    from metrics.lens import Lens
    from schemas.book import Book, Row

Record = dict[str, Any]

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
    "row_reason", "inputs",
)  # fmt: skip
CLAIMS = (
    "id", "company_id", "company", "metric", "as_stated", "stated", "stated_low", "stated_high",
    "unit", "period_end", "source_id", "url", "place", "verdict", "definition", "derived",
    "derived_low", "derived_high", "tried", "implied", "inputs", "reason",
)  # fmt: skip
# Every row says what it was made with.
ALWAYS = ("at", "known", "book")

# Blanks, control characters and what else cannot be seen: fillers, joiners, marks of direction,
# variation selectors, tags.
_UNSEEN = (
    r"\s\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U000e0000-\U000e0fff"
)
# A spreadsheet takes text that begins like this for a formula; U+FF1D, FF0B, FF0D and FF20 are the
# full-width forms of = + - @. Apostrophes in front count in, so that taking one off again is safe.
_FORMULA = re.compile(f"'*[{_UNSEEN}]*[=+\\-@\\t\\r\\uff1d\\uff0b\\uff0d\\uff20]")


def observations(book: Book, lens: Lens, companies: Iterable[str] | None = None) -> list[Record]:
    """List what had been published by `known`, one record per observation, columns in order."""
    names = list(book.companies) if companies is None else list(companies)
    rows = [row for row in book.rows(names) if row.published <= lens.known]
    return [
        _ordered(OBSERVATIONS, _observation(book, row, lens.language) | _always(book, lens))
        for row in rows
    ]


def derived(book: Book, answers: Iterable[Answer], lens: Lens) -> list[Record]:
    """List derived values under every definition worked out, stated ones left out."""
    every = [each for answer in answers for each in (answer, *answer.others) if not each.choice]
    return [
        _ordered(DERIVED, _derived(book, each, lens.language) | _always(book, lens))
        for each in every
    ]


def comparison(book: Book, lines: Sequence[Line], lens: Lens) -> list[Record]:
    """List a comparison long: one record per metric and company."""
    return [
        _ordered(
            COMPARISON,
            _compared(book, cell.answer, lens.language)
            | {"row_verdict": line.verdict, "row_reason": trace.reason(line.reason, lens.language)}
            | _always(book, lens),
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
        | {cell.answer.company: trace.text(cell.answer, language) for cell in line.cells}
        | {"row_verdict": line.verdict, "row_reason": trace.reason(line.reason, language)}
        for line in lines
    ]


def csv(records: Sequence[Record], columns: Sequence[str] = ()) -> bytes:
    """Write records as CSV; text that a spreadsheet would run is put behind an apostrophe.

    `columns` stand in the first line where there are no records to take them from.
    """
    out = io.StringIO(newline="")
    writer = rfc4180.writer(out, quoting=rfc4180.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(records[0] if records else (*columns, *ALWAYS))
    writer.writerows([_cell(value) for value in record.values()] for record in records)
    return out.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula.

    >>> guarded("=1+1"), guarded("11億美元")
    ("'=1+1", '11億美元')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return guarded(value) if isinstance(value, str) else value


def _ordered(columns: Sequence[str], record: Record) -> Record:
    return {column: record[column] for column in (*columns, *ALWAYS)}


def _always(book: Book, lens: Lens) -> Record:
    return {"at": str(lens.at), "known": str(lens.known), "book": book.version}


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


def _observation(book: Book, row: Row, language: str) -> Record:
    measure, source = row.measure, book.sources[row.source]
    return trace.observation(book, row, language) | {
        "value": _number(measure.value),
        "low": _number(measure.bounds.low),
        "high": _number(measure.bounds.high),
        "low_open": measure.bounds.low_open,
        "high_open": measure.bounds.high_open,
        "band_low": _number(measure.band.low),
        "band_high": _number(measure.band.high),
        "qualifier": measure.qualifier,
        "unit": measure.unit,
        "period_start": str(row.period.start or ""),
        "period_end": str(row.period.end),
        "primary_source": row.quotes or source.primary_source or "",
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
    }
