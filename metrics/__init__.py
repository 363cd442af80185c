"""Verbs: what figures imply; functions of a book."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from metrics import formula
from schemas import load

if TYPE_CHECKING:
    from schemas.book import Book
    from schemas.listing import Listing

CATALOG = Path(__file__).with_name("catalog.yaml")
DATA = Path(__file__).parent.parent / "data"


def book(  # noqa: PLR0913 - what is known already spares reading it again
    folder: Path = DATA,
    catalog: Path = CATALOG,
    told: load.Progress | None = None,
    *,
    last: Book | None = None,
    seen: Listing | None = None,
    verify: bool = False,
) -> Book:
    """Read a data folder with the shipped catalogue; formulas are checked on the way.

    `told` hears how many files are done, and how many there are. What looks, by `seen`, as it did
    for the `last` book of the folder is taken from there; to `verify` is to go by content.
    """
    metrics, problems = load.catalog(catalog)
    problems += formula.check(metrics, f"{catalog.parent.name}/{catalog.name}")
    return load.load(
        folder, formula.sound(metrics), problems, told, last=last, seen=seen, verify=verify
    )
