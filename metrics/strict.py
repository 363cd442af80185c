"""What a strict check adds: whatever a source leaves open, however honestly the data says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.period import day
from schemas.problem import Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from schemas.book import Book

NAMES = ("basis-open", "figure-inferred", "source-unaddressed", "source-undated")
_OPEN = "unknown"


def findings(book: Book, known: date | None = None) -> Iterator[Problem]:
    """Name sources without a day or an address, and figures of an inferred unit, period or basis.

    With `known`, figures count that had been published by then; documents count all.
    """
    for name, source in sorted(book.sources.items()):
        path = f"{book.folder.name}/sources/{name}.yaml"
        if source.published_basis == "inferred" or day(source.published) is None:
            yield problem("source-undated", path, source=name, published=source.published)
        if source.url is None and source.sha256 is None:
            yield problem("source-unaddressed", path, source=name)
    yield from _figures(book, known)


def _figures(book: Book, known: date | None) -> Iterator[Problem]:
    rows = book.known(known)
    for column, field in (("unit_basis", "unit"), ("period_basis", "period")):
        for row in rows[rows[column] == "inferred"].to_dict("records"):
            yield problem(
                "figure-inferred", row["file"], row["line"], row["column"], field=field,
                metric=row["metric"], as_stated=row["as_stated"], because=row["because"],
            )  # fmt: skip
    for row in rows[rows["basis"] == _OPEN].to_dict("records"):
        yield problem(
            "basis-open", row["file"], row["line"], row["column"],
            metric=row["metric"], as_stated=row["as_stated"],
        )  # fmt: skip
