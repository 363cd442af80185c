"""What is worked out once and shared by all viewers: the book, and its comparisons."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

import metrics
from metrics import audit as auditing
from metrics import (
    batch,
    changes,
    check,
    choose,
    claim,
    compare,
    derive,
    disclosure,
    export,
    lake,
    lineage,
    part,
    rank,
    statement,
    suppose,
    trace,
    writer,
)  # fmt: skip
from metrics import memo as letter
from metrics import workbook as evidence
from metrics.audit import Audit
from metrics.lens import CLASSES, Lens
from metrics.part import Part, Singles
from metrics.suppose import Supposition
from schemas import load
from schemas.book import Book
from schemas.listing import Listing, listing
from views import _calm
from views._keeper import Keeper

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    import pandas as pd

    from metrics.changes import Change
    from metrics.compare import Cell, Line, Remedy
    from metrics.derive import Case
    from metrics.rank import Ranking
    from metrics.statement import Statement
    from metrics.trace import Trace as Told
    from schemas.book import Row
    from schemas.load import Progress
    from schemas.problem import Problem
    from views._keeper import Kept

_KEPT = 256
# As many claims as are read on one page.
_CLAIMS = 10
# Definitions asked for, as (metric, definition).
By = tuple[tuple[str, str], ...]


def folder() -> str:
    """Name the data: what stands behind `--data`, else the environment's FOOTNOTE_DATA, else ours.

    It is a folder, a lake's folder, or the address of a lake.
    """
    if "--data" in sys.argv[:-1]:
        return sys.argv[sys.argv.index("--data") + 1]
    return os.environ.get("FOOTNOTE_DATA") or str(metrics.DATA)


def kept(told: Progress | None = None) -> Kept:
    """Give the book of the data folder, read again after a change of any file in it.

    `told` hears how many files of how many are read, while nobody has read them yet.
    """
    _calm.keep()
    return _keeper(folder()).current(told)


def is_read() -> bool:
    """Say whether the book is at hand, so that nobody has to wait for it."""
    return _keeper(folder()).is_read


# One book at a time. Nothing may copy it: cache_resource hands out the same object to everyone.
@st.cache_resource(max_entries=1, show_spinner=False)
def _keeper(where: str) -> Keeper:
    folder = _Lake(where) if lake.is_lake(where) else _Folder(Path(where))
    return Keeper(folder.look, folder.read)


class _Folder:
    """The data folder as it was last looked at, and what it said then."""

    def __init__(self, where: Path) -> None:
        self._where = where
        self._seen: Listing | None = None
        self._last: Book | None = None

    def look(self) -> Listing:
        self._seen = listing(self._where, self._seen)
        return self._seen

    def read(self, told: Progress | None) -> Book:
        """Read what has changed since; what has been read of a broken file counts too."""
        self._last = metrics.book(self._where, told=told, last=self._last, seen=self._seen)
        _calm.settle(whole=True)
        return self._last


class _Lake:
    """A lake, opened at those whom everybody is shown first; others are read as they are named."""

    def __init__(self, where: str) -> None:
        self._where = where

    def look(self) -> str:
        return lake.state(self._where)

    def read(self, told: Progress | None) -> Book:  # noqa: ARG002 - there is little to read
        of = metrics.opened(self._where)
        found = part.part(of, of.about.starters)
        _calm.settle(whole=True)
        return found


def named(book: Book, query: Mapping[str, Sequence[str]]) -> Book:
    """Give the part of a lake that an address is about: all whom it names. A book is one already.

    They are the companies compared, the one whose page or figure it is, those of a peer set and
    those who rest on a document.
    """
    if not isinstance(book, Part):
        return book
    of = book.of_lake
    last = {key: values[-1] for key, values in query.items() if values}
    chosen = of.sets.get(last.get("set", ""))
    companies = [
        *query.get("c", of.about.starters)[: compare.LIMIT],
        last.get("company", ""),
        last.get("trace", "").partition("~")[0],
        *(chosen.companies[: part.MOST] if chosen else ()),
        *(part.resting(of, last["source"]) if last.get("source") else ()),
    ]
    return book.holding(filter(None, companies))


def day(book: Book, today: date) -> date:
    """Give the day that a book is looked at from: a lake's is the one that it was derived as of."""
    derived = batch.done(book.of_lake) if isinstance(book, Part) else None
    return derived.lens.at if derived else today


def _version(book: Book) -> str:
    return book.key


def _moment(lens: Lens) -> tuple[date, date, str, str, str]:
    # Comparisons hold no words, so one serves readers of every language.
    return lens.at, lens.known, lens.currency, lens.periods, lens.rates


_shared = st.cache_resource(
    max_entries=_KEPT,
    show_spinner=False,
    hash_funcs={Book: _version, Part: _version, Lens: _moment},
)


def _without(book: Book) -> str:
    return book.real.key


# What holds whatever a reader supposes.
_lasting = st.cache_resource(
    max_entries=4, show_spinner=False, hash_funcs={Book: _without, Part: _without}
)


@_lasting
def singles(book: Book) -> Collection[str]:
    """Name the companies that are not groups."""
    return Singles(book.of_lake) if isinstance(book, Part) else frozenset(book.singles)


@_lasting
def counts(book: Book) -> tuple[int, int, int]:
    """Count the companies that are no groups, observations and sources, all there are."""
    return book.counts


def names(book: Book, text: str) -> list[tuple[str, str, str]]:
    """List companies by those of their names that hold a text: as it stands, and folded."""
    if isinstance(book, Part):
        return part.search(book.of_lake, text)
    return [each for each in _names(book) if text in each[2]]


@_lasting
def _names(book: Book) -> list[tuple[str, str, str]]:
    return [
        (company, name, name.casefold())
        for company in book.singles
        for name in lake.names(company, book.companies[company])
    ]


@_lasting
def starters(book: Book) -> tuple[str, ...]:
    """Choose whom to show before anyone is chosen."""
    return book.of_lake.about.starters if isinstance(book, Part) else compare.starters(book.real)


@_shared
def newest(book: Book, known: date) -> date | None:
    """Find the last day on which figures were published that were known by a day."""
    rows = book.known(known)
    return None if rows.empty else rows["published"].max().date()


class Slice(NamedTuple):
    """A book as far as some companies go: what rests on them alone is the same for the same stamp.

    An edit of another company's file so leaves at hand what was worked out of these.
    """

    book: Book
    companies: tuple[str, ...]


@_shared
def _stamp(book: Book, companies: tuple[str, ...]) -> str:
    return load.stamp(book, companies)


def _standing_for(of: Slice) -> tuple[str, tuple[str, ...]]:
    return _stamp(*of), of.companies


_standing = st.cache_resource(
    max_entries=_KEPT, show_spinner=False, hash_funcs={Slice: _standing_for, Lens: _moment}
)


def lines(book: Book, companies: tuple[str, ...], lens: Lens, rows: str, by: By = ()) -> list[Line]:
    """Compare companies over a row set, in the catalogue's order."""
    return _lines(Slice(book, companies), lens, rows, by)


@_standing
def _lines(of: Slice, lens: Lens, rows: str, by: By) -> list[Line]:
    wanted = compare.wanted(*of, rows)
    return compare.compare(*of, lens, wanted, dict(by))


@_shared
def supposed(
    book: Book, companies: tuple[str, ...], lens: Lens, asked: tuple[Supposition, ...]
) -> tuple[Book, list[suppose.Refusal]]:
    """Give a book of some companies in which suppositions hold, and those that cannot."""
    return suppose.suppose(book, lens, companies, asked)


@_shared
def inputs(book: Book, companies: tuple[str, ...], lens: Lens) -> list[Line]:
    """Compare companies in what the metrics shown first rest on."""
    return compare.compare(book, companies, lens, suppose.inputs(book.catalog, compare.DEFAULT))


@_shared
def line(book: Book, companies: tuple[str, ...], lens: Lens, metric: str, by: By = ()) -> Line:
    """Compare companies in one metric."""
    return compare.compare(book, companies, lens, [metric], dict(by))[0]


def remedies(
    book: Book, companies: tuple[str, ...], lens: Lens, rows: str, by: By = ()
) -> dict[str, tuple[Remedy, ...]]:
    """Find what would make lines comparable that are not, by metric."""
    return _remedies(Slice(book, companies), lens, rows, by)


@_standing
def _remedies(of: Slice, lens: Lens, rows: str, by: By) -> dict[str, tuple[Remedy, ...]]:
    return compare.remedies(of.book, _lines(of, lens, rows, by), lens)


def case(book: Book, company: str, lens: Lens) -> Case:
    """Gather what counts of a company's observations."""
    return _case(Slice(book, (company,)), lens)


@_standing
def _case(of: Slice, lens: Lens) -> Case:
    return derive.case(of.book, of.companies[0], lens)


def statements(book: Book, company: str, lens: Lens) -> tuple[Statement, Statement]:
    """Lay a company's figures out by period: flows, then balances."""
    return _statements(Slice(book, (company,)), lens)


@_standing
def _statements(of: Slice, lens: Lens) -> tuple[Statement, Statement]:
    return statement.statements(_case(of, lens), of.book.catalog, lens.currency)


@_shared
def seen(book: Book, company: str, lens: Lens) -> list[Row]:
    """List all observations of a company that a reader may see."""
    return [row for row in book.rows([company]) if choose.is_seen(row, lens)]


@_shared
def joint(book: Book, company: str, lens: Lens) -> dict[str, list[Row]]:
    """List what is stated of a company together with others, by group."""
    return {group: seen(book, group, lens) for group in book.groups_of(company)}


@_shared
def silent(book: Book, company: str, lens: Lens) -> list[str]:
    """Name the metrics of which nothing is known of a company."""
    return statement.silent(case(book, company, lens), seen(book, company, lens))


# What is told of a verdict holds words, so each language has its own.
@_shared
def verdicts(book: Book, company: str, lens: Lens, language: str) -> list[Told]:  # noqa: ARG001
    """Check all claims about a company."""
    return [trace.of_claim(book, each, lens) for each in claim.claims(book, [company], lens)]


@_shared
def about(book: Book, metric: str, lens: Lens, language: str) -> tuple[list[Told], int]:  # noqa: ARG001
    """Check the newest claims about a metric, and count all."""
    found, count = claim.about(book, metric, lens, _CLAIMS)
    return [trace.of_claim(book, each, lens) for each in found], count


def ranking(book: Book, lens: Lens, metric: str) -> Ranking:
    """Put all companies in order by a metric; of a lake not derived so, those of a part."""
    # A lake may be derived after its pages were looked at, so that is asked each time.
    return _ranked(book, lens, metric) or _ranking(book, lens, metric)


@_shared
def _ranking(book: Book, lens: Lens, metric: str) -> Ranking:
    return rank.ranking(book, lens, metric)


def is_ranked(book: Book, lens: Lens, metric: str) -> bool:
    """Say whether the order by a metric is that of all companies."""
    return not book.is_part or _ranked(book, lens, metric) is not None


def _ranked(book: Book, lens: Lens, metric: str) -> Ranking | None:
    derived = batch.done(book.of_lake) if isinstance(book, Part) else None
    if derived is None or replace(lens, language=derived.lens.language) != derived.lens:
        return None
    return batch.ranked(book.of_lake, metric) if isinstance(book, Part) else None


@_shared
def placed(book: Book, companies: tuple[str, ...], lens: Lens, metric: str) -> tuple[Cell, ...]:
    """Answer a metric exactly for some companies."""
    return rank.cells(book.holding(companies), companies, lens, metric)


def _days(lens: Lens) -> tuple[date, date]:
    return lens.at, lens.known


def _plain(lens: Lens) -> Lens:
    return Lens(lens.at, lens.known)


# What takes long, or is large, once for a book and its two days, in whatever currency and language:
# the last few of them are kept.
_few = st.cache_resource(
    max_entries=4, show_spinner=False, hash_funcs={Book: _version, Part: _version, Lens: _days}
)


@_few
def done(book: Book, lens: Lens) -> set[str]:  # noqa: ARG001 - keys of the cache
    """Name what has been worked out already, so that nobody is asked to wait for it again."""
    return set()


@_few
def audit(book: Book, lens: Lens) -> Audit:
    """Find the claims of the book; whoever wants a verdict first has it worked out for all."""
    return Audit(book, _plain(lens))


@_shared
def working(book: Book, lens: Lens, claim: str, language: str) -> Told:
    """Work one claim out in full, told in a language."""
    rows = book.observations
    [row] = book.exact(rows[rows["id"] == claim])
    return auditing.working(book, row, replace(_plain(lens), language=language))


@_few
def documents(book: Book, lens: Lens) -> lineage.Shelf:
    """Lay out the documents, and what rests on what."""
    return lineage.shelf(book, lens)


@_few
def grid(book: Book, lens: Lens) -> pd.DataFrame:
    """Say what each company discloses of the figures that investors ask for first."""
    return disclosure.grid(book, _plain(lens))


@_few
def aged(book: Book, lens: Lens) -> pd.DataFrame:
    """List the figures past their shelf life."""
    return disclosure.aged(book, _plain(lens))


@_shared
def changed(book: Book, lens: Lens, since: date, company: str) -> Change:
    """Tell what was published of a company after a day, and what that turned and moved."""
    now = replace(lens, currency="", periods=CLASSES[0])
    before = changes.State(book, replace(now, known=since))
    return changes.change(before, changes.State(book, now), company)


@_few
def problems(book: Book, known: date, at: date) -> list[Problem]:
    """List everything wrong with the book, or worth a look, as known by a day, on another."""
    return check.problems(book, known, at)


# A workbook's type (RFC 6838), which browsers and spreadsheets go by.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv(book: Book, lines: Sequence[Line], lens: Lens) -> bytes:
    """Write a comparison as CSV, one row per figure and company."""
    return b"".join(writer.csv(export.tables("comparison", book, lens, (), lines)))


def workbook(book: Book, lines: Sequence[Line], lens: Lens) -> bytes:
    """Write a comparison as a workbook of live formulas."""
    return evidence.workbook(book, lines, lens)


def memo(book: Book, lines: Sequence[Line], lens: Lens) -> bytes:
    """Write a comparison as one HTML file to send or print."""
    return letter.memo(book, lines, lens)
