"""An id that somebody kept: the number behind it, or what is known now that it no longer holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from metrics import choose, compare, derive, fx, trace
from metrics.compare import Cell
from metrics.lens import CLASSES
from schemas import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from metrics.derive import Answer, Case
    from metrics.lens import Lens
    from metrics.trace import Trace
    from schemas.book import Book, Row

# The number that counts; one that stands beside it; published too late to count; made of what has
# been overtaken by later publications; of what this data never said; not known of anything.
State = Literal["counts", "beside", "unseen", "replaced", "changed", "gone"]


HOLDS: tuple[State, ...] = ("counts", "beside")


@dataclass(frozen=True, slots=True)
class Found:
    """What an id leads to: its own trace (`told`), and that of the number that counts (`now`).

    What was replaced was known up to the day `until` (ISO), and `told` as it was then; `came` and
    `went` are the observations that make the difference.
    """

    state: State
    told: Trace | None = None
    now: Trace | None = None
    published: str = ""
    until: str = ""
    came: tuple[Trace, ...] = ()
    went: tuple[Trace, ...] = ()


def find(book: Book, wanted: str, lens: Lens, company: str = "", metric: str = "") -> Found:
    """Find an observation or a derived value by its id, which may be said to be of a company.

    The id of a derived value says itself of which company and metric it is. It is looked for among
    values by each definition and for each period, as known by `lens` and on every day before.
    """
    rows = book.observations
    stated = book.exact(rows[rows["id"] == wanted])
    if stated:
        return _stated(book, stated[0], lens)
    pairs = list(_about(book, wanted, company, metric))
    for whose, what in pairs:
        answer = _held(book, wanted, whose, what, lens)
        if answer:
            return _derived(book, answer, lens)
    for whose, what in pairs:
        found = _replaced(book, wanted, whose, what, lens)
        if found:
            return found
    if company and metric:
        return Found("changed", now=trace.trace(book, company, metric, lens))
    if len(pairs) == 1:
        return Found("changed", now=trace.trace(book, *pairs[0], lens))
    return Found("gone")


def says(found: Found, wanted: str, language: str) -> list[str]:
    """Say what became of an id, a line each, the last leading over to what is known now.

    Of the number that counts there is nothing to say.
    """
    if found.state == "counts":
        return []
    text = found.told["text"] if found.told else ""
    args = {"id": wanted, "published": found.published, "until": found.until, "text": text}
    lines = [words.say(language, f"permalink.{found.state}", **args)]
    for key, rows in (("came", found.came), ("went", found.went)):
        for row in rows:
            figure = words.say(
                language, "permalink.figure", label=row["label"], printed=row["as_stated"],
                publisher=row["publisher"], published=row["published"], place=row["place"],
            )  # fmt: skip
            lines.append(words.say(language, f"permalink.{key}", figure=figure))
    return [*lines, words.say(language, "permalink.now")] if found.state == "replaced" else lines


def _about(book: Book, wanted: str, company: str, metric: str) -> Iterator[tuple[str, str]]:
    """Walk the companies and metrics that an id of a derived value can be of; mostly one."""
    derived = [name for name, entry in book.catalog.items() if entry.is_derived]
    for whose in [company] if company else book.singles:
        mark = derive.owner(whose)
        if wanted.startswith(mark):
            for what in [metric] if metric else derived:
                if wanted.startswith(derive.topic(what), len(mark)):
                    yield whose, what


def _stated(book: Book, row: Row, lens: Lens) -> Found:
    now = trace.trace(book, row.company, row.metric, lens)
    if not choose.is_seen(row, lens):
        return Found("unseen", now=now, published=str(row.published))
    told = trace.figure(book, row.company, row.metric, row.id, lens)
    return Found("counts", now, now) if now["id"] == row.id else Found("beside", told, now)


def _derived(book: Book, answer: Answer, lens: Lens) -> Found:
    now = trace.trace(book, answer.company, answer.metric, lens)
    if now["id"] == answer.id:
        return Found("counts", now, now)
    return Found("beside", _shown(book, answer, lens), now)


def _shown(book: Book, answer: Answer, lens: Lens) -> Trace:
    presented = compare.present(answer, lens.currency, fx.rates(book, lens))
    return trace.of_cell(book, Cell(presented), lens)


def _held(book: Book, wanted: str, company: str, metric: str, lens: Lens) -> Answer | None:
    """Find the answer of an id among all that a company's figures come to."""
    of = derive.case(book, company, lens)
    return next((each for each in _answers(of, metric) if each.id == wanted), None)


def _answers(of: Case, metric: str) -> Iterator[Answer]:
    """Walk what a metric comes to: by each class of periods, definition and period."""
    for periods in CLASSES[:-1]:  # what several companies share is a period of each
        answer = derive.answer(replace(of, periods=periods), metric)
        yield from (answer, *answer.others)
    for definition in ("", *of.catalog[metric].formulas):
        yield from derive.history(of, metric, definition)


def _replaced(book: Book, wanted: str, company: str, metric: str, lens: Lens) -> Found | None:
    """Go back from publication to publication to when an id held; say what came and went since."""
    published = book.of([company])["published"].dt.date
    days = sorted({*published[published <= lens.known]}, reverse=True)
    for after, _ in pairwise(days):
        until = after - timedelta(days=1)
        then = replace(lens, known=until)
        answer = _held(book, wanted, company, metric, then)
        if answer:
            return _difference(book, answer, until, then, lens)
    return None


def _difference(book: Book, was: Answer, until: date, then: Lens, lens: Lens) -> Found:
    line = compare.compare(book, [was.company], lens, [was.metric])[0]
    now = line.cells[0].answer
    come, gone = ({row.id: row for row in each.rows} for each in (now, was))
    return Found(
        "replaced",
        _shown(book, was, then),
        trace.of_cell(book, line.cells[0], lens),
        until=str(until),
        came=tuple(_told(book, come.values(), gone, lens)),
        went=tuple(_told(book, gone.values(), come, lens)),
    )


def _told(book: Book, rows: Iterable[Row], others: dict[str, Row], lens: Lens) -> Iterator[Trace]:
    return (trace.observation(book, row, lens.language) for row in rows if row.id not in others)
