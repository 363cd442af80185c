"""New figures as a feed that other programs subscribe to, an entry for each day of publication.

Atom (RFC 4287). The ids are name-based UUIDs (RFC 4122), so the same day has the same id whoever
serves it, and whatever else is published later.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID, uuid5

import pandas as pd

from metrics import changes, trace
from schemas import words
from schemas.company import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metrics.lens import Lens
    from schemas.book import Book, Row

ATOM = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml"
# As many days, and figures of one day, as a reader is told of at once.
DAYS, FIGURES = 30, 60
_OURS = UUID("5b1f7c6e-0d0c-5a6e-9c35-6f1d5f9f2d11")
# RFC 4287 wants a time even where nothing was ever published.
_NEVER = date(1970, 1, 1)
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

ET.register_namespace("", ATOM)


def feed(book: Book, lens: Lens, base: str, peers: str = "") -> bytes:
    """Write the feed of all companies, or of a peer set; `base` is where the pages are."""
    among = changes.members(book, peers) if peers else None
    came = changes.came(book, lens, date.min, among)
    days = sorted(map(pd.Timestamp, came["published"].unique()), reverse=True)[:DAYS]
    writer = _Writer(book, lens.language, base, peers)
    root = writer.head(days[0].date() if days else _NEVER)
    for day in days:
        rows = book.exact(came[came["published"] == day])
        root.append(writer.entry(day.date(), sorted(rows, key=writer.place)))
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


class _Writer:
    def __init__(self, book: Book, language: str, base: str, peers: str) -> None:
        self.book = book
        self.language = language
        self.base = base
        self.peers = peers
        self.order = {metric: place for place, metric in enumerate(book.catalog)}

    def place(self, row: Row) -> tuple[object, ...]:
        """Put a company's figures together, in the catalogue's order."""
        return row.company, self.order[row.metric], row.period.end, row.id

    def say(self, key: str, **args: object) -> str:
        return words.say(self.language, f"feed.{key}", **args)

    def id(self, *parts: object) -> str:
        named = "|".join(map(str, (self.peers, self.language, *parts)))
        return uuid5(_OURS, named).urn

    def address(self, page: str, **asked: str) -> str:
        return f"{self.base}{page}?{urlencode({**asked, 'lang': self.language}, safe='~')}"

    def head(self, updated: date) -> ET.Element:
        """Open the feed with what RFC 4287 asks for: id, title, time, author, its own address."""
        asked = {"set": self.peers} if self.peers else {}
        root = ET.Element(f"{{{ATOM}}}feed", {_LANGUAGE: self.language})
        _put(root, "id", self.id())
        _put(root, "title", self.title())
        _put(root, "updated", _time(updated))
        _put(_put(root, "author"), "name", "Footnote")
        own = self.address("feed.atom", **asked)
        _put(root, "link", rel="self", type=TYPE, href=own)
        _put(root, "link", rel="alternate", type="text/html", href=self.address("changes", **asked))
        return root

    def title(self) -> str:
        if not self.peers:
            return self.say("title")
        return self.say("title_of", set=self.book.sets[self.peers].name.in_language(self.language))

    def entry(self, day: date, rows: Sequence[Row]) -> ET.Element:
        """Tell of one day: how many figures of whom, then each as printed."""
        entry = ET.Element(f"{{{ATOM}}}entry")
        names = list(dict.fromkeys(self.name(row) for row in rows))
        listed = words.say(self.language, "list").join(names)
        _put(entry, "id", self.id(day))
        _put(entry, "title", self.say("entry", count=len(rows), companies=listed))
        _put(entry, "published", _time(day))
        _put(entry, "updated", _time(day))
        before = day.fromordinal(day.toordinal() - 1)
        asked = {"since": str(before), "known": str(day), "set": self.peers}
        link = self.address("changes", **{key: value for key, value in asked.items() if value})
        _put(entry, "link", rel="alternate", type="text/html", href=link)
        _put(entry, "content", self.listed(rows), type="html")
        return entry

    def name(self, row: Row) -> str:
        return self.book.companies[row.company].name.in_language(self.language)

    def listed(self, rows: Sequence[Row]) -> str:
        """List figures as HTML, in which all that stands in a data file is text."""
        root = ET.Element("div")
        under: ET.Element | None = None
        last = ""
        for row in rows[:FIGURES]:
            if under is None or row.company != last:
                _put(root, "h3", self.name(row))
                under, last = _put(root, "ul"), row.company
            self.figure(under, row)
        if len(rows) > FIGURES:
            _put(root, "p", self.say("more", count=len(rows) - FIGURES))
        return ET.tostring(root, encoding="unicode", method="html")

    def figure(self, under: ET.Element, row: Row) -> None:
        told = trace.observation(self.book, row, self.language)
        name = f"{row.company}~{row.metric}~{row.id}"
        link = self.address("company", company=row.company, known=str(row.published), trace=name)
        item = _put(under, "li", f"{', '.join(self.about(row, told))}: ")
        _put(item, "a", told["text"], href=link).tail = " " + self.say(
            "printed", as_stated=told["as_stated"], publisher=told["publisher"]
        )

    def about(self, row: Row, told: trace.Trace) -> Iterator[str]:
        yield told["label"]
        if row.scope != WHOLE:
            yield row.scope
        if row.kind != "actual":
            yield told["kind_text"]
        yield told["period_text"]


def _put(under: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    """Put an element of the same vocabulary under another."""
    space = under.tag.partition("}")[0] + "}" if under.tag.startswith("{") else ""
    made = ET.SubElement(under, f"{space}{name}", attributes)
    made.text = text or None
    return made


def _time(day: date) -> str:
    """Write a day's beginning as RFC 3339 wants a time."""
    return f"{day}T00:00:00Z"
