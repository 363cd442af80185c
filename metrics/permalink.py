"""An id that somebody kept: the number behind it, or what is known now that it no longer holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metrics import choose, compare, derive, fx, statement, trace
from metrics.compare import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metrics.derive import Answer
    from metrics.lens import Lens
    from metrics.trace import Trace
    from schemas.book import Book, Row

# The number that counts; one that stands beside it; published too late to count; no longer what
# anything is; not known to have been anything.
State = Literal["counts", "beside", "unseen", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Found:
    """What an id leads to: its own trace (`told`), and that of the number that counts (`now`)."""

    state: State
    told: Trace | None = None
    now: Trace | None = None
    published: str = ""


def find(book: Book, wanted: str, lens: Lens, company: str = "", metric: str = "") -> Found:
    """Find an observation or a derived value by its id; a company and a metric narrow the search.

    Ids of derived values are looked for among those by each definition and for each period.
    """
    rows = book.observations
    stated = book.exact(rows[rows["id"] == wanted])
    if stated:
        return _stated(book, stated[0], lens)
    for each in _answers(book, lens, [company] if company else book.singles, metric):
        if each.id == wanted:
            return _held(book, each, lens)
    if company and metric:
        return Found("changed", now=trace.trace(book, company, metric, lens))
    return Found("gone")


def _stated(book: Book, row: Row, lens: Lens) -> Found:
    now = trace.trace(book, row.company, row.metric, lens)
    if not choose.is_seen(row, lens):
        return Found("unseen", now=now, published=str(row.published))
    told = trace.figure(book, row.company, row.metric, row.id, lens)
    return Found("counts", now, now) if now["id"] == row.id else Found("beside", told, now)


def _held(book: Book, answer: Answer, lens: Lens) -> Found:
    now = trace.trace(book, answer.company, answer.metric, lens)
    if now["id"] == answer.id:
        return Found("counts", now, now)
    shown = Cell(compare.present(answer, lens.currency, fx.rates(book, lens)))
    return Found("beside", trace.of_cell(book, shown, lens), now)


def _answers(book: Book, lens: Lens, companies: Iterable[str], metric: str) -> Iterator[Answer]:
    derived = [name for name, entry in book.catalog.items() if entry.is_derived]
    for company in companies:
        of = derive.case(book, company, lens)
        for name in [metric] if metric else derived:
            answer = derive.answer(of, name)
            yield from (answer, *answer.others)
            yield from statement.past(of, name)
