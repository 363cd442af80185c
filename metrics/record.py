"""A record: accepted figures of a passage as YAML in the shape of `data/`, without its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas import node, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metrics.standing import Reading
    from schemas.book import Book
    from schemas.node import Plain

_UNSLUG = re.compile(r"[^a-z0-9]+")
_NAMELESS = "source"
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Document:
    """What a source entry needs: publisher, date (ISO, may be a month), language (BCP 47)."""

    publisher: str
    published: str
    language: str
    kind: str = "press"
    url: str = ""


def name(book: Book, document: Document) -> str:
    """Make an id for a document that no source of the book has."""
    slug = _UNSLUG.sub("-", document.publisher.lower()).strip("-")[:40].strip("-")
    stem = f"{slug or _NAMELESS}-{document.published[:7]}"
    number, found = 1, stem
    while found in book.sources:
        number += 1
        found = f"{stem}-{number}"
    return found


def files(
    book: Book, document: Document, accepted: Sequence[Reading], language: str
) -> dict[str, str]:
    """Write a source file, and for each company the observations to add to its file.

    Keys are paths inside the data folder; a company's text is a list, indented to stand at the end
    of the company's file. Reasons are in the reader's language.
    """
    source = name(book, document)
    told: dict[str, str] = {f"sources/{source}.yaml": node.written(_source(document))}
    for company in dict.fromkeys(each.company for each in accepted):
        mine = [
            observation(book, each, source, language)
            for each in accepted
            if each.company == company
        ]
        lines = node.written(list(_unlike(mine))).splitlines()
        told[f"companies/{company}.yaml"] = "".join(f"  {line}\n" for line in lines)
    return told


def _unlike(many: Iterable[dict[str, Plain]]) -> list[Plain]:
    """Leave out what is accepted twice."""
    found: list[Plain] = []
    for each in many:
        if each not in found:
            found.append(each)
    return found


def _source(document: Document) -> dict[str, Plain]:
    told: dict[str, Plain] = {
        "kind": document.kind,
        "publisher": document.publisher,
        "language": document.language,
        "published": document.published,
    }
    return told | ({"url": document.url} if document.url else {})


def observation(book: Book, taken: Reading, source: str, language: str) -> dict[str, Plain]:
    """Lay one accepted figure out as an observation; of the text it takes the figure alone."""
    mention, entry = taken.mention, book.catalog[taken.metric]
    told: dict[str, Plain] = {
        "metric": taken.metric,
        "value": taken.value,
        "as_stated": mention.text,
    }
    reasons = []
    if taken.inferred:
        told["unit_basis"] = "inferred"
        reasons.append("unit")
    told["period"] = str(taken.period)
    if not _is_printed(taken):
        told["period_basis"] = "inferred"
        reasons.append("period")
    if reasons:
        said = [words.say(language, f"accepted.{reason}") for reason in reasons]
        told["because"] = words.say(language, "clauses").join(said)
    told |= {"source": source, "place": f"¶{mention.paragraph}"}
    if mention.kind != "actual":
        told["kind"] = mention.kind
    if entry.basis:
        told["basis"] = _UNKNOWN if _UNKNOWN in entry.basis else entry.basis[0]
    if mention.other:
        told["against"] = {"company": mention.other, "metric": taken.metric}
    return told


def _is_printed(taken: Reading) -> bool:
    """Say whether the period is the one that the text names."""
    return taken.mention.is_stated and taken.period == taken.mention.period
