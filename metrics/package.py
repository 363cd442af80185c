"""All tables in one folder or zip file, with a `datapackage.json` that says what they are.

The description follows Frictionless Data's Data Package (version 2, readable as version 1).
"""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import metrics
from metrics import compare, export, fx, suppose, writer
from schemas import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metrics.lens import Lens
    from metrics.save import Piece
    from schemas.book import Book

Told = dict[str, Any]

NAME = "datapackage.json"
_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_LICENCE = {"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"}
_RATES = {"title": fx.SOURCE, "path": "https://www.ecb.europa.eu/stats/eurofxref/"}
# What each row of a table is known by, and what it points to.
_KEYS: dict[str, Told] = {
    "observations": {"primaryKey": ["id"]},
    "claims": {
        "primaryKey": ["id"],
        "foreignKeys": [
            {"fields": ["id"], "reference": {"resource": "observations", "fields": ["id"]}}
        ],
    },
    "comparison": {"primaryKey": ["metric", "company_id"]},
}


def files(
    book: Book, lens: Lens, companies: Sequence[str], by: Mapping[str, str]
) -> Iterator[tuple[str, Iterable[Piece]]]:
    """Give the package's files, each by name and in pieces; the description comes last.

    Every file must be taken whole before the next, which may say how long it was.
    """
    lines = compare.compare(book, companies, lens, by=by)
    resources = []
    for table, columns in export.TABLES.items():
        # What is stated of groups stands beside what is stated of their members.
        groups = {group for name in companies for group in book.groups_of(name)}
        named = [*companies, *sorted(groups)] if table == "observations" else companies
        tables = export.tables(table, book, lens, named, lines)
        counted = _Counted(writer.csv(tables))
        yield f"{table}.csv", counted
        resources.append(_resource(table, (*columns, *export.ALWAYS), counted, lens.language))
    told = _described(book, lens, companies, by) | {"resources": resources}
    yield NAME, [f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()]


class _Counted:
    """Pieces of a file that are counted and digested as they pass."""

    def __init__(self, parts: Iterable[Piece]) -> None:
        self.parts = parts
        self.length = 0
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[Piece]:
        for part in self.parts:
            self.length += len(part)
            self.digest.update(part)
            yield part


def _resource(table: str, columns: Iterable[str], written: _Counted, language: str) -> Told:
    return {
        "name": table,
        "title": words.say(language, f"away.table.{table}"),
        "path": f"{table}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": written.length,
        "hash": f"sha256:{written.digest.hexdigest()}",
        "schema": {
            "fields": [_field(name, language) for name in columns],
            "missingValues": [""],
            **_KEYS.get(table, {}),
        },
    }


def _field(name: str, language: str) -> Told:
    if name == "hypothetical":
        return {"name": name, "type": "string",
                "description": words.say(language, "supposed.column")}  # fmt: skip
    if name in writer.NUMBERS:
        return {"name": name, "type": "number", "description": words.say(language, "away.numbers")}
    if name in writer.COUNTS:
        return {"name": name, "type": "integer"}
    if name in writer.FLAGS:
        return {"name": name, "type": "boolean", "trueValues": ["true"], "falseValues": ["false"],
                "description": words.say(language, "away.open")}  # fmt: skip
    return {"name": name, "type": "date" if name in writer.DAYS else "string"}


def _described(book: Book, lens: Lens, companies: Sequence[str], by: Mapping[str, str]) -> Told:
    language = lens.language
    told: Told = {
        "$schema": _SCHEMA,
        "name": "footnote",
        "title": words.say(language, "away.title"),
        "description": words.say(language, "away.method"),
        "version": book.version,
        "created": f"{lens.at}T00:00:00Z",
        "sources": [*_sources(book, lens, companies), _RATES],
    }
    supposed = suppose.every(book)
    if supposed:
        told["title"] = words.say(language, "supposed.title", title=told["title"])
        told["description"] = f"{suppose.note(book, language)} {told['description']}"
    if book.folder == metrics.DATA:
        told["licenses"] = [_LICENCE]
    # A property of our own, as the standard allows: with these choices it can be made again.
    told["choices"] = {
        "companies": list(companies), "at": str(lens.at), "known": str(lens.known),
        "language": language, "currency": lens.currency, "periods": lens.periods,
        "definitions": dict(by), "book": book.version, "if": list(supposed),
    }  # fmt: skip
    return told


def _sources(book: Book, lens: Lens, companies: Sequence[str]) -> Iterator[Told]:
    """List the documents that the observations come from, by id."""
    rows = book.real.of(companies)
    names = rows["source"][rows["published"] <= str(lens.known)].unique()
    for name in sorted(names):
        source = book.sources[name]
        told = {"title": f"{source.publisher}: {source.title}" if source.title else
                source.publisher}  # fmt: skip
        yield told | ({"path": source.url} if source.url else {})


def zipped(parts: Iterable[tuple[str, Iterable[Piece]]]) -> bytes:
    """Put files into a zip file, the same bytes for the same files."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as into:
        for name, pieces in parts:
            info = ZipInfo(name)  # of 1980, whenever it is made
            info.compress_type = ZIP_DEFLATED
            with into.open(info, "w", force_zip64=True) as file:
                file.writelines(pieces)
    return out.getvalue()
