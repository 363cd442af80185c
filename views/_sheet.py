"""What a reader has pasted, corrected and accepted: kept in the session, as it is no address's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import streamlit as st

from metrics import passage, review
from metrics.record import Document
from metrics.review import Correction
from schemas import period

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from metrics.lens import Lens
    from metrics.review import Finding
    from schemas.book import Book

_KEY, _FOUND = "sheet", "sheet-found"
_SHORT = 2000
DOCUMENT = ("publisher", "url")


@dataclass(slots=True)
class Sheet:
    """A pasted text, its date, what was said of single figures, and of the document."""

    text: str = ""
    published: str = ""
    corrections: dict[int, Correction] = field(default_factory=dict)
    accepted: set[int] = field(default_factory=set)
    opened: int | None = None
    document: dict[str, str] = field(default_factory=dict)
    # A key under `ui.passage`: what could not be done.
    refused: str = ""

    def day(self, today: date) -> date:
        """Give the day the text was published, today where none is given."""
        return period.day(self.published) or today

    def source(self, today: date) -> Document | None:
        """Give the document as a source; None before its publisher is named."""
        publisher = self.document.get("publisher", "").strip()
        if not publisher:
            return None
        url = self.document.get("url", "").strip()
        return Document(publisher, str(self.day(today)), review.script(self.text), url=url)


def current(book: Book) -> Sheet:
    """Take the sheet, after what the reader did last."""
    sheet = st.session_state.setdefault(_KEY, Sheet())
    said = st.session_state.pop("said", None)
    if isinstance(said, dict):
        _do(cast("Sheet", sheet), said, book)
    return cast("Sheet", sheet)


def found(book: Book, sheet: Sheet, lens: Lens, today: date) -> list[Finding]:
    """Read the sheet's text, once for each thing that changes what is found."""
    key = (
        book.version, sheet.text, sheet.day(today), lens.at, lens.known,
        tuple(sorted(sheet.corrections.items())),
    )  # fmt: skip
    kept = st.session_state.get(_FOUND)
    if kept is None or kept[0] != key:
        told = review.review(book, sheet.text, sheet.day(today), lens, sheet.corrections)
        kept = st.session_state[_FOUND] = (key, told)
    return cast("list[Finding]", kept[1])


# -- what the reader did; it comes from a browser, so nothing of it is taken on trust -------------


def _do(sheet: Sheet, said: Mapping[str, object], book: Book) -> None:
    what, _, rest = str(said.get("say", "")).partition("~")
    fields = said.get("fields")
    value = said.get("value")
    sheet.refused = ""
    if what == "read":
        _read(sheet, fields if isinstance(fields, dict) else {})
    elif what == "clear":
        _empty(sheet, "")
    elif what == "large":
        sheet.refused = "large"
    elif what == "document" and rest in DOCUMENT and isinstance(value, str):
        sheet.document[rest] = value[:_SHORT]
    elif rest.isascii() and rest.isdigit() and len(rest) < len(str(passage.LARGEST)):
        if what in {"open", "accept"}:
            _press(sheet, what, int(rest))
        elif isinstance(value, str):
            _correct(sheet, what, int(rest), value, book)


def _read(sheet: Sheet, fields: Mapping[str, object]) -> None:
    text, published = fields.get("text"), fields.get("published")
    if isinstance(published, str) and period.day(published):
        sheet.published = published
    if not isinstance(text, str):
        return
    # Half a character of a pair is none; a browser may send it.
    data = text.encode("utf-8", "replace")
    if len(data) > passage.LARGEST:
        sheet.refused = "large"
        return
    plain = data.decode().replace("\r\n", "\n").replace("\r", "\n")
    if plain != sheet.text:
        _empty(sheet, plain)


def _empty(sheet: Sheet, text: str) -> None:
    sheet.text, sheet.opened = text, None
    sheet.corrections.clear()
    sheet.accepted.clear()
    sheet.document.clear()


def _press(sheet: Sheet, what: str, number: int) -> None:
    """Open a figure for corrections, or accept it; a second time takes that back."""
    if what == "open":
        sheet.opened = None if sheet.opened == number else number
    else:
        sheet.accepted ^= {number}


def _correct(sheet: Sheet, what: str, number: int, value: str, book: Book) -> None:
    """Correct one figure, which takes back that it was accepted."""
    said = sheet.corrections.get(number, Correction())
    if what == "company" and (value in book.companies or not value):
        said = replace(said, company=value)
    elif what == "metric" and (value in book.catalog or not value):
        said = replace(said, metric=value)
    elif what == "period":
        meant = period.parse(value.strip())
        if meant is None and value.strip():
            sheet.refused = "period_wrong"
            return
        said = replace(said, period=meant)
    else:
        return
    sheet.corrections[number] = said
    sheet.accepted.discard(number)
