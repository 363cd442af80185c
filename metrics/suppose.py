"""What would be, if: a book in which figures that a reader supposes take the place of others.

A supposition is written as in an address: `company~metric~value`, perhaps with `~period` behind it.
The value is a figure (`2bn USD`, `40亿元`, `35%`), or `+300m USD`, `-300m USD`, `x1.5` of what is
shown. Nothing of it reaches the data.
"""

from __future__ import annotations

import hashlib
import re
from collections import ChainMap, OrderedDict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import urlencode

import pandas as pd

from metrics import compare, derive, formula
from metrics.lens import CLASSES
from schemas import entry, figure, period, words
from schemas.book import COLUMNS, SUPPOSED, Book, Row, Supposed, spans, table
from schemas.company import WHOLE
from schemas.entry import Measure, Misfit
from schemas.figure import Figure
from schemas.interval import Interval, point
from schemas.metric import Bounds
from schemas.period import Period
from schemas.source import GRADE, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metrics.lens import Lens
    from schemas.metric import Catalog, Metric

Operation = Literal["set", "add", "take", "times"]

# As many as can be kept in mind at once.
LIMIT = 5
# No figure is longer.
_LONGEST = 100
# A plus sign that stands in an address by itself arrives as a blank.
_SIGNS: dict[str, Operation] = {
    "+": "add", "＋": "add", " ": "add", "-": "take", "−": "take", "－": "take",
}  # fmt: skip
_TIMES = re.compile(r"[xX×*＊]\s*([0-9]{1,6}(?:\.[0-9]{1,6})?)")
# What a bare number can only be counted in.
_COUNTED = ("people", "users", "months")
_FROM_ZERO = Bounds.model_validate({"low": "0"})
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Supposition:
    """What a reader supposes: `text` is the figure, amount or factor of the operation."""

    company: str
    metric: str
    operation: Operation
    text: str
    period: str
    asked: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot be supposed: a name of `supposed` in the texts, and its words."""

    name: str
    asked: str
    args: tuple[tuple[str, str], ...] = ()
    misfit: Misfit | None = None


def read(book: Book, asked: str) -> Supposition | Refusal:
    """Take a supposition apart; what it is about must be a company and a metric of the book."""
    company, _, rest = asked.partition("~")
    metric, _, text = rest.partition("~")
    if company not in book.companies or book.companies[company].members:
        return Refusal("company", asked[:_LONGEST], (("value", company[:_LONGEST]),))
    if metric not in book.catalog:
        return Refusal("metric", asked[:_LONGEST], (("value", metric[:_LONGEST]),))
    if not text.strip() or len(text) > _LONGEST:
        return Refusal("empty", asked[:_LONGEST])
    text, when = _dated(text)
    times = _TIMES.fullmatch(text.strip())
    if times and Fraction(times[1]):
        return Supposition(company, metric, "times", times[1], when, asked)
    operation = _SIGNS.get(text[0], "set")
    amount = text if operation == "set" else text[1:]
    return Supposition(company, metric, operation, amount.strip(), when, asked)


def _dated(text: str) -> tuple[str, str]:
    """Take off the period behind a value, which may itself begin with the sign for `about`."""
    value, _, when = text.rpartition("~")
    return (value, when) if value and period.parse(when) else (text, "")


def suppose(
    book: Book, lens: Lens, companies: Sequence[str], asked: Iterable[Supposition]
) -> tuple[Book, list[Refusal]]:
    """Give a book of these companies in which suppositions hold, one after the other.

    What cannot be supposed is told and left aside; where nothing can, the book is the same.
    """
    refused: list[Refusal] = []
    found, every = book, list(asked)
    if len(every) > LIMIT:
        refused.append(Refusal("many", every[LIMIT].asked, (("limit", str(LIMIT)),)))
    for each in every[:LIMIT]:
        if each.company not in companies:
            refused.append(Refusal("absent", each.asked, (("company", each.company),)))
            continue
        got = _supposed(found, lens, companies, each)
        if isinstance(got, Refusal):
            refused.append(got)
        else:
            found = _with(found, companies, got)
    return found, refused


def inputs(catalog: Catalog, metrics: Iterable[str]) -> list[str]:
    """Name what metrics rest on and formulas do not give, in the catalogue's order."""
    found = {name for metric in metrics for name in formula.under(catalog, metric)}
    return [name for name, each in catalog.items() if name in found and not each.is_derived]


def under(book: Book, rows: Iterable[Row]) -> tuple[str, ...]:
    """List the suppositions, as they were asked for, that something made of these rests on."""
    found = (book.supposition(row.id) for row in rows if row.is_hypothetical)
    return tuple(dict.fromkeys(asked for each in found if each for asked in each.asked))


def every(book: Book) -> tuple[str, ...]:
    """List all that is supposed in a book, as it was asked for."""
    return tuple(dict.fromkeys(asked for each in book.supposed for asked in each.asked))


def address(asked: Iterable[str]) -> str:
    """Write suppositions as the part of an address that they are: `if=…&if=…`."""
    return urlencode([("if", each) for each in asked], safe="~")


# -- in words -----------------------------------------------------------------------------------


def told(book: Book, of: Supposition, language: str) -> str:
    """Say what is supposed: `MiniMax: Cash balance + 300m USD`."""
    name = book.companies[of.company].name.in_language(language)
    said = words.say(
        language, f"supposed.{of.operation}", company=name,
        metric=words.label(language, of.metric), text=of.text,
    )  # fmt: skip
    when = period.parse(of.period, book.companies[of.company].fiscal_year_end)
    return f"{said} ({words.period(language, when)})" if when else said


def listed(book: Book, asked: Iterable[str], language: str) -> str:
    """Say several suppositions in one line."""
    read_ = (read(book, each) for each in asked)
    said = [told(book, each, language) for each in read_ if isinstance(each, Supposition)]
    return words.say(language, "clauses").join(said)


def note(book: Book, language: str) -> str:
    """Say what is supposed in a book, for whatever is made of it; nothing for a book as it is."""
    told = listed(book, every(book), language)
    return words.say(language, "supposed.note", told=told) if told else ""


def refusal(book: Book, of: Refusal, language: str) -> str:
    """Say why something is not supposed."""
    args, asked = dict(of.args), read(book, of.asked)
    shown = told(book, asked, language) if isinstance(asked, Supposition) else of.asked
    if "company" in args:
        args["company"] = book.companies[args["company"]].name.in_language(language)
    if "metric" in args:
        args["metric"] = words.label(language, args["metric"])
    if "metrics" in args:
        labels = [words.label(language, each) for each in args["metrics"].split()]
        args["metrics"] = words.say(language, "list").join(labels)
    if of.misfit:
        more = {**of.misfit.args, "metric": args["metric"], "near": "", "factor": ""}
        args["why"] = words.say(language, f"problem.{of.misfit.name}.says", **more).strip()
    return words.say(language, f"supposed.refused.{of.name}", asked=shown, **args)


# -- the observation ----------------------------------------------------------------------------


def _supposed(
    book: Book, lens: Lens, companies: Sequence[str], of: Supposition
) -> Supposed | Refusal:
    """Put a supposition into the shape of an observation, in the place of the one that is shown."""
    metric = book.catalog[of.metric]
    about = (("company", of.company), ("metric", of.metric))
    shown = _shown(book, lens, companies, of)
    if metric.stated == "claim" or (metric.is_derived and shown is None):
        named = inputs(book.catalog, [of.metric])
        return Refusal("derived", of.asked, (*about, ("metrics", " ".join(named))))
    place = shown or _empty(book, lens, of)
    if isinstance(place, Refusal):
        return place
    if of.operation != "set" and shown is None:
        return Refusal("nothing", of.asked, about)
    got = _measured(of, metric, place)
    if isinstance(got, Misfit):
        return Refusal("figure", of.asked, about, got)
    if got is None:
        unit = place.measure.unit
        return Refusal("currency", of.asked, (*about, ("unit", unit)))
    before = book.supposition(place.id)
    asked = (*before.asked, of.asked) if before else (of.asked,)
    real = before.real if before else shown
    return Supposed(asked, _row(of, place, got, asked), real)


def _shown(book: Book, lens: Lens, companies: Sequence[str], of: Supposition) -> Row | None:
    """Find the observation that is shown: for the reader's class of periods, else the latest."""
    if of.period:
        when = _period(book, of)
        case = derive.case(book, of.company, replace(lens, periods=CLASSES[0]))
        choice = derive.answer(case.during(when), of.metric).choice
        return choice.row if choice else None
    for periods in dict.fromkeys((lens.periods, CLASSES[0])):
        names = companies if periods == "shared" else [of.company]
        line = compare.compare(book, names, replace(lens, periods=periods), [of.metric])[0]
        choice = line.cells[names.index(of.company)].answer.choice
        if choice:
            return choice.row
    return None


def _period(book: Book, of: Supposition) -> Period:
    found = period.parse(of.period, book.companies[of.company].fiscal_year_end)
    if found is None:  # pragma: no cover - `read` takes nothing else for a period
        raise ValueError(of.period)
    return found


def _empty(book: Book, lens: Lens, of: Supposition) -> Row | Refusal:
    """Make a place for what nobody states: on the day looked at, or for the period asked for."""
    metric = book.catalog[of.metric]
    about = (("company", of.company), ("metric", of.metric))
    if not of.period and metric.period == "duration":
        return Refusal("when", of.asked, about)
    when = _period(book, of) if of.period else Period(None, lens.at)
    kind = "instant" if when.is_instant else "duration"
    if metric.period not in {"either", kind}:
        args = {"value": of.period, "expected": metric.period}
        return Refusal("figure", of.asked, about, Misfit("period-type", "period", args))
    if when.end > lens.at:
        return Refusal("late", of.asked, (*about, ("day", str(lens.at))))
    beside = _shown(book, lens, [of.company], replace(of, period=""))
    basis = "unknown" if "unknown" in metric.basis else next(iter(metric.basis), "")
    # It counts where it is the latest, and puts nothing later aside where it is not.
    earlier = beside is not None and when.end < beside.period.end
    nothing = point(0)
    return Row(
        id="", company=of.company, metric=of.metric, scope=WHOLE,
        basis=beside.basis if beside else basis, kind="actual", value_text="", as_stated="",
        measure=Measure(None, nothing, nothing, nothing, "", metric.unit, ""), period=when,
        published=lens.known, source=SUPPOSED, place="", quotes="",
        grade=GRADE["post" if earlier else "filing"], repeats=False, rank="normal",
        against_company="", against_metric="", by="", also=None, unit_basis="stated",
        period_basis="stated", because=None, note=None, file="", line=0, column=0,
    )  # fmt: skip


def _row(of: Supposition, place: Row, measure: Measure, asked: Sequence[str]) -> Row:
    written = _written(measure)
    where = (place.company, place.metric, str(place.period), place.basis, str(place.grade))
    parts = (place.id, *where, written, *asked)
    digest = hashlib.sha256("|".join(parts).encode()).hexdigest()[:10]
    return replace(
        # An id that no observation of a document has: those are hexadecimal.
        place, id=f"if{digest}", measure=measure, value_text=written, as_stated=_stated(of),
        source=SUPPOSED, place=address(asked), quotes="", by="", also=None, unit_basis="stated",
        because=None, note=None, file="", line=0, column=0,
    )  # fmt: skip


def _stated(of: Supposition) -> str:
    return {"set": "", "add": "+", "take": "−", "times": "×"}[of.operation] + of.text


def _measured(of: Supposition, metric: Metric, place: Row) -> Measure | Misfit | None:
    """Work the amount out; None where money of another currency would be added."""
    if of.operation == "set":
        return _read(of.text, metric)
    if of.operation == "times":
        return _times(place.measure, Fraction(of.text), metric)
    # An amount to add may be of any size, and is not below nothing.
    amount = _read(of.text, metric.model_copy(update={"bounds": _FROM_ZERO}))
    if isinstance(amount, Misfit):
        return amount
    if amount.currency != place.measure.currency:
        return None
    return _sum(place.measure, amount if of.operation == "add" else _negative(amount), metric)


def _read(text: str, metric: Metric) -> Measure | Misfit:
    """Read a figure as strictly as one of a data file; only what is counted may stand bare."""
    got, meant = figure.read(text), text
    bare = isinstance(got, Figure) and got.unit is None and metric.unit in _COUNTED
    if isinstance(got, Figure) and bare:
        meant = figure.write(replace(got, unit=metric.unit))
    return entry.measure(meant, text, metric, inferred=bare, related=False)


def _times(of: Measure, factor: Fraction, metric: Metric) -> Measure | Misfit:
    value = None if of.value is None else of.value * factor
    bounds, band, loose = (entry.scaled(each, factor) for each in (of.bounds, of.band, of.loose))
    return _held(replace(of, value=value, bounds=bounds, band=band, loose=loose), metric)


def _sum(of: Measure, amount: Measure, metric: Metric) -> Measure | Misfit:
    both = of.value is not None and amount.value is not None
    found = replace(
        of, value=of.value + amount.value if both else None,  # type: ignore[operator]
        bounds=of.bounds + amount.bounds, band=of.band + amount.bounds,
        loose=of.loose + amount.bounds,
    )  # fmt: skip
    if amount.qualifier == "exact" and of.qualifier not in {"less_than", "at_most"}:
        return _held(found, metric)
    return _held(replace(found, qualifier=_qualifier(found)), metric)


def _negative(of: Measure) -> Measure:
    return replace(of, value=None if of.value is None else -of.value, bounds=-of.bounds)


def _qualifier(of: Measure) -> str:
    """Say in a word how an amount is bounded."""
    low, high = of.bounds.low, of.bounds.high
    if of.value is not None:
        return "exact" if of.bounds.is_point else "approx"
    if low is not None and high is not None:
        return "range"
    if low is not None:
        return "more_than" if of.bounds.low_open else "at_least"
    return "less_than" if of.bounds.high_open else "at_most"


def _held(of: Measure, metric: Metric) -> Measure | Misfit:
    """Hold an amount within what is possible."""
    bounds = of.bounds.clipped(metric.possible)
    if bounds is None or (of.value is not None and not metric.possible.contains(of.value)):
        args = {"value": _written(of), "expected": metric.possible}
        return Misfit("out-of-bounds", "value", args)
    return replace(of, bounds=bounds)


def _written(of: Measure) -> str:
    """Write an amount in the compact grammar; thirds and the like are rounded."""
    bounds = of.bounds
    ends = [_decimal(each) for each in (of.value, bounds.low, bounds.high)]
    value, low, high = ends
    told = Interval(low, high, bounds.low_open, bounds.high_open)
    return figure.write(
        Figure(value, told.low, told.high, told.low_open, told.high_open, of.qualifier, of.unit)
    )


def _decimal(end: Fraction | None) -> Fraction | None:
    if end is None:
        return None
    rest = end.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return end if rest == 1 else Fraction(f"{float(end):.6g}")


# -- the book -----------------------------------------------------------------------------------


def _with(book: Book, companies: Sequence[str], found: Supposed) -> Book:
    """Add what is supposed to a book of these companies, and of the groups that hold them."""
    base, place = book.real, found.row
    groups = {group for name in companies for group in base.groups_of(name)}
    kept = [each for each in book.supposed if _slot(each.row) != _slot(place)]
    supposed = (*kept, found)
    rows = base.of(dict.fromkeys((*companies, *sorted(groups))))
    rows = pd.concat([rows, table(map(_flat, (each.row for each in supposed)))], ignore_index=True)
    order = rows["company"].astype(str).argsort(kind="stable")
    rows = rows.iloc[order].reset_index(drop=True).astype(COLUMNS)
    parts = (*sorted(companies), *(each.row.id for each in supposed))
    digest = hashlib.sha256("|".join(parts).encode()).hexdigest()[:8]
    # What was exact already need not be read again.
    recent = OrderedDict(
        (name, (*base.rows([name]), *(each.row for each in supposed if each.row.company == name)))
        for name in dict.fromkeys(each.row.company for each in supposed)
    )
    return replace(
        base, observations=rows, spans=spans(rows), supposed=supposed, base=base,
        version=f"{base.version}~{digest}",
        # Sources are made when asked for, so the others are looked up, and not gone through.
        sources=ChainMap({SUPPOSED: _SOURCE}, cast("dict[str, Source]", base.sources)),
        _recent=recent,
    )  # fmt: skip


def _slot(row: Row) -> tuple[object, ...]:
    return row.company, row.metric, row.scope, row.basis, row.period


# It has the shape of a document, and is none: no data file can say so of itself.
_NO_DOCUMENT: dict[str, Any] = {
    "kind": "hypothetical", "publisher": "Hypothetical", "language": "en", "published": "",
}  # fmt: skip
_SOURCE = Source.model_construct(**_NO_DOCUMENT)


def _flat(row: Row) -> tuple[object, ...]:
    """Lay an observation out in the order of `COLUMNS`."""
    measure = row.measure
    told = {name: getattr(row, name) for name in COLUMNS if hasattr(row, name)}
    told |= {
        "value": _number(measure.value),
        "low_open": measure.bounds.low_open, "high_open": measure.bounds.high_open,
        "qualifier": measure.qualifier, "unit": measure.unit, "currency": measure.currency,
        "period": str(row.period), "start": row.period.start, "end": row.period.end,
    }  # fmt: skip
    for name, of in (("", measure.bounds), ("band_", measure.band), ("loose_", measure.loose)):
        told |= {f"{name}low": _number(of.low), f"{name}high": _number(of.high)}
    return tuple(told[name] for name in COLUMNS)


def _number(end: Fraction | None) -> float:
    return _NAN if end is None else float(end)
