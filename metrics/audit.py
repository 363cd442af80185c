"""The claims of a whole book: which there are, what became of each, and one worked in full."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, get_args

import pandas as pd

from metrics import claim, derive, trace
from metrics.lens import Lens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrics.claim import Verdict, Word
    from metrics.trace import Trace
    from schemas.book import Book, Row
    from schemas.interval import Interval

VERDICTS: tuple[Word, ...] = get_args(claim.Word)

_NAME = re.compile(r"[a-z][a-z0-9_]*")
# How much of the axis lies before the first amount and after the last; an open end goes half way.
_ROOM = 0.2


class Audit:
    """A book's claims as a reader knows them, and the verdicts worked out so far.

    Finding the claims is one look at the table; a verdict is work, so each is worked out when
    somebody first wants it and kept as its word alone.
    """

    def __init__(self, book: Book, lens: Lens) -> None:
        self.book = book
        self.lens = Lens(lens.at, lens.known)
        self.rows = claim.stated(book, lens)
        self.words: dict[str, Word] = {}

    def select(self, company: str = "", metric: str = "", word: str = "") -> pd.DataFrame:
        """Give the claims about a company, a metric, or with a verdict; each may be left open."""
        rows = self.rows
        if company:
            rows = rows[rows["company"] == company]
        if metric:
            rows = rows[rows["metric"] == metric]
        return rows[rows["id"].map(self._so_far()) == word] if word else rows

    def _so_far(self) -> dict[str, Word]:
        # Other readers' pages add to it meanwhile.
        return self.words.copy()

    def left(self, rows: pd.DataFrame) -> list[str]:
        """List the claims among these that nobody has worked out yet, by id."""
        return [each for each in rows["id"] if each not in self.words]

    def work(self, ids: Iterable[str]) -> None:
        """Work some claims out and keep their verdicts."""
        wanted = self.rows[self.rows["id"].isin(list(ids))]
        for row in self.book.exact(wanted):
            self.words[row.id] = claim.verdict(self.book, row, self.lens).word

    def counts(self, rows: pd.DataFrame) -> dict[Word, int]:
        """Count the verdicts among claims that have been worked out."""
        found = Counter(rows["id"].map(self._so_far()))
        return {word: found[word] for word in VERDICTS}


def working(book: Book, row: Row, lens: Lens) -> Trace:
    """Tell a claim with all that an auditor would write down: every definition, filled in.

    `meeting` lists what a definition gives where it meets the claim, with whatever rivals.
    """
    found = claim.verdict(book, row, lens)
    told = trace.of_claim(book, found, lens)
    every = derive.defined(claim.evidence(book, row, lens), row.metric)
    meeting: dict[str, list[str]] = {}
    for each in found.reproduced:
        text = trace.text(each.answer, lens.language)
        meeting.setdefault(each.answer.definition, []).append(text)
    attempt = told["attempt"]
    return told | {
        "filled": filled(attempt) if attempt else "",
        "definitions": [
            trace.of_answer(book, each, lens.language)
            | {"meeting": list(dict.fromkeys(meeting.get(each.definition, ())))}
            for each in every
        ],
        "marks": marks(found),
    }


def filled(told: Trace) -> str:
    """Put amounts in the place of the metrics of a traced formula, where each has only one."""
    amounts: dict[str, set[str]] = {}
    for each in told["inputs"]:
        amounts.setdefault(each["metric"], set()).add(each["text"])

    def amount(found: re.Match[str]) -> str:
        texts = amounts.get(found.group(), set())
        return next(iter(texts)) if len(texts) == 1 else found.group()

    return _NAME.sub(amount, told["formula"])


def marks(found: Verdict) -> dict[str, float] | None:
    """Place a claim and what was worked out on one axis, in per cent of its length.

    `*_from` and `*_to` are the ends with rounding, `low`, `high` and `value` those without; an end
    that is open reaches the end of the axis. None where nothing could be worked out.
    """
    measure, attempt = found.row.measure, found.attempt
    bounds = attempt.answer.bounds if attempt else None
    if attempt is None or bounds is None:
        return None
    spans = {
        "claimed": (measure.bounds, measure.band),
        "worked": (bounds, attempt.banded),
    }
    ends = [end for pair in spans.values() for each in pair for end in _ends(each)]
    room = (max(ends) - min(ends)) * _ROOM or abs(max(ends)) * _ROOM or 1.0
    least, length = min(ends) - room, max(ends) - min(ends) + 2 * room

    def at(end: float) -> float:
        return round(100 * (end - least) / length, 2)

    placed: dict[str, float] = {}
    for name, (exact, band) in spans.items():
        for key, each in (("", exact), ("_band", band)):
            placed[f"{name}{key}_low"] = 0.0 if each.low is None else at(float(each.low))
            placed[f"{name}{key}_high"] = 100.0 if each.high is None else at(float(each.high))
    for name, value in (("claimed", measure.value), ("worked", attempt.answer.value)):
        if value is not None:
            placed[f"{name}_value"] = at(float(value))
    return placed


def _ends(of: Interval) -> list[float]:
    return [float(end) for end in (of.low, of.high) if end is not None]
