"""Findings that two prints do not go together, with the observations they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from schemas.book import Book, Row
    from schemas.problem import Problem

# Which words of a finding hold the other print and the document it stands in.
_OTHER = {
    "rivals-disagree": ("first", "first_source"),
    "rewrite-differs": ("second", "original"),
    "currencies-disagree": ("second", ""),
    "joint-disagrees": ("sum", ""),
    "parts-disagree": ("sum", ""),
    "implausible-order": ("second", ""),
    "implausible-step": ("first", ""),
}
NAMES = frozenset(_OTHER)


@dataclass(frozen=True, slots=True)
class Conflict:
    """An observation, and the print that it does not go together with.

    `source` names the document of the other print; it is empty where that is the same document
    (two currencies) or several (the members of a group, the parts of a whole).
    """

    problem: Problem
    row: Row
    other: str
    source: str


def fresh(now: Iterable[Problem], before: Iterable[Problem]) -> list[Problem]:
    """Keep the conflicts that were none before: what came out since contradicts something."""
    known = set(before)
    return [each for each in now if each.name in NAMES and each not in known]


def about(found: Iterable[Problem], companies: Collection[str]) -> list[Problem]:
    """Keep the conflicts that stand in the files of some companies."""
    files = {f"companies/{company}.yaml" for company in companies}
    return [
        each
        for each in found
        if each.name in NAMES and "/".join(each.path.split("/")[-2:]) in files
    ]


def of(book: Book, problems: Iterable[Problem]) -> Iterator[Conflict]:
    """Find the observations that some findings are about; other problems are passed over."""
    wanted = [each for each in problems if each.name in NAMES]
    rows = book.observations
    files, lines = {each.path for each in wanted}, {each.line for each in wanted}
    there = book.exact(rows[rows["file"].isin(files) & rows["line"].isin(lines)])
    by_place = {(row.file, row.line, row.column): row for row in there}
    for each in wanted:
        row = by_place.get((each.path, each.line, each.column))
        if row is not None:
            args, (other, source) = dict(each.args), _OTHER[each.name]
            yield Conflict(each, row, args[other], args.get(source, ""))
