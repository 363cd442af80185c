"""How one number came about, as plain data: for the terminal, the page and JSON alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from metrics import claim, compare, derive, horizon, statement, suppose
from schemas import words
from schemas.interval import point

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from metrics.claim import Verdict
    from metrics.compare import Cell, Remedy
    from metrics.derive import Answer, Reason
    from metrics.fx import Receipt
    from metrics.lens import Lens
    from schemas.book import Book, Row

Trace = dict[str, Any]

_DERIVED_DIGITS = 3
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RUNWAYS = ("runway", "pro_forma_runway")


def trace(book: Book, company: str, metric: str, lens: Lens) -> Trace:
    """Explain a company's metric: value, formula, observations, rivals, rates, claims."""
    line = compare.compare(book, [company], lens, [metric])[0]
    return of_cell(book, line.cells[0], lens)


def figure(book: Book, company: str, metric: str, wanted: str, lens: Lens) -> Trace | None:
    """Explain one figure of a company by its id, whether it is the one of now or not."""
    cell = statement.cell(book, company, metric, wanted, lens)
    return of_cell(book, cell, lens) if cell else None


def of_cell(book: Book, cell: Cell, lens: Lens) -> Trace:
    """Explain a cell of a comparison, with the claims made about it and figures for parts."""
    language = lens.language
    told = of_answer(book, cell.answer, language)
    told["others"] = [of_answer(book, other, language) for other in cell.answer.others]
    told["funded_until"] = _until(cell.answer, lens)
    told["sensitivity"] = _sensitivity(book, cell.answer, lens)
    told["claims"] = [_claim(book, row, lens) for row in cell.claims]
    told["parts"] = [observation(book, row, language) for row in cell.parts]
    told["without"] = _without(book, cell.answer, lens) if told["hypothetical"] else None
    return told


def _without(book: Book, answer: Answer, lens: Lens) -> Trace:
    """Say what a hypothetical value is without what is supposed, and how far the two lie apart."""
    real, language = _actual(book, answer, lens), lens.language
    alike = answer.value is not None and real.value is not None and answer.unit == real.unit
    by = answer.value - real.value if alike else None  # type: ignore[operator]
    return {
        "text": text(real, language),
        "status_text": statuses(real, language),
        "value": None if real.value is None else float(real.value),
        "period_text": words.period(language, real.period) if real.period else "",
        "definition_text": definition(real, language),
        "observation": observation(book, real.choice.row, language) if real.choice else None,
        "difference": "" if by is None else _signed(by, answer, language),
        "share": words.share(language, by / abs(real.value)) if by and real.value else "",
    }


def _actual(book: Book, answer: Answer, lens: Lens) -> Answer:
    """Answer as the book does without what is supposed: for the same period, if it can."""
    of = derive.case(book.real, answer.company, lens)
    supposed = book.supposition(answer.choice.row.id) if answer.choice else None
    if supposed and supposed.real:
        return compare.present(statement.told(supposed.real), lens.currency, of.rates)
    found = derive.answer(of, answer.metric)
    if answer.period and found.period != answer.period:
        found = derive.answer(of.during(answer.period), answer.metric)
    return compare.present(found, lens.currency, of.rates)


def _signed(by: Fraction, answer: Answer, language: str) -> str:
    if not by:
        return words.say(language, "supposed.same")
    size = words.Amount(point(abs(by)), abs(by), answer.unit, digits=_DERIVED_DIGITS)
    sign = "+" if by > 0 else "\N{MINUS SIGN}"
    return f"{sign}{words.amount(language, size, answer.metric)}"


def _until(answer: Answer, lens: Lens) -> Trace | None:
    """Say between which days the money runs out, for what is measured in months of it."""
    found = horizon.horizon(answer, lens.at) if answer.metric in _RUNWAYS else None
    if found is None:
        return None
    value = found.left.low if found.left.is_point else None
    low, high = found.left.low, found.left.high
    left = words.Amount(found.left, value, "months")
    return {
        "earliest": str(found.earliest or ""),
        "latest": str(found.latest or ""),
        "left": words.amount(lens.language, left),
        "left_low": None if low is None else float(low),
        "left_high": None if high is None else float(high),
    }


def _sensitivity(book: Book, answer: Answer, lens: Lens) -> list[Trace]:
    """Say what a derived value would be with each rival of its inputs."""
    if answer.choice or not answer.rows:
        return []
    of = derive.case(book, answer.company, lens)
    if lens.periods == "shared" and answer.period:
        of = of.during(answer.period)
    return [
        {
            "rival": observation(book, row, lens.language),
            "text": text(other, lens.language),
            "value": None if other.value is None else float(other.value),
        }
        for row, again in claim.swayed(of, answer)
        for other in (compare.present(again, lens.currency, of.rates),)
        # A rival that says the same sways nothing.
        if (other.bounds, other.status) != (answer.bounds, answer.status)
    ]


def of_answer(book: Book, answer: Answer, language: str) -> Trace:
    """Explain an answer and, underneath, what it was made of; numbers as floats, days as ISO."""
    row = answer.choice.row if answer.choice else None
    bounds = answer.bounds
    return {
        "id": answer.id,
        "company_id": answer.company,
        "company": book.companies[answer.company].name.in_language(language),
        "metric": answer.metric,
        "label": words.label(language, answer.metric),
        "text": text(answer, language),
        "value": None if answer.value is None else float(answer.value),
        "low": None if bounds is None or bounds.low is None else float(bounds.low),
        "high": None if bounds is None or bounds.high is None else float(bounds.high),
        "low_open": bounds.low_open if bounds else None,
        "high_open": bounds.high_open if bounds else None,
        "unit": answer.unit,
        "period": str(answer.period or ""),
        "period_text": words.period(language, answer.period) if answer.period else "",
        "status": answer.status,
        "status_text": statuses(answer, language),
        "reason": reasons(answer, language),
        "definition": answer.definition,
        "definition_text": definition(answer, language),
        "formula": answer.formula,
        "basis": answer.basis,
        "gap_days": answer.gap_days,
        "hypothetical": answer.is_hypothetical,
        "supposed": suppose.listed(book, suppose.under(book, answer.rows), language),
        "observation": observation(book, row, language) if row else None,
        "later": [
            observation(book, each, language)
            for each in (answer.choice.later if answer.choice else ())
        ],
        "rivals": [
            observation(book, rival.row, language)
            | {"agreement": rival.agreement,
               "agreement_text": words.say(language, f"agreement.{rival.agreement}")}
            for rival in (answer.choice.rivals if answer.choice else ())
        ],
        "inputs": [of_answer(book, each, language) for each in answer.inputs],
        "receipts": [_receipt(each) for each in answer.receipts],
    }  # fmt: skip


def text(answer: Answer, language: str) -> str:
    """Write an answer's amount; an em dash where there is none."""
    if answer.bounds is None:
        return "—"
    row = answer.choice.row if answer.choice else None
    # Converted amounts are derived: they show three digits and what the bounds allow.
    printed = row is not None and row.measure.unit == answer.unit
    amount = words.Amount(
        answer.bounds,
        answer.value,
        answer.unit,
        qualifier=row.measure.qualifier if row and (printed or answer.value is None) else "",
        digits=_digits(row) if row and printed else _DERIVED_DIGITS,
    )
    return words.amount(language, amount, answer.metric)


def marked(answer: Answer, language: str) -> str:
    """Write an answer's amount with the word that it is hypothetical, where it is."""
    told = text(answer, language)
    if not answer.is_hypothetical:
        return told
    return words.say(language, "supposed.marked", text=told)


def _digits(row: Row) -> int:
    """Count the digits that were printed, so that no more are shown.

    Years told as months are no longer the printed number: three years are 36 months, not 40.
    """
    ends = row.value_text.split("..")
    digits = max(sum(each.isdigit() for each in end) for end in ends)
    return max(digits, _DERIVED_DIGITS if "year" in row.value_text else 1)


def _amount(row: Row) -> words.Amount:
    measure = row.measure
    return words.Amount(
        measure.bounds, measure.value, measure.unit, measure.qualifier, _digits(row)
    )


def reason(of: Reason | None, language: str) -> str:
    """Say a reason; metrics inside are named by their labels."""
    if of is None:
        return ""
    args = dict(of.args)
    if "metric" in args:
        args["metric"] = words.label(language, args["metric"])
    if "metrics" in args:
        labels = [words.label(language, each) for each in args["metrics"].split(",")]
        args["metrics"] = words.say(language, "list").join(labels)
    return words.say(language, f"reason.{of.name}", **args).strip()


def statuses(answer: Answer, language: str) -> str:
    """Say an answer's status, with every mark that applies."""
    names = [mark.name for mark in answer.marks] or [answer.status]
    return words.say(language, "list").join(words.say(language, f"status.{each}") for each in names)


def reasons(answer: Answer, language: str) -> str:
    """Say why an answer is as it is, a clause for every mark that applies."""
    every = answer.marks or (answer.reason,)
    return words.say(language, "clauses").join(reason(each, language) for each in every)


def definition(answer: Answer, language: str) -> str:
    """Name the definition an answer was worked out by; nothing for a stated one."""
    return named(answer.metric, answer.definition, language) if answer.definition else ""


def named(metric: str, definition: str, language: str) -> str:
    """Name one of a metric's definitions."""
    key = f"definition.{metric}.{definition}"
    if definition == derive.TRAILING and not words.has("en", key):
        key = "periods.trailing"
    return words.say(language, key) if words.has("en", key) else definition


def spelled(book: Book, text: str, language: str) -> str:
    """Put labels in the place of metrics' ids, as in a formula."""

    def label(found: re.Match[str]) -> str:
        name = found.group()
        return words.label(language, name) if name in book.catalog else name

    return _NAME.sub(label, text)


def remedy(of: Sequence[Remedy], metric: str, language: str) -> str:
    """Say what would make a line comparable; nothing where nothing does."""
    changes = words.say(language, "list").join(_change(each, metric, language) for each in of)
    return words.say(language, "remedy.says", changes=changes) if of else ""


def _change(of: Remedy, metric: str, language: str) -> str:
    value = of.value
    if of.name == "definition":
        value = named(metric, value, language)
    elif of.name == "periods":
        value = words.say(language, f"periods.{value}")
    return words.say(language, f"remedy.{of.name}", value=value)


def observation(book: Book, row: Row, language: str) -> Trace:
    """Describe one observation with its printed figure, place, source and dates."""
    source = book.sources[row.source]
    primary = row.quotes or source.primary_source or ""
    publisher, kind = source.publisher, f"source_kind.{source.kind}"
    if row.is_hypothetical:
        publisher, kind = words.say(language, "supposed.source"), "supposed.mark"
    return {
        "id": row.id,
        "company_id": row.company,
        "company": book.companies[row.company].name.in_language(language),
        "metric": row.metric,
        "label": words.label(language, row.metric),
        "as_stated": row.as_stated,
        "value_text": row.value_text,
        "text": words.amount(language, _amount(row), row.metric),
        "also": row.also or "",
        "scope": row.scope,
        "basis": row.basis,
        "kind": row.kind,
        "kind_text": words.say(language, f"kind.{row.kind}"),
        "period": str(row.period),
        "period_text": words.period(language, row.period),
        "period_basis": row.period_basis,
        "unit_basis": row.unit_basis,
        "because": row.because or "",
        "note": row.note or "",
        "place": row.place,
        "source_id": row.source,
        "publisher": publisher,
        "title": source.title or "",
        "language": source.language,
        "source_kind": source.kind,
        "source_kind_text": words.say(language, kind),
        "hypothetical": row.is_hypothetical,
        "supposed": suppose.listed(book, suppose.under(book, [row]), language),
        "published": source.published,
        "published_basis": source.published_basis,
        "url": source.url or "",
        "primary_source": primary,
        "derived_from": source.derived_from or "",
        "rank": row.rank,
        "file": row.file,
        "line": row.line,
    }  # fmt: skip


def _receipt(receipt: Receipt) -> Trace:
    return {
        "base": receipt.base,
        "quote": receipt.quote,
        "rate": float(receipt.rate),
        "kind": receipt.kind,
        "start": str(receipt.start),
        "end": str(receipt.end),
        "days": receipt.days,
        "source": receipt.source,
        "ahead": receipt.ahead,
        "reference": None if receipt.reference is None else float(receipt.reference),
        "difference": None if receipt.difference is None else float(receipt.difference),
    }


def _claim(book: Book, row: Row, lens: Lens) -> Trace:
    """Describe a claim: its verdict, what decides it, and what it implies."""
    return of_claim(book, claim.verdict(book, row, lens), lens)


def of_claim(book: Book, found: Verdict, lens: Lens) -> Trace:
    """Describe a checked claim as an observation with its verdict."""
    return observation(book, found.row, lens.language) | of_verdict(book, found, lens)


def of_verdict(book: Book, found: Verdict, lens: Lens) -> Trace:
    """Say what became of a claim, by which definition and inputs, and how many were tried."""
    language = lens.language
    # What a claim implies rests on what its verdict rests on: figures of its own time.
    of = claim.evidence(book, found.row, lens)
    return {
        "verdict": found.word,
        "verdict_text": words.say(language, f"verdict.{found.word}"),
        "verdict_says": _says(found, language),
        "tried": found.tried,
        "factor": found.factor,
        "attempt": of_answer(book, found.attempt.answer, language) if found.attempt else None,
        "reproduced": [
            {
                "definition_text": definition(each.answer, language),
                "text": text(each.answer, language),
                "loose": each.loose,
                "inputs": [row.id for row in each.answer.rows],
            }
            for each in found.reproduced
        ],
        "implied": [
            {
                "definition": name,
                "definition_text": definition(answer, language),
                "formula": answer.formula,
                "stated": words.amount(language, _amount(found.row), found.row.metric),
                "side": side,
                "text": text(answer, language),
                "gap_days": answer.gap_days,
                "inputs": [observation(book, each, language) for each in answer.rows],
            }
            for name, side, answer in _distinct(derive.implied(of, found.row))
        ],
    }


def _says(found: Verdict, language: str) -> str:
    """Say in one sentence what decides a verdict."""
    if found.attempt is None:
        lacking = [dict(why.args).get("metric", "") for _, why in found.reasons]
        labels = [words.label(language, each) for each in dict.fromkeys(lacking) if each]
        if not labels:
            told = dict.fromkeys(reason(why, language) for _, why in found.reasons)
            return words.say(language, "clauses").join(told)
        return words.say(language, "verdict_says.not_checkable",
                         metrics=words.say(language, "list").join(labels))  # fmt: skip
    answer = found.attempt.answer
    key: str = found.word
    if found.reproduced and key == "unit_check":
        key = "unit_check_input"
    elif found.reproduced and found.attempt.loose:
        key = "loose"
    band = found.attempt.banded
    says = words.say(
        language, f"verdict_says.{key}", definition=definition(answer, language),
        text=text(answer, language), tried=found.tried, factor=_factor(found.factor),
        miss=f"{float(found.attempt.miss) * 100:.3g}%", met=len(found.reproduced),
        band=words.amount(language, words.Amount(band, None, answer.unit), answer.metric),
    )  # fmt: skip
    if not found.limit:
        return says
    limit = words.say(language, "verdict_says.limit", limit=found.limit)
    return words.say(language, "clauses").join((says, limit))


def _factor(of: str) -> str:
    """Write a power of ten out; other factors say what they are."""
    place = of.removeprefix("10^")
    if place == of:
        return of
    return f"{10 ** int(place):,}" if int(place) > 0 else f"1/{10 ** -int(place):,}"


def _distinct(found: Sequence[tuple[str, str, Answer]]) -> list[tuple[str, str, Answer]]:
    """Keep the first of definitions that imply one and the same amount."""
    kept: dict[tuple[str, str], tuple[str, str, Answer]] = {}
    for each in found:
        kept.setdefault((str(each[2].bounds), each[2].unit), each)
    return list(kept.values())
